"""Days are summed in two places: by SQLite where they are stored, which is five times as fast,
and in Python where they were walked, in any currency, some of which have 18 places and more units
than SQLite's integers hold.  What both say of the same days is the same; and what Python says of
runs of equal days is what it says of the days."""

import datetime as dt
import sqlite3
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from folio.db.rollup import add_runs, sum_days
from folio.db.values import day_number, from_day_number
from folio.engine.sums import Sums
from folio.model.rollups import (
    ACCOUNT,
    HOLDING,
    INSTITUTION,
    PORTFOLIO,
    DayRow,
    Run,
    each_day,
    runs_of,
)
from folio.reports.history import summed

FIRST = day_number(dt.date(2025, 1, 1))
SCHEMA = Path(__file__).parents[2] / "schema.sql"
units = st.integers(-3, 3)
perhaps = st.none() | units


@st.composite
def rows(draw: st.DrawFn, day: int) -> DayRow:
    """A holding on a day: held or not any more, with or without a price and a cost."""
    held = draw(st.integers(0, 1))
    value = draw(perhaps) if held else 0
    cost, gain = draw(perhaps), draw(perhaps)
    flows = draw(st.tuples(perhaps, perhaps, perhaps, perhaps))
    counts = (
        held,
        int(held and value is None),
        int(held and cost is None),
        draw(st.integers(0, 1)),
    )
    return DayRow(
        day, value, cost, draw(units), gain, flows[0], draw(perhaps), *counts, *flows[1:],
        draw(perhaps), draw(st.integers(0, 1)),
    )  # fmt: skip


@st.composite
def holdings(draw: st.DrawFn) -> dict[int, list[DayRow]]:
    found = {}
    for number in range(1, draw(st.integers(1, 4)) + 1):
        start, end = sorted(draw(st.tuples(st.integers(0, 2), st.integers(0, 2))))
        found[number] = [draw(rows(FIRST + n)) for n in range(start, end + 1)]
    return found


def read(row: DayRow) -> DayRow:
    """As reports read it: nothing held is worth 0, and wider flows are for sums alone."""
    if not row.held:
        row = row._replace(value=0, cost_basis=row.cost_basis or 0, unrealised=row.unrealised or 0)
    return row._replace(flow_account=None, flow_institution=None, flow_portfolio=None)


@given(holdings(), st.data())
def test_sqlite_and_python_sum_alike(found: dict[int, list[DayRow]], data: st.DataObject) -> None:
    border = st.sampled_from((HOLDING, ACCOUNT, INSTITUTION, PORTFOLIO))
    borders = {number: data.draw(border) for number in found}
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA.read_text())
    for number, days in found.items():
        add_runs(db, [(HOLDING, number, runs_of(days))])
    first, last = from_day_number(FIRST), from_day_number(FIRST + 2)
    stored = sum_days(db, borders, first, last)
    assert [read(row) for row in stored] == [read(row) for row in summed(found.items(), borders)]
    db.close()


@st.composite
def runs(draw: st.DrawFn) -> list[Run]:
    """A holding's runs, of which that on which something moved is one day, perhaps with gaps."""
    found: list[Run] = []
    day = FIRST
    for _ in range(draw(st.integers(0, 4))):
        row = draw(rows(day + draw(st.integers(0, 1))))
        day = row.day + (draw(st.integers(0, 3)) if row.before is None else 0)
        found.append((*row, day))
        day += 1
    return found


@given(st.lists(runs(), max_size=4), st.sampled_from((HOLDING, ACCOUNT, INSTITUTION, PORTFOLIO)))
def test_runs_are_summed_as_their_days_are(parts: list[list[Run]], border: int) -> None:
    whole, daily = Sums(border), Sums(border)
    for part in parts:
        whole.add(part, border)
        daily.add([(*row, row.day) for row in each_day(part)], border)
    assert each_day(whole.runs()) == each_day(daily.runs())
