"""Statements of brokers, funds and banks that no profile knows: their figures, and what is asked.

What must come out was worked out by hand from the rows.
"""

from pathlib import Path

import pytest
from mapped import questions, read, said

from folio.errors import FolioError
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.proposed import Given
from folio.importers.mapping.table import find_table

# 10 × 245.10 + 5.90 + 2.00 = 2458.90, and 4 × 250 − 7.90 = 992.10.
FEES = (
    "Handelstag;Geschäftsart;Name;ISIN;Stück;Kurs;Provision;Börsengebühr;Endbetrag;Währung\n"
    "02.01.2024;Kauf;Allianz;DE0008404005;10;245,10;5,90;2,00;2.458,90;EUR\n"
    "15.02.2024;Teilverkauf;Allianz;DE0008404005;4;250,00;5,90;2,00;992,10;EUR\n"
    "20.02.2024;Ertragsgutschrift;Allianz;DE0008404005;6;;0,00;0,00;67,90;EUR\n"
)
# 1000 × 0.475 + 5.95 + 2.38 = 483.33.
PENCE = (
    "Trade date,Type,Stock,ISIN,Quantity,Price (p),Commission (£),Stamp duty (£),Total (£)\n"
    "13/01/2024,Buy,Lloyds,GB0008706128,1000,47.50,5.95,2.38,483.33\n"
)
# 10 shares at 185 dollars are 1691.32 euros; 1 euro beside it.
RATES = (
    "Date;Side;Ticker;Qty;Price;Price currency;FX rate;Amount (EUR);Fee (EUR)\n"
    "2024-01-13;BUY;AAPL;10;185,00;USD;1,0950;-1691,32;1,00\n"
)
PENSION = (
    "Effective Date,Transaction,Fund,Units,Unit Price,Amount\n"
    "01/07/2024,Opening balance,Growth,1000.0,2.50,2500.00\n"
    "15/07/2024,Contribution,Growth,200.0,2.55,510.00\n"
    "31/07/2024,Administration fee,Growth,-2.0,2.55,-5.10\n"
    "31/07/2024,Dividend reinvestment,Growth,4.0,2.55,10.20\n"
)
SPLIT = (
    "Date,Action,Symbol,Quantity,Price,Amount,Currency,Split ratio\n"
    "2024-05-13,Buy,NVDA,10,900,-9000,USD,\n2024-06-10,Stock Split,NVDA,90,,,USD,10:1\n"
)
# Nothing says what the rows are; what a security pays without units going is its own.
PAYS = (
    "Datum;Titel;ISIN;Stück;Kurs;Betrag;Währung\n15.01.24;BMW;DE0005190003;10;99,50;-995,00;EUR\n"
    "16.01.24;BMW;DE0005190003;-5;101,00;505,00;EUR\n15.05.24;BMW;DE0005190003;;;30,00;EUR\n"
)
JAPAN = (
    "約定日,銘柄,銘柄コード,取引,約定数量,約定単価,手数料/諸経費等,受渡金額/決済損益\n"
    "2024/01/15,自動車,7203,株式現物買,100,2600,275,260275\n"
)
POLAND = (
    "Data transakcji;Strona;Papier;Liczba;Kurs;Wartość;Prowizja;Waluta\n"
    "2024-01-13 09:15:22;Kupno;CDPROJEKT;5;112,50;562,50;5,00;PLN\n"
)
# What went and came is said in a column without a name; the last row states what is there.
SIDES = (
    "Buchungstag;Verwendungszweck;Währung;Umsatz;\n31.01.2024;Abschlag;EUR;89,00;S\n"
    "30.01.2024;Lohn;EUR;2.100,00;H\n31.12.2023;Anfangssaldo;EUR;1.000,00;H\n"
    "31.01.2024;Endsaldo;EUR;3.011,00;H\n"
)
OTHERS_NAME = (
    "Boekdatum;Naam;Bedrag EUR;Debet/Credit;Saldo\n02-01-2024;Winkel;45,10;D;954,90\n"
    "25-01-2024;Werkgever;2.000,00;C;2.954,90\n"
)
# As many come back as go, with a sign each; the balances say which is which.
TAKEN_BACK = (
    "Datum;Text;Gutschrift in CHF;Lastschrift in CHF;Saldo in CHF\n"
    "2024-01-05;Lohn;5'200.00;;7'200.00\n2024-01-06;Laden;;-85.40;7'114.60\n"
    "2024-01-07;Storno;;85.40;7'200.00\n"
)
SPAIN = (
    'Fecha;Concepto;Importe\n"03 ene. 2024";NOMINA;"1.800,00 €"\n'
    '"5 de agosto de 2024";LUZ;"-60,00 €"\n'
).replace("5 de agosto de 2024", "05 ago. 2024")
TOTALS = (
    "Date;Libellé;Débit;Crédit;Solde\n13/01/2024;VIR;;2 350,00;3 350,00\n"
    "15/01/2024;LOYER;850,00;;2 500,00\n;TOTAL DES OPERATIONS;850,00;2 350,00;\n"
)
# Amounts of coins are no money; what they were worth is not what they cost.
COINS = (
    "Time,Coin,Operation,Amount,Value EUR\n2024-01-13 10:00:00,ETH,Staking reward,0.001,2.30\n"
    "2024-01-14 10:00:00,ETH,Deposit,1.5,3400.00\n"
    "2024-01-15 10:00:00,ETH,Withdrawal,-0.5,-1150.00\n"
)
HUNGARY = (
    "Könyvelés dátuma;Partner;Összeg;Devizanem;Egyenleg\n"
    "2024.01.15.;Munkáltató;450 000,00;HUF;500 000,00\n2024.01.16.;Bolt;-12 500,00;HUF;487 500,00\n"
)
BRAZIL = (
    "Data;Movimentação;Código;Quantidade;Preço;Valor\n"
    "13/01/2024;Compra;PETR4;100;R$ 37,50;R$ 3.750,00\n"
)


@pytest.mark.parametrize(
    ("text", "given", "moved"),
    [
        (
            FEES,
            [],
            [
                "2024-01-02 buy asset DE0008404005 10, cash EUR -2451, fee EUR -5.9, fee EUR -2",
                "2024-02-15 sell asset DE0008404005 -4, cash EUR 1000, fee EUR -5.9, fee EUR -2",
                "2024-02-20 dividend cash EUR 67.9",
            ],
        ),
        (
            PENCE,
            [],
            ["2024-01-13 buy asset GB0008706128 1000, cash GBP -475, fee GBP -5.95, tax GBP -2.38"],
        ),
        (
            RATES,
            ["set:fee=beside"],
            ["2024-01-13 buy asset AAPL 10, cash EUR -1691.32, fee EUR -1"],
        ),
        (
            PENSION,
            [
                "set:currency=AUD",
                "kind:Opening balance=opening",
                "kind:Contribution=deposit",
                "kind:Dividend reinvestment=reinvest",
            ],
            [
                "2024-07-01 opening asset Growth 1000",
                "2024-07-15 deposit asset Growth 200",
                "2024-07-31 fee fee Growth -2",
                "2024-07-31 dividend asset Growth 4",
            ],
        ),
        (SPLIT, [], ["2024-05-13 buy asset NVDA 10, cash USD -9000", "2024-06-10 split "]),
        (
            PAYS,
            [],
            [
                "2024-01-15 buy asset DE0005190003 10, cash EUR -995",
                "2024-01-16 sell asset DE0005190003 -5, cash EUR 505",
                "2024-05-15 dividend cash EUR 30",
            ],
        ),
        (
            JAPAN,
            ["set:currency=JPY"],
            ["2024-01-15 buy asset 7203 100, cash JPY -260000, fee JPY -275"],
        ),
        (POLAND, [], ["2024-01-13 buy asset CDPROJEKT 5, cash PLN -562.5, fee PLN -5"]),
        (
            SIDES,
            [],
            ["2024-01-30 deposit cash EUR 2100", "2024-01-31 withdraw cash EUR -89"],
        ),
        (
            OTHERS_NAME,
            [],
            ["2024-01-02 withdraw cash EUR -45.1", "2024-01-25 deposit cash EUR 2000"],
        ),
        (
            TAKEN_BACK,
            [],
            [
                "2024-01-05 deposit cash CHF 5200",
                "2024-01-06 withdraw cash CHF -85.4",
                "2024-01-07 deposit cash CHF 85.4",
            ],
        ),
        (SPAIN, [], ["2024-01-03 deposit cash EUR 1800", "2024-08-05 withdraw cash EUR -60"]),
        (
            TOTALS,
            ["set:currency=EUR"],
            ["2024-01-13 deposit cash EUR 2350", "2024-01-15 withdraw cash EUR -850"],
        ),
        (
            COINS,
            ["column:quantity=Amount"],
            [
                "2024-01-13 reward asset ETH 0.001",
                "2024-01-14 deposit asset ETH 1.5",
                "2024-01-15 withdraw asset ETH -0.5",
            ],
        ),
        (
            HUNGARY,
            [],
            ["2024-01-15 deposit cash HUF 450000", "2024-01-16 withdraw cash HUF -12500"],
        ),
        (BRAZIL, ["set:currency=BRL"], ["2024-01-13 buy asset PETR4 100, cash BRL -3750"]),
    ],
    ids=(
        "fees pence rates pension split pays japan poland sides d/c taken months totals "
        "coins hungary brl".split()
    ),
)
def test_rows_of(tmp_path: Path, text: str, given: list[str], moved: list[str]) -> None:
    assert said(read(tmp_path, text, *given)) == moved


def test_prices_are_in_what_they_say(tmp_path: Path) -> None:
    pence = read(tmp_path, PENCE).drafts[0].legs[0]
    assert (str(pence.price), str(pence.price_currency)) == ("0.4750", "GBP")
    dollars = read(tmp_path, RATES, "set:fee=beside").drafts[0].legs[0]
    assert (str(dollars.price), str(dollars.price_currency)) == ("185.00", "USD")
    unsaid = PENCE.replace("Price (p)", "Price")  # 1000 × 47.50 is a hundred times what was paid
    assert str(read(tmp_path, unsaid).drafts[0].legs[0].price) == "0.4750"


def test_what_was_paid_in_is_a_cost_where_there_was_a_price(tmp_path: Path) -> None:
    told = ("set:currency=AUD", "kind:Opening balance=skip", "kind:Dividend reinvestment=reinvest")
    pension = read(tmp_path, PENSION, *told, "kind:Contribution=deposit").drafts
    assert [str(draft.legs[0].cost) for draft in pension] == ["510.00", "None", "10.20"]
    coins = read(tmp_path, COINS, "column:quantity=Amount").drafts
    assert [draft.legs[0].cost for draft in coins] == [None, None, None]


def test_a_split_keeps_its_ratio(tmp_path: Path) -> None:
    assert read(tmp_path, SPLIT).drafts[1].ratio == (10, 1)
    added = SPLIT.replace("10:1", "")
    assert [to.added for to in read(tmp_path, added).drafts if to.kind == "split"] == [90]


def test_a_booking_that_is_called_as_a_balance_is_one(tmp_path: Path) -> None:
    text = "Datum;Text;Betrag EUR\n15.01.2024;Saldo;-120,00\n16.01.2024;Anfangssaldo;5,00\n"
    assert said(read(tmp_path, text)) == ["2024-01-15 withdraw cash EUR -120"]


def test_what_is_there_at_the_end_is_observed(tmp_path: Path) -> None:
    """1000 + 2100 − 89 = 3011."""
    statement = read(tmp_path, SIDES)
    assert [(str(one.day), str(one.balance)) for one in statement.balances] == [
        ("2024-01-31", "3011.00")
    ]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        # A $ is that of many countries, in cells as in names.
        ("Date,Text,Amount\n2024-01-13,x,-$5.00\n2024-01-14,y,$6.00\n", ["currency"]),
        # Which of the two it is, the words do not say.
        (
            "Date,Type,Name,Quantity,Amount EUR\n2024-01-13,Kauf,VWCE,2,5.00\n"
            "2024-01-14,Einzahlung per Lastschrift,,,5.00\n",
            ["Einzahlung per Lastschrift"],
        ),
        # Other people's numbers are no accounts of one's own.
        (
            "Date,Account number,Amount EUR\n2024-01-13,NL01,-5.00\n2024-01-14,NL02,-6.00\n",
            ["account"],
        ),
        # What is bought is no mere payment where a column could count it.
        ("Datum;Typ;Fond;Mängd;Belopp SEK\n2024-01-15;Köp;Index;12,5;2000,00\n", ["quantity"]),
        (COINS, ["quantity", "currency"]),
        # Of a row of units that were there before, whether they are counted.
        (PENSION, ["currency", "Opening balance", "Contribution", "Dividend reinvestment"]),
    ],
    ids=["dollars", "words", "account", "units", "coins", "opening"],
)
def test_what_is_asked(tmp_path: Path, text: str, asked: list[str]) -> None:
    options = questions(tmp_path, text)
    assert [option.split("'")[1].split("=")[0] for option in options] == asked


def test_whether_the_money_of_trades_is_there_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    path.write_text("Date,Action,Ticker,Quantity,Amount EUR\n2024-01-13,Buy,VWCE,1,5.00\n")
    asked = propose(find_table(path), Given({}, {}, {})).questions
    assert [one.option for one in asked] == ["--set 'cash=yes|no'"]
    path.write_text(path.read_text() + "2024-01-12,Deposit,,,10.00\n")
    assert propose(find_table(path), Given({}, {}, {})).questions == ()


def test_a_table_of_two_sides_is_no_table_of_one(tmp_path: Path) -> None:
    header = "When,Asset Sent,Amount Sent,Asset Received,Amount Received"
    with pytest.raises(FolioError, match="call them Date, Sent Amount, Sent Currency"):
        questions(tmp_path, f"{header}\n2024-01-13,EUR,400,BTC,0.01\n")


def test_what_waits_in_place_of_a_day_is_not_booked(tmp_path: Path) -> None:
    """A card's rows of which half is pending; what was paid in has a mark beside it."""
    text = (
        "Date Processed,Description,Amount,\nPending,SHOP,£67.40,\nPending,INN,£8.99,\n"
        '12-Dec-2024,HATS,"£1,183.23",\n02-Dec-2024,THANK YOU,"£1,100.00",CR\n'
    )
    found = read(tmp_path, text)
    assert said(found) == [
        "2024-12-02 deposit cash GBP 1100",
        "2024-12-12 withdraw cash GBP -1183.23",
    ]
    assert [row.reason for row in found.rows].count("it is not booked") == 2


def test_a_header_may_be_wider_than_its_rows(tmp_path: Path) -> None:
    text = (
        "Account No,,Date,Beneficiary,Details,Amount,Currency,D/K,Record,Doc,Client,\n"
        "LT1,20,2024-10-01,MAXIMA,PIRKINYS,15.31,EUR,D\nLT1,20,2024-10-02,UAB,ALGA,900.00,EUR,K\n"
    )
    path = tmp_path / "file.csv"
    path.write_text(text, "utf-8")
    names = find_table(path).names
    assert names[2:7] == ("Date", "Beneficiary", "Details", "Amount", "Currency")


def test_a_rate_is_no_price_where_nothing_is_traded(tmp_path: Path) -> None:
    text = (
        "kaarthouder;datum verrichting;bedrag;munt;koers;bedrag in EUR;Handelaar\n"
        "J;13/02/2024;-16,52;EUR;1;-16,52;Bakker\nJ;24/01/2024;35,77;EUR;1;35,77;Betaling\n"
    )
    assert said(read(tmp_path, text)) == [
        "2024-01-24 deposit cash EUR 35.77",
        "2024-02-13 withdraw cash EUR -16.52",
    ]
