"""A book opened to be read and nothing else, at once or not at all."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from folio.db.file.connection import APPLICATION_ID

_PATIENCE = 0.2  # seconds that a press of the tab key may wait for another program


def glance(path: Path) -> sqlite3.Connection:
    """The book at ``path``, to be read, without a look at its version.

    It is not opened with ``mode=ro``: whoever is the last to close a book takes in its log, and
    one who may not write would leave it behind, with commits that a copy of the file then lacks.

    Raises:
        sqlite3.Error: where there is none, or it is no book, or it is busy.
    """
    place = f"file:{quote(str(path.absolute()))}?mode=rw"
    db = sqlite3.connect(place, uri=True, timeout=_PATIENCE, isolation_level=None)
    try:
        db.execute("PRAGMA query_only = ON")
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise sqlite3.DatabaseError("not a folio book")
    except BaseException:
        db.close()
        raise
    return db
