"""How well a figure is known, and why not better.

``full``: every holding counted has a fresh price, complete lots and no open drift.
``estimated``: some value rests on a stale or routed price, a trade's own price, an
interpolation or an opening at market value.  ``partial``: some holding has no value or
no basis, but at least half of them, by count, have both.  ``unknown``: fewer, or nothing
is held.  The worst part wins.

>>> grade(Counts(held=31, unknown=2, priceless=2)), grade(Counts(held=3, unknown=2, baseless=2))
('partial', 'unknown')
"""

from typing import NamedTuple

GRADES = ("full", "estimated", "partial", "unknown")


class Counts(NamedTuple):
    """Holdings counted in a figure, and what is wrong with how many of them."""

    held: int = 0
    unknown: int = 0  # without a value or without a full basis
    priceless: int = 0
    baseless: int = 0
    unexplained: int = 0  # of them: with units that were only observed
    stale: int = 0
    routed: int = 0
    traded: int = 0  # priced by a trade
    interpolated: int = 0
    at_market: int = 0  # with lots opened at market value
    estimated: int = 0  # stale, routed, traded, interpolated or at market
    oldest_days: int = 0  # age of the oldest price used

    def __add__(self, other: object) -> "Counts":
        if not isinstance(other, Counts):
            return NotImplemented
        sums = Counts._make(a + b for a, b in zip(self, other, strict=True))
        return sums._replace(oldest_days=max(self.oldest_days, other.oldest_days))


def grade(counts: Counts) -> str:
    """The grade of a figure that counts these holdings."""
    if counts.held == 0:
        return "unknown"
    if counts.unknown:
        return "partial" if 2 * (counts.held - counts.unknown) >= counts.held else "unknown"
    return "estimated" if counts.estimated else "full"


def reasons(counts: Counts) -> list[str]:
    """Why the grade is not better, each a phrase; empty when it is full."""
    if counts.held == 0:
        return ["nothing is held"]
    of = f"of {counts.held}"
    age = f" (oldest {counts.oldest_days} days)" if counts.stale else ""
    drift = f" ({counts.unexplained} observed beyond the ledger)" if counts.unexplained else ""
    phrases = [
        (counts.priceless, f"{of} without a price"),
        (counts.baseless, f"{of} without a full cost basis{drift}"),
        (counts.stale, f"{of} at a stale price{age}"),
        (counts.routed, f"{of} by a routed rate"),
        (counts.traded, f"{of} at a trade's price"),
        (counts.interpolated, f"{of} interpolated"),
        (counts.at_market, f"{of} with lots opened at market value"),
    ]
    return [f"{count} {phrase}" for count, phrase in phrases if count]


def worst(grades: list[str]) -> str:
    """The worst of several grades."""
    return max(grades, key=GRADES.index)
