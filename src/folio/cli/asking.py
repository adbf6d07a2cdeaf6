"""From a listing's options to what a report is asked."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from folio.cli import context, preferences
from folio.cli.context import book_today as book_today
from folio.errors import FolioError, UsageError

if TYPE_CHECKING:
    from folio.book import Book
    from folio.book.selection import Filters
    from folio.cli.options import Format
    from folio.model.assets import Asset
    from folio.model.table import Table
    from folio.operations.recording import Recording, Who
    from folio.reports.query import Query, Since

Names = list[str] | None


def filters(
    group: Names = None,
    account: Names = None,
    institution: Names = None,
    asset: Names = None,
    type: Names = None,
) -> "Filters":
    """The filters of a listing."""
    from folio.book.selection import Filters

    return Filters(*(tuple(names or ()) for names in (group, account, institution, asset, type)))


@contextlib.contextmanager
def asking(
    as_of: dt.date | None = None,
    known_at: dt.datetime | None = None,
    currency: str | None = None,
    chosen: "Filters | None" = None,
    *,
    exact: bool = False,
    timed: bool = False,
    drawn: bool = False,
    whole: bool = False,
    to_read: bool = False,
) -> "Iterator[tuple[Book, Query]]":
    """The book and what it is asked, for the length of a command."""
    from folio.book import Book
    from folio.book.selection import Filters
    from folio.reports.query import Query

    named = as_of
    if context.into_lock():
        raise UsageError("--into-lock is for what records; a listing changes no locked day")
    with context.open_book(timed=timed) as db:
        book = Book(db)
        zone = book.catalog.settings.book("time_zone")
        if known_at is not None:
            then = since_when(book, known_at)
            known_at = then.instant
            book = Book.known(db, then.commit)
            as_of = as_of or then.day
        day = as_of or context.today(zone)
        money = _currency(book, currency) if currency else _preferred_currency(book)
        last = named or dt.date.max
        how = {"exact": exact, "drawn": drawn, "whole": whole, "to_read": to_read}
        yield book, Query(day, money, chosen or Filters(), known_at, last_day=last, **how)


def since_when(book: "Book", moment: dt.datetime, *, or_nothing: bool = False) -> "Since":
    """What was known at an instant, in the book's time zone where it states none.

    Before the book was made that is nothing, and asked for only ``or_nothing``: then it is what
    the book's first commit, the making, says.

    Raises:
        FolioError: when nothing had been recorded by then.
    """
    from folio.db.recording.commits import commit_at
    from folio.model.dates import in_zone, time_zone
    from folio.reports.query import Since

    zone = time_zone(book.catalog.settings.book("time_zone"))
    instant = in_zone(moment, zone)
    commit = commit_at(book.db, instant) or int(or_nothing)
    if not commit:
        raise FolioError(
            f"nothing had been recorded by {instant:%Y-%m-%d %H:%M}; the book is younger"
        )
    if book.known_at is not None:
        commit = min(commit, book.known_at)
    return Since(commit, instant, instant.astimezone(zone).date())


def _preferred_currency(book: "Book") -> "Asset":
    """The currency that the user's configuration names, else the book's own."""
    code, origin = preferences.chosen("currency")
    if code is None:
        return book.base
    try:
        return _currency(book, code)
    except FolioError as error:
        raise type(error)(f"{error} (the currency is said by {origin})") from None


def _currency(book: "Book", code: str) -> "Asset":
    """One of the currencies that the book knows."""
    from folio.model.assets import currency_code, parse_asset_ref
    from folio.operations.names import find_asset

    found = find_asset(book.catalog, parse_asset_ref(code))
    if found is not None:
        return found
    if currency_code(code) is None:
        raise UsageError(f"{code!r} is no currency that the book knows, such as EUR")
    raise FolioError(
        f"the book has no rate for {code.upper()}; add one with: "
        f"folio price add {code.upper()} RATE --quote {book.base.symbol} --on DAY"
    )


def can_show(output: "Format | None", file: Path | None) -> None:
    """Refuse a file's name that says no format, before anything is recorded."""
    from folio.cli.render import format_of

    if output is None:
        format_of(file)


def show(table: "Table", output: "Format | None", file: Path | None, exact: bool) -> None:
    """Write a listing as its options say."""
    from folio.cli.render import show

    show(table, output, file, exact=exact)


@contextlib.contextmanager
def recording(*, dry_run: bool = False) -> "Iterator[Recording]":
    """What a command records in the book: all of it, or nothing."""
    from folio.operations.recording import recording

    with context.open_book() as db, recording(db, who(), dry_run=dry_run) as write:
        yield write


def who() -> "Who":
    """Who asks, for what, and when."""
    from folio.operations.recording import Who

    return Who(context.command_line(), context.user(), context.now(), context.into_lock())
