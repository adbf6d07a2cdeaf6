"""Everything that was ever said of prices: each statement, correction and undoing."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.db.values import optional_decimal, upto
from folio.model.prices import Span

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
