"""Under a lock, no sequence of accepted writes changes a figure of its days.

Random sequences of commands, as for the law of the rollup: what a lock refuses does
nothing, and what it lets pass leaves every locked row of the rollup as it was.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper
from folio.db.values import day_number
from folio.operations.arranging.lock import lock_book, unlock_book
from laws.test_rollup_law import COMMANDS, END, START, folder, new_book, run

__all__ = ["folder"]


def locked_rows(keeper: Bookkeeper, until: dt.date) -> list[tuple[Any, ...]]:
    """Every row of the rollup on or before a day."""
    query = "SELECT * FROM portfolio_value_daily WHERE day <= ? ORDER BY scope, scope_id, day"
    return list(keeper.db.execute(query, [day_number(until)]))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.lists(COMMANDS, min_size=4, max_size=16),
    after=st.lists(COMMANDS, min_size=4, max_size=16),
    days_locked=st.lists(st.integers(5, 30), min_size=1, max_size=2, unique=True).map(sorted),
)
def test_no_accepted_write_changes_a_locked_figure(
    folder: Path,
    before: list[tuple[str, Any]],
    after: list[tuple[str, Any]],
    days_locked: list[int],
) -> None:
    """Under locks, whatever is recorded without being let in leaves every locked row as it was."""
    keeper = new_book(folder)
    try:
        for command in before:
            run(keeper, command)
        kept = []
        for number in days_locked:
            locked = START + dt.timedelta(days=number)
            keeper.do(lock_book, locked, today=keeper.today)
            keeper.roll_up(END.isoformat())
            kept.append((locked, locked_rows(keeper, locked)))
            half, after = after[: len(after) // 2], after[len(after) // 2 :]
            for command in half:
                run(keeper, command)
        for command in after:
            run(keeper, command)
        keeper.roll_up(END.isoformat())
        incremental = keeper.derived()
        for locked, rows in kept:
            assert locked_rows(keeper, locked) == rows
        keeper.rebuild()
        assert keeper.derived() == incremental
        keeper.do(unlock_book)
        keeper.roll_up(END.isoformat())
        incremental = keeper.derived()
        keeper.rebuild()
        assert keeper.derived() == incremental
    finally:
        keeper.close()
