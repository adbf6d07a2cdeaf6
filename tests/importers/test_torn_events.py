"""Events of several rows that the end of a file tears: the whole event is what counts."""

import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bookkeeper import did
from folio.importers import read_statement
from folio.operations.importing.undo_import import undo_import
from importing import PROFILES, WHO, facts, ledger, ledger_of, load, new_book, totals

HERE = Path(__file__).parent
JOINED = sorted(
    path.parent
    for path in HERE.glob("*/expected.json")
    if PROFILES[json.loads(path.read_text("utf-8"))["profile"]].joins
)


def written(folder: Path, lines: list[str]) -> Path:
    folder.mkdir()
    path = folder / "part.csv"
    path.write_text("".join(lines), "utf-8")
    return path


def torn(path: Path, profile: str) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """A file's head and two overlapping parts of it, where an event of each kind is torn.

    Every event is whole in one part.
    """
    statement = read_statement(path, PROFILES[profile], ZoneInfo("UTC"))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    top = statement.rows[0].line - 1
    head, rows = lines[:top], lines[top:]
    events = [draft for draft in statement.drafts if len(draft.lines) > 1]
    for draft in {draft.kind: draft for draft in events}.values():
        first, last = draft.lines[0] - top - 1, draft.lines[-1] - top - 1
        for one, other in ((last + 1, last), (first + 1, first)):
            if all(d.lines[-1] <= top + one or d.lines[0] > top + other for d in events):
                yield head, rows[:one], rows[other:]


@pytest.mark.parametrize("folder", JOINED, ids=lambda folder: folder.name)
def test_halves_that_tear_an_event_make_the_whole(folder: Path, tmp_path: Path) -> None:
    profile = json.loads((folder / "expected.json").read_text("utf-8"))["profile"]
    whole = ledger_of(folder / "sample.csv")
    for number, (head, one, other) in enumerate(torn(folder / "sample.csv", profile)):
        for order, parts in enumerate(((one, other), (other, one))):
            place = tmp_path / f"{number}-{order}"
            place.mkdir()
            db = new_book(place)
            for index, part in enumerate(parts):
                load(db, written(place / str(index), head + part))
            assert ledger(db) == whole, (number, order)
            before = facts(db)
            load(db, folder / "sample.csv")
            assert facts(db) == before


MOVED = """User_ID,UTC_Time,Account,Operation,Coin,Change,Remark
42,2021-07-01 10:00:00,Spot,Deposit,USDT,80,
42,2021-07-11 10:00:00,Spot,Transfer Between Main and Funding Wallet,USDT,-50,
42,2021-07-11 10:00:01,Funding,Transfer Between Main and Funding Wallet,USDT,50,
"""


def test_half_of_a_move_between_wallets_is_taken_back_when_the_other_half_comes(
    tmp_path: Path,
) -> None:
    lines = MOVED.splitlines(keepends=True)
    half, moved = written(tmp_path / "half", lines[:3]), written(tmp_path / "whole", lines)
    db = new_book(tmp_path)
    load(db, half)
    assert totals(db) == {"USDT": "30"}
    summary = load(db, moved)
    assert (summary.recorded, summary.already, summary.skipped) == (0, 1, 2)
    assert totals(db) == {"USDT": "80"}
    before = facts(db)
    again = load(db, written(tmp_path / "again", [*lines[:3], "\n"]))  # and it stays so
    assert (again.recorded, again.already, again.skipped) == (0, 1, 1)
    assert facts(db) == before


def test_an_event_that_was_undone_is_recorded_again(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    first = load(db, HERE / "binance" / "sample.csv")
    expected = ledger(db)
    assert first.statement_id is not None
    did(db, WHO, undo_import, first.statement_id)
    assert ledger(db) == []
    load(db, HERE / "binance" / "sample.csv")
    assert ledger(db) == expected


@pytest.mark.parametrize("folder", JOINED, ids=lambda folder: folder.name)
def test_a_part_of_a_file_that_is_in_the_book_adds_nothing(folder: Path, tmp_path: Path) -> None:
    """Wherever it is cut: a row that an event's id is made of is known by it, torn off too."""
    db = new_book(tmp_path)
    load(db, folder / "sample.csv")
    before = ledger(db)
    profile = json.loads((folder / "expected.json").read_text("utf-8"))["profile"]
    for number, (head, one, other) in enumerate(torn(folder / "sample.csv", profile)):
        for index, part in enumerate((one, other)):
            again = load(db, written(tmp_path / f"{number}-{index}", head + part))
            assert (again.recorded, again.conflicts, again.held) == (0, 0, 0)
    assert ledger(db) == before
