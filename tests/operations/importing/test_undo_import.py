"""Undoing an import asks the book for many rows at a time, whatever links them."""

from pathlib import Path

import pytest

from bookkeeper import did
from folio.errors import UnknownName, UsageError
from folio.operations.importing.undo_import import undo_import
from folio.operations.importing.which_import import which_import
from folio.operations.keeping.verify import first_fault
from importing import WHO, ledger, load, new_book

HEAD = "date,account,institution,kind,asset,quantity,external_id\n"


def statement(folder: Path, transfers: int) -> Path:
    """A deposit, and transfers of one unit more each between two accounts, on four days."""
    rows = ["2020-01-01,a,B,deposit,BTC,1000000,d"]
    for n in range(transfers):
        day = f"2020-{1 + n % 4:02}-11"
        rows.append(f"{day},a,B,transfer_out,BTC,{n + 1},o{n}")
        rows.append(f"{day},c,B,transfer_in,BTC,{n + 1},i{n}")
    path = folder / "transfers.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    return path


def questions(folder: Path, transfers: int) -> int:
    """How many the undoing asks; the file counts again after, and is undone again."""
    db = new_book(folder)
    path = statement(folder, transfers)
    assert len(load(db, path).linked) == transfers
    before, asked = ledger(db), list[str]()
    db.set_trace_callback(asked.append)
    assert did(db, WHO, undo_import, 1).reversed == 1 + 2 * transfers
    db.set_trace_callback(None)
    assert ledger(db) == []
    assert load(db, path).recorded == 1 + 2 * transfers
    assert ledger(db) == before
    assert did(db, WHO, undo_import, 2)[1:3] == (1 + 2 * transfers, 0)
    assert first_fault(db) is None
    db.close()
    return sum(text.lstrip().startswith(("SELECT", "WITH")) for text in asked)


def test_twice_as_many_transactions_are_no_more_questions(tmp_path: Path) -> None:
    few, many = (questions(tmp_path / str(n), n) for n in (8, 16))
    assert many == few


def test_an_import_is_called_by_its_file_where_one_that_stands_read_it(tmp_path: Path) -> None:
    db, path = new_book(tmp_path), statement(tmp_path, 1)
    with pytest.raises(UnknownName, match="no import read a file"):
        which_import(db, path.name)
    load(db, path)
    assert which_import(db, "transfers.csv") == which_import(db, str(path)) == 1
    did(db, WHO, undo_import, 1)
    assert which_import(db, "transfers.csv") == 1  # it is the only one all the same
    load(db, path)
    assert which_import(db, "transfers.csv") == 2  # which stands
    (tmp_path / "more").mkdir()
    more = tmp_path / "more" / path.name
    more.write_text(HEAD + "2020-05-01,a,B,deposit,BTC,7,e\n", "utf-8")
    load(db, more)
    with pytest.raises(UsageError, match="imports 2 and 3 read"):
        which_import(db, "transfers.csv")
    assert which_import(db, "3") == 3
    db.close()
