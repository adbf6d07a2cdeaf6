"""What a command is told from outside: the book, the day, the user, and shared options."""

import contextlib
import datetime as dt
import os
import shlex
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from folio.cli.days import in_zone, parse_day, parse_instant, zone
from folio.errors import FolioError, UsageError

if TYPE_CHECKING:
    import sqlite3


class Format(StrEnum):
    """How a listing is written."""

    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    jsonl = "jsonl"
    md = "md"


# The options of every listing, to be used as annotations: ``as_of: AsOf = None``.
AsOf = Annotated[
    dt.date | None,
    typer.Option("--as-of", parser=parse_day, metavar="DATE", help="As it stood on this day."),
]
KnownAt = Annotated[
    dt.datetime | None,
    typer.Option(
        "--known-at",
        parser=parse_instant,
        metavar="INSTANT",
        help="With what had been recorded by then: a day, or 2025-06-30T18:00.",
    ),
]
Currency = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help="In this currency.")
]
Output = Annotated[
    Format | None,
    typer.Option(
        "-O", "--output", help="How to write it; table, or what the file's name says.",
        show_default=False,
    ),
]  # fmt: skip
File = Annotated[
    Path | None, typer.Option("-o", "--file", metavar="FILE", help="Write to this file.")
]
Exact = Annotated[bool, typer.Option("--exact", help="Every digit, nothing rounded.")]
GroupFilter = Annotated[
    list[str] | None, typer.Option("--group", metavar="NAME", help="Only this group; repeatable.")
]
AccountFilter = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="NAME", help="Only this account; repeatable."),
]
InstitutionFilter = Annotated[
    list[str] | None,
    typer.Option("--institution", metavar="NAME", help="Only this institution; repeatable."),
]
AssetFilter = Annotated[
    list[str] | None,
    typer.Option("--asset", metavar="SYMBOL", help="Only this asset; repeatable."),
]
TypeFilter = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help="Only assets of this type; repeatable."),
]

_chosen: Path | None = None  # what --db says, in this run
_arguments: list[str] = []


def begin(arguments: list[str]) -> None:
    """Start a run of the command line."""
    global _chosen, _arguments
    _chosen, _arguments = None, arguments


def choose_book(path: Path | None) -> None:
    """Remember what ``--db`` says."""
    global _chosen
    _chosen = path


def book_path() -> Path:
    """Where the book is: ``--db``, else FOLIO_DB, else the user's data folder."""
    named = _chosen or os.environ.get("FOLIO_DB")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("folio", appauthor=False) / "folio.db"


@contextlib.contextmanager
def open_book(*, bulk: bool = False) -> "Iterator[sqlite3.Connection]":
    """The book, for the length of a command; SQLite's errors become sentences."""
    from folio.db import connection

    path = book_path()
    db = connection.open_book(path, bulk=bulk)
    with contextlib.closing(db), connection.translated(path):
        yield db


def now() -> dt.datetime:
    """This instant: FOLIO_NOW, else noon UTC of FOLIO_TODAY, else the clock's."""
    if text := os.environ.get("FOLIO_NOW"):
        return in_zone(_from_environment("FOLIO_NOW", text), "UTC").astimezone(dt.UTC)
    if text := os.environ.get("FOLIO_TODAY"):
        day = _from_environment("FOLIO_TODAY", text).date()
        return dt.datetime.combine(day, dt.time(12), dt.UTC)
    return dt.datetime.now(dt.UTC)


def today(time_zone: str) -> dt.date:
    """This day in the book's time zone: FOLIO_TODAY, else the day of :func:`now`."""
    if text := os.environ.get("FOLIO_TODAY"):
        return _from_environment("FOLIO_TODAY", text).date()
    return now().astimezone(zone(time_zone)).date()


def _from_environment(name: str, text: str) -> dt.datetime:
    try:
        return parse_instant(text)
    except UsageError as error:
        raise FolioError(f"the variable {name}: {error}") from None


def user() -> str:
    """Who runs the command, for the audit log."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def command_line() -> str:
    """The command as typed, quoted for a shell."""
    return shlex.join(["folio", *_arguments])
