"""``folio reconcile``: gaps between what was observed and the ledger."""

import datetime as dt
from typing import Annotated

import typer

from folio.cli import options
from folio.cli.asking import recording
from folio.cli.lazy import new_app
from folio.cli.listing import DIGITS, HOW, MONEY, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import argument, flag, option
from folio.cli.text import say
from folio.errors import UsageError

app = new_app("Gaps between balances and the ledger: list them, answer them.", default="list")

GapNumber = Annotated[int, argument("GAP", "The gap's number, as folio reconcile shows it.")]
DryRun = Annotated[bool, flag("--dry-run", "Show what would be done; record nothing.", ...)]


def _has_open(table: Table) -> bool:
    from folio.reports.attention.reconcile import open_rows

    return open_rows(table)


@app.command("list")
@listing(WHEN | MONEY | WHICH | HOW | DIGITS, findings=_has_open, records=True)  # with --ask
def list_(
    book: Book,
    query: Query,
    ask: bool = flag("--ask", "Ask about each open gap, on a terminal."),
    everything: bool = flag("--all", "Answered gaps too."),
) -> Table:
    """List the open gaps and what would settle each; exit code 3 while there are any.

    Where a figure comes from: folio explain drift --gap N.
    """
    from folio.book import Book
    from folio.reports.attention.reconcile import reconcile

    if ask:
        from folio.cli.gap_questions import ask_about_gaps

        if query.known_at is not None:
            raise UsageError("what was known then cannot be answered now; leave out --known-at")
        ask_about_gaps(book, query)
        book = Book(book.db)
    return reconcile(book, query, everything=everything)


@app.command("answer")
def answer(
    gap: GapNumber,
    word: Annotated[
        str,
        typer.Argument(
            metavar="ANSWER",
            help="flow: came in or went out; correction: the ledger was wrong; growth: came of "
            "itself; opening: held before the ledger starts; unknown: stop asking.",
        ),
    ],
    on: dt.date | None = options.dated("--on", "Of a flow or correction."),
    cost: str | None = option("--cost", "AMOUNT", "What the units cost in all."),
    currency: str | None = option("--currency", "CODE", "Of the cost; the book's."),
    acquired_on: dt.date | None = options.dated("--acquired-on", "Of an opening."),
    dry_run: DryRun = False,
) -> None:
    """Say what lies behind a gap; folio reconcile undo takes it back.

    folio reconcile answer 2 flow --on 2025-01-11
    """
    from folio.cli.phrases import told
    from folio.model.numbers import parse_plain
    from folio.operations.reconciling.reconcile import Terms, answer_gap
    from folio.operations.transactions.words import currency as currency_named

    price = None if cost is None else parse_plain(cost, "cost")
    money = None if currency is None else currency_named(currency)
    terms = Terms(on, price, money, acquired_on)
    with recording(dry_run=dry_run) as write:
        answered = answer_gap(write, gap, word, terms)
    say(told(gap, word, answered, dry_run=dry_run))


@app.command("undo")
def undo(gap: GapNumber, dry_run: DryRun = False) -> None:
    """Take back the last answer to a gap, and the transaction that it recorded.

    folio reconcile undo 2
    """
    from folio.operations.reconciling.reconcile import undo_answer

    with recording(dry_run=dry_run) as write:
        taken = undo_answer(write, gap)
    verb = "would take back" if dry_run else "took back"
    number = "" if taken.reversal_id is None else f", and transaction {taken.answer.transaction_id}"
    say(f"{verb} the answer to gap {gap}, {taken.holding}: {taken.answer.answer}{number}")
