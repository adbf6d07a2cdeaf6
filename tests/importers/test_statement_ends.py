"""What stands in a statement above and below its bookings, and where a file was cut off."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from folio.importers import find_profiles, load_profiles, read_statement
from folio.importers.recognition.csv_file import open_stream
from folio.model.numbers import to_text
from folio.model.statements import BAD, BOOKED, SKIPPED, Statement

PROFILES = load_profiles(None)
ZONE = ZoneInfo("Europe/Berlin")
TRADING212 = (
    "Action,Time,ISIN,Ticker,Name,No. of shares,Total,Currency (Total),ID",
    "Deposit,2024-03-01 10:00:00,,,,,1250.00,EUR,1",
    "Withdrawal,2024-03-08 10:00:00,,,,,-50.00,EUR,2",
)
N26 = (
    '"Date","Payee","Account number","Transaction type","Payment reference","Amount (EUR)"',
    '"2024-03-01","Work","DE1","Income","Pay","1250.00"',
    '"2024-03-08","Balance Gym","DE2","Direct Debit","March","-50.00"',
)
DKB = (
    '"Girokonto";"DE02120300000000202051"',
    '"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";'
    '"Verwendungszweck";"Umsatztyp";"IBAN";"Betrag (€)"',
    '"01.03.24";"01.03.24";"Gebucht";"A";"B";"C";"Eingang";"";"1.250,00"',
    '"08.03.24";"08.03.24";"Gebucht";"A";"B";"D";"Ausgang";"";"-50,00"',
)


def path_of(tmp_path: Path, *lines: str, end: str = "\n") -> Path:
    path = tmp_path / "statement.csv"
    path.write_text("\n".join(lines) + end, encoding="utf-8")
    return path


def read(path: Path) -> Statement:
    (profile,) = find_profiles(path, PROFILES)
    return read_statement(path, profile, ZONE)


def of_status(statement: Statement, status: str) -> list[int]:
    return [row.line for row in statement.rows if row.status == status]


def amounts(statement: Statement) -> list[str]:
    return [to_text(leg.quantity) for draft in statement.drafts for leg in draft.legs]


@pytest.mark.parametrize(
    "beside",
    [
        "Total,,,,,,1200.00,EUR,",
        "Total,1200.00",
        ",,,,Grand total (EUR),,1 200.00,,",
        "Totals:",
        "",
        "Closing balance as of 31.03.2024,,,,,,$1200.00",
        "These figures were made without any warranty, and no guarantee is given.",
    ],
)
def test_a_line_below_the_bookings_is_said_and_no_booking(beside: str, tmp_path: Path) -> None:
    statement = read(path_of(tmp_path, *TRADING212, beside))
    assert amounts(statement) == ["1250", "-50"]
    assert (of_status(statement, SKIPPED), of_status(statement, BAD)) == ([4] * bool(beside), [])
    assert [note.split(" (")[0] for note in statement.notes] == ["line 4 is left out"] * bool(
        beside
    )


@pytest.mark.parametrize("beside", ["Endsaldo;;;;;;;;1.200,00", "Summe:;1.200,00 €", "Gesamt;"])
def test_a_total_in_another_language(beside: str, tmp_path: Path) -> None:
    statement = read(path_of(tmp_path, *DKB, beside))
    assert amounts(statement) == ["1250", "-50"]
    assert (of_status(statement, SKIPPED), of_status(statement, BAD)) == ([5], [])


@pytest.mark.parametrize(
    "garbage",
    [
        ',"Balance Gym",,"Direct Debit",,-50.00',  # a booking without its date
        ',"Total Energies",,,,-50.00',
        ',"Balance Gym",,,,-50.00',
        "garbage",
        "Total,2024-03-09,,,,-50.00",
        '"2024-03-09,Balance Gym,DE2,Direct Debit,March,-50.00"',  # a row in quotes
        "99,99,99,99,99,99",
    ],
)
def test_a_row_that_may_be_a_booking_is_bad(garbage: str, tmp_path: Path) -> None:
    statement = read(path_of(tmp_path, *N26, garbage))
    assert amounts(statement) == ["1250", "-50"]
    assert of_status(statement, BAD) == [4]


def test_a_balance_above_the_bookings_is_no_end(tmp_path: Path) -> None:
    header, *rows = N26
    statement = read(path_of(tmp_path, header, "Opening balance,,,,,0.00", *rows))
    assert amounts(statement) == ["1250", "-50"]
    assert (of_status(statement, SKIPPED), of_status(statement, BAD)) == ([2], [])


@pytest.mark.parametrize("between", ["Total,,,,,1200.00", "Bookings of the second account 4711"])
def test_bookings_below_a_total_may_be_those_of_another_account(
    between: str, tmp_path: Path
) -> None:
    path = path_of(tmp_path, *N26, between, '"2024-03-09","Shop","DE3","Card","x","-7.00"')
    statement = read(path)
    assert amounts(statement) == ["1250", "-50"]
    (bad,) = [row for row in statement.rows if row.status == BAD]
    assert (bad.line, "line 4" in bad.reason) == (5, True)


def test_a_stream_knows_its_end_too(tmp_path: Path) -> None:
    path = path_of(
        tmp_path,
        "date,account,institution,kind,asset,quantity,price,currency,fee,external_id",
        "2025-01-01,Cash,Bank,deposit,EUR,5000,1,EUR,0,a1",
        "Total,,,,,5000",
        "2025-01-02,Cash,Bank,deposit,EUR,70,1,EUR,0,a2",
    )
    (profile,) = find_profiles(path, PROFILES)
    stream = open_stream(path, profile, ZONE)
    assert stream is not None
    rows = [row for piece in stream.pieces(1) for row in piece.rows]
    assert [(row.line, row.status) for row in rows[1:]] == [(2, BOOKED), (3, SKIPPED), (4, BAD)]


def test_a_last_amount_without_a_line_end_may_not_be_whole(tmp_path: Path) -> None:
    whole, cut = path_of(tmp_path, *N26[:2]), '"2024-03-08","Gym","DE2","Direct Debit","March",-5'
    assert read(whole).notes == ()
    assert read(path_of(tmp_path, *N26[:2], cut, end="")).notes == (
        "line 3 has no line end: if the file was cut off there, -5 is not whole",
    )


VANGUARD = ("Date,Details,Amount,Balance", '02/01/2023,Regular Deposit,"2,000.00","2,120.00"')


@pytest.mark.parametrize("says", ["Opening balance", "Balance brought forward", "BALANCE B/F"])
def test_a_balance_with_a_day_is_said_and_no_booking(says: str, tmp_path: Path) -> None:
    header, row = VANGUARD
    statement = read(path_of(tmp_path, header, f'01/01/2023,{says},,"120.00"', row))
    assert amounts(statement) == ["2000"]
    assert (of_status(statement, SKIPPED), of_status(statement, BAD)) == ([2], [])
    assert [note.split(" (")[0] for note in statement.notes] == ["line 2 is left out"]
    assert [to_text(stated.balance) for stated in statement.balances] == ["2120"]


@pytest.mark.parametrize("row", ["Account Fee,,118.25", "Opening balance,1.x,118.25", "Balance,,"])
def test_a_row_with_a_day_and_no_amount_is_bad(row: str, tmp_path: Path) -> None:
    statement = read(path_of(tmp_path, *VANGUARD, f"03/01/2023,{row}"))
    assert (amounts(statement), of_status(statement, BAD)) == (["2000"], [3])


BARCLAYS = ("Number,Date,Account,Amount,Subcategory,Memo", ",09/09/2024,20 1,-10.99,DD,ENERGY")


@pytest.mark.parametrize(("cut", "told"), [("ENER", "ENER"), ("", "its last cell")])
def test_a_last_word_without_a_line_end_may_not_be_whole(
    cut: str, told: str, tmp_path: Path
) -> None:
    whole = read(path_of(tmp_path, *BARCLAYS))
    torn = read(path_of(tmp_path, *BARCLAYS, f",10/09/2024,20 1,-11.00,DD,{cut}", end=""))
    assert whole.notes == ()
    assert torn.notes == (
        f"line 3 has no line end: if the file was cut off there, {told} is not whole",
    )


def test_a_row_that_is_cut_before_its_first_word_is_bad(tmp_path: Path) -> None:
    statement = read(path_of(tmp_path, *BARCLAYS, ",", end=""))
    assert of_status(statement, BAD) == [3]


SCHWAB = (
    "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount",
    "03/01/2024,MoneyLink Transfer,,Tfr BANK,,,,$1000.00",
    "03/04/2024,Buy,FOO,FOO CORP,5,$90.00,$1.00,-$451.00",
    "03/05/2024,Journaled Shares,BAR,BAR CORP,877,,,",
    "03/06/2024,Journaled Shares,BAR,BAR CORP,-3,,,",
)


@pytest.mark.parametrize("cells", range(1, 8))
def test_a_row_in_the_middle_that_lost_its_end_is_bad(cells: int, tmp_path: Path) -> None:
    """Two rows have their blank cells: a row without is no shorter one, whatever is left of it."""
    torn = ",".join(SCHWAB[2].split(",")[:cells])
    path = path_of(tmp_path, *SCHWAB[:2], torn, *SCHWAB[3:])
    assert of_status(read(path), BAD) == [3]
    assert of_status(read(path), BOOKED) == [2, 4, 5]


LLOYDS = (
    "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,"
    "Debit Amount,Credit Amount,Balance",
    "05/03/2024,DD,'11-11-11,12345678,WATER,10.00,,990.00",
    "04/03/2024,FPI,'11-11-11,12345678,WORK,,900.00,1000.00",
    "01/03/2024,FPI,'11-11-11,12345678,SAVED,,100.00,100.00",
)


@pytest.mark.parametrize("cells", range(1, 7))
def test_a_booking_without_an_amount_that_lost_its_end_is_bad(cells: int, tmp_path: Path) -> None:
    """No row has a blank last cell; one whose two amounts are lost would move nothing."""
    torn = ",".join(LLOYDS[2].split(",")[:cells])
    statement = read(path_of(tmp_path, *LLOYDS[:2], torn, LLOYDS[3]))
    assert (of_status(statement, BAD), of_status(statement, BOOKED)) == ([3], [2, 4])


def test_one_booking_that_is_shorter_than_all_others_is_told(tmp_path: Path) -> None:
    torn = LLOYDS[2].removesuffix(",1000.00")
    notes = read(path_of(tmp_path, *LLOYDS[:2], torn, LLOYDS[3])).notes
    assert [note for note in notes if "cells" in note] == [
        "line 3 has 7 cells and every other booking 8: if its end was lost, undo the import and "
        "export the statement again"
    ]
    twice = [row.removesuffix(",1000.00") for row in LLOYDS]
    assert not any("cells" in note for note in read(path_of(tmp_path, *twice[:3])).notes)


def test_a_file_may_leave_out_blank_cells_at_the_ends(tmp_path: Path) -> None:
    rows = [row.rstrip(",") for row in SCHWAB]
    assert of_status(read(path_of(tmp_path, *rows)), BOOKED) == [2, 3, 4, 5]


def test_a_total_in_fewer_cells_is_no_row_that_lost_its_end(tmp_path: Path) -> None:
    statement = read(path_of(tmp_path, *SCHWAB, "Transactions Total,$549.00"))
    assert (of_status(statement, SKIPPED), of_status(statement, BAD)) == ([6], [])


def test_a_blank_last_cell_that_no_other_row_has_is_told(tmp_path: Path) -> None:
    """Nobody reads what an order was; a file that ends there ends in the middle of its row."""
    rows = (
        "tradeCreatedAt;orderId;symbol;side;price;size;funds;fee;liquidity;feeCurrency;orderType",
        "17.11.2021 10:21:26;6194;AVAX-USDT;buy;95,25;20,5;1952,625;1,95;taker;USDT;limit",
        "18.11.2021 10:21:26;6195;AVAX-USDT;buy;95,25;20,5;1952,625;1,95;taker;USDT;",
    )
    assert read(path_of(tmp_path, *rows)).notes == ()
    assert read(path_of(tmp_path, *rows, end="")).notes == (
        "line 3 has no line end: if the file was cut off there, its last cell is not whole",
    )


def test_words_that_a_quote_ends_are_whole(tmp_path: Path) -> None:
    rows = ("Number,Date,Account,Amount,Subcategory,Memo", ',09/09/2024,20 1,-10.99,DD,"ENERGY"')
    assert read(path_of(tmp_path, *rows, end="")).notes == ()


def test_a_blank_id_without_a_line_end_is_told(tmp_path: Path) -> None:
    """Cash has none; a trade that lost its own would be another one when it comes again."""
    rows = TRADING212[0], f"{TRADING212[1][:-1]}"
    assert read(path_of(tmp_path, *rows, TRADING212[2])).notes == ()
    assert read(path_of(tmp_path, *rows, TRADING212[2][:-1], end="")).notes == (
        "line 3 has no line end: if the file was cut off there, its last cell is not whole",
    )


@pytest.mark.parametrize("cut", ["Deposits & Withdrawals", "Deposits & Withdrawals,Dat"])
def test_a_row_that_is_cut_before_its_section_says_what_it_is_is_bad(
    cut: str, tmp_path: Path
) -> None:
    rows = (
        "Statement,Header,Field Name,Field Value",
        "Statement,Data,Title,Activity Statement",
        "Deposits & Withdrawals,Header,Currency,Settle Date,Description,Amount",
        "Deposits & Withdrawals,Data,USD,2024-01-02,Electronic Fund Transfer,5000",
    )
    statement = read(path_of(tmp_path, *rows, cut, end=""))
    assert (amounts(statement), of_status(statement, BAD)) == (["5000"], [5])
