"""The one configuration: flag > environment ``STOREWATCH_SECTION__KEY`` > ``storewatch.toml`` > default.

Each layer is read apart, so that every value knows where it came from and every mistake can be named with its place.
pydantic checks the values; pydantic-settings is not used because it ignores unknown sections of the environment and
keeps no origins.

The file is ``storewatch.toml`` of the working folder unless ``--config`` or the variable ``STOREWATCH_CONFIG`` names
another one; an empty ``STOREWATCH_CONFIG`` means no file at all. An empty variable stands for "none" where a key may be
none (``STOREWATCH_FETCH__PROXY=``) and is an error elsewhere.
"""

from __future__ import annotations

import difflib
import os
import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from storewatch.config import access
from storewatch.config import watches as watch_tables
from storewatch.config.access import Access
from storewatch.config.keys import Key, keys
from storewatch.config.model import PREFIX, Config
from storewatch.errors import ConfigError
from storewatch.types import Watch
from storewatch.wording import without_secrets

__all__ = ["RESERVED", "Access", "Config", "Key", "Loaded", "Shown", "file_of", "keys", "load", "without_secrets"]

FILE_NAME = "storewatch.toml"
#: Variables with our prefix that are no keys: the configuration file, the tables of single sources, and the switch that
#: makes tests refuse to skip.
RESERVED = frozenset({"STOREWATCH_CONFIG", access.VARIABLE, "STOREWATCH_REQUIRE_SERVICES"})
#: How the command line calls the keys that it can set; only used to say where a value came from.
FLAGS: Mapping[str, str] = {"database.url": "--db", "run.page_limit": "--limit", "log.format": "--log-format"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line of ``storewatch config``: no secret in it."""

    key: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The configuration in force and, for each key, where its value came from; ``sources`` has the ``[sources.NAME]``
    tables by the source's name, ``watches`` the ``[watches.NAME]`` tables by the watch's."""

    config: Config
    origins: Mapping[str, str]
    sources: Mapping[str, Access] = field(default_factory=dict)
    watches: Mapping[str, Watch] = field(default_factory=dict)

    def environ(self) -> dict[str, str]:
        """The variables that give a child process the same values, secrets included.

        Complete, and with an empty ``STOREWATCH_CONFIG``: the child reads no file, so it cannot differ.
        """
        values = {key.variable: _as_text(_get(self.config, key.name)) for key in keys()}
        return {**values, access.VARIABLE: access.to_json(self.sources), "STOREWATCH_CONFIG": ""}

    def shown(self) -> tuple[Shown, ...]:
        """Every key with its value as text and its origin; passwords are blotted out, none is an empty string."""
        tables = (
            Shown(key=f"sources.{name}.{key}", value=access.shown(pairs), origin=one.origin)
            for name, one in sorted(self.sources.items())
            for key, pairs in (("headers", one.headers), ("cookies", one.cookies))
            if pairs
        )
        values = (
            Shown(
                key=key.name,
                value=without_secrets(_as_text(_get(self.config, key.name))),
                origin=self.origins[key.name],
            )
            for key in keys()
        )
        watches = (
            Shown(key=f"watches.{name}", value=watch.query or "", origin=watch.origin)
            for name, watch in sorted(self.watches.items())
        )
        return (*values, *tables, *watches)


def load(
    *,
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    file: Path | None = None,
) -> Loaded:
    """Read all layers and merge them.

    :param flags: values of the command line by key (``database.url``); None means that the flag was not given.
    :param environ: the environment, ``os.environ`` by default.
    :param cwd: the folder to look for ``storewatch.toml`` in, the working folder by default.
    :param file: the configuration file that ``--config`` names.
    :raises ConfigError: for an unknown key, a wrong value, or a file that is missing, unreadable or no TOML.
    """
    environ = os.environ if environ is None else environ
    table = {key.name: key for key in keys()}
    values: dict[str, object] = {}
    origins = dict.fromkeys(table, "default")
    path = _config_file(file, environ, cwd or Path())
    text = _read(path) if path is not None else ""
    content = _parsed(path, text) if path is not None else {}
    sources = access.access_of(content.pop("sources", {}), lambda name: _place_of_table(path, text, "sources", name))
    watches = watch_tables.watches_of(
        content.pop("watches", {}), lambda name: _place_of_table(path, text, "watches", name)
    )
    sources |= access.from_json(environ.get(access.VARIABLE, ""))
    layers = (
        _file_layer(path, text, content, table) if path is not None else (),
        _environment_layer(environ, table),
        _flag_layer(flags or {}, table),
    )
    for layer in layers:
        for entry in layer:
            values[entry.key] = _checked(entry, table[entry.key])
            origins[entry.key] = entry.origin
    sections: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        section, key = name.split(".")
        sections.setdefault(section, {})[key] = value
    return Loaded(config=Config.model_validate(sections), origins=origins, sources=sources, watches=watches)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A value as one layer gives it; ``as_text``: it comes as a string whatever its type."""

    key: str
    value: object
    origin: str
    as_text: bool = False


def file_of(file: Path | None = None) -> Path | None:
    """The file that :func:`load` reads, or would read if it came into being; None for none at all."""
    named = str(file) if file is not None else os.environ.get("STOREWATCH_CONFIG", FILE_NAME)
    return Path(named).expanduser() if named else None


def _config_file(file: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """The file to read, None where there is none; a file that was named must exist."""
    named = str(file) if file is not None else environ.get("STOREWATCH_CONFIG")
    if named == "" and file is None:
        return None
    if named is None:
        default = cwd / FILE_NAME
        return default if default.exists() else None
    path = cwd / Path(named).expanduser()
    if not path.exists():
        by = "--config" if file is not None else "STOREWATCH_CONFIG"
        raise ConfigError(named, f"the configuration file that {by} names does not exist")
    return path


def _parsed(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at (line \d+, column \d+|end of document)\)$", message)
        where = f"{path.name}, {place[1]}" if place else path.name
        raise ConfigError(where, f"is not valid TOML: {message[: place.start()] if place else message}") from error


def _file_layer(path: Path, text: str, content: Mapping[str, object], table: Mapping[str, Key]) -> Iterator[_Entry]:
    for section, entries in content.items():
        origin = _place(path, text, section)
        if section not in Config.model_fields:
            names = [f"{section}.{name}" for name in entries] if isinstance(entries, dict) else []
            raise _unknown(names[0] if names else section, origin, table)
        if not isinstance(entries, dict):
            raise ConfigError(f"{section} ({origin})", f"is a section, not a key: write [{section}] and its keys below")
        for name, value in entries.items():
            origin = _place(path, text, section, name)
            if f"{section}.{name}" not in table:
                raise _unknown(f"{section}.{name}", origin, table)
            yield _Entry(f"{section}.{name}", value, origin)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(path.name, f"is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise ConfigError(path.name, f"cannot be read: {error.strerror}") from error


def _place(path: Path, text: str, section: str, name: str | None = None) -> str:
    """``storewatch.toml line 3``; without the line where an unusual spelling hides it."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            current = header[1]
            if current == section and name is None:
                return f"{path.name} line {number}"
        elif assigned := re.match(r"\s*([\w.-]+)\s*=", line):
            full = f"{current}.{assigned[1]}" if current else assigned[1]
            if full == (section if name is None else f"{section}.{name}"):
                return f"{path.name} line {number}"
    return path.name


def _place_of_table(path: Path | None, text: str, section: str, name: str) -> str:
    """Where ``[SECTION.NAME]`` stands in the file."""
    header = re.compile(rf"""\s*\[\s*{section}\s*\.\s*["']?{re.escape(name)}["']?\s*[\].]""")
    shown = path.name if path is not None else FILE_NAME
    for number, line in enumerate(text.splitlines(), start=1):
        if name and header.match(line):
            return f"{shown} line {number}"
    return shown


def _environment_layer(environ: Mapping[str, str], table: Mapping[str, Key]) -> Iterator[_Entry]:
    by_variable = {key.variable: key for key in table.values()}
    for variable, value in sorted(environ.items()):
        if not variable.upper().startswith(PREFIX) or variable in RESERVED:
            continue
        key = by_variable.get(variable)
        if key is None:
            near = _nearest(
                variable.upper().removeprefix(PREFIX), {name.removeprefix(PREFIX): name for name in by_variable}
            )
            raise ConfigError(variable, "unknown environment variable", hint=_did_you_mean(near))
        yield _Entry(key.name, value, f"environment {variable}", as_text=True)


def _flag_layer(flags: Mapping[str, object], table: Mapping[str, Key]) -> Iterator[_Entry]:
    for name, value in flags.items():
        if name not in table:
            raise _unknown(name, "flag", table)
        if value is not None:
            yield _Entry(name, value, f"flag {FLAGS.get(name, name)}")


def _unknown(name: str, origin: str, table: Mapping[str, Key]) -> ConfigError:
    last = name.rpartition(".")[2]
    same_name = [key for key in table if key.rpartition(".")[2] == last]
    near = same_name[0] if len(same_name) == 1 else _nearest(name, {key: key for key in table})
    return ConfigError(f"{name} ({origin})", "unknown key", hint=_did_you_mean(near))


def _nearest(name: str, names: Mapping[str, str]) -> str | None:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return names[close[0]] if close else None


def _did_you_mean(near: str | None) -> str:
    return f"did you mean {near}?" if near else "`storewatch config` lists all keys"


def _checked(entry: _Entry, key: Key) -> object:
    """The value of one layer, converted to the key's type.

    :raises ConfigError: naming the key, where it stands, the value (without its secrets) and what is expected.
    """
    value = entry.value
    if entry.as_text and value == "" and key.nullable:
        return None
    section, name = entry.key.split(".")
    model = type(getattr(Config(), section))
    try:
        # A file and a flag carry types, so "2" for 2 is a mistake there; a variable is always text.
        checked = model.model_validate({name: value}, strict=not entry.as_text)
    except ValidationError as error:
        shown = textwrap.shorten(without_secrets(repr(value)), 100, placeholder=" ...")
        subject = f"{entry.key} ({entry.origin})"
        raise ConfigError(subject, f"wrong value {shown}", hint=f"expected {key.expected}") from error
    return getattr(checked, name)


def _get(config: Config, name: str) -> object:
    section, key = name.split(".")
    return getattr(getattr(config, section), key)


def _as_text(value: object) -> str:
    """A value as a variable holds it; :func:`_checked` reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(f"{one:g}" if isinstance(one, float) else str(one) for one in value)
    return str(value)
