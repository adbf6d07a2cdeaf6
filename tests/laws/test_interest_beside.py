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

import pytest

from accruing import accrues, earns
from bookkeeper import Bookkeeper
from calculator import NONE, ONE_DAY, cents, nominal_rate, part_of_year

FIRST, END = dt.date(2024, 1, 1), dt.date(2025, 4, 20)
PAYMENTS = {"daily": 365, "monthly": 12}
Rates = list[tuple[dt.date, str]]  # from a day on, percent a year


class Saved:
    """An invented rule, and what moved."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.frequency = rng.choice(["monthly", "monthly", "daily"])
        counts = ["actual/365", "actual/actual", "30/360", "nominal"]
        self.day_count = rng.choice(counts if self.frequency == "monthly" else counts[:3])
        self.rate_type = rng.choice(["nominal", "effective"])
        self.pay_day = rng.choice([1, 15, 30, 31])
        self.moved: dict[dt.date, Fraction] = {}
        for _ in range(rng.randint(2, 5)):
            on = FIRST + dt.timedelta(rng.randint(0, 400))
            self.moved[on] = Fraction(rng.randint(-500_000, 900_000) * 2 + 1, 100)
        self.rates: Rates = []
        on = FIRST + dt.timedelta(rng.randint(0, 40))
        for _ in range(rng.randint(1, 3)):
            self.rates.append((on, rng.choice(["0", "1.2", "3.65", "-0.5", "12.345"])))
            on += dt.timedelta(rng.randint(20, 150))

    def pays(self, on: dt.date) -> bool:
        """On the 31st, or the last day of a shorter month."""
        last = calendar.monthrange(on.year, on.month)[1]
        return self.frequency == "daily" or on.day == min(self.pay_day, last)

    def part(self, on: dt.date) -> Fraction:
        """A day's part of a year."""
        return part_of_year(self.day_count, on, PAYMENTS[self.frequency], self.pays)

    def rate(self, on: dt.date) -> Fraction | None:
        said = [percent for since, percent in self.rates if since <= on]
        if not said:
            return None
        rate = Fraction(said[-1]) / 100
        if self.rate_type == "nominal":
            return rate
        return nominal_rate(rate, PAYMENTS[self.frequency])

    def payments(self) -> Iterator[tuple[str, Fraction]]:
        """Those that are not 0, by the day due."""
        balance = accrued = NONE
        on = FIRST
        while on <= END:
            balance += self.moved.get(on, NONE)
            rate = self.rate(on)
            if rate is not None:
                accrued += balance * rate * self.part(on)
                if self.pays(on):
                    if paid := cents(accrued):
                        yield on.isoformat(), paid
                    balance, accrued = balance + paid, NONE
            on += ONE_DAY


@pytest.mark.parametrize("seed", [0, 4, 7, 37])
def test_two_calculators_agree_on_interest(tmp_path: Path, seed: int) -> None:
    saved = Saved(seed)
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Savings", kind="savings")
    for on, amount in saved.moved.items():
        units = Decimal(amount.numerator) / amount.denominator
        keeper.add("opening", on.isoformat(), "Savings", "EUR", quantity=units)
    words = {"frequency": saved.frequency, "day_count": saved.day_count}
    words |= {"pay_day": str(saved.pay_day)} if saved.frequency == "monthly" else {}
    for on, percent in saved.rates:
        earns(keeper, f"{percent}%", on.isoformat(), rate_type=saved.rate_type, **words)
    told = [(due, Fraction(amount)) for due, amount in accrues(keeper, END.isoformat())]
    assert [one for one in told if one[1]] == list(saved.payments())
    keeper.close()
