"""Vaults worked by hand: months, pace, layers, sums of percentages."""

import datetime as dt
from decimal import Decimal

import pytest

from bookkeeper import day
from folio.engine.vaults import (
    Point,
    layers,
    monthly_needed,
    months_left,
    over_allocated,
    projected_day,
    share_on,
)


@pytest.mark.parametrize(
    ("on", "target", "months"),
    [
        ("2025-06-30", "2025-12-31", 6),  # July to December
        ("2025-06-01", "2025-12-01", 6),
        ("2025-11-30", "2025-12-01", 1),
        ("2025-12-01", "2025-12-31", 1),  # what is left of this month
        ("2025-12-31", "2025-12-31", 0),
        ("2026-01-01", "2025-12-31", 0),
        ("2025-06-30", "2027-06-30", 24),
    ],
)
def test_months_left(on: str, target: str, months: int) -> None:
    assert months_left(day(on), day(target)) == months


def test_what_a_month_takes() -> None:
    """10,000 less 4,000 over six months is 1,000; none is needed of what is reached."""
    assert monthly_needed(Decimal(4000), Decimal(10000), 6) == 1000
    assert monthly_needed(Decimal(10001), Decimal(10000), 0) == 0
    assert monthly_needed(Decimal(4000), Decimal(10000), 0) is None


def test_what_a_month_takes_of_a_goal_of_ten_thousand() -> None:
    """interestcalc.net, "How to Save $10,000 in 12 Months": $833 a month before interest."""
    found = monthly_needed(
        Decimal(0), Decimal(10000), months_left(day("2025-01-01"), day("2026-01-31"))
    )
    assert found is not None
    assert round(found) == 833


def projected(start: str, then: str, on: str, now: str, target: str) -> dt.date | None:
    line = Point(day(start), Decimal(then)), Point(day(on), Decimal(now))
    return projected_day(*line, Decimal(target))


def test_the_day_at_the_pace_of_the_year_before() -> None:
    """From 3,000 to 8,000 in 365 days; 2,000 more take 2000 ÷ 5000 × 365 = 146 days: 31 of
    July, 31, 30, 31 and 23 of November."""
    assert projected("2024-06-30", "3000", "2025-06-30", "8000", "10000") == day("2025-11-23")


def test_a_day_begun_counts() -> None:
    """10 a day: 95 more take 9.5 days, which is on the tenth."""
    assert projected("2025-01-01", "0", "2025-01-11", "100", "195") == day("2025-01-21")
    assert projected("2025-01-01", "0", "2025-01-11", "100", "190") == day("2025-01-20")


@pytest.mark.parametrize(
    ("then", "now", "target"),
    [
        ("100", "100", "200"),  # nothing gained
        ("200", "100", "200"),  # a loss
        ("100", "100.000001", "100000000"),  # not before the year 10000
    ],
)
def test_no_day(then: str, now: str, target: str) -> None:
    assert projected("2024-06-30", then, "2025-06-30", now, target) is None


def test_reached_already_whatever_the_pace() -> None:
    assert projected("2024-06-30", "900", "2025-06-30", "800", "800") == day("2025-06-30")
    assert projected("2025-06-30", "100", "2025-06-30", "100", "200") is None  # no day behind it


def test_the_percentage_of_a_day() -> None:
    changes = [(day("2025-01-10"), Decimal(50)), (day("2025-02-01"), None)]
    found = [share_on(changes, day(d)) for d in ("2025-01-09", "2025-01-10", "2025-01-31")]
    assert found == [None, Decimal(50), Decimal(50)]
    assert share_on(changes, day("2025-02-01")) is None


def test_layers_add_up_to_the_percentages() -> None:
    shares = {1: Decimal(100), 2: Decimal(40), 3: Decimal(40), 4: Decimal("33.3")}
    sums = dict.fromkeys(shares, Decimal(0))
    for layer in layers(shares):
        for holding in layer.holdings:
            sums[holding] += layer.percent
    assert sums == shares
    assert [str(layer.percent) for layer in layers(shares)] == ["33.3", "6.7", "60"]


def test_more_than_there_is() -> None:
    shares = [{1: Decimal(60), 2: Decimal(50)}, {1: Decimal("40.1"), 2: Decimal(50)}]
    assert over_allocated(shares) == {1: Decimal("100.1")}
