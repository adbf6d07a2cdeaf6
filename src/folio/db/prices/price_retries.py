"""Until when an asset that no source can price is left alone.

The newest row of an asset and a source is in force; a row without a source is about all
of them.  A row without a day ends the wait.
"""

import datetime as dt
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from folio.db.values import upto

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


class Retry(NamedTuple):
    """An asset is not asked about before ``until``."""

    until: dt.date  # exclusive: on this day it is asked about again
    reason: str | None


def add_retry(
    commit: "Commit",
    asset_id: int,
    until: dt.date | None,
    reason: str | None,
    source_id: int | None = None,
) -> None:
    """Record until when an asset is left alone; None: ask again."""
    commit.add(
        "price_retries",
        asset_id=asset_id,
        source_id=source_id,
        until_day=None if until is None else until.isoformat(),
        reason=reason,
    )


def read_retries(db: sqlite3.Connection, known_at: int | None) -> dict[int, Retry]:
    """The waits in force by asset: those about every source."""
    query = (
        "SELECT asset_id, until_day, reason FROM price_retries WHERE source_id IS NULL "
        "AND commit_id <= ? ORDER BY id"
    )
    said = {row[0]: row[1:] for row in db.execute(query, [upto(known_at)])}
    return {
        asset: Retry(dt.date.fromisoformat(until), reason)
        for asset, (until, reason) in said.items()
        if until is not None
    }
