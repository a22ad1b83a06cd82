"""Watches in the configuration file, and which addresses they may name.

::

    [watches.Germany]
    query = "country:DE has:event"
    to = ["mailto:desk@example.org", "env:SLACK_URL", "https://example.org/hook?key=${HOOK_KEY}"]
    every = "daily"
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from typing import cast, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from storewatch.config import references
from storewatch.errors import ConfigError, InputError
from storewatch.types import Every, Watch

KEYS = ("query", "to", "every", "health")
#: Parameters of addresses whose values are secrets.
_SECRET = re.compile(r"(?i)pass|pwd|token|secret|key|sig|auth|cred")
#: A path's part that nobody would remember: at least so long, of letters and digits.
_CODE = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_-]{20,}")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
MAX_NAME = 80
EXAMPLES = "write mailto:desk@example.org, https://example.org/hook, env:VARIABLE or another address that apprise knows"


def watches_of(tables: object, place: Callable[[str], str]) -> dict[str, Watch]:
    """The checked ``[watches.NAME]`` tables; ``place`` says where that of a name stands.

    :raises ConfigError: for an unknown key, a wrong value, or anything else than such tables.
    """
    if not isinstance(tables, dict):
        raise ConfigError(f"watches ({place('')})", "is no table", hint="write [watches.NAME] and its keys below")
    return {name: _watch(name, table, place(name)) for name, table in tables.items()}


def _watch(name: str, table: object, origin: str) -> Watch:
    subject = f"watches.{name} ({origin})"
    if not isinstance(table, dict):
        raise ConfigError(subject, "is a table of a watch, not a key", hint=f"write [watches.{name}]")
    for key in table:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1)
            hint = f"did you mean watches.{name}.{near[0]}?" if near else f"a watch has {', '.join(KEYS)}"
            raise ConfigError(f"watches.{name}.{key} ({origin})", "unknown key", hint=hint)
    to = table.get("to", [])
    targets = [to] if isinstance(to, str) else to
    if not isinstance(targets, list) or not all(isinstance(one, str) for one in targets):
        raise ConfigError(f"watches.{name}.to ({origin})", "wrong value", hint='expected ["ADDRESS", ...]')
    query, every, health = table.get("query"), table.get("every", "instant"), table.get("health", False)
    if query is not None and not isinstance(query, str):
        raise ConfigError(f"watches.{name}.query ({origin})", "wrong value", hint="expected a text: 'country:DE'")
    if every not in get_args(Every):
        hint = f"expected {' or '.join(get_args(Every))}"
        raise ConfigError(f"watches.{name}.every ({origin})", "wrong value", hint=hint)
    if not isinstance(health, bool):
        raise ConfigError(f"watches.{name}.health ({origin})", "wrong value", hint="expected true or false")
    watch = Watch(name=name, query=query, targets=tuple(targets), every=cast(Every, every), health=health)
    try:
        return replace(checked(watch), origin=origin)
    except InputError as error:
        raise ConfigError(f"{subject}, {error.subject}", error.problem, hint=error.hint) from None


def checked(watch: Watch) -> Watch:
    """``watch`` with its addresses taken apart (``mailto:a@b,c@d`` is two).

    What the query asks for is read where it is asked. :raises InputError: for a name or address that cannot be, for
    a secret in an address, and where there is nothing to be told.
    """
    if not watch.name.strip() or len(watch.name) > MAX_NAME or not watch.name.isprintable():
        raise InputError("NAME", "is no name of a watch", hint=f"one line of at most {MAX_NAME} characters")
    if not watch.targets:
        raise InputError("to", "names nobody", hint=EXAMPLES)
    if not watch.query and not watch.health:
        raise InputError("query", "there is none", hint="write what is to be told, as for `storewatch search`")
    targets = dict.fromkeys(one for text in watch.targets for one in addresses(text))
    return replace(watch, targets=tuple(targets), query=watch.query or None)


def addresses(text: str) -> tuple[str, ...]:
    """The address that ``text`` names, as it is stored; several for a list of mail addresses.

    :raises InputError: for what is no address, or holds a secret that everybody could read in the database.
    """
    text = text.strip()
    try:
        references.check(text, "to")
    except ConfigError as error:
        raise InputError(error.subject, error.problem, hint=error.hint) from None
    if references.is_whole(text):
        return (text,)
    scheme, colon, rest = text.partition(":")
    if not colon or not text.isprintable() or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        raise InputError("to", "is no address", hint=EXAMPLES)
    if scheme.lower() in ("mailto", "mailtos"):
        return _mail_addresses(rest)
    _refuse_secrets(text, scheme.lower())
    return (text,)


def _mail_addresses(rest: str) -> tuple[str, ...]:
    if rest.startswith("//"):
        hint = "write smtp://USER:${VARIABLE}@HOST:587/?to=desk@example.org, or set alerts.smtp and write mailto:"
        raise InputError("to", "mailto:// is not understood", hint=hint)
    found = [unquote(one.strip()) for one in rest.partition("?")[0].split(",")]
    for one in found:
        if not _ADDRESS.fullmatch(one):
            raise InputError("to", f"{one!r} is no mail address", hint="write mailto:desk@example.org")
    return tuple(f"mailto:{one}" for one in found)


def _refuse_secrets(text: str, scheme: str) -> None:
    """What is stored and listed must hold no secret, so it must be referred to."""
    hint = "put it into an environment variable or a file and write ${VARIABLE} or ${file:PATH} in its place"
    # References stand for themselves here: a password that is one is none.
    plain = re.sub(r"\$\{[^{}]*\}", "", text)
    try:
        parts = urlsplit(plain)
        password, host, _ = parts.password, parts.hostname, parts.port
    except ValueError:
        raise InputError("to", "is no address", hint=EXAMPLES) from None
    if password or any(value and _SECRET.search(name) for name, value in parse_qsl(parts.query)):
        raise InputError("to", "holds a secret, which would be stored", hint=hint)
    if scheme in ("http", "https", "smtp", "smtps"):
        if not host and "${" not in text:
            raise InputError("to", "names no host", hint=EXAMPLES)
        if _CODE.search(parts.path):
            raise InputError("to", "holds what looks like a secret, which would be stored", hint=hint)
    elif "${" not in text:
        # Other services have their secrets anywhere in the address.
        whole = "put the whole address into an environment variable or a file and write env:VARIABLE or file:PATH"
        raise InputError("to", f"a {scheme} address may hold a secret, which would be stored", hint=whole)
