"""Which of the rollup's rows lack a value."""

import datetime as dt
import sqlite3
from collections.abc import Iterable

from folio.db.values import day_number
from folio.model.rollups import HOLDING


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
