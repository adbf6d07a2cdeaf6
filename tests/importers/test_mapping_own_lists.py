"""What people keep themselves, and banks of several countries: worked out by hand."""

from pathlib import Path

import pytest
from mapped import questions, read, said

from folio.errors import FolioError

SAVINGS = (
    "Family savings 2024,,,,\n,,,,\nDate,Who,What,In (€),Out (€),Left (€)\n"
    '05/01/2024,Anna,Salary share,"1.200,00",,"1.200,00"\n'
    '17/01/2024,Ben,Holiday fund,,"350,50","849,50"\n'
    '31/01/2024,,Interest,"1,25",,"850,75"\n,,Total,"1.201,25","350,50",\n'
)
BRAZIL = (
    "Data;Histórico;Crédito (R$);Débito (R$);Saldo (R$)\n"
    "12/01/2024;PIX RECEBIDO;2.500,50;;3.500,50\n14/01/2024;BOLETO;;-1.200,25;2.300,25\n"
)
BESIDE = "Data;Histórico;Valor\n14/01/2024;BOLETO;R$ -1.200,25\n15/01/2024;PIX;R$ 10,00\n"
INDIA = (
    "Date,Narration,Debit Amount,Credit Amount,Closing Balance,Currency\n"
    "17/04/24,UPI-SWIGGY,450.00,0.00,25550.00,INR\n18/04/24,SALARY,0.00,125000.00,150550.00,INR\n"
)
JAPAN = (
    '日付,内容,出金金額(円),入金金額(円),残高(円)\n2024/1/5,給与,,"250,000","350,000"\n'
    '2024/1/10,家賃,"80,000",,"270,000"\n'
)
SWEDEN = (
    "Bokföringsdag;Belopp;Rubrik;Saldo;Valuta\n2024-01-25;25000,00;Lön;26000,00;SEK\n"
    "2024-01-26;-1250,50;ICA;24749,50;SEK\nReserverat;-99,00;SPOTIFY;;SEK\n"
)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        (
            SAVINGS,
            [
                "2024-01-05 deposit cash EUR 1200",
                "2024-01-17 withdraw cash EUR -350.5",
                "2024-01-31 deposit cash EUR 1.25",
            ],
        ),
        (BRAZIL, ["2024-01-12 deposit cash BRL 2500.5", "2024-01-14 withdraw cash BRL -1200.25"]),
        (BESIDE, ["2024-01-14 withdraw cash BRL -1200.25", "2024-01-15 deposit cash BRL 10"]),
        (INDIA, ["2024-04-17 withdraw cash INR -450", "2024-04-18 deposit cash INR 125000"]),
        (JAPAN, ["2024-01-05 deposit cash JPY 250000", "2024-01-10 withdraw cash JPY -80000"]),
        (SWEDEN, ["2024-01-25 deposit cash SEK 25000", "2024-01-26 withdraw cash SEK -1250.5"]),
    ],
    ids="savings brazil beside india japan sweden".split(),
)
def test_rows_of(tmp_path: Path, text: str, moved: list[str]) -> None:
    assert said(read(tmp_path, text)) == moved


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (INDIA, ["UPI-SWIGGY", "SALARY"]),
        (SWEDEN, ["Lön", "ICA"]),
        (SAVINGS, ["Salary share", "Holiday fund", "Interest"]),
    ],
)
def test_what_a_row_says_is_its_note(tmp_path: Path, text: str, notes: list[str]) -> None:
    assert [draft.note for draft in read(tmp_path, text).drafts] == notes


def test_three_digits_of_money_that_has_hundredths_are_asked_about(tmp_path: Path) -> None:
    """80,000 euros may be eighty; of yen, which have no hundredths, it cannot."""
    asked = questions(tmp_path, JAPAN.replace("円", "€"))
    assert asked == ["--set 'decimal=point|comma'"]


SIDES = (
    "Date,Type,Buy Amount,Buy Currency,Sell Amount,Sell Currency,Fee Amount,Fee Currency\n"
    "2024-01-03 10:00,Trade,0.1,ETH,0.005,BTC,0.00001,BTC\n"
)


@pytest.mark.parametrize(
    "sides", [("Buy", "Sell"), ("To", "From"), ("In", "Out"), ("Incoming", "Outgoing")]
)
def test_a_table_of_two_sides_is_refused(tmp_path: Path, sides: tuple[str, str]) -> None:
    """Half of each row would be read by its one amount."""
    text = SIDES.replace("Buy", sides[0]).replace("Sell", sides[1])
    with pytest.raises(FolioError, match="call them Date, Sent Amount, Sent Currency, Received"):
        questions(tmp_path, text)


def test_a_table_of_balances_is_none_of_bookings(tmp_path: Path) -> None:
    text = (
        "Month,Checking,Savings,Brokerage,Total\n2024-01-31,1200,5000,20000,26200\n"
        "2024-02-29,1300,5100,21000,27400\n"
    )
    with pytest.raises(FolioError, match=r"those are balances; .* folio observe --batch FILE"):
        questions(tmp_path, text)


def test_parts_of_a_booking_are_no_balances(tmp_path: Path) -> None:
    text = "Date,Net,Tax,Total\n2024-01-31,85,15,100\n2024-02-29,17,3,20\n"
    assert "--set 'currency=…'" in questions(tmp_path, text)
