"""Statements that a spreadsheet or a script saved again say what they said before.

The samples beside this file are written anew as spreadsheets of several countries write
them, and must make the same events; what they then leave open is asked, and a file that ends
in the middle of a row is refused.
"""

import csv
import io
import re
import zoneinfo
from collections.abc import Callable
from pathlib import Path

import pytest

from folio.errors import FolioError, UsageError
from folio.importers import find_profiles, read_statement, written_as
from folio.importers.recognition.csv_file import open_stream
from folio.importers.recognition.head import read_head
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement
from importing import PROFILES, byte_encoding

UTC = zoneinfo.ZoneInfo("UTC")
FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))
every_sample = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
Table = list[list[str]]


def table_of(path: Path, delimiters: tuple[str, ...]) -> Table:
    """The cells of a sample, cut at its own delimiter."""
    text = path.read_text("utf-8")
    sign = max(delimiters, key=text.count)
    return list(csv.reader(io.StringIO(text), delimiter=sign))


def written(folder: Path, table: Table, sign: str, encoding: str = "utf-8") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator="\r\n").writerows(table)
    path = folder / "again.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def padded(table: Table) -> Table:
    """As a spreadsheet does: every row as wide as the widest, and two columns more."""
    width = max(map(len, table)) + 2
    return [row + [""] * (width - len(row)) for row in table]


def events(statement: Statement) -> list[tuple[object, ...]]:
    """What the statement books, in an order of its own."""
    assert [row.reason for row in statement.rows if row.status == BAD] == []
    found: list[tuple[object, ...]] = [
        (
            str(draft.occurred_on),
            draft.kind,
            str(draft.account),
            [(leg.role, str(leg.asset), to_text(leg.quantity)) for leg in draft.legs],
        )
        for draft in statement.drafts
    ]
    return sorted(found, key=str)


def stripped(line: str) -> str:
    """Without the blank cells at the end."""
    return line.rstrip(",;\t")


@every_sample
def test_another_delimiter_and_other_widths_change_nothing(folder: Path, tmp_path: Path) -> None:
    (profile,) = find_profiles(folder / "sample.csv", PROFILES)
    original = read_statement(folder / "sample.csv", profile, UTC)
    table = table_of(folder / "sample.csv", profile.file.delimiters)
    bytes_ = byte_encoding(profile.name)
    for sign, encoding in ((";", "utf-8-sig"), ("\t", "utf-16"), ("|", bytes_), (",", "utf-8")):
        path = written(tmp_path, padded(table), sign, encoding)
        again = read_statement(path, profile, UTC)
        assert events(again) == events(original), sign
        assert again.balances == original.balances
        assert again.notes == original.notes
    narrow = tmp_path / "narrow.csv"
    lines = (folder / "sample.csv").read_text("utf-8").splitlines()
    header = read_head(folder / "sample.csv", "utf-8").header(profile)
    assert header is not None
    narrow.write_text(
        "\n".join([*lines[: header.line], *map(stripped, lines[header.line :])]) + "\n"
    )
    assert events(read_statement(narrow, profile, UTC)) == events(original)


@every_sample
def test_a_row_in_whose_middle_the_file_ends_is_never_booked(folder: Path, tmp_path: Path) -> None:
    (profile,) = find_profiles(folder / "sample.csv", PROFILES)
    text = (folder / "sample.csv").read_text("utf-8").rstrip("\n")
    torn = tmp_path / "torn.csv"
    above, last = text.rsplit("\n", 1)
    torn.write_text(f"{above}\n{last[: len(last) // 3]}", "utf-8")
    assert read_statement(torn, profile, UTC).rows[-1].status != "booked"


@every_sample
def test_a_row_that_lost_its_end_is_never_left_out_unsaid(folder: Path, tmp_path: Path) -> None:
    """It is bad, or still a booking, or named: wherever it is torn between two cells."""
    (profile,) = find_profiles(folder / "sample.csv", PROFILES)
    original = read_statement(folder / "sample.csv", profile, UTC)
    booked = [row for row in original.rows if row.status == "booked" and "\n" not in row.text]
    torn = booked[len(booked) // 2]
    lines = (folder / "sample.csv").read_text("utf-8").split("\n")
    header = read_head(folder / "sample.csv", "utf-8").header(profile)
    assert header is not None
    (cells,) = csv.reader([torn.text], delimiter=header.delimiter)
    for count in range(1, len(cells)):
        if not any(cells[:count]):
            continue  # as a blank line
        out = io.StringIO()
        csv.writer(out, delimiter=header.delimiter, lineterminator="").writerow(cells[:count])
        path = tmp_path / "torn.csv"
        before, after = lines[: torn.line - 1], lines[torn.line :]
        path.write_text("\n".join([*before, out.getvalue(), *after]), "utf-8")
        found = read_statement(path, profile, UTC)
        (status,) = [row.status for row in found.rows if row.line == torn.line]
        assert status in ("booked", BAD) or any(f"line {torn.line} " in n for n in found.notes)


def test_a_spreadsheet_keeps_whole_lines_in_one_column(tmp_path: Path) -> None:
    """Where the file's delimiter is not its own; lines with quotes are quoted once more."""
    sample = Path(__file__).parent / "revolut_de" / "sample.csv"
    (profile,) = find_profiles(sample, PROFILES)
    lines = sample.read_text("utf-8").splitlines()
    for sign in (";", ",", "\t"):
        path = written(tmp_path, [[line, "", ""] for line in lines], sign)
        assert [found.name for found in find_profiles(path, PROFILES)] == ["revolut"]
        again = read_statement(path, profile, UTC)
        assert events(again) == events(read_statement(sample, profile, UTC))


@every_sample
def test_whole_lines_are_in_quotes_only_where_they_need_them(folder: Path, tmp_path: Path) -> None:
    """As a spreadsheet writes its first column: a line with quotes or its own delimiter in it."""
    (profile,) = find_profiles(folder / "sample.csv", PROFILES)
    text = (folder / "sample.csv").read_text("utf-8")
    header = read_head(folder / "sample.csv", "utf-8").header(profile)
    assert header is not None
    sign = "," if header.delimiter == ";" else ";"
    again = read_statement(
        written(tmp_path, [[line] for line in text.split("\n")], sign), profile, UTC
    )
    assert events(again) == events(read_statement(folder / "sample.csv", profile, UTC))


SPREADSHEETS = ["trading212", "revolut", "coinbase", "bitvavo_2022", "swissquote", "wise", "n26_fr"]


def with_commas(cell: str) -> str:
    return cell.replace(".", ",") if re.fullmatch(r"-?\d+\.\d+", cell) else cell


def with_days(like: str) -> Callable[[str], str]:
    return lambda cell: re.sub(r"^(\d{4})-(\d\d)-(\d\d)(?=$|[ T])", like, cell)


@pytest.mark.parametrize("name", SPREADSHEETS)
def test_a_german_spreadsheet_writes_commas_and_days_first(name: str, tmp_path: Path) -> None:
    sample = Path(__file__).parent / name / "sample.csv"
    (profile,) = find_profiles(sample, PROFILES)
    table = table_of(sample, profile.file.delimiters)
    again = [[with_days(r"\3.\2.\1")(with_commas(cell)) for cell in row] for row in table]
    path = written(tmp_path, padded(again), ";", "utf-8-sig")
    if not profile.date.pattern:
        found = read_statement(path, profile, UTC)
        assert events(found) == events(read_statement(sample, profile, UTC))


def test_sections_are_saved_again_too(tmp_path: Path) -> None:
    sample = Path(__file__).parent / "ibkr_activity" / "sample.csv"
    (profile,) = find_profiles(sample, PROFILES)
    original = events(read_statement(sample, profile, UTC))
    table = table_of(sample, (",",))
    days = [[with_days(r"\2/\3/\1")(cell) for cell in row] for row in table]
    assert events(read_statement(written(tmp_path, days, ","), profile, UTC)) == original
    plain = [
        [cell.replace("5,000", "5000").replace("2,500", "2500") for cell in row] for row in days
    ]
    commas = [[with_commas(cell) for cell in row] for row in plain]
    assert events(read_statement(written(tmp_path, commas, ";"), profile, UTC)) == original


KRAKEN = "txid,refid,time,type,subtype,aclass,asset,wallet,amount,fee,balance"


def kraken(*rows: str) -> str:
    return "\n".join([KRAKEN, *rows]).replace(",", ";") + "\n"


def test_what_a_spreadsheet_leaves_open_is_asked(tmp_path: Path) -> None:
    """1.234 is a thousand and more, or one and a bit; 03/04 in March, or in April."""
    path = tmp_path / "ledgers.csv"
    profile = PROFILES["kraken_ledgers"]
    path.write_text(kraken("L1,R1,2025-04-03 10:00:00,deposit,,currency,ZEUR,spot,1.234,0,1.234"))
    with pytest.raises(UsageError, match="--set decimal=point or --set decimal=comma"):
        read_statement(path, profile, UTC)
    (draft,) = read_statement(path, written_as(profile, {"decimal": "point"}), UTC).drafts
    assert to_text(draft.legs[0].quantity) == "1.234"
    path.write_text(kraken("L1,R1,03/04/2025 10:00,deposit,,currency,ZEUR,spot,12.50,0,12.50"))
    with pytest.raises(UsageError, match="'date=%d/%m/%Y %H:%M' or --set 'date=%m/%d/%Y %H:%M'"):
        read_statement(path, profile, UTC)
    said = written_as(profile, {"date": "%m/%d/%Y %H:%M"})
    (draft,) = read_statement(path, said, UTC).drafts
    assert str(draft.occurred_on) == "2025-03-04"
    assert open_stream(path, profile, UTC) is None  # a column decides


def test_days_that_a_spreadsheet_left_stand_among_its_own(tmp_path: Path) -> None:
    """It takes no day from "01/08/2024 as of …"; of 13/01/2024 it would have taken 2024-01-13
    had it read 03/01/2024 as the 3rd of January: beside 2024-01-03, nobody knows what that was.
    """
    header = "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount\n"
    row = "{},MoneyLink Transfer,,Tfr BANK,,,,$10.00\n"
    path = tmp_path / "saved.csv"
    days = ["2024-01-05", "01/08/2024 as of 01/05/2024", "2024-02-03"]
    path.write_text(header + "".join(map(row.format, days)), "utf-8")
    found = read_statement(path, PROFILES["schwab"], UTC)
    said = [str(draft.occurred_on) for draft in found.drafts]
    assert said == ["2024-01-05", "2024-01-08", "2024-02-03"]
    path.write_text(header + "".join(map(row.format, ["2024-01-05", "01/13/2024"])), "utf-8")
    assert [one.status for one in read_statement(path, PROFILES["schwab"], UTC).rows] == [
        BAD,
        "booked",
    ]


def test_months_in_words_stand_among_days_of_a_spreadsheet(tmp_path: Path) -> None:
    """NatWest writes 31/12/2024, of which a spreadsheet makes a day, and 30 Dec 2024."""
    sample = Path(__file__).parent / "natwest" / "sample.csv"
    text = sample.read_text("utf-8")
    path = tmp_path / "saved.csv"
    path.write_text(text.replace("31/12/2024", "2024-12-31"), "utf-8")
    assert path.read_text("utf-8") != text
    found = read_statement(path, PROFILES["natwest"], UTC)
    assert events(found) == events(read_statement(sample, PROFILES["natwest"], UTC))


def test_days_of_eight_digits_are_those_of_iso_8601(tmp_path: Path) -> None:
    sample = Path(__file__).parent / "kraken_ledgers" / "sample.csv"
    table = [[with_days(r"\1\2\3")(cell) for cell in row] for row in table_of(sample, (",",))]
    again = read_statement(written(tmp_path, table, ","), PROFILES["kraken_ledgers"], UTC)
    assert events(again) == events(read_statement(sample, PROFILES["kraken_ledgers"], UTC))


def test_days_behind_a_pattern_are_asked_about_as_well(tmp_path: Path) -> None:
    """XTB writes 2025-08-01, or 01/08/2025: one that a spreadsheet wrote without zeros is asked."""
    text = (Path(__file__).parent / "xtb_2025" / "sample.csv").read_text("utf-8")
    path = tmp_path / "cash.csv"
    path.write_text(re.sub(r"(\d{4})-0?(\d+)-0?(\d+) ", r"\2/\3/\1 ", text), "utf-8")
    with pytest.raises(UsageError, match="could be several days"):
        read_statement(path, PROFILES["xtb"], UTC)


def test_a_row_that_says_too_little_is_still_bad(tmp_path: Path) -> None:
    path = tmp_path / "ledgers.csv"
    good = "L1,R1,2025-04-03 10:00:00,deposit,,currency,ZEUR,spot,12.50,0,12.50"
    path.write_text(
        "\n".join([KRAKEN, good, "a line of text,of nobody", "L2,R2,2025-04-03 10:00:00"]) + "\n"
    )
    rows = read_statement(path, PROFILES["kraken_ledgers"], UTC).rows
    assert [row.status for row in rows] == ["booked", BAD, BAD]


@pytest.mark.parametrize("name", ["schwab", "gemini", "degiro"])
def test_a_blank_may_stand_between_a_delimiter_and_a_quote(name: str, tmp_path: Path) -> None:
    sample = Path(__file__).parent / name / "sample.csv"
    (profile,) = find_profiles(sample, PROFILES)
    path = tmp_path / "blanks.csv"
    lines = (
        ", ".join(f'"{cell}"' for cell in row) for row in table_of(sample, profile.file.delimiters)
    )
    path.write_text("\n".join(lines) + "\n", "utf-8")
    found = read_statement(path, profile, UTC)
    assert events(found) == events(read_statement(sample, profile, UTC))


def test_a_column_between_a_fee_and_its_currency_is_no_currency(tmp_path: Path) -> None:
    """CoinTracking's currencies stand beside their amounts, under one name."""
    sample = Path(__file__).parent / "cointracking" / "sample.csv"
    (profile,) = find_profiles(sample, PROFILES)
    rows = table_of(sample, profile.file.delimiters)
    at = rows[0].index("Fee") + 1

    def with_column(name: str) -> Statement:
        path = tmp_path / "wider.csv"
        wider = ([*row[:at], "" if n else name, *row[at:]] for n, row in enumerate(rows))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(wider)
        return read_statement(path, profile, UTC)

    with pytest.raises(FolioError, match="beside the column Fee stands 'value', and not Cur"):
        with_column("Value")
    bad = {row.line: row.reason for row in with_column("").rows if row.status == BAD}
    fees = [n for n, row in enumerate(rows, 1) if n > 1 and row[at - 1] not in ("", "-")]
    assert bad == dict.fromkeys(fees, "its fee has no currency")
