"""A statement and the copy that a spreadsheet saved of it: the same rows, once.

The copy has semicolons, decimal commas, days first, and times without their seconds.
"""

import csv
import io
import re
from pathlib import Path

import pytest

from folio.cli.importing.laid_out import laid_out
from folio.errors import UsageError
from folio.importers import find_profiles
from importing import PROFILES, ledger, load, new_book
from workbooks import saved

HERE = Path(__file__).parent
BY_TIME = ["etoro", "bux", "crypto_com", "binance_trades", "revolut", "freetrade", "wealthfolio"]


def copied(cell: str) -> str:
    cell = cell.replace(".", ",") if re.fullmatch(r"-?\d+\.\d+", cell) else cell
    cell = re.sub(r"^(\d{4})-(\d\d)-(\d\d)(?=$|[ T])", r"\3.\2.\1", cell)
    cell = re.sub(r"^(\d\d)/(\d\d)/(\d{4})(?=$|[ T])", r"\1.\2.\3", cell)
    return re.sub(r"^(\d\d\.\d\d\.\d{4})[ T](\d\d:\d\d):\d\d.*$", r"\1 \2", cell)


def copy_of(sample: Path, folder: Path) -> Path:
    table = csv.reader(io.StringIO(sample.read_text("utf-8")))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([map(copied, row) for row in table])
    path = folder / "copy.csv"
    path.write_text(out.getvalue(), "utf-8-sig")
    return path


@pytest.mark.parametrize("name", BY_TIME)
def test_a_copy_without_seconds_adds_nothing(name: str, tmp_path: Path) -> None:
    sample = HERE / name / "sample.csv"
    copy = copy_of(sample, tmp_path)
    assert [found.name for found in find_profiles(copy, PROFILES)] == [
        found.name for found in find_profiles(sample, PROFILES)
    ]
    db = new_book(tmp_path)
    first = load(db, sample)
    before = ledger(db)
    again = load(db, copy)
    assert (again.recorded, again.already) == (0, first.recorded)
    assert ledger(db) == before


@pytest.mark.parametrize("name", ["degiro", "kraken_ledgers"])
def test_a_spreadsheet_adds_nothing(name: str, tmp_path: Path) -> None:
    """It keeps days as numbers, and numbers as floating point ones."""
    sample = HERE / name / "sample.csv"
    rows = list(csv.reader(io.StringIO(sample.read_text("utf-8"))))
    db = new_book(tmp_path)
    first = load(db, sample)
    with laid_out([saved(tmp_path / "copy.xlsx", rows)]) as paths:
        again = load(db, *paths)
    assert (again.recorded, again.already) == (0, first.recorded)


def test_a_header_of_a_sheet_may_end_with_a_column_without_a_name(tmp_path: Path) -> None:
    """DEGIRO's orders have their numbers there: a sheet does not say how wide its header is."""
    sample = HERE / "degiro_transactions" / "sample.csv"
    rows = list(csv.reader(io.StringIO(sample.read_text("utf-8"))))[:2]
    assert (rows[0][-1], bool(rows[1][-1])) == ("", True)
    db = new_book(tmp_path)
    load(db, sample)
    with laid_out([saved(tmp_path / "copy.xlsx", rows)]) as paths:
        again = load(db, *paths)
    assert (again.recorded, again.already) == (0, 1)


def test_sentences_keep_the_decimal_sign_that_a_spreadsheet_takes_from_numbers(
    tmp_path: Path,
) -> None:
    """1.234 pieces at 100,00 are bought for 123400, and 2 at 9,833 for 19.666."""
    rows = [
        "Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id".split(","),
        ["2026-01-02", "10:00", "2026-01-02", "BOND A", "IE00LCL00018", "Koop 1.234 @ 100,00 EUR",
         "", "EUR", "-123400", "EUR", "1000", "o1"],
        ["2026-01-03", "10:00", "2026-01-03", "BOND B", "IE00LCL00026", "Koop 2 @ 9,833 EUR",
         "", "EUR", "-19.666", "EUR", "980.334", "o2"],
    ]  # fmt: skip
    db = new_book(tmp_path)
    with laid_out([saved(tmp_path / "copy.xlsx", rows)]) as paths:
        load(db, *paths)
    assert [row[-3] for row in ledger(db) if row[-4] == "asset"] == ["1234", "2"]
    assert [row[-2] for row in ledger(db) if row[-4] == "asset"] == ["100", "9.833"]


def test_a_copy_whose_times_lack_their_zone_is_another_content(tmp_path: Path) -> None:
    """Its instants are not known any more: each row is said, and none is recorded."""
    sample = HERE / "bitpanda" / "sample.csv"
    copy = copy_of(sample, tmp_path)
    db = new_book(tmp_path)
    first = load(db, sample)
    before = ledger(db)
    again = load(db, copy)
    assert (again.recorded, again.conflicts) == (0, first.recorded)
    assert ledger(db) == before


def test_a_copy_without_any_time_is_refused(tmp_path: Path) -> None:
    sample = HERE / "crypto_com" / "sample.csv"
    text = re.sub(r"^([0-9-]{10}) [0-9:]{8}", r"\1", sample.read_text("utf-8"), flags=re.MULTILINE)
    path = tmp_path / "days.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(Exception, match="is no date of this statement"):
        load(new_book(tmp_path), path)


def rewritten(sample: Path, folder: Path, pairs: dict[str, str]) -> Path:
    """The sample with each of these texts replaced."""
    text = sample.read_text("utf-8")
    for old, new in pairs.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "copy.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("turned", [False, True])
def test_a_number_that_lost_the_zeros_before_it_is_the_same_text(
    turned: bool, tmp_path: Path
) -> None:
    sample = HERE / "dkb" / "sample.csv"
    copy = rewritten(sample, tmp_path, {'"000': '"'})
    pair = (copy, sample) if turned else (sample, copy)
    db = new_book(tmp_path)
    assert [load(db, path).recorded for path in pair] == [3, 0]


def test_a_year_that_was_taken_for_a_day_is_refused(tmp_path: Path) -> None:
    """24-10-05 is the 5th of October 2024; in much of Europe a spreadsheet makes it 24.10.2005."""
    sample = HERE / "binance_2025" / "sample.csv"
    copy = tmp_path / "copy.csv"
    turned = re.sub(r"(\d\d)-(\d\d)-(\d\d) ", r"\1.\2.20\3 ", sample.read_text("utf-8"))
    copy.write_text(turned, "utf-8")
    with pytest.raises(Exception, match="is 2001-10-24, before there were such statements"):
        load(new_book(tmp_path), copy)


def test_a_day_that_could_be_a_month_now_is_asked_about(tmp_path: Path) -> None:
    """The bank itself writes 2019-11-04, and 04/11/2019 in France; 11/4/2019 is neither's."""
    sample = HERE / "n26_fr" / "sample.csv"
    copy = tmp_path / "copy.csv"
    turned = re.sub(r'"(\d{4})-(\d\d)-0(\d)"', r"\2/\3/\1", sample.read_text("utf-8"))
    copy.write_text(turned, "utf-8")
    with pytest.raises(UsageError, match="'11/4/2019' could be several days; say which"):
        load(new_book(tmp_path), copy)


def test_an_account_that_lost_the_zeros_before_its_number_is_the_same(tmp_path: Path) -> None:
    sample = HERE / "boursorama" / "sample.csv"
    copy = rewritten(sample, tmp_path, {";000": ";"})
    for number, pair in enumerate([(sample, copy), (copy, sample)]):
        db = new_book(tmp_path / str(number))
        assert [load(db, path).recorded for path in pair] == [4, 0]


# As a spreadsheet takes a number for another one: the thousands of one country are the decimals
# of the next, and what is long is rounded.
TAKEN_WRONG = {
    "parqet": {"2.000": "2", "17,83803": "17,84"},
    "degiro_transactions": {'"-15.000,00"': "-15", '"-15.002,00"': '"-15,00"', "1.200": '"1,2"'},
    "ibkr_activity": {"5,000": "5"},
}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", TAKEN_WRONG)
def test_a_row_with_other_numbers_is_held_back(name: str, turned: bool, tmp_path: Path) -> None:
    sample = HERE / name / "sample.csv"
    copy = rewritten(sample, tmp_path, TAKEN_WRONG[name])
    db = new_book(tmp_path)
    pair = (copy, sample) if turned else (sample, copy)
    first, again = [load(db, path) for path in pair]
    assert again.recorded == 0
    assert again.held >= 1
    assert again.already == first.recorded - again.held


def test_an_id_that_was_rounded_is_refused(tmp_path: Path) -> None:
    sample = HERE / "xtb" / "sample.csv"
    ids = re.findall(r"^(\d+)[;,]", sample.read_text("utf-8"), flags=re.MULTILINE)
    copy = rewritten(sample, tmp_path, {ids[0]: "1,23457E+17"})
    with pytest.raises(Exception, match="is a number that a spreadsheet rounded"):
        load(new_book(tmp_path), copy)


def test_what_a_later_file_may_correct_is_said(tmp_path: Path) -> None:
    """Of a source without ids another amount is another row; that the old one is gone tells."""
    first = tmp_path / "first.csv"
    first.write_text((HERE / "neon" / "sample.csv").read_text("utf-8"), "utf-8")
    text = first.read_text("utf-8")
    db = new_book(tmp_path)
    load(db, first)
    more = tmp_path / "more.csv"  # the same day has one row more
    more.write_text(text + '"2025-02-26";"-1.00";"";"";"";"Tea";;"";"";"no";"no"\n', "utf-8")
    assert load(db, more).notes == ()
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(text.replace("-538.28", "-539.28"), "utf-8")
    (said,) = load(db, corrected).notes
    assert said.startswith("line 2 is new, and transaction 3, of that day too, is not in this file")
    assert said.endswith("if the one corrects the other: folio undo 3")
