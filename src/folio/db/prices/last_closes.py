"""The last closes of pairs, and what sources last failed to say."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from folio.db.values import upto
from folio.model.prices import CLOSE


class LastClose(NamedTuple):
    """The last day of which a source stated a close."""

    day: dt.date
    source: str


def last_closes(
    db: sqlite3.Connection, asset_ids: Iterable[int], known_at: int | None
) -> list[LastClose]:
    """The last close of an asset in anything, by each source; trades' own prices are none."""
    ids = ", ".join(str(int(number)) for number in asset_ids)
    return _closes(db, f"p.asset_id IN ({ids})", known_at)


def last_rates(
    db: sqlite3.Connection,
    currency_ids: Iterable[int],
    others: Iterable[int],
    known_at: int | None,
) -> list[LastClose]:
    """The last close of a currency in one of the others, or of one of them in it, by source."""
    own = ", ".join(str(int(number)) for number in currency_ids)
    rest = ", ".join(str(int(number)) for number in others)
    either = (
        f"(p.asset_id IN ({own}) AND p.quote_id IN ({rest}) "
        f"OR p.asset_id IN ({rest}) AND p.quote_id IN ({own}))"
    )
    return _closes(db, either, known_at)


def _closes(db: sqlite3.Connection, which: str, known_at: int | None) -> list[LastClose]:
    query = f"""
        SELECT max(p.day), s.name FROM prices p JOIN sources s ON s.id = p.source_id
        WHERE {which} AND p.granularity = {CLOSE} AND p.price IS NOT NULL AND p.commit_id <= ?
        GROUP BY s.name ORDER BY 1
    """
    return [LastClose(dt.date.fromisoformat(d), n) for d, n in db.execute(query, [upto(known_at)])]


def read_failures(db: sqlite3.Connection, known_at: int | None = None) -> dict[int, dict[str, str]]:
    """Why a source had no price the last time, by asset and source; none where it had one."""
    query = """
        SELECT r.asset_id, s.name, r.until_day, r.reason FROM price_retries r
        JOIN sources s ON s.id = r.source_id WHERE r.commit_id <= ? ORDER BY r.id
    """
    found: dict[int, dict[str, str]] = {}
    for asset, source, until, reason in db.execute(query, [upto(known_at)]):
        of = found.setdefault(asset, {})
        if until is None or reason is None:
            of.pop(source, None)
        else:
            of[source] = reason
    return found
