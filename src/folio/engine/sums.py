"""Sums of daily rows, day by day: of holdings, of accounts, of institutions.

In integers of minor units, column by column, for that takes a third of the time of rows:

- what is counted and what is realised is added up;
- a flow or an income is not measured where that of one part is not;
- a value is that of what is held, a cost or a gain that of what is held or has lots left:
  missing where all of it lacks one, and 0 where nothing is held;
- ``before`` is missing where nothing moved; else what did not move is worth its value.

SQLite says the same of rows that are stored (:func:`folio.db.rollup.sum_days`); a law holds
both together.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import add

from folio.model.rollups import FLOW_AT, INSTITUTION, PORTFOLIO, DayRow, Values

Column = Sequence[int | None]
Counts = list[int]

(VALUE, COST, REALISED, GAIN, INCOME, HELD, PRICELESS, BASELESS, ESTIMATED, BEFORE, GAINLESS) = map(
    DayRow._fields.index,
    "value cost_basis realised unrealised income held priceless baseless estimated before gainless"
    .split(),
)  # fmt: skip
_PLAIN = (HELD, REALISED, PRICELESS, BASELESS, ESTIMATED, GAINLESS)  # never missing


class _Total:
    """The sum of a column by day, and of how many parts it is."""

    def __init__(self) -> None:
        self.sums: Counts = []
        self.lacking: Counts = []  # parts that have no figure

    def grow(self, before: int, after: int) -> None:
        """Make room for days before and after those that there are."""
        self.sums = [*[0] * before, *self.sums, *[0] * after]
        self.lacking = [*[0] * before, *self.lacking, *[0] * after]

    def take(self, days: slice, column: Column) -> None:
        """Add one part's figures."""
        try:
            if sum(column) or any(column):  # type: ignore[arg-type]
                self.sums[days] = map(add, self.sums[days], column)
        except TypeError:  # some are missing
            self._take_what_is_there(days, column)

    def _take_what_is_there(self, days: slice, column: Column) -> None:
        missing = [x is None for x in column]
        self.lacking[days] = map(add, self.lacking[days], missing)
        self.sums[days] = map(add, self.sums[days], [x or 0 for x in column])

    def all_of(self) -> list[int | None]:
        """The sums, missing where one part lacks its own."""
        found = zip(self.sums, self.lacking, strict=True)
        return [None if lacking else total for total, lacking in found]

    def any_of(self, parts: Counts, held: Counts) -> list[int | None]:
        """The sums, missing where something is held and no part has its own."""
        found = zip(self.sums, self.lacking, parts, held, strict=True)
        return [None if lacking == n and h else total for total, lacking, n, h in found]


class Sums:
    """The sum of several series of rows.

    Where their flows are to cross a ``border``, those at wider ones are summed beside, for sums
    of these sums.
    """

    def __init__(self, border: int = PORTFOLIO) -> None:
        self._first = self._end = 0  # the days there is room for
        self._parts = _Total()
        self._flow = _Total()
        wider = [scope for scope in (INSTITUTION, PORTFOLIO) if scope < border]
        self._wider = {scope: _Total() for scope in wider}
        self._own = {n: _Total() for n in (VALUE, COST, GAIN, INCOME)}
        self._plain = {n: _Total() for n in _PLAIN}
        self._moved: dict[int, int] = {}  # by day: what movements made of the value before

    def add(self, rows: Sequence[Values], border: int) -> None:
        """Add the rows of a part, by day, with their flow at a border."""
        for run in _runs(rows):
            self._add(run, border)

    def _add(self, rows: Sequence[Values], border: int) -> None:
        first, end = rows[0][0], rows[-1][0] + 1
        self._make_room(first, end)
        days = slice(first - self._first, end - self._first)
        columns: list[Column] = list(zip(*rows, strict=True))
        held, value = columns[HELD], columns[VALUE]
        self._parts.take(days, [1] * len(rows))
        for number, total in self._plain.items():
            total.take(days, columns[number])
        gone = 0 in held
        for number in (VALUE, COST, GAIN):
            column = columns[number]
            self._own[number].take(days, _kept(column, held) if gone else column)
        self._own[INCOME].take(days, columns[INCOME])
        self._flow.take(days, columns[FLOW_AT[border]])
        for scope, total in self._wider.items():
            total.take(days, columns[FLOW_AT[scope]])
        for day, before in enumerate(columns[BEFORE], first):
            if before is not None:
                made = before - (value[day - first] or 0)
                self._moved[day] = self._moved.get(day, 0) + made

    def _make_room(self, first: int, end: int) -> None:
        if self._first == self._end:
            self._first = self._end = first
        before, after = max(0, self._first - first), max(0, end - self._end)
        if before or after:
            every = (self._wider, self._own, self._plain, {0: self._parts, 1: self._flow})
            for total in (total for some in every for total in some.values()):
                total.grow(before, after)
            self._first -= before
            self._end += after

    def rows(self) -> list[Values]:
        """The sums by day, of the days of any part."""
        parts = self._parts.sums
        plain = {n: total.sums for n, total in self._plain.items()}
        held = plain[HELD]
        own = {n: self._own[n].any_of(parts, held) for n in (VALUE, COST, GAIN)}
        nothing: list[int | None] = [None] * len(held)
        wider = {scope: total.all_of() for scope, total in self._wider.items()}
        before = [
            None if (made := self._moved.get(day)) is None else total + made
            for day, total in enumerate(self._own[VALUE].sums, self._first)
        ]
        rows: Iterator[Values] = zip(
            range(self._first, self._end), own[VALUE], own[COST], plain[REALISED], own[GAIN],
            self._flow.all_of(), self._own[INCOME].all_of(),
            held, plain[PRICELESS], plain[BASELESS], plain[ESTIMATED],
            nothing, wider.get(INSTITUTION, nothing), wider.get(PORTFOLIO, nothing),
            before, plain[GAINLESS], strict=True,
        )  # fmt: skip
        return [row for row, count in zip(rows, parts, strict=True) if count]


def _kept(column: Column, held: Column) -> Column:
    """A column of what is held, and of lots left where nothing is."""
    return [x if h or x else None for x, h in zip(column, held, strict=True)]


def _runs(rows: Sequence[Values]) -> Iterator[Sequence[Values]]:
    """The rows in runs of consecutive days."""
    if rows and rows[-1][0] - rows[0][0] == len(rows) - 1:
        yield rows
        return
    for _, run in groupby(enumerate(rows), key=lambda item: item[1][0] - item[0]):
        yield [row for _, row in run]
