"""Prices: recording them, and what was said of each before.

The newest row of a key (pair, day, granularity, instant, source) is in force; of several
sources for one day and granularity the one recorded last.  A row without a price takes
its key's price back.  Looking them up is :mod:`folio.db.prices.price_source`.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from folio.db.derived.trade_prices import add_pairs
from folio.db.values import optional_decimal, optional_text, upto
from folio.model.prices import CLOSE, Span

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit, Value


class NewPrice(NamedTuple):
    """A price to be written."""

    asset_id: int
    quote_id: int
    day: dt.date
    price: Decimal | None  # None: takes back what this source said before
    source_id: int
    granularity: int = CLOSE
    instant: str = ""
    reason: str | None = None
    span: Span = Span()
    undoes: int | None = None  # the commit whose row of this key is taken back

    @property
    def key(self) -> "PriceKey":
        return (self.asset_id, self.quote_id, self.day.isoformat(), self.granularity, self.instant)


def add_prices(commit: "Commit", prices: Iterable[NewPrice]) -> None:
    """Record prices; called once in a commit, because rows are proved in the order of keys."""
    pairs = set()
    keyed = sorted(((*new.key, new.source_id), new) for new in prices)
    with commit.gathering():
        for key, new in keyed:
            row: list[Value] = [*key[:5], commit.id, new.source_id, optional_text(new.price)]
            row += [*map(optional_text, new.span), new.reason, new.undoes]
            commit.insert("prices", [[*row, commit.prove("prices", row)]])
            pairs.add((new.asset_id, new.quote_id))
    add_pairs(commit.db, pairs)


def price_said(db: sqlite3.Connection, new: NewPrice) -> Decimal | None:
    """What this source said before for this key; None when nothing, or when it took it back."""
    said = row_said(db, new)
    return None if said is None else said.price


PriceKey = tuple[int, int, str, int, str]  # asset, quote, day, granularity, instant
Said = dict[tuple[PriceKey, int], NewPrice]  # by key and source


def rows_said(db: sqlite3.Connection, prices: Iterable[NewPrice]) -> Said:
    """The rows in force for the keys and sources of these, and some of the days between."""
    days: dict[tuple[int, int], tuple[str, str]] = {}
    for new in prices:
        day = new.day.isoformat()
        first, last = days.get((new.asset_id, new.quote_id), (day, day))
        days[(new.asset_id, new.quote_id)] = (min(first, day), max(last, day))
    query = (  # of a key the newest last
        f"SELECT {_ROW} FROM prices WHERE asset_id = ? AND quote_id = ? AND day BETWEEN ? AND ? "
        "ORDER BY commit_id"
    )
    rows = (row for pair, span in days.items() for row in db.execute(query, [*pair, *span]))
    return {(new.key, new.source_id): new for new in map(_row, rows)}


def row_said(db: sqlite3.Connection, new: NewPrice) -> NewPrice | None:
    """The row in force of this source for this key."""
    return rows_said(db, [new]).get((new.key, new.source_id))


def row_below(db: sqlite3.Connection, new: NewPrice) -> tuple[int, NewPrice] | None:
    """The commit whose row of this key is in force, and what holds once that is taken back.

    Rows that were taken back, and those that took them back, count for nothing.  None where
    no price is in force.
    """
    query = (
        f"SELECT commit_id, {_ROW} FROM prices WHERE asset_id = ? AND quote_id = ? AND day = ? "
        "AND granularity = ? AND instant = ? AND source_id = ? ORDER BY commit_id"
    )
    standing: dict[int, NewPrice] = {}
    for commit, *values in db.execute(query, [*new.key, new.source_id]):
        row = _row(values)
        if row.undoes is None:
            standing[commit] = row
        else:
            standing.pop(row.undoes, None)
    if not standing:
        return None
    last = max(standing)
    if standing.pop(last).price is None:
        return None
    nothing = new._replace(price=None, span=Span())
    before = standing[max(standing)] if standing else nothing
    return last, before._replace(undoes=last, reason=None)


_ROW = (
    "asset_id, quote_id, day, price, source_id, granularity, instant, reason, open, high, low, "
    "volume, undoes"
)


def _row(row: Sequence[Any]) -> NewPrice:
    asset, quote, day, price, source, granularity, instant, reason, *more, undoes = row
    return NewPrice(
        asset,
        quote,
        dt.date.fromisoformat(day),
        optional_decimal(price),
        source,
        granularity,
        instant,
        reason,
        Span._make(map(optional_decimal, more)),
        undoes,
    )


def prices_of_commit(db: sqlite3.Connection, commit_id: int) -> list[NewPrice]:
    """What a commit said of prices."""
    query = f"SELECT {_ROW} FROM prices WHERE commit_id = ?"
    return [_row(row) for row in db.execute(query, [commit_id])]


_QUERY = """
    SELECT p.asset_id, p.quote_id, p.day, p.granularity, p.instant, s.name, p.price,
           p.open, p.high, p.low, p.volume, p.reason, p.undoes,
           c.id, c.recorded_at, c.user, c.command, p.source_id
    FROM prices p JOIN sources s ON s.id = p.source_id JOIN commits c ON c.id = p.commit_id
    WHERE p.commit_id <= :known_at {asset}
    ORDER BY p.asset_id, p.quote_id, p.day, p.granularity, p.instant, p.source_id, p.commit_id
"""


class PriceEdit(NamedTuple):
    """What one commit said of one price."""

    asset_id: int
    quote_id: int
    day: dt.date
    granularity: int
    instant: str  # "" for a day's close
    source: str
    price: Decimal | None  # None: taken back
    span: Span
    reason: str | None
    undoes: int | None  # the commit that it takes back
    commit_id: int
    recorded_at: str
    user: str
    command: str
    source_id: int

    @property
    def key(self) -> tuple[object, ...]:
        """What its corrections share."""
        return (*self[:2], self.day, self.granularity, self.instant, self.source_id)


def price_edits(
    db: sqlite3.Connection, asset_id: int | None, known_at: int | None = None
) -> Iterator[PriceEdit]:
    """The edits of one asset's prices (None: of all), by key and then in their order."""
    query = _QUERY.format(asset="" if asset_id is None else "AND p.asset_id = :asset")
    values = {"asset": asset_id, "known_at": upto(known_at)}
    for asset, quote, day, granularity, instant, source, price, *rest in db.execute(query, values):
        yield PriceEdit(
            asset,
            quote,
            dt.date.fromisoformat(day),
            granularity,
            instant,
            source,
            optional_decimal(price),
            Span._make(map(optional_decimal, rest[:4])),
            *rest[4:],
        )
