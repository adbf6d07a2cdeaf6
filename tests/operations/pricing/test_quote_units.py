"""Pence are never taken for pounds.

The traps are those of data vendors' codes: London's shares are quoted in GBX (also GBp),
Johannesburg's in ZAc, Tel Aviv's in ILA, each a hundredth of an ISO 4217 currency.
"""

from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.errors import BadRows, FolioError, UsageError
from folio.model.assets import AssetRef
from folio.model.quote_units import in_major, parse_quote_unit
from folio.model.table import Amount
from folio.operations.arranging.arrange import set_asset
from folio.operations.names import add_asset
from folio.operations.pricing.prices_by_hand import add_price
from folio.reports.held.holdings import holdings
from folio.reports.prices.prices import prices
from folio.reports.query import Query


@pytest.fixture
def pence(keeper: Bookkeeper) -> Bookkeeper:
    """VOD is quoted in pence; BARC does not say."""
    for code in ("GBP", "USD"):
        keeper.asset(code, "currency")
    keeper.write(lambda write: add_asset(write, AssetRef("VOD", "stock"), quote_unit="GBp"))
    keeper.asset("BARC", "stock")
    return keeper


def state(keeper: Bookkeeper, asset: str, price: str, on: str, **more: Any) -> Decimal | None:
    return keeper.do(add_price, asset, day(on), Decimal(price), **more).price


def cost_of(keeper: Bookkeeper, asset: str) -> tuple[str, str]:
    (lot,) = keeper.lots("Broker", asset)
    return str(lot.cost), keeper.book().catalog.assets[lot.currency or 0].symbol


@pytest.mark.parametrize(
    ("code", "currency", "amount"),
    [
        ("GBX", "GBP", "72.34"),
        ("GBp", "GBP", "72.34"),
        ("GBXP", "GBP", "72.34"),
        ("ZAc", "ZAR", "72.34"),
        ("ZAC", "ZAR", "72.34"),
        ("ILA", "ILS", "72.34"),
        ("USX", "USD", "72.34"),
        ("GBP", "GBP", "7234"),  # a pound is a pound
        ("gbp", "gbp", "7234"),
        ("JPY", "JPY", "7234"),
    ],
)
def test_the_table(code: str, currency: str, amount: str) -> None:
    assert in_major(Decimal(7234), code) == (Decimal(amount), currency)


def test_a_unit_is_named_as_it_is_kept() -> None:
    assert [parse_quote_unit(t).code for t in ("GBp", "GBX", "ZAC")] == ["GBX", "GBX", "ZAc"]
    with pytest.raises(UsageError, match="GBX, ILA, USX, ZAc"):
        parse_quote_unit("GBP")


@pytest.mark.parametrize("code", ["GBX", "GBp"])
def test_case_tells_a_penny_from_a_pound(pence: Bookkeeper, code: str) -> None:
    """GBp is no way to write GBP, though names are found in any case."""
    assert state(pence, "BARC", "301", "2025-03-03", currency=code) == Decimal("3.01")
    pence.prices(f"date,asset,quote,price\n2025-03-04,BARC,{code},302")
    pence.add("deposit", "2025-03-03", "Broker", code, quantity=301)
    assert pence.quantity("Broker", "GBP") == Decimal("3.01")
    with pytest.raises(FolioError, match=f"no asset '{code}'"):
        pence.observe("Broker", code, 301, "2025-03-04")
    query = "SELECT price FROM prices ORDER BY day"
    assert [p for (p,) in pence.db.execute(query)] == ["3.01", "3.02"]


@pytest.mark.parametrize("currency", [{}, {"currency": "GBX"}, {"currency": "GBp"}])
def test_ten_shares_at_7234_pence_cost_723_pounds_40(
    pence: Bookkeeper, currency: dict[str, str]
) -> None:
    """7234 pence × 10 = 72,340 pence = 723.40 GBP, out of cash in pounds."""
    pence.add("buy", "2025-03-03", "Broker", "VOD", quantity=10, price=7234, **currency)
    assert cost_of(pence, "VOD") == ("723.4", "GBP")
    assert pence.quantity("Broker", "GBP") == Decimal("-723.40")


def test_a_fee_beside_a_price_in_the_unit_is_in_pounds(pence: Bookkeeper) -> None:
    """723.40 and a fee of 1 pound; stated in GBX, the fee is a penny."""
    pence.add("buy", "2025-03-03", "Broker", "VOD", quantity=10, price=7234, fee=1)
    pence.add("buy", "2025-03-03", "Wallet", "VOD", quantity=10, price=7234, fee=1, currency="GBX")
    assert cost_of(pence, "VOD") == ("724.4", "GBP")
    assert str(pence.lots("Wallet", "VOD")[0].cost) == "723.41"


def test_an_amount_of_a_share_in_pence_is_in_pounds(pence: Bookkeeper) -> None:
    """1,000 VOD at 4.51p a share pay 45.10 pounds: nobody states 45.10 euros, the book's own."""
    pence.add("buy", "2025-03-03", "Broker", "VOD", quantity="1000", price="68.5")
    paid = pence.add("dividend", "2025-05-01", "Broker", "VOD", amount="45.10")
    query = """
        SELECT a.symbol, p.quantity FROM postings p JOIN holdings h ON h.id = p.holding_id
        JOIN assets a ON a.id = h.asset_id WHERE p.transaction_id = ?
    """
    assert pence.db.execute(query, [paid]).fetchall() == [("GBP", "45.1")]


def test_stated_pence_are_pence_for_any_asset(pence: Bookkeeper) -> None:
    pence.add("buy", "2025-03-03", "Broker", "BARC", quantity=10, price=301, currency="GBX")
    assert cost_of(pence, "BARC") == ("30.1", "GBP")
    assert state(pence, "BARC", "305.5", "2025-03-04", currency="GBX") == Decimal("3.055")


def test_stated_pounds_are_pounds(pence: Bookkeeper) -> None:
    pence.add("buy", "2025-03-03", "Broker", "VOD", quantity=10, price="72.34", currency="GBP")
    assert cost_of(pence, "VOD") == ("723.4", "GBP")


def test_cash_is_never_held_in_pence(pence: Bookkeeper) -> None:
    """100,000 pence are 1,000 pounds, whether deposited, paid or exchanged."""
    pence.add("deposit", "2025-03-03", "Broker", "GBX", quantity=100_000)
    pence.add("fee", "2025-03-04", "Broker", amount=250, currency="GBX")
    pence.add("dividend", "2025-03-05", "Broker", amount=450, currency="GBX", related_asset="VOD")
    pence.add(
        "swap", "2025-03-06", "Broker", "GBX", quantity=10_000, to_asset="USD", to_quantity=130
    )
    assert pence.quantity("Broker", "GBP") == Decimal("902")  # 1000 − 2.50 + 4.50 − 100
    assert {a.symbol for a in pence.book().catalog.assets.values()}.isdisjoint({"GBX", "GBp"})
    with pytest.raises(UsageError, match="GBX is a unit of prices"):
        pence.asset("GBX", "currency")


def test_a_dividend_per_share_in_pence(pence: Bookkeeper) -> None:
    """4.5 pence × 10 shares = 45 pence = 0.45 GBP."""
    pence.add("buy", "2025-03-03", "Broker", "VOD", quantity=10, price=7234)
    pence.add("dividend", "2025-03-05", "Broker", "VOD", quantity=10, price="4.5")
    assert pence.quantity("Broker", "GBP") == Decimal("-723.40") + Decimal("0.45")


def test_a_coin_called_gbx_is_a_coin(pence: Bookkeeper) -> None:
    """GoByte, a coin, has the symbol GBX: what the book holds comes before the unit."""
    pence.asset("GBX", "crypto")
    pence.add("deposit", "2025-03-03", "Wallet", "GBX", quantity=50)
    assert pence.quantity("Wallet", "GBX") == 50


def test_a_report_in_euros(pence: Bookkeeper) -> None:
    """Bought: 10 at 7234 GBX = 723.40 GBP, at 1.20 EUR = 868.08 EUR.  Now: 7500 GBX = 75 GBP,
    750.00 GBP at 1.17 = 877.50 EUR.  Gain: 9.42 EUR.  The price is shown as 7500 GBX."""
    pence.price("GBP", "2025-03-03", "1.20")
    pence.price("GBP", "2025-06-30", "1.17")
    pence.add("buy", "2025-03-03", "Broker", "VOD", quantity=10, price=7234)
    state(pence, "VOD", "7500", "2025-06-30")
    book = pence.book()
    rows = holdings(book, Query(day("2025-06-30"), book.base)).rows
    vod = next(row for row in rows if row["asset"] == "VOD")
    amounts = {key: str(cell.value) for key, cell in vod.items() if isinstance(cell, Amount)}
    keys = ("value", "cost_basis", "unrealised_gain")
    assert [amounts[k] for k in keys] == ["877.50", "868.08", "9.42"]
    assert (amounts["price"], vod["price_currency"]) == ("7500", "GBX")


def test_the_unit_is_shown_as_it_was_known(pence: Bookkeeper) -> None:
    """Stating or dropping a unit changes how a price is shown, and no figure."""
    state(pence, "BARC", "3.01", "2025-03-04", currency="GBP")
    before = pence.derived()

    def shown(**more: Any) -> tuple[str, object]:
        book = pence.book(**more)
        rows = prices(book, Query(day("2025-03-04"), book.base), ("BARC",)).rows
        return str(rows[0]["price"].value), rows[0]["quote"]  # type: ignore[union-attr]

    (known,) = pence.db.execute("SELECT max(id) FROM commits").fetchone()
    pence.write(lambda write: set_asset(write, "BARC", quote_unit="GBX"))
    assert pence.derived() == before
    assert shown() == ("301", "GBX")
    assert shown(known_at=known) == ("3.01", "GBP")
    pence.write(lambda write: set_asset(write, "BARC", quote_unit=""))
    assert shown() == ("3.01", "GBP")


@pytest.mark.parametrize(
    ("price", "currency", "asks"),
    [
        ("7234", "GBP", "is that GBX"),  # 100 times
        ("3617", "GBP", "is that GBX"),  # 50 times
        ("14468", "GBP", "is that GBX"),  # 200 times
        ("3600", "GBP", None),  # less than 50 times
        ("14500", "GBP", None),  # more than 200 times
        ("72.34", None, "is that GBP"),  # pence by default: a hundredth
        ("36.17", "GBX", "is that GBP"),  # a 200th
        ("144.68", "GBX", "is that GBP"),  # a 50th
        ("145", "GBX", None),
        ("0", "GBX", None),  # worthless is not a unit
        ("7300", None, None),
    ],
)
def test_a_price_in_the_wrong_unit_is_asked_about(
    pence: Bookkeeper, price: str, currency: str | None, asks: str | None
) -> None:
    """The last price is 72.34 GBP."""
    state(pence, "VOD", "72.34", "2025-03-03", currency="GBP")
    buy = {"quantity": 1, "price": price} | ({"currency": currency} if currency else {})
    if asks is None:
        state(pence, "VOD", price, "2025-03-04", currency=currency)
        return
    with pytest.raises(UsageError, match=f"{asks}.*--force"):
        state(pence, "VOD", price, "2025-03-04", currency=currency)
    with pytest.raises(UsageError, match=asks):
        pence.add("buy", "2025-03-04", "Broker", "VOD", **buy)
    quote = currency or ""
    with pytest.raises(BadRows, match=f"line 2: {asks}"):
        pence.prices(f"date,asset,quote,price\n2025-03-04,VOD,{quote},{price}")
    assert state(pence, "VOD", price, "2025-03-04", currency=currency, force=True) is not None


def test_a_share_without_a_unit_may_rise_as_it_likes(pence: Bookkeeper) -> None:
    state(pence, "BARC", "3.01", "2025-03-03", currency="GBP")
    assert state(pence, "BARC", "301", "2025-03-04", currency="GBP") == 301


def test_a_split_is_no_wrong_unit(pence: Bookkeeper) -> None:
    """After 1:100 a share of 72.34 GBP is one of 7234 GBP."""
    state(pence, "VOD", "7234", "2025-03-03")
    pence.add("split", "2025-03-04", asset="VOD", ratio="1:100")
    assert state(pence, "VOD", "723400", "2025-03-05") == 7234


def test_prices_in_bulk(pence: Bookkeeper) -> None:
    """A cell GBX says pence, an empty one too where the asset states a unit; open, high and low
    are shifted with the price, the volume is not."""
    pence.prices(
        "date,asset,quote,price,open,high,low,volume\n"
        "2025-03-03,VOD,,7234,7200,7300,7100,1000\n"
        "2025-03-03,BARC,GBX,301,,,,\n"
    )
    query = "SELECT price, open, high, low, volume FROM prices WHERE asset_id = ?"
    found = {s: pence.db.execute(query, [pence.asset_id(s)]).fetchone() for s in ("VOD", "BARC")}
    assert found["VOD"] == ("72.34", "72", "73", "71", "1000")
    assert found["BARC"] == ("3.01", None, None, None, None)
    with pytest.raises(BadRows, match="does not say in what BARC is quoted"):
        pence.prices("date,asset,quote,price\n2025-03-04,BARC,,301")


def test_amending_a_price_keeps_its_unit(pence: Bookkeeper) -> None:
    """7234 GBX and a fee of 1 GBP; the price amended to 7230: 723.00 + 1.00."""
    bought = pence.add("buy", "2025-03-03", "Broker", "VOD", quantity=10, price=7234, fee=1)
    again = pence.amend(bought, price=7230)
    assert cost_of(pence, "VOD") == ("724", "GBP")
    pence.amend(again, price="72.20", currency="GBP")
    assert cost_of(pence, "VOD") == ("723", "GBP")


def test_a_batch_states_units(pence: Bookkeeper) -> None:
    pence.batch(
        "kind,on,account,asset,quantity,price,currency,fee,fee_currency\n"
        "buy,2025-03-03,Broker,VOD,10,7234,,1,\n"
        "buy,2025-03-03,Broker,BARC,10,301,GBX,150,GBp\n"
    )
    assert cost_of(pence, "VOD") == ("724.4", "GBP")
    assert cost_of(pence, "BARC") == ("31.6", "GBP")


def test_where_a_unit_is_no_currency(pence: Bookkeeper) -> None:
    with pytest.raises(FolioError, match="is no unit of prices"):
        pence.write(lambda write: set_asset(write, "BARC", quote_unit="pence"))
