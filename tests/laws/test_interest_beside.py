"""Payments beside a calculator of their own, day by day in fractions, from rules 9 alone.

Each day's balance earns the rate in force for the day's part of a year; a payment is what came
together since the one before, through the day it is due, rounded half-up, and earns from the next
day on.
"""

import calendar
import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from accruing import accrues, earns, stops
from bookkeeper import Bookkeeper
from calculator import EVER, NONE, ONE_DAY, Told, cents, nominal_rate, part_of_year, told_for

FIRST, END = dt.date(2024, 1, 1), dt.date(2025, 4, 20)
A_YEAR = {"daily": 365, "weekdays": 260, "weekly": 52, "monthly": 12, "quarterly": 4, "yearly": 1}
APART = {"monthly": 1, "quarterly": 3, "yearly": 12}  # months from one payment to the next
Saying = tuple[dt.date, dt.date | None, str | None]  # from a day, until one, percent a year


class Saved:
    """An invented rule, and what moved."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.frequency = rng.choice(["monthly", "monthly", *A_YEAR])
        counts = ["actual/365", "actual/actual", "30/360", "nominal"]
        self.day_count = rng.choice(counts if self.frequency != "daily" else counts[:3])
        self.rate_type = rng.choice(["nominal", "effective"])
        self.pay_day = rng.choice([1, 15, 30, 31] if self.frequency in APART else [1, 3, 7])
        self.pay_month = rng.randint(1, 12)
        self.moved: dict[dt.date, Fraction] = {}
        for _ in range(rng.randint(2, 5)):
            on = FIRST + dt.timedelta(rng.randint(0, 400))
            self.moved[on] = Fraction(rng.randint(-500_000, 900_000) * 2 + 1, 100)
        self.said: list[Saying] = []  # in any order, some corrected, some for a while, some its end
        self.rates: Told[str | None] = []
        for number in range(rng.randint(1, 6)):
            on = FIRST + dt.timedelta(rng.randint(0, 300))
            if self.said and rng.random() < 0.3:
                on = rng.choice(self.said)[0]
            until = on + dt.timedelta(rng.randint(0, 150)) if rng.random() < 0.4 else None
            percent = rng.choice(["0", "1.2", "3.65", "-0.5", "12.345"])
            if number and rng.random() < 0.2:
                if any(rate and last >= on for _, last, rate in self.rates):
                    self.said.append((on, None, None))
                    self.rates = told_for(self.rates, on, EVER, None, None)
                continue
            self.said.append((on, until, percent))
            self.rates = told_for(self.rates, on, until, percent, None)

    @property
    def words(self) -> dict[str, Any]:
        """Of the rule; what is not asked for is not said."""
        words: dict[str, Any] = {"frequency": self.frequency, "day_count": self.day_count}
        if self.frequency in APART or self.frequency == "weekly":
            words["pay_day"] = str(self.pay_day)
        if self.frequency in ("quarterly", "yearly"):
            words["pay_month"] = self.pay_month
        return words | {"rate_type": self.rate_type}

    def pays(self, on: dt.date) -> bool:
        """On the 31st, or the last day of a shorter month."""
        if self.frequency in ("daily", "weekdays"):
            return self.frequency == "daily" or on.weekday() < 5
        if self.frequency == "weekly":
            return on.isoweekday() == self.pay_day
        apart, last = APART[self.frequency], calendar.monthrange(on.year, on.month)[1]
        return on.month % apart == self.pay_month % apart and on.day == min(self.pay_day, last)

    def part(self, on: dt.date) -> Fraction:
        """A day's part of a year."""
        return part_of_year(self.day_count, on, A_YEAR[self.frequency], self.pays)

    def rate(self, on: dt.date) -> Fraction | None:
        said = next((percent for first, last, percent in self.rates if first <= on <= last), None)
        if said is None:
            return None
        rate = Fraction(said) / 100
        if self.rate_type == "nominal":
            return rate
        return nominal_rate(rate, A_YEAR[self.frequency])

    def is_due(self, on: dt.date) -> bool:
        """What ends pays on its last day what has come together."""
        return self.pays(on) or self.rate(on + ONE_DAY) is None

    def payments(self) -> Iterator[tuple[str, Fraction]]:
        """Those that are not 0, by the day due."""
        balance = accrued = NONE
        on = FIRST
        while on <= END:
            balance += self.moved.get(on, NONE)
            rate = self.rate(on)
            if rate is not None:
                accrued += balance * rate * self.part(on)
                if self.is_due(on):
                    if paid := cents(accrued):
                        yield on.isoformat(), paid
                    balance, accrued = balance + paid, NONE
            on += ONE_DAY


# From 45 on: what was said for a while, or ended, is corrected; 189: what begins later ended twice.
@pytest.mark.parametrize("seed", [*range(8), 45, 46, 48, 60, 71, 80, 189])
def test_two_calculators_agree_on_interest(tmp_path: Path, seed: int) -> None:
    saved = Saved(seed)
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Savings", kind="savings")
    for on, amount in saved.moved.items():
        units = Decimal(amount.numerator) / amount.denominator
        keeper.add("opening", on.isoformat(), "Savings", "EUR", quantity=units)
    for on, until, percent in saved.said:
        if percent is None:
            stops(keeper, str(on - ONE_DAY))
        else:
            earns(keeper, f"{percent}%", str(on), until and str(until), **saved.words)
    told = [(due, Fraction(amount)) for due, amount in accrues(keeper, END.isoformat())]
    assert [one for one in told if one[1]] == list(saved.payments())
    keeper.close()
