"""Laws of accruing, on invented savings: once is enough, and when does not matter."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accruing import accrues, earns, listed, payments
from bookkeeper import Bookkeeper, day
from folio.model.yields import DAY_COUNTS, FREQUENCIES, MONTHS_BETWEEN

START = dt.date(2024, 1, 1)
days = st.integers(0, 150).map(lambda n: (START + dt.timedelta(days=n)).isoformat())
amounts = st.sampled_from(("-2500.55", "0.01", "77.77", "1000", "123456.78"))
rates = st.sampled_from(("0%", "-0.5%", "1.2%", "3.5%", "12.345%"))
movements = st.lists(st.tuples(days, amounts), min_size=1, max_size=4)
observations = st.lists(st.tuples(days, amounts), max_size=2)
END = "2024-06-15"


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    frequency = draw(st.sampled_from(FREQUENCIES))
    words: dict[str, Any] = {
        "frequency": frequency,
        "day_count": draw(st.sampled_from(DAY_COUNTS)),
        "rate_type": draw(st.sampled_from(("nominal", "effective"))),
    }
    if frequency in MONTHS_BETWEEN:
        words["pay_day"] = str(draw(st.sampled_from((1, 15, 30, 31))))
    return draw(rates), draw(days), words


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def savings(
    folder: Path,
    moved: list[tuple[str, str]],
    seen: list[tuple[str, str]],
    said: list[tuple[str, str, dict[str, Any]]],
) -> Bookkeeper:
    for old in folder.glob("law.db*"):
        old.unlink()
    keeper = Bookkeeper(folder / "law.db")
    keeper.account("Savings", kind="savings")
    for on, amount in moved:
        keeper.add("opening", on, "Savings", "EUR", quantity=amount)
    for on, amount in seen:
        keeper.observe("Savings", "EUR", amount, on, supersede=True)
    for rate, on, words in said:
        earns(keeper, rate, on, **words)
    return keeper


invented = given(movements, observations, st.lists(rules(), min_size=1, max_size=2))
slowly = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@slowly
@invented
def test_accruing_twice_adds_nothing(folder: Path, moved: Any, seen: Any, said: Any) -> None:
    keeper = savings(folder, moved, seen, said)
    keeper.roll_up(END)
    booked = accrues(keeper, END)
    assert len({due for due, _ in booked}) == len(booked)
    before = keeper.everything()
    assert accrues(keeper, END) == []
    assert keeper.everything() == before
    states = {state for _, _, _, state in listed(keeper, END)}
    assert states <= {"booked"}
    assert all(not one.difference for one in payments(keeper, END))
    assert accrues(keeper, END, again=True) == []
    keeper.roll_up(END)
    derived = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == derived
    keeper.close()


@slowly
@given(movements, st.lists(rules(), min_size=1, max_size=2), st.sampled_from((7, 31, 45)))
def test_bit_by_bit_is_all_at_once(folder: Path, moved: Any, said: Any, step: int) -> None:
    """Without observations, which explain afterwards what was not known before."""
    keeper = savings(folder, moved, [], said)
    at_once = accrues(keeper, END, dry_run=True)
    until, bits = START, []
    while until <= day(END):
        bits += accrues(keeper, until.isoformat())
        until += dt.timedelta(days=step)
    assert bits + accrues(keeper, END) == at_once
    assert all(not one.difference for one in payments(keeper, END))
    keeper.close()


@slowly
@given(movements, observations, rules())
def test_what_is_recorded_late_is_as_if_it_had_been_there(
    folder: Path, moved: Any, seen: Any, said: Any
) -> None:
    """Accrued on the first movement alone, and again when the others are there."""
    keeper = savings(folder, moved, seen, [said])
    accrues(keeper, END)
    at_once = [one[:3] for one in listed(keeper, END)]
    keeper.close()
    keeper = savings(folder, moved[:1], seen, [said])
    accrues(keeper, END)
    for on, amount in moved[1:]:
        keeper.add("opening", on, "Savings", "EUR", quantity=amount)
    accrues(keeper, END, again=True)
    assert [one[:3] for one in listed(keeper, END)] == at_once
    assert accrues(keeper, END, again=True) == []
    keeper.close()


@slowly
@invented
@example(  # of the 15th 0.00 is due as long as the others are paid, and 0.01 without them
    moved=[("2024-01-16", "1000"), ("2024-01-16", "123456.78")],
    seen=[("2024-01-01", "1000"), ("2024-02-04", "123456.78")],
    said=[("1.2%", "2024-01-01",
           {"frequency": "daily", "day_count": "actual/365", "rate_type": "nominal"})],
)  # fmt: skip
def test_undoing_all_is_identity(folder: Path, moved: Any, seen: Any, said: Any) -> None:
    """And what is then accrued again is what was undone.

    Until then nothing is, but a cent for a day that has none as long as the others' explain a part
    of what was seen.
    """
    keeper = savings(folder, moved, seen, said)
    before = keeper.derived()
    booked = accrues(keeper, END)
    at_first = [one[:3] for one in listed(keeper, END)]
    for one in payments(keeper, END):
        keeper.undo(one.transactions[0])
    assert keeper.derived() == before
    cents = accrues(keeper, END)
    assert {due for due, _ in cents}.isdisjoint(due for due, _ in booked)
    assert all(abs(Decimal(amount)) == Decimal("0.01") and seen for _, amount in cents)
    again = accrues(keeper, END, again=True)
    assert cents or again == booked
    assert [one[:3] for one in listed(keeper, END)] == at_first
    keeper.close()


@slowly
@given(rules(), days)
def test_a_rule_edited_pays_no_day_twice(
    folder: Path, said: tuple[str, str, dict[str, Any]], cut: str
) -> None:
    """Booked until a day, then another schedule from the beginning: each payment's note says
    for which days it is, and they follow one another."""
    first = START.isoformat()
    words = {**said[2], "day_count": "actual/actual"}  # at 30/360 the 30th of 31 earns nothing
    keeper = savings(folder, [(first, "100000")], [], [("3.65%", first, words)])
    accrues(keeper, cut)
    earns(keeper, "3.65%", first, frequency="monthly", pay_day="10")
    accrues(keeper, END)
    notes = keeper.db.execute(
        "SELECT note FROM transactions WHERE kind = 'interest' ORDER BY occurred_on"
    )
    spans = [note.split()[1::2] for (note,) in notes]
    begins = START
    for span in spans:
        assert span[0] == begins.isoformat(), spans
        begins = day(span[1]) + dt.timedelta(days=1)
    assert spans[-1][1] == "2024-06-10" or spans[-1][1] <= cut
    keeper.close()


@slowly
@given(movements, rules(), st.integers(-3, 3), amounts)
def test_a_row_leaves_one_payment(
    folder: Path, moved: Any, said: Any, late: int, amount: str
) -> None:
    """A row near a day due of a rule with days apart: the accrual goes, whatever the amounts."""
    said = (said[0], said[1], {**said[2], "frequency": "monthly", "pay_day": "15"})
    keeper = savings(folder, moved, [], [said])
    accrues(keeper, END)
    booked = payments(keeper, END)
    if booked and booked[-1].expected:
        last = booked[-1]
        size = abs(Decimal(amount)).copy_sign(last.expected)
        on = last.due + dt.timedelta(days=late)
        keeper.fact("interest", on.isoformat(), "Savings", "EUR", quantity=size)
        assert [p.state for p in payments(keeper, END)][-1] == "stated"
        assert [str(p.booked) for p in payments(keeper, END)][-1] == str(Decimal(str(size)))
        assert accrues(keeper, END) == []
    keeper.close()
