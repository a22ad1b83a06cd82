"""What single sources are sent beside the usual: headers and cookies, their secrets from the environment.

::

    [sources.golem]
    headers = {Authorization = "env:GOLEM_TOKEN", Accept-Language = "de"}
    cookies = {consent = "yes"}

``env:NAME`` stands for the value of the environment variable NAME, which is read when a crawl starts. No value is ever
part of a message.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from storewatch.errors import ConfigError

#: The variable by which a crawl process gets these tables.
VARIABLE = "STOREWATCH_SOURCES"
_KEYS = ("headers", "cookies")
_FROM_ENVIRONMENT = "env:"
# A field name of RFC 9110, 5.6.2; cookies have the same kind of name (RFC 6265, 4.1.1).
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SOURCE = re.compile(r"[a-z0-9-]+")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Headers that the connection or the polling itself needs.
_RESERVED = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "if-modified-since",
        "if-none-match",
        "proxy-authorization",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The tables of one source as they are written; ``origin`` is where."""

    origin: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)


def access_of(tables: object, place: Callable[[str], str]) -> dict[str, Access]:
    """The checked ``[sources.NAME]`` tables; ``place`` says where that of a name stands.

    :raises ConfigError: for an unknown key, a name or value that cannot be sent, or anything else than such tables.
    """
    if not isinstance(tables, dict):
        raise ConfigError(f"sources ({place('')})", "is no table", hint="write [sources.NAME] and its keys below")
    return {name: _access(name, table, place(name)) for name, table in tables.items()}


def _access(name: str, table: object, origin: str) -> Access:
    subject = f"sources.{name} ({origin})"
    if not _SOURCE.fullmatch(name):
        raise ConfigError(subject, "is no name of a source", hint="`storewatch sources list` shows the names")
    if not isinstance(table, dict):
        raise ConfigError(subject, "is a table of a source, not a key", hint=f"write [sources.{name}]")
    for key in table:
        if key not in _KEYS:
            near = _nearest(key, _KEYS)
            hint = f"did you mean sources.{name}.{near}?" if near else "a source has headers and cookies"
            raise ConfigError(f"sources.{name}.{key} ({origin})", "unknown key", hint=hint)
    pairs = {key: _pairs(name, key, table.get(key, {}), origin) for key in _KEYS}
    return Access(origin=origin, headers=pairs["headers"], cookies=pairs["cookies"])


def _pairs(source: str, key: str, pairs: object, origin: str) -> dict[str, str]:
    if not isinstance(pairs, dict):
        hint = f'expected {key} = {{Name = "value"}}'
        raise ConfigError(f"sources.{source}.{key} ({origin})", "is no table of names and values", hint=hint)
    for name, value in pairs.items():
        subject = f"sources.{source}.{key}.{name} ({origin})"
        if not _TOKEN.fullmatch(name):
            raise ConfigError(subject, f"is no name of a {key[:-1]}", hint="letters, digits and dashes are")
        if key == "headers" and name.lower() == "cookie":
            raise ConfigError(subject, "is not set as a header", hint=f"write sources.{source}.cookies")
        if key == "headers" and name.lower() in _RESERVED:
            raise ConfigError(subject, "is set by storewatch itself", hint="leave it out")
        if not isinstance(value, str) or not _can_be_sent(value, key):
            hint = 'expected "env:VARIABLE" or one line of printable ASCII characters'
            raise ConfigError(subject, "wrong value", hint=hint + (" without ;" if key == "cookies" else ""))
        if value.startswith(_FROM_ENVIRONMENT):
            _check_variable(value.removeprefix(_FROM_ENVIRONMENT), subject)
    return dict(pairs)


def _check_variable(variable: str, subject: str) -> None:
    if not _VARIABLE_NAME.fullmatch(variable):
        raise ConfigError(subject, "names no environment variable", hint='write "env:VARIABLE"')
    if variable.upper().startswith("STOREWATCH_"):
        hint = "variables that begin with STOREWATCH_ are for keys; choose another name"
        raise ConfigError(subject, f"cannot be the variable {variable}", hint=hint)


def _can_be_sent(value: str, key: str) -> bool:
    fits = bool(value.strip()) and value.isascii() and value.isprintable()
    return fits and not (key == "cookies" and ";" in value)


def resolved(source: str, access: Access, environ: Mapping[str, str]) -> dict[str, str]:
    """The headers to send, with the values of the environment in them; cookies are one of them.

    :raises ConfigError: for a variable that is not set or holds what cannot be sent; it names the source.
    """

    def value_of(key: str, name: str, value: str) -> str:
        if not value.startswith(_FROM_ENVIRONMENT):
            return value
        variable = value.removeprefix(_FROM_ENVIRONMENT)
        subject = f"sources.{source}.{key}.{name} ({access.origin})"
        if not environ.get(variable):
            raise ConfigError(subject, f"the environment variable {variable} is not set", hint=f"set it for {source}")
        if not _can_be_sent(environ[variable], key):
            hint = "expected one line of printable ASCII characters"
            raise ConfigError(subject, f"the environment variable {variable} cannot be sent", hint=hint)
        return environ[variable]

    headers = {name: value_of("headers", name, value) for name, value in access.headers.items()}
    cookies = [f"{name}={value_of('cookies', name, value)}" for name, value in access.cookies.items()]
    return headers | ({"Cookie": "; ".join(cookies)} if cookies else {})


def secrets_of(access: Access, environ: Mapping[str, str]) -> tuple[str, ...]:
    """All values of its headers and cookies, none of which anybody needs to read anywhere."""
    values = (*access.headers.values(), *access.cookies.values())
    return tuple(
        environ.get(one.removeprefix(_FROM_ENVIRONMENT), "") if one.startswith(_FROM_ENVIRONMENT) else one
        for one in values
    )


def check_names(access: Mapping[str, Access], known: Collection[str]) -> None:
    """
    :raises ConfigError: for the first table whose source there is not among ``known``; it names the nearest one.
    """
    for name, one in access.items():
        if name not in known:
            near = _nearest(name, known)
            hint = f"did you mean sources.{near}?" if near else "`storewatch sources list` shows the names"
            raise ConfigError(f"sources.{name} ({one.origin})", "there is no source of this name", hint=hint)


def shown(pairs: Mapping[str, str]) -> str:
    """Names, and where their values come from; a value that stands in the file is blotted out."""
    words = (f"{name}={value if value.startswith(_FROM_ENVIRONMENT) else '***'}" for name, value in pairs.items())
    return ", ".join(words)


def to_json(access: Mapping[str, Access]) -> str:
    """The tables as the variable :data:`VARIABLE` holds them; "" for none."""
    tables = {
        name: {"origin": one.origin, "headers": dict(one.headers), "cookies": dict(one.cookies)}
        for name, one in access.items()
    }
    return json.dumps(tables) if tables else ""


def from_json(text: str) -> dict[str, Access]:
    """The tables of :data:`VARIABLE`.

    :raises ConfigError: as :func:`access_of`, and for what is no JSON.
    """
    if not text.strip():
        return {}
    try:
        tables = json.loads(text)
    except ValueError as error:
        raise ConfigError(
            VARIABLE, "is not valid JSON", hint='{"NAME": {"headers": {...}, "cookies": {...}}}'
        ) from error
    origins: dict[str, str] = {}
    for name, table in tables.items() if isinstance(tables, dict) else ():
        origin = table.pop("origin", None) if isinstance(table, dict) else None
        origins[name] = origin if isinstance(origin, str) else f"environment {VARIABLE}"
    return access_of(tables, lambda name: origins.get(name, f"environment {VARIABLE}"))


def may_carry(home: str, url: str) -> bool:
    """May a request for ``url`` carry what the source at ``home`` is sent? Only on the source's own host and port, and
    never unencrypted where the source is encrypted."""
    from urllib.parse import urlsplit

    try:
        own, asked = urlsplit(home), urlsplit(url)
        ports = [part.port or (443 if part.scheme == "https" else 80) for part in (own, asked)]
    except ValueError:
        return False
    if not own.hostname or own.hostname != asked.hostname:
        return False
    if (own.scheme, asked.scheme) == ("http", "https"):
        return ports[0] == ports[1] or ports == [80, 443]
    return own.scheme == asked.scheme and ports[0] == ports[1]


def _nearest(name: str, names: Iterable[str]) -> str | None:
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return close[0] if close else None
