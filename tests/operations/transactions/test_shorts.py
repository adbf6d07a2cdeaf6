"""Short sales: they owe what they fetched, and what gives the units back realises the difference.

So say IRS Publication 550 ("Short Sales": the gain is what the sale fetched less what the units
that close it cost) and beancount, where a lot below zero is reduced by a purchase.
"""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.db.derived.disposals import read_disposals
from folio.errors import FolioError
from folio.model.assets import AssetRef
from folio.model.dates import EVER
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.importing.import_files import import_files
from folio.operations.importing.read_files import Choices
from folio.operations.transactions.record import Recorder
from folio.reports.attention.status import status
from folio.reports.query import Query
from folio.reports.sold.gains import gains as report
from importing import PROFILES

SAMPLES = Path(__file__).parents[2] / "importers"


def gains(keeper: Bookkeeper, where: str = "Broker", asset: str = "ACME") -> list[tuple[str, str]]:
    """Day and gain of each slice that realised something; of unknown gain "?"."""
    return [
        (
            part.disposed_on,
            "?"
            if part.proceeds is None or part.cost is None
            else f"{(part.proceeds - part.cost).normalize():f}",
        )
        for part in keeper.disposals(where, asset)
        if part.realises
    ]


def listed(keeper: Bookkeeper) -> list[tuple[str, ...]]:
    """Units, proceeds and cost of what the report of gains lists."""
    book = keeper.book()
    table = report(book, Query(day("2024-12-31"), book.base), EVER)
    shown = [[row[key] for key in ("quantity", "proceeds", "cost")] for row in table.rows]
    return [tuple(str(getattr(cell, "value", cell)) for cell in row) for row in shown]


def findings(keeper: Bookkeeper, known_at: int | None = None) -> list[str]:
    book = keeper.book(known_at=known_at)
    then = None if known_at is None else dt.datetime(2025, 1, 20, tzinfo=dt.UTC)
    query = Query(day("2024-12-31"), book.base, known_at=then)
    return [str(row["kind"]) for row in status(book, query).rows]


def test_what_covers_a_short_sale_realises_the_difference(keeper: Bookkeeper) -> None:
    """10 sold at 50 less a fee of 3 owe 497.  4 for 161 gain 198.80 − 161 = 37.80; of 8 at 45,
    6 gain 298.20 − 270 = 28.20, and 2 are a lot of their own."""
    sold = keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=10, price=50, fee=3,
                      lot="short")  # fmt: skip
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == [(-10, -497)]
    assert "negative balance" not in findings(keeper)
    keeper.add("buy", "2024-03-01", "Broker", "ACME", quantity=4, price=40, fee=1)
    keeper.add("buy", "2024-04-01", "Broker", "ACME", quantity=8, price=45)
    assert gains(keeper) == [("2024-03-01", "37.8"), ("2024-04-01", "28.2")]
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == [(2, 90)]
    assert "covered late" not in findings(keeper)
    assert listed(keeper) == [("-4", "198.80", "161.00"), ("-6", "298.20", "270.00")]
    keeper.undo(keeper.undo(sold))  # it comes back as what it was
    assert gains(keeper) == [("2024-03-01", "37.8"), ("2024-04-01", "28.2")]
    keeper.amend(sold + 4, price=51)
    assert gains(keeper)[0] == ("2024-03-01", "41.8")


def test_what_is_there_is_sold_before_anything_is_short(keeper: Bookkeeper) -> None:
    """Of 5, 2 were held for 20: they gain 24 − 20, and 3 are owed for 36."""
    keeper.add("buy", "2024-01-10", "Broker", "ACME", quantity=2, price=10)
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=5, price=12, lot="short")
    assert gains(keeper) == [("2024-02-01", "4")]
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == [(-3, -36)]


def test_lots_are_named_beside_what_is_short(keeper: Bookkeeper) -> None:
    """1 of lot 1 and 2 that are not there; the other unit of that lot stays."""
    lot = keeper.add("buy", "2024-01-10", "Broker", "ACME", quantity=2, price=10)
    keeper.add("buy", "2024-01-11", "Broker", "ACME", quantity=1, price=11)
    with pytest.raises(FolioError, match="lot short"):
        keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=4, price=12)
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=4, price=12, lot=f"{lot}:1,short")
    assert gains(keeper) == [("2024-02-01", "2"), ("2024-02-01", "2"), ("2024-02-01", "1")]
    assert [(one.quantity, one.cost) for one in keeper.lots("Broker", "ACME")] == [(-1, -12)]


def test_what_nobody_calls_short_stays_unknown_until_it_is_said(keeper: Bookkeeper) -> None:
    """A statement may begin after the purchase: a later one covers only what is said to."""
    sold = keeper.fact("sell", "2024-02-01", "Broker", "ACME", quantity=3, price=12)
    keeper.add("buy", "2024-05-01", "Broker", "ACME", quantity=3, price=10)
    assert gains(keeper) == [("2024-02-01", "?")]
    assert "covered late" in findings(keeper)
    keeper.amend(sold, lot="short")
    assert gains(keeper) == [("2024-05-01", "6")]
    assert "covered late" not in findings(keeper)


def test_what_ends_a_short_sale_that_is_not_recorded_is_not_held(keeper: Bookkeeper) -> None:
    """A statement may begin after the sale: 3 are bought back for 30, of which 1 was sold for 12.
    2 came from nowhere until the sale before is recorded: at 11, 2 that fetched 26 gain 4."""
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=1, price=12, lot="short")
    ended = keeper.fact("buy", "2024-05-01", "Broker", "ACME", quantity=3, price=10, lot="short")
    assert gains(keeper) == [("2024-05-01", "2")]
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == [(2, None)]
    assert "no short sale" in findings(keeper)
    keeper.amend(ended, on="2024-05-02")
    keeper.amend(ended + 2, price=11)
    assert gains(keeper) == [("2024-05-02", "1")]
    keeper.add("sell", "2024-01-10", "Broker", "ACME", quantity=2, price=13, lot="short")
    assert gains(keeper) == [("2024-05-02", "4"), ("2024-05-02", "1")]
    assert "no short sale" not in findings(keeper)
    with pytest.raises(FolioError, match="takes no --lot 1, but"):
        keeper.add("buy", "2024-05-03", "Broker", "ACME", quantity=1, price=10, lot=1)


def test_units_of_several_currencies_end_a_short_sale(keeper: Bookkeeper) -> None:
    """3 NEW sold short for 9 EUR are ended by those of 3 lots of ACME, each with half of its cost:
    0.01 USD, 2 EUR and 0.01 USD, the dollar at 0.50.  The dollars are 0.02 USD together, 0.01 EUR.
    """
    keeper.asset("NEW")
    keeper.price("USD", "2024-01-01", "0.5")
    keeper.fact("sell", "2024-01-02", "Broker", "NEW", quantity=3, amount=9, lot="short")
    for on, cost, currency in (("03", "0.02", "USD"), ("04", "4", "EUR"), ("05", "0.02", "USD")):
        words = {"quantity": 1, "amount": cost, "currency": currency}
        keeper.fact("buy", f"2024-01-{on}", "Broker", "ACME", **words)
    words = {"quantity": 3, "related_asset": "ACME", "cost_share": "50%"}
    keeper.fact("spin_off", "2024-01-08", "Broker", "NEW", **words)
    assert listed(keeper) == [
        ("-1", "3.00", "0.01"), ("-1", "3.00", "2.00"), ("-1", "3.00", "0.00"),
    ]  # fmt: skip


def test_money_that_a_short_sale_fetched_ends_none(keeper: Bookkeeper) -> None:
    """It is a lot of the same transaction in another holding; nor is a sale short that came after
    what is known."""
    words = {"quantity": 5, "price": 40, "currency": "USD"}
    keeper.add("sell", "2024-12-01", "Broker", "ACME", **words, lot="short")
    (known,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    assert "no short sale" not in findings(keeper)
    keeper.account("Later")
    keeper.add("sell", "2024-12-02", "Later", "ACME", **words, lot="short")
    assert "no short sale" not in findings(keeper, known)


def test_what_is_owed_where_a_transfer_left_is_not_covered_late(keeper: Bookkeeper) -> None:
    """10 dollars that were not there left, 0.9 arrived: of the 9.1 that were lost nothing came
    later.  Nor does what is recorded next alter what was found then."""
    keeper.account("Other")
    keeper.price("USD", "2024-05-01", "0.9", "EUR")  # at which what was lost is sold
    words = {"quantity": 10, "to_account": "Other", "to_quantity": "0.9"}
    keeper.add("transfer", "2024-05-01", "Broker", "USD", **words)
    then = findings(keeper)
    (known,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    keeper.add("deposit", "2024-05-02", "Broker", "EUR", quantity=1)
    assert "covered late" not in then
    assert findings(keeper, known) == then


@pytest.mark.parametrize(
    ("expired", "gained", "left"),
    [(1, [("2024-03-15", "88.86")], []), (3, [("2024-03-15", "88.86")], [(2, None)])],
)
def test_an_option_that_was_written_and_expires_gains_its_premium(
    keeper: Bookkeeper,
    expired: int,
    gained: list[tuple[str, str]],
    left: list[tuple[int, Decimal | None]],
) -> None:
    """90 less 1.14 for one that ends for nothing; of more than is owed nobody knows what it was."""
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=1, amount=90, fee="1.14",
               lot="short")  # fmt: skip
    units = Leg("asset", AssetRef("ACME", "stock"), Decimal(expired))
    ended = Draft("delisting", day("2024-03-15"), AccountRef("Broker"), (units,))
    keeper.write(lambda write: Recorder(write, "statement").record(ended))
    assert gains(keeper) == gained
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == left


# Gains as the statement itself prints them (IBKR), or of the sums that moved: 90 − 1 − 0.14.
@pytest.mark.parametrize(
    ("profile", "account", "asset", "gained"),
    [
        ("tastytrade", "tastytrade", "EXMA 240920C00060000", [("2024-09-20", "88.86")]),
        ("ibkr_activity", "Interactive Brokers", "VTI 20JUN25 240 P", [("2025-06-20", "249.35")]),
    ],
)
def test_statements_say_what_they_sell_to_open(
    keeper: Bookkeeper, profile: str, account: str, asset: str, gained: list[tuple[str, str]]
) -> None:
    file = SAMPLES / profile / "sample.csv"
    import_files(keeper.db, keeper.who, [file], PROFILES, Choices(create=True))
    assert gains(keeper, account, asset) == gained


ACTIVITY = (
    "Statement,Header,Field Name,Field Value\nStatement,Data,Title,Activity Statement\n"
    "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,"
    "Proceeds,Comm/Fee,Code\n"
)
FLEX = (
    "AssetClass,CurrencyPrimary,Symbol,TradeDate,Quantity,TradePrice,Proceeds,IBCommission,"
    "Open/CloseIndicator\n"
)


FIDELITY = (
    "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),"
    "Accrued Interest ($),Amount ($),Settlement Date\n"
)
FIDELITY_ROWS = (
    "07/03/2024,YOU BOUGHT SHORT COVER EXAMPLE (EXM) (Short),EXM,EXAMPLE,Short,6,40,,,,-240,\n"
    "07/02/2024,YOU SOLD SHORT SALE EXAMPLE (EXM) (Short),EXM,EXAMPLE,Short,-5,50,,,,250,\n"
    "07/02/2024,YOU BOUGHT CLOSING TRANSACTION 22320 PUT (EXM) EXAMPLE (Margin), -EXM240719P50,"
    "PUT,Margin,1,1,,,,-100,\n"
    "07/01/2024,YOU BOUGHT OPENING TRANSACTION CALL (EXM) EXAMPLE (Margin), -EXM240719C50,CALL,"
    "Margin,1,1,,,,-100,\n"
)
ETRADE = (
    "Activity/Trade Date,Transaction Date,Settlement Date,Activity Type,Description,Symbol,Cusip,"
    "Quantity #,Price $,Amount $,Commission,Category,Note\n"
)
ETRADE_ROWS = (
    "07/03/24,07/03/24,07/05/24,Bought To Cover,EXAMPLE,EXM,,6,40,-240,0,--,--\n"
    "07/02/24,07/02/24,07/05/24,Sold Short,EXAMPLE,EXM,,-5,50,250,0,--,--\n"
)


@pytest.mark.parametrize(
    ("text", "account", "held"),
    [
        (FIDELITY + FIDELITY_ROWS, "Fidelity",
         {"EXM": (1, None), "EXM240719P50": (1, None), "EXM240719C50": (1, 100)}),
        (ETRADE + ETRADE_ROWS, "E*TRADE", {"EXM": (1, None)}),
    ],
)  # fmt: skip
def test_words_for_short_sales_and_what_ends_them(
    keeper: Bookkeeper, tmp_path: Path, text: str, account: str, held: dict[str, Any]
) -> None:
    """5 sold short at 50 and 6 bought to cover at 40: 50 of gain, and one that ends nothing."""
    file = tmp_path / "trades.csv"
    file.write_text(text)
    import_files(keeper.db, keeper.who, [file], PROFILES, Choices(create=True))
    assert gains(keeper, account, "EXM") == [("2024-07-03", "50")]
    for symbol, lot in held.items():
        assert [(one.quantity, one.cost) for one in keeper.lots(account, symbol)] == [lot]


@pytest.mark.parametrize(
    ("profile", "head", "row"),
    [
        ("ibkr_activity", ACTIVITY, "Trades,Data,Order,Stocks,USD,{1},{0},{2},50,{3},0,{4}\n"),
        ("ibkr_flex", FLEX, "STK,USD,{1},{0},{2},50,{3},0,{4}\n"),
    ],
)
def test_who_opens_and_who_closes_at_interactive_brokers(
    keeper: Bookkeeper, tmp_path: Path, profile: str, head: str, row: str
) -> None:
    """A purchase that opens costs what was paid; one that closes ends what was sold short, and
    nothing is held of it; one that does both opens what is left."""
    rows = [
        ("2024-07-01", "EXM", 10, -500, "O"),
        ("2024-07-01", "ABC", 10, -500, "C"),
        ("2024-07-02", "DEF", -10, 500, "O"),
        ("2024-07-03", "DEF", 12, -600, "C;O"),
        ("2024-07-04", "EXM", -4, 240, "C"),
    ]
    file = tmp_path / "trades.csv"
    file.write_text(head + "".join(row.format(*one) for one in rows))
    import_files(keeper.db, keeper.who, [file], PROFILES, Choices(create=True))
    found = {
        symbol: [(lot.quantity, lot.cost) for lot in keeper.lots("Interactive Brokers", symbol)]
        for symbol in ("EXM", "ABC", "DEF")
    }
    assert found == {"EXM": [(6, 300)], "ABC": [(10, None)], "DEF": [(2, 100)]}


OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:103

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20240401
<FI><ORG>Acme Invest<FID>9</FI></SONRS></SIGNONMSGSRSV1>
<INVSTMTMSGSRSV1><INVSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<INVSTMTRS><DTASOF>20240331<CURDEF>USD
<INVACCTFROM><BROKERID>acme.example<ACCTID>A-1</INVACCTFROM>
<INVTRANLIST><DTSTART>20240101<DTEND>20240331
<SELLOPT><INVSELL><INVTRAN><FITID>1<DTTRADE>20240102</INVTRAN>
<SECID><UNIQUEID>O1<UNIQUEIDTYPE>OTHER</SECID><UNITS>-1<UNITPRICE>2.50<COMMISSION>1<TOTAL>249
</INVSELL><OPTSELLTYPE>SELLTOOPEN<SHPERCTRCT>100</SELLOPT>
<CLOSUREOPT><INVTRAN><FITID>2<DTTRADE>20240123</INVTRAN>
<SECID><UNIQUEID>O1<UNIQUEIDTYPE>OTHER</SECID><OPTACTION>EXPIRE<UNITS>1<SHPERCTRCT>100</CLOSUREOPT>
</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>
"""
QIF = """!Type:Invst
D1/ 2'24
NShtSell
YAcme
I25
Q10
T249.00
O1.00
^
D1/23'24
NCvrShrt
YAcme
I20
Q10
T200.00
^
"""
SCHWAB = """"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
"01/23/2024","Expired","AAA 01/19/2024 10.00 C","CALL ALPHA","1","","",""
"01/02/2024","Sell to Open","AAA 01/19/2024 10.00 C","CALL ALPHA","1","$2.50","$1.00","$249.00"
"""
ROBINHOOD = """"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"
"1/23/2024","1/23/2024","1/23/2024","EXM","Option Expiration for EXM 1/19/2024 Call $60.00","OEXP","1","",""
"1/2/2024","1/2/2024","1/3/2024","EXM","EXM 1/19/2024 Call $60.00","STO","1","$2.50","$249.00"
"""  # noqa: E501
FIDELITY = """Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Accrued Interest ($),Amount ($),Cash Balance ($),Settlement Date
01/23/2024,"EXPIRED CALL (EXM) EXAMPLE CORP",-EXM240119C60,"CALL (EXM)",Margin,1,,,,,,0,
01/02/2024,"YOU SOLD OPENING TRANSACTION CALL (EXM) EXAMPLE CORP (Margin)",-EXM240119C60,"CALL (EXM)",Margin,-1,2.50,1,,,249,0,01/03/2024
"""  # noqa: E501
FLEX = """<FlexQueryResponse queryName="A" type="AF"><FlexStatements count="1">
<FlexStatement accountId="U1234567" fromDate="20240101" toDate="20241231"><Trades>
<Trade accountId="U1234567" currency="USD" assetCategory="OPT" symbol="EXM C60" description="EXM" tradeID="1" transactionID="1001" dateTime="20240102;100000" buySell="SELL" quantity="-1" tradePrice="2.5" proceeds="250" taxes="0" ibCommission="-1" ibCommissionCurrency="USD" netCash="249" openCloseIndicator="O" levelOfDetail="EXECUTION" />
<Trade accountId="U1234567" currency="USD" assetCategory="OPT" symbol="EXM C60" description="EXM" tradeID="2" transactionID="1002" dateTime="20240123;162000" buySell="BUY" quantity="1" tradePrice="0" proceeds="0" taxes="0" ibCommission="0" ibCommissionCurrency="USD" netCash="0" openCloseIndicator="C" levelOfDetail="EXECUTION" />
</Trades></FlexStatement></FlexStatements></FlexQueryResponse>
"""  # noqa: E501


@pytest.mark.parametrize(
    ("name", "text", "gained"),
    [
        ("a.ofx", OFX, "249"),
        ("a.qif", QIF, "49"),
        ("schwab.csv", SCHWAB, "249"),
        ("robinhood.csv", ROBINHOOD, "249"),
        ("fidelity.csv", FIDELITY, "249"),
        ("flex.xml", FLEX, "249"),
    ],
)
def test_each_says_it_in_its_own_words(
    keeper: Bookkeeper, tmp_path: Path, name: str, text: str, gained: str
) -> None:
    """Sold for 250 less 1, and for nothing or for 200 it ends."""
    (tmp_path / name).write_text(text, "utf-8")
    import_files(keeper.db, keeper.who, [tmp_path / name], PROFILES, Choices(create=True))
    book = keeper.book()
    parts = [
        one for h in book.catalog.holdings for one in read_disposals(keeper.db, holding_ids=[h])
    ]
    own = [one for one in parts if one.quantity < 0 and one.cost is not None]
    assert [f"{(one.proceeds or 0) - (one.cost or 0):f}" for one in own] == [gained]


def test_what_is_owed_is_not_merged_or_transferred_and_the_way_round_is_said(
    keeper: Bookkeeper,
) -> None:
    """Ten sold short for 1,000 become five of NEWCO: bought at what they fetched nothing is
    gained, and the five that are sold short for it cost 750 to end: 250 are gained, all in all."""
    keeper.asset("NEWCO")
    keeper.account("Other")
    keeper.add("sell", "2024-01-02", "Broker", "ACME", quantity=10, price=100, lot="short")
    owed = r"owes 10 ACME on 2024-02-01, so 10 cannot go out; what was sold short ends where it is"
    for kind, to in (
        ("merger", {"to_asset": "NEWCO", "to_quantity": 5}),
        ("symbol_change", {"to_asset": "NEWCO", "to_quantity": 5}),
        ("transfer", {"to_account": "Other"}),
        ("delisting", {}),
    ):
        with pytest.raises(FolioError, match=owed):
            keeper.add(kind, "2024-02-01", "Broker", "ACME", quantity=10, **to)
    with pytest.raises(FolioError, match=r"has 0 ACME on 2024-02-01, so 10 .* say --lot short"):
        keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=10, price=100)
    keeper.add("buy", "2024-02-01", "Broker", "ACME", quantity=10, amount=1000)
    keeper.add("sell", "2024-02-01", "Broker", "NEWCO", quantity=5, amount=1000, lot="short")
    keeper.add("buy", "2024-03-01", "Broker", "NEWCO", quantity=5, price=150)
    assert gains(keeper) + gains(keeper, asset="NEWCO") == [
        ("2024-02-01", "0"),
        ("2024-03-01", "250"),
    ]
