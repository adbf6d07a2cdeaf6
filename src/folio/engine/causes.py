"""What may lie behind a gap: only what fits its numbers, the best first.

Each test looks for one thing that people and programs get wrong, and says nothing unless
the drift is what that would have left: minus a posting where it stands there twice, minus two
of them where its sign slipped, the difference of two transposed digits (always divisible by
nine, the bookkeepers' old check), a ratio of small whole numbers for a split.  A transaction
that is one of several that would fit is not named: that many coincidences are chance.

The alternative, ranking every cause by a likelihood, needs weights that nobody can check.

>>> gap = Gap(dt.date(2025, 1, 1), dt.date(2025, 1, 31), Decimal(1520), Decimal(1574), 1)
>>> rent = Moved(7, "deposit", dt.date(2025, 1, 9), Decimal(517))
>>> [cause.phrase for cause in likely_causes(Evidence(gap, [rent], [], True, False))]
['transaction 7 may be mistyped: 517 for 571']
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from folio.model.gaps import Gap
from folio.model.numbers import ZERO, divide, to_text

MOST_RATE = Decimal("0.15")  # a year, of interest, dividends and rewards
MOST_FEE = Decimal("0.02")  # of what it was charged for, or of the balance
NEAR = Decimal("0.01")  # of its size, by which the other side of a transfer may differ
MOST_TERM, MOST_ODD_TERM = 50, 5  # of a split: 50:1, 1:50, 3:2 … 5:4
LEAST_SPLIT = 5  # fewer units than these fit any ratio


class Moved(NamedTuple):
    """A posting in or near a gap."""

    transaction_id: int
    kind: str
    day: dt.date
    quantity: Decimal  # in units of the gap's end; into the holding is positive
    where: str = ""  # the holding, where it is another one


class Evidence(NamedTuple):
    """A gap with what happened around it."""

    gap: Gap
    moved: Sequence[Moved]  # in the gap
    elsewhere: Sequence[Moved]  # legs without another side, in other holdings of the asset
    is_currency: bool
    splits: bool  # the asset is of a type that splits


class Cause(NamedTuple):
    """One thing that would explain a gap."""

    phrase: str
    remedy: str = ""  # an answer, "undo" or "split"; "": none that is sure
    transaction_id: int | None = None
    ratio: tuple[int, int] | None = None  # of a split: new units for old
    day: dt.date | None = None  # of a flow


def likely_causes(evidence: Evidence) -> list[Cause]:
    """The causes that fit, the best first."""
    tests = _ALWAYS if evidence.gap.is_opening else _TESTS
    return [cause for test in tests for cause in test(evidence)]


def _twice(seen: Evidence) -> Iterator[Cause]:
    same = [m for m in seen.moved if m.quantity == -seen.gap.drift]
    if len(same) == 1:
        number = same[0].transaction_id
        yield Cause(f"transaction {number} may be there twice, or too much", "undo", number)
    twins = [(a, b) for a, b in pairwise(same) if a.kind == b.kind]
    for first, second in twins[:1]:
        number = second.transaction_id
        yield Cause(f"transactions {first.transaction_id} and {number} may be one", "undo", number)


def _mistyped(seen: Evidence) -> Iterator[Cause]:
    drift = seen.gap.drift
    found = [
        (m, how)
        for m in seen.moved
        if (how := _slip(m.quantity, m.quantity + drift)) and seen.gap.drift != -m.quantity
    ]
    if len(found) == 1:
        (moved, how) = found[0]
        was, right = to_text(abs(moved.quantity)), to_text(abs(moved.quantity + drift))
        said = f"transaction {moved.transaction_id} may {how}: {was} for {right}"
        yield Cause(said, "", moved.transaction_id)
    if _slip(seen.gap.expected, seen.gap.observed) == _TRANSPOSED:
        observed, expected = to_text(seen.gap.observed), to_text(seen.gap.expected)
        yield Cause(f"the balance may be mistyped: {observed} for {expected}")


_TRANSPOSED, _POINT = "be mistyped", "have its decimal point in the wrong place"


def _slip(one: Decimal, other: Decimal) -> str:
    """How one amount can be a slip of the pen for the other; "" where it cannot."""
    if one * other <= ZERO:
        return ""
    one, other = abs(one), abs(other)
    if any(one * factor == other or other * factor == one for factor in (10, 100, 1000)):
        return _POINT
    places = max(len(to_text(n).partition(".")[2]) for n in (one, other))
    first, second = (str(int(n.scaleb(places))) for n in (one, other))
    if len(first) != len(second):
        return ""
    wrong = [i for i, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    swapped = (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and first[wrong[0]] == second[wrong[1]]
        and first[wrong[1]] == second[wrong[0]]
    )
    return _TRANSPOSED if swapped else ""


def _wrong_sign(seen: Evidence) -> Iterator[Cause]:
    found = [m for m in seen.moved if seen.gap.drift == -2 * m.quantity]
    if len(found) == 1:
        number = found[0].transaction_id
        yield Cause(f"transaction {number} may have the wrong sign", "", number)


def _split(seen: Evidence) -> Iterator[Cause]:
    gap = seen.gap
    if not seen.splits or gap.expected < LEAST_SPLIT or gap.observed <= ZERO:
        return
    new, old = (Fraction(gap.observed) / Fraction(gap.expected)).as_integer_ratio()
    most = MOST_TERM if 1 in (new, old) else MOST_ODD_TERM
    if max(new, old) <= most:
        yield Cause(f"a {new}:{old} split that was never recorded", "split", ratio=(new, old))


def _other_side(seen: Evidence) -> Iterator[Cause]:
    gap = seen.gap
    for leg in seen.elsewhere:
        off = abs(leg.quantity + gap.drift)
        if off > NEAR * abs(leg.quantity):
            continue
        kind = leg.kind.replace("_", " ")
        said = f"transaction {leg.transaction_id} may be the other side"
        inside = (gap.since is None or leg.day > gap.since) and leg.day <= gap.until
        yield Cause(
            f"{said}: {kind} of {to_text(abs(leg.quantity))} at {leg.where} on {leg.day}",
            "flow",
            leg.transaction_id,
            day=leg.day if inside else None,
        )


def _fee(seen: Evidence) -> Iterator[Cause]:
    gap = seen.gap
    if gap.drift >= ZERO:
        return
    paid_for = [m for m in seen.moved if -gap.drift <= MOST_FEE * abs(m.quantity)]
    if len(paid_for) == 1:
        number = paid_for[0].transaction_id
        yield Cause(f"a fee for transaction {number}", "growth", number)
    elif paid_for or -gap.drift <= MOST_FEE * gap.expected:
        yield Cause("a fee that was never recorded", "growth")


def _growth(seen: Evidence) -> Iterator[Cause]:
    gap = seen.gap
    if gap.drift <= ZERO or gap.expected <= ZERO or not gap.days:
        return
    rate = divide(gap.drift * 365, gap.expected * gap.days)
    if rate <= MOST_RATE:
        what = "interest" if seen.is_currency else "rewards, or dividends in units"
        yield Cause(f"{what}, at {_percent(rate)} a year, never recorded", "growth")


def _percent(rate: Decimal) -> str:
    percent = round(rate * 100, 1)
    return f"{percent} %" if percent else "under 0.1 %"


def _round(seen: Evidence) -> Iterator[Cause]:
    drift = seen.gap.drift
    digits = to_text(abs(drift)).rstrip("0")
    if seen.is_currency and not drift % 10 and len(digits) <= 2:
        what = "deposit" if drift > ZERO else "withdrawal"
        yield Cause(f"a {what} that was never recorded, a round amount", "flow")


Test = Callable[[Evidence], Iterator[Cause]]
_ALWAYS: tuple[Test, ...] = (_twice, _mistyped, _wrong_sign, _other_side)
_TESTS: tuple[Test, ...] = (*_ALWAYS, _split, _fee, _growth, _round)
