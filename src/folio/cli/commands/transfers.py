"""``folio transfers``: legs of transfers, and what they are one with."""

from collections.abc import Iterable
from typing import Annotated

import typer

from folio.cli import options
from folio.cli.asking import recording
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import argument, flag, option
from folio.cli.text import say

app = new_app("Transfers that wait for their other end, and what to say of them.", default="list")


def _has_open(table: Table) -> bool:
    return any(row["state"] == "open" for row in table.rows)


@app.command("list")
@listing(WHEN | WHICH | HOW, findings=_has_open)
def list_(
    book: Book,
    query: Query,
    everything: bool = flag(
        "--all", "Linked and answered ones too, and deposits that a withdrawal elsewhere equals."
    ),
) -> Table:
    """List legs without an answer, with what may be their other end; exit code 3 if any."""
    from folio.reports.attention.transfers import transfers

    return transfers(book, query, everything=everything)


@app.command("pair")
def pair(
    departure: Annotated[int, argument("OUT", "The departure's number.")],
    arrivals: Annotated[list[int], argument("IN...", "The numbers of what arrived of it.")],
    dry_run: options.DryRun = False,
) -> None:
    """Say that a departure and its arrivals are one transfer: lots keep their cost and day.

    folio transfers pair 12 15

    A withdrawal and a deposit can be one too.
    """
    from folio.operations.transfers.answer_transfers import pair_legs

    with recording(dry_run=dry_run) as write:
        linked = pair_legs(write, departure, arrivals)
    say(f"{'would link' if dry_run else 'linked'} {linked}")


@app.command("answer")
def answer(
    legs: Annotated[list[int], argument("TX...", "The legs' numbers.")],
    word: Annotated[
        str,
        typer.Argument(
            metavar="ANSWER",
            help="left-control: given away, paid or lost; untracked: a place of yours outside "
            "the book; internal: an account of the book that has no row for it.",
        ),
    ],
    account: str | None = option("--account", "NAME", "Internal: where the other end is."),
    dry_run: options.DryRun = False,
) -> None:
    """Say what a leg without another end is.

    folio transfers answer 12 untracked
    """
    from folio.operations.transfers.answer_transfers import answer_legs

    with recording(dry_run=dry_run) as write:
        linked = answer_legs(write, legs, word, account=account)
    for transfer in linked:
        say(f"{'would record and link' if dry_run else 'recorded and linked'} {transfer}")
    if not linked:
        numbers = ", ".join(map(str, legs))
        say(f"{'would answer' if dry_run else 'answered'} {numbers}: {word}")


@app.command("undo")
def undo(
    leg: Annotated[int, argument("TX", "A leg's number.")], dry_run: options.DryRun = False
) -> None:
    """Take back what was said of a leg; it waits for an answer again.

    folio transfers undo 17
    """
    from folio.model.transfers import ARRIVAL, DEPARTURE
    from folio.operations.transfers.answer_transfers import undo_answer

    with recording(dry_run=dry_run) as write:
        legs = undo_answer(write, leg)
    waiting = [leg.id for leg in legs if leg.kind in (DEPARTURE, ARRIVAL)]
    if not waiting:
        verb = "would be" if dry_run else "are"
        said = f"{_and(leg.id for leg in legs)} {verb} no transfer any more"
    else:
        verb = "would wait" if dry_run else "waits" if len(waiting) == 1 else "wait"
        said = f"{_and(waiting)} {verb} for an answer again"
    say(said)


def _and(numbers: "Iterable[int]") -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} and {last}" if others else last


@app.command("link")
def link(dry_run: options.DryRun = False) -> None:
    """Link every pair that can be nothing else, as every import does for its own rows."""
    from folio.operations.transfers.link_transfers import link_all

    with recording(dry_run=dry_run) as write:
        linked = link_all(write)
    for transfer in linked:
        say(f"{'would link' if dry_run else 'linked'} {transfer}")
    if not linked:
        say("nothing to link without a question; see: folio transfers")
