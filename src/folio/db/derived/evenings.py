"""What families of assets held on some evenings: from there on a fold goes on, not from nothing."""

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from folio.db.derived.positions import lot_of, lot_row
from folio.db.values import day_number, from_day_number, listed
from folio.model.ledger import State, WalkKey, owed_in
from folio.model.named import NamedTuple
from folio.model.numbers import to_text


class Evening(NamedTuple):
    """The states of a family's holdings after all events of a day and those before."""

    day: dt.date
    states: dict[int, State]


def read_evening(
    db: sqlite3.Connection, family: Collection[int], before: dt.date
) -> Evening | None:
    """The last evening before a day that is kept of a family of assets."""
    row = db.execute(
        "SELECT day, states FROM evenings WHERE asset_id = ? AND assets = ? AND day < ? "
        "ORDER BY day DESC LIMIT 1",
        [min(family), len(family), day_number(before)],
    ).fetchone()
    if row is None:
        return None
    states = {int(number): _state(parts) for number, parts in json.loads(row[1]).items()}
    return Evening(from_day_number(row[0]), states)


def next_evening(db: sqlite3.Connection, family: Collection[int]) -> int:
    """After how many events of a family its next evening is to be kept."""
    query = "SELECT ifnull(max(next_at), 0) FROM evenings WHERE asset_id = ?"
    return int(db.execute(query, [min(family)]).fetchone()[0])


Parts = dict[int, list[Any]]  # by holding, what is stored of its state


class Kept(NamedTuple):
    """An evening as it is stored."""

    day: dt.date
    next_at: int  # so many events before the next one
    parts: Parts


def read_kept(db: sqlite3.Connection, family: Collection[int], since: dt.date) -> list[Kept]:
    """A family's evenings from a day on."""
    query = "SELECT day, next_at, states FROM evenings WHERE asset_id = ? AND day >= ? ORDER BY day"
    return [
        Kept(from_day_number(day), next_at, {int(n): p for n, p in json.loads(text).items()})
        for day, next_at, text in db.execute(query, [min(family), day_number(since)])
    ]


def next_after(db: sqlite3.Connection, family: Collection[int], before: dt.date) -> int:
    """After how many events the next evening is to be kept, by the last before a day; else 0."""
    query = "SELECT ifnull(max(next_at), 0) FROM evenings WHERE asset_id = ? AND day < ?"
    return int(db.execute(query, [min(family), day_number(before)]).fetchone()[0])


def rewrite_evenings(db: sqlite3.Connection, family: Collection[int], kept: Iterable[Kept]) -> None:
    """Store evenings of a family that are stored otherwise."""
    db.executemany(
        "UPDATE evenings SET next_at = ?, states = ? WHERE asset_id = ? AND day = ?",
        [(one.next_at, _text(one.parts), min(family), day_number(one.day)) for one in kept],
    )


def write_evening(
    db: sqlite3.Connection,
    family: Collection[int],
    day: dt.date,
    next_at: int,
    states: Mapping[int, State],
) -> None:
    """Keep an evening of a family: of those of its holdings to which something happened."""
    values = [min(family), day_number(day), len(family), next_at, _text(parts_of(states))]
    db.execute("INSERT INTO evenings VALUES (?, ?, ?, ?, ?)", values)


def parts_of(states: Mapping[int, State]) -> Parts:
    """What is stored of states: of those to which something happened."""
    return {n: _parts(state) for n, state in states.items() if state.last_key is not None}


def events_in(parts: Parts) -> int:
    """How many events they have seen."""
    return sum(own[_EVENTS] for own in parts.values())


def lots_in(parts: Parts) -> int:
    """How many lots are open in them."""
    return sum(len(own[_LOTS]) for own in parts.values())


def _text(parts: Parts) -> str:
    return json.dumps(dict(sorted(parts.items())), separators=(",", ":"))


# Those from a day on, and those of the time before these assets were a family.
_OUT_OF_DATE = "FROM evenings WHERE asset_id IN ({}) AND (day >= ? OR asset_id <> ? OR assets <> ?)"


def forget_evenings(db: sqlite3.Connection, family: Collection[int], since: dt.date) -> None:
    """Remove a family's evenings from a day on, and all that its assets had before they joined."""
    values = [day_number(since), min(family), len(family)]
    db.execute(f"DELETE {_OUT_OF_DATE.format(listed(family))}", values)


def out_of_date(db: sqlite3.Connection, family: Collection[int], since: dt.date) -> bool:
    """Whether there are any of those."""
    values = [day_number(since), min(family), len(family)]
    query = f"SELECT 1 {_OUT_OF_DATE.format(listed(family))} LIMIT 1"
    return db.execute(query, values).fetchone() is not None


_EVENTS, _LOTS = 4, 9  # their places in what is stored of a state


def _parts(state: State) -> list[Any]:
    return [
        to_text(state.quantity),
        state.opened,
        state.basis,
        int(state.consults_prices),
        state.events,
        state.first_day,
        state.last_day,
        state.last_key,
        [(day, to_text(units)) for day, units in state.held],
        [lot_row(lot) for lot in state.lots],
    ]


def _state(parts: list[Any]) -> State:
    state = State()
    units, state.opened, state.basis, consults, state.events, *days, held, lots = parts
    state.quantity = Decimal(units)
    state.consults_prices = bool(consults)
    state.first_day, state.last_day, key = days
    state.last_key = None if key is None else cast(WalkKey, tuple(key))
    state.held = [(day, Decimal(part)) for day, part in held]
    state.lots = [lot_of(*row) for row in lots]
    state.owes = owed_in(state.lots)
    return state
