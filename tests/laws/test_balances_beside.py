"""Balances beside a calculator of their own, in fractions, from rules 6 alone.

Postings, observations and splits of one holding; its balance on every day, and what coverage
tells of it.
"""

import datetime as dt
import random
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper
from calculator import NONE
from folio.book.selection import Filters
from folio.book.snapshot import snapshot
from folio.model.table import Amount, Cell
from folio.reports.held.coverage import coverage
from folio.reports.query import Query

START, DAYS = dt.date(2025, 1, 1), 61


class Holding:
    """What happened, by number of the day."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        days = range(DAYS)
        self.moved = {day: Fraction(rng.randint(1, 200)) for day in rng.sample(days, 5)}
        self.moved |= {day: Fraction(rng.randint(-50, -1)) for day in rng.sample(days, 2)}
        self.seen = {day: Fraction(rng.randint(-10, 500)) for day in sorted(rng.sample(days, 3))}
        self.splits = {rng.randrange(10, 25): 3, rng.randrange(35, 50): 2}

    def units(self, units: Fraction, of: int, on: int) -> Fraction:
        """Units of one day in those of another."""
        for day, new in self.splits.items():
            if of < day <= on:
                units *= new
            elif on < day <= of:
                units /= new
        return units

    def between(self, after: int, until: int) -> Fraction:
        """What moved in (after, until], in units of its end."""
        some = (self.units(n, day, until) for day, n in self.moved.items() if after < day <= until)
        return sum(some, NONE)

    def balance(self, on: int) -> Fraction:
        later = [day for day in self.seen if day >= on]
        before = [day for day in self.seen if day < on]
        if not later:
            last = before[-1] if before else -1
            return self.units(self.seen.get(last, NONE), last, on) + self.between(last, on)
        end = later[0]
        held = self.seen[end] - sum(
            (self.units(n, day, end) for day, n in self.moved.items() if on < day <= end), NONE
        )
        if before:
            start = before[-1]
            known = self.units(self.seen[start], start, end) + self.between(start, end)
            held -= (self.seen[end] - known) * Fraction(end - on, end - start)
        return self.units(held, end, on)

    def coverage(self, on: int) -> dict[str, Any]:
        """What there is to say of it on a day, and how far that is from what was seen."""
        moved = sorted(day for day in self.moved if day <= on)
        seen = [day for day in self.seen if day <= on]
        missing = []
        for before, day in pairwise([-1, *seen]):
            known = self.units(self.seen.get(before, NONE), before, day) + self.between(before, day)
            missing.append(self.units(self.seen[day] - known, day, on))
        unexplained = self.balance(on) - self.between(-1, on)
        return {
            "postings": len(moved),
            "first_posting": moved[0] if moved else None,
            "last_posting": moved[-1] if moved else None,
            "observations": len(seen),
            "first_observation": seen[0] if seen else None,
            "last_observation": seen[-1] if seen else None,
            "gaps": sum(n != 0 for n in missing) or None,
            "drift": sum(missing, NONE) if any(missing) else None,
            "unexplained": unexplained or None,
        }


def told(cell: Cell) -> Any:
    """A figure, or a day by its number."""
    if isinstance(cell, Amount):
        return Fraction(round(Fraction(cell.value) * 10**12), 10**12).limit_denominator(10**6)
    return (cell - START).days if isinstance(cell, dt.date) else cell


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_calculators_agree_on_balances(tmp_path: Path, seed: int) -> None:
    holding, keeper = Holding(seed), Bookkeeper(tmp_path / "book.db")
    keeper.account("Broker", cash=False)
    keeper.asset("ACME")

    def day(number: int) -> str:
        return (START + dt.timedelta(number)).isoformat()

    for number, units in holding.moved.items():
        kind = "deposit" if units > 0 else "correction"
        keeper.fact(kind, day(number), "Broker", "ACME", quantity=int(units))
    for number, units in holding.seen.items():
        keeper.observe("Broker", "ACME", int(units), day(number))
    for number, new in holding.splits.items():
        keeper.add("split", day(number), "", "ACME", ratio=f"{new}:1")
    book = keeper.book()
    first = min([*holding.moved, *holding.seen])
    for number in range(first, DAYS + 5):
        (held,) = snapshot(book, START + dt.timedelta(number), [*book.catalog.holdings.values()])
        assert abs(Fraction(held.balance) - holding.balance(number)) < Fraction(1, 10**15)
        (row,) = coverage(book, Query(START + dt.timedelta(number), book.base, Filters())).rows
        mine = holding.coverage(number)
        assert {key: told(row[key]) for key in mine} == mine
    keeper.close()
