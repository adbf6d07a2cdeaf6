"""The rollup: value over time by scope and day, and from which day on it is out of date."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from folio.db.values import day_number, from_day_number, listed
from folio.model.named import NamedTuple
from folio.model.rollups import (
    ACCOUNT,
    DAY,
    HOLDING,
    INSTITUTION,
    LAST,
    PORTFOLIO,
    DayRow,
    Days,
    Run,
    Values,
)


def mark_dirty(db: sqlite3.Connection, marks: Iterable[tuple[int, Days]]) -> None:
    """Say that the rollup of these holdings is out of date on some days.

    Days that the rollup does not reach yet need no mark.  Of a holding that is marked twice
    the days between count too.
    """
    until = rollup_until(db)
    if until is None:
        return
    db.executemany(
        "INSERT INTO dirty VALUES (?, ?, ?) ON CONFLICT (holding_id) DO UPDATE "
        "SET from_day = min(from_day, excluded.from_day), to_day = max(to_day, excluded.to_day)",
        [
            (holding, day_number(first), day_number(min(last, until)))
            for holding, (first, last) in marks
            if first <= until
        ],
    )


def read_marks(db: sqlite3.Connection) -> dict[int, Days]:
    """On which days the rollup of which holding is out of date."""
    return {
        row[0]: (from_day_number(row[1]), from_day_number(row[2]))
        for row in db.execute("SELECT holding_id, from_day, to_day FROM dirty")
    }


def read_dirty(db: sqlite3.Connection) -> dict[int, dt.date]:
    """The first of those days, by holding."""
    return {holding: first for holding, (first, _) in read_marks(db).items()}


def rollup_until(db: sqlite3.Connection) -> dt.date | None:
    """The last day that the rollup reaches, or None when there is none."""
    row = db.execute("SELECT until_day FROM rollup_state").fetchone()
    return None if row is None else from_day_number(row[0])


def rolled_up(db: sqlite3.Connection, until: dt.date) -> None:
    """Say that the rollup reaches ``until``, and that nothing is dirty."""
    db.execute("DELETE FROM dirty")
    db.execute("DELETE FROM rollup_state")
    db.execute(
        "INSERT INTO rollup_state SELECT 1, ?, (SELECT ifnull(max(id), 0) FROM commits), "
        "(SELECT ifnull(max(id), 0) FROM transactions)",
        [day_number(until)],
    )


class Reach(NamedTuple):
    """How far the rollup reaches, and what was recorded after it was made."""

    until: dt.date
    last_transaction: int  # that it has
    transactions: int  # after that one
    only_transactions: bool  # nothing else that bears on a balance


_ROW = ", ".join(DayRow._fields)
# What bears on the balances of other days than its own.
_BEARING = "settings asset_aliases holdings transfer_links observations gap_answers locks".split()


def read_reach(db: sqlite3.Connection) -> Reach | None:
    """How far the rollup reaches; None where there is none."""
    query = "SELECT until_day, commit_id, transaction_id FROM rollup_state"
    row = db.execute(query).fetchone()
    if row is None:
        return None
    until, commit, last = row
    newest = db.execute("SELECT ifnull(max(id), 0) FROM transactions").fetchone()[0]
    later = any(
        number > commit
        for table in _BEARING
        for (number,) in db.execute(f"SELECT commit_id FROM {table} ORDER BY id DESC LIMIT 1")
    )
    return Reach(from_day_number(until), last, newest - last, not later)


def forget_rollup(db: sqlite3.Connection) -> None:
    """Empty the rollup, and what is said of it."""
    for table in ("portfolio_value_daily", "dirty", "rollup_state"):
        db.execute(f"DELETE FROM {table}")


def replace_days(
    db: sqlite3.Connection,
    scope: int,
    scope_id: int,
    since: dt.date,
    until: dt.date,
    rows: Iterable[Values],
) -> None:
    """Replace a scope's rows of the days from ``since`` through ``until``, both inclusive."""
    db.execute(
        "DELETE FROM portfolio_value_daily WHERE scope = ? AND scope_id = ? "
        "AND day BETWEEN ? AND ?",
        [scope, scope_id, day_number(since), day_number(until)],
    )
    values = f"{scope}, {scope_id}, {', '.join('?' * 16)}"  # rows go in as they are
    db.executemany(f"INSERT INTO portfolio_value_daily VALUES ({values})", rows)


def add_runs(db: sqlite3.Connection, scope: int, scope_id: int, runs: Sequence[Run]) -> None:
    """Store runs of days of a scope of which nothing is stored."""
    if not runs:
        return
    _list_days(db, runs[0][DAY], runs[-1][LAST])
    last = len(DayRow._fields) + 1
    figures = ", ".join(f"?{place}" for place in range(2, last))
    # SQLite repeats a run in two thirds of the time that it takes to be handed every day.
    db.executemany(
        f"INSERT INTO portfolio_value_daily SELECT {scope}, {scope_id}, day, {figures} "
        f"FROM days_listed WHERE day BETWEEN ?1 AND ?{last}",
        runs,
    )


def _list_days(db: sqlite3.Connection, first: int, last: int) -> None:
    """Have every day from ``first`` through ``last`` in a table of this connection."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS days_listed (day INTEGER PRIMARY KEY)")
    start, end = db.execute("SELECT min(day), max(day) FROM days_listed").fetchone()
    if start is None or first < start or last > end:
        days = range(first if start is None else min(first, start), max(last, end or last) + 1)
        db.executemany("INSERT OR IGNORE INTO days_listed VALUES (?)", zip(days))


ScopeDay = tuple[int, int, int, *tuple[int | None, ...]]  # a scope, its member, a row


def add_days(db: sqlite3.Connection, rows: Iterable[ScopeDay]) -> None:
    """Store rows of days of which nothing is stored, of any scopes."""
    db.executemany(f"INSERT INTO portfolio_value_daily VALUES ({', '.join('?' * 18)})", rows)


def read_days(
    db: sqlite3.Connection, scope: int, scope_id: int, since: dt.date, until: dt.date
) -> list[DayRow]:
    """A scope's rows by day, both bounds inclusive."""
    query = (
        f"SELECT {_ROW} FROM portfolio_value_daily "
        "WHERE scope = ? AND scope_id = ? AND day BETWEEN ? AND ? ORDER BY day"
    )
    bounds = [scope, scope_id, day_number(since), day_number(until)]
    return [DayRow(*row) for row in db.execute(query, bounds)]


def read_each(db: sqlite3.Connection, days: Mapping[int, dt.date]) -> dict[int, DayRow]:
    """Each holding's row of its day, where there is one."""
    return {holding: DayRow(*row) for holding, *row in _evenings(db, days, _ROW)}


def read_sums(
    db: sqlite3.Connection, days: Mapping[int, dt.date]
) -> Iterator[tuple[int, int | None, int | None]]:
    """Each holding with what it cost on its day, and what it had realised up to then.

    A cost is None where the basis is not complete, a gain where some of it is not known; a
    holding is left out for which the rollup has no row.
    """
    cost = "CASE WHEN NOT baseless THEN cost_basis END"
    return _evenings(db, days, f"{cost}, CASE WHEN NOT gainless THEN realised END")


def _evenings(
    db: sqlite3.Connection, days: Mapping[int, dt.date], columns: str
) -> Iterator[tuple[Any, ...]]:
    """Columns of each holding's row of its day: mostly one day, so it is one question."""
    by_day: dict[dt.date, list[int]] = {}
    for holding, day in days.items():
        by_day.setdefault(day, []).append(holding)
    for day, holdings in by_day.items():
        yield from db.execute(
            f"SELECT scope_id, {columns} FROM portfolio_value_daily "
            f"WHERE scope = {HOLDING} AND scope_id IN ({listed(holdings)}) AND day = ?",
            [day_number(day)],
        )


_FLOW_OF = {
    PORTFOLIO: "flow_portfolio",
    INSTITUTION: "flow_institution",
    ACCOUNT: "flow_account",
    HOLDING: "flow",
}


def _kept(column: str) -> str:
    """The sum of a column that lots keep: of what is held, and of lots left where nothing is."""
    return (
        f"CASE WHEN sum(held) THEN sum(CASE WHEN held OR {column} <> 0 THEN {column} END) "
        f"ELSE ifnull(sum({column}), 0) END"
    )


def _measured(column: str) -> str:
    """The sum of a column; NULL where one of its parts was not measured."""
    return f"CASE WHEN count({column}) = count(*) THEN sum({column}) END"


def _flow_at(borders: Mapping[int, int]) -> str:
    """The column of a row's flow, by the border that it is to cross."""
    at: dict[int, list[int]] = {}
    for number, border in borders.items():
        at.setdefault(border, []).append(number)
    if len(at) < 2:
        return _FLOW_OF[next(iter(at), PORTFOLIO)]
    cases = (f"WHEN scope_id IN ({listed(ids)}) THEN {_FLOW_OF[one]}" for one, ids in at.items())
    return f"CASE {' '.join(cases)} END"


def sum_days(
    db: sqlite3.Connection,
    borders: Mapping[int, int],
    since: dt.date,
    until: dt.date,
    *,
    scope: int = HOLDING,
) -> list[DayRow]:
    """The sum of the rows of holdings by day, bounds inclusive, each with the flow at its border.

    ``borders`` says for each holding which scope's border its flows are to cross; the flows at
    wider borders are summed beside, for sums of these sums.  With another ``scope`` the rows
    are those of accounts, or of institutions.

    A value is missing where everything held lacks it.
    """
    wider = min(borders.values(), default=PORTFOLIO)
    query = (
        "SELECT day, CASE WHEN sum(held) THEN sum(CASE WHEN held THEN value END) ELSE 0 END, "
        f"{_kept('cost_basis')}, sum(realised), {_kept('unrealised')}, "
        f"{_measured(_flow_at(borders))}, {_measured('income')}, "
        "sum(held), sum(priceless), sum(baseless), sum(estimated), NULL, "
        f"{_measured('flow_institution') if wider > INSTITUTION else 'NULL'}, "
        f"{_measured('flow_portfolio') if wider > PORTFOLIO else 'NULL'}, "
        "CASE WHEN count(before) THEN ifnull(sum(ifnull(before, value)), 0) END, "
        "sum(gainless) "
        f"FROM portfolio_value_daily WHERE scope = {scope} AND scope_id IN ({listed(borders)}) "
        "AND day BETWEEN ? AND ? GROUP BY day ORDER BY day"
    )
    bounds = [day_number(since), day_number(until)]
    return [DayRow(*row) for row in db.execute(query, bounds)]
