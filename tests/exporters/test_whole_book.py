"""A book exported whole and made again is the same book, to the byte of its export."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper import DERIVED, Bookkeeper, dump
from folio.cli.app import run as folio
from folio.db.file.connection import open_book
from folio.db.file.migrations import SCHEMA_FILE
from folio.db.keeping.whole import TABLES
from folio.errors import FolioError
from folio.operations.keeping.export import export_whole
from folio.operations.keeping.restore import restore
from folio.operations.keeping.verify import faults
from laws.test_rollup_law import COMMANDS, new_book, run


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, min_size=3, max_size=20), indented=st.booleans())
def test_a_book_made_of_its_export_is_the_same(
    folder: Path, commands: list[Any], indented: bool
) -> None:
    keeper = new_book(folder)
    for command in commands:
        run(keeper, command)
    text = "".join(export_whole(keeper.db))
    file, again = folder / "book.json", folder / "again.db"
    for old in folder.glob("again.db*"):
        old.unlink()
    # As another program would lay it out.
    file.write_text(json.dumps(json.loads(text), indent=1) if indented else text, "utf-8")
    db = restore(again, file)
    assert "".join(export_whole(db)) == text
    keeper.rebuild()
    for table in DERIVED:
        if table not in ("daily_runs", "rollup_days", "dirty", "rollup_state"):  # not rolled up yet
            assert dump(db, table) == dump(keeper.db, table)
    db.close()
    keeper.close()


def test_every_table_of_facts_is_exported() -> None:
    facts = SCHEMA_FILE.read_text("utf-8").partition("-- Part 2: DERIVED")[0]
    named = {line.split()[2] for line in facts.splitlines() if line.startswith("CREATE TABLE ")}
    assert named - {"kinds"} == set(TABLES)


def test_an_export_that_was_changed_makes_no_book(tmp_path: Path) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("One")
    keeper.add("deposit", "2025-01-02", "One", "EUR", quantity=100)
    text = "".join(export_whole(keeper.db))
    keeper.close()
    cases = {
        text.replace('"quantity": "100"', '"quantity": "900"'): "was changed after it was recorded",
        text.replace('"head": "', '"head": "9'): "another last commit",
        text.replace('"version": 1', '"version": 2'): "layout 2",
        text.replace('"format": "folio-book"', '"format": "x"'): "no book as folio exports it",
        text[: len(text) // 2]: "no book as folio exports it",
        text + "{": "something follows the end",
        text.replace('"occurred_on": "2025-01-02"', '"occurred": "x"'): "there is no column",
        text.replace('"settings": [', '"sett": ['): "there is no table 'sett'",
        '{"format": "folio-book", "version": 1, "schema": 1, "head": "0-"}': "has no commits",
        "date,account\n": "no book as folio exports it",
        "": "no book as folio exports it",
    }
    for wrong, said in cases.items():
        assert wrong != text
        file = tmp_path / "wrong.json"
        file.write_text(wrong, "utf-8")
        with pytest.raises(FolioError, match=said):
            restore(tmp_path / "new.db", file)
        assert not list(tmp_path.glob("new.db*")), said


def test_init_from_an_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    keeper.account("One")
    keeper.add("deposit", "2025-01-02", "One", "USD", quantity=100)
    keeper.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOLIO_DB", "book.db")
    assert folio(["export", "json", "-o", "book.json"]) == 0
    assert oct((tmp_path / "book.json").stat().st_mode)[-3:] == "600"
    assert folio(["export", "json", "-o", "book.json"]) == 1
    assert folio(["export", "json", "-o", "book.json", "--force"]) == 0
    assert folio(["export", "json", "--account", "One"]) == 2
    assert folio(["init", "--from", "book.json"]) == 1  # a book is there
    assert folio(["init", "--from", "book.json", "--currency", "EUR", "--db", "new.db"]) == 2
    assert folio(["init", "--from", "none.json", "--db", "new.db"]) == 1
    assert not Path("new.db").exists()
    assert folio(["init", "--from", "book.json", "--db", "new.db"]) == 0
    said = capsys.readouterr()
    assert "book.json is there already; replace it with --force" in said.err
    db = open_book(tmp_path / "new.db")
    assert not list(faults(db))
    db.close()
