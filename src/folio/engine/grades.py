"""How well a figure is known, and why not better.

``full``: every holding counted has a fresh price, complete lots and no open drift.
``estimated``: some value rests on a stale or routed price, a trade's own price, an
interpolation or an opening at market value.  ``partial``: some holding has no value or
no basis, but at least half of them, by count, have both.  ``unknown``: fewer, or nothing
is held.  The worst part wins.  What was realised is partial where the gain of some disposal
is not known, and with it every row that tells it: a day of the history, and of the holdings
those that were sold, but not the headline, which is about what is held.

>>> grade(Counts(held=31, unknown=2, priceless=2)), grade(Counts(held=3, unknown=2, baseless=2))
('partial', 'unknown')
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from folio.engine.prices import Rate
from folio.model.ledger import ESTIMATED, PARTIAL, Slice
from folio.model.named import NamedTuple
from folio.model.numbers import how_many
from folio.model.prices import TRADE

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
        return Counts.of((self, other))

    @classmethod
    def of(cls, parts: Iterable["Counts"]) -> "Counts":
        """All of them counted together."""
        columns = list(zip(*parts, strict=True))
        return cls._make((*map(sum, columns[:-1]), max(columns[-1]))) if columns else cls()


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


class Judged(NamedTuple):
    """The grade of one row, and why it is not better."""

    grade: str
    reasons: tuple[str, ...] = ()


@lru_cache  # most rows of a page have the same
def judged(counts: Counts) -> Judged:
    """The grade of one row over these holdings; of a single one its reasons need no count."""
    if counts.held != 1:
        return Judged(grade(counts), tuple(reasons(counts)))
    phrases = (reason.removeprefix("1 of 1 ") for reason in reasons(counts))
    return Judged(grade(counts), tuple(phrase.replace("(oldest ", "(") for phrase in phrases))


def of_unknown_gain(disposals: int) -> list[str]:
    """Why what was realised is not all known; empty where it is.

    >>> of_unknown_gain(0), of_unknown_gain(2)
    ([], ['2 disposals of unknown gain'])
    """
    return [how_many(disposals, "disposal of unknown gain")] if disposals else []


def uncovered(part: Slice) -> str:
    """Why nobody knows what it cost: units that never came in, or cash paid on such."""
    if not part.quantity:
        return "uncovered: paid on units that were not held"
    return "uncovered: more went out than had come in"


def of_slice(part: Slice, gain: Decimal | None, rates: Iterable[Rate]) -> Judged:
    """The grade of a disposal: of what it fetched and cost, and of the rates of both days."""
    if gain is None:
        missing = [
            (part.place == 0, uncovered(part)),
            (part.place != 0 and part.cost is None, "of unknown cost"),
            (part.proceeds is None, "of unknown proceeds"),
        ]
        found = [phrase for is_so, phrase in missing if is_so]
        return Judged("partial", tuple(found or ["without a rate"]))
    if part.grade == PARTIAL:
        return Judged("partial", ("with a cost or a fee that is not fully known",))
    at_market = ["at a day's market value"] if part.grade == ESTIMATED else []
    return by_rates(rates, at_market)


def by_rates(rates: Iterable[Rate | None], why: Sequence[str] = ()) -> Judged:
    """The grade of what is known: estimated where a rate is stale or routed, or for ``why``."""
    stale = routed = False
    for rate in rates:
        if rate is not None:
            stale, routed = stale or rate.stale, routed or rate.routed
    if not (why or stale or routed):
        return _FULL  # nearly all
    found = [
        *why,
        *(["by a stale rate"] if stale else []),
        *(["by a routed rate"] if routed else []),
    ]
    return Judged("estimated", tuple(found))


_FULL = Judged("full")


class Days(NamedTuple):
    """Days on whose balance something was earned."""

    all: int = 0
    unknown: int = 0  # of them: nobody knows the balance
    interpolated: int = 0  # of them: it was interpolated


def of_days(parts: Iterable[Days]) -> Judged:
    """The grade of what balances earned.

    It is by days, as that of a sum is by holdings: where it is partial, at least half are known.

    >>> of_days([Days(20, unknown=20), Days(10, interpolated=9)]).reasons
    ('20 of 30 days without a known balance', '9 of 30 days at an interpolated balance')
    """
    days, unknown, between = map(sum, zip(Days(), *parts, strict=True))
    name = "estimated" if between else "full"
    if unknown:
        name = "partial" if 2 * unknown <= days else "unknown"
    found = [(unknown, "without a known balance"), (between, "at an interpolated balance")]
    return Judged(name, tuple(f"{n} of {days} days {phrase}" for n, phrase in found if n))


def at_price(rate: Rate, day: dt.date, other: Judged) -> Judged:
    """The grade of what rests on a price too."""
    found = list(other.reasons)
    if rate.stale:
        found.append(f"at a stale price ({(day - rate.day).days} days)")
    if rate.routed:
        found.append("by a routed rate")
    if any(leg.granularity == TRADE for leg in rate.legs):
        found.append("at a trade's price")
    return Judged(worst([other.grade, "estimated" if rate.estimated else "full"]), tuple(found))


def together(parts: Iterable[Judged]) -> Judged:
    """The grade of a sum over rows: the worst, and by count where something is missing.

    The rows may come counted, those that are judged alike together.

    >>> together([Judged("full"), Judged("partial", ("of unknown cost",))])
    Judged(grade='partial', reasons=('1 of 2 of unknown cost',))
    """
    alike = Counter(parts)
    every = alike.total()
    if every == 1:
        return next(iter(alike))
    missing = sum(n for p, n in alike.items() if GRADES.index(p.grade) >= GRADES.index("partial"))
    if missing:
        name = "partial" if 2 * missing <= every else "unknown"
    else:
        name = worst(["full", *(part.grade for part in alike)])
    counted: Counter[str] = Counter()
    for part, times in alike.items():
        counted.update({phrase: part.reasons.count(phrase) * times for phrase in part.reasons})
    return Judged(name, tuple(f"{n} of {every} {phrase}" for phrase, n in counted.items()))


def as_one(parts: Collection[Judged]) -> Judged:
    """The grade of what is listed as one row: the worst of its parts, each reason once."""
    phrases = dict.fromkeys(phrase for part in parts for phrase in part.reasons)
    return Judged(worst([part.grade for part in parts]), tuple(phrases))


def worst(grades: list[str]) -> str:
    """The worst of several grades."""
    return max(grades, key=GRADES.index)
