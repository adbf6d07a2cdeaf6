"""The daily rollup's rows."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Final

from folio.model.named import NamedTuple

PORTFOLIO, INSTITUTION, ACCOUNT, HOLDING = 0, 1, 2, 3  # scopes of the rollup


class DayRow(NamedTuple):
    """One scope on one day; amounts in the base currency's minor unit, None not measured."""

    day: int  # since 1970-01-01
    value: int | None
    cost_basis: int | None
    realised: int  # cumulative
    unrealised: int | None
    flow: int | None
    income: int | None
    held: int
    unknown: int  # of them, without a value or without a full cost basis
    priceless: int
    baseless: int
    estimated: int
    flow_account: int | None = None  # the share that its parents have of its flow
    flow_institution: int | None = None
    flow_portfolio: int | None = None
    before: int | None = None  # yesterday's units at this day's price; None: nothing moved
    gainless: int = 0  # disposals so far whose gain is not known, and not in ``realised``

    @property
    def realised_gain(self) -> int | None:
        """What was realised up to the day; None where no disposal has a known gain."""
        return None if self.gainless and not self.realised else self.realised


def nothing_on(day: int) -> DayRow:
    """The row of a day on which nothing was held, and nothing moved."""
    return DayRow(day, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


# A row that several days on end have in common, from its own on; behind it stands the last of
# them.  A day on which something moved (``before``) has nothing in common with the next.
Run = tuple[int, *tuple[int | None, ...], int]
DAY: Final = 0  # the places of a run's first day
LAST: Final = -1  # and of its last, both inclusive
_day_of: Callable[[Run], int] = itemgetter(DAY)
_last_of: Callable[[Run], int] = itemgetter(LAST)
# A day; in minor units what open lots of known cost had cost on it and what was realised up to it;
# of how many disposals the gain is not known, and whether some lot's cost is not.
EveningSums = tuple[dt.date, int | None, int, int, int]


class Earlier(NamedTuple):
    """What a holding had realised by an evening."""

    realised: int  # in minor units, where it is known
    gainless: int  # disposals of which it is not


BEFORE: Final = DayRow._fields.index("before")
PRICELESS: Final = DayRow._fields.index("priceless")
Days = tuple[dt.date, dt.date]  # from the first through the last
# By scope, the place in a holding's row of its flow across that scope's border.
FLOW_AT = dict(
    zip(
        (PORTFOLIO, INSTITUTION, ACCOUNT, HOLDING),
        map(DayRow._fields.index, ("flow_portfolio", "flow_institution", "flow_account", "flow")),
        strict=True,
    )
)


def days_in(runs: Sequence[Run]) -> int:
    """How many days they are."""
    return len(runs) + sum(map(_last_of, runs)) - sum(map(_day_of, runs))


def first_row(run: Run) -> DayRow:
    """A run's first day."""
    return DayRow._make(run[:-1])


def each_day(runs: Iterable[Run]) -> list[DayRow]:
    """The rows of runs, one a day."""
    make = DayRow._make
    return [make((day, *run[1:-1])) for run in runs for day in range(run[0], run[-1] + 1)]


def runs_of(rows: Iterable[DayRow]) -> list[Run]:
    """The runs of rows by day, as long as they can be."""
    return joined([(*row, row.day) for row in rows])


def joined(runs: Iterable[Run]) -> list[Run]:
    """The same days in as few runs as there can be: of the same days always the same ones.

    >>> quiet = (250, 200, 0, 50, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, None, 0)
    >>> [(run[DAY], run[LAST]) for run in joined([(1, *quiet, 2), (3, *quiet, 3), (5, *quiet, 6)])]
    [(1, 3), (5, 6)]
    """
    found: list[Run] = []
    for run in runs:
        # The value is mostly another.
        if found and found[-1][1] == run[1] and follows(found[-1], run):
            run = (*found.pop()[:-1], run[-1])
        found.append(run)
    return found


def follows(run: Run, other: Run) -> bool:
    """Whether ``other`` is a run's next days, and equal to it."""
    return run[-1] == other[0] - 1 and run[BEFORE] is None and run[1:-1] == other[1:-1]
