"""Laws of balances, gaps and answers, whatever was recorded in whatever order."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_rollup_law import COMMANDS, END, START, figures, new_book, run

from bookkeeper import Bookkeeper
from folio.book.reconciliation import HeldGap, held_gaps
from folio.book.snapshot import snapshot
from folio.engine.reconciliation import Drift, compare
from folio.errors import FolioError
from folio.model.ledger import Event, walk_key
from folio.reports.attention.reconcile import reconcile
from folio.reports.query import Query

LAW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
written = st.lists(COMMANDS, min_size=4, max_size=25)
DUST = Decimal(1).scaleb(-15)  # what a split that does not come out even leaves to rounding


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def keeper(folder: Path) -> Iterator[Bookkeeper]:
    made = new_book(folder)
    yield made
    made.close()


def gaps_of(keeper: Bookkeeper) -> list[HeldGap]:
    book = keeper.book()
    return held_gaps(book, book.catalog.holdings.values(), END)


def begin(folder: Path, commands: list[tuple[str, Any]]) -> Bookkeeper:
    keeper = new_book(folder)
    for command in commands:
        run(keeper, command)
    return keeper


@LAW
@given(commands=written)
def test_on_the_day_of_an_observation_the_balance_is_what_was_observed(
    folder: Path, commands: list[tuple[str, Any]]
) -> None:
    keeper = begin(folder, commands)
    try:
        book = keeper.book()
        for holding in book.catalog.holdings.values():
            for seen in book.observations(holding.id):
                (held,) = snapshot(book, seen.day, [holding])
                assert abs(held.balance - seen.balance) <= DUST
    finally:
        keeper.close()


@LAW
@given(commands=written, which=st.integers(0, 5), word=st.sampled_from(("growth", "unknown")))
def test_an_answer_without_a_transaction_moves_no_balance(
    folder: Path, commands: list[tuple[str, Any]], which: int, word: str
) -> None:
    keeper = begin(folder, commands)
    try:
        waiting = [h for h in gaps_of(keeper) if h.is_open and not h.gap.is_opening]
        if not waiting:
            return
        held = waiting[which % len(waiting)]
        before = balances(keeper, held)
        keeper.answer(held.gap.observation_id, word)
        after = balances(keeper, held)
        assert all(abs(a - b) <= DUST for a, b in zip(before, after, strict=True))
    finally:
        keeper.close()


def balances(keeper: Bookkeeper, held: HeldGap) -> list[Decimal]:
    """The holding's balance on every day from the first one on which it is known."""
    book = keeper.book()
    days = [START + dt.timedelta(days=n) for n in range((END - START).days)]
    return [h.balance for day in days for h in snapshot(book, day, [held.holding])]


@LAW
@given(commands=written, which=st.integers(0, 5), word=st.sampled_from(("flow", "correction")))
def test_an_answer_that_is_taken_back_changes_nothing(
    folder: Path, commands: list[tuple[str, Any]], which: int, word: str
) -> None:
    keeper = begin(folder, commands)
    try:
        waiting = [h for h in gaps_of(keeper) if h.is_open]
        if not waiting:
            return
        gap = waiting[which % len(waiting)].gap
        keeper.roll_up(END.isoformat())
        before = figures(keeper), gaps_of(keeper)
        try:
            keeper.answer(gap.observation_id, word, on=gap.until)
        except FolioError:
            return  # a split that does not come out even
        keeper.roll_up(END.isoformat())
        assert gap not in [held.gap for held in gaps_of(keeper)]
        keeper.take_back(gap.observation_id)
        keeper.roll_up(END.isoformat())
        assert (figures(keeper), gaps_of(keeper)) == before
    finally:
        keeper.close()


@LAW
@given(commands=written)
def test_what_is_answered_is_not_asked_again(folder: Path, commands: list[tuple[str, Any]]) -> None:
    keeper = begin(folder, commands)
    try:
        for held in gaps_of(keeper):
            if held.is_open:
                keeper.answer(held.gap.observation_id, "unknown")
        book = keeper.book()
        assert not reconcile(book, Query(END, book.base)).rows
        assert len(reconcile(book, Query(END, book.base), everything=True).rows) >= len(
            [held for held in gaps_of(keeper) if not held.is_open]
        )
    finally:
        keeper.close()


@LAW
@given(commands=written)
def test_gaps_known_at_an_earlier_commit_are_those_of_then(
    folder: Path, commands: list[tuple[str, Any]]
) -> None:
    """Computed in memory and stored are the same, answers among them."""
    keeper = begin(folder, commands)
    try:
        stored = gaps_of(keeper)
        (last,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
        keeper.observe("Alpha", "ACME", "12345", "2025-01-02", supersede=True)
        book = keeper.book(known_at=last)
        assert held_gaps(book, book.catalog.holdings.values(), END) == stored
    finally:
        keeper.close()


moves = st.lists(st.tuples(st.integers(1, 30), st.integers(-999, 999)), max_size=6)
sights = st.dictionaries(st.integers(1, 30), st.integers(-999, 999), max_size=5)


@given(seen=sights, known=moves, more=moves)
def test_what_the_ledger_takes_in_explains_as_much_as_if_it_had_been_there(
    seen: dict[int, int], known: list[tuple[int, int]], more: list[tuple[int, int]]
) -> None:
    observed = [(dt.date(2025, 1, d), Decimal(seen[d]), "", d) for d in sorted(seen)]

    def drift(moved: list[tuple[int, int]]) -> Drift:
        keys = [walk_key(f"2025-01-{day:02}", None, "interest", True, 1) for day, _ in moved]
        events = [
            Event(key, 1, 1, "interest", Decimal(units))
            for key, (_, units) in zip(keys, moved, strict=True)
        ]
        return Drift(compare(observed, sorted(events, key=lambda event: event.key)))

    taken, whole = drift(known), drift(known + more)
    for day, units in more:
        taken.explain(dt.date(2025, 1, day).toordinal(), Fraction(units))
    for day in range(dt.date(2024, 12, 31).toordinal(), dt.date(2025, 2, 1).toordinal()):
        assert taken.exactly(day) == whole.exactly(day)
        assert taken.interpolated(day) == whole.interpolated(day)
