"""``folio rebuild``: compute everything derived again."""

from folio.cli import context
from folio.cli.text import say


def command() -> None:
    """Compute positions, lots, disposals and the rollup again from the facts."""
    from folio.operations.deriving.roll_up import rebuild

    with context.open_book() as db:
        until = rebuild(db)
    if until is None:
        say("rebuilt positions, lots and disposals; there is no rollup yet: folio rollup")
    else:
        say(f"rebuilt positions, lots, disposals and the rollup until {until}")
