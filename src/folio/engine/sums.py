"""Sums of daily rows, day by day: of holdings, of accounts, of institutions.

In integers of minor units:

- what is counted and what is realised is added up;
- a flow or an income is not measured where that of one part is not;
- a value is that of what is held, a cost or a gain that of what is held or has lots left:
  missing where all of it lacks one, and 0 where nothing is held;
- ``before`` is missing where nothing moved; else what did not move is worth its value.

What comes in and goes out are runs of equal days: of each column its steps are kept, the days
on which the sum changes and by how much.  Of prices that come once a week, and of what is not
held any more, that is a small part of adding up every day.

SQLite says the same of rows that are stored (:func:`folio.db.derived.rollup.sum_days`); a law holds
both together.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, repeat

from folio.model.rollups import DAY, FLOW_AT, INSTITUTION, LAST, PORTFOLIO, DayRow, Run, days_in

Column = Sequence[int | None]
Counts = list[int]

(
    VALUE, COST, REALISED, GAIN, INCOME, HELD, UNKNOWN, PRICELESS, BASELESS, ESTIMATED, BEFORE,
    GAINLESS,
) = map(
    DayRow._fields.index,
    "value cost_basis realised unrealised income held unknown priceless baseless estimated before "
    "gainless".split(),
)  # fmt: skip
_PLAIN = (HELD, REALISED, UNKNOWN, PRICELESS, BASELESS, ESTIMATED, GAINLESS)  # never missing
_Steps = dict[int, int]  # by how much a sum changes, by day


class _Total:
    """The sum of a column by day, and of how many parts it is."""

    def __init__(self) -> None:
        self._sums: _Steps = defaultdict(int)
        self._lacking: _Steps = defaultdict(int)  # parts that have no figure

    def take(self, starts: Sequence[int], end: int, column: Column) -> None:
        """Add one part's figures, each from its day on, the last one up to ``end`` (exclusive)."""
        if column.count(0) == len(column):  # as most are
            return
        sums, was, lacked = self._sums, 0, False
        for day, figure in zip(starts, column, strict=True):
            if figure == was and not lacked:
                continue
            if figure is None or lacked:
                self._lacking[day] += (figure is None) - lacked
                lacked = figure is None
            figure = figure or 0
            sums[day] += figure - was
            was = figure
        sums[end] -= was
        self._lacking[end] -= lacked

    def days(self) -> set[int]:
        """Those on which it changes."""
        return {*self._sums, *self._lacking}

    def sums(self, days: Sequence[int]) -> Counts:
        """The sum from each of ``days`` on, which are all those on which it changes, and more."""
        return list(accumulate(map(self._sums.get, days, repeat(0))))

    def _lacks(self, days: Sequence[int]) -> Counts:
        """Of how many parts the figure is missing."""
        return list(accumulate(map(self._lacking.get, days, repeat(0))))

    def all_of(self, days: Sequence[int]) -> list[int | None]:
        """The sums, missing where one part lacks its own."""
        found = zip(self.sums(days), self._lacks(days), strict=True)
        return [None if lacking else total for total, lacking in found]

    def any_of(self, days: Sequence[int], parts: Counts, held: Counts) -> list[int | None]:
        """The sums, missing where something is held and no part has its own."""
        found = zip(self.sums(days), self._lacks(days), parts, held, strict=True)
        return [None if lacking == n and h else total for total, lacking, n, h in found]


class Sums:
    """The sum of several series of runs of days.

    Where their flows are to cross a ``border``, those at wider ones are summed beside, for sums
    of these sums.
    """

    def __init__(self, border: int = PORTFOLIO) -> None:
        self._parts = _Total()
        self._flow = _Total()
        wider = [scope for scope in (INSTITUTION, PORTFOLIO) if scope < border]
        self._wider = {scope: _Total() for scope in wider}
        self._own = {n: _Total() for n in (VALUE, COST, GAIN, INCOME)}
        self._plain = {n: _Total() for n in _PLAIN}
        self._moved: _Steps = defaultdict(int)  # what movements made of a day's value before

    def add(self, runs: Sequence[Run], border: int) -> None:
        """Add the runs of a part, by day, with their flow at a border."""
        for stretch in _stretches(runs):
            self._add(stretch, border)

    def _add(self, runs: Sequence[Run], border: int) -> None:
        days, end = [run[DAY] for run in runs], runs[-1][LAST] + 1
        columns: list[Column] = list(zip(*runs, strict=True))
        held = columns[HELD]
        self._parts.take(days[:1], end, (1,))
        for number, total in self._plain.items():
            total.take(days, end, columns[number])
        gone = 0 in held
        for number in (VALUE, COST, GAIN):
            column = columns[number]
            self._own[number].take(days, end, _kept(column, held) if gone else column)
        self._own[INCOME].take(days, end, columns[INCOME])
        self._flow.take(days, end, columns[FLOW_AT[border]])
        for scope, total in self._wider.items():
            total.take(days, end, columns[FLOW_AT[scope]])
        for day, before, value in zip(days, columns[BEFORE], columns[VALUE], strict=True):
            if before is not None:
                self._moved[day] += before - (value or 0)

    def _days(self) -> list[int]:
        """Those on which any sum changes, the day after the last one with them."""
        every = (self._wider, self._own, self._plain, {0: self._parts, 1: self._flow})
        days = {day for some in every for total in some.values() for day in total.days()}
        moved = self._moved.keys()
        return sorted(days | moved | {day + 1 for day in moved})

    def runs(self) -> list[Run]:
        """The sums by day, of the days of any part."""
        days = self._days()
        if not days:
            return []
        parts = self._parts.sums(days)
        plain = {n: total.sums(days) for n, total in self._plain.items()}
        held = plain[HELD]
        own = {n: self._own[n].any_of(days, parts, held) for n in (VALUE, COST, GAIN)}
        nothing: list[int | None] = [None] * len(days)
        wider = {scope: total.all_of(days) for scope, total in self._wider.items()}
        before = [
            total + self._moved[day] if day in self._moved else None
            for day, total in zip(days, self._own[VALUE].sums(days), strict=True)
        ]
        runs: Iterator[Run] = zip(
            days, own[VALUE], own[COST], plain[REALISED], own[GAIN],
            self._flow.all_of(days), self._own[INCOME].all_of(days),
            held, plain[UNKNOWN], plain[PRICELESS], plain[BASELESS], plain[ESTIMATED],
            nothing, wider.get(INSTITUTION, nothing), wider.get(PORTFOLIO, nothing),
            before, plain[GAINLESS], [day - 1 for day in (*days[1:], 0)], strict=True,
        )  # fmt: skip
        return [run for run, count in zip(runs, parts, strict=True) if count]


def _kept(column: Column, held: Column) -> Column:
    """A column of what is held, and of lots left where nothing is."""
    return [x if h or x else None for x, h in zip(column, held, strict=True)]


def _stretches(runs: Sequence[Run]) -> Iterator[Sequence[Run]]:
    """The runs in stretches of consecutive days."""
    if runs and days_in(runs) == 1 + runs[-1][LAST] - runs[0][DAY]:
        yield runs
        return
    start = 0
    for place, run in enumerate(runs, 1):
        if place == len(runs) or runs[place][DAY] != run[LAST] + 1:
            yield runs[start:place]
            start = place
