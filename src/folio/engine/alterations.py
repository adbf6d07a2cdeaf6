"""How sums of daily rows change where one of their parts does.

A sum of many parts need not be added up again: it changes by what the part changes.  That goes
for every day on which the part has the same figures as before, some of them higher or lower, and
where it is held now and was not, if the sum has figures
(:func:`folio.db.derived.altering.lacking` says where not).  Where a figure came or went else,
whether the sum has it depends on the other parts: these days are summed *anew*
(:func:`folio.db.derived.rollup.sum_days`), and they are few.

Of a part that was worth 5 and is worth 8 on the first two days, and had nothing to say of the
third, sums of whatever else go up by 3 on two days:

>>> quiet = (0, 0, 1, 0, 0, 0, 0, 0, 0, None, 0)
>>> found = altered([(1, 5, 4, 0, 1, *quiet, 2)], [(1, 8, 4, 0, 4, *quiet, 3)])
>>> [(step.first, step.last, step.by[VALUE], step.by[GAIN]) for step in found.steps], found.anew
([(1, 2, 3, 3)], [(3, 3)])
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import add, itemgetter, sub

from folio.engine.sums import BEFORE, COST, GAIN, GAINLESS, HELD, VALUE
from folio.model.named import NamedTuple, from_tuple
from folio.model.rollups import DAY, LAST, DayRow, Run

Figures = tuple[int, ...]  # in the places of a row's
_NOTHING: Figures = (0,) * len(DayRow._fields)
_FAR = 2**62  # beyond all days
_NO_RUN: Run = (_FAR, _FAR)


class Step(NamedTuple):
    """The same change on several days on end."""

    first: int  # since 1970-01-01, like the last one; both inclusive
    last: int
    by: Figures  # what to add to each figure that there is


_STEP = from_tuple(Step)


class Altered(NamedTuple):
    """How runs of days changed."""

    steps: list[Step]  # by day, none twice
    anew: list[tuple[int, int]]  # from and to which days figures came or went


def altered(was: Sequence[Run], now: Sequence[Run]) -> Altered:
    """What became of runs, in sums that they are a part of; both are by day."""
    found = Altered([], [])
    for first, last, before, after in _side_by_side(was, now):
        by = None if before is None or after is None else _difference(before, after)
        if by is None:
            _go_on(found.anew, first, last)
        elif by != _NOTHING:
            _add(found.steps, first, last, by)
    return found


def worth_more(first: int, last: int, more: int) -> Altered:
    """What became of days, both inclusive, of money that is worth so many minor units more."""
    by = [0] * len(_NOTHING)
    by[VALUE] = by[COST] = by[BEFORE] = more
    return Altered([Step(first, last, tuple(by))] if more else [], [])


def together(parts: Sequence[Altered]) -> Altered:
    """How sums change with several of their parts."""
    if len(parts) == 1:
        return parts[0]
    turns = [(day, place, by) for place, part in enumerate(parts) for day, by in _turns(part.steps)]
    turns.sort(key=itemgetter(0))
    found, since = Altered([], []), -_FAR
    under_way: dict[int, Figures] = {}  # what each part changes by
    for day, place, by in turns:
        if under_way and since < day and (more := reduce(_plus, under_way.values())) != _NOTHING:
            _add(found.steps, since, day - 1, more)
        since = day
        if by is _NOTHING:
            under_way.pop(place, None)
        else:
            under_way[place] = by
    for first, last in sorted(days for part in parts for days in part.anew):
        _go_on(found.anew, first, last)
    return found


def _turns(steps: Iterable[Step]) -> Iterator[tuple[int, Figures]]:
    """The days on which steps by day begin to change something else, and by what from then on."""
    end: int | None = None
    for first, last, by in steps:
        if end is not None and end != first:
            yield end, _NOTHING
        yield first, by
        end = last + 1
    if end is not None:
        yield end, _NOTHING


def _side_by_side(
    was: Sequence[Run], now: Sequence[Run]
) -> Iterator[tuple[int, int, Run | None, Run | None]]:
    """Stretches of days, from and to, with the run on either side where these differ."""
    befores, afters = iter(was), iter(now)
    before, after = next(befores, _NO_RUN), next(afters, _NO_RUN)
    day = -_FAR
    while before is not _NO_RUN or after is not _NO_RUN:
        if before[DAY] == after[DAY] and before[LAST] == after[LAST]:  # as most are
            if before[VALUE] != after[VALUE] or before[1:-1] != after[1:-1]:
                yield before[DAY], before[LAST], before, after
            day = before[LAST] + 1
            before, after = next(befores, _NO_RUN), next(afters, _NO_RUN)
            continue
        first = max(day, min(before[DAY], after[DAY]))
        one = before if before[DAY] <= first else None
        other = after if after[DAY] <= first else None
        last = min(
            before[DAY] - 1 if one is None else before[LAST],
            after[DAY] - 1 if other is None else after[LAST],
        )
        if one is None or other is None or one[1:-1] != other[1:-1]:
            yield first, last, one, other
        if before[LAST] == last:
            before = next(befores, _NO_RUN)
        if after[LAST] == last:
            after = next(afters, _NO_RUN)
        day = last + 1


def _difference(before: Run, after: Run) -> Figures | None:
    """By how much a sum changes with a row; None: not all that counts in it counted before.

    See :mod:`folio.engine.sums`.
    """
    if before[HELD] != after[HELD]:
        came = not before[HELD] and before[VALUE] == before[COST] == before[GAIN] == 0
        if not came:  # what came adds to a sum that has figures, if it has all of them
            return None
    elif not before[HELD] and (before[COST], before[GAIN]) != (after[COST], after[GAIN]):
        return None
    was, now = before[BEFORE], after[BEFORE]
    if (was is None) != (now is None):
        return None
    try:
        by = [*map(sub, after[1:BEFORE], before[1:BEFORE])]
    except TypeError:  # a figure is missing: on both sides, or the sum is another one
        pairs = list(zip(after[1:BEFORE], before[1:BEFORE], strict=True))
        if any((new is None) != (old is None) for new, old in pairs):
            return None
        by = [(new or 0) - (old or 0) for new, old in pairs]
    # What a part adds to what the sum's evening before is worth: its value, where nothing moved.
    more = by[VALUE - 1] if was is None or now is None else now - was
    return (0, *by, more, *map(sub, after[GAINLESS:LAST], before[GAINLESS:LAST]))


def _plus(one: Figures, other: Iterable[int]) -> Figures:
    return tuple(map(add, one, other))


def _add(steps: list[Step], first: int, last: int, by: Figures) -> None:
    """Put a step behind others, or into the last of them."""
    if steps:
        since, until, same = steps[-1]
        if same == by and until + 1 == first:
            first = since
            steps.pop()
    steps.append(_STEP((first, last, by)))


def _go_on(spans: list[tuple[int, int]], first: int, last: int) -> None:
    """Put days behind others, or into the last of them."""
    if spans and first <= spans[-1][1] + 1:
        first, last = spans[-1][0], max(last, spans.pop()[1])
    spans.append((first, last))
