"""``folio lock``: keep the figures of the past as they are."""

from typing import Annotated

from folio.cli.asking import book_today, recording
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, WHEN, Book, Query, Table, listing
from folio.cli.options import argument
from folio.cli.text import say

app = new_app("Lock the past: its figures stay as they are.", default="through")


@app.command("through")
def through(
    period: Annotated[str, argument("PERIOD", "Up to the end of it: 2024, 2024-06, a day.")],
) -> None:
    """Refuse whatever would change a figure on or before the last day of a period.

    folio lock 2024, folio lock 2024-06-30; --into-lock records into it all the same, visibly.
    """
    from folio.model.dates import parse_period
    from folio.operations.arranging.lock import lock_book

    with recording() as write:
        today = book_today(write.db)
        day = parse_period(period, today).end
        number = lock_book(write, day, today=today)
    say(f"locked through {day}, lock {number}; take that back with: folio lock undo")


@app.command("list")
@listing(WHEN | HOW)
def list_(book: Book, query: Query) -> Table:
    """List locks, and what was let into them."""
    from folio.reports.recorded.locks import locks

    return locks(book, query)


@app.command("undo")
def undo() -> None:
    """Take the newest lock back."""
    from folio.operations.arranging.lock import unlock_book

    with recording() as write:
        gone, left = unlock_book(write)
    now = f"the book is locked through {left.day}" if left else "nothing is locked"
    say(f"took back lock {gone.id}, through {gone.day}; {now} now")
