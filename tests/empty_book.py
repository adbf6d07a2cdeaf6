"""A book without so much as a base currency."""

import sqlite3
from pathlib import Path

from folio.db.file.connection import lay_out, open_book
from folio.db.file.files import new_file


def create_book(path: Path) -> sqlite3.Connection:
    """An empty book at ``path``, put there as ``folio init`` does, and opened."""
    with new_file(path) as aside:
        lay_out(aside).close()
    return open_book(path)
