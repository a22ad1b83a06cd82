"""References to secrets, in place of the secrets themselves.

``env:NAME`` or ``file:PATH`` stands for a whole value, ``${NAME}`` or ``${file:PATH}`` for a part of one. They are
looked up when the value is used; only the reference is ever stored or shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from storewatch.errors import ConfigError

_PART = re.compile(r"\$\{([^{}]*)\}")
_WHOLE = re.compile(r"(env|file):(?!//)(.*)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: A longer file is no secret.
MOST = 10_000
#: A shorter part of a secret is a word like any other ("https", "chat").
_LEAST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A value with its secrets in it, which never leave this process but to where they belong."""

    text: str
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Resolved(***)"

    def without_secrets(self, text: str) -> str:
        """``text`` with every secret blotted out, also as it stands in a URL, and with every part of one: a service may
        have put an address together anew."""
        forms = {form for secret in self.secrets for form in _forms(secret)}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, "***")
        return text


def _forms(secret: str) -> set[str]:
    parts = {part for part in re.split(r"[/:@?&=#,\s]+", secret) if len(part) >= _LEAST}
    return {form for one in (secret, *parts) for form in (one, quote(one), quote(one, safe=""), unquote(one)) if form}


def names(text: str) -> tuple[str, ...]:
    """The references in ``text`` as they are named: ``NAME`` or ``file:PATH``."""
    if whole := _WHOLE.fullmatch(text):
        return (whole[2] if whole[1] == "env" else f"file:{whole[2]}",)
    return tuple(_PART.findall(text))


def is_whole(text: str) -> bool:
    """Is all of ``text`` one reference?"""
    return _WHOLE.fullmatch(text) is not None


def check(text: str, subject: str) -> None:
    """
    :raises ConfigError: for a reference that names no variable or file.
    """
    for name in names(text):
        if not name.startswith("file:") and not _NAME.fullmatch(name):
            hint = "write env:NAME or ${NAME}, file:PATH or ${file:PATH}"
            raise ConfigError(subject, "refers to no environment variable", hint=hint)
        if name.upper().startswith("STOREWATCH_"):
            hint = "variables that begin with STOREWATCH_ are for keys; choose another name"
            raise ConfigError(subject, f"cannot refer to the variable {name}", hint=hint)


def resolve(text: str, environ: Mapping[str, str], subject: str) -> Resolved:
    """``text`` with what it refers to in place of the references.

    :raises ConfigError: for a variable that is not set or a file that cannot be read; never with a value in it.
    """
    check(text, subject)
    secrets = tuple(_value(name, environ, subject) for name in names(text))
    if is_whole(text):
        return Resolved(text=secrets[0], secrets=secrets)
    remaining = iter(secrets)
    return Resolved(text=_PART.sub(lambda _: next(remaining), text), secrets=secrets)


def _value(name: str, environ: Mapping[str, str], subject: str) -> str:
    if name.startswith("file:"):
        path = Path(name.removeprefix("file:")).expanduser()
        try:
            with path.open(encoding="utf-8") as file:
                value = file.read(MOST).strip()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise ConfigError(subject, f"the file {path} cannot be read: {why}") from error
    else:
        value = environ.get(name, "").strip()
    if not value:
        what = f"the file {path} is empty" if name.startswith("file:") else f"the variable {name} is not set"
        raise ConfigError(subject, what, hint="it holds the secret of this address")
    if not value.isprintable():
        raise ConfigError(subject, f"{name} holds more than one line", hint="one line is expected")
    return value
