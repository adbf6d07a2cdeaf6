"""In which units the columns of unknown files are: cents, shares, coins, money of abroad.

What must come out was worked out by hand from the rows.
"""

from pathlib import Path

import pytest
from mapped import questions, read, said

from folio.errors import UsageError
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.proposed import Given
from folio.importers.mapping.table import find_table
from folio.importers.mapping.words import (
    BALANCES,
    FIELDS,
    INCOMING,
    KINDS,
    OUTGOING,
    TOTALS,
    plain,
)
from folio.model.statements import BAD

CENTS = (
    "date,description,amount_cents,currency\n2024-12-31,Coffee,-1230,EUR\n2024-12-30,Pay,5,EUR\n"
)
# 1500 yen were billed as 9.31 euros.
ABROAD = (
    "Date,Merchant,Original Amount,Original Currency,Billed Amount (EUR)\n"
    "2024-12-31,Cafe,-1500,JPY,-9.31\n2024-12-30,Top up,100.00,EUR,100.00\n"
)
# What came has CR beside it, what was bought nothing.
CARD = "Date,Details,Amount\n31 Dec 2024,Shop,12.30\n28 Dec 2024,Payment - thank you,250.00 CR\n"
SIGNS = (
    "Fecha;Descripción;+/-;Cantidad;Saldo\n31/12/2024;Super;-;12,30;87,70\n"
    "30/12/2024;Ingreso;+;100,00;100,00\n"
)
# 50 shares of which 18 pay the tax; 32 × 41.20 = 1318.40.
AWARD = (
    "Release Date,Award,Symbol,Shares Released,Shares Withheld for Taxes,Net Shares,Release Price\n"
    "12/15/2024,A-1,ACME,50,18,32,41.20\n"
)
# 100 × 0.485 = 48.50, of which 7.28 are withheld.
PAID = (
    "Pay Date,Ticker,Shares,Dividend per share,Gross,Tax withheld,Net,Currency\n"
    "2024-12-31,KO,100,0.485,48.50,7.28,41.22,USD\n"
)
PREPAID = (
    "Date,Merchant,Type,Amount,Status\n2024-12-31,COFFEE,PURCHASE,3.20,SETTLED\n"
    "2024-12-30,,LOAD,100.00,SETTLED\n"
)
WALLET = (
    "Timestamp,Type,Amount,Asset,Fee\n2024-12-31 10:00:00,Received,0.5,ETH,0\n"
    "2024-12-31 12:00:00,Sent,-0.1,ETH,0.0002\n"
)
COINS = ("column:quantity=Amount", "column:amount=")
# 0.01 × 90000 = 900.
PAIRS = (
    "Time,Pair,Side,Price,Amount,Total,Fee,Fee Coin\n"
    "2024-12-31 10:00:00,BTC/EUR,buy,90000,0.01,900,0.9,EUR\n"
)
# Acquisto and vendita.
LETTERS = (
    "Data valuta;Segno;Titolo;Quantità;Divisa;Prezzo;Controvalore;Commissioni\n"
    "31/12/2024;A;ENEL;100;EUR;6,85;685,00;2,95\n20/12/2024;V;ENI;50;EUR;13,10;655,00;2,95\n"
)
SIGNED_COINS = "Date,Coin,Amount\n2024-01-02,BTC,0.5\n2024-02-02,BTC,-0.1\n2024-02-03,EUR,-20.5\n"
# One's own list: what was paid is units × price, what the kind says has no sign.
OWN_LIST = (
    "Day,Kind,Ticker,Units,Price,Currency,Fee,Fee currency,External ID\n"
    "2024-01-02,Deposit,EUR,1000,1,EUR,0,EUR,a1\n"
    "2024-01-03,Buy,ACME,4,100.25,USD,1.50,EUR,a2\n"
    "2024-02-01,Dividend,ACME,2.40,1,USD,,,a3\n"
    "2024-02-05,Withdraw,EUR,300,1,EUR,,,a4\n"
    "2024-02-06,Fee,EUR,4.90,1,EUR,,,a5\n"
    "2024-02-07,Interest,EUR,1.25,1,EUR,,,a6\n"
    "2024-03-01,Transfer,EUR,-200,1,EUR,,,a7\n"
    "2024-03-02,Transfer,ACME,1.5,110,USD,,,a8\n"
    "2024-03-03,Reward,ETH,0.01,3000,USD,,,a9\n"
)
ONE_WAY = "Day,Kind,Ticker,Units,Price,Currency\n2024-03-01,Transfer,ACME,2,50,EUR\n"


@pytest.mark.parametrize(
    ("text", "given", "moved"),
    [
        (
            CENTS,
            [],
            ["2024-12-30 deposit cash EUR 0.05", "2024-12-31 withdraw cash EUR -12.3"],
        ),
        (
            ABROAD,
            [],
            ["2024-12-30 deposit cash EUR 100", "2024-12-31 withdraw cash EUR -9.31"],
        ),
        (
            CARD,
            ["set:currency=GBP"],
            ["2024-12-28 deposit cash GBP 250", "2024-12-31 withdraw cash GBP -12.3"],
        ),
        (
            SIGNS,
            ["set:currency=EUR"],
            ["2024-12-30 deposit cash EUR 100", "2024-12-31 withdraw cash EUR -12.3"],
        ),
        (
            AWARD,
            ["set:currency=USD", "set:kind=deposit"],
            ["2024-12-15 deposit asset ACME 32"],
        ),
        (
            PAID,
            ["set:kind=dividend", "set:fee=inside"],
            ["2024-12-31 dividend cash USD 48.5, tax USD -7.28"],
        ),
        (
            PREPAID,
            ["set:currency=EUR"],
            ["2024-12-30 deposit cash EUR 100", "2024-12-31 withdraw cash EUR -3.2"],
        ),
        (
            WALLET,
            [*COINS, "kind:Received=transfer_in", "kind:Sent=transfer_out", "set:fee=beside"],
            [
                "2024-12-31 transfer_in asset ETH 0.5",
                "2024-12-31 transfer_out asset ETH -0.1, fee ETH -0.0002",
            ],
        ),
        (
            WALLET,
            [*COINS, "kind:Received=transfer_in", "kind:Sent=transfer_out", "set:fee=inside"],
            [
                "2024-12-31 transfer_in asset ETH 0.5",
                "2024-12-31 transfer_out asset ETH -0.0998, fee ETH -0.0002",
            ],
        ),
        (
            SIGNED_COINS,
            [*COINS],
            [
                "2024-01-02 deposit asset BTC 0.5",
                "2024-02-02 withdraw asset BTC -0.1",
                "2024-02-03 withdraw cash EUR -20.5",
            ],
        ),
        (
            OWN_LIST,
            [],
            [
                "2024-01-02 deposit cash EUR 1000",
                "2024-01-03 buy asset ACME 4, cash USD -401, fee EUR -1.5",
                "2024-02-01 dividend cash USD 2.4",
                "2024-02-05 withdraw cash EUR -300",
                "2024-02-06 fee fee EUR -4.9",
                "2024-02-07 interest cash EUR 1.25",
                "2024-03-01 transfer_out cash EUR -200",
                "2024-03-02 transfer_in asset ACME 1.5",
                "2024-03-03 reward asset ETH 0.01",
            ],
        ),
        (
            ONE_WAY,
            ["kind:Transfer=transfer_out"],
            ["2024-03-01 transfer_out asset ACME -2"],
        ),
        (PAIRS, [], ["2024-12-31 buy asset BTC 0.01, cash EUR -900, fee EUR -0.9"]),
        (
            LETTERS,
            [],
            [
                "2024-12-20 sell asset ENI -50, cash EUR 655, fee EUR -2.95",
                "2024-12-31 buy asset ENEL 100, cash EUR -685, fee EUR -2.95",
            ],
        ),
    ],
    ids=(
        "cents abroad card signs award dividends prepaid beside inside coins own one-way pairs "
        "letters".split()
    ),
)
def test_rows_of(tmp_path: Path, text: str, given: list[str], moved: list[str]) -> None:
    assert said(read(tmp_path, text, *given)) == moved


def test_what_was_released_costs_what_it_was_worth(tmp_path: Path) -> None:
    told = ("set:currency=USD", "set:kind=deposit")
    assert str(read(tmp_path, AWARD, *told).drafts[0].legs[0].cost) == "1318.40"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (CENTS.replace("amount_cents", "amount_minor"), ["scale=0.01|1"]),
        # Either what a shop was paid or what the account was charged.
        (
            "Date,Text,Amount,Currency,Amount (EUR)\n2024-12-31,x,-10.00,USD,-9.31\n"
            "2024-12-30,y,5.00,EUR,5.00\n",
            ["amount=Amount|Amount (EUR)"],
        ),
        (
            AWARD.replace("Net Shares", "Shares Left"),
            [
                "quantity=Shares Released|Shares Withheld for Taxes|Shares Left",
                "currency=…",
                "kind=buy|sell|dividend|deposit|reward|opening",
            ],
        ),
        (PREPAID.replace("LOAD", "FILL"), ["currency=…", "FILL=…"]),
        # What came in has a column of its own, whatever it is called.
        (
            "Date,Debit,Riddle,Currency\n2024-12-31,5.00,,EUR\n2024-12-30,,7.00,EUR\n",
            ["money_in=Riddle|"],
        ),
        (
            "Datum;Art;Montant;Montant net;Devise\n31.12.2024;Zinsen;10,00;7,00;EUR\n",
            ["amount=Montant|Montant net"],
        ),
        # What is withheld or left of shares is no money.
        (
            "Vest Date,Award,Net Shares\n2024-12-31,Grant,6\n",
            ["amount=", "symbol=Award", "kind=buy|sell|dividend|deposit|reward|opening"],
        ),
        (WALLET, ["quantity=Amount|Fee|", "currency=…", "fee=inside|beside"]),
    ],
    ids=[
        "minor",
        "two amounts",
        "award",
        "prepaid",
        "one way",
        "net",
        "shares",
        "wallet",
    ],
)
def test_what_is_asked(tmp_path: Path, text: str, asked: list[str]) -> None:
    assert [option.split("'")[1] for option in questions(tmp_path, text)] == asked


def test_trades_by_sign_alone_are_asked_for_their_money(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    path.write_text("Ticker,Date,Qty,Price,Ccy\nA,2024-12-20,10,2.5,USD\nA,2024-12-31,-5,3,USD\n")
    asked = propose(find_table(path), Given({}, {}, {})).questions
    assert [one.option for one in asked] == ["--set 'cash=yes|no'"]


def test_a_currency_that_the_file_contradicts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'currency' says EUR, not USD"):
        questions(tmp_path, CENTS, "set:currency=USD")
    kept = read(tmp_path, CENTS, "set:currency=USD", "column:currency=")
    assert said(kept)[0] == "2024-12-30 deposit cash USD 0.05"


def test_a_scale_or_a_kind_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'10' is no scale"):
        questions(tmp_path, CENTS, "set:scale=10")
    with pytest.raises(UsageError, match="a row cannot be 'gift'"):
        questions(tmp_path, AWARD, "set:kind=gift")


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("45657", "2024-12-31"),
        ("45657.5", "2024-12-31"),
        ('"Tuesday, December 31, 2024"', "2024-12-31"),
        ("2024年12月31日(火)", "2024-12-31"),
        ("Di. 31.12.2024", "2024-12-31"),
        ("113/12/31", "2024-12-31"),  # of the Republic of China, which began in 1912
        ("1131231", "2024-12-31"),
        ("31/12/2567", "2024-12-31"),  # of the Buddhist era, 543 years before ours
        ("令和6年12月31日", "2024-12-31"),  # Reiwa began in 2019
        ("1735603200", "2024-12-31"),  # 20088 days of 86400 seconds
        ("1735603200000", "2024-12-31"),
    ],
)
def test_days_as_spreadsheets_and_people_write_them(tmp_path: Path, printed: str, day: str) -> None:
    """45657 days after 1899-12-30, of which 25569 are before 1970: 20088 = 55 × 365 + 14 − 1."""
    text = f"Date,Description,Amount EUR\n{printed},Rent,-1200.00\n"
    assert said(read(tmp_path, text)) == [f"{day} withdraw cash EUR -1200"]


def test_days_counted_from_1904_are_said(tmp_path: Path) -> None:
    """1904 begins 1462 days after 1899-12-30: 45657 - 1462."""
    text = "Date,Description,Amount EUR\n44195,Rent,-1200.00\n"
    assert said(read(tmp_path, text, "set:date=excel1904")) == [
        "2024-12-31 withdraw cash EUR -1200"
    ]


def test_instants_with_a_fraction_of_a_second_and_without(tmp_path: Path) -> None:
    rows = "2024-12-31T10:11:12.5+01:00,-1.50,EUR\n2024-12-30T23:30:00Z,2.50,EUR\n"
    text = f"created,amount,currency\n{rows}"
    found = read(tmp_path, text).drafts
    assert [str(draft.occurred_at)[:19] for draft in found] == [
        "2024-12-30 23:30:00",
        "2024-12-31 09:11:12",
    ]


def test_every_word_is_written_as_names_are_compared() -> None:
    words = [word for group in (FIELDS, KINDS) for named in group.values() for word in named]
    words += [*INCOMING, *OUTGOING, *BALANCES, *TOTALS]
    assert [word for word in words if plain(word) != word] == []


def test_which_way_a_transfer_went_is_asked_where_no_sign_tells(tmp_path: Path) -> None:
    said_by_hand = "kind:Transfer=transfer"
    assert questions(tmp_path, ONE_WAY) == ["--kind 'Transfer=…'"]
    assert questions(tmp_path, ONE_WAY, said_by_hand) == ["--kind 'Transfer=…'"]
    assert questions(tmp_path, OWN_LIST) == []


def test_what_has_an_id_of_its_own_keeps_it(tmp_path: Path) -> None:
    assert read(tmp_path, OWN_LIST).drafts[0].external_id.startswith("a1:")


def test_a_column_of_fees_with_a_word_in_it_is_asked_about(tmp_path: Path) -> None:
    """Left out, the 1.50 would be no fee; read, the row that says something else is refused."""
    text = (
        "Date,Action,Ticker,Quantity,Price,Fee,Total,Currency\n"
        "2025-03-01,Buy,VWCE,10,105.20,1.50,-1053.50,EUR\n"
        "2025-03-02,Sell,VWCE,1,110.00,#DIV/0!,110.00,EUR\n"
    )
    assert questions(tmp_path, text, "set:fee=inside") == ["--column 'fee=Fee|'"]
    statement = read(tmp_path, text, "set:fee=inside", "column:fee=Fee")
    assert said(statement) == [
        "2025-03-01 buy asset VWCE 10, cash EUR -1052, fee EUR -1.5",
    ]
    assert [row.reason for row in statement.rows if row.status == BAD] == [
        "fee: '#DIV/0!' is no number"
    ]
    without = read(tmp_path, text, "set:fee=inside", "column:fee=")
    assert said(without)[1] == "2025-03-02 sell asset VWCE -1, cash EUR 110"
