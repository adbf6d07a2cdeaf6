"""What statements keep of the pockets of holdings, as they kept it."""

import sqlite3

from folio.db.recording.stated_lines import IN_RUN


def pockets_kept(db: sqlite3.Connection, source_id: int) -> list[tuple[int, str]]:
    """The statements of a source that keep some, and of whose transactions not all are undone."""
    query = (
        "SELECT s.id, s.reading FROM statements s WHERE s.source_id = ? AND s.reading LIKE '[%' "
        "AND EXISTS (SELECT 1 FROM provenance p "
        f"CROSS JOIN transactions t ON {IN_RUN} WHERE p.statement_id = s.id "
        "AND NOT EXISTS (SELECT 1 FROM transactions u WHERE u.reverses = t.id)) ORDER BY s.id"
    )
    rows = db.execute(query, [source_id])
    return [(int(number), str(text)) for number, text in rows]
