"""Realised gains as users meet them: per lot, in sums, by effect, with grades and reasons."""

from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.model.dates import EVER, Period, parse_period
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Phrases, Table
from folio.operations.arranging.arrange import set_setting
from folio.operations.arranging.lot_methods import set_lot_method
from folio.reports.explain import Asked, explain
from folio.reports.held.holdings import holdings
from folio.reports.held.lots import lots
from folio.reports.over_time.history import daily, history
from folio.reports.paid.income import income
from folio.reports.query import Query
from folio.reports.sold.gains import BY, gains

END = "2025-12-31"


def report(keeper: Bookkeeper, currency: str | None = None, **more: Any) -> Table:
    book = keeper.book()
    money = book.base if currency is None else book.catalog.assets[keeper.asset_id(currency)]
    period = parse_period(more.pop("period"), day(END)) if "period" in more else EVER
    filters = Filters(**more.pop("filters", {}))
    return gains(book, Query(day(END), money, filters), period, **more)


def number(cell: Cell) -> Decimal | None:
    return cell.value if isinstance(cell, Amount) else None


def figures(table: Table, *keys: str) -> list[tuple[str, ...]]:
    """The cells of each row as text, money with its cents."""
    return [tuple(text(row.get(key)) for key in keys) for row in table.rows]


def text(cell: Cell) -> str:
    if isinstance(cell, Phrases):
        return "; ".join(cell.words)
    return "" if cell is None else f"{cell.value:f}" if isinstance(cell, Amount) else str(cell)


def method(keeper: Bookkeeper, name: str, since: str | None = None) -> None:
    first = None if since is None else day(since)
    keeper.write(lambda write: set_lot_method(write, ("book", 0), name, first))


def trades(keeper: Bookkeeper, *rows: tuple[str, str, Any, Any]) -> None:
    """(kind, day, quantity, amount in all) at the broker, in ACME."""
    for kind, on, quantity, amount in rows:
        keeper.add(kind, on, "Broker", "ACME", quantity=quantity, amount=amount)


# -- published examples ------------------------------------------------------------------

FUND = (
    ("buy", "2008-02-06", 160, 4000),  # at 25
    ("buy", "2008-08-07", 240, 4800),  # at 20
    ("buy", "2008-12-18", 10, 300),  # a reinvested dividend, at 30
    ("sell", "2009-10-01", 210, 6720),  # at 32
)


def test_first_in_first_out_of_the_irs(keeper: Bookkeeper) -> None:
    """IRS Publication 564 (2009), table 3, "Cost basis (FIFO)": 160 shares of 2008-02-06 for
    4,000 and 50 of 2008-08-07 for 1,000, a basis of 5,000; held for 603 and 420 days."""
    trades(keeper, *FUND)
    table = report(keeper)
    keys = ("acquired_on", "quantity", "proceeds", "cost", "gain", "days_held", "term")
    assert figures(table, *keys) == [
        ("2008-02-06", "160", "5120.00", "4000.00", "1120.00", "603", "long"),
        ("2008-08-07", "50", "1600.00", "1000.00", "600.00", "420", "long"),
    ]
    assert number(table.totals["cost"]) == 5000
    assert number(table.totals["gain"]) == 1720


def test_average_basis_of_the_irs(keeper: Bookkeeper) -> None:
    """The same table, "Average basis (single-category)": 9,100 ÷ 410 × 210 = 4,660.98 (the IRS
    rounds the average to 22.20 first).  The shares sold are those acquired first."""
    method(keeper, "average")
    trades(keeper, *FUND)
    table = report(keeper)
    assert abs((number(table.totals["cost"]) or ZERO) - Decimal("4660.98")) <= Decimal("0.02")
    held: dict[str, Decimal] = {}
    for row in table.rows:
        units = number(row["quantity"]) or ZERO
        held[str(row["acquired_on"])] = held.get(str(row["acquired_on"]), ZERO) + units
    assert held == {"2008-02-06": 160, "2008-08-07": 50}
    assert {row["term"] for row in table.rows} == {"long"}


def test_open_lots_at_average_cost_are_dated_as_fifo_would(keeper: Bookkeeper) -> None:
    """Of 10 of January and 10 of June 15 go: what is left, of both lots, is of June (rules 8)."""
    method(keeper, "average")
    trades(keeper, ("buy", "2025-01-01", 10, 100), ("buy", "2025-06-01", 10, 200))
    trades(keeper, ("sell", "2025-07-01", 15, 300))
    book = keeper.book()
    table = lots(book, Query(day("2025-07-11"), book.base, Filters(asset=("ACME",))))
    seen = figures(table, "quantity", "acquired_on", "days_held")
    assert seen == [("2.5", "2025-06-01", "40"), ("2.5", "2025-06-01", "40")]


def test_average_basis_worked_by_the_irs(keeper: Bookkeeper) -> None:
    """IRS Publication 564 (2009), page 7: 300 shares in three purchases of 1,000, 1,200 and
    2,600 are 16 on average; 150 of them sold have a basis of 2,400."""
    method(keeper, "average")
    trades(keeper, ("buy", "2008-01-02", 100, 1000), ("buy", "2008-02-02", 100, 1200))
    trades(keeper, ("buy", "2008-03-03", 100, 2600), ("sell", "2009-05-11", 150, 3000))
    assert number(report(keeper).totals["cost"]) == 2400


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        # randomcalculators.com, "FIFO vs LIFO vs HIFO": 1 bought at 1,000, 2 at 9,000 and 5 at
        # 6,000; 2 are sold for 200,000: FIFO takes 1,000 + 9,000, LIFO 2 × 6,000, and HIFO the
        # dearest, 2 × 9,000.
        ("fifo", 10000),
        ("lifo", 12000),
        ("hifo", 18000),
    ],
)
def test_coins_by_every_method(keeper: Bookkeeper, name: str, cost: int) -> None:
    method(keeper, name)
    for on, quantity, price in (("2017-01-05", 1, 1000), ("2018-01-05", 2, 9000)):
        keeper.add("buy", on, "Broker", "COIN", quantity=quantity, price=price)
    keeper.add("buy", "2019-01-05", "Broker", "COIN", quantity=5, price=6000)
    keeper.add("sell", "2024-12-05", "Broker", "COIN", quantity=2, price=100000)
    totals = report(keeper).totals
    assert (number(totals["cost"]), number(totals["gain"])) == (cost, 200000 - cost)


def test_highest_in_first_out(keeper: Bookkeeper) -> None:
    """trymerlin.io/glossary/hifo: bought at 20,000, 30,000 and 25,000; one is sold at 40,000:
    the coin for 30,000 goes, a gain of 10,000."""
    method(keeper, "hifo")
    for month, price in ((1, 20000), (2, 30000), (3, 25000)):
        keeper.add("buy", f"2025-0{month}-01", "Broker", "COIN", quantity=1, price=price)
    keeper.add("sell", "2025-04-01", "Broker", "COIN", quantity=1, price=40000)
    assert number(report(keeper).totals["gain"]) == 10000


# -- currencies --------------------------------------------------------------------------


def foreign(keeper: Bookkeeper) -> None:
    """125 shares at 100 USD when a dollar is 0.80 EUR, sold at 120 when it is 0.70."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2024-01-10", "0.80", "EUR")
    keeper.price("USD", "2025-03-10", "0.70", "EUR")
    words = {"quantity": 125, "currency": "USD"}
    keeper.add("buy", "2024-01-10", "Wallet", "ACME", price=100, **words)
    keeper.add("sell", "2025-03-10", "Wallet", "ACME", price=120, **words)


def test_price_and_currency_effect(keeper: Bookkeeper) -> None:
    """Corporate Finance Institute, "Analytical Return on Investment Calculator": 10,000 EUR
    become 10,500; trading brought 2,500 × 0.70 = 1,750, the dollar 12,500 × −0.10 = −1,250."""
    foreign(keeper)
    table = report(keeper, effects=True)
    keys = ("proceeds", "cost", "gain", "price_effect", "currency_effect")
    assert figures(table, *keys) == [("10500.00", "10000.00", "500.00", "1750.00", "-1250.00")]
    assert number(table.totals["price_effect"]) == 1750
    assert number(table.totals["currency_effect"]) == -1250
    assert "price_effect" not in report(keeper).totals


def test_effects_in_the_lot_s_own_currency(keeper: Bookkeeper) -> None:
    """In dollars all of the 2,500 is the price's."""
    foreign(keeper)
    table = report(keeper, "USD", effects=True)
    keys = ("gain", "price_effect", "currency_effect")
    assert figures(table, *keys) == [("2500.00", "2500.00", "0.00")]


def test_money_gains_by_its_rate_alone(keeper: Bookkeeper) -> None:
    """1,000 USD come in at 0.80 and are spent at 0.70: −100, short of a price effect."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2024-01-10", "0.80", "EUR")
    keeper.price("USD", "2025-03-10", "0.70", "EUR")
    keeper.add("deposit", "2024-01-10", "Broker", "USD", quantity=1000)
    words = {"quantity": 10, "price": 100, "currency": "USD"}
    keeper.add("buy", "2025-03-10", "Broker", "ACME", **words)
    table = report(keeper, effects=True)
    assert figures(table, "term", "gain", "price_effect", "currency_effect") == [
        ("cash", "-100.00", "0", "-100.00")
    ]
    assert number(table.totals["cash_gain"]) == -100
    assert table.totals["short_gain"] is None


def test_a_sale_in_a_currency_with_one_hop(keeper: Bookkeeper) -> None:
    """Bought in USD, sold for CHF, reported in EUR; only CHF/USD and EUR/USD have prices.

    Bought 2024-02-01: 10 at 100 USD and a fee of 5: 1,005 USD; a euro is 1.25 USD, so a dollar
    0.80 EUR: a cost of 804.00 EUR.  Sold 2025-05-05: 10 at 110 CHF, less a tax of 4 CHF and a
    fee of 2 GBP at 1.15 CHF, 2.30: 1,093.70 CHF.  A franc is 1.20 USD, a euro 1.28 USD: a
    franc is 1.20 ÷ 1.28 = 0.9375 EUR, and the proceeds 1,025.34375, 1,025.34 EUR.  So 221.34
    are gained.  At the day of the sale 1,005 USD are 1,005 ÷ 1.28 = 785.16 EUR: the price
    effect is 1,025.34 − 785.16 = 240.18, that of the dollar 785.16 − 804.00 = −18.84.
    """
    for code in ("USD", "CHF", "GBP"):
        keeper.asset(code, "currency")
    keeper.price("EUR", "2024-02-01", "1.25", "USD")
    keeper.price("EUR", "2025-05-05", "1.28", "USD")
    keeper.price("CHF", "2025-05-05", "1.20", "USD")
    keeper.price("GBP", "2025-05-05", "1.15", "CHF")
    keeper.add("buy", "2024-02-01", "Wallet", "ACME", quantity=10, price=100, currency="USD", fee=5)
    words = {"quantity": 10, "price": 110, "currency": "CHF", "tax": 4, "fee": 2}
    keeper.add("sell", "2025-05-05", "Wallet", "ACME", fee_currency="GBP", **words)
    table = report(keeper, effects=True, filters={"asset": ("ACME",)})
    keys = ("proceeds", "cost", "gain", "price_effect", "currency_effect", "days_held", "term")
    assert figures(table, *keys) == [
        ("1025.34", "804.00", "221.34", "240.18", "-18.84", "459", "long")
    ]
    (row,) = table.rows
    assert (row["grade"], row["reasons"]) == ("estimated", Phrases(("by a routed rate",)))
    assert (table.grade, table.reasons) == ("estimated", ("by a routed rate",))


# -- lists and sums ----------------------------------------------------------------------


def mixed(keeper: Bookkeeper) -> None:
    """Two years of sales in two accounts, one of them of more than was recorded.

    Bought 10 at 10 (2023-01-10), 10 at 30 (2024-06-10).  Sold 12 at 25 (2024-07-10): 10 long
    for a gain of 150, 2 short for −10.  Sold 5 at 40 (2025-02-10): 5 short, 50.  In the wallet
    4 are sold at 20 (2025-03-10), of which 1 came in for 5: 15 gained, 3 uncovered, worth 60.
    """
    keeper.add("buy", "2023-01-10", "Broker", "ACME", quantity=10, price=10)
    keeper.add("buy", "2024-06-10", "Broker", "ACME", quantity=10, price=30)
    keeper.add("sell", "2024-07-10", "Broker", "ACME", quantity=12, price=25)
    keeper.add("sell", "2025-02-10", "Broker", "ACME", quantity=5, price=40)
    keeper.add("deposit", "2025-01-10", "Wallet", "ACME", quantity=1, cost=5)
    keeper.fact("sell", "2025-03-10", "Wallet", "ACME", quantity=4, price=20)


def test_uncovered_sales_stand_apart(keeper: Bookkeeper) -> None:
    mixed(keeper)
    table = report(keeper)
    assert figures(table, "term", "proceeds", "cost", "gain", "grade") == [
        ("long", "250.00", "100.00", "150.00", "full"),
        ("short", "50.00", "60.00", "-10.00", "full"),
        ("short", "200.00", "150.00", "50.00", "full"),
        ("short", "20.00", "5.00", "15.00", "full"),
        ("uncovered", "60.00", "", "", "partial"),
    ]
    assert table.group_by == "listed"
    assert [row["listed"] for row in table.rows][-2:] == [
        "Disposals",
        "Uncovered",
    ]
    assert (table.grade, table.reasons) == (
        "partial",
        ("1 of 5 uncovered: more went out than had come in",),
    )
    sums = {key: number(cell) for key, cell in table.totals.items()}
    assert sums == {
        "proceeds": 580,
        "cost": 315,
        "gain": 205,
        "short_gain": 55,
        "long_gain": 150,
        "cash_gain": None,
        "uncovered_proceeds": 60,
    }
    assert table.headline == {
        key: table.totals[key] for key in ("short_gain", "long_gain", "uncovered_proceeds")
    }


@pytest.mark.parametrize("held", range(1, 6))
def test_disposals_beyond_those_that_are_held_are_read_again(
    keeper: Bookkeeper, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed(keeper)
    whole = report(keeper)
    monkeypatch.setattr("folio.reports.query.HELD", held)
    monkeypatch.setattr("folio.reports.sold.gains.HELD", held)
    table = report(keeper)
    assert len(table.rows) == held
    assert [*table.rows, *table.more] == whole.rows
    assert (table.totals, table.grade, table.reasons) == (whole.totals, whole.grade, whole.reasons)


@pytest.mark.parametrize("by", sorted(BY))
def test_sums_are_those_of_the_list(keeper: Bookkeeper, by: str) -> None:
    mixed(keeper)
    listed, summed = report(keeper, effects=True), report(keeper, effects=True, by=by)
    assert summed.totals == listed.totals
    for key, total in summed.totals.items():
        known = [value for row in summed.rows if (value := number(row.get(key))) is not None]
        assert (sum(known, ZERO) if known else None) == number(total)
    assert sum(int(str(row["disposals"])) for row in summed.rows) == len(listed.rows)
    assert all(row["grade"] and isinstance(row["reasons"], Phrases) for row in summed.rows)
    assert (summed.grade, summed.reasons) == (listed.grade, listed.reasons)


@pytest.mark.parametrize("name", ["fifo", "lifo", "average"])
def test_the_slices_of_a_sale_add_up_to_it(keeper: Bookkeeper, name: str) -> None:
    """By hand: of 133.33 for four units each fetches 33.3325; the sums, rounded, are 33.33, 66.67
    (66.665), 100.00 (99.9975) and 133.33.  Each rounded alone, they would be 133.32."""
    method(keeper, name)
    trades(keeper, *(("buy", f"2025-01-0{n}", 1, 10) for n in (1, 2, 3, 4)))
    keeper.add("sell", "2025-02-01", "Broker", "ACME", quantity=4, amount="133.33")
    keeper.roll_up(END)
    table = report(keeper)
    assert figures(table, "proceeds") == [("33.33",), ("33.34",), ("33.33",), ("33.33",)]
    book, query = keeper.book(), Query(day(END), keeper.book().base, Filters())
    (last,) = daily(book, query, Period(day(END), day(END)))
    told = explain(book, query, Asked("realised-gain", "ACME"))
    assert (last.realised, told.root.figure, told.faults) == (9333, Decimal("93.33"), ())


def test_the_slices_of_what_a_merger_paid_add_up_to_it(keeper: Bookkeeper) -> None:
    """Three lots of a share each become shares of another company and 100.00 in money:
    33.33, 33.34 and 33.33, with two fifths of what each had cost."""
    for on in ("2025-01-02", "2025-01-03", "2025-01-04"):
        trades(keeper, ("buy", on, 1, 50))
    keeper.asset("NEW")
    became = {"to_asset": "NEW", "to_quantity": 3, "amount": 100, "cost_share": "60%"}
    keeper.add("merger", "2025-02-01", "Broker", "ACME", quantity=3, **became)
    table = report(keeper, filters={"asset": ("ACME",)})
    assert figures(table, "proceeds", "cost") == [
        ("33.33", "20.00"), ("33.34", "20.00"), ("33.33", "20.00"),
    ]  # fmt: skip
    assert number(table.totals["proceeds"]) == 100


def test_gains_by_year_and_by_lot(keeper: Bookkeeper) -> None:
    mixed(keeper)
    years = report(keeper, by="year")
    assert figures(years, "year", "gain", "short_gain", "long_gain", "uncovered_proceeds") == [
        ("2024", "140.00", "-10.00", "150.00", ""),
        ("2025", "65.00", "65.00", "", "60.00"),
    ]
    lots = report(keeper, by="lot", filters={"account": ("Broker",)})
    assert figures(lots, "lot", "acquired_on", "quantity", "gain") == [
        ("1", "2023-01-10", "10", "150.00"),
        ("2", "2024-06-10", "7", "40.00"),
    ]
    assert number(report(keeper, period="2024").totals["gain"]) == 140


def test_what_counts_as_long_term_is_a_setting(keeper: Bookkeeper) -> None:
    """Held for more than so many days: 365 days are short, 366 long."""
    trades(keeper, ("buy", "2023-01-01", 2, 20), ("sell", "2024-01-01", 1, 15))
    trades(keeper, ("sell", "2024-01-02", 1, 15))
    assert figures(report(keeper), "days_held", "term") == [("365", "short"), ("366", "long")]
    keeper.write(lambda write: set_setting(write, ("book", 0), "long_term_days", "364"))
    assert {row["term"] for row in report(keeper).rows} == {"long"}


def test_every_row_says_why(keeper: Bookkeeper) -> None:
    """The fee in yen, which has no rate, is missing in the cost of the last one."""
    keeper.add("opening", "2024-01-01", "Broker", "ACME", quantity=1)
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=1, price=9)
    keeper.price("COIN", "2024-01-01", 5)
    keeper.add("reward", "2024-01-02", "Broker", "COIN", quantity=1)
    keeper.add("sell", "2024-02-01", "Broker", "COIN", quantity=1, price=9)
    keeper.add("buy", "2024-03-01", "Broker", "ACME", quantity=1, price=9, currency="JPY")
    keeper.add("sell", "2024-04-01", "Broker", "ACME", quantity=1, price=9)
    fee = {"fee": 50, "fee_currency": "JPY"}
    keeper.add("buy", "2024-05-01", "Broker", "ACME", quantity=1, price=7, **fee)
    keeper.add("sell", "2024-06-01", "Broker", "ACME", quantity=1, price=9)
    table = report(keeper)
    assert figures(table, "asset", "gain", "grade", "reasons") == [
        ("ACME", "", "partial", "of unknown cost"),
        ("COIN", "4.00", "estimated", "at a day's market value"),
        ("ACME", "", "partial", "without a rate"),
        ("ACME", "2.00", "partial", "with a cost or a fee that is not fully known"),
    ]
    assert table.grade == "unknown"  # of three in four something is not known


def test_income_says_why(keeper: Bookkeeper) -> None:
    keeper.add("dividend", "2024-01-01", "Broker", amount=5, related_asset="ACME")
    words = {"amount": 5, "related_asset": "ACME"}
    keeper.add("dividend", "2024-01-02", "Broker", currency="JPY", **words)
    book = keeper.book()
    table = income(book, Query(day(END), book.base), EVER)
    assert figures(table, "net", "grade", "reasons") == [
        ("5.00", "partial", "1 of 2 without a rate")
    ]
    assert (table.grade, table.reasons) == ("partial", ("1 of 2 without a rate",))


def test_income_of_which_nothing_is_known_is_blank(keeper: Bookkeeper) -> None:
    """Missing is not zero; what else was paid is what the total counts."""
    words = {"amount": 5, "related_asset": "ACME", "currency": "JPY"}
    keeper.add("dividend", "2024-01-02", "Broker", **words)
    book = keeper.book()
    query = Query(day(END), book.base)
    table = income(book, query, EVER)
    assert figures(table, "gross", "tax", "net") == [("", "", "")]
    assert (table.totals["gross"], table.totals["net"]) == (None, None)
    assert explain(book, query, Asked("net", period="all")).root.figure is None
    keeper.add("interest", "2024-01-03", "Broker", "EUR", quantity=2)
    book = keeper.book()
    table = income(book, query, EVER)
    assert figures(table, "gross", "net") == [("", ""), ("2.00", "2.00")]
    assert text(table.totals["net"]) == "2.00"
    told = explain(book, query, Asked("net", period="all"))
    assert (told.root.figure, told.faults) == (2, ())


def test_income_in_units_is_worth_what_was_stated(keeper: Bookkeeper) -> None:
    """By hand: 10 at a stated 5 are 50 of income, and a lot of 50, whatever the market says; 2 of
    which nothing was said are worth its 4 each.  3 of the first that are taken back are 15 less.
    What was earned and what was gained since are what is there: 35 + 8 − 7 = 9 × 4."""
    keeper.price("COIN", "2024-01-01", 4)
    keeper.add("reward", "2024-01-02", "Broker", "COIN", quantity=10, price=5)
    keeper.add("reward", "2024-01-02", "Broker", "COIN", quantity=-3, price=5)
    keeper.add("reward", "2024-01-03", "Broker", "COIN", quantity=2)
    book = keeper.book()
    query = Query(day("2024-01-03"), book.base)
    assert figures(income(book, query, EVER), "gross", "net") == [("43.00", "43.00")]
    (row,) = history(book, query, parse_period("2024-01", query.as_of)).rows
    assert (text(row["income"]), text(row["value"])) == ("43.00", "36.00")
    assert text(row["unrealised_gain"]) == "-7.00"
    told = explain(book, query, Asked("income", period="2024-01"))
    assert (told.root.figure, told.faults) == (43, ())
    told = explain(book, query, Asked("rollup", "2024-01"))
    assert (told.root.children[5].figure, told.faults) == (43, ())


# -- open lots ---------------------------------------------------------------------------


def test_effects_of_open_lots(keeper: Bookkeeper) -> None:
    """The Corporate Finance Institute's example before it is sold, at 120 and 0.70."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2024-01-10", "0.80", "EUR")
    keeper.price("USD", END, "0.70", "EUR")
    keeper.price("ACME", END, 120, "USD")
    words = {"quantity": 125, "price": 100, "currency": "USD"}
    keeper.add("buy", "2024-01-10", "Wallet", "ACME", **words)
    book = keeper.book()
    table = lots(book, Query(day(END), book.base), effects=True)
    keys = ("unit_cost", "cost", "cost_currency", "cost_basis", "value", "unrealised_gain")
    assert figures(table, *keys, "price_effect", "currency_effect") == [
        ("100", "12500", "USD", "10000.00", "10500.00", "500.00", "1750.00", "-1250.00")
    ]
    assert number(table.totals["price_effect"]) == 1750
    assert (table.rows[0]["grade"], table.rows[0]["term"]) == ("full", "long")
    keeper.add("deposit", "2024-01-10", "Wallet", "COIN", quantity=1, cost=50, currency="USD")
    for key in ("price_effect", "currency_effect"):
        of_lots = lots(keeper.book(), Query(day(END), book.base), effects=True).totals[key]
        told = explain(keeper.book(), Query(day(END), book.base), Asked(key)).root
        assert told.figure == number(of_lots), key


def test_open_lots_say_why(keeper: Bookkeeper) -> None:
    """COIN has a price; of its lots one has a cost, and one all of it but a fee without a rate;
    ACME has neither."""
    keeper.price("COIN", "2025-01-01", 5)
    keeper.add("reward", "2025-01-02", "Broker", "COIN", quantity=1)
    keeper.add("deposit", "2025-01-03", "Broker", "COIN", quantity=2)
    keeper.add("deposit", "2025-01-03", "Broker", "ACME", quantity=2)
    fee = {"fee": 50, "fee_currency": "JPY"}
    keeper.add("buy", "2025-01-04", "Wallet", "COIN", quantity=3, price=4, **fee)
    keeper.price("COIN", "2025-01-05", 5)
    book = keeper.book()
    table = lots(book, Query(day("2025-01-05"), book.base))
    assert figures(table, "asset", "value", "unrealised_gain", "grade", "reasons") == [
        ("ACME", "", "", "unknown", "without a price; without a full cost basis"),
        ("COIN", "5.00", "0.00", "estimated", "with lots opened at market value"),
        ("COIN", "10.00", "", "unknown", "without a full cost basis"),
        ("COIN", "15.00", "3.00", "unknown", "without a full cost basis"),
    ]
    assert table.grade == "unknown"
    assert table.reasons[0] == "1 of 4 without a price"
    whole = holdings(book, Query(day("2025-01-05"), book.base))
    assert [row["grade"] for row in whole.rows if row["account"] == "Wallet"] == ["unknown"]


def test_cash_counts_as_one(keeper: Bookkeeper) -> None:
    """Dollars by way of the pound are spent twice, and stand in one row with one reason."""
    for code in ("USD", "GBP"):
        keeper.asset(code, "currency")
    for on, rate in (("2024-01-10", "1.25"), ("2024-01-11", "1.3")):
        keeper.price("GBP", on, rate, "USD")
        keeper.price("GBP", on, "1.17", "EUR")
    keeper.add("deposit", "2024-01-10", "Broker", "USD", quantity=1000)
    words = {"price": 10, "currency": "USD"}
    keeper.add("buy", "2024-01-11", "Broker", "ACME", quantity=10, **words)
    keeper.add("buy", "2024-01-11", "Broker", "COIN", quantity=20, **words)
    table = report(keeper)
    # 100 at 0.936 and 200; then at 0.90: 93.60 − 90 and 187.20 − 180 are lost
    assert figures(table, "term", "quantity", "gain", "reasons") == [
        ("cash", "300", "-10.80", "by a routed rate")
    ]
    assert table.reasons == ("by a routed rate",)


def test_a_gain_that_is_not_known_is_blank_before_and_after_the_rollup(keeper: Bookkeeper) -> None:
    """Bought and sold in a currency without a rate: what it gained in EUR nobody knows."""
    keeper.asset("USD", "currency")
    keeper.add("buy", "2025-03-03", "Wallet", "COIN", quantity=2, price=10, currency="USD")
    keeper.add("sell", "2025-04-03", "Wallet", "COIN", quantity=2, price=15, currency="USD")

    def told() -> tuple[Any, ...]:
        book = keeper.book()
        table = holdings(book, Query(day(END), book.base))
        return table.machine_rows

    before = told()
    assert [(row["asset"], row["realised_gain"]) for row in before] == [("COIN", None)]
    keeper.roll_up(END)
    assert told() == before


def test_a_sum_of_gains_of_which_none_is_known_is_blank(keeper: Bookkeeper) -> None:
    """Nobody knows what the 2 COIN had cost that went for 30; 1 ACME that cost 5 is worth 6."""
    keeper.add("transfer_in", "2025-03-03", "Wallet", "COIN", quantity=2)
    keeper.add("sell", "2025-04-03", "Wallet", "COIN", quantity=2, price=15, currency="EUR")
    keeper.add("buy", "2025-04-03", "Wallet", "ACME", quantity=1, price=5, currency="EUR")
    keeper.price("ACME", END, 6, "EUR")
    keeper.roll_up(END)
    query, until = Query(day(END), keeper.book().base), Period(day("2025-04-03"), day(END))
    rows = history(keeper.book(), query, until, "year").rows
    told = figures(Table("", "", (), rows, {}), "unrealised_gain", "realised_gain", "grade")
    assert told == [("1.00", "", "partial")]
    assert [text(row["reasons"]) for row in rows] == ["1 disposal of unknown gain"]
    assert holdings(keeper.book(), query).totals["realised_gain"] is None
    figure = explain(keeper.book(), query, Asked("realised")).root
    assert (figure.figure, figure.note) == (None, "no disposal has a known gain")
    of_day = explain(keeper.book(), query, Asked("rollup")).root.children[3]
    assert (of_day.what, of_day.figure) == (f"realised gain on {END}", None)
    asked = (
        "SELECT realised_gain FROM v1_daily WHERE date = ? AND scope IN ('portfolio', 'holding')"
    )
    found = {one for (one,) in keeper.db.execute(asked, [END])}
    assert found == {None, "0"}


def test_what_is_known_to_be_realised_is_one_figure_in_every_report(keeper: Bookkeeper) -> None:
    """Of the Wallet's 4 sold one is known to have gained 15, and 190 were gained at the Broker."""
    mixed(keeper)

    def told() -> tuple[Any, ...]:
        book = keeper.book()
        query = Query(day(END), book.base)
        table = holdings(book, query)
        of_wallet = next(row for row in table.rows if row["account"] == "Wallet")
        why = text(of_wallet["reasons"]).rpartition("; ")[2]
        last = Decimal(daily(book, query, Period(query.as_of, query.as_of))[-1].realised) / 100
        explained = explain(book, query, Asked("realised")).root.figure
        totals = (table.totals["realised_gain"], gains(book, query, EVER).totals["gain"])
        return number(of_wallet["realised_gain"]), why, *map(number, totals), last, explained

    expected = (15, "1 disposal of unknown gain", 205, 205, 205, 205)
    assert told() == expected
    keeper.roll_up(END)
    assert told() == expected


def test_sums_have_the_money_that_gained_and_no_other(keeper: Bookkeeper) -> None:
    """400 of 1,000 USD that came at 0.80 paid for units at 0.90: 360 for 320, a gain of 40; 5
    shares that cost 50 went for 60.  Euros gain nothing in euros, however many go."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2025-01-02", "0.80", "EUR")
    keeper.price("USD", "2025-02-01", "0.90", "EUR")
    trades(keeper, ("buy", "2025-01-02", 5, 50), ("sell", "2025-02-01", 5, 60))
    keeper.add("deposit", "2025-01-02", "Broker", "USD", quantity=1000)
    keeper.add("buy", "2025-02-01", "Broker", "COIN", quantity=4, price=100, currency="USD")
    found = {by: report(keeper, by=by) for by in BY}
    keys = ("disposals", "proceeds", "cost", "gain", "short_gain", "cash_gain")
    assert figures(found["asset"], "asset", "quantity", *keys) == [
        ("ACME", "5", "1", "60.00", "50.00", "10.00", "10.00", ""),
        ("USD", "400", "1", "360.00", "320.00", "40.00", "", "40.00"),
    ]
    both = ("2", "420.00", "370.00", "50.00", "10.00", "40.00")
    assert figures(found["account"], "account", *keys) == [("Broker", *both)]
    assert figures(found["year"], "year", *keys) == [("2025", *both)]
    for table in found.values():
        assert number(table.totals["gain"]) == 50
        assert "price_effect" not in [column.key for column in table.columns]
