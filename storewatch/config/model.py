"""The keys of the configuration: sections, types, bounds, defaults and what each means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from storewatch.config.when import FORMS, WEEKDAYS, parse_when

PREFIX = "STOREWATCH_"
DATABASE_SCHEMES = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg", "postgres")
#: A database in memory ends with its process, and a crawl is a process of its own.
IN_MEMORY = frozenset({":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:"})

#: Ages at which articles are looked at again: so many at most, none later than after 90 days.
MOST_AGES = 10
LONGEST_AGE_H = 2160


@dataclass(frozen=True, slots=True)
class Expected:
    """What a key wants, in words that end the sentence "expected ..."."""

    words: str


def _database_url(value: str) -> str:
    """A path becomes an SQLite URL; a URL must be of an engine that storewatch knows."""
    value = value.strip()
    if not value or not value.isprintable() or value in IN_MEMORY:
        raise ValueError
    if "://" not in value:
        return f"sqlite:///{_expanded(value)}"
    if value.split("://", 1)[0].lower() not in DATABASE_SCHEMES:
        raise ValueError
    return value


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:  # "~nobody" where there is no such user
        raise ValueError from error


def _proxy_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError
    return value


def _header_value(value: str) -> str:
    """Printable ASCII on one line: anything else could not be sent, or would smuggle in another header."""
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise ValueError
    return value.strip()


Flag = Annotated[bool, Expected("true or false")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Expected("a number from 0 to 1")]
Delay = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False), Expected("a number of seconds from 0 to 3600")]
Timeout = Annotated[
    float, Field(gt=0, le=3600, allow_inf_nan=False), Expected("a number of seconds above 0, up to 3600")
]
HeaderValue = Annotated[str, AfterValidator(_header_value), Expected("one line of printable ASCII characters")]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Database(Section):
    url: Annotated[
        str,
        AfterValidator(_database_url),
        Expected("a file path, sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"),
    ] = Field(
        default="sqlite:///storewatch.db",
        repr=False,
        description="The database: an SQLAlchemy URL of SQLite or PostgreSQL, or the path of an SQLite file. "
        "A relative path starts at the working folder.",
    )


class Fetch(Section):
    allow_private_addresses: Flag = Field(
        default=False,
        description="Fetch from private, loopback and link-local addresses too (intranets, tests).",
    )
    delay_s: Delay = Field(default=1.0, description="Seconds between two requests to the same host.")
    timeout_s: Timeout = Field(default=30.0, description="Seconds after which a request is given up.")
    user_agent: HeaderValue | None = Field(
        default=None,
        description="The User-Agent header; none: `storewatch/VERSION` and, where set, `fetch.contact`.",
    )
    contact: HeaderValue | None = Field(
        default=None,
        description="A mail or web address for the operators of the sites, put into the User-Agent header.",
    )
    proxy: Annotated[str, AfterValidator(_proxy_url), Expected("http://[USER:PASSWORD@]HOST:PORT")] | None = Field(
        default=None, repr=False, description="The HTTP proxy that all requests go through."
    )
    max_bytes: Annotated[
        int, Field(ge=10_000, le=1_000_000_000), Expected("a whole number of bytes from 10000 to 1000000000")
    ] = Field(default=10_000_000, description="Largest response, in bytes, that is read; larger ones are refused.")
    concurrency: Annotated[int, Field(ge=1, le=1000), Expected("a whole number from 1 to 1000")] = Field(
        default=64, description="Requests in flight at the same time, over all hosts."
    )
    verify_certificates: Flag = Field(
        default=True, description="Refuse sites whose TLS certificate is not valid for their name."
    )


class Run(Section):
    failed_share: Share = Field(
        default=0.2,
        description="Share of the due sources whose failure makes a run end with exit code 3. Sources that already "
        "failed before do not count.",
    )
    page_limit: Annotated[int, Field(ge=1), Expected("a whole number of at least 1")] | None = Field(
        default=None,
        description="Most pages that one run fetches; none: all that wait. The rest stays for the next run.",
    )


def _ages(value: object) -> object:
    """A list of the file, or one line of a variable with commas between the numbers; each larger than the one before.

    Raises ValueError for anything else.
    """
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if (
        not isinstance(value, list | tuple)
        or not 0 < len(value) <= MOST_AGES
        or any(isinstance(x, bool) for x in value)
    ):
        raise ValueError
    hours = tuple(float(one) for one in value)
    if hours[-1] > LONGEST_AGE_H or not all(low < high for low, high in pairwise((0.0, *hours))):
        raise ValueError
    return hours


class Refetch(Section):
    enabled: Flag = Field(default=True, description="Look again at stored articles, which are edited while young.")
    hours: Annotated[
        tuple[float, ...],
        BeforeValidator(_ages),
        Expected("a growing list of 1 to 10 hours up to 2160: [1, 6, 24, 72], in a variable 1,6,24,72"),
    ] = Field(
        default=(1.0, 6.0, 24.0, 72.0),
        description="Hours after its publication at which an article is looked at again; one that was changed is so "
        "more often, until twice the last of them.",
    )
    per_run: Annotated[int, Field(ge=1, le=100_000), Expected("a whole number from 1 to 100000")] = Field(
        default=200, description="Most articles that one run looks at again, after all new pages."
    )
    per_host: Annotated[int, Field(ge=1, le=100_000), Expected("a whole number from 1 to 100000")] = Field(
        default=20, description="Most of them from one host."
    )


class Extract(Section):
    workers: Annotated[int, Field(ge=0, le=256), Expected("a whole number from 0 to 256")] = Field(
        default=0, description="Worker processes that turn pages into articles; 0: one per processor core."
    )
    timeout_s: Timeout = Field(
        default=20.0, description="Seconds that one page may take; then its worker is ended and the page rejected."
    )
    audit_share: Share = Field(
        default=0.01,
        description="Share of the pages below the prefilter that are read all the same, to measure what it loses.",
    )
    prefilter: Flag = Field(
        default=True, description="Only read pages whose feed entry or paragraphs hint at the topic; false: read all."
    )


def _names(value: object) -> object:
    """A list of the file, or one line of a variable with commas between the names."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) and "," not in name for name in value):
        raise ValueError
    return tuple(name.strip() for name in value if name.strip())


Names = Annotated[
    tuple[str, ...], BeforeValidator(_names), Expected('a list of names: ["one", "two"], in a variable one,two')
]


class Clean(Section):
    other_shortcodes: Flag = Field(
        default=True,
        description="Take shortcodes that are no ads out of texts too (forms, sharing, reading time, page builders).",
    )
    ad_names: Names = Field(
        default=(), description="Further names of ad tokens, as written: my_banner also stands for [my_banner id=3]."
    )
    ad_labels: Names = Field(
        default=(), description="Further labels of ad slots: a line that says nothing else is taken out."
    )


class Keep(Section):
    days: Annotated[int, Field(ge=0, le=36_500), Expected("a whole number of days from 0 to 36500")] = Field(
        default=180, description="Days for which fetched pages (HTML and text) are kept; 0: not at all."
    )
    rejected_days: Annotated[int, Field(ge=0, le=36_500), Expected("a whole number of days from 0 to 36500")] = Field(
        default=180,
        description="Days for which the texts of rejected pages are kept, for a look at why; 0: not at all.",
    )
    runs_days: Annotated[int, Field(ge=45, le=36_500), Expected("a whole number of days from 45 to 36500")] = Field(
        default=730, description="Days for which the rows of runs are kept, but never shorter than those of polls."
    )
    polls_days: Annotated[int, Field(ge=45, le=36_500), Expected("a whole number of days from 45 to 36500")] = Field(
        default=90, description="Days for which the rows of polls are kept; what was learned from them stays."
    )
    deliveries_days: Annotated[int, Field(ge=1, le=36_500), Expected("a whole number of days from 1 to 36500")] = Field(
        default=365,
        description="Days for which it is kept that a message of a watch was sent; waiting and dead ones always stay.",
    )


def _smtp_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0 or not value.isprintable():
        raise ValueError
    return value


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", value) or not value.isprintable():
        raise ValueError
    return value


def _clock_time(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError
    return value


def _weekday(value: str) -> str:
    if value.lower() not in WEEKDAYS:
        raise ValueError
    return value.lower()


def _zone(value: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (OSError, LookupError) as error:
        raise ValueError from error
    return value


class Alerts(Section):
    at: Annotated[str, AfterValidator(_clock_time), Expected("a time of day, 00:00 to 23:59")] = Field(
        default="08:00", description="When daily and weekly digests are made, on the clocks of `alerts.timezone`."
    )
    weekday: Annotated[str, AfterValidator(_weekday), Expected("a day of the week: monday, ... sunday")] = Field(
        default="monday", description="The day of weekly digests."
    )
    timezone: Annotated[str, AfterValidator(_zone), Expected("a time zone: UTC or Europe/Berlin")] = Field(
        default="UTC", description="The time zone of `alerts.at`."
    )
    smtp: Annotated[str, AfterValidator(_smtp_url), Expected("smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://...")] = (
        Field(
            default="smtp://localhost",
            repr=False,
            description="The mail server that takes letters to `mailto:` addresses.",
        )
    )
    sender: Annotated[str, AfterValidator(_mail_address), Expected("a mail address")] | None = Field(
        default=None, description="The mail address that letters come from; none: storewatch@ and this machine's name."
    )
    timeout_s: Timeout = Field(default=30.0, description="Seconds after which a receiver that says nothing is left.")


def _when(value: str) -> str:
    parse_when(value)
    return " ".join(value.lower().split())


When = Annotated[str, AfterValidator(_when), Expected(FORMS)]


class Schedule(Section):
    crawl: When = Field(
        default="every 1m", description="When `serve` looks which sources are due, and crawls them if there are any."
    )
    alerts: When = Field(
        default="every 1m", description="When `serve` looks what is new for watches, and delivers what is due."
    )
    health: When = Field(default="every 1h", description="When `serve` looks whether every source is well.")
    vacuum: When = Field(default="weekly sun 03:30", description="When `serve` does what `db vacuum` does.")
    backup: When = Field(default="off", description="When `serve` writes a backup into `schedule.backup_folder`.")
    backup_folder: Annotated[str, Expected("the path of a folder")] | None = Field(
        default=None, description="The folder for the backups of `serve`; none: beside the database, or here."
    )
    backups: Annotated[int, Field(ge=1, le=1000), Expected("a whole number from 1 to 1000")] = Field(
        default=7, description="How many backups are kept in the folder; older ones of ours are removed."
    )
    crawl_timeout_s: Annotated[
        float, Field(gt=0, le=604_800, allow_inf_nan=False), Expected("a number of seconds above 0, up to 604800")
    ] = Field(default=7200.0, description="Seconds after which `serve` ends a crawl; what it fetched is kept.")
    crawl_memory_mb: Annotated[int, Field(ge=0), Expected("a whole number of megabytes; 0: no limit")] | None = Field(
        default=None,
        description="Megabytes of memory, workers included, beyond which `serve` ends a crawl; 0: no limit; none: 1024 "
        "and 512 for each worker.",
    )
    port: Annotated[int, Field(ge=0, le=65_535), Expected("a port, 0 to 65535")] = Field(
        default=0, description="The port on 127.0.0.1 where `serve` answers /health and /metrics; 0: none."
    )


class Health(Section):
    disk_free_mb: Annotated[
        float, Field(ge=0, le=1e9, allow_inf_nan=False), Expected("a number of megabytes; 0: do not look")
    ] = Field(
        default=500.0,
        description="Megabytes that must be free where an SQLite file lies; `health` warns below, a tenth is critical.",
    )


class Log(Section):
    format: Annotated[Literal["text", "json"], Expected("text or json")] = Field(
        default="text",
        description="How messages and logs on standard error are written: lines of text, or one JSON object a line.",
    )


class Config(Section):
    """All values in force. Frozen; every section has only defaults that work."""

    database: Database = Database()
    fetch: Fetch = Fetch()
    run: Run = Run()
    refetch: Refetch = Refetch()
    extract: Extract = Extract()
    clean: Clean = Clean()
    keep: Keep = Keep()
    alerts: Alerts = Alerts()
    schedule: Schedule = Schedule()
    health: Health = Health()
    log: Log = Log()
