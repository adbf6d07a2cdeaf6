"""Which departures and arrivals may be one transfer.

A departure and an arrival of the same asset at different holdings are

- *proposed* within 1 % in units and 3 days (30 minutes where both have an instant);
- *candidates*, to be asked about, within 10 % and 7 days.

A pair links by itself only where each is the other's one proposal: a second departure that
the arrival would fit makes it a question.  A hash of a blockchain that both sides name settles
between proposals that are alike, and two different ones rule a pair out.  An arrival larger
than its departure can only come of clocks or of fees that were stated apart: it is never
linked unasked, nor are several arrivals that together make one departure, nor a deposit or a
withdrawal: that is a candidate where it would be proposed, and the user says what it is.

Candidates are ranked by how well their units fit, and only then by time: amounts are copied
from one book into the other, while clocks are set by hand and value dates wander.

Worked example: 10 sent, 9.99 arrive 40 minutes later, by days.

>>> import datetime as dt
>>> day = dt.date(2025, 3, 4)
>>> sent = TransferLeg(7, "transfer_out", day, None, 1, 5, Decimal(10), "")
>>> come = TransferLeg(8, "transfer_in", day, None, 2, 5, Decimal("9.99"), "")
>>> found = match(sent, (come,))
>>> str(found.lost), str(found.share), found.close
('0.01', '0.001', True)
>>> "; ".join(reasons(found))
'0.01 less (0.1 %); the same day'
"""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations

from folio.model.numbers import ZERO, divide, to_text
from folio.model.transfers import ARRIVAL, Match, TransferLeg

CLOSE_SHARE, CLOSE_DAYS, CLOSE_MINUTES = Decimal("0.01"), 3, 30
WIDE_SHARE, WIDE_DAYS = Decimal("0.1"), 7  # inclusive, like those above
WEEK = 7
MOST_ARRIVALS = 3  # of one departure, when several are proposed together
MOST_TRIED = 12  # arrivals of which subsets are tried, the nearest in time

# 64 digits in base 16 (Bitcoin, Ethereum and most others), or a signature in base 58 (Solana).
_HASH = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:0x)?([0-9a-fA-F]{64})|([1-9A-HJ-NP-Za-km-z]{86,88}))(?![0-9A-Za-z])"
)


def hashes(text: str) -> set[str]:
    """The hashes of transactions of a blockchain in a text; base 16 in small letters.

    >>> hashes("to Ledger, tx 0x" + "AB" * 32) == {"ab" * 32}
    True
    """
    return {hexadecimal.lower() or other for hexadecimal, other in _HASH.findall(text)}


def match(departure: TransferLeg, arrivals: tuple[TransferLeg, ...]) -> Match | None:
    """How well these are one transfer; None where they are not even candidates."""
    sent = _sent(departure, arrivals[0])
    lost = sent - _arrived(arrivals)
    if abs(lost) > WIDE_SHARE * sent:
        return None  # as of most
    far = max(abs((arrival.day - departure.day).days) for arrival in arrivals) > WIDE_DAYS
    return None if far else together(departure, arrivals)


def together(departure: TransferLeg, arrivals: tuple[TransferLeg, ...]) -> Match:
    """These as one transfer, however well they fit."""
    sent = _sent(departure, arrivals[0])
    lost = sent - _arrived(arrivals)
    share = divide(abs(lost), sent)
    timed = departure.instant is not None and all(a.instant is not None for a in arrivals)
    apart = max((_apart(departure, arrival, timed=timed) for arrival in arrivals), key=abs)
    limit = dt.timedelta(minutes=CLOSE_MINUTES) if timed else dt.timedelta(CLOSE_DAYS)
    named = [hashes(leg.text) for leg in (departure, *arrivals)]
    return Match(
        departure,
        arrivals,
        lost,
        share,
        apart,
        timed,
        share <= CLOSE_SHARE and abs(apart) <= limit,
        bool(set.intersection(*named)),
        all(named) and not set.intersection(*named),
    )


def _sent(departure: TransferLeg, arrival: TransferLeg) -> Decimal:
    """What left, in units of the arrival's day."""
    if departure.scale == arrival.scale:
        return departure.units
    return divide(departure.units * departure.scale, arrival.scale)


def _arrived(arrivals: tuple[TransferLeg, ...]) -> Decimal:
    return sum((a.units for a in arrivals[1:]), arrivals[0].units)


def _apart(departure: TransferLeg, arrival: TransferLeg, *, timed: bool) -> dt.timedelta:
    if timed and departure.instant is not None and arrival.instant is not None:
        return arrival.instant - departure.instant
    return arrival.day - departure.day


def pair(one: TransferLeg, other: TransferLeg) -> Match | None:
    """The match of two legs, whichever of them left."""
    if one.departs == other.departs or one.holding_id == other.holding_id:
        return None
    return match(one, (other,)) if one.departs else match(other, (one,))


def partners(leg: TransferLeg, others: Sequence[TransferLeg]) -> list[Match]:
    """The proposals for a leg among these; those that name its hash alone, where some do."""
    found = [m for other in others if (m := pair(leg, other)) and m.close and not m.other_hash]
    return [m for m in found if m.same_hash] or found


class Alike:
    """Legs by week and size, to find those that may be proposed for one."""

    def __init__(self, legs: Iterable[TransferLeg]) -> None:
        by_week: dict[tuple[int, bool, int], list[TransferLeg]] = {}
        for leg in legs:
            place = (leg.asset_id, leg.departs, leg.day.toordinal() // WEEK)
            by_week.setdefault(place, []).append(leg)
        self._by_week: dict[tuple[int, bool, int], tuple[list[Decimal], list[TransferLeg]]] = {}
        for place, several in by_week.items():
            several.sort(key=_size_today)
            self._by_week[place] = (list(map(_size_today, several)), several)

    def to(self, leg: TransferLeg) -> list[TransferLeg]:
        """The legs of the other direction that are nearly as large, and at most weeks apart.

        All that :func:`partners` would propose are among them.
        """
        size, week = _size_today(leg), leg.day.toordinal() // WEEK
        least, most = size * (1 - 2 * CLOSE_SHARE), size * (1 + 2 * CLOSE_SHARE)
        found: list[TransferLeg] = []
        for one in (week - 1, week, week + 1):
            sizes, several = self._by_week.get((leg.asset_id, not leg.departs, one), ([], []))
            found += several[bisect_left(sizes, least) : bisect_right(sizes, most)]
        return found


def _size_today(leg: TransferLeg) -> Decimal:
    return leg.units * leg.scale


def candidates(leg: TransferLeg, others: Sequence[TransferLeg]) -> list[Match]:
    """What a leg may be one transfer with among these, the likeliest first.

    For a departure, several arrivals that share it are among them.
    """
    near = [other for other in others if _is_near(leg, other)]
    found = [m for other in near if (m := pair(leg, other)) and (m.close or other.waits)]
    if leg.departs:
        found += _shared(leg, others)
    return sorted(found, key=_rank)


def _is_near(leg: TransferLeg, other: TransferLeg) -> bool:
    """Whether :func:`match` may find two legs alike in units; of most it would not."""
    return leg.scale != other.scale or abs(leg.units - other.units) <= WIDE_SHARE * (
        leg.units if leg.departs else other.units
    )


def _shared(departure: TransferLeg, others: Sequence[TransferLeg]) -> list[Match]:
    """Two or more arrivals that are proposed together, none of which has to stand alone."""
    parts = [
        other
        for other in others
        if other.kind == ARRIVAL
        and other.holding_id != departure.holding_id
        and abs((other.day - departure.day).days) <= WIDE_DAYS
        and other.units < _sent(departure, other) * (1 - CLOSE_SHARE)
    ]
    parts.sort(key=lambda a: (abs((a.day - departure.day).days), a.day, a.transaction_id))
    sent = {other.scale: _sent(departure, other) for other in parts[:MOST_TRIED]}
    tried = (
        match(departure, several)
        for size in range(2, MOST_ARRIVALS + 1)
        for several in combinations(parts[:MOST_TRIED], size)
        # Few lack so little; those that lack too much still are left out below.
        if 0 <= (whole := sent[several[0].scale]) - _arrived(several) <= 2 * CLOSE_SHARE * whole
        and len({arrival.scale for arrival in several}) == 1
    )
    fitting = [m for m in tried if m is not None and m.lost >= ZERO and m.share <= CLOSE_SHARE]
    return sorted(fitting, key=_rank)[:MOST_ARRIVALS]


def _rank(found: Match) -> tuple[bool, bool, bool, bool, bool, Decimal, dt.timedelta, list[int]]:
    """Hashes first, then what waits too, then what is close, then the fewest units off, then
    the nearest in time."""
    return (
        not found.same_hash,
        found.other_hash,
        not all(leg.waits for leg in found.legs),
        not found.close,
        found.lost < ZERO,
        found.share,
        abs(found.apart),
        [leg.transaction_id for leg in found.legs],
    )


def reasons(found: Match) -> list[str]:
    """What speaks for a match and against it, in words."""
    said = [_units(found), _time(found)]
    if len(found.arrivals) > 1:
        said.insert(0, f"{len(found.arrivals)} arrivals together")
    if found.same_hash:
        said.append("the same hash")
    if found.other_hash:
        said.append("another hash")
    said += [f"recorded as a {_ALONE[leg.kind]}" for leg in found.legs if not leg.waits]
    return said


_ALONE = {"deposit": "deposit", "withdraw": "withdrawal"}


def _units(found: Match) -> str:
    if not found.lost:
        return "the same units"
    hundredths = round(found.share * 10000)
    part = f"{to_text(Decimal(hundredths) / 100)} %" if hundredths else "<0.01 %"
    if found.lost > ZERO:
        return f"{to_text(found.lost)} less ({part})"
    return f"{to_text(-found.lost)} more than left ({part}): a fee stated apart?"


def _time(found: Match) -> str:
    if not found.apart:
        return "the same instant" if found.timed else "the same day"
    size = _size(abs(found.apart))
    return f"{size} later" if found.apart > dt.timedelta(0) else f"{size} before it left"


def _size(apart: dt.timedelta) -> str:
    """The largest unit of time that fits at least once, in words."""
    seconds = apart.days * 86400 + apart.seconds
    for name, length in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count = seconds // length
        if count:
            return f"a{'n' if name == 'hour' else ''} {name}" if count == 1 else f"{count} {name}s"
    return "under a second"
