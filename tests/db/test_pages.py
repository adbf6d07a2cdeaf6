"""What SQLite finds in a file whose pages are not as it wrote them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from folio.db.file.migrations import page_faults

PAGE = 4096


def test_each_fault_is_one_line(tmp_path: Path) -> None:
    """SQLite begins with a headline, and puts several faults of one tree into one text."""
    path = tmp_path / "book.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        db.executemany("INSERT INTO t (text) VALUES (?)", [("x" * 500,)] * 40)
        db.commit()
        assert page_faults(db) == []
    pages = bytearray(path.read_bytes())
    pages[2 * PAGE : 4 * PAGE] = pages[3 * PAGE : 4 * PAGE] + pages[2 * PAGE : 3 * PAGE]
    path.write_bytes(pages)
    with closing(sqlite3.connect(path)) as db:
        found = page_faults(db)
    assert found
    assert not [line for line in found if "\n" in line or "***" in line]
