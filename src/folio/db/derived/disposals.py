"""What went away of lots: the disposals of holdings, derived."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from folio.db.values import day_number, from_day_number, listed, optional_text
from folio.model.ledger import Fetched, Slice
from folio.model.named import from_tuple
from folio.model.numbers import ZERO, to_text
from folio.model.once import Once

_BATCH = 4096  # rows that wait to be written together
_ORDER = {  # by day, or as they lie
    True: "disposed_on, transaction_id, holding_id, line",
    False: "holding_id, disposed_on, transaction_id, line",
}


def forget_disposals(db: sqlite3.Connection, holding_id: int, since: dt.date) -> None:
    """Remove what is stored of a holding's disposals from a day on."""
    query = "DELETE FROM disposals WHERE holding_id = ? AND disposed_on >= ?"
    db.execute(query, [holding_id, day_number(since)])


class Disposals:
    """Stores slices in walk order: many at a time, numbered within their transaction.

    Those of days before ``since`` are stored as they are.
    """

    def __init__(self, db: sqlite3.Connection, since: dt.date = dt.date.min) -> None:
        self._db = db
        self._since = since.isoformat()
        self._rows: list[tuple[object, ...]] = []
        self._day = ""
        self._days = Once[str | None, int | None](
            lambda day: day_number(dt.date.fromisoformat(day)), {None: None}
        )
        self._lines: dict[tuple[int, int], int] = {}  # of the day, by holding and transaction

    def add(self, slices: Sequence[Slice]) -> None:
        """Take in the slices of one event, after those of the events before it."""
        holding, day, transaction = slices[0][:3]
        if day < self._since:
            return
        if day != self._day:
            self._day = day
            self._lines.clear()
        number, rows, event = self._days, self._rows, (holding, transaction)
        disposed, line = number[day], self._lines.get(event, 0)
        for part in slices:
            (
                _, _, _, place, opened_by, acquired, quantity, proceeds, fetched_in, cost, cost_in,
                realises, grade, held_since, _,
            ) = part  # fmt: skip
            line += 1
            units = to_text(quantity)  # what money costs and fetches is mostly itself
            fetched = units if proceeds is quantity else optional_text(proceeds)
            paid = units if cost is quantity else optional_text(cost)
            rows.append(
                (
                    holding, disposed, transaction, line, place, opened_by, number[acquired],
                    units, fetched, fetched_in, paid, cost_in, realises, grade, number[held_since],
                )
            )  # fmt: skip
        self._lines[event] = line
        if len(rows) > _BATCH:
            self.write()

    def write(self) -> None:
        """Store what was taken in."""
        places = ", ".join("?" * 15)
        self._db.executemany(f"INSERT INTO disposals VALUES ({places})", self._rows)
        self._rows.clear()


def disposed_of(db: sqlite3.Connection, until: dt.date) -> set[int]:
    """The holdings of which something was realised, or tried to be, through a day."""
    query = """
        SELECT h.id FROM holdings h WHERE EXISTS (
            SELECT 1 FROM disposals d
            WHERE d.holding_id = h.id AND d.disposed_on <= ? AND d.realises = 1)
    """
    return {row[0] for row in db.execute(query, [day_number(until)])}


def read_disposals(
    db: sqlite3.Connection,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    holding_ids: Iterable[int] | None = None,
    uncovered: bool = False,
    by_day: bool = True,
) -> Iterator[Slice]:
    """Stored slices by day, both bounds inclusive; ``uncovered``: those alone that no lot had.

    Not ``by_day`` they come by holding, as they lie: to sort all takes a third of reading them.
    """
    conditions = ["disposed_on >= ?", "disposed_on <= ?", *["place = 0"] * uncovered]
    if holding_ids is not None:
        conditions.append(f"holding_id IN ({listed(holding_ids)})")
    query = (
        "SELECT holding_id, disposed_on, transaction_id, place, opened_by, acquired_on, "
        "quantity, proceeds, proceeds_currency_id, cost, cost_currency_id, realises, grade, "
        "held_since "
        f"FROM disposals WHERE {' AND '.join(conditions)} "
        f"ORDER BY {_ORDER[by_day]}"
    )
    bounds = [day_number(since or dt.date.min), day_number(until or dt.date.max)]
    fetched = Fetched()
    days = Once[int | None, str | None](lambda n: from_day_number(n).isoformat(), {None: None})
    asset_of = "SELECT asset_id FROM holdings WHERE id = ?"
    assets = Once[int, int](lambda holding: db.execute(asset_of, [holding]).fetchone()[0])
    for row in db.execute(query, bounds):
        holding, day, transaction, place, opened_by, acquired, units = row[:7]
        proceeds, proceeds_currency, cost, cost_currency, realises, grade, held_since = row[7:]
        amount = None if proceeds is None else Decimal(proceeds)
        before = None
        if amount is not None:
            before = fetched.add((transaction, holding), proceeds_currency, amount)
            if before is not None and proceeds_currency == assets[holding]:
                before = None  # as the fold has it
        yield _SLICE(
            (
                holding,
                days[day],
                transaction,
                place,
                opened_by,
                days[acquired],
                Decimal(units),
                amount,
                proceeds_currency,
                None if cost is None else Decimal(cost),
                cost_currency,
                bool(realises),
                grade,
                days[held_since],
                before,
            )
        )


_SLICE = from_tuple(Slice)


def given_back(db: sqlite3.Connection, holding_id: int) -> Decimal:
    """The units that a holding owed for a while, but for those that were sold short."""
    query = (
        "SELECT quantity FROM disposals "
        "WHERE holding_id = ? AND quantity LIKE '-%' AND cost IS NULL"
    )
    return -sum((Decimal(row[0]) for row in db.execute(query, [holding_id])), ZERO)
