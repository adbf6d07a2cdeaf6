"""The daily rollup's rows."""

import datetime as dt
from collections.abc import Iterable
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
    priceless: int
    baseless: int
    estimated: int
    flow_account: int | None = None  # the share that its parents have of its flow
    flow_institution: int | None = None
    flow_portfolio: int | None = None
    before: int | None = None  # yesterday's units at this day's price; None: nothing moved
    gainless: int = 0  # disposals so far whose gain is not known, and not in ``realised``


Values = tuple[int, *tuple[int | None, ...]]  # a row, in its order
# A row that several days have in common, from its own on; behind it stands the last of them.
# On a day on which something moved nothing is in common with the next.
Run = tuple[int, *tuple[int | None, ...], int]
DAY: Final = 0  # the places of a run's first day
LAST: Final = -1  # and of its last, both inclusive
Days = tuple[dt.date, dt.date]  # from the first through the last
# By scope, the place in a holding's row of its flow across that scope's border.
FLOW_AT = dict(
    zip(
        (PORTFOLIO, INSTITUTION, ACCOUNT, HOLDING),
        map(DayRow._fields.index, ("flow_portfolio", "flow_institution", "flow_account", "flow")),
        strict=True,
    )
)


def each_day(runs: Iterable[Run]) -> list[DayRow]:
    """The rows of runs, one a day."""
    make = DayRow._make
    return [make((day, *run[1:-1])) for run in runs for day in range(run[0], run[-1] + 1)]
