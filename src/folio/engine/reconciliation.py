"""The balance of a holding on any day, from observations and the ledger.

With O the first observation on or after D, P the one before it and S(D) the sum of
postings through D, all in units of O's day:

    balance(D) = O − Σ(D, O] − drift × (O.day − D) / (O.day − P.day)
    drift      = O − P − Σ(P, O]

Writing ``offset(X) = X − S(X.day)`` for an observation X, this is
``balance(D) = S(D) + offset(D)`` where the offset is constant before the first
observation and after the last one, and a straight line between two.  Offsets are kept
in units of the first day, so a split only scales them; and as fractions, so that what was
observed after a 3:1 split comes out exactly again.

The sum form was chosen over the form of the rule because it needs no look-ahead in the
ledger: one number per observation.

Worked example: 100 on day 0, +10 on day 4, 140 on day 10.  S is 0 until day 4 and 10
after, the offsets are 100 on day 0 and 130 on day 10.

>>> drift = Drift([(0, Decimal(100)), (10, Decimal(130))])
>>> [str(s + drift.offset(day)) for day, s in ((2, Decimal(0)), (4, Decimal(10)), (5, Decimal(10)))]
['106', '122', '125']

A lock on day L holds what was known there: an *anchor* at L, whose offset is the one that was
known when the lock was made.  What is observed later spreads over (L, O] alone.  Were the 140 of
day 10 seen after day 4 was locked, when the offset was still 100 everywhere, then the 30 that are
missing spread over the six days after it:

>>> drift = Drift([(0, Decimal(100)), (10, Decimal(130))], anchors=[Anchor(4, Fraction(100))])
>>> [str(s + drift.offset(day)) for day, s in ((2, Decimal(0)), (4, Decimal(10)), (5, Decimal(10)))]
['100', '110', '115']
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from folio.model.numbers import ZERO, divide

# At equal days the first of these counts.
OBSERVATION_SOURCES = (
    "statement-close",
    "sync",
    "user-entered",
    "screenshot",
    "manual-correction",
)


class Anchor(NamedTuple):
    """What a lock holds of a holding: the offset on its day."""

    day: int
    offset: Fraction  # in units of the first day
    interpolated: bool = False  # the day lay between two observations


class Drift:
    """What observations say beyond the ledger, on any day."""

    def __init__(
        self,
        offsets: list[tuple[int, Decimal]],
        parts: int = 1,
        anchors: Iterable[Anchor] = (),
    ) -> None:
        """``offsets``: (day number, observed − ledger) by day, in units of the first day
        times ``parts``; ``anchors`` are on other days."""
        points = [(day, Fraction(offset) / parts) for day, offset in offsets]
        self._between = {anchor.day for anchor in anchors if anchor.interpolated}
        for anchor in anchors:
            insort(points, (anchor.day, anchor.offset))
        self._days = [day for day, _ in points]
        self._offsets = [offset for _, offset in points]

    def __bool__(self) -> bool:
        return any(self._offsets)

    def offset(self, day: int, new: int = 1, old: int = 1) -> Decimal:
        """Balance less ledger at the end of ``day``, in units of that day.

        ``new`` for ``old`` are the splits up to and on it.
        """
        exact = self.exactly(day) * new / old
        if not exact:
            return ZERO
        return divide(Decimal(exact.numerator), Decimal(exact.denominator))

    def exactly(self, day: int) -> Fraction:
        """Balance less ledger at the end of ``day``, in units of the first day."""
        if not self._days:
            return Fraction(0)
        after = bisect_left(self._days, day)
        if after == len(self._days):
            return self._offsets[-1]
        if after == 0 or self._days[after] == day:
            return self._offsets[after]
        end, start = self._days[after], self._days[after - 1]
        drift = self._offsets[after] - self._offsets[after - 1]
        return self._offsets[after] - drift * (end - day) / (end - start)

    def interpolated(self, day: int) -> bool:
        """Whether ``day`` lies between two observations that the ledger does not join."""
        after = bisect_left(self._days, day)
        if day in self._between:
            return True
        if after in (0, len(self._days)) or self._days[after] == day:
            return False
        return self._offsets[after] != self._offsets[after - 1]

    def constant_until(self, day: int) -> int | None:
        """The first day after ``day`` on which the offset may differ; None: never."""
        after = bisect_left(self._days, day)
        if after == len(self._days):
            return None
        return day + 1 if self.interpolated(day) else self._days[after] + 1
