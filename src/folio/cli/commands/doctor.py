"""``folio doctor``: what is wrong with the book, and repairing what is not a fact."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from folio.cli import context
from folio.cli.options import flag
from folio.cli.text import say, visible

if TYPE_CHECKING:
    from folio.operations.keeping.heal import Finding


def command(
    fix: bool = flag(
        "--fix", "Make anew what is derived, guards or finds; facts stay as they are."
    ),
) -> None:
    """Find what is wrong with the book, and repair what is no fact; exit code 3 for what is left.

    Derived figures, indexes, triggers, views, permissions, what a crash left behind.
    """
    from folio.cli.progress import bar
    from folio.operations.keeping.heal import findings, heal

    book = context.book_path()
    log = book.with_name(f"{book.name}-wal")
    waiting = log.stat().st_size if log.exists() else 0
    with context.open_book() as db, bar(db) as watch:
        repaired, left = heal(db, book, watch) if fix else ([], findings(db, book, watch))
    if waiting and not log.exists():
        say(f"took in what a program that was killed left in {log}: {waiting} bytes")
    for one in repaired:
        print(visible(f"repaired: {one.text}"))
    for one in left:
        print(visible(one.text))
    _advise(left, fixed=fix)
    if left:
        raise typer.Exit(3)
    say("all is well now" if repaired else "all is well")


def _advise(left: "Sequence[Finding]", *, fixed: bool) -> None:
    """The command that settles what is left."""
    if not fixed and any(one.repairable for one in left):
        say("repair what is no fact with: folio doctor --fix")
    if any(one.kind == "fact" for one in left):
        say(
            "a fact or the file itself does not fit, which nothing here repairs; bring a backup "
            "back with: folio restore FILE, which keeps this book beside it"
        )
