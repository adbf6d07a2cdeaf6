"""Days are summed in two places: by SQLite where they are stored, which is five times as fast,
and in Python where they were walked, in any currency, some of which have 18 places and more units
than SQLite's integers hold.  What both say of the same days is the same; and what Python says of
runs of equal days is what it says of the days."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folio.db.derived.altering import alter_runs, lacking
from folio.db.derived.rollup import add_runs, read_runs, replace_runs, sum_days
from folio.db.values import day_number, from_day_number
from folio.engine.alterations import altered, together
from folio.engine.sums import HELD, Sums
from folio.model.rollups import (
    ACCOUNT,
    HOLDING,
    INSTITUTION,
    PORTFOLIO,
    DayRow,
    Run,
    each_day,
    joined,
    runs_of,
)
from folio.reports.over_time.history import summed

FIRST = day_number(dt.date(2025, 1, 1))
SCHEMA = (Path(__file__).parents[2] / "schema.sql").read_text()
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
        int(held and (value is None or cost is None)),
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
    db.executescript(SCHEMA)
    for number, days in found.items():
        add_runs(db, [(HOLDING, number, runs_of(days))])
    first, last = from_day_number(FIRST), from_day_number(FIRST + 2)
    stored = sum_days(db, borders, first, last)
    walked = each_day(summed((borders[number], runs_of(days)) for number, days in found.items()))
    assert [read(row) for row in stored] == [read(row) for row in walked]
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


WORDS = ("same", "fresh", "figure", "held", "came", "lots", "realised", "yesterday")


def some_row(of: Random, day: int) -> DayRow:
    """A row as :func:`rows` draws it, of few figures: a sum is missing or 0 in many ways."""
    held = of.randint(0, 1)
    value, cost, gain, flow, income, *flows, before = of.choices((None, 0, 1, 2), k=9)
    if not held and of.random() < 0.5:  # nothing is left of it
        cost = gain = 0
    priceless, baseless = int(held and value is None), int(held and cost is None)
    counts = held, priceless | baseless, priceless, baseless, of.randint(0, 1)
    figures = value if held else 0, cost, of.randint(0, 1), gain, flow, income
    return DayRow(day, *figures, *counts, *flows, of.choice((None, before)), of.randint(0, 1))


def quiet(of: Random, days: Iterable[int]) -> list[DayRow]:
    """Rows of some days, many of which differ in little but the day."""
    found: list[DayRow] = []
    for day in days:
        alike = bool(found) and of.random() < 0.7
        realised = of.choice((0, 0, 1))
        row = found[-1]._replace(day=day, realised=realised) if alike else some_row(of, day)
        found.append(row)
    return found


def varied(of: Random, days: list[DayRow]) -> list[DayRow]:
    """Other days of a holding: some are as before, some are so but for a figure or two."""
    found: list[DayRow] = []
    for row in days:
        other = some_row(of, row.day)
        match of.choice(WORDS):
            case "fresh":
                row = other
            case "figure":
                place = of.randrange(1, len(row))
                row = DayRow(*row[:place], other[place], *row[place + 1 :])
            case "held":
                row = row._replace(held=1 - row.held)
            case "came" if not row.held:
                value, cost, gain = of.choices((0, 1, 2), k=3)
                row = row._replace(held=1, value=value, cost_basis=cost, unrealised=gain)
            case "lots":
                row = row._replace(cost_basis=other.cost_basis, unrealised=other.unrealised)
            case "realised":
                row = row._replace(realised=other.realised)
            case "yesterday" if found:
                row = found[-1]._replace(day=row.day)
        found.append(row if row.held else row._replace(value=0))
    return found[of.randint(0, 1) :]


@pytest.mark.parametrize(
    ("scope", "look_up"), [(ACCOUNT, 8), (INSTITUTION, 8), (PORTFOLIO, 8), (ACCOUNT, 0)]
)
def test_a_sum_changes_by_what_its_parts_change(
    scope: int, look_up: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("folio.db.derived.altering._LOOK_UP", look_up)
    of, db, came = Random(scope), sqlite3.connect(":memory:"), 0
    db.executescript(SCHEMA)
    for _ in range(400):
        days = [range(FIRST + of.randint(0, 1), FIRST + 3) for _ in range(of.randint(1, 3))]
        was = [quiet(of, some) for some in days]
        now = [varied(of, rows) if number < 2 else rows for number, rows in enumerate(was)]
        olds, news = [runs_of(rows) for rows in was], [runs_of(rows) for rows in now]
        db.execute("DELETE FROM daily_runs")
        add_runs(db, [(HOLDING, number, runs) for number, runs in enumerate(news)])
        add_runs(db, [(scope, 0, summed_up(olds, scope))])
        change = together([altered(*pair) for pair in zip(olds, news, strict=True)])
        alter_runs(db, scope, 0, change.steps)
        came += any(step.by[HELD] for step in change.steps)
        for first, last in (*change.anew, *lacking(db, scope, 0, change.steps)):
            dates = from_day_number(first), from_day_number(last)
            anew = sum_days(db, dict.fromkeys(range(len(now)), scope), *dates)
            replace_runs(db, (scope, 0, runs_of(anew)), first, last)
        whole = from_day_number(FIRST), from_day_number(FIRST + 2)
        assert read_runs(db, scope, 0, *whole) == summed_up(news, scope)
    assert came > 30
    db.close()


@pytest.mark.parametrize("scope", [HOLDING, ACCOUNT, INSTITUTION, PORTFOLIO])
def test_rows_change_in_place(scope: int) -> None:
    """A holding's, and sums that were added up anew: these have their own flow in its place."""
    of, db, altered_in_place = Random(7), sqlite3.connect(":memory:"), 0
    db.executescript(SCHEMA)
    for _ in range(1000):
        rows = quiet(of, range(FIRST, FIRST + 2))
        was, now = runs_of(rows), runs_of(varied(of, rows))
        if scope != HOLDING:
            was, now = summed_up([was], scope), summed_up([now], scope)
        change = altered(was, now)
        if not change.anew:
            altered_in_place += was != now
            db.execute("DELETE FROM daily_runs")
            add_runs(db, [(scope, 0, was)])
            alter_runs(db, scope, 0, change.steps, own=True)
            whole = from_day_number(FIRST), from_day_number(FIRST + 1)
            assert read_runs(db, scope, 0, *whole) == now
    assert altered_in_place > 50
    db.close()


def summed_up(parts: list[list[Run]], scope: int) -> list[Run]:
    """The runs of a scope that consists of holdings."""
    sums = Sums(scope)
    for part in parts:
        sums.add(part, scope)
    return joined(sums.runs())
