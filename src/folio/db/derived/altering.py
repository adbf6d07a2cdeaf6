"""Stored daily rows that change by so much: sums, or those of a holding."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter

from folio.db.values import day_number, listed
from folio.model.rollups import ACCOUNT, FLOW_AT, HOLDING, INSTITUTION, PORTFOLIO, DayRow, Days

Steps = Sequence[tuple[int, int, Sequence[int]]]  # from and to which day, by what

_OF_A_PART = ("flow_account", "flow_institution", "flow_portfolio")
_FIGURES = ", ".join(DayRow._fields[1:])
_MEMBER = "scope = :scope AND scope_id = :member"
_VALUE, _HELD = map(DayRow._fields.index, ("value", "held"))
_LOOK_UP = 8  # days that are read in the time of one look-up
_ACROSS = (  # the run that begins before a day and does not end there
    f"{_MEMBER} AND day < :day AND last_day = (SELECT min(last_day) FROM daily_runs "
    f"WHERE {_MEMBER} AND last_day >= :day)"
)
_THESE = ", ".join(f"l.{name}" for name in DayRow._fields[1:])
_THOSE = ", ".join(f"r.{name}" for name in DayRow._fields[1:])


def alter_runs(
    db: sqlite3.Connection, scope: int, member: int, steps: Steps, *, own: bool = False
) -> None:
    """Add to what is stored of a scope, on the days of each of ``steps``; what is NULL stays so.

    ``steps`` say of each figure of a part's row by how much it changes, or of the scope's ``own``
    row: its flow is in another place there.  All of their days are stored.
    """
    of = {"scope": scope, "member": member}
    if columns := _columns(scope, steps, HOLDING if own else scope):
        bounds = sorted({day for first, last, _ in steps for day in (first, last + 1)})
        values = _values(db, of, bounds)
        _cut(db, of, [day for day in bounds if day not in values])
        figures = ", ".join(f"{name} = {name} + ?" for name in columns)
        values_of = itemgetter(*columns.values(), -4, -3, -2, -1)
        db.executemany(
            f"UPDATE daily_runs SET {figures} "
            "WHERE scope = ? AND scope_id = ? AND last_day BETWEEN ? AND ?",
            [values_of((*by, scope, member, first, last)) for first, last, by in steps],
        )
        _join(db, of, _level(bounds, values, steps))


def lacking(db: sqlite3.Connection, scope: int, member: int, steps: Steps) -> list[tuple[int, int]]:
    """From and to which day, of ``steps`` after them, something came to be held in a sum that had
    not all of the figures, so that it is not known to have them by adding."""
    query = (
        f"SELECT 1 FROM daily_runs WHERE {_MEMBER} AND last_day BETWEEN :first AND "
        f"(SELECT min(last_day) FROM daily_runs WHERE {_MEMBER} AND last_day >= :last) "
        "AND (value IS NULL OR cost_basis IS NULL OR unrealised IS NULL) LIMIT 1"
    )
    of = {"scope": scope, "member": member}
    came = [(first, last) for first, last, by in steps if by[_HELD]]
    return [days for days in came
            if db.execute(query, {**of, "first": days[0], "last": days[1]}).fetchone()]  # fmt: skip


def stays_worth_something(
    db: sqlite3.Connection, scope: int, member: int, days: Days, more: int
) -> bool:
    """Whether money is stored for each of some days, both inclusive, and is not zero on any of
    them, nor with so many minor units more."""
    query = (
        "SELECT sum(min(last_day, :until) - max(day, :since) + 1), "
        "max(value IS NULL OR value IN (0, -:more) OR value IS NOT cost_basis) "
        "FROM daily_runs WHERE scope = :scope AND scope_id = :member "
        "AND last_day >= :since AND day <= :until"
    )
    since, until = map(day_number, days)
    values = {"scope": scope, "member": member, "since": since, "until": until, "more": more}
    stored, nothing = db.execute(query, values).fetchone()
    return bool(stored == until - since + 1 and not nothing)


def _columns(scope: int, steps: Steps, border: int) -> dict[str, int]:
    """The columns of a scope that change, each with its place in the rows that ``steps`` are of;
    its flow is theirs at ``border``."""
    places = {
        name: place
        for place, name in enumerate(DayRow._fields)
        if name not in ("day", "flow", *_OF_A_PART)
    }
    places["flow"] = FLOW_AT[border]
    for wider in (ACCOUNT, INSTITUTION, PORTFOLIO):
        if wider < scope:
            places[DayRow._fields[FLOW_AT[wider]]] = FLOW_AT[wider]
    changed = [any(some) for some in zip(*(by for _, _, by in steps), strict=True)]
    return {name: place for name, place in places.items() if changed and changed[place]}


_Values = dict[int, tuple[int | None, int | None]]


def _values(db: sqlite3.Connection, of: dict[str, int], days: Sequence[int]) -> _Values:
    """By the day on which a run begins: the value on the evening before, and in the run.

    Of the runs that begin on one of ``days``, in their order, and of others between them.
    """
    query = (
        f"SELECT day, value FROM daily_runs WHERE {_MEMBER} AND last_day >= :first - 1 "
        "AND day <= :last ORDER BY last_day LIMIT :most"
    )
    spans = [(days[0], days[-1], -1)]
    if len(days) * _LOOK_UP < days[-1] - days[0]:  # the run before each of them, and its own
        spans = [(day, day, 2) for day in days]
    found: _Values = {}
    for first, last, most in spans:
        rows = db.execute(query, {**of, "first": first, "last": last, "most": most}).fetchall()
        if rows:
            found.setdefault(rows[0][0], (None, rows[0][1]))
        found |= {day: (before, value) for (_, before), (day, value) in pairwise(rows)}
    return found


def _level(bounds: Iterable[int], values: _Values, steps: Steps) -> list[int]:
    """The ``bounds`` on which the value does not change any more, after ``steps``: on most of
    them it does, and the other figures need not be looked at."""
    begun = {first: by[_VALUE] for first, _, by in steps}
    ended = {last + 1: by[_VALUE] for _, last, by in steps}
    found = []
    for day in bounds:
        before, value = values.get(day, (None, None))  # within a run it was the same
        if before is not None and value is not None:
            before += ended.get(day, 0)
            value += begun.get(day, 0)
        if before == value:
            found.append(day)
    return found


def _cut(db: sqlite3.Connection, of: dict[str, int], days: Iterable[int]) -> None:
    """Have a run begin on each of ``days``, each of which is within one."""
    bounds = [{**of, "day": day} for day in days]
    db.executemany(
        f"INSERT INTO daily_runs (scope, scope_id, last_day, day, {_FIGURES}) "
        f"SELECT scope, scope_id, :day - 1, day, {_FIGURES} FROM daily_runs WHERE {_ACROSS}",
        bounds,
    )
    db.executemany(f"UPDATE daily_runs SET day = :day WHERE {_ACROSS}", bounds)


def _join(db: sqlite3.Connection, of: dict[str, int], days: Sequence[int]) -> None:
    """Have runs that have become equal be one, where the second begins on one of ``days``."""
    if not days:
        return
    evenings = [day - 1 for day in days]
    found = db.execute(
        "SELECT l.last_day, r.last_day FROM daily_runs l JOIN daily_runs r "
        "ON r.scope = l.scope AND r.scope_id = l.scope_id AND r.last_day = "
        f"(SELECT min(last_day) FROM daily_runs WHERE {_MEMBER} AND last_day > l.last_day) "
        "WHERE l.scope = :scope AND l.scope_id = :member "
        f"AND l.last_day IN ({listed(evenings)}) AND r.day = l.last_day + 1 "
        f"AND l.before IS NULL AND ({_THESE}) IS ({_THOSE}) ORDER BY l.last_day",
        of,
    ).fetchall()
    for earlier, later in found:
        values = {**of, "earlier": earlier, "later": later}
        db.execute(
            "UPDATE daily_runs SET day = (SELECT day FROM daily_runs "
            f"WHERE {_MEMBER} AND last_day = :earlier) WHERE {_MEMBER} AND last_day = :later",
            values,
        )
        db.execute(f"DELETE FROM daily_runs WHERE {_MEMBER} AND last_day = :earlier", values)
