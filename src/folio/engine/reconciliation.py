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

Where a gap is answered with growth, its drift is in the ledger from O on: the offset on O is P's
again, and before it the line still rises to what it was, so that no other day's balance moves.

Before the first observation there is no P, and the drift is what it says beyond the ledger
alone: what was held before the ledger starts.

Worked example: 100 on day 0, +10 on day 4, 140 on day 10.  S is 0 until day 4 and 10
after, the offsets are 100 on day 0 and 130 on day 10.

>>> day = dt.date(2025, 1, 1).toordinal()
>>> said = [(dt.date(2025, 1, 1), Decimal(100), "", 1), (dt.date(2025, 1, 11), Decimal(140), "", 2)]
>>> put_in = Event(("2025-01-05", 1, "", 1, 1), 1, 1, "deposit", Decimal(10))
>>> anchors = compare(said, [put_in])
>>> drift = Drift(anchors)
>>> [str((10 if n >= 4 else 0) + drift.offset(day + n)) for n in (2, 4, 5)]
['106', '122', '125']
>>> [(gap.days, str(gap.expected), str(gap.drift)) for gap in gaps(anchors)]
[(None, '0', '100'), (10, '110', '30')]

A lock on day L holds what was known there: the offset that it had when the lock was made.  What
is observed later spreads over (L, O] alone.  Were the 140 of day 10 seen after day 4 was locked,
when the offset was still 100 everywhere, then the 30 that are missing spread over the six days
after it:

>>> from fractions import Fraction
>>> drift = Drift(anchors, [Hold(day + 4, Fraction(100))])
>>> [str((10 if n >= 4 else 0) + drift.offset(day + n)) for n in (2, 4, 5)]
['100', '110', '115']
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from folio.engine.splits import scaled
from folio.model.gaps import GROWTH, Gap
from folio.model.ledger import Event
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO, divide

if TYPE_CHECKING:
    from fractions import Fraction  # loaded where something was observed


class Anchor(NamedTuple):
    """An observation beside what the ledger says at the end of its day, in that day's units."""

    day: dt.date
    balance: Decimal
    observation_id: int
    ledger: Decimal  # growth left out
    before: Decimal  # with earlier growth
    after: Decimal  # with the day's own growth too
    new: int  # units that all splits up to and on the day make …
    old: int  # … of so many

    @property
    def offset(self) -> Decimal:
        """Observed beyond the ledger."""
        return self.balance - self.ledger

    def carried(self, to: "Anchor") -> Decimal:
        """The offset in the units of a later anchor."""
        if (self.new, self.old) == (to.new, to.old):
            return self.offset
        return divide(self.offset * self.old * to.new, Decimal(self.new * to.old))


def compare(
    observations: Iterable[tuple[dt.date, Decimal, str, int]], events: Iterable[Event]
) -> list[Anchor]:
    """Each observation (day, balance, source, id) beside the ledger, both by day."""
    anchors = []
    ledger, grown, new, old = ZERO, ZERO, 1, 1  # grown: with growth
    pending = iter(events)
    event = next(pending, None)
    for day, balance, _, number in observations:
        end = day.isoformat()
        own = ZERO
        while event is not None and event.key[0] <= end:
            if event.ratio is not None:
                ledger, grown = scaled(ledger, *event.ratio), scaled(grown, *event.ratio)
                new, old = new * event.ratio[0], old * event.ratio[1]
            elif event.kind == GROWTH:
                own += event.quantity
            else:
                ledger += event.quantity
                grown += event.quantity
            event = next(pending, None)
        anchors.append(Anchor(day, balance, number, ledger, grown, grown + own, new, old))
        grown += own
    return anchors


def gaps(anchors: Sequence[Anchor]) -> list[Gap]:
    """The gaps with a drift, by day."""
    found = []
    before: Anchor | None = None
    for anchor in anchors:
        kept = ZERO if before is None else before.carried(anchor)
        if not _joined(before, anchor):
            since = None if before is None else before.day
            expected = anchor.ledger + kept
            found.append(Gap(since, anchor.day, expected, anchor.balance, anchor.observation_id))
        before = anchor
    return found


def _joined(before: Anchor | None, after: Anchor) -> bool:
    """Whether the ledger leads from one observation to the next, without rounding."""
    if before is None:
        return not after.offset
    return before.offset * before.old * after.new == after.offset * after.old * before.new


class Hold(NamedTuple):
    """What a lock holds of a holding: the offset on its day."""

    day: int
    offset: "Fraction"  # in units of the first day
    interpolated: bool = False  # the day lay between two observations
    grows: bool = False  # whose gap was answered with growth


class Drift:
    """What observations say beyond the ledger, on any day."""

    def __init__(self, anchors: Sequence[Anchor], holds: Iterable[Hold] = ()) -> None:
        """``holds`` are on other days than ``anchors``."""
        held = list(holds)
        points = [_point(anchor) for anchor in anchors]
        points += [(hold.day, hold.offset, hold.offset) for hold in held]
        points.sort()
        # Up to a hold it is growth where it was known as that then; up to an observation, now.
        as_held = {hold.day: hold.grows for hold in held}
        self._grown = [as_held.get(day, before != after) for day, before, after in points]
        self._between = {hold.day for hold in held if hold.interpolated}
        self._days = [day for day, _, _ in points]
        # In units of the first day, as fractions: a split only scales them.
        self._reached = [reached for _, reached, _ in points]  # within the gap
        self._offsets = [offset for _, _, offset in points]  # from the day on

    def __bool__(self) -> bool:
        return any(self._offsets) or any(self._reached)

    def explain(self, day: int, units: "Fraction") -> None:
        """Take in units that the ledger has more from ``day`` on, in units of the first day.

        No hold may be on ``day`` or after it: what comes later explains nothing that a lock held.
        """
        start = bisect_left(self._days, day)
        self._reached[start:] = [reached - units for reached in self._reached[start:]]
        self._offsets[start:] = [offset - units for offset in self._offsets[start:]]

    def offset(self, day: int, new: int = 1, old: int = 1) -> Decimal:
        """Balance less ledger at the end of ``day``, in units of that day.

        ``new`` for ``old`` are the splits up to and on it.
        """
        return _in_units(self.exactly(day), new, old)

    def grows(self, day: int) -> bool:
        """Whether ``day`` lies in a gap that is answered with growth, its last day included.

        Growth is return; what else appears beyond the ledger is a flow.
        """
        after = bisect_left(self._days, day)
        return 0 < after < len(self._days) and self._grown[after]

    def exactly(self, day: int) -> "Fraction":
        """Balance less ledger at the end of ``day``, in units of the first day."""
        if not self._days:
            from fractions import Fraction

            return Fraction(0)
        after = bisect_left(self._days, day)
        if after == len(self._days):
            return self._offsets[-1]
        if self._days[after] == day:
            return self._offsets[after]
        reached = self._reached[after]
        if after == 0 or reached == self._offsets[after - 1]:
            return reached
        end, start = self._days[after], self._days[after - 1]
        drift = reached - self._offsets[after - 1]
        return reached - drift * (end - day) / (end - start)

    def interpolated(self, day: int) -> bool:
        """Whether ``day`` lies between two observations that the ledger does not join."""
        after = bisect_left(self._days, day)
        if day in self._between:
            return True
        if after in (0, len(self._days)) or self._days[after] == day:
            return False
        return self._reached[after] != self._offsets[after - 1]

    def constant_until(self, day: int) -> int | None:
        """The first day after ``day`` on which the offset may differ; None: never."""
        after = bisect_left(self._days, day)
        if after == len(self._days):
            return None
        return day + 1 if self.interpolated(day) else self._days[after] + 1


def _point(anchor: Anchor) -> tuple[int, "Fraction", "Fraction"]:
    """The day of an observation, and the offsets within its gap and from the day on."""
    from fractions import Fraction

    reached, offset = anchor.balance - anchor.before, anchor.balance - anchor.after
    return (
        anchor.day.toordinal(),
        Fraction(reached) * anchor.old / anchor.new,
        Fraction(offset) * anchor.old / anchor.new,
    )


NO_DRIFT = Drift(())  # the ledger says all: shared, and never told anything


def _in_units(offset: "Fraction", new: int, old: int) -> Decimal:
    """Units of the first day in those of a day before which splits made ``new`` of ``old``."""
    exact = offset * new / old
    return divide(Decimal(exact.numerator), Decimal(exact.denominator)) if exact else ZERO
