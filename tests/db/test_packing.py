"""A file is packed after what made it much larger."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from empty_book import create_book
from folio.db.connection import LARGE, packing


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    book = create_book(tmp_path / "book.db")
    yield book
    book.close()


def fill(db: sqlite3.Connection, pages: int) -> None:
    """Derived rows on so many pages, of which every other one is emptied."""
    db.execute("CREATE TABLE filler (id INTEGER PRIMARY KEY, text TEXT)")
    rows = ((number, "x" * 4000) for number in range(2 * pages))
    db.execute("BEGIN")
    db.executemany("INSERT INTO filler VALUES (?, ?)", rows)
    db.execute("DELETE FROM filler WHERE id % 2")
    db.execute("COMMIT")


def empty_pages(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA freelist_count").fetchone()[0])


def test_a_book_that_grew_is_packed(db: sqlite3.Connection) -> None:
    with packing(db):
        fill(db, LARGE)
        assert empty_pages(db) >= LARGE - 1
    assert empty_pages(db) == 0
    assert db.execute("SELECT count(*) FROM filler").fetchone() == (LARGE,)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_book_that_grew_a_little_is_left_as_it_is(db: sqlite3.Connection) -> None:
    with packing(db):
        fill(db, 10)
    assert empty_pages(db) >= 9


def test_packing_waits_for_nobody(db: sqlite3.Connection, tmp_path: Path) -> None:
    """Another writer keeps the book as it is; what was recorded is there."""
    other = sqlite3.connect(tmp_path / "book.db", isolation_level=None)
    db.execute("PRAGMA busy_timeout = 0")
    with packing(db):
        fill(db, LARGE)
        other.execute("BEGIN IMMEDIATE")
    assert empty_pages(db) >= LARGE - 1
    assert db.execute("SELECT count(*) FROM filler").fetchone() == (LARGE,)
    other.close()
