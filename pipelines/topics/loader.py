"""Reads a topic's files, checks every key, and keeps the result for the life of the process.

A topic is a folder: ``topic.toml`` (name, version), ``vendors.toml``, ``brands.toml`` and ``lang/<code>.toml``.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from pipelines.topics.matching import Pattern, parse
from pipelines.topics.model import VALUES, BrandKind, Language, TermKind, Topic, Vendor
from storewatch.errors import TopicError
from storewatch.types import StoreType

_HERE = Path(__file__).parent
_INTERNATIONAL = "xx"
_VENDOR_KEYS = {"name", "aliases", "ambiguous", "cues", "products", "not_before", "not_after", "banners"}


def load(name: str = "retail") -> Topic:
    """The topic ``name``: one that ships with storewatch, or the path of a folder with a topic of your own.

    Raises TopicError, which names the file and the key, when a file is missing or wrong.
    """
    return _load(name)


@lru_cache(maxsize=8)
def _load(name: str) -> Topic:
    folder = _HERE / name if "/" not in name and (_HERE / name / "topic.toml").exists() else Path(name)
    if not (folder / "topic.toml").is_file():
        shipped = sorted(path.parent.name for path in _HERE.glob("*/topic.toml"))
        raise TopicError(name, "is no topic", hint=f"shipped topics: {', '.join(shipped)}; or give a topic's folder")
    digest = hashlib.sha256()
    head = _read(folder / "topic.toml", digest, {"name", "version", "description"})
    vendors = _vendors(folder / "vendors.toml", digest)
    brands = _brands(folder / "brands.toml", digest)
    languages = _languages(folder / "lang", digest)
    return Topic(
        name=_string(head, "name", folder / "topic.toml"),
        version=f"{_string(head, 'version', folder / 'topic.toml')}+{digest.hexdigest()[:8]}",
        vendors=vendors,
        brands=brands,
        languages=languages,
    )


def _read(path: Path, digest: hashlib._Hash, keys: set[str]) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        content = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise TopicError(str(path), f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TopicError(str(path), f"is not valid TOML: {error}") from error
    digest.update(path.name.encode() + b"\0" + data)
    for key in content:
        if key not in keys:
            raise TopicError(f"{path}: {key}", "is no known key", hint=f"known: {', '.join(sorted(keys))}")
    return content


def _string(table: Mapping[str, Any], key: str, where: Path | str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise TopicError(f"{where}: {key}", "must be a text that is not empty")
    return value


def _strings(table: Mapping[str, Any], key: str, where: Path | str) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise TopicError(f"{where}: {key}", "must be a list of texts that are not empty")
    return value


def _patterns(table: Mapping[str, Any], key: str, where: Path | str) -> Iterator[Pattern]:
    seen = set()
    for source in _strings(table, key, where):
        if source in seen:
            raise TopicError(f"{where}: {key}", f"has {source!r} twice")
        seen.add(source)
        try:
            yield parse(source)
        except ValueError as error:
            raise TopicError(f"{where}: {key}", f"{source!r} {error}") from error


def _vendors(path: Path, digest: hashlib._Hash) -> tuple[Vendor, ...]:
    rows = _read(path, digest, {"vendor"}).get("vendor", [])
    vendors = tuple(_vendor(row, f"{path}: vendor {index + 1}") for index, row in enumerate(rows))
    names = [vendor.name for vendor in vendors]
    for name in names:
        if names.count(name) > 1:
            raise TopicError(f"{path}: vendor {name}", "stands there twice")
    if not vendors:
        raise TopicError(f"{path}: vendor", "names nobody")
    return vendors


def _vendor(row: Mapping[str, Any], where: str) -> Vendor:
    name = _string(row, "name", where)
    where = where.rsplit(":", 1)[0] + f": vendor {name}"
    for key in row:
        if key not in _VENDOR_KEYS:
            raise TopicError(f"{where}: {key}", "is no known key", hint=f"known: {', '.join(sorted(_VENDOR_KEYS))}")
    aliases = tuple(_patterns(row, "aliases", where))
    ambiguous = tuple(_patterns(row, "ambiguous", where))
    if not aliases and not ambiguous:
        raise TopicError(f"{where}: aliases", "needs at least one name")
    banners: dict[Pattern, StoreType] = {}
    for store_type in row.get("banners", {}):
        if store_type not in get_args(StoreType):
            raise TopicError(f"{where}: banners.{store_type}", "is no store type")
        banners |= dict.fromkeys(_patterns(row["banners"], store_type, f"{where}: banners"), store_type)
    return Vendor(
        name=name,
        aliases=aliases,
        ambiguous=ambiguous,
        cues=tuple(_patterns(row, "cues", where)),
        products=tuple(_patterns(row, "products", where)),
        not_before=tuple(_strings(row, "not_before", where)),
        not_after=tuple(_strings(row, "not_after", where)),
        banners=banners,
    )


def _brands(path: Path, digest: hashlib._Hash) -> tuple[tuple[Pattern, tuple[str, BrandKind]], ...]:
    kinds = get_args(BrandKind)
    table = _read(path, digest, set(kinds))
    return tuple((p, (p.source.strip("*~="), kind)) for kind in kinds for p in _patterns(table, kind, path))


def _languages(folder: Path, digest: hashlib._Hash) -> dict[str, Language]:
    files = sorted(folder.glob("*.toml"))
    if _INTERNATIONAL not in {path.stem for path in files}:
        raise TopicError(str(folder / f"{_INTERNATIONAL}.toml"), "is missing", hint="words used in every language")
    shared = _entries(folder / f"{_INTERNATIONAL}.toml", digest)[1]
    languages = {_INTERNATIONAL: Language(code=_INTERNATIONAL, entries=shared)}
    for path in files:
        if path.stem == _INTERNATIONAL:
            continue
        codes, entries = _entries(path, digest)
        for code in (path.stem, *codes):
            if code in languages:
                raise TopicError(f"{path}: also", f"{code} has a file already")
            languages[code] = Language(code=path.stem, entries=(*entries, *shared))
    return languages


def _entries(path: Path, digest: hashlib._Hash) -> tuple[list[str], tuple[tuple[Pattern, tuple[TermKind, str]], ...]]:
    content = _read(path, digest, {*VALUES, "also"})
    kinds: tuple[TermKind, ...] = get_args(TermKind)
    entries: list[tuple[Pattern, tuple[TermKind, str]]] = []
    for kind in kinds:
        table = content.get(kind, {})
        if not isinstance(table, dict):
            raise TopicError(f"{path}: {kind}", "must be a table")
        for value in table:
            if value not in VALUES[kind]:
                known = ", ".join(sorted(VALUES[kind]))
                raise TopicError(f"{path}: {kind}.{value}", "is no known key", hint=f"known: {known}")
            entries += [(p, (kind, value)) for p in _patterns(table, value, f"{path}: {kind}")]
    return _strings(content, "also", path), tuple(entries)
