"""``folio rollup``: bring the daily figures up to today."""

from folio.cli import context
from folio.cli.asking import book_today
from folio.cli.text import say
from folio.model.numbers import how_many


def command() -> None:
    """Bring value over time up to today, for every account and the whole; safe to repeat."""
    from folio.operations.deriving.roll_up import roll_up

    with context.open_book() as db:
        done = roll_up(db, book_today(db))
    if done.since is None:
        say(f"up to date until {done.until}")
    else:
        holdings = how_many(done.holdings, "holding")
        say(f"rolled up until {done.until}: {holdings}, {how_many(done.days, 'day')} of them")
