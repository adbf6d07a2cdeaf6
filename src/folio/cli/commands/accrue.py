"""``folio accrue``: book the interest that is due."""

import datetime as dt

from folio.cli import options
from folio.cli.asking import book_today, can_show, filters, recording, show
from folio.cli.options import flag
from folio.cli.text import say
from folio.errors import UsageError


def command(
    until: dt.date | None = options.dated("--until", "What is due by this day; today."),
    again: bool = flag("--again", "Also what was undone, and anew what would be another amount."),
    dry_run: bool = flag("--dry-run", "Show what would be booked; record nothing."),
    group: options.GroupFilter = None,
    account: options.AccountFilter = None,
    institution: options.InstitutionFilter = None,
    asset: options.AssetFilter = None,
    type: options.TypeFilter = None,
    output: options.Output = None,
    file: options.File = None,
) -> None:
    """Book every payment that yield rules owe, once; the rules: folio yield list.

    folio accrue --until 2025-06-30
    """
    from folio.book import Book
    from folio.operations.interest.accrue import accrue
    from folio.reports.paid.yields import bookings

    can_show(output, file)
    chosen = filters(group, account, institution, asset, type)
    with recording(dry_run=dry_run) as write:
        today = book_today(write.db)
        day = until or today
        if day > today:
            raise UsageError(f"{day} is yet to come; interest is booked when it is due")
        done = accrue(write, until=day, filters=chosen, again=again)
        table = bookings(Book(write.db), day, done.bookings)
    for note in done.notes:
        say(f"note: {note}")
    show(table, output, file, False)
