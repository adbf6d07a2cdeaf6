"""Which rows of statements are parts of one event, by the identities that they have alone."""

import json
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit

# The newest word on each row.
_NEWEST = """
    NOT EXISTS (SELECT 1 FROM event_rows n WHERE n.id > e.id AND n.source_id = e.source_id
                AND n.external_id = e.external_id
                AND ifnull(n.account_id, 0) = ifnull(e.account_id, 0))
"""


class Whose(NamedTuple):
    """An account (None: none) and a source, in which an external id is one row's."""

    account_id: int | None
    source_id: int


def has_event_rows(db: sqlite3.Connection, source_id: int) -> bool:
    """Whether any row of a source is known to be a part of something."""
    query = "SELECT EXISTS (SELECT 1 FROM event_rows WHERE source_id = ?)"
    return bool(db.execute(query, [source_id]).fetchone()[0])


def events_of(
    db: sqlite3.Connection, whose: Whose, external_ids: Iterable[str]
) -> dict[str, str | None]:
    """The event of each of these rows that is part of one; None where rows cancel one another."""
    query = (
        "SELECT e.external_id, e.event_id FROM json_each(?) CROSS JOIN event_rows e "
        "WHERE e.source_id = ? AND e.external_id = value AND ifnull(e.account_id, 0) = ? "
        f"AND {_NEWEST}"
    )
    values = [json.dumps(list(external_ids)), whose.source_id, whose.account_id or 0]
    return dict(db.execute(query, values).fetchall())


def rows_of(db: sqlite3.Connection, whose: Whose, event_id: str) -> set[str]:
    """The rows of an event, beside the one whose identity it has."""
    query = (
        "SELECT e.external_id FROM event_rows e WHERE e.source_id = ? AND e.event_id = ? "
        f"AND ifnull(e.account_id, 0) = ? AND {_NEWEST}"
    )
    found = db.execute(query, [whose.source_id, event_id, whose.account_id or 0])
    return {row[0] for row in found}


def add_event_row(commit: "Commit", whose: Whose, external_id: str, event_id: str | None) -> None:
    """Record that a row is a part of an event; None: that it cancels another row."""
    commit.add(
        "event_rows",
        account_id=whose.account_id,
        source_id=whose.source_id,
        external_id=external_id,
        event_id=event_id,
    )
