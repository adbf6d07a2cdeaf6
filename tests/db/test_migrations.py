"""Books of every release come to the newest schema with nothing lost, or stay as they were."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from second_schema import NEXT, add_colours
from sqlite_utils import Database

from folio.db.file import connection
from folio.db.file.connection import APPLICATION_ID, SCHEMA_VERSION, open_book
from folio.db.file.migrations import (
    SCHEMA_FILE,
    STEPS,
    bring_up,
    differences,
    migrate,
    schema_version,
    wanted_things,
)
from folio.db.keeping.proof import head
from folio.db.keeping.whole import TABLES
from folio.errors import FolioError
from folio.operations.keeping.verify import faults

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql"))


def load(text: str, path: Path) -> sqlite3.Connection:
    path.touch(0o600)
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(text)
    return db


def rows(db: sqlite3.Connection) -> dict[str, list[Any]]:
    return {t: db.execute(f"SELECT * FROM {t} ORDER BY {TABLES[t]}").fetchall() for t in TABLES}


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_released_book_comes_to_the_newest_schema(release: Path, tmp_path: Path) -> None:
    """Every row of every fact is there, guarded, and verifies; so does what is derived."""
    path = tmp_path / "book.db"
    with contextlib.closing(load(release.read_text("utf-8"), path)) as db:
        old, before, kept = schema_version(db), rows(db), head(db)
    assert all(before.values()), [table for table in before if not before[table]]
    with contextlib.closing(open_book(path)) as db:
        assert schema_version(db) == SCHEMA_VERSION
        assert list(differences(db)) == []
        assert head(db) == kept
        now = rows(db)
        for table, lines in before.items():
            assert len(now[table]) == len(lines)
            if old == SCHEMA_VERSION:
                assert now[table] == lines
        assert list(faults(db, kept)) == []
    assert (tmp_path / "backups").exists() == (old < SCHEMA_VERSION)


def test_the_schema_file_changes_with_a_step() -> None:
    """The newest release's book has the schema file's schema, if no step leads on from it.

    Before the first release: ``python tests/db/releases/make.py`` writes the book anew.  After
    it: raise SCHEMA_VERSION, add a step, and leave the released books as they are.
    """
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.executescript(RELEASES[-1].read_text("utf-8"))
        if schema_version(db) == SCHEMA_VERSION:
            assert [str(one) for one in differences(db)] == []


def test_there_is_a_step_from_every_schema() -> None:
    assert sorted(STEPS) == list(range(1, SCHEMA_VERSION))


# -- an invented second schema -----------------------------------------------------------------


def forget_the_guards(db: Database) -> None:
    add_colours(db)
    db.conn.execute("DROP TRIGGER vaults_are_never_changed")


def lose_a_vault(db: Database) -> None:
    db.conn.execute("DROP TRIGGER vaults_are_never_removed")
    guard = wanted_things()["trigger", "vaults_are_never_removed"][3]
    db.conn.execute("DELETE FROM vaults")
    db.conn.execute(guard)


def stumble(db: Database) -> None:
    add_colours(db)
    raise sqlite3.OperationalError("no such column: shade")


@pytest.fixture
def old(tmp_path: Path) -> Any:
    db = load(RELEASES[-1].read_text("utf-8"), tmp_path / "book.db")
    db.execute("PRAGMA user_version = 1")
    yield db
    db.close()


def test_a_step_keeps_every_row_and_guard(old: sqlite3.Connection, tmp_path: Path) -> None:
    before = old.execute("SELECT * FROM vaults").fetchall()
    said = bring_up(old, tmp_path / "book.db", steps={1: add_colours}, schema=NEXT)
    assert schema_version(old) == 2
    assert old.execute("SELECT * FROM vaults").fetchall() == [(None, *row) for row in before]
    assert list(differences(old, NEXT)) == []
    with pytest.raises(sqlite3.IntegrityError, match="never removed"):
        old.execute("DELETE FROM vaults")
    assert old.execute("PRAGMA foreign_keys").fetchone() == (1,)
    (kept,) = (tmp_path / "backups").iterdir()
    assert kept.name in said
    assert kept.stat().st_mode & 0o777 == 0o600
    with contextlib.closing(sqlite3.connect(kept)) as copy:
        assert schema_version(copy) == 1
        assert copy.execute("SELECT * FROM vaults").fetchall() == before


def test_steps_follow_one_another(old: sqlite3.Connection) -> None:
    migrate(old, {1: lambda db: None, 2: add_colours}, NEXT)
    assert schema_version(old) == 3
    migrate(old, {1: stumble, 2: stumble}, NEXT)  # there is nothing left to do
    assert schema_version(old) == 3


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (stumble, "no such column: shade"),
        (forget_the_guards, "the trigger vaults_are_never_changed is missing"),
        (lose_a_vault, "refers to a row of vaults"),
    ],
)
def test_a_step_that_fails_leaves_the_book_as_it_was(
    old: sqlite3.Connection, tmp_path: Path, step: Any, why: str
) -> None:
    before = list(old.iterdump())
    schema = SCHEMA_FILE.read_text("utf-8") if step is lose_a_vault else NEXT
    with pytest.raises(FolioError, match=why) as refused:
        bring_up(old, tmp_path / "book.db", steps={1: step}, schema=schema)
    assert "it is as it was" in str(refused.value)
    assert list(old.iterdump()) == before
    assert schema_version(old) == 1


def test_a_book_is_brought_up_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next release's folio opens a book of this one, and says so once."""
    from folio.db.file import migrations

    (tmp_path / "next.sql").write_text(NEXT, "utf-8")
    monkeypatch.setattr(connection, "SCHEMA_VERSION", 2)
    monkeypatch.setattr(migrations, "SCHEMA_FILE", tmp_path / "next.sql")
    monkeypatch.setattr(migrations, "bring_up", lambda db, path: bring_up(
        db, path, steps={1: add_colours}))  # fmt: skip
    path = tmp_path / "book.db"
    load(RELEASES[-1].read_text("utf-8"), path).close()
    told: list[str] = []
    open_book(path, told=told.append).close()
    open_book(path, told=told.append).close()
    assert len(told) == 1
    assert "from schema 1 to 2" in told[0]
    monkeypatch.undo()
    with pytest.raises(FolioError, match=r"newer folio \(schema 2, this one knows 1\)"):
        open_book(path)


def test_the_stored_book_is_one() -> None:
    text = RELEASES[-1].read_text("utf-8")
    assert text.startswith(f"PRAGMA application_id = {APPLICATION_ID};")
