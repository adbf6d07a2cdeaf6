"""The report of returns on small books, worked by hand."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book import Book
from folio.book.selection import Filters
from folio.model.dates import Period
from folio.model.table import Amount, Phrases, Table
from folio.operations.arranging.merge_assets import merge_assets
from folio.reports.earned.returns import returns
from folio.reports.over_time.history import history
from folio.reports.query import Query

D = Decimal


def report(
    keeper: Bookkeeper,
    period: str,
    by: str = "none",
    *,
    benchmark: str | None = None,
    currency: str = "EUR",
    book: Book | None = None,
    as_of: str | None = None,
    **filters: tuple[str, ...],
) -> Table:
    book = book or keeper.book()
    start, end = period.split("..")
    assets = {a.symbol: a for a in book.catalog.assets.values()}
    query = Query(day(as_of or end), assets[currency], Filters(**filters), exact=True)
    other = None if benchmark is None else assets[benchmark]
    return returns(book, query, Period(day(start), day(end)), by, other)


def figure(row: dict[str, Any], key: str) -> Decimal | None:
    cell = row[key]
    assert cell is None or isinstance(cell, Amount)
    return None if cell is None else cell.value


def percents(row: dict[str, Any], *keys: str) -> list[str | None]:
    """Ratios as per cent, to four places."""
    found = [figure(row, key) for key in keys]
    return [None if one is None else str(round(one * 100, 4)) for one in found]


def money(row: dict[str, Any], *keys: str) -> list[str | None]:
    found = [figure(row, key) for key in keys]
    return [None if one is None else str(one) for one in found]


MONEY = ("start_value", "flows", "end_value", "gain")


def week(keeper: Bookkeeper) -> None:
    """1000 come in, half goes into 10 ACME at 50, which rise to 55; 1000 more come in; ACME
    rises to 60.50 and pays 20."""
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=10, price=50)
    keeper.price("ACME", "2024-01-02", 50)
    keeper.price("ACME", "2024-01-03", 55)
    keeper.add("deposit", "2024-01-04", "Broker", "EUR", quantity=1000)
    keeper.price("ACME", "2024-01-05", "60.5")
    keeper.add("dividend", "2024-01-06", "Broker", "EUR", quantity=20, related_asset="ACME")


def test_a_week_by_hand(keeper: Bookkeeper) -> None:
    """Evenings: 1000, 1000, 1050, 2050, 2105, 2125.

    Time-weighted 1050/1000 × 2105/2050 × 2125/2105 = 1.08841…; Modified Dietz over six days
    125 ÷ (1000 × 5/6 + 1000 × 2/6) = 10.7143 %.  The index never fell.
    """
    week(keeper)
    table = report(keeper, "2024-01-01..2024-01-06")
    (row,) = table.rows
    assert money(row, *MONEY, "income") == ["0.00", "2000.00", "2125.00", "125.00", "20.00"]
    shown = percents(row, "twr", "modified_dietz", "asset_part", "currency_part", "max_drawdown")
    assert shown == ["8.8415", "10.7143", "8.8415", "0.0000", "0.0000"]
    assert figure(row, "twr_per_year") is None  # five days are no year
    assert (row["days"], row["skipped_days"], row["gap_days"]) == (5, 1, 0)
    assert (table.grade, table.reasons) == ("full", ())


def test_money_weighted_by_hand(keeper: Bookkeeper) -> None:
    """1000 in on the evening of 2022, 1210 out on that of 2024 (731 days): 21 % in all,
    1.21^(365/731) a year."""
    keeper.add("deposit", "2022-12-31", "Wallet", "ACME", quantity=10)
    keeper.price("ACME", "2022-12-31", 100)
    keeper.price("ACME", "2024-12-31", 121)
    (row,) = report(keeper, "2023-01-01..2024-12-31").rows
    assert percents(row, "twr", "money_weighted", "modified_dietz") == ["21.0000"] * 3
    expected = f"{(1.21 ** (365 / 731) - 1) * 100:.4f}"
    assert percents(row, "xirr", "twr_per_year") == [expected] * 2


def test_the_start_is_the_evening_before(keeper: Bookkeeper) -> None:
    """From (2 January] to 5 January: 1000 at the start, 1000 flowed in, 2105 at the end."""
    week(keeper)
    (row,) = report(keeper, "2024-01-03..2024-01-05", as_of="2024-01-06").rows
    assert money(row, *MONEY) == ["1000.00", "1000.00", "2105.00", "105.00"]
    assert percents(row, "twr") == ["7.8171"]
    assert report(keeper, "2023-01-01..2023-12-31").rows == []


def test_an_asset_has_its_dividends(keeper: Bookkeeper) -> None:
    """ACME: 500 bought, 10 %, 10 %, and 20 paid out of 605: 1.21 × 625/605 = 1.25.

    The cash beside it earned nothing: the dividend is a flow into it, and no income.
    """
    week(keeper)
    table = report(keeper, "2024-01-01..2024-01-06", "asset")
    acme, cash = table.rows
    assert (acme["asset"], cash["asset"]) == ("ACME", "EUR")
    assert money(acme, *MONEY, "income") == ["0.00", "480.00", "605.00", "125.00", "20.00"]
    assert percents(acme, "twr") == ["25.0000"]
    assert money(cash, *MONEY, "income") == ["0.00", "1520.00", "1520.00", "0.00", "0.00"]
    assert percents(cash, "twr") == ["0.0000"]
    assert money(table.totals, *MONEY, "income") == [
        "0.00",
        "2000.00",
        "2125.00",
        "125.00",
        "20.00",
    ]
    (alone,) = report(keeper, "2024-01-01..2024-01-06", asset=("ACME",)).rows
    assert {k: v for k, v in alone.items() if k != "period"} == {
        k: v for k, v in acme.items() if k != "asset"
    }


def test_a_merged_asset_has_the_dividends_of_both(keeper: Bookkeeper) -> None:
    """The dividend was recorded of ACMF, which is found to be ACME."""
    keeper.asset("ACMF", "stock")
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=10, price=10)
    keeper.price("ACME", "2024-01-02", 10)
    keeper.add("buy", "2024-01-02", "Broker", "ACMF", quantity=10, price=10)
    keeper.add("dividend", "2024-01-04", "Broker", "EUR", quantity=8, related_asset="ACMF")
    keeper.write(lambda write: merge_assets(write, "ACMF", "ACME"))
    (row,) = report(keeper, "2024-01-01..2024-01-05", asset=("ACME",)).rows
    assert money(row, *MONEY, "income") == ["0.00", "192.00", "200.00", "8.00", "8.00"]
    assert percents(row, "twr") == ["4.0000"]


def test_an_account_that_tracks_no_cash_has_its_dividends_too(keeper: Bookkeeper) -> None:
    """100 bought; 5 paid, which left at once: 5 %, at the account's border and the asset's."""
    keeper.add("buy", "2024-01-02", "Wallet", "ACME", quantity=10, price=10)
    keeper.price("ACME", "2024-01-02", 10)
    keeper.add("dividend", "2024-01-04", "Wallet", related_asset="ACME", amount=5, currency="EUR")
    for by in ("account", "asset", "holding"):
        row = next(r for r in report(keeper, "2024-01-01..2024-01-05", by).rows if r["days"])
        assert money(row, *MONEY, "income") == ["0.00", "95.00", "100.00", "5.00", "5.00"]
        assert percents(row, "twr") == ["5.0000"]


def test_what_pays_into_an_account_that_never_held_it_has_a_row(keeper: Bookkeeper) -> None:
    """The units are in the wallet, the 20 come to the broker: 125 of the whole are 0 + 20 + 105."""
    keeper.add("buy", "2024-01-02", "Wallet", "ACME", quantity=10, price=50)
    keeper.price("ACME", "2024-01-03", "60.5")
    keeper.add("dividend", "2024-01-06", "Broker", "EUR", quantity=20, related_asset="ACME")
    table = report(keeper, "2024-01-01..2024-01-06", "holding")
    gains = {str(row["holding"]): money(row, *MONEY, "income") for row in table.rows}
    assert gains == {
        "North/Broker ACME": ["0.00", "-20.00", "0.00", "20.00", "20.00"],
        "North/Broker EUR": ["0.00", "20.00", "20.00", "0.00", "0.00"],
        "South/Wallet ACME": ["0.00", "500.00", "605.00", "105.00", "0.00"],
    }
    assert money(table.totals, "gain", "income") == ["125.00", "20.00"]


def test_a_dividend_without_a_rate_is_income_that_is_not_known(keeper: Bookkeeper) -> None:
    """5 USD, of which nobody says what they are worth: not 0."""
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=10, price=10)
    keeper.price("ACME", "2024-01-02", 10)
    keeper.add("dividend", "2024-01-04", "Broker", "USD", quantity=5, related_asset="ACME")
    (row,) = report(keeper, "2024-01-01..2024-01-05", asset=("ACME",)).rows
    assert money(row, "end_value", "income") == ["100.00", None]


def test_a_dividend_that_stays_among_what_is_asked_for_is_counted_once(
    keeper: Bookkeeper,
) -> None:
    """100 of 200 bought units, and 5 paid beside them: 205, of which 5 are income: 2.5 %.

    COIN, in the same account, is left out: what it cost left what is asked for.
    """
    keeper.add("deposit", "2024-01-02", "Broker", "EUR", quantity=210)
    keeper.add("buy", "2024-01-02", "Broker", "COIN", quantity=1, price=10)
    keeper.add("buy", "2024-01-03", "Broker", "ACME", quantity=10, price=10)
    keeper.price("ACME", "2024-01-03", 10)
    keeper.add("dividend", "2024-01-04", "Broker", related_asset="ACME", amount=5)
    (row,) = report(keeper, "2024-01-01..2024-01-05", asset=("ACME", "EUR")).rows
    assert money(row, *MONEY, "income") == ["0.00", "200.00", "205.00", "5.00", "5.00"]
    assert percents(row, "twr") == ["2.5000"]


@pytest.mark.parametrize("by", ["year", "quarter", "month"])
def test_periods_add_up(keeper: Bookkeeper, by: str) -> None:
    """100 become 110, then 99; 49.50 more come in, and 148.50 become 163.35: ±10 % each time."""
    keeper.add("deposit", "2023-11-30", "Wallet", "COIN", quantity=100)
    for on, price in (("2023-11-30", 1), ("2023-12-15", "1.1"), ("2024-01-10", "0.99")):
        keeper.price("COIN", on, price)
    keeper.price("COIN", "2024-03-31", "0.99")
    keeper.price("COIN", "2024-04-30", "1.089")
    keeper.add("deposit", "2024-04-01", "Wallet", "COIN", quantity=50)
    table = report(keeper, "2023-12-01..2024-04-30", by)
    names = {
        "year": ["2023", "2024"],
        "quarter": ["2023-Q4", "2024-Q1", "2024-Q2"],
        "month": ["2023-12", "2024-01", "2024-02", "2024-03", "2024-04"],
    }
    assert [row["period"] for row in table.rows] == names[by]
    total = table.totals
    assert money(total, *MONEY) == ["100.00", "49.50", "163.35", "13.85"]
    assert percents(total, "twr", "max_drawdown") == ["8.9000", "-10.0000"]
    for row, following in zip(table.rows, table.rows[1:], strict=False):
        assert row["end_value"] == following["start_value"]
    for key in ("flows", "gain", "income"):
        assert sum(figure(row, key) or 0 for row in table.rows) == figure(total, key)
    product = D(1)
    for row in table.rows:
        product *= 1 + (figure(row, "twr") or D(0))
    assert round(product, 40) == round(D("1.089"), 40)
    assert total["drawdown_from"] == day("2024-01-09")  # the last day at 110
    assert (total["drawdown_to"], total["recovered_on"]) == (day("2024-01-10"), None)


# -- price and currency ------------------------------------------------------------------


def abroad(keeper: Bookkeeper) -> None:
    """10 ACME at 100 dollars of 0.90, then 110 of 0.81; and 900 euros beside them."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2024-01-01", "0.9", "EUR")
    keeper.price("USD", "2024-01-02", "0.81", "EUR")
    keeper.price("ACME", "2024-01-01", 100, "USD")
    keeper.price("ACME", "2024-01-02", 110, "USD")
    keeper.add("deposit", "2024-01-01", "Broker", "ACME", quantity=10)
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=900)


def test_price_and_currency_apart(keeper: Bookkeeper) -> None:
    """ACME: 900 become 891; 1.1 × 0.9 = 0.99.  With the cash 1800 become 1791, and would be
    1890 had the rate stood still: 1890/1800 × 1791/1890 = 0.995."""
    abroad(keeper)
    table = report(keeper, "2024-01-01..2024-01-02", "asset")
    parts = ("twr", "asset_part", "currency_part")
    assert percents(table.rows[0], *parts) == ["-1.0000", "10.0000", "-10.0000"]
    assert percents(table.totals, *parts) == ["-0.5000", "5.0000", "-5.2381"]
    (dollars,) = report(keeper, "2024-01-01..2024-01-02", currency="USD", asset=("ACME",)).rows
    assert percents(dollars, *parts) == ["10.0000", "10.0000", "0.0000"]


def test_the_parts_make_the_whole(keeper: Bookkeeper) -> None:
    abroad(keeper)
    (row,) = report(keeper, "2024-01-01..2024-01-02").rows
    asset, currency, total = (figure(row, k) for k in ("asset_part", "currency_part", "twr"))
    assert asset is not None
    assert currency is not None
    assert total is not None
    assert round((1 + asset) * (1 + currency), 45) == round(1 + total, 45)


def test_a_period_without_a_rate_is_left_out_and_named(keeper: Bookkeeper) -> None:
    """Priced in euros in January, in dollars from February on: no rate of the dollar before."""
    keeper.asset("USD", "currency")
    keeper.add("deposit", "2024-01-30", "Wallet", "ACME", quantity=1)
    keeper.price("ACME", "2024-01-30", 90, "EUR")
    keeper.price("ACME", "2024-02-10", 110, "USD")
    keeper.price("USD", "2024-01-31", "0.9", "EUR")
    table = report(keeper, "2024-01-30..2024-02-10", "month")
    january, february = table.rows
    assert percents(january, "twr", "asset_part", "currency_part") == ["0.0000", None, None]
    assert percents(february, "twr", "asset_part", "currency_part") == [
        "10.0000",
        "10.0000",
        "0.0000",
    ]
    reason = "price and currency cannot be told apart: no rate on 2024-01-31"
    assert reason in str(january["reasons"])
    assert reason in table.reasons


# -- what is not known -------------------------------------------------------------------


def test_what_has_no_price_is_left_out_and_named(keeper: Bookkeeper) -> None:
    """A coin comes in on the 1st and is worth 4 from the 10th on, 5 from the 20th: 25 %, and
    with 100 euros beside it 105 ÷ 104."""
    keeper.add("deposit", "2024-01-01", "Wallet", "COIN", quantity=1)
    keeper.price("COIN", "2024-01-10", 4)
    keeper.price("COIN", "2024-01-16", 4)
    keeper.price("COIN", "2024-01-20", 5)
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=100)
    table = report(keeper, "2024-01-01..2024-01-20", "asset")
    coin = table.rows[0]
    assert money(coin, *MONEY) == ["0.00", "4.00", "5.00", "1.00"]
    assert percents(coin, "twr") == ["25.0000"]
    assert (coin["grade"], coin["gap_days"]) == ("partial", 9)
    assert money(table.totals, *MONEY) == ["0.00", "104.00", "105.00", "1.00"]
    assert percents(table.totals, "twr") == [str(round(D(100) / 104, 4))]
    assert table.reasons[0] == "9 of 21 values leave out what had no price: South/Wallet COIN"
    (before,) = report(keeper, "2024-01-01..2024-01-05", asset=("COIN",)).rows
    assert (before["grade"], figure(before, "twr"), figure(before, "gain")) == (
        "unknown",
        None,
        None,
    )


def test_what_was_only_observed_is_a_flow(keeper: Bookkeeper) -> None:
    """100 are seen, and ten days later 140, of which nobody knows why: nothing was earned."""
    keeper.observe("Broker", "EUR", 100, "2024-01-05")
    keeper.observe("Broker", "EUR", 140, "2024-01-15")
    (row,) = report(keeper, "2024-01-01..2024-01-20").rows
    assert money(row, *MONEY) == ["0.00", "140.00", "140.00", "0.00"]
    assert percents(row, "twr") == ["0.0000"]
    assert row["grade"] == "partial"


def test_money_exchanged_on_its_way_elsewhere_is_a_flow_of_each_account(keeper: Bookkeeper) -> None:
    """1000 EUR leave the bank for the depot, as 1070 USD at 0.93, worth 995.10 there; then they
    rise to 0.95, 1016.50.  What left one is what came into the other: what the exchange cost, 4.90,
    is the depot's loss.  What is exchanged within an account flows nowhere."""
    for name in ("Bank", "Depot"):
        keeper.account(name)
    keeper.asset("USD", "currency")
    keeper.price("USD", "2024-01-02", "0.93")
    keeper.price("USD", "2024-01-05", "0.95")
    keeper.add("deposit", "2024-01-01", "Bank", "EUR", quantity=5000)
    gone = {"to_asset": "USD", "to_account": "Depot", "to_quantity": 1070}
    keeper.add("swap", "2024-01-02", "Bank", "EUR", quantity=1000, **gone)
    within = {"to_asset": "EUR", "to_quantity": 95}
    keeper.add("swap", "2024-01-05", "Depot", "USD", quantity=100, **within)
    (row,) = report(keeper, "2024-01-02..2024-01-06", account=("Depot",)).rows
    assert money(row, *MONEY) == ["0.00", "1000.00", "1016.50", "16.50"]
    (row,) = report(keeper, "2024-01-02..2024-01-06", account=("Bank",)).rows
    assert money(row, *MONEY) == ["5000.00", "-1000.00", "4000.00", "0.00"]
    (row,) = report(keeper, "2024-01-02..2024-01-06").rows
    assert money(row, *MONEY) == ["5000.00", "0.00", "5016.50", "16.50"]


def test_growth_is_return_day_by_day(keeper: Bookkeeper) -> None:
    """The user says that the 40 are growth: 40 %, of which half after five days."""
    keeper.observe("Broker", "EUR", 100, "2024-01-05")
    keeper.observe("Broker", "EUR", 140, "2024-01-15")
    keeper.answer(2, "growth")
    (row,) = report(keeper, "2024-01-01..2024-01-20").rows
    assert money(row, *MONEY) == ["0.00", "100.00", "140.00", "40.00"]
    assert percents(row, "twr") == ["40.0000"]
    (half,) = report(keeper, "2024-01-01..2024-01-10", as_of="2024-01-20").rows
    assert money(half, *MONEY) == ["0.00", "100.00", "120.00", "20.00"]


def test_what_grew_comes_after_the_flow_of_its_day(keeper: Bookkeeper) -> None:
    """100 become 140 in ten days, all growth: 4 a day; and 60 USD, at par, come in on the fifth
    day.  These were with 116 before, and 180 after; then 20 more on 180:

        116/100 × 180/(116 + 60) × 200/180 = 1.318182
    """
    keeper.price("USD", "2024-01-01", 1)
    keeper.observe("Broker", "EUR", 100, "2024-01-05")
    keeper.observe("Broker", "EUR", 140, "2024-01-15")
    keeper.answer(2, "growth")
    keeper.add("deposit", "2024-01-10", "Broker", "USD", quantity=60)
    (row,) = report(keeper, "2024-01-06..2024-01-15").rows
    assert money(row, *MONEY) == ["100.00", "60.00", "200.00", "40.00"]
    assert percents(row, "twr") == ["31.8182"]


def test_a_correction_is_no_return(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=100)
    keeper.add("correction", "2024-01-03", "Broker", "EUR", quantity=-40)
    keeper.add("fee", "2024-01-04", "Broker", "EUR", quantity=6)
    keeper.add("interest", "2024-01-05", "Broker", "EUR", quantity=27)
    (row,) = report(keeper, "2024-01-01..2024-01-05").rows
    assert money(row, *MONEY, "income") == ["0.00", "60.00", "81.00", "21.00", "27.00"]
    assert percents(row, "twr") == ["35.0000"]  # 54/60 × 81/54


def test_dust_that_is_rounded_away_has_not_lost_everything(keeper: Bookkeeper) -> None:
    """All but 0.0000005 is sold at a fifth more: 20 %.  The rest is worth 0.006, then 0.004."""
    keeper.account("Exchange", cash=False)
    for on, price in (("2024-01-01", 10_000), ("2024-01-10", 12_000), ("2024-01-20", 8_000)):
        keeper.price("COIN", on, price)
    keeper.add("buy", "2024-01-01", "Exchange", "COIN", quantity=1, price=10_000)
    keeper.add("sell", "2024-01-10", "Exchange", "COIN", quantity="0.9999995", price=12_000)
    (row,) = report(keeper, "2024-01-01..2024-01-31", account=("Exchange",)).rows
    assert percents(row, "twr", "asset_part", "max_drawdown") == ["20.0000", "20.0000", "0.0000"]
    assert row["skipped_days"] == 22  # the first, and those that start with a cent or none


def test_a_debt_has_no_return_but_is_known(keeper: Bookkeeper) -> None:
    keeper.account("Card", kind="credit-card")
    keeper.add("withdraw", "2024-01-02", "Card", "EUR", quantity=100)
    keeper.add("fee", "2024-01-04", "Card", "EUR", quantity=2)
    (row,) = report(keeper, "2024-01-01..2024-01-05", account=("Card",)).rows
    assert money(row, *MONEY) == ["0.00", "-100.00", "-102.00", "-2.00"]
    assert (figure(row, "twr"), row["grade"]) == (None, "full")
    assert "nothing was invested" in str(row["reasons"])


_DO_NOT_ADD_UP = "rows do not add up where what moved between them had two days or two prices"


@pytest.mark.parametrize(("by", "rows"), [("asset", 2), ("type", 1)])
def test_rows_that_do_not_add_up_say_so(keeper: Bookkeeper, by: str, rows: int) -> None:
    """A call worth 2 brings for 8 a share worth 12: the whole gained 2, and no row did."""
    keeper.account("Without", cash=False)
    keeper.asset("CALL")
    keeper.price("CALL", "2024-01-01", 2)
    keeper.price("ACME", "2024-01-01", 12)
    keeper.add("buy", "2024-01-01", "Without", "CALL", quantity=1, price=2)
    brings = {"to_asset": "ACME", "to_quantity": 1, "amount": 8}
    keeper.add("exercise", "2024-01-02", "Without", "CALL", quantity=1, **brings)
    table = report(keeper, "2024-01-01..2024-01-02", by)
    gains = [money(row, "gain") for row in (*table.rows, table.totals)]
    assert gains[-1] == ["2.00"]
    assert gains[:rows] == [["0.00"]] * rows
    assert _DO_NOT_ADD_UP in table.reasons


@pytest.mark.parametrize("by", ["asset", "type"])
def test_what_a_merger_made_of_shares_is_their_return(keeper: Bookkeeper, by: str) -> None:
    """A share worth 10 becomes one worth 12, and 1 in money: the old one gained 3, the new one
    nothing yet, and so did the whole."""
    keeper.account("With")
    keeper.asset("NEW")
    keeper.price("ACME", "2024-01-01", 10)
    keeper.price("NEW", "2024-01-01", 12)
    keeper.add("deposit", "2024-01-01", "With", "ACME", quantity=1, cost=10)
    became = {"to_asset": "NEW", "to_quantity": 1, "amount": 1, "cost_share": "90%"}
    keeper.add("merger", "2024-01-02", "With", "ACME", quantity=1, **became)
    table = report(keeper, "2024-01-01..2024-01-02", by)
    gains = {row[by]: (*money(row, "flows", "gain"), *percents(row, "twr")) for row in table.rows}
    if by == "asset":
        assert gains["ACME"] == ("-3.00", "3.00", "30.0000")
        assert gains["NEW"] == ("12.00", "0.00", "0.0000")
    else:
        assert gains["stock"] == ("9.00", "3.00", "30.0000")
    assert money(table.totals, "flows", "gain") == ["10.00", "3.00"]
    assert _DO_NOT_ADD_UP not in table.reasons


def test_shares_that_become_what_has_no_price_have_not_lost_everything(keeper: Bookkeeper) -> None:
    """500 in money and 10 shares at 50, which rise to 60 (10 %) and are renamed; the new name has a
    price days later, 62: what it made until then cannot be told.  Then it falls to 55.80:

        1100/1000 × (500 + 558)/(500 + 620) = 1.039107
    """
    keeper.asset("NEW")
    for asset, on, price in (
        ("ACME", "2024-01-02", 50), ("ACME", "2024-01-05", 60),
        ("NEW", "2024-01-10", 62), ("NEW", "2024-01-12", "55.8"),
    ):  # fmt: skip
        keeper.price(asset, on, price)
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=10, price=50)
    renamed = {"to_asset": "NEW", "to_quantity": 10}
    keeper.add("symbol_change", "2024-01-08", "Broker", "ACME", quantity=10, **renamed)
    (row,) = report(keeper, "2024-01-01..2024-01-12").rows
    assert money(row, *MONEY) == ["0.00", "1020.00", "1058.00", "38.00"]
    assert percents(row, "twr") == ["3.9107"]
    (row,) = report(keeper, "2024-01-01..2024-01-09").rows
    assert money(row, *MONEY) == ["0.00", "400.00", "500.00", "100.00"]
    assert percents(row, "twr") == ["10.0000"]


def test_a_merger_into_a_share_that_is_split_on_the_same_day(keeper: Bookkeeper) -> None:
    """10 ACME and 10 OLD at 50 become 20 ACME, and 40 at 25 by the split of that day, on which 100
    come in: 1000/1000 × 1100/(1000 + 100)."""
    keeper.asset("OLD")
    for asset, on, price in (
        ("ACME", "2024-01-02", 50), ("OLD", "2024-01-02", 50), ("ACME", "2024-01-05", 25),
    ):  # fmt: skip
        keeper.price(asset, on, price)
    for asset in ("ACME", "OLD"):
        keeper.add("deposit", "2024-01-02", "Broker", asset, quantity=10)
    merged = {"to_asset": "ACME", "to_quantity": 10}
    keeper.add("merger", "2024-01-05", "Broker", "OLD", quantity=10, **merged)
    keeper.add("split", "2024-01-05", asset="ACME", ratio="2:1")
    keeper.add("deposit", "2024-01-05", "Broker", "EUR", quantity=100)
    (row,) = report(keeper, "2024-01-03..2024-01-06").rows
    assert money(row, *MONEY) == ["1000.00", "100.00", "1100.00", "0.00"]
    assert percents(row, "twr") == ["0.0000"]


def test_a_share_that_became_another_on_the_day_of_its_split(keeper: Bookkeeper) -> None:
    """10 ACME at 50 become 10 NEW at 50, before a split that halves ACME's price: what was there
    the evening before are 20 units of then, at 25, and 100 come in: 500/500 × 600/(500 + 100)."""
    keeper.asset("NEW")
    for asset, on, price in (
        ("ACME", "2024-01-02", 50), ("NEW", "2024-01-02", 50), ("ACME", "2024-01-05", 25),
    ):  # fmt: skip
        keeper.price(asset, on, price)
    keeper.add("deposit", "2024-01-02", "Broker", "ACME", quantity=10)
    merged = {"to_asset": "NEW", "to_quantity": 10}
    keeper.add("merger", "2024-01-05", "Broker", "ACME", quantity=10, **merged)
    keeper.add("split", "2024-01-05", asset="ACME", ratio="2:1")
    keeper.add("deposit", "2024-01-05", "Broker", "EUR", quantity=100)
    (row,) = report(keeper, "2024-01-03..2024-01-06").rows
    assert money(row, *MONEY) == ["500.00", "100.00", "600.00", "0.00"]
    assert percents(row, "twr") == ["0.0000"]


@pytest.mark.parametrize("kind", ["dividend", "return_of_capital"])
def test_what_a_share_paid_before_it_was_there_is_its_return(keeper: Bookkeeper, kind: str) -> None:
    """A statement that begins too late: 100 paid on the 3rd, and on the 5th the first 10 ACME that
    it knows of, for 50.  The money has both as flows, and the share the 100 as its gain."""
    keeper.fact(kind, "2024-01-03", "Broker", "ACME", amount=100, currency="EUR")
    keeper.add("buy", "2024-01-05", "Broker", "ACME", quantity=10, price=5)
    rows = report(keeper, "2024-01-01..2024-01-06", "asset").rows
    assert {row["asset"]: money(row, *MONEY) for row in rows} == {
        "ACME": ["0.00", "-50.00", "50.00", "100.00"],
        "EUR": ["0.00", "50.00", "50.00", "0.00"],
    }
    book = keeper.book()
    query = Query(day("2024-01-06"), book.base, Filters(asset=("ACME",)))
    days = history(book, query, Period(day("2024-01-01"), day("2024-01-06")), "day").rows
    assert [(str(row["date"]), *money(row, "flow")) for row in days] == [
        ("2024-01-03", "-100.00"), ("2024-01-04", "0.00"), ("2024-01-05", "50.00"),
        ("2024-01-06", "0.00"),
    ]  # fmt: skip


def test_what_comes_out_of_what_had_no_price_is_no_gain(keeper: Bookkeeper) -> None:
    """A coin without a price is given for 2 ACME, at 50: 100 come in with them."""
    keeper.asset("DUST", "crypto")
    keeper.price("ACME", "2024-01-01", 50)
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=100)
    keeper.add("deposit", "2024-01-02", "Broker", "DUST", quantity=7)
    swapped = {"to_asset": "ACME", "to_quantity": 2}
    keeper.add("swap", "2024-01-05", "Broker", "DUST", quantity=7, **swapped)
    (row,) = report(keeper, "2024-01-01..2024-01-06").rows
    assert money(row, *MONEY) == ["0.00", "200.00", "200.00", "0.00"]
    assert percents(row, "twr") == ["0.0000"]


def test_a_sale_whose_fees_exceed_what_it_fetched(keeper: Bookkeeper) -> None:
    """10 ACME bought for 100 are sold for 1, with a fee of 5: they took 4 more, and lost 104."""
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=200)
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=10, price=10)
    keeper.add("sell", "2024-01-05", "Broker", "ACME", quantity=10, price="0.1", fee=5)
    rows = report(keeper, "2024-01-01..2024-01-06", "asset").rows
    assert {row["asset"]: money(row, "flows", "gain") for row in rows} == {
        "ACME": ["104.00", "-104.00"],
        "EUR": ["96.00", "0.00"],
    }


def test_money_given_for_base_money_is_worth_that(keeper: Bookkeeper) -> None:
    """1000 USD at 0.90 fetch 890 EUR: the 10 are lost with the dollars, as by their lots."""
    keeper.price("USD", "2024-01-01", "0.90")
    keeper.add("deposit", "2024-01-01", "Broker", "USD", quantity=1000)
    got = {"to_asset": "EUR", "to_quantity": 890}
    keeper.add("swap", "2024-01-03", "Broker", "USD", quantity=1000, **got)
    rows = report(keeper, "2024-01-01..2024-01-04", "asset").rows
    assert {row["asset"]: money(row, "flows", "gain") for row in rows} == {
        "USD": ["10.00", "-10.00"],
        "EUR": ["890.00", "0.00"],
    }


# -- benchmark ---------------------------------------------------------------------------


def test_the_same_flows_of_wikipedia(keeper: Bookkeeper) -> None:
    """Wikipedia, "Public market equivalent", Long and Nickels: 100 and 50 go in, 60 and 10 come
    out, 110 is there at the end, 6.43 % a period; in the index that is at 100, 105, 115, 117
    and 120 there would be 104.28.  The periods are 365 days each."""
    on = [day("2019-01-01") + dt.timedelta(days=365 * n) for n in range(5)]
    flows = (("deposit", 100), ("deposit", 50), ("withdraw", 60), ("withdraw", 10))
    for (kind, amount), when in zip(flows, on, strict=False):
        keeper.add(kind, str(when), "Broker", "EUR", quantity=amount)
    for level, when in zip((100, 105, 115, 117, 120), on, strict=True):
        keeper.price("ACME", str(when), level)
    keeper.add("interest", str(on[-1]), "Broker", "EUR", quantity=30)
    (row,) = report(keeper, f"{on[0]}..{on[-1]}", benchmark="ACME").rows
    assert money(row, "end_value", "benchmark_value") == ["110.00", "104.28"]
    assert str(percents(row, "xirr")[0])[:4] == "6.43"


def test_a_benchmark_goes_on_across_a_split(keeper: Bookkeeper) -> None:
    """ACME costs 100, is split in two, costs 50 and at last 55: 10 %.

    1000 on the 1st are 20 of the last day's units and 500 on the 11th 10: together 1650.
    """
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=1000)
    keeper.add("deposit", "2024-01-11", "Broker", "EUR", quantity=500)
    keeper.price("ACME", "2024-01-01", 100)
    keeper.add("split", "2024-01-10", asset="ACME", ratio="2:1")
    keeper.price("ACME", "2024-01-11", 50)
    keeper.price("ACME", "2024-01-20", 55)
    table = report(keeper, "2024-01-01..2024-01-20", benchmark="ACME")
    (row,) = table.rows
    assert percents(row, "twr", "benchmark_twr", "difference") == ["0.0000", "10.0000", "-10.0000"]
    assert money(row, "benchmark_value") == ["1650.00"]
    assert table.reasons == ("the benchmark is the price of ACME alone, without what it pays",)
    (row,) = report(keeper, "2024-01-01..2024-01-20", benchmark="COIN").rows
    assert percents(row, "benchmark_twr", "difference") == [None, None]
    assert row["reasons"] == Phrases(("no price of COIN on 2024-01-01",))


# -- from the rollup or not --------------------------------------------------------------


def mixed(keeper: Bookkeeper) -> None:
    week(keeper)
    keeper.asset("USD", "currency")
    keeper.price("USD", "2024-01-03", "0.9", "EUR")
    keeper.price("USD", "2024-01-06", "0.81", "EUR")
    keeper.add("deposit", "2024-01-03", "Wallet", "COIN", quantity=3)
    keeper.price("COIN", "2024-01-05", 7, "USD")
    keeper.add("transfer", "2024-01-06", "Wallet", "COIN", quantity=1, to_account="Broker")
    keeper.observe("Broker", "EUR", 1600, "2024-01-08")


@pytest.mark.parametrize(
    "by", ["none", "month", "account", "institution", "asset", "holding", "type"]
)
def test_the_rollup_and_the_walk_agree(keeper: Bookkeeper, by: str) -> None:
    mixed(keeper)
    span = "2024-01-01..2024-01-09"
    walked = report(keeper, span, by)
    assert walked.rows
    known = report(keeper, span, by, book=keeper.book(known_at=10**6))
    assert known == walked
    keeper.roll_up("2024-01-05")
    assert report(keeper, span, by) == walked  # the rollup ends within the period
    keeper.roll_up("2024-01-20")
    assert report(keeper, span, by) == walked
    keeper.add("fee", "2024-01-04", "Broker", "EUR", quantity=1)
    changed = report(keeper, span, by)  # a part of the rollup is out of date
    assert changed.totals != walked.totals or by == "none"
    keeper.roll_up("2024-01-20")
    assert report(keeper, span, by) == changed


@pytest.mark.parametrize("filters", [{}, {"asset": ("ACME",)}, {"account": ("Broker",)}])
def test_the_gain_is_the_change_of_the_history(
    keeper: Bookkeeper, filters: dict[str, tuple[str, ...]]
) -> None:
    week(keeper)
    book = keeper.book()
    query = Query(day("2024-01-06"), book.base, Filters(**filters))
    shown = history(book, query, Period(day("2024-01-02"), day("2024-01-06")), "day")
    (row,) = report(keeper, "2024-01-03..2024-01-06", **filters).rows
    changes = [figure(one, "change") for one in shown.rows]
    assert figure(row, "gain") == sum(one for one in changes if one is not None)


def test_what_was_known_is_what_was_said(keeper: Bookkeeper) -> None:
    week(keeper)
    (commit,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    before = report(keeper, "2024-01-01..2024-01-06", "asset")
    keeper.add("dividend", "2024-01-05", "Broker", "EUR", quantity=9, related_asset="ACME")
    then = report(keeper, "2024-01-01..2024-01-06", "asset", book=keeper.book(known_at=commit))
    assert then == before
    assert report(keeper, "2024-01-01..2024-01-06", "asset") != before


def test_what_was_only_observed_is_a_flow_that_nobody_recorded(keeper: Bookkeeper) -> None:
    """100 are there before the ledger has anything: nothing is gained, but nobody says that they
    came in on that day.  An answer does; before and after the gap all is known."""
    keeper.observe("Broker", "EUR", 100, "2024-01-01")
    keeper.add("deposit", "2024-01-05", "Broker", "EUR", quantity=10)
    table = report(keeper, "2024-01-01..2024-01-10")
    assert money(table.rows[0], *MONEY) == ["0.00", "110.00", "110.00", "0.00"]
    why = "what was observed beyond the ledger counts as a flow: North/Broker EUR"
    assert (table.grade, list(table.reasons)) == ("partial", [why])
    assert report(keeper, "2024-01-02..2024-01-10").grade == "full"
    (gap,) = keeper.gaps("Broker", "EUR")
    keeper.answer(gap.observation_id, "opening")
    assert report(keeper, "2024-01-01..2024-01-10").grade == "full"
