"""Every error storewatch raises on purpose.

::

    StorewatchError
    ├── ConfigError          a wrong key, value or file of the configuration      exit 2
    ├── InputError           a command got something it cannot read                exit 2
    ├── TopicError           a shipped or user's topic file is wrong               exit 2
    ├── EncoderError         the weights of the text encoder cannot be used        exit 2
    ├── DatabaseError        the database cannot be used as it is                  exit 2
    │   └── DatabaseLocked   it is there, but busy or unreachable: try again       exit 4
    ├── RunLocked            another run holds the lock                            exit 75
    ├── FeedError            bytes that are no usable feed
    ├── PageError            a page that cannot be fetched or read
    │   └── AddressRefused   the address guard said no
    └── WorkerError          a worker process crashed or ran out of time

A message names its subject first (feed, URL, file or key), then what is wrong, then, where there is one, the way out.
"""

from __future__ import annotations

from collections.abc import Callable


class StorewatchError(Exception):
    """Base of all errors of storewatch; ``exit_code`` is what a command ends with when it reaches the user."""

    exit_code = 1

    def __init__(self, subject: str, problem: str, *, hint: str = "") -> None:
        self.subject = subject
        self.problem = problem
        self.hint = hint
        super().__init__(subject, problem, hint)

    def __reduce__(self) -> tuple[Callable[..., StorewatchError], tuple[type[StorewatchError], dict[str, object]]]:
        # Errors cross process borders; the default would call __init__ without its keyword arguments.
        return _rebuild, (type(self), {"args": self.args, **self.__dict__})

    def __str__(self) -> str:
        return f"{self.subject}: {self.problem}" + (f" ({self.hint})" if self.hint else "")


def _rebuild(kind: type[StorewatchError], values: dict[str, object]) -> StorewatchError:
    error = kind.__new__(kind)
    for name, value in values.items():
        setattr(error, name, value)
    return error


class ConfigError(StorewatchError):
    """The subject is the key with where it stands, or the configuration file."""

    exit_code = 2


class InputError(StorewatchError):
    """The subject is the file, argument or URL that was given."""

    exit_code = 2


class TopicError(StorewatchError):
    """The subject is the topic file and the key in it."""

    exit_code = 2


class EncoderError(StorewatchError):
    """The subject is the file of weights, or the package that should bring it."""

    exit_code = 2


class DatabaseError(StorewatchError):
    """The subject is the database's URL without its password."""

    exit_code = 2


class DatabaseLocked(DatabaseError):
    """Locked by another process for longer than the busy timeout, or the server does not answer."""

    exit_code = 4


class RunLocked(StorewatchError):
    """The subject is the database's URL; the problem says who holds its run lock since when."""

    exit_code = 75


class FeedError(StorewatchError):
    """The subject is the feed's address; ``reason`` is a stable code (``not_a_feed``, ``too_large``, ...)."""

    def __init__(self, subject: str, problem: str, *, reason: str, hint: str = "") -> None:
        self.reason = reason
        super().__init__(subject, problem, hint=hint)


class PageError(StorewatchError):
    """The subject is the page's URL or file; ``reason`` is the code stored with it, ``evidence`` what speaks for it."""

    def __init__(
        self, subject: str, problem: str, *, reason: str, hint: str = "", evidence: tuple[str, ...] = ()
    ) -> None:
        self.reason = reason
        self.evidence = evidence
        super().__init__(subject, problem, hint=hint)


class AddressRefused(PageError):
    """The host resolves to an address that ``fetch.allow_private_addresses`` does not let through."""


class WorkerError(StorewatchError):
    """The subject is the URL whose work was lost; ``reason`` is ``worker_crashed`` or ``worker_timeout``."""

    def __init__(self, subject: str, problem: str, *, reason: str, hint: str = "") -> None:
        self.reason = reason
        super().__init__(subject, problem, hint=hint)
