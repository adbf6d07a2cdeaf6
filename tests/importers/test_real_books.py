"""Statements as institutions wrote them, from the folder that FOLIO_SAMPLES names, in a book.

Every figure is read from the ledger.
"""

import contextlib
import io
import os
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest
from real_truths import TRUTH

from folio.cli.app import run
from folio.errors import BadRows
from folio.importers import find_profiles
from importing import (
    PROFILES,
    book_of,
    commits,
    currencies,
    kinds,
    ledger,
    ledger_of,
    load,
    new_book,
    paid,
    totals,
    written,
)

FOLDER = os.environ.get("FOLIO_SAMPLES", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="FOLIO_SAMPLES is not set")


# All tests of one file run in a row, for it is read once.
every_file = pytest.mark.parametrize(
    "name", TRUTH, ids=lambda name: Path(name).stem[:20], scope="module"
)
EVERY = [*TRUTH, "schwab_csv/reinvest_corporate_actions.csv"]
# With a preamble, without one, with balances, with corporate actions, with events of many rows.
FROM_THE_COMMAND_LINE = (
    "coinbase_csv/tax_report_2019_preamble.csv",
    "binance_csv/statement_uabean.csv",
    "wise_csv/personal_new_format_eur.csv",
    "schwab_csv/reinvest_corporate_actions.csv",
    "degiro_account_csv/account_fr_236rows.csv",
)
every_profiled_file = pytest.mark.parametrize(
    "name", EVERY, ids=lambda name: Path(name).stem[:20], scope="module"
)


def lines_of(name: str) -> tuple[list[str], list[str]]:
    """The preamble with the header, and the rows; line ends removed."""
    text = (Path(FOLDER) / name).read_text("utf-8-sig")
    lines = [line.rstrip("\r") for line in text.split("\n")]
    while not lines[-1].strip():
        lines.pop()
    rows = TRUTH[name].rows if name in TRUTH else 120
    return lines[:-rows], lines[-rows:]


@every_file
def test_the_figures_come_out(name: str, tmp_path: Path) -> None:
    truth = TRUTH[name]
    db, summary = book_of(Path(FOLDER) / name, tmp_path)
    assert (summary.profile, summary.rows, summary.recorded) == truth[:3]
    money = currencies(db)
    held = totals(db)
    assert {key: total for key, total in held.items() if key in money} == truth.cash
    assert {key: total for key, total in held.items() if key not in money} == truth.holdings
    assert totals(db, ["fee"]) == truth.fees
    assert totals(db, ["tax"]) == truth.taxes
    assert not totals(db, ["external"])
    if truth.transactions:
        assert kinds(db) == truth.transactions
    assert sum(kinds(db).values()) == len(summary.transactions)


@every_profiled_file
def test_the_second_time_nothing_is_recorded(name: str, tmp_path: Path) -> None:
    db, first = book_of(Path(FOLDER) / name, tmp_path)
    before = commits(db)
    head, rows = lines_of(name)
    copy = written(tmp_path, [*head, *rows, ""], "renamed.csv")
    for path in (Path(FOLDER) / name, copy):  # the same bytes, and other bytes
        again = load(db, path)
        assert (again.recorded, again.already) == (0, first.recorded)
        assert again.statement_id is None
    assert commits(db) == before


@every_profiled_file
def test_overlapping_parts_in_any_order_make_the_whole(name: str, tmp_path: Path) -> None:
    head, rows = lines_of(name)
    if len(rows) == 1:
        pytest.skip("one row has no parts")
    expected = ledger_of(Path(FOLDER) / name)
    third = max(1, len(rows) // 3)
    parts = [rows[: 2 * third + 1], rows[third:]]
    for number, order in enumerate(permutations(parts)):
        folder = tmp_path / str(number)
        folder.mkdir()
        db = new_book(folder)
        for index, part in enumerate(order):
            load(db, written(folder, head + part, f"{index}.csv"))
        assert ledger(db) == expected


@every_profiled_file
def test_bytes_and_order_change_nothing(name: str, tmp_path: Path) -> None:
    head, rows = lines_of(name)
    expected = ledger_of(Path(FOLDER) / name)
    text = "\n".join([*head, *rows]) + "\n"
    turned = "\n".join([*head, *reversed(rows)]) + "\n"
    mixed = "\n".join([*head, *rows[1::2], *rows[::2]]) + "\n"
    for number, variant in enumerate(
        (
            text.replace("\n", "\r\n").encode(),
            b"\xef\xbb\xbf" + turned.encode(),
            mixed.replace("\u202f", "\u00a0").encode("cp1252"),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        db = new_book(folder)
        (folder / "variant.csv").write_bytes(variant)
        load(db, folder / "variant.csv")
        assert ledger(db) == expected, number


@every_file
def test_a_repeated_row_is_a_second_booking_and_is_said(name: str, tmp_path: Path) -> None:
    head, rows = lines_of(name)
    db = new_book(tmp_path)
    before = load(db, written(tmp_path, head + rows))
    repeated = rows[-1]
    after = load(db, written(tmp_path, [*head, *rows, repeated], "repeated.csv"))
    if TRUTH[name].profile == "kraken_ledgers":
        # A staking copy stays pending, however often it stands there.
        assert after.rows == before.rows + 1
        return
    assert len(after.transactions) == 1
    assert any("repeats line" in note for note in after.notes)


@every_profiled_file
def test_a_garbage_row_is_named_and_can_be_left_out(name: str, tmp_path: Path) -> None:
    head, rows = lines_of(name)
    expected = ledger_of(Path(FOLDER) / name)
    path = written(tmp_path, [*head, *rows, "§ garbage, of nobody"])
    db = new_book(tmp_path)
    before = commits(db)
    with pytest.raises(BadRows, match=f"line {len(head) + len(rows) + 1}: "):
        load(db, path)
    assert commits(db) == before
    summary = load(db, path, skip_bad=True)
    assert summary.rejected == 1
    assert ledger(db) == expected


@every_profiled_file
def test_no_other_profile_takes_the_file_for_its_own(name: str) -> None:
    """Which then refuses it: see test_statement_laws.py."""
    assert len(find_profiles(Path(FOLDER) / name, PROFILES)) == 1


def test_a_dividend_that_was_reversed_and_the_closing_balance(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    load(db, Path(FOLDER) / "vanguard_uk_csv/cash_report.csv")
    dividends = paid(db, "dividend")
    assert sorted(dividends) == ["-170.83", "170.83", "170.83", "225.83"]
    assert db.execute("SELECT balance, source FROM observations").fetchall() == [
        ("23.59", "statement-close")
    ]
    assert db.execute("SELECT unexplained FROM positions WHERE unexplained <> '0'").fetchall() == []


def test_corporate_actions_are_recorded_and_what_is_short_is_a_finding(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    summary = load(db, Path(FOLDER) / "schwab_csv/reinvest_corporate_actions.csv")
    assert (summary.rows, summary.recorded, summary.skipped) == (120, 119, 1)
    reasons = db.execute("SELECT text, reason FROM statement_rows WHERE status = 'skipped'")
    assert all(reason for _, reason in reasons)
    assert not kinds(db).get("unknown")
    said = folio(tmp_path, "status", "-O", "csv").stdout
    short = [key for key, total in totals(db).items() if total.startswith("-")]
    assert short
    for key in short:
        assert f"{key}" in said, key


class Ended(NamedTuple):
    code: int
    stdout: str
    stderr: str


def folio(folder: Path, *words: str, code: int | None = None) -> Ended:
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        patch.setenv("FOLIO_TODAY", "2026-01-02")
        patch.setenv("COLUMNS", "200")
        ended = run(["--db", str(folder / "folio.db"), *words])
    if code is not None:
        assert ended == code, err.getvalue()
    return Ended(ended, out.getvalue(), err.getvalue())


@pytest.mark.parametrize("name", FROM_THE_COMMAND_LINE, ids=lambda name: Path(name).stem[:20])
def test_from_the_command_line(name: str, tmp_path: Path) -> None:
    new_book(tmp_path).close()
    path = Path(FOLDER) / name
    said = folio(tmp_path, "import", str(path), "--create", code=0).stderr
    count = len(lines_of(name)[1])
    assert f"{count} row{'s' * (count != 1)} read" in said
    assert "0 recorded" in folio(tmp_path, "import", str(path), "--create", code=0).stderr
    head, rows = lines_of(name)
    bad = written(tmp_path, [*head, *rows, "§ garbage, of nobody"], "bad.csv")
    refused = folio(tmp_path, "import", str(bad), "--create", code=1)
    assert f"line {len(head) + len(rows) + 1}: " in refused.stderr
    said = folio(tmp_path, "import", str(bad), "--create", "--skip-bad", code=0).stderr
    assert "1 rejected" in said
    assert "rejected row" in folio(tmp_path, "status", "-O", "csv", code=3).stdout
