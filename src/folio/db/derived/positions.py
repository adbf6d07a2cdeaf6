"""Positions and lots of holdings; what went away is in :mod:`folio.db.derived.disposals`."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from folio.db.values import day_number, listed, optional_decimal, optional_text
from folio.model.ledger import ABOUT, FULL, Lot, State, WalkKey, owed_in
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO, to_text
from folio.model.once import Once

if TYPE_CHECKING:
    from folio.model.gaps import Observed

# All that is derived but the rollup.
TABLES = "positions gaps lots disposals evenings trade_prices price_pairs mispriced".split()


class Position(NamedTuple):
    """A holding at the end of the ledger."""

    holding_id: int
    quantity: Decimal
    unexplained: Decimal  # observed beyond the ledger
    basis: int
    consults_prices: bool
    lots_opened: int
    postings: int
    plain: bool  # money that costs itself: its lots are not kept
    whole: bool  # plain, and never a fraction of a minor unit
    first_day: dt.date | None
    last_day: dt.date | None  # of its postings
    place: str | None  # of its last event in the walk, as JSON; parsed where it is asked for
    parcels: str | None  # at average cost, see State.held; likewise
    observations: int
    first_observation: dt.date | None
    last_observation: dt.date | None

    @property
    def last_key(self) -> WalkKey | None:
        """Its last event's place in the walk."""
        import json

        return None if self.place is None else cast(WalkKey, tuple(json.loads(self.place)))

    @property
    def held(self) -> list[tuple[str, Decimal]]:
        """At average cost: units by the day from which on they are held; else empty."""
        if self.parcels is None:
            return []
        import json

        return [(day, Decimal(units)) for day, units in json.loads(self.parcels)]

    @property
    def first_evidence(self) -> dt.date | None:
        """The first day on which anything is known of the holding."""
        if self.first_day is None or self.first_observation is None:
            return self.first_day or self.first_observation
        return min(self.first_day, self.first_observation)

    @property
    def last_evidence(self) -> dt.date | None:
        """The last day on which a posting, a split or an observation says something."""
        last = self.last_event
        if last is None or self.last_observation is None:
            return last or self.last_observation
        return max(last, self.last_observation)

    @property
    def last_event(self) -> dt.date | None:
        """The last day of the fold: of a posting, a split or growth."""
        return None if self.place is None else dt.date.fromisoformat(self.place[2:12])


_POSITION = from_tuple(Position)


def read_positions(
    db: sqlite3.Connection, holding_ids: Iterable[int] | None = None
) -> dict[int, Position]:
    """The stored positions, of all holdings or of some."""
    where = "" if holding_ids is None else f"WHERE holding_id IN ({listed(holding_ids)})"
    query = (
        "SELECT holding_id, quantity, unexplained, basis, consults_prices, lots_opened, "
        "postings, plain, whole, first_day, "
        f"last_day, last_key, held, observations, first_observation, last_observation "
        f"FROM positions {where}"
    )
    days = Once[str | None, dt.date | None](dt.date.fromisoformat, {None: None})
    return {
        holding: _POSITION(
            (
                holding, Decimal(units), Decimal(extra) if extra != "0" else ZERO, basis,
                consults == 1, opened, postings, plain == 1, whole == 1, days[first], days[last],
                place, held, seen, days[first_seen], days[last_seen],
            )
        )
        for holding, units, extra, basis, consults, opened, postings, plain, whole, first, last,
            place, held, seen, first_seen, last_seen in db.execute(query)
    }  # fmt: skip


def consulting_prices(db: sqlite3.Connection, since: dt.date | None = None) -> set[int]:
    """The holdings whose lots rest on prices; ``since``: of those with a posting from then on."""
    query = (
        "SELECT holding_id FROM positions "
        "WHERE consults_prices = 1 AND (:since IS NULL OR last_day >= :since)"
    )
    return {holding for (holding,) in db.execute(query, {"since": since and since.isoformat()})}


def lot_of(
    place: int, opened_by: int, day: str, units: str, cost: str | None, currency: int, grade: int
) -> Lot:
    """An open lot, as :func:`lot_row` stores it."""
    return Lot(place, opened_by, day, Decimal(units), optional_decimal(cost), currency, grade)


def lot_row(lot: Lot) -> tuple[Any, ...]:
    """What is stored of an open lot."""
    cost = optional_text(lot.cost)
    units, currency = to_text(lot.quantity), lot.currency
    return lot.place, lot.opened_by, lot.acquired_on, units, cost, currency, lot.grade


def read_lots(
    db: sqlite3.Connection,
    holding_ids: Iterable[int] | None = None,
    *,
    doubted_in: int | None = None,
) -> dict[int, list[Lot]]:
    """Open lots by holding, by the day acquired and the order of entry.

    ``doubted_in`` leaves out those that surely cost in that currency what they say.
    """
    where = "WHERE 1" if holding_ids is None else f"WHERE holding_id IN ({listed(holding_ids)})"
    if doubted_in is not None:
        where += f" AND NOT (grade = {FULL} AND cost NOT NULL AND cost_currency_id = {doubted_in})"
    lots: dict[int, list[Lot]] = {}
    query = (
        "SELECT holding_id, place, transaction_id, acquired_on, quantity, cost, "
        f"cost_currency_id, grade FROM lots {where}"
    )
    for holding, *row in db.execute(query):
        lots.setdefault(holding, []).append(lot_of(*row))
    for of_holding in lots.values():
        of_holding.sort(key=lambda lot: (lot.acquired_on, lot.place))
    return lots


def read_states(db: sqlite3.Connection, holding_ids: Sequence[int]) -> dict[int, State]:
    """The stored states of holdings, to be folded on from."""
    lots = read_lots(db, holding_ids)
    states = {}
    for holding, position in read_positions(db, holding_ids).items():
        state = states[holding] = State()
        state.quantity = position.quantity
        state.lots = lots.get(holding, [])
        state.owes = owed_in(state.lots)
        state.opened = position.lots_opened
        state.basis = position.basis
        state.consults_prices = position.consults_prices
        state.first_day = "" if position.first_day is None else position.first_day.isoformat()
        state.last_day = "" if position.last_day is None else position.last_day.isoformat()
        state.last_key = position.last_key
        state.events = position.postings
        state.plain = position.plain
        state.whole = position.whole
        state.held = position.held
    return states


def write_state(
    db: sqlite3.Connection, holding_id: int, state: State, observed: "Observed"
) -> None:
    """Replace what is stored of a holding's position and open lots."""
    import json

    from folio.db.derived.gaps import replace_gaps

    forget_state(db, holding_id)
    if observed.gaps is not None:
        replace_gaps(db, holding_id, observed.gaps)
    if not state.events and not observed.observations:
        return
    db.execute(
        f"INSERT INTO positions VALUES ({', '.join('?' * 16)})",
        [
            holding_id,
            to_text(state.quantity),
            to_text(observed.unexplained),
            state.basis,
            int(state.consults_prices),
            state.opened,
            state.events,
            int(state.plain),
            int(state.whole),
            state.first_day or None,
            state.last_day or None,
            None if state.last_key is None else json.dumps(state.last_key),
            json.dumps([(day, to_text(n)) for day, n in state.held]) if state.held else None,
            observed.observations,
            None if observed.first is None else observed.first.isoformat(),
            None if observed.last is None else observed.last.isoformat(),
        ],
    )
    db.executemany(
        "INSERT INTO lots VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(holding_id, *lot_row(lot)) for lot in state.lots],
    )


def forget_state(db: sqlite3.Connection, holding_id: int) -> None:
    """Remove what is stored of a holding's position and open lots."""
    db.execute("DELETE FROM positions WHERE holding_id = ?", [holding_id])
    db.execute("DELETE FROM lots WHERE holding_id = ?", [holding_id])


def holdings_valued_in(
    db: sqlite3.Connection, currencies: Sequence[int], first: dt.date, last: dt.date
) -> set[int]:
    """The holdings with an amount in some currencies that is converted at the rate of some days.

    That is what their lots cost, acquired on these days, both inclusive, and what they fetched.
    Lots that went with an unknown cost may have had one before.
    """
    query = f"""
        SELECT holding_id FROM lots
        WHERE acquired_on BETWEEN :first AND :last AND cost_currency_id IN ({listed(currencies)})
        UNION SELECT d.holding_id
        FROM positions p CROSS JOIN disposals d
            ON d.holding_id = p.holding_id AND d.disposed_on >= :first_number
        WHERE (d.acquired_on BETWEEN :first_number AND :last_number
               AND ifnull(d.cost_currency_id IN ({listed(currencies)}), 1))
           OR (d.disposed_on <= :last_number
               AND d.proceeds_currency_id IN ({listed(currencies)}))
        UNION SELECT p.holding_id
        FROM holdings h CROSS JOIN postings p
            ON p.holding_id = h.id AND p.occurred_on BETWEEN :first AND :last
        WHERE p.amount_currency_id IN ({listed(currencies)})
    """
    days = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "first_number": day_number(first),
        "last_number": day_number(last),
    }
    return {row[0] for row in db.execute(query, days)}


def holdings_with_parts_in(
    db: sqlite3.Connection, assets: Sequence[int], first: dt.date, last: dt.date
) -> set[int]:
    """The holdings that transactions of some days, both inclusive, are about, of which a part in
    another account is of some assets: what that is worth is a flow of theirs, too."""
    query = f"""
        SELECT o.holding_id
        FROM holdings h CROSS JOIN postings p
            ON p.holding_id = h.id AND p.occurred_on BETWEEN :first AND :last
        JOIN postings o ON o.transaction_id = p.transaction_id AND o.across = {ABOUT}
        WHERE h.asset_id IN ({listed(assets)}) AND p.across < {ABOUT}
        UNION SELECT b.id
        FROM holdings h CROSS JOIN postings p
            ON p.holding_id = h.id AND p.occurred_on BETWEEN :first AND :last
        JOIN transactions t ON t.id = p.transaction_id
        JOIN holdings b ON b.account_id = t.account_id AND b.asset_id = t.related_asset_id
        WHERE h.asset_id IN ({listed(assets)}) AND p.across < {ABOUT}
    """
    rows = db.execute(query, {"first": first.isoformat(), "last": last.isoformat()})
    return {row[0] for row in rows}


def forget_positions(db: sqlite3.Connection) -> None:
    """Empty every derived table but those of the rollup."""
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")
