"""What people write in beancount and hledger that is easily read amiss."""

import locale
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.errors import FolioError
from folio.importers.recognition.signatures import find_format
from folio.model.numbers import to_text
from importers.test_peers import events, load

D = Decimal
needs_hledger = pytest.mark.skipif(not shutil.which("hledger"), reason="hledger is not installed")


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def observed(keeper: Bookkeeper) -> list[tuple[str, str, str, str]]:
    query = "SELECT date, account, asset, balance FROM v1_balances ORDER BY date, account, asset"
    return list(keeper.db.execute(query))


GERMAN = """\
account Vermögen        ; type: Asset
account Schulden        ; type: L
account assets:budget   ; type: E
2024-01-01 opening
  Vermögen:Giro    500.00 EUR
  Vermögen:Anna     20.00 EUR
  assets:budget      5.00 EUR
  equity:opening
2024-01-02 a
  Vermögen:Giro   -100.00 EUR = 400.00 EUR
  expenses:food
2024-01-02 b  ; shop:1
  Vermögen:Giro    -50.00 EUR = 350.00 EUR
  expenses:food
2024-01-02 (R-17) c
  Vermögen:Giro    -25.00 EUR
  Schulden:Anna    -10.00 EUR = -10.00 EUR
  expenses:food
2024-01-03 all spent, in no commodity
  Vermögen:Anna    -20.00 EUR = 0
  expenses:food     20.00 EUR = 205.00 EUR
"""


@needs_hledger
def test_balances_of_a_day_and_declared_accounts_of_hledger(tmp_path: Path) -> None:
    """The day ends at 400 − 50 − 25 = 325, though 400 and 350 were asserted in its course.

    Anna who owes is another than Anna who is owed; what is declared to be equity holds nothing.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    summary = load(keeper, written(tmp_path, "my.journal", GERMAN))
    assert observed(keeper) == [
        ("2024-01-02", "Anna (Schulden)", "EUR", "-10"),
        ("2024-01-02", "Giro", "EUR", "325"),
    ]
    assert (keeper.quantity("Giro", "EUR"), keeper.quantity("Anna", "EUR")) == (325, 0)
    assert not keeper.gaps("Giro", "EUR")
    assert "(R-17) c" in [note for (note,) in keeper.db.execute("SELECT note FROM transactions")]
    said = "; ".join(summary.notes)
    assert "kept: 5 transactions (here 7), 2 balances, 0 prices" in said
    assert "left out: 1 × a balance with another of the same day after it" in said
    assert "left out: 1 × a balance of an account that is neither an asset nor a debt" in said
    assert "left out: 1 × a comment, with its tags" in said
    keeper.close()


@needs_hledger
def test_a_journal_is_read_in_a_locale_of_ascii(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """hledger decodes what it reads as the locale says; cron often says nothing."""
    monkeypatch.setenv("LC_ALL", "C")
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    keeper = Bookkeeper(tmp_path / "book.db")
    try:
        load(keeper, written(tmp_path, "my.journal", "2024-01-05 Bäcker\n  assets:Ö  5 EUR\n  x\n"))
        assert keeper.quantity("Ö", "EUR") == 5
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
        keeper.close()


@needs_hledger
def test_prices_of_hledger_in_every_style(tmp_path: Path) -> None:
    """Commas before decimals, points between thousands, signs before numbers: as they are meant."""
    text = """\
commodity 1.000,00 EUR
P 2024-01-05 ACME 1.234,56 EUR
P 2024-01-06 "ACME 2" $1,234.56
P 2024-01-07 JPY € 0,0061
P 2024-01-08 GBP EUR1,17
P 2024-01-09 THING 5
2024-01-10 x
  assets:bank  1.500,50 EUR
  equity:opening
"""
    keeper = Bookkeeper(tmp_path / "book.db")
    summary = load(keeper, written(tmp_path, "my.journal", text))
    found = list(keeper.db.execute("SELECT asset, price, currency FROM v1_prices ORDER BY date"))
    assert found == [
        ("ACME", "1234.56", "EUR"), ("ACME 2", "1234.56", "USD"), ("JPY", "0.0061", "EUR"),
        ("GBP", "1.17", "EUR"),
    ]  # fmt: skip
    assert "left out: 1 × a price in no commodity" in summary.notes
    keeper.close()


@needs_hledger
def test_every_digit_of_hledger(tmp_path: Path) -> None:
    """Its JSON cuts to ten decimals, and has large numbers with an exponent.

    By hand: 100000000000000000000000 × 0.00000000000000000123 = 123000.
    """
    text = """\
2024-01-01 much
  assets:a  123456789012345678.123456789012345679 "WEI 2" = 123456789012345678.123456789012345679 "WEI 2"
  equity
2024-01-02 ! cheap  ; 5 GWEI @ 6 EUR
  ; 7 GWEI
  assets:b  100000000000000000000000 GWEI @ 0.00000000000000000123 EUR  ; at 3 EUR
  assets:b  -0.000000000000000001 GWEI @@ 1.00 EUR
  assets:c  -122999.5 EUR
  equity
"""  # noqa: E501
    journal = written(tmp_path, "my.journal", text)
    keeper = Bookkeeper(tmp_path / "book.db")
    summary = load(keeper, journal)
    assert keeper.quantity("a", "WEI 2") == D("123456789012345678.123456789012345679")
    assert keeper.quantity("b", "GWEI") == D("99999999999999999999999.999999999999999999")
    bought = keeper.lots("b", "GWEI")[0]
    assert round(bought.cost or D(0), 2) == 123000
    assert keeper.quantity("c", "EUR") == D("-122999.5")
    assert not keeper.gaps("a", "WEI 2")
    assert "JSON" not in "; ".join(summary.notes)
    keeper.close()
    printed = tmp_path / "print.json"
    subprocess.run(["hledger", "-f", journal, "print", "-O", "json", "-o", printed], check=True)
    other = Bookkeeper(tmp_path / "other.db")
    summary = load(other, printed)
    assert other.quantity("a", "WEI 2") == D("123456789012345678.1234567890")
    assert "left out: decimals after the tenth, which hledger's JSON has not" in "; ".join(
        summary.notes
    )
    other.close()


@needs_hledger
def test_the_fee_of_a_sale_goes_from_where_the_money_comes(tmp_path: Path) -> None:
    """5 at 120 are 600, of which 2 are the fee and 598 come: 10000 − 1000 + 598 = 9598."""
    text = """\
2024-01-02 deposit
  assets:giro    10000.00 EUR
  income:salary
2024-01-03 buy
  assets:depot    10 ACME @ 100.00 EUR
  assets:giro
2024-03-01 sell
  assets:depot   -5 ACME @ 120.00 EUR
  assets:giro    598.00 EUR
  expenses:fees    2.00 EUR
"""
    keeper = Bookkeeper(tmp_path / "book.db")
    load(keeper, written(tmp_path, "my.journal", text))
    assert keeper.quantity("giro", "EUR") == 9598
    assert [s.proceeds - s.cost for s in keeper.disposals("depot", "ACME") if s.realises] == [98]
    held = keeper.db.execute("SELECT account, asset FROM v1_holdings ORDER BY 1, 2")
    assert list(held) == [("depot", "ACME"), ("giro", "EUR")]
    keeper.close()


@needs_hledger
def test_money_exchanged_for_what_a_sale_brought_stays_where_it_came(tmp_path: Path) -> None:
    """1000 less 90 for 100 dollars' worth, and 110 for which that is sold: a gain of 20."""
    text = """\
2024-01-02 deposit
  assets:giro    1000.00 EUR
  income:salary
2024-01-03 buy
  assets:depot     10 ACME @@ 100.00 USD
  assets:giro     -90.00 EUR @@ 100.00 USD
2024-03-01 sell
  assets:depot    -10 ACME @@ 120.00 USD
  assets:giro     110.00 EUR @@ 120.00 USD
"""
    keeper = Bookkeeper(tmp_path / "book.db")
    load(keeper, written(tmp_path, "my.journal", text))
    assert keeper.quantity("giro", "EUR") == 1020
    assert [s.proceeds - s.cost for s in keeper.disposals("depot", "ACME") if s.realises] == [20]
    held = keeper.db.execute("SELECT account, asset FROM v1_holdings ORDER BY 1, 2")
    assert list(held) == [("depot", "ACME"), ("giro", "EUR")]
    keeper.close()


@needs_hledger
def test_amounts_of_nothing_are_refused_with_what_to_do(tmp_path: Path) -> None:
    bare = "2024-01-02 shop\n  assets:cash  -10\n  expenses:food\n"
    keeper = Bookkeeper(tmp_path / "book.db")
    with pytest.raises(FolioError, match=r"line 1: an amount has no commodity; .*: D 1000\.00 EUR"):
        load(keeper, written(tmp_path, "bare.journal", bare))
    load(keeper, written(tmp_path, "said.journal", "D 1000.00 EUR\n" + bare))
    assert keeper.quantity("cash", "EUR") == -10
    csv = written(tmp_path, "print.csv", '"txnidx","date","date2"\n"1","2024-01-02",""\n')
    with pytest.raises(FolioError, match="which leaves costs out; write what folio reads with"):
        load(keeper, csv)
    keeper.close()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("; mine\n\n1/1 borrow from alice\n  assets:cash  10\n", "hledger"),
        ("~ monthly in 2020\n  (expenses:food)  $500\n", "hledger"),
        ("= expenses:food\n  (budget)  *-1\n", "hledger"),
        ("2020-01-01 جاري\n  a  1\n", "hledger"),
        ("payee Shop\n", "hledger"),
        ("D $1,000.00\n", "hledger"),
        ('2020-01-01 * "Shop" "food"\n  Assets:Cash  1 EUR\n', "beancount"),
        ("2024-01-01 open\n  assets:bank  1 EUR\n  equity\n", "hledger"),
        ("2024-01-01 balance\n  assets:bank  1 EUR\n  equity\n", "hledger"),
        ("2024-01-01 price increase\n  assets:bank  1 EUR\n  equity\n", "hledger"),
        ("2024-01-01 event horizon\n  assets:bank  1 EUR\n  equity\n", "hledger"),
        ("2024-01-01 price HOOL  12.5 USD\n", "beancount"),
        ("2024-01-01 commodity HOOL\n", "beancount"),
        ("2024/01/05 open Vermögen:Giro EUR\n", "beancount"),
        ("; as Windows has it\r\n\r\n2020-01-01 open Assets:A\r\n", "beancount"),
        ("12.5 x\n", None),
    ],
)
def test_more_journals_are_told(tmp_path: Path, text: str, name: str | None) -> None:
    file = tmp_path / "file"
    file.write_bytes(text.encode())
    found = find_format(file)
    assert (found and found.name) == name


WAYS = """\
plugin "beancount.plugins.implicit_prices"
2020-01-01 open Assets:Broker
2020-01-01 open Assets:Broker:Cash
2020-01-01 open Assets:Broker:BTC
2020-01-01 open Assets:Broker:FUND
2020-01-01 open Assets:Broker:ETH
2020-01-01 open Expenses:Tax
2020-01-01 open Income:Dividends
2020-01-01 open Equity:Opening
2020-01-02 * "start" #begin ^doc-1
  Assets:Broker:Cash  5000.00 USD
  Equity:Opening
2020-03-07 * "at a price, without a cost"
  Assets:Broker:BTC  0.12345678 BTC @ 8000.00 USD
  Assets:Broker:Cash  -987.65 USD
2020-03-08 * "the cost does not come out in cents"
  Assets:Broker:FUND  0.333 FUND {100.123 USD}
  Assets:Broker:Cash  -33.34 USD
2020-03-09 * "a third each"
  Assets:Broker:FUND  3 FUND {{100.00 USD}}
  Assets:Broker:Cash  -100.00 USD
2020-03-09 * "coin for coin"
  Assets:Broker:BTC  -0.1 BTC @ 9000.00 USD
  Assets:Broker:ETH  5 ETH {180.00 USD}
2020-03-10 * "a dividend that bought more, after tax"
  Assets:Broker:FUND  0.1 FUND {75.00 USD}
  Expenses:Tax  2.50 USD
  Income:Dividends  -10.00 USD
2020-03-10 document Assets:Broker:Cash "not-here.pdf"
2020-03-11 balance Assets:Broker 3879.01 USD
"""


def test_purchases_of_beancount(tmp_path: Path) -> None:
    """Costs by hand: 987.65 was paid; 0.333 × 100.123 = 33.340959 is stated, 33.34 was paid.

    Of the coins 0.02345678 are left, of 0.12345678: 987.65 × 0.02345678 ÷ 0.12345678 = 187.6534…
    """
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    summary = load(keeper, written(tmp_path, "my.beancount", WAYS))
    assert events(keeper) == [
        "opening 5000 USD",
        "buy 0.12345678 BTC -987.65 USD",
        "buy 0.333 FUND -33.34 USD",
        "buy 3 FUND -100 USD",
        "swap -0.1 BTC 5 ETH",
        "stock_dividend 0.1 FUND",
    ]
    assert [to_text(lot.cost) for lot in keeper.lots("Broker", "FUND")] == [
        "33.340959",
        "100",
        "7.5",
    ]
    (left,) = keeper.lots("Broker", "BTC")
    assert round(left.cost, 8) == D("187.65343440")
    assert keeper.quantity("Broker", "USD") == D("3879.01")
    query = "SELECT price FROM v1_prices WHERE asset = 'FUND' AND price LIKE '33.3%'"
    assert list(keeper.db.execute(query)) == [(f"33.{'3' * 26}",)]  # beancount's 28 digits
    said = "; ".join(summary.notes)
    assert "left out: 1 × document: it has no place here" in said  # though the file is not there
    assert "left out: 2 × a tag or a link: it has no place here" in said
    keeper.close()


def test_a_balance_of_several_accounts_is_of_none(tmp_path: Path) -> None:
    """Beancount counts what is below an account: 300 of both is no balance of a third."""
    text = """\
2020-01-01 open Assets:Bank
2020-01-01 open Assets:Bank:Giro
2020-01-01 open Assets:Bank:Saving
2020-01-01 open Equity:Opening
2020-01-02 * "start"
  Assets:Bank:Giro  100 EUR
  Assets:Bank:Saving  200 EUR
  Equity:Opening
2020-01-03 balance Assets:Bank  300 EUR
2020-01-03 balance Equity:Opening  -300 EUR
"""
    keeper = Bookkeeper(tmp_path / "book.db")
    summary = load(keeper, written(tmp_path, "my.beancount", text))
    assert observed(keeper) == []
    said = "; ".join(summary.notes)
    assert "left out: 1 × a balance of several holdings at once" in said
    assert "left out: 1 × a balance of an account that is neither an asset nor a debt" in said
    keeper.close()


def test_a_fault_in_an_included_file_says_where(tmp_path: Path) -> None:
    written(tmp_path, "part.beancount", '\n2020-01-02 * "x"\n  Assets:None  1 EUR\n  Assets:No\n')
    keeper = Bookkeeper(tmp_path / "book.db")
    with pytest.raises(FolioError, match=r"part\.beancount:2: Invalid reference to unknown"):
        load(keeper, written(tmp_path, "main.beancount", 'include "part.beancount"\n'))
    keeper.close()


MANY = """\
2024-01-01 open
  assets:cash  10000 USD
  equity:opening
2024-01-02 two purchases and their fee
  assets:stocks  10 VTI @ 100 USD
  assets:stocks  3 BND @@ 100 USD
  expenses:BankFees  5 USD
  assets:cash
2024-03-02 two sales, a fee and a tax
  assets:stocks  -4 VTI @ 120 USD
  assets:stocks  -3 BND @@ 100.01 USD
  expenses:fees  5 USD
  expenses:taxes  2 USD
  assets:cash
2024-03-02 coffee on the taxi
  assets:cash  -7 USD
  expenses:coffee  3 USD
  expenses:taxi
2024-04-02 one for the other, and some money
  assets:stocks  -2 VTI @ 130 USD
  assets:stocks  3 GLD @ 86 USD
  assets:cash  2 USD
2024-04-03 moved at a price
  assets:stocks  -1 GLD @ 90 USD
  assets:other  1 GLD @ 90 USD
2024-12-31 closed
  assets:cash  -9463.01 USD
  equity:opening
"""


@needs_hledger
def test_several_trades_of_one_entry_are_each_their_own(tmp_path: Path) -> None:
    """Gains by hand: VTI 4 × 20 and 2 × 30, BND one cent; fees and taxes are no trade's.

    By hledger: 10000 − 1105 + 573.01 − 7 + 2 = 9463.01; what is closed is no opening.  BND is what
    is bought, not Brunei's dollar, and coffee is no fee.  What moves keeps its cost of 86.
    """
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    summary = load(keeper, written(tmp_path, "my.journal", MANY))
    assert events(keeper) == [
        "opening 10000 USD",
        "buy 10 VTI -1000 USD",
        "buy 3 BND -100 USD",
        "fee fee -5 USD",
        "sell -4 VTI 480 USD",
        "sell -3 BND 100.01 USD",
        "fee fee -5 USD",
        "tax tax -2 USD",
        "withdraw -7 USD",
        "sell -2 VTI 260 USD",
        "buy 3 GLD -258 USD",
        "transfer -1 GLD 1 GLD",
        "withdraw -9463.01 USD",
    ]
    assert keeper.quantity("cash", "USD") == 0
    sold = [s for name in ("VTI", "BND") for s in keeper.disposals("stocks", name)]
    assert [s.proceeds - s.cost for s in sold] == [80, 60, D("0.01")]
    (moved,) = keeper.lots("other", "GLD")
    assert (moved.acquired_on, moved.cost) == ("2024-04-02", 86)
    assert "BND is bought at a cost" in "; ".join(summary.notes)
    keeper.close()


TRADES = """\
2020-01-01 open Assets:Broker:Cash
2020-01-01 open Assets:Broker:HOOL
2020-01-01 open Assets:Broker:AAPL
2020-01-01 open Income:PnL
2020-01-01 open Income:Dividends
2020-01-01 open Expenses:Commissions
2020-01-02 * "two purchases, a third of a cent each"
  Assets:Broker:HOOL  3 HOOL {{100.00 USD}}
  Assets:Broker:AAPL  3 AAPL {66.667777 USD}
  Expenses:Commissions  5 USD
  Assets:Broker:Cash  -305.00 USD
2020-01-03 * "the old for the new, with a dividend"
  Assets:Broker:HOOL  -2 HOOL {100 / 3 USD}
  Assets:Broker:AAPL  2 AAPL {70.00 USD}
  Income:PnL
  Income:Dividends  -4.00 USD
  Assets:Broker:Cash  -56.00 USD
2020-01-04 * "out and in again"
  Assets:Broker:AAPL  -2 AAPL {70.00 USD} @ 75.00 USD
  Assets:Broker:AAPL  1 AAPL {76.00 USD}
  Income:PnL  -10.00 USD
  Assets:Broker:Cash  74.00 USD
"""


def test_several_trades_of_one_entry_of_beancount(tmp_path: Path) -> None:
    """By hand: 3 × 66.667777 = 200.003331, 200.00 was paid; what HOOL fetched the money says:
    140 − 56 = 84, of which 4 are the dividend."""
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    load(keeper, written(tmp_path, "my.beancount", TRADES))
    assert events(keeper) == [
        "buy 3 HOOL -100 USD",
        "buy 3 AAPL -200 USD",
        "fee fee -5 USD",
        "sell -2 HOOL 80 USD",
        "buy 2 AAPL -140 USD",
        "dividend 4 USD",
        "sell -2 AAPL 150 USD",
        "buy 1 AAPL -76 USD",
    ]
    assert [to_text(lot.cost) for lot in keeper.lots("Broker", "AAPL")] == ["200.003331", "76"]
    keeper.close()


HELD = """\
2020-01-01 open Assets:Broker:Cash
2020-01-01 open Assets:Broker:HOOL
2020-01-01 open Assets:Other:HOOL
2020-01-01 open Income:PnL
2020-01-02 * "here"
  Assets:Broker:HOOL  10 HOOL {30.00 USD}
  Assets:Broker:Cash
2020-01-03 * "there"
  Assets:Other:HOOL  4 HOOL {33.00 USD}
  Assets:Broker:Cash
"""
OUT = "  Assets:Broker:HOOL  -10 HOOL {30.00 USD, 2020-01-02}\n"
IN = "  Assets:Broker:HOOL  15 HOOL {20.00 USD, 2020-01-02}\n"
REST = """\
  Assets:Other:HOOL  -4 HOOL {33.00 USD, 2020-01-03}
  Assets:Other:HOOL  6 HOOL {22.00 USD, 2020-01-03}
"""
SOLD = """\
2020-05-02 * "sold"
  Assets:Broker:HOOL  -5 HOOL {20.00 USD} @ 26.00 USD
  Assets:Broker:Cash  130.00 USD
  Income:PnL
"""


@pytest.mark.parametrize("whole", [True, False])
def test_a_split_of_all_that_is_held_is_one(tmp_path: Path, whole: bool) -> None:
    """3 for 2, as beancount's own pages write it; by hand 5 of 15 go for 130 and had cost 100.

    Where a part stays what it was, units went out and others came in.
    """
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    split = f'2020-04-02 * "three for two"\n{OUT}{IN}{REST if whole else ""}'
    load(keeper, written(tmp_path, "my.beancount", HELD + split + SOLD))
    query = "SELECT kind FROM transactions WHERE occurred_on = '2020-04-02' ORDER BY 1"
    kinds = [kind for (kind,) in keeper.db.execute(query)]
    assert kinds == (["split"] if whole else ["deposit", "withdraw"])
    (lot,) = keeper.lots("Broker", "HOOL")
    assert (lot.quantity, lot.cost, lot.acquired_on) == (10, 200, "2020-01-02")
    sold = [s for s in keeper.disposals("Broker", "HOOL") if s.realises]
    assert [s.proceeds - s.cost for s in sold] == [30]
    assert keeper.quantity("Other", "HOOL") == (6 if whole else 4)
    keeper.close()


@needs_hledger
@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02 x\n  Assets:Cash  (10 EUR * 3)\n  Equity\n",
        "2024-01-02 x\n  Assets:Cash  1 EUR = 2 EUR\n  Equity\n",
    ],
)
def test_what_hledger_refuses_says_what_next(tmp_path: Path, text: str) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    with pytest.raises(FolioError, match=r"(?s)my\.ledger.*; mend that, and import it again"):
        load(keeper, written(tmp_path, "my.ledger", text))
    keeper.close()


PAID = """\
2024-01-01 open Assets:Broker:Cash
2024-01-01 open Assets:Broker:VTI
2024-01-01 open Assets:Fund:ALL
2024-01-01 open Assets:Other:ALL
2024-01-01 open Assets:Bank
2024-01-01 open Assets:VTI:Cash
2024-01-01 open Equity:Start
2024-01-01 open Income:Broker:VTI:Dividend
2024-01-01 open Income:Dividends
2024-01-01 open Income:Dividends:ALL
2024-01-02 * "start"
  Assets:Broker:VTI  2 VTI {100 USD}
  Equity:Start
2024-01-03 * "to the broker"
  Assets:Broker:Cash  4 USD
  Income:Broker:VTI:Dividend
2024-01-04 * "to the bank"
  Assets:Bank  5 USD
  Assets:Broker:VTI  0 VTI
  Income:Dividends
2024-01-05 * "to a broker of the same name"
  Assets:VTI:Cash  6 USD
  Income:Broker:VTI:Dividend
2024-01-06 * "of nobody"
  Assets:Bank  7 USD
  Income:Dividends
2024-01-07 * "a share that is called as money is"
  Assets:Fund:ALL  1 ALL {10 USD}
  Equity:Start
2024-01-08 * "of one place"
  Assets:Bank  8 USD
  Income:Dividends:ALL
2024-01-09 * "another place"
  Assets:Other:ALL  1 ALL {10 USD}
  Equity:Start
2024-01-10 * "of one of two places"
  Assets:Bank  9 USD
  Income:Dividends:ALL
2024-01-11 * "given away"
  Assets:Other:ALL  -1 ALL {10 USD}
  Equity:Start
2024-01-12 * "of the place that has it still"
  Assets:Bank  10 USD
  Income:Dividends:ALL
"""


def test_what_paid_income_is_told_by_the_names_of_beancount(tmp_path: Path) -> None:
    """The account outside is called after it, or 0 of it stand there; two could have paid the last.

    ALL is the lek's code too: nothing is paid in it, and it came at a cost.
    """
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    summary = load(keeper, written(tmp_path, "my.beancount", PAID))
    query = (
        "SELECT t.note, a.name, r.symbol, r.type FROM transactions t "
        "JOIN accounts a ON a.id = t.account_id LEFT JOIN assets r ON r.id = t.related_asset_id "
        "WHERE t.kind = 'dividend' ORDER BY t.id"
    )
    assert list(keeper.db.execute(query)) == [
        ("to the broker", "Broker", "VTI", "other"),
        ("to the bank", "Broker", "VTI", "other"),
        ("to a broker of the same name", "VTI", None, None),
        ("of nobody", "Bank", None, None),
        ("of one place", "Fund", "ALL", "other"),
        ("of one of two places", "Bank", None, None),
        ("of the place that has it still", "Fund", "ALL", "other"),
    ]
    assert keeper.quantity("Bank", "USD") == 5 + 7 + 8 + 9 + 10
    said = "; ".join(summary.notes)
    assert "changed: 4 × income is of what the name of its account, or an amount of 0" in said
    assert "changed: ALL is bought at a cost and nothing is paid in it, so it is" in said
    keeper.close()


@needs_hledger
def test_signs_and_words_of_currencies_in_a_journal_are_currencies(tmp_path: Path) -> None:
    """By hand: 1,00,000 − 123.456 × 65.4321 rounded to 8,078; 10 fund units for 660."""
    file = written(
        tmp_path,
        "main.journal",
        "2024-01-01 open\n  assets:bank    ₹1,00,000.00\n  assets:kasa    50.00 zł\n"
        "  equity:opening\n"
        '2024-01-05 fund\n  assets:mf    123.456 "PPFAS Flexi" @ ₹65.4321\n'
        "  assets:bank  ₹-8,078.00\n  expenses:rounding\n"
        '2024-01-06 more\n  assets:mf    10 "PPFAS Flexi" @@ ₹660\n  assets:bank\n',
    )
    keeper = Bookkeeper(tmp_path / "book.db")
    load(keeper, file)
    assert (keeper.quantity("bank", "INR"), keeper.quantity("kasa", "PLN")) == (91262, 50)
    assert keeper.quantity("mf", "PPFAS Flexi") == D("133.456")
    keeper.close()
