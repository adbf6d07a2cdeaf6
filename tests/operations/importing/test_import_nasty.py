"""The nastiest statements: each ends in the right figures, or in one sentence and no change."""

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.arrangements.catalog import Catalog
from folio.db.derived.positions import read_lots
from folio.errors import FolioError
from folio.operations.transactions.add_transactions import add_transaction
from importing import WHO, facts, kinds, load, new_book, totals

COLUMNS = (
    "date,account,institution,kind,asset,quantity,price,currency,external_id,note,type,market,isin"
).split(",")
SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
TRADING212 = (
    "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),"
    "Exchange rate,Total,Currency (Total),Withholding tax,Currency (Withholding tax),ID"
)
VANGUARD = "Date,Details,Amount,Balance"


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return new_book(tmp_path)


def row(**cells: str) -> str:
    """A row of folio's own CSV: a deposit of 5 EUR, but for what is said."""
    said = {"date": "2024-01-02", "account": "a", "institution": "B", "kind": "deposit"}
    said |= {"asset": "EUR", "quantity": "5"} | cells
    return ",".join('"' + said.get(name, "").replace('"', '""') + '"' for name in COLUMNS)


def buy(asset: str, **cells: str) -> str:
    return row(**{"kind": "buy", "asset": asset, "quantity": "1", "price": "2"} | cells)


def trade(**cells: str) -> str:
    return buy(**{"asset": "FOO", "currency": "EUR"} | cells)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "nasty.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def own(folder: Path, *rows: str) -> Path:
    return written(folder, ",".join(COLUMNS), *rows)


REFUSED = {
    "a purchase of less than nothing": (trade(quantity="-1"), "a buy cannot be -1 FOO"),
    "a purchase that pays": (trade(price="-2"), r"a buy cannot be \+2 EUR"),
    "a negative deposit": (row(quantity="-5"), "a deposit cannot be -5 EUR"),
    "a purchase without a price": (trade(price=""), "there is no gross: "),
    "an unknown kind": (row(kind="blorp"), "does not know what 'blorp' is"),
    "a reversal": (row(kind="reversal"), "does not know what 'reversal' is"),
    "a currency that is none": (trade(currency="XQQ"), "'XQQ' is no currency"),
    "an asset that is said to be one": (row(asset="XQQ", type="currency"), "'XQQ' is no ISO 4217"),
    "no currency": (trade(currency=""), "the row names no currency"),
    "an unknown type": (trade(type="blah"), "'blah' is no type of asset"),
    "an ISIN that is none": (trade(isin="US12"), "'US12' is no ISIN"),
    "not a number": (row(quantity="NaN"), "'NaN' is no number"),
    "without an end": (row(quantity="Infinity"), "'Infinity' is no number"),
    "an exponent": (row(quantity="1e5"), "has an exponent"),
    "other digits": (row(quantity="٥"), "is no number"),
    "thousands or a fraction": (row(quantity="1,234"), "is no number with a decimal point"),
    "too many digits": (row(quantity="9" * 45), "is too long"),
    "too many places": (row(quantity=f"0.{'0' * 30}1"), "is too long"),
    "no such day": (row(date="2023-02-29"), "'2023-02-29' is no date"),
    "day or month first": (row(date="01/02/2024"), "'01/02/2024' is no date"),
    "the year 1": (row(date="0001-01-01"), "0001-01-01 is outside of 1900 to 2200"),
    "the end of days": (row(date="9999-12-31"), "9999-12-31 is outside of 1900 to 2200"),
    "an account read backwards": (row(account="a\u202eb"), r"'a\\u202eb' has characters"),
    "an asset that colours": (trade(asset="A\x1b[31mB"), "has characters that cannot be shown"),
    "an asset with a gap": (trade(asset="A\u200bB"), "has characters that cannot be shown"),
    "five megabytes": (row(note="x" * 5_000_000), "longer than 1000000 characters"),
    "an open quote": ('2024-01-02,a,B,deposit,EUR,"5,,,,,,,', "its quotes do not close"),
    "too few cells": ("2024-01-02,a,B", "it has 3 cells where the header has 13"),
    "too many cells": (row() + "," * 20_000, "more than 10000 columns"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_its_line_and_nothing_changes(
    name: str, tmp_path: Path, db: sqlite3.Connection
) -> None:
    line, message = REFUSED[name]
    before = facts(db)
    with pytest.raises(FolioError, match=f"line 3: .*{message}"):
        load(db, own(tmp_path, row(note="a good row"), line))
    assert facts(db) == before


def test_a_ratio_beyond_all_bounds(tmp_path: Path, db: sqlite3.Connection) -> None:
    header = "date,kind,asset,quantity,ratio,account"
    for ratio in ("0:1", "1:0", f"{'9' * 30}:1", "2", "-2:1", "1.5:1"):
        with pytest.raises(FolioError, match="is no ratio"):
            load(db, written(tmp_path, header, f"2024-01-02,split,FOO,,{ratio},a"))


ACCEPTED = {
    "all digits": ([row(quantity="9" * 36)], {"EUR": "9" * 36}),
    "all places": (
        [row(asset="ETH", type="crypto", quantity=f"0.{'0' * 29}1")],
        {"ETH": f"0.{'0' * 29}1"},
    ),
    "a product of large numbers": (
        [trade(quantity="9" * 30, price="9" * 30)],
        {"FOO": "9" * 30, "EUR": f"-{(10**30 - 1) ** 2}"},
    ),
    "before 1970": ([row(date="1950-01-01")], {"EUR": "5"}),
    "the future": ([row(date="2199-12-31")], {"EUR": "5"}),
    "a note that turns the order round": ([row(note="a\u202eb\x1b[31m")], {"EUR": "5"}),
    "an id with an escape": ([row(external_id="x\x1by")], {"EUR": "5"}),
    "a long line": ([row(note="x" * 900_000)], {"EUR": "5"}),
    "a plus and a blank": ([row(quantity=" +1 000 ")], {"EUR": "1000"}),
    "letter case": ([trade(asset="Foo"), trade(date="2024-02-02")], {"Foo": "2", "EUR": "-4"}),
    "one ISIN, two symbols": (
        [trade(isin="US0378331005"), trade(asset="BAR", isin="US0378331005")],
        {"FOO": "2", "EUR": "-4"},
    ),
    "nothing": ([row(), trade(quantity="0")], {"EUR": "5"}),
    "a gift": ([trade(price="0")], {"FOO": "1"}),
    "a rocket": ([trade(asset="🚀")], {"🚀": "1", "EUR": "-2"}),
    "one id, two contents": (
        [row(external_id="x"), row(external_id="x", quantity="6")],
        {"EUR": "11"},
    ),
    "the header again": ([row(), ",".join(COLUMNS)], {"EUR": "5"}),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_taken_as_it_stands_and_once(name: str, tmp_path: Path, db: sqlite3.Connection) -> None:
    rows, expected = ACCEPTED[name]
    path = own(tmp_path, *rows)
    load(db, path)
    assert totals(db) == expected
    before = facts(db)
    load(db, written(tmp_path, path.read_text("utf-8")))  # other bytes: read again
    assert facts(db) == before


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        ("date,kind,asset,quantity", "2024-01-02,deposit,EUR,5", {"EUR": "5"}),
        ("kind,asset,more,date,quantity", "deposit,EUR,x,2024-01-02,5", {"EUR": "5"}),
        # A blank may stand before a quote.
        (
            SCHWAB,
            '"01/02/2024"," Buy ","A","", "1","$ 1.50",""," -$ 1.50 "',
            {"A": "1", "USD": "-1.5"},
        ),
        (
            SCHWAB,
            '"01/02/2024","Buy","AAA","x"," 1 000 ","$ 1.50",""," -$ 1 500.00 "',
            {"AAA": "1000", "USD": "-1500"},
        ),
        (SCHWAB, '"01/02/2024","Qualified Dividend","AAA","x","","","","-$5.00"', {"USD": "-5"}),
        (SCHWAB, '"01/02/2024","Blorp","AAA","x","3","","","$5.00"', {"AAA": "3", "USD": "5"}),
        (VANGUARD, '01/02/2024,Regular Deposit,"1,00,000.50","1,00,000.50"', {"GBP": "100000.5"}),
    ],
)
def test_columns_spaces_and_signs(
    tmp_path: Path, db: sqlite3.Connection, header: str, line: str, expected: dict[str, str]
) -> None:
    load(db, written(tmp_path, header, line))
    assert totals(db) == expected


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (SCHWAB, '"01/02/2024","Buy","ALL","ALLSTATE","1","$2","","-$2"'),
        (VANGUARD, "01/02/2024,Bought 1 Allstate (ALL),-2,-2"),
        (TRADING212, "Market buy,2024-01-02 10:00:00,US0200021014,ALL,A,1,2,USD,1,2,USD,,,1"),
        (",".join(COLUMNS), buy("ALL", type="stock", currency="USD")),
        (",".join(COLUMNS), buy("ALL:XNYS", currency="USD")),
    ],
)
def test_a_share_with_the_code_of_a_currency(
    tmp_path: Path, db: sqlite3.Connection, header: str, line: str
) -> None:
    load(db, written(tmp_path, header, line))
    (share,) = [asset for asset in Catalog(db).assets.values() if asset.symbol == "ALL"]
    assert share.type in ("other", "stock")
    assert share.market in ("XNYS", "schwab", "vanguard_uk", "trading212", "generic")
    assert kinds(db) == {"buy": 1}


def test_a_share_called_like_the_currency_it_is_paid_in(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    bought = "Market buy,2024-01-02 10:00:00,US74347R1077,USD,Ultra,3,10,USD,1,30,USD,,,E1"
    load(db, written(tmp_path, TRADING212, bought))
    assets = {asset.id: asset.type for asset in Catalog(db).assets.values()}
    query = "SELECT h.asset_id, p.quantity FROM postings p JOIN holdings h ON h.id = p.holding_id"
    found = {assets[asset]: quantity for asset, quantity in db.execute(query)}
    assert found == {"other": "3", "currency": "-30"}


def test_a_symbol_with_a_second_isin(tmp_path: Path, db: sqlite3.Connection) -> None:
    first, second = trade(isin="US0378331005"), trade(isin="DE0007164600", date="2024-02-02")
    load(db, own(tmp_path, first))
    before = facts(db)
    with pytest.raises(FolioError, match="has the ISIN US0378331005, not DE0007164600"):
        load(db, own(tmp_path, first, second))
    assert facts(db) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02", "is a binary file"),
        (b"PK\x03\x04\x00\x00", "is a binary file"),
        (bytes(range(128, 256)) + bytes(128), "is a binary file"),
        ("å,ß".encode("utf-16-le"), "."),
        (b"one,two\n1,2\n", "is a statement that no profile knows"),
        (",".join(COLUMNS).encode(), "has a header and no rows"),
    ],
)
def test_files_that_are_none(
    tmp_path: Path, db: sqlite3.Connection, content: bytes, message: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    before = facts(db)
    with pytest.raises(FolioError, match=message):
        load(db, path)
    with pytest.raises(FolioError, match="is a folder"):
        load(db, tmp_path)
    assert facts(db) == before


def test_an_exchange_of_money_is_the_same_by_hand_and_from_a_file(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    """Rules 8: what came in opens at the value of what was given, a stated one, with its fee.

    500 EUR for 550 USD cost 500 EUR; 100 EUR and a fee of 2 EUR for 110 USD cost 102 EUR; 100 CHF
    for 110 USD that are said to be worth 77 GBP cost 77 GBP.  (Euros are worth themselves here.)
    """
    header = "date,kind,account,institution,asset,to_asset,quantity,to_quantity,fee,amount,currency"
    words = ("on", "asset", "quantity", "to_quantity", "fee", "amount", "currency")
    swaps = (
        ("2024-02-01", "EUR", "500", "550", "", "", ""),
        ("2024-02-02", "EUR", "100", "110", "2", "", "EUR"),
        ("2024-02-03", "CHF", "100", "110", "", "77", "GBP"),
    )
    rows = [f"{on},swap,a,B,{asset},USD,{','.join(rest)}" for on, asset, *rest in swaps]
    load(db, written(tmp_path, header, "2024-01-01,deposit,a,B,EUR,,1000,,,,", *rows))
    for swap in swaps:
        said = {"kind": "swap", "account": "hand", "to_asset": "USD"}
        said |= dict(zip(words, swap, strict=True))
        did(db, WHO, add_transaction, said, today=dt.date(2024, 3, 1), create=True)
    names = {asset.id: asset.symbol for asset in Catalog(db).assets.values()}
    dollars = [h.id for h in Catalog(db).holdings.values() if names[h.asset_id] == "USD"]
    costs = [
        [(lot.quantity, lot.cost, names[lot.currency or 0]) for lot in lots]
        for lots in read_lots(db, dollars).values()
    ]
    assert costs == [[(550, 500, "EUR"), (110, 102, "EUR"), (110, 77, "GBP")]] * 2


def test_money_that_is_exchanged_is_worth_itself_in_its_own_currency(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    """100 CHF for 2 coins that a source calls worth 99 CHF: 100 CHF were given for them."""
    header = (
        "date,kind,account,institution,asset,to_asset,quantity,to_quantity,amount,currency,type"
    )
    swap = "2024-02-03,swap,a,B,CHF,COIN,100,2,99,CHF,"
    load(db, written(tmp_path, header, swap))
    lots = [lot for some in read_lots(db).values() for lot in some if lot.quantity == 2]
    assert [(lot.cost, Catalog(db).assets[lot.currency or 0].symbol) for lot in lots] == [
        (100, "CHF")
    ]
