"""The samples beside this file, in a book: what may change in a file, and what may not."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from bookkeeper import did
from folio.errors import BadRows, FolioError
from folio.operations.importing.undo_import import undo_import
from importing import (
    PROFILES,
    WHO,
    book_of,
    currencies,
    facts,
    kinds,
    ledger,
    ledger_of,
    load,
    new_book,
    reassembled,
    totals,
    written,
)

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))
# All tests of one sample run in a row, for it is read once.
every_sample = pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda folder: folder.name, scope="module"
)


def expected_of(folder: Path) -> dict[str, dict[str, str]]:
    found = json.loads((folder / "expected.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def lines_of(folder: Path) -> tuple[list[str], list[str]]:
    """The preamble with the header, and the rows."""
    rows = int(str(expected_of(folder)["rows"]))
    lines = (folder / "sample.csv").read_text("utf-8").rstrip("\n").split("\n")
    return lines[:-rows], lines[-rows:]


def with_headers(folder: Path, rows: list[str], first: int, end: int) -> list[str]:
    """Some rows of a file, and of one with sections every header too."""
    several = PROFILES[str(expected_of(folder)["profile"])].sections is not None
    return [
        row
        for place, row in enumerate(rows)
        if first <= place < end or (several and row.split(",")[1] == "Header")
    ]


def sums(figures: dict[str, str]) -> dict[str, str]:
    return {key: total for key, total in figures.items() if total != "0"}


@every_sample
def test_the_figures_come_out(folder: Path, tmp_path: Path) -> None:
    expected = expected_of(folder)
    db, summary = book_of(folder / "sample.csv", tmp_path, str(expected["zone"]))
    money = currencies(db)
    held = sums(totals(db, ["asset", "cash", "fee", "tax"]))
    assert {key: held[key] for key in held if key in money} == expected["cash"]
    assert {key: held[key] for key in held if key not in money} == expected["holdings"]
    assert sums(totals(db, ["fee"])) == expected["fees"]
    assert sums(totals(db, ["tax"])) == expected["taxes"]
    assert sum(kinds(db).values()) == len(summary.transactions)


@every_sample
def test_the_second_time_nothing_is_recorded(folder: Path, tmp_path: Path) -> None:
    db, first = book_of(folder / "sample.csv", tmp_path)
    before = facts(db)
    head, rows = lines_of(folder)
    for path in (folder / "sample.csv", written(tmp_path, [*head, *rows, "", ""])):
        again = load(db, path)
        assert (again.recorded, again.already) == (0, first.recorded)
        assert again.statement_id is None
    assert facts(db) == before


@every_sample
def test_twice_in_one_command(folder: Path, tmp_path: Path) -> None:
    expected = ledger_of(folder / "sample.csv")
    db = new_book(tmp_path)
    load(db, folder / "sample.csv", folder / "sample.csv")
    assert ledger(db) == expected


@every_sample
def test_overlapping_parts_in_any_order_make_the_whole(folder: Path, tmp_path: Path) -> None:
    expected = ledger_of(folder / "sample.csv")
    head, rows = lines_of(folder)
    cut = len(rows) // 2
    # Cut where no identical rows of one day are torn.
    while rows[cut] == rows[cut - 1]:
        cut -= 1
    parts = [with_headers(folder, rows, 0, cut + 1), with_headers(folder, rows, cut, len(rows))]
    if folder.name == "trading212":
        parts = [rows[:cut], rows]
    for number, order in enumerate(permutations(parts)):
        target = tmp_path / str(number)
        target.mkdir()
        db = new_book(target)
        for index, part in enumerate(order):
            load(db, written(target, head + part, f"{index}.csv"))
        if folder.name == "schwab" and order[0] is parts[0]:
            # The split's ratio follows from what was held before, which came later.
            summary = load(db, target / "0.csv", supersede=True)
            assert len(summary.transactions) == 1
        assert ledger(db) == expected


@pytest.mark.parametrize("name", ["degiro", "degiro_en", "swissquote"])
def test_an_event_of_several_rows_may_be_torn_anywhere(name: str, tmp_path: Path) -> None:
    folder = Path(__file__).parent / name
    expected = ledger_of(folder / "sample.csv")
    head, rows = lines_of(folder)
    for cut in range(1, len(rows) - 1):
        before, here, after = (row[:16] for row in rows[cut - 1 : cut + 2])
        # One part has all the rows of a minute, the other one some of them.
        if before == here == after or here not in (before, after) or rows[cut] == rows[cut - 1]:
            continue
        for number, order in enumerate(permutations([rows[: cut + 1], rows[cut:]])):
            target = tmp_path / f"{cut}-{number}"
            target.mkdir()
            db = new_book(target)
            for index, part in enumerate(order):
                load(db, written(target, head + part, f"{index}.csv"))
            if rows[cut] not in (rows[cut - 1], rows[cut + 1]):
                assert ledger(db) == expected, (cut, order)


@every_sample
def test_a_repeated_row_is_a_second_booking_and_is_said(folder: Path, tmp_path: Path) -> None:
    head, rows = lines_of(folder)
    db, first = book_of(folder / "sample.csv", tmp_path)
    # A row that stands alone: in most samples the last one.
    alone = {"schwab": -3, "trading212": 0, "ibkr_activity": -15, "deutsche_bank": -2}
    alone |= {"ubs_2012": 3}
    footed = ("xtb_2025", "aj_bell", "wealthsimple", "merrill_2025", "mbank")
    footed += ("morgan_stanley_withdrawals", "commsec_trades")
    footed += ("venmo", "mbank_statement")
    alone |= dict.fromkeys(footed, -2) | {"sharesight": -3}
    again = load(db, written(tmp_path, [*head, *rows, rows[alone.get(folder.name, -1)]]))
    assert len(again.transactions) == 1
    assert sum(kinds(db).values()) == len(first.transactions) + 1
    assert any("repeats line" in note for note in again.notes)


@every_sample
def test_a_garbage_row_is_named_and_can_be_left_out(folder: Path, tmp_path: Path) -> None:
    expected = ledger_of(folder / "sample.csv")
    head, rows = lines_of(folder)
    path = written(tmp_path, [*head, *rows[:1], "§ garbage, of nobody", *rows[1:]])
    db = new_book(tmp_path)
    before = facts(db)
    with pytest.raises(BadRows, match=f"line {len(head) + 2}: "):
        load(db, path)
    assert facts(db) == before
    summary = load(db, path, skip_bad=True)
    assert summary.rejected == 1
    assert ledger(db) == expected
    before = facts(db)
    assert load(db, path, skip_bad=True).rejected == 1  # said again, recorded once
    assert facts(db) == before


@every_sample
def test_another_profile_refuses_the_file(folder: Path, tmp_path: Path) -> None:
    """One of them leaves the book as it is; that all refuse is in test_statement_laws.py."""
    db = new_book(tmp_path)
    before = facts(db)
    names = list(PROFILES)
    other = names[names.index(str(expected_of(folder)["profile"])) - 1]
    with pytest.raises(FolioError, match="is not a statement of the profile"):
        load(db, folder / "sample.csv", profile=other)
    assert facts(db) == before


@every_sample
def test_every_line_is_kept(folder: Path, tmp_path: Path) -> None:
    db, summary = book_of(folder / "sample.csv", tmp_path)
    number = summary.statement_id
    assert number is not None
    lines = (folder / "sample.csv").read_text("utf-8").split("\n")
    assert reassembled(db, number) == [line for line in lines if line]


@every_sample
def test_undone_and_imported_again(folder: Path, tmp_path: Path) -> None:
    db, first = book_of(folder / "sample.csv", tmp_path)
    expected = ledger(db)
    assert first.statement_id is not None
    did(db, WHO, undo_import, first.statement_id)
    assert ledger(db) == []
    again = load(db, folder / "sample.csv")
    assert again.recorded == first.recorded
    assert ledger(db) == expected
    revisions = "SELECT DISTINCT revision FROM transactions WHERE id IN ({})"
    marks = ", ".join(map(str, again.transactions))
    assert db.execute(revisions.format(marks)).fetchall() == [(2,)]
    before = facts(db)
    load(db, folder / "sample.csv")
    assert facts(db) == before
