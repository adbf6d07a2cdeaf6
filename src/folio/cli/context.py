"""What a command is told from outside: the book, the day and the user."""

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from folio.cli import preferences
from folio.cli.text import warn
from folio.errors import FolioError, UsageError
from folio.model.dates import in_zone, parse_moment, time_zone

if TYPE_CHECKING:
    import sqlite3


_chosen: Path | None = None  # what --db says, in this run
_arguments: list[str] = []
_into_lock = False  # what --into-lock says, in this run


def begin(arguments: list[str]) -> None:
    """Start a run of the command line."""
    global _chosen, _arguments, _into_lock
    _chosen, _arguments, _into_lock = None, arguments, False
    preferences.begin()


def choose_book(path: Path | None) -> None:
    """Remember what ``--db`` says."""
    global _chosen
    _chosen = path


def choose_into_lock(wanted: bool) -> None:
    """Remember what ``--into-lock`` says."""
    global _into_lock
    _into_lock = wanted


def into_lock() -> bool:
    """Whether figures of locked days may change in this run."""
    return _into_lock


def named_book() -> Path | None:
    """What ``--db`` says in this run, None where it says nothing."""
    return None if _chosen is None else _chosen.expanduser()


def book_path() -> Path:
    """Where the book is: ``--db``, else FOLIO_DB, else the user's file, else the data folder."""
    if named := _chosen or preferences.value("db"):
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("folio", appauthor=False) / "folio.db"


@contextlib.contextmanager
def open_book(*, timed: bool = False) -> "Iterator[sqlite3.Connection]":
    """The book, for the length of a command; SQLite's errors become sentences."""
    from folio.db.file import connection

    path = book_path()
    db = connection.open_book(path, named=named_book() is not None, timed=timed, told=warn)
    with (
        contextlib.closing(db),
        connection.translated(path),
        connection.in_order(db, path),
    ):
        yield db


def now() -> dt.datetime:
    """This instant: FOLIO_NOW, else noon UTC of FOLIO_TODAY, else the clock's."""
    if text := os.environ.get("FOLIO_NOW"):
        return in_zone(_from_environment("FOLIO_NOW", text), dt.UTC).astimezone(dt.UTC)
    if text := os.environ.get("FOLIO_TODAY"):
        day = _from_environment("FOLIO_TODAY", text).date()
        return dt.datetime.combine(day, dt.time(12), dt.UTC)
    return dt.datetime.now(dt.UTC)


def today(zone: str) -> dt.date:
    """This day in the book's time zone: FOLIO_TODAY, else the day of :func:`now`."""
    if text := os.environ.get("FOLIO_TODAY"):
        return _from_environment("FOLIO_TODAY", text).date()
    return now().astimezone(time_zone(zone)).date()


def book_today(db: "sqlite3.Connection") -> dt.date:
    """Today in the book's time zone."""
    from folio.db.arrangements.settings import load_settings

    return today(load_settings(db).book("time_zone"))


def _from_environment(name: str, text: str) -> dt.datetime:
    try:
        return parse_moment(text)
    except UsageError as error:
        raise FolioError(f"the variable {name}: {error}") from None


def user() -> str:
    """Who runs the command, for the audit log: as ``getpass`` says, which takes 0.8 ms to load."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if said := os.environ.get(name):
            return said
    try:
        import pwd

        return pwd.getpwuid(os.getuid())[0]
    except (ImportError, KeyError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def not_utf_8() -> str | None:
    """The first argument that holds bytes that are no UTF-8, as a shell reads it."""
    from folio.model.shell_words import shell_word

    found = (word for word in _arguments if any("\udc80" <= one <= "\udcff" for one in word))
    return next(map(shell_word, found), None)


def command_line() -> str:
    """The command as typed, quoted for a shell."""
    from folio.model.shell_words import shell_words

    return shell_words("folio", *_arguments)
