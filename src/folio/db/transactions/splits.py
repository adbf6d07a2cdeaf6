"""Splits: what the book says of how many units became how many."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from folio.db.values import upto
from folio.model.named import NamedTuple

NOT_REVERSED = """
    t.kind <> 'reversal' AND t.commit_id <= :known_at
    AND NOT EXISTS (SELECT 1 FROM transactions r
                    WHERE r.reverses = t.id AND r.commit_id <= :known_at)
"""
_SPLITS = f"""
    SELECT t.occurred_on, a.new_units, a.old_units, t.id
    FROM corporate_actions a JOIN transactions t ON t.id = a.transaction_id
    WHERE a.asset_id = :asset AND a.new_units IS NOT NULL AND t.kind = 'split'
          AND {NOT_REVERSED}
"""

SAME_SPLIT_DAYS = 7  # equal ratios so near are one event


class Split(NamedTuple):
    """A split in force: ``new`` units for ``old`` at the open of ``day``."""

    day: dt.date
    new: int
    old: int
    transaction_id: int  # of its first witness
    seen_until: dt.date  # the day of its last witness

    @property
    def ratio(self) -> tuple[int, int]:
        return (self.new, self.old)

    def is_near(self, day: dt.date) -> bool:
        """Whether somebody who saw a split on that day can mean this one."""
        within = dt.timedelta(SAME_SPLIT_DAYS)
        return self.day - within <= day <= self.seen_until + within

    def is_of(self, new: int, old: int, day: dt.date) -> bool:
        """Whether somebody who saw a split of that ratio on that day saw this one."""
        return self.is_near(day) and self.new * old == new * self.old


def of_assets(
    db: sqlite3.Connection, query: str, asset_ids: Iterable[int], known_at: int | None
) -> Iterator[tuple[Any, ...]]:
    """The rows of each asset: one text for all of them, which SQLite plans but once.

    To plan it for each took a report of a hundred assets 10 ms.
    """
    for asset in asset_ids:
        yield from db.execute(query, {"asset": asset, "known_at": upto(known_at)})


def read_splits(
    db: sqlite3.Connection, asset_ids: Iterable[int], known_at: int | None = None
) -> list[Split]:
    """An asset's splits by day, by all its ids.

    Equal ratios, each within 7 days of the next, are one event, on its first day; 4:2 is 2:1.
    """
    splits: list[Split] = []
    rows = sorted(of_assets(db, _SPLITS, asset_ids, known_at), key=lambda row: (row[0], row[3]))
    for text, new, old, transaction in rows:
        day = dt.date.fromisoformat(text)
        known = next((i for i, split in enumerate(splits) if split.is_of(new, old, day)), None)
        if known is None:
            splits.append(Split(day, new, old, transaction, day))
        else:
            splits[known] = splits[known]._replace(seen_until=day)
    return splits
