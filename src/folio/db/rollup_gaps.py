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
        f"SELECT 1 FROM portfolio_value_daily WHERE scope = {HOLDING} AND scope_id = ? "
        "AND day BETWEEN ? AND ? AND priceless LIMIT 1"
    )
    bounds = (day_number(since), day_number(until))
    return {h for h in holding_ids if db.execute(query, [h, *bounds]).fetchone() is not None}
