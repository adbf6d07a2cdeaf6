"""``folio rebuild``: compute everything derived again."""

from folio.cli import context
from folio.cli.text import say


def command() -> None:
    """Compute positions, lots, disposals and the rollup again from the facts."""
    from folio.cli.progress import bar
    from folio.operations.deriving.roll_up import rebuild

    with context.open_book() as db, bar(db) as watch:
        until = rebuild(db, watch)
    if until is None:
        say("rebuilt positions, lots and disposals; there is no rollup yet: folio rollup")
    else:
        say(f"rebuilt positions, lots, disposals and the rollup until {until}")
