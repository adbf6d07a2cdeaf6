"""``folio sql``: questions that no report answers."""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from folio.cli import context, options
from folio.cli.asking import show
from folio.cli.options import argument, flag, option
from folio.cli.text import say
from folio.errors import UsageError

if TYPE_CHECKING:
    import sqlite3


def command(
    question: str | None = argument("[SELECT]", "The question; - is standard input.", None),
    source: Path | None = typer.Option(
        None, "-f", "--read", metavar="FILE", help="Read it from a file."
    ),
    views: bool = flag("--views", "List the views, their columns and what they mean."),
    seconds: float | None = option("--seconds", "N", "End it after so many seconds.", min=0),
    output: options.Output = None,
    file: options.File = None,
) -> None:
    """Ask the book a SELECT: folio sql "SELECT * FROM v1_holdings".

    It reads and never writes. The views whose names start with v1_ keep their columns, with
    names for ids and exact decimals as text; add those with decimal_sum, decimal_add,
    decimal_sub and decimal_mul, compare and sort them with COLLATE decimal.
    """
    from folio.reports.recorded.sql import answer_table, views_table

    if views:
        if question is not None or source is not None or seconds is not None:
            raise UsageError("--views asks nothing; leave it out, or the question and --seconds")
        from folio.db.queries.select import views as read_views

        with context.open_book() as db:
            show(views_table(list(read_views(db))), output, file, False)
        return
    from folio.db.queries.select import ask

    text = _question(question, source)
    with context.open_book() as db:
        answer = ask(db, text, seconds=seconds)
        show(answer_table(answer), output, file, False)
        if answer.rolled_up:
            _say_how_far(db)


def _question(words: str | None, source: Path | None) -> str:
    """What is asked: on the command line, in a file, or on standard input."""
    if words is not None and source is not None:
        raise UsageError("say the SELECT or --read a file, not both")
    if words not in (None, "-"):
        return str(words)
    if source is None and words is None and sys.stdin.isatty():
        raise UsageError("there is no question; such as: folio sql 'SELECT * FROM v1_holdings'")
    from folio.cli.inputs import read_text

    return read_text("-" if source is None else str(source))


def _say_how_far(db: "sqlite3.Connection") -> None:
    """Say so where the daily figures are behind the ledger."""
    from folio.cli.asking import book_today
    from folio.db.derived.rollup import read_dirty, rollup_until

    until = rollup_until(db)
    with contextlib.suppress(ValueError):
        behind = min(read_dirty(db).values(), default=None)
        if until is None:
            say("there are no daily figures yet; make them with: folio rollup")
        elif behind is not None and behind <= until:
            say(
                f"the daily figures from {behind} on are out of date; renew them with: folio rollup"
            )
        elif until < book_today(db):
            say(f"the daily figures end on {until}; bring them up to today with: folio rollup")
