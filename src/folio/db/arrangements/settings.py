"""Settings: dated choices of the book, or of one account, asset or holding.

A setting applies from its day on; of several for one day the newest counts.  A row
without a day applies always, before any dated one.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING

from folio.db.values import upto
from folio.model.assets import ASSET_TYPES
from folio.model.ledger import EVER
from folio.model.named import NamedTuple

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


BOOK = ("book", 0)
DEFAULTS = {
    "base_currency": "EUR",
    "time_zone": "UTC",
    "lot_method": "fifo",
    "stale_days": "7",  # for what trades daily
    "stale_days_slow": "45",  # for funds and private assets
    "long_term_days": "365",  # held longer than this is long term
    "tracks_cash": "no",
    "status": "active",
    # Who is asked for the prices of assets of a type, where they do not say themselves.
    **{f"price_source.{kind}": "none" for kind in ASSET_TYPES},
    "price_source.currency": "ecb",
}
Scope = tuple[str, int]


class Row(NamedTuple):
    from_day: str  # "" always
    id: int
    value: str | None


_NOTHING = Row("", 0, None)


class Settings:
    """The settings recorded up to a commit."""

    def __init__(self, rows: dict[tuple[str, int, str], list[Row]]) -> None:
        self._rows = rows

    def get(self, scope: Scope, key: str, on: dt.date | None = None) -> str | None:
        """The value in force on a day (None: the latest of all), or None."""
        rows = self._rows.get((*scope, key))
        if rows is None:  # mostly: nothing was said
            return None
        limit = EVER if on is None else on.isoformat()
        return max((row for row in rows if row.from_day <= limit), default=_NOTHING).value

    def book(self, key: str) -> str:
        """The book's value of ``key``, else folio's default."""
        return self.get(BOOK, key) or DEFAULTS[key]

    def changes(self, scope: Scope, key: str) -> list[Row]:
        """Every row of a key, by the day from which it applies."""
        return sorted(self._rows.get((*scope, key), ()))

    def timeline(self, scope: Scope, key: str) -> list[tuple[str, str | None]]:
        """What holds from which day on, one entry a change; the day "" is always."""
        newest = {row.from_day: row.value for row in self.changes(scope, key)}
        steps: list[tuple[str, str | None]] = []
        for from_day, value in newest.items():
            if value != (steps[-1][1] if steps else None):
                steps.append((from_day, value))
        return steps

    def note(self, scope: Scope, key: str, value: str | None, from_day: str = "") -> None:
        """Take in a setting that was just recorded."""
        row = Row(from_day, 2**62, value)
        self._rows.setdefault((*scope, key), []).append(row)

    def any_with(self, key: str) -> bool:
        """Whether anything at all was said of ``key``."""
        return any(k == key for _, _, k in self._rows)

    def in_force(self) -> Iterator[tuple[str, str]]:
        """Each key of which something holds now, with its value; one for each thing it is of."""
        for kind, number, key in self._rows:
            value = self.get((kind, number), key)
            if value is not None:
                yield key, value

    def scopes(self, scope: str) -> set[int]:
        """The ids of which anything was said."""
        return {i for s, i, _ in self._rows if s == scope}

    def flagged(self, scope: str, key: str) -> set[int]:
        """The ids for which ``key`` says yes now."""
        ids = {i for s, i, k in self._rows if s == scope and k == key}
        return {i for i in ids if self.get((scope, i), key) == "yes"}


def load_settings(db: sqlite3.Connection, known_at: int | None = None) -> Settings:
    """Every setting recorded up to commit ``known_at`` (None: all)."""
    rows: dict[tuple[str, int, str], list[Row]] = {}
    query = "SELECT scope, scope_id, key, from_day, id, value FROM settings WHERE commit_id <= ?"
    for scope, scope_id, key, from_day, number, value in db.execute(query, [upto(known_at)]):
        rows.setdefault((scope, scope_id, key), []).append(Row(from_day or "", number, value))
    return Settings(rows)


def add_setting(
    commit: "Commit", scope: Scope, key: str, value: str | None, from_day: dt.date | None = None
) -> None:
    """Record a setting; ``value`` None takes it back to the default."""
    commit.add(
        "settings",
        scope=scope[0],
        scope_id=scope[1],
        key=key,
        value=value,
        from_day=None if from_day is None else from_day.isoformat(),
    )
