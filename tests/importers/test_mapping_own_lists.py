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
DENMARK = (
    "Dato;Tekst;Beløb;Saldo;Status;Valuta\n31.01.2025;Netto;-12,30;987,70;Udført;DKK\n"
    "01.02.2025;Spotify;-5,00;;Venter;DKK\n"
)
CZECHIA = (
    '"Datum zaúčtování","Částka","Měna","Protiúčet","Název protiúčtu","Zpráva pro příjemce"\n'
    '"31.01.2025","-1 012,30","CZK","123/0100","Albert","nákup"\n'
    '"30.01.2025","10 000,00","CZK","123/0100","Plat",""\n'
)
# What was not filled moved nothing; 10 × 189.95 = 1899.50.
ORDERS = (
    "Symbol,Side,Status,Filled,Price,Placed Time,Currency\n"
    "AAPL,Buy,Filled,10,@189.95,01/30/2025 09:30:00 EST,USD\n"
    "AAPL,Sell,Cancelled,10,@250.00,01/31/2025 09:30:00 EST,USD\n"
)
MARKETS = (
    "Trade date,Instrument code,Market code,Quantity,Price,Transaction type,Transaction fee,"
    "Amount,Currency\n2025-01-10,AAPL,NASDAQ,1.5,190.00,BUY,1.2,286.2,USD\n"
)
AUSTRIA = (
    "Datum,Vorgang,Wertpapier,ISIN,Stück,Kurs,Währung,Gegenwert EUR,Provision EUR,KESt EUR\n"
    '15.03.2024,Dividende,Apple,US0378331005,10,"0,24",USD,"1,63",,"0,58"\n'
    '20.06.2024,Kauf,Apple,US0378331005,4,"210,00",USD,"770,10","9,90",\n'
)
SPAIN = (
    "Fecha;Tipo;Activo;Títulos;Precio;Comisión;Importe;Divisa\n"
    "22/01/2024;Compra;ITX.MC;50;38,50;5,00;-1.930,00;EUR\n21/05/2024;Ingreso;;;;;500,00;EUR\n"
)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        (
            SPAIN,
            [
                "2024-01-22 buy asset ITX.MC 50, cash EUR -1925, fee EUR -5",
                "2024-05-21 deposit cash EUR 500",
            ],
        ),
        (DENMARK, ["2025-01-31 withdraw cash DKK -12.3"]),
        (CZECHIA, ["2025-01-30 deposit cash CZK 10000", "2025-01-31 withdraw cash CZK -1012.3"]),
        (ORDERS, ["2025-01-30 buy asset AAPL 10, cash USD -1899.5"]),
        (MARKETS, ["2025-01-10 buy asset AAPL 1.5, cash USD -285, fee USD -1.2"]),
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
    ids="spain denmark czechia orders markets savings brazil beside india japan sweden".split(),
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


def test_what_is_paid_in_another_currency_than_prices_is_no_product(tmp_path: Path) -> None:
    """The costs are euros, too: 1.63 + 0.58 were paid, before the tax that is inside it."""
    told = ("set:fee=inside",)
    assert said(read(tmp_path, AUSTRIA, *told)) == [
        "2024-03-15 dividend cash EUR 2.21, tax EUR -0.58",
        "2024-06-20 buy asset US0378331005 4, cash EUR -760.2, fee EUR -9.9",
    ]
    unnamed = AUSTRIA.replace("Gegenwert EUR", "Ergebnis EUR")
    assert questions(tmp_path, unnamed) == ["--column 'amount=Ergebnis EUR|'"]


CHARGED = "date,title,amount,currency\n2025-01-31,Loja,12.30,BRL\n2025-01-30,{},-500.00,BRL\n"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (CHARGED.format("Pagamento recebido"), True),
        (CHARGED.format("Aluguel"), False),  # rent: what is positive came in
        (CHARGED.replace("title", "Card,title").replace(",12", ",,12").format("x,x"), True),
        (CHARGED.replace("12.30", "-12.30").format("Pagamento recebido"), False),
    ],
    ids=["paid", "rent", "card", "negative"],
)
def test_whether_a_list_is_a_cards_is_asked(tmp_path: Path, text: str, asked: bool) -> None:
    """Where most is positive and the rest pays it off, shops may have been paid."""
    assert questions(tmp_path, text) == ["--set 'purchases=negative|positive'"] * asked
    if asked:
        moved = said(read(tmp_path, text, "set:purchases=positive"))
        assert moved == ["2025-01-30 deposit cash BRL 500", "2025-01-31 withdraw cash BRL -12.3"]


def test_one_word_of_one_row_is_no_column_of_actions(tmp_path: Path) -> None:
    text = "Datum,Name,Bank,Betrag,Währung\n31.01.2025,Laden,B,-12.30,EUR\n"
    assert said(read(tmp_path, text)) == ["2025-01-31 withdraw cash EUR -12.3"]
