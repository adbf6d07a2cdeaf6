"""What was known at a commit is answered the same for ever, whatever is recorded later."""

import datetime as dt
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper
from folio.book import Book
from folio.model.dates import EVER, Period
from folio.reports.held.coverage import coverage
from folio.reports.held.holdings import holdings
from folio.reports.held.lots import lots
from folio.reports.over_time.history import history
from folio.reports.paid.income import income
from folio.reports.prices.prices import prices
from folio.reports.query import Query
from folio.reports.recorded.register import register
from folio.reports.sold.gains import gains
from laws.test_rollup_law import COMMANDS, START, folder, new_book, run

__all__ = ["folder"]


def answers(book: Book, as_of: dt.date) -> list[Any]:
    """Every report, exact and rounded."""
    query = Query(as_of, book.base)
    exact = query._replace(exact=True)
    return [
        *(report(book, asked) for report in (holdings, lots, coverage) for asked in (query, exact)),
        gains(book, query, EVER),
        income(book, query, EVER),
        history(book, query, Period(START, as_of), "day"),
        prices(book, query),
        register(book, query, EVER, everything=True),
    ]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.lists(COMMANDS, min_size=3, max_size=14),
    after=st.lists(COMMANDS, min_size=3, max_size=14),
    day=st.integers(0, 45),
    rolled_up=st.booleans(),
)
def test_later_rows_change_nothing_that_was_known(
    folder: Path, before: list[Any], after: list[Any], day: int, rolled_up: bool
) -> None:
    keeper = new_book(folder)
    try:
        for command in before:
            run(keeper, command)
        as_of = START + dt.timedelta(days=day)
        if rolled_up:
            keeper.roll_up(as_of.isoformat())
        (commit,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
        then = answers(keeper.book(), as_of)
        for command in after:
            run(keeper, command)
        for told, again in zip(then, answers(keeper.book(known_at=commit), as_of), strict=True):
            assert again == told
    finally:
        keeper.close()


def test_what_was_known_last_is_read_as_it_is_stored(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=3)
    (last,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    known = [Book.known(keeper.db, commit).known_at for commit in (last - 1, last, last + 1)]
    assert known == [last - 1, None, None]
