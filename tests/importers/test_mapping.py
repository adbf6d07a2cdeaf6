"""Profiles made from files that none knows.  What must come out was worked out by hand."""

from pathlib import Path

import pytest
from mapped import UTC, given, questions, read, said

from folio.errors import FolioError, UsageError
from folio.importers import parse_profile, read_statement
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.table import find_table
from folio.importers.mapping.words import kind_of
from folio.importers.mapping.writing import profile_text
from folio.model.numbers import to_text
from folio.model.statements import BAD

GIRO = (
    "Konto;DE12;;;;\n\n"
    "Buchungstag;Valuta;Buchungstext;Empfänger;Betrag (EUR);Saldo\n"
    "02.01.2024;02.01.2024;Gutschrift;Arbeitgeber;1.500,00;1.500,00\n"
    "15.01.2024;16.01.2024;Lastschrift;Vermieter;-800,00;700,00\n"
    "31.01.2024;31.01.2024;Zinsen;Bank;1,25;701,25\n"
)
BROKER = (
    "Date,Action,Ticker,Quantity,Price,Commission,Total\n"
    "01/03/2024,Buy,VWCE,10,105.20,1.50,1053.50\n"
    "12/03/2024,Dividend,VWCE,,,,12.34\n"
    "13/04/2024,Custody fee,,,,,2.00\n"
    "02/05/2024,Sell,VWCE,4,110,1.50,438.50\n"
)
DUTCH = (
    "Datum\tOmschrijving\tAf Bij\tBedrag\n"
    "20240102\tWinkel\tAf\t12,50\n"
    "20240103\tLoon\tBij\t2000,00\n"
)
BRITISH = (
    "Date,Description,Debit,Credit,Balance,Currency\n"
    "2024-01-02,Shop,12.50,,87.50,GBP\n"
    "2024-01-03,Pay,,100.00,187.50,GBP\n"
)
SWEDISH = (
    "Datum;Typ av transaktion;Värdepapper;Antal;Kurs;Belopp;Courtage;Transaktionsvaluta;ISIN\n"
    "2024-01-02;Köp;Avanza Zero;10;25,5;-256,00;1,00;SEK;SE0001718388\n"
    "2024-01-03;Insättning;Egen;;;1000;;SEK;\n"
    "2024-01-04;Utländsk källskatt;Avanza Zero;;;-3,5;;SEK;SE0001718388\n"
)
SIGNED = (
    "Trade time,Instrument,Qty,Unit price,Net amount,Currency\n"
    "2024-01-02 10:00:00,AAPL,2,100,-201,USD\n"
    "2024-01-03 11:30:00,AAPL,-1,110,109,USD\n"
    "2024-01-04 12:00:00,,,,500,USD\n"
)
UNITS = 'Fecha,Concepto,Importe\n05/01/2024,Pan,"€-3,20"\n25/01/2024,Sueldo,"€1.000,00"\n'


def test_a_german_bank(tmp_path: Path) -> None:
    statement = read(tmp_path, GIRO)
    assert said(statement) == [
        "2024-01-02 deposit cash EUR 1500",
        "2024-01-15 withdraw cash EUR -800",
        "2024-01-31 deposit cash EUR 1.25",
    ]
    assert [to_text(stated.balance) for stated in statement.balances] == ["701.25"]
    assert statement.notes == ()  # every running balance follows
    assert statement.drafts[1].note == "Lastschrift"


@pytest.mark.parametrize(
    "text",
    [
        "Datum;Text;Betrag;Saldo\n01.03.2025;Anfangssaldo;;1.000,00\n"
        "02.03.2025;Miete;-700,00;300,00\n31.03.2025;Endsaldo;;300,00\n",
        "Date,Type,Text,Amount,Balance\n2025-03-01,BALANCE,Opening,1000.00,1000.00\n"
        "2025-03-02,DEBIT,Miete,-700.00,300.00\n2025-03-31,BALANCE,Closing,300.00,300.00\n",
    ],
    ids=["without an amount", "with a word for it"],
)
def test_a_row_of_a_balance_moves_nothing(tmp_path: Path, text: str) -> None:
    """The balance that it states counts, and the one before leads to it."""
    statement = read(tmp_path, text, "set:currency=EUR")
    assert said(statement) == ["2025-03-02 withdraw cash EUR -700"]
    assert not [row for row in statement.rows if row.status == BAD]
    assert [(str(b.day), to_text(b.balance)) for b in statement.balances] == [("2025-03-31", "300")]
    assert statement.notes == ()


def test_a_broker_whose_fees_are_inside(tmp_path: Path) -> None:
    """10 × 105.20 + 1.50 = 1053.50, and 4 × 110 − 1.50 = 438.50."""
    assert questions(tmp_path, BROKER) == ["--set 'currency=…'"]
    assert said(read(tmp_path, BROKER, "set:currency=eur")) == [
        "2024-03-01 buy asset VWCE 10, cash EUR -1052, fee EUR -1.5",
        "2024-03-12 dividend cash EUR 12.34",
        "2024-04-13 fee fee EUR -2",
        "2024-05-02 sell asset VWCE -4, cash EUR 440, fee EUR -1.5",
    ]


def test_a_broker_whose_fees_are_beside(tmp_path: Path) -> None:
    text = BROKER.replace("1053.50", "1052.00").replace("438.50", "440.00")
    assert said(read(tmp_path, text, "set:currency=EUR"))[0] == (
        "2024-03-01 buy asset VWCE 10, cash EUR -1052, fee EUR -1.5"
    )


def test_a_row_that_is_unknown_keeps_its_units(tmp_path: Path) -> None:
    """What nobody understands moved what it says: units against the money, or by their sign."""
    puzzle = "03/05/2024,Riddle,VWCE,2,100,0,200.00\n04/05/2024,Riddle,VWCE,3,,,\n"
    text = BROKER + puzzle
    told = ("set:currency=EUR", "kind:Riddle=unknown")
    assert said(read(tmp_path, text, *told))[-2:] == [
        "2024-05-03 unknown asset VWCE -2, cash EUR 200",
        "2024-05-04 unknown asset VWCE 3",
    ]
    signed = text.replace("VWCE,2,", "VWCE,-2,").replace("VWCE,3,", "VWCE,-3,")
    assert said(read(tmp_path, signed, *told))[-1] == "2024-05-04 unknown asset VWCE -3"


def test_a_column_that_says_the_direction(tmp_path: Path) -> None:
    assert said(read(tmp_path, DUTCH, "set:currency=EUR")) == [
        "2024-01-02 withdraw cash EUR -12.5",
        "2024-01-03 deposit cash EUR 2000",
    ]
    path = tmp_path / "file.csv"
    profile = parse_profile(
        profile_text("mine", propose(find_table(path), given("set:currency=EUR"))), "mine"
    )
    path.write_text(DUTCH + "20240104\tRaadsel\tTerug\t5,00\n", "utf-8")
    later = read_statement(path, profile, UTC)  # a word that was not in the first file
    assert [draft.kind for draft in later.drafts] == ["withdraw", "deposit", "unknown"]


def test_columns_for_what_came_and_went(tmp_path: Path) -> None:
    statement = read(tmp_path, BRITISH)
    assert said(statement) == [
        "2024-01-02 withdraw cash GBP -12.5",
        "2024-01-03 deposit cash GBP 100",
    ]
    assert [to_text(stated.balance) for stated in statement.balances] == ["187.5"]


def test_swedish_words(tmp_path: Path) -> None:
    assert said(read(tmp_path, SWEDISH)) == [
        "2024-01-02 buy asset SE0001718388 10, cash SEK -255, fee SEK -1",
        "2024-01-03 deposit cash SEK 1000",
        "2024-01-04 tax tax SEK -3.5",
    ]


def test_signs_say_what_no_word_says(tmp_path: Path) -> None:
    assert said(read(tmp_path, SIGNED)) == [
        "2024-01-02 buy asset AAPL 2, cash USD -201",
        "2024-01-03 sell asset AAPL -1, cash USD 109",
        "2024-01-04 deposit cash USD 500",
    ]
    unsigned = SIGNED.replace(",-1,", ",1,").replace("-201", "201").replace(",,,,500", ",,,,500")
    kinds = "buy|sell|dividend|deposit|reward|opening"
    assert questions(tmp_path, unsigned) == [f"--set 'kind={kinds}'"]


def test_a_currency_beside_the_numbers(tmp_path: Path) -> None:
    assert said(read(tmp_path, UNITS)) == [
        "2024-01-05 withdraw cash EUR -3.2",
        "2024-01-25 deposit cash EUR 1000",
    ]


def test_what_cannot_be_told_is_asked(tmp_path: Path) -> None:
    text = 'Date,Action,Ticker,Quantity,Price\n03/04/2024,Journal,VWCE,1,"1,234"\n'
    assert questions(tmp_path, text) == [
        "--set 'date=%d/%m/%Y|%m/%d/%Y'",
        "--set 'decimal=point|comma'",
        "--set 'currency=…'",
        "--kind 'Journal=…'",
    ]
    rest = ("set:decimal=point", "set:currency=USD", "kind:Journal=buy")
    assert said(read(tmp_path, text, "set:date=%m/%d/%Y", *rest)) == [
        "2024-03-04 buy asset VWCE 1, cash USD -1234"
    ]
    assert questions(tmp_path, "When,What,How\nlong ago,x,5\nlater,y,6\n", "set:currency=EUR") == [
        "--column 'date=When|What|How'",
        "--column 'amount=How'",
    ]


def test_rows_that_run_one_way_settle_the_date(tmp_path: Path) -> None:
    text = "Date,Text,Amount EUR\n01/02/2024,a,1.5\n02/02/2024,b,2.5\n01/03/2024,c,3.5\n"
    found = read(tmp_path, text, "set:kind=deposit")
    assert said(found)[2] == "2024-03-01 deposit cash EUR 3.5"


def test_a_bad_row_does_not_hide_the_column(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-{day:02},x,{day}.5,EUR\n" for day in range(1, 20))
    text = f"Date,Text,Amount,Currency\n{rows}010.01.2024,x,1.5,EUR\n"
    found = read(tmp_path, text, "set:kind=deposit")
    assert [row.status for row in found.rows].count(BAD) == 1


def test_an_option_names_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no column 'Datum'; it has 'Date'"):
        questions(tmp_path, BROKER, "column:date=Datum")
    with pytest.raises(UsageError, match="nothing that a column can be"):
        questions(tmp_path, BROKER, "column:day=Date")
    with pytest.raises(UsageError, match="--set knows no 'money'"):
        questions(tmp_path, BROKER, "set:money=EUR")
    with pytest.raises(UsageError, match="no row says 'Kauf'"):
        questions(tmp_path, BROKER, "kind:Kauf=buy")
    with pytest.raises(UsageError, match="'XYZ' is no currency"):
        questions(tmp_path, BROKER, "set:currency=XYZ")
    with pytest.raises(FolioError, match="has no header"):
        questions(tmp_path, "Rent,-5\nFood,-7\n")  # nor a day by which they would be rows


def test_a_second_table_is_refused(tmp_path: Path) -> None:
    """Its rows would be read by the columns of the first; the first's own come again, and may."""
    text = "Date,Text,Amount EUR\n2025-01-02,Shop,-10.00\n2025-01-03,Pay,10.00\n"
    other = "Income,,\nDate,Text,Amount,Tax,Currency\n2025-01-09,Pay,10,2,EUR\n"
    for several, lines in ((text + other, "lines 1 and 5"), (other + text, "lines 4 and 2")):
        with pytest.raises(FolioError, match=f"has several tables, at {lines}; save each"):
            questions(tmp_path, several)
    assert len(read(tmp_path, text + text.replace("-0", "-1")).drafts) == 4
    summed = "Account,Date\nA1,2025-02-01\n\n"
    assert len(read(tmp_path, summed + text).drafts) == 2


def test_rows_of_sums_headings_and_footers_are_no_bookings(tmp_path: Path) -> None:
    text = (
        "Kontoauszug Jane;;\n\nDatum;Text;Betrag EUR\n;;in EUR\nJanuar;;\n"
        "02.01.2024;Summe der Miete;-8,00\n;;\n03.01.2024;Total SE;9,50\n"
        "Summe;;1,50\nErstellt am 04.02.2024;;\n"
    )
    statement = read(tmp_path, text)
    assert said(statement) == [
        "2024-01-02 withdraw cash EUR -8",
        "2024-01-03 deposit cash EUR 9.5",
    ]
    assert [row.status for row in statement.rows].count(BAD) == 0
    later = text.replace("04.02.2024", "05.03.2024").replace("03.01.2024", "what")
    (tmp_path / "later.csv").write_text(later)
    made = profile_text("mine", propose(find_table(tmp_path / "file.csv"), given()))
    profile = parse_profile(made, "mine")
    rows = read_statement(tmp_path / "later.csv", profile, UTC).rows
    assert [(row.line, row.reason) for row in rows if row.status == BAD] == [
        (8, "'what' is no date of this statement")
    ]


def test_no_booking_is_passed_over_for_how_its_row_begins(tmp_path: Path) -> None:
    text = (
        "Category,Date,Amount EUR\nRent,2024-01-02,-8.00\nInsurance,,\n2nd half,,\nTotal,,-8.00\n"
    )
    statement = read(tmp_path, text)
    assert [(row.line, row.status) for row in statement.rows if row.status != "booked"] == [
        (3, BAD),
        (4, BAD),
        (5, "skipped"),
    ]


def test_which_way_money_went_is_asked_where_nothing_says_it(tmp_path: Path) -> None:
    text = "Date,Item,Amount EUR\n2024-01-02,Shoes,50.00\n2024-01-03,Hat,20.00\n"
    assert questions(tmp_path, text) == ["--set 'kind=deposit|withdraw'"]
    assert said(read(tmp_path, text, "set:kind=withdraw")) == [
        "2024-01-02 withdraw cash EUR -50",
        "2024-01-03 withdraw cash EUR -20",
    ]


def test_a_card_whose_purchases_are_positive(tmp_path: Path) -> None:
    text = "Date,Item,Amount EUR\n2024-01-02,Shoes,50.00\n2024-01-03,Paid,-50.00\n"
    assert questions(tmp_path, text, "set:account-type=credit-card") == [
        "--set 'purchases=negative|positive'"
    ]
    card = ("set:account-type=credit-card", "set:purchases=positive")
    assert said(read(tmp_path, text, *card)) == [
        "2024-01-02 withdraw cash EUR -50",
        "2024-01-03 deposit cash EUR 50",
    ]


def test_a_row_that_takes_back_keeps_its_sign(tmp_path: Path) -> None:
    text = (
        "Date,Payee,Outflow,Inflow,Currency\n2024-01-02,Shop,45.10,0.00,USD\n"
        "2024-01-03,Shop,-45.10,0.00,USD\n2024-01-04,Pay,0.00,9.00,USD\n"
    )
    assert [line.split()[1:] for line in said(read(tmp_path, text))] == [
        ["withdraw", "cash", "USD", "-45.1"],
        ["deposit", "cash", "USD", "45.1"],
        ["deposit", "cash", "USD", "9"],
    ]
    negative = "Date,Payee,Outflow,Currency\n2024-01-02,Shop,-45.10,USD\n2024-01-03,Shop,-1,USD\n"
    assert [line.split()[-1] for line in said(read(tmp_path, negative))] == ["-45.1", "-1"]


def test_trades_without_units_are_asked_about(tmp_path: Path) -> None:
    text = "Date,Pair,Side,Price,Executed,Amount\n2024-01-02,BTC/EUR,BUY,40000,0.01 BTC,400 EUR\n"
    assert questions(tmp_path, text) == ["--column 'quantity=Price|Executed|'"]
    assert said(read(tmp_path, text, "column:quantity=Executed", "column:symbol=Pair")) == [
        "2024-01-02 buy asset BTC/EUR 0.01, cash EUR -400"
    ]
    assert said(read(tmp_path, text, "column:quantity=")) == ["2024-01-02 withdraw cash EUR -400"]


def test_a_day_that_is_given_must_fit(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no day of 'Buchungstag' is written as %d/%m/%Y"):
        questions(tmp_path, GIRO, "set:date=%d/%m/%Y")
    with pytest.raises(UsageError, match="needs a year"):
        questions(tmp_path, GIRO, "set:date=%d")


@pytest.mark.parametrize("days", [("01.03.", "31.03."), ("0103", "3103"), ("103", "3103")])
def test_days_without_a_year_are_told(days: tuple[str, str], tmp_path: Path) -> None:
    rows = "".join(f"{day};Office;-50,00;EUR\n" for day in days)
    with pytest.raises(UsageError, match=f"have no year, such as '{days[0]}'"):
        questions(tmp_path, f"Datum;Text;Betrag;Währung\n{rows}", "column:date=Datum")


def test_a_column_left_out(tmp_path: Path) -> None:
    statement = read(tmp_path, BROKER, "set:currency=EUR", "column:fee=")
    assert said(statement)[0] == "2024-03-01 buy asset VWCE 10, cash EUR -1053.5"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Wertpapierkauf", "buy"),
        ("VENTE", "sell"),
        ("Stocks/ETF purchase", "buy"),
        ("Dividend tax", "tax"),
        ("Free funds interests", "interest"),
        ("Utländsk källskatt", "tax"),
        ("wpłata", "deposit"),
        ("Journal", None),
    ],
)
def test_words(word: str, kind: str | None) -> None:
    assert kind_of(word) == kind
