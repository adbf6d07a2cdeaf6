"""The rollup: value over time by scope and day, and from which day on it is out of date.

Days on end that are equal in all are stored as one run (:data:`folio.model.rollups.Run`), always
the longest there is: so what was brought up to date day by day is what a rebuild stores.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import add
from typing import Any

from folio.db.values import array_of, day_number, from_day_number, listed
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
    each_day,
    follows,
    joined,
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
    query = f"SELECT day FROM daily_runs WHERE scope = {PORTFOLIO} ORDER BY last_day LIMIT 1"
    (first,) = db.execute(query).fetchone() or (day_number(until) + 1,)
    db.execute("DELETE FROM rollup_days WHERE day < ?", [first])
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


TABLES = ("daily_runs", "rollup_days")
_FIGURES = ", ".join(DayRow._fields[1:])
_RUN = f"day, {_FIGURES}, last_day"
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
    for table in (*TABLES, "dirty", "rollup_state"):
        db.execute(f"DELETE FROM {table}")


_RUN_OF = (  # a day
    f"SELECT {_RUN} FROM daily_runs WHERE scope = :scope AND scope_id = :member "
    "AND last_day >= :day AND day <= :day ORDER BY last_day LIMIT 1"
)
ScopeRuns = tuple[int, int, Sequence[Run]]  # a scope, its member, the runs of it


def add_runs(db: sqlite3.Connection, parts: Sequence[ScopeRuns]) -> None:
    """Store the runs of some days of scopes of which nothing is stored."""
    _list_days(db, [run for *_, runs in parts if runs for run in (runs[0], runs[-1])])
    rows = (map(add, repeat((scope, number)), runs) for scope, number, runs in parts)
    query = f"INSERT INTO daily_runs (scope, scope_id, {_RUN}) VALUES ({', '.join('?' * 20)})"
    db.executemany(query, chain.from_iterable(rows))


def go_on(db: sqlite3.Connection, evening: dt.date, parts: Sequence[ScopeRuns]) -> None:
    """Store runs of scopes' days after ``evening``, of which nothing is stored."""
    last = day_number(evening)
    known = _ending(db, last, parts)
    longer: list[tuple[int, int, Run]] = []
    fresh: list[ScopeRuns] = []
    for scope, number, runs in parts:
        before = known.get((scope, number))
        if before and runs and follows(before, runs[0]):
            longer.append((scope, number, runs[0]))
            runs = runs[1:]
        fresh.append((scope, number, runs))
    _list_days(db, [run for *_, run in longer])
    db.executemany(
        "UPDATE daily_runs SET last_day = ? WHERE scope = ? AND scope_id = ? AND last_day = ?",
        [(run[LAST], scope, number, last) for scope, number, run in longer],
    )
    add_runs(db, fresh)


def _ending(
    db: sqlite3.Connection, last: int, parts: Iterable[ScopeRuns]
) -> dict[tuple[int, int], Run]:
    """The runs of scopes that end on a day, by scope and member."""
    members: dict[int, list[int]] = {}
    for scope, number, _ in parts:
        members.setdefault(scope, []).append(number)
    found: dict[tuple[int, int], Run] = {}
    for scope, numbers in members.items():
        rows = db.execute(
            f"SELECT scope_id, {_RUN} FROM daily_runs "
            f"WHERE scope = {scope} AND scope_id IN ({listed(numbers)}) AND last_day = ?",
            [last],
        )
        found |= {(scope, row[0]): row[1:] for row in rows}
    return found


def replace_runs(db: sqlite3.Connection, part: ScopeRuns, since: int, until: int) -> None:
    """Replace what is stored of a scope's days from ``since`` through ``until``, both inclusive.

    Runs that reach beyond are cut, and joined with what has become equal to them.
    """
    scope, number, runs = part
    before, after = (
        db.execute(_RUN_OF, {"scope": scope, "member": number, "day": day}).fetchall()
        for day in (since - 1, until + 1)
    )
    last = after[0][LAST] if after else until
    gone = "DELETE FROM daily_runs WHERE scope = ? AND scope_id = ? AND last_day BETWEEN ? AND ?"
    db.execute(gone, [scope, number, since - 1, last])
    earlier = [(*run[:-1], since - 1) for run in before]
    later = [(until + 1, *run[1:]) for run in after]
    add_runs(db, [(scope, number, joined([*earlier, *runs, *later]))])


def _list_days(db: sqlite3.Connection, runs: Sequence[Run]) -> None:
    """Have every day of some runs, and those between, among the days of the rollup."""
    if not runs:
        return
    bounds = "SELECT (SELECT min(day) FROM rollup_days), (SELECT max(day) FROM rollup_days)"
    start, end = db.execute(bounds).fetchone()
    first, last = min(run[DAY] for run in runs), max(run[LAST] for run in runs)
    if start is not None:
        first, last = min(first, start), max(last, end)
    if (first, last) != (start, end):
        days = zip(range(first, last + 1))
        db.executemany("INSERT OR IGNORE INTO rollup_days VALUES (?)", days)


def read_runs(
    db: sqlite3.Connection, scope: int, scope_id: int, since: dt.date, until: dt.date
) -> list[Run]:
    """A scope's runs of the days from ``since`` through ``until``, both inclusive."""
    if since > until:
        return []
    query = (
        f"SELECT max(day, :since), {_FIGURES}, min(last_day, :until) FROM daily_runs "
        "WHERE scope = :scope AND scope_id = :member AND last_day >= :since AND day <= :until "
        "ORDER BY last_day"
    )
    bounds = {"since": day_number(since), "until": day_number(until)}
    return list(db.execute(query, {"scope": scope, "member": scope_id, **bounds}))


def read_days(
    db: sqlite3.Connection, scope: int, scope_id: int, since: dt.date, until: dt.date
) -> list[DayRow]:
    """A scope's rows by day, both bounds inclusive."""
    return each_day(read_runs(db, scope, scope_id, since, until))


def flow_after(db: sqlite3.Connection, start: dt.date, until: dt.date) -> int | None:
    """What flowed into the portfolio after a day, up to another; None where that of a day is not
    known, and where something without a price got one, or left, or came in place of what had one:
    a value came in, or went, with no flow.  What came as income, of unknown worth, did not."""
    query = (
        "SELECT ifnull(sum(flow * (min(last_day, :until) - max(day - 1, :start))), 0), "
        "count(*) - count(flow), "
        "ifnull(max(priceless < before OR (priceless > before AND income IS NOT NULL)), 0) FROM "
        "(SELECT day, last_day, income, priceless, "
        "lag(priceless) OVER (ORDER BY last_day) AS before, "
        "CASE WHEN last_day = :start THEN 0 ELSE flow END AS flow FROM daily_runs "
        f"WHERE scope = {PORTFOLIO} AND scope_id = 0 AND last_day >= :start AND day <= :until)"
    )
    bounds = {"start": day_number(start), "until": day_number(until)}
    row = db.execute(query, bounds).fetchone()
    flow, unknown, priced = row
    return None if unknown or priced else flow


def read_each(db: sqlite3.Connection, days: Mapping[int, dt.date]) -> dict[int, DayRow]:
    """Each holding's row of its day, where there is one."""
    return {holding: DayRow(*row) for holding, *row in _evenings(db, days, f":day, {_FIGURES}")}


def without_value(
    db: sqlite3.Connection, holding_ids: Iterable[int], since: dt.date, until: dt.date
) -> set[int]:
    """The holdings that were held without a price on some day, bounds inclusive."""
    query = (
        f"SELECT 1 FROM daily_runs WHERE scope = {HOLDING} AND scope_id = ? "
        "AND last_day >= ? AND day <= ? AND priceless LIMIT 1"
    )
    bounds = (day_number(since), day_number(until))
    return {h for h in holding_ids if db.execute(query, [h, *bounds]).fetchone() is not None}


def read_sums(
    db: sqlite3.Connection, days: Mapping[int, dt.date]
) -> Iterator[tuple[int, int | None, int, int, int]]:
    """Each holding with what is known of its cost on its day, what it had realised up to then, of
    how many disposals nobody knows what they did, and whether its basis is not complete.

    A holding is left out for which the rollup has no row.
    """
    return _evenings(db, days, "cost_basis, realised, gainless, baseless")


# Which run of a holding has a day: the first that ends on it or later.  Of the rollup's last day
# that is the one that ends on it.
_FIRST_TO_END = (
    f"(SELECT min(last_day) FROM daily_runs WHERE scope = {HOLDING} AND scope_id = h.id "
    "AND last_day >= :day)"
)
_ENDS = {True: ":day", False: _FIRST_TO_END}


def _evenings(
    db: sqlite3.Connection, days: Mapping[int, dt.date], columns: str
) -> Iterator[tuple[Any, ...]]:
    """Columns of each holding's row of its day: mostly one day, so it is one question."""
    by_day: dict[dt.date, list[int]] = {}
    for holding, day in days.items():
        by_day.setdefault(day, []).append(holding)
    until = rollup_until(db)
    for day, holdings in by_day.items():
        yield from db.execute(
            f"SELECT scope_id, {columns} FROM holdings h CROSS JOIN daily_runs r "
            f"ON scope = {HOLDING} AND scope_id = h.id AND last_day = {_ENDS[day == until]} "
            f"WHERE h.id IN ({listed(holdings)}) AND day <= :day",
            {"day": day_number(day)},
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
    # Runs of later days are not read: there may be thousands, for the sum of a few days.
    query = (
        "SELECT d.day, CASE WHEN sum(held) THEN sum(CASE WHEN held THEN r.value END) ELSE 0 END, "
        f"{_kept('cost_basis')}, sum(realised), {_kept('unrealised')}, "
        f"{_measured(_flow_at(borders))}, {_measured('income')}, "
        "sum(held), sum(unknown), sum(priceless), sum(baseless), sum(estimated), NULL, "
        f"{_measured('flow_institution') if wider > INSTITUTION else 'NULL'}, "
        f"{_measured('flow_portfolio') if wider > PORTFOLIO else 'NULL'}, "
        "CASE WHEN count(before) THEN ifnull(sum(ifnull(before, r.value)), 0) END, "
        "sum(gainless) "
        "FROM json_each(:members) m CROSS JOIN daily_runs r "
        f"ON scope = {scope} AND scope_id = m.value AND r.day <= :until "
        "AND last_day BETWEEN :since AND ifnull((SELECT min(last_day) FROM daily_runs "
        f"WHERE scope = {scope} AND scope_id = m.value AND last_day >= :until), :until) "
        "CROSS JOIN rollup_days d ON d.day BETWEEN max(r.day, :since) AND min(last_day, :until) "
        "GROUP BY d.day ORDER BY d.day"
    )
    values = {"since": day_number(since), "until": day_number(until), "members": array_of(borders)}
    return [DayRow(*row) for row in db.execute(query, values)]
