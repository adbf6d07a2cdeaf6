"""When rules pay, and how much: worked by hand in the docstrings."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folio.engine.interest import (
    DAY,
    accrued,
    days_in_force,
    due_near,
    first_day,
    in_force,
    is_due,
    nominal_rate,
    spans,
)
from folio.model.numbers import round_money
from folio.model.yields import DAY_COUNTS, FREQUENCIES, MONTHS_BETWEEN, Terms


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def terms(from_day: str = "2024-01-01", rate: str | None = "0.05", **more: Any) -> Terms:
    said = {
        "rate_type": "nominal",
        "frequency": "monthly",
        "pay_day": 31,
        "pay_month": 12,
        "day_count": "actual/365",
    } | more
    return Terms(day(from_day), None if rate is None else Decimal(rate), **said)


def dues(said: list[Terms], until: str) -> list[str]:
    return [str(s.due) for s in spans(said, day(until)) if s.due <= day(until)]


def paid(said: list[Terms], first: str, last: str, balance: str = "10000") -> Decimal:
    return round_money(accrued(said, [(day(first), day(last), Decimal(balance))]), 2)


# -- days --------------------------------------------------------------------------------


def test_day_31_is_the_last_of_each_month() -> None:
    assert dues([terms()], "2024-06-30") == [
        "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30",
    ]  # fmt: skip


def test_day_30_comes_back_after_february() -> None:
    assert dues([terms(pay_day=30)], "2023-05-01") == []
    said = [terms("2023-01-01", pay_day=30)]
    assert dues(said, "2023-04-30") == ["2023-01-30", "2023-02-28", "2023-03-30", "2023-04-30"]


def test_29_february_is_the_28th_in_common_years() -> None:
    said = [terms("2023-01-01", frequency="yearly", pay_day=29, pay_month=2)]
    assert dues(said, "2028-12-31") == [
        "2023-02-28", "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"frequency": "daily", "pay_day": 0}, ["2024-03-01", "2024-03-02", "2024-03-03"]),
        ({"frequency": "weekdays", "pay_day": 0}, ["2024-03-01", "2024-03-04", "2024-03-05"]),
        ({"frequency": "weekly", "pay_day": 1}, ["2024-03-04", "2024-03-11", "2024-03-18"]),
        ({"frequency": "weekly", "pay_day": 5}, ["2024-03-01", "2024-03-08", "2024-03-15"]),
        ({"frequency": "monthly", "pay_day": 1}, ["2024-03-01", "2024-04-01", "2024-05-01"]),
        ({"frequency": "quarterly"}, ["2024-03-31", "2024-06-30", "2024-09-30"]),
        ({"frequency": "quarterly", "pay_month": 2}, ["2024-05-31", "2024-08-31", "2024-11-30"]),
        ({"frequency": "quarterly", "pay_day": 15, "pay_month": 1},
         ["2024-04-15", "2024-07-15", "2024-10-15"]),
        ({"frequency": "yearly"}, ["2024-12-31", "2025-12-31", "2026-12-31"]),
    ],
)  # fmt: skip
def test_every_frequency(more: dict[str, Any], expected: list[str]) -> None:
    """1 March 2024 was a Friday."""
    assert dues([terms("2024-03-01", **more)], "2027-01-01")[:3] == expected


def test_a_payment_is_for_the_days_after_the_one_before() -> None:
    found = list(spans([terms("2024-01-10")], day("2024-03-01")))
    assert [(str(s.first), str(s.due)) for s in found] == [
        ("2024-01-10", "2024-01-31"),
        ("2024-02-01", "2024-02-29"),
        ("2024-03-01", "2024-03-31"),  # begun, and due later
    ]


def test_the_last_day_pays_what_has_accrued() -> None:
    said = [terms(), terms("2024-03-16", None), terms("2024-06-10")]
    assert dues(said, "2024-06-30") == ["2024-01-31", "2024-02-29", "2024-03-15", "2024-06-30"]
    assert is_due(said, day("2024-03-15"))
    assert not is_due(said, day("2024-03-31"))
    assert in_force(said, day("2024-04-01")) is None
    assert days_in_force(said)[0] == (day("2024-01-01"), day("2024-03-15"))


def test_another_schedule_goes_on_from_the_last_payment() -> None:
    """Monthly until 15 May, then yearly: what is open on the 15th waits for the end of the year."""
    said = [terms(), terms("2024-05-16", frequency="yearly")]
    last = list(spans(said, day("2024-12-31")))[-1]
    assert (str(last.first), str(last.due)) == ("2024-05-01", "2024-12-31")
    assert first_day(said, last.due) == last.first


def test_a_row_belongs_to_the_nearest_day_within_three() -> None:
    said = [terms()]
    assert due_near(said, day("2024-02-02")) == day("2024-01-31")
    assert due_near(said, day("2024-02-03")) == day("2024-01-31")
    assert due_near(said, day("2024-02-04")) is None
    assert due_near(said, day("2024-02-26")) == day("2024-02-29")
    daily = [terms(frequency="daily", pay_day=0)]
    assert due_near(daily, day("2024-02-04")) == day("2024-02-04")


schedules = st.builds(
    lambda frequency, pay_day, month, start, count: terms(
        str(start),
        frequency=frequency,
        pay_day=pay_day if frequency in MONTHS_BETWEEN else 1 + pay_day % 7,
        pay_month=month,
        day_count=count,
    ),
    st.sampled_from(FREQUENCIES),
    st.integers(1, 31),
    st.integers(1, 12),
    st.dates(dt.date(2019, 1, 1), dt.date(2021, 12, 31)),
    st.sampled_from(DAY_COUNTS),
)


@given(
    st.lists(schedules, min_size=1, max_size=3, unique_by=lambda t: t.from_day), st.integers(0, 3)
)
def test_payments_share_out_every_day_once(said: list[Terms], gone: int) -> None:
    """No day is paid twice and none is left out, whatever the schedules and pauses."""
    said = sorted(said, key=lambda t: t.from_day)
    said = [t._replace(rate_per_year=None) if i == gone else t for i, t in enumerate(said)]
    until = dt.date(2023, 6, 30)
    found = list(spans(said, until))
    days = [s.first + DAY * n for s in found for n in range((s.due - s.first).days + 1)]
    assert len(days) == len(set(days))
    earning = [d for d in days if d <= until]
    start = said[0].from_day
    every = (start + DAY * n for n in range((until - start).days + 1))
    assert earning == [d for d in every if in_force(said, d) is not None]
    for span in found:
        assert first_day(said, span.due) == span.first
        assert is_due(said, span.due)


# -- amounts -----------------------------------------------------------------------------


def test_a_month_by_each_convention() -> None:
    """10,000 at 5 % over February 2024: 500 × 29/365 = 39.73 (39.726), 500 × 29/366 = 39.62
    (39.617), 500 × 30/360 = 41.67, 500 / 12 = 41.67 (41.666…)."""
    expected = {
        "actual/365": "39.73",
        "actual/actual": "39.62",
        "30/360": "41.67",
        "nominal": "41.67",
    }
    for count, amount in expected.items():
        said = [terms(day_count=count)]
        assert paid(said, "2024-02-01", "2024-02-29") == Decimal(amount), count


def test_a_month_of_31_days() -> None:
    """500 × 31/365 = 42.47 (42.466), 500 × 31/366 = 42.35 (42.350), 30/360 and nominal as ever."""
    amounts = [
        paid([terms(day_count=c)], "2024-03-01", "2024-03-31")
        for c in ("actual/365", "actual/actual", "30/360", "nominal")
    ]
    assert amounts == [Decimal("42.47"), Decimal("42.35"), Decimal("41.67"), Decimal("41.67")]


def test_a_whole_year_is_the_rate() -> None:
    """10,000 at 5 %: 500, but 501.37 (366/365) at actual/365 in a leap year."""
    for count in ("actual/actual", "30/360", "nominal"):
        assert paid([terms(day_count=count)], "2024-01-01", "2024-12-31") == 500
    assert paid([terms()], "2024-01-01", "2024-12-31") == Decimal("501.37")
    assert paid([terms()], "2025-01-01", "2025-12-31") == 500


def test_a_short_first_period_at_nominal() -> None:
    """From 22 January, paid on the 31st: 10 of January's 31 days, 500/12 × 10/31 = 13.44."""
    said = [terms("2024-01-22", day_count="nominal")]
    assert paid(said, "2024-01-22", "2024-01-31") == Decimal("13.44")


def test_two_rates_within_one_period() -> None:
    """5 % on 1 to 15 March and 4 % on 16 to 31 March: 10,000 × (0.05 × 15 + 0.04 × 16) / 365 =
    38.08 (38.0822)."""
    said = [terms(), terms("2024-03-16", "0.04")]
    assert paid(said, "2024-03-01", "2024-03-31") == Decimal("38.08")


def test_each_day_earns_on_its_own_balance() -> None:
    """10,000 on 10 days and 4,000 on 21: 0.05 × (100,000 + 84,000) / 365 = 25.21 (25.2055)."""
    first = (day("2024-03-01"), day("2024-03-10"), Decimal(10000))
    then = (day("2024-03-11"), day("2024-03-31"), Decimal(4000))
    assert round_money(accrued([terms()], [first, then]), 2) == Decimal("25.21")


def test_what_is_owed_costs_interest() -> None:
    assert paid([terms()], "2024-03-01", "2024-03-31", "-10000") == Decimal("-42.47")
    assert paid([terms()], "2024-03-01", "2024-03-31", "0") == 0


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [("yearly", "0.050000"), ("quarterly", "0.049089"), ("monthly", "0.048889")],
)
def test_effective_rates_are_those_of_the_tables(frequency: str, expected: str) -> None:
    """Formulae and Tables for Examinations (Institute and Faculty of Actuaries, 2002), compound
    interest at 5 %: i(4) = 0.049089, i(12) = 0.048889."""
    said = terms(rate_type="effective", frequency=frequency)
    assert f"{nominal_rate(said):.6f}" == expected


def test_an_effective_rate_is_what_a_year_of_payments_makes() -> None:
    """1 at 5 % effective, paid monthly and left there, is 1.05 after twelve payments."""
    said = [terms(rate_type="effective", day_count="nominal")]
    balance = Decimal(1)
    for span in spans(said, day("2024-12-31")):
        balance += accrued(said, [(span.first, span.due, balance)])
    assert abs(balance - Decimal("1.05")) < Decimal("1e-45")
