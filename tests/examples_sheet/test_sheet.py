"""The example files agree with themselves, and the sheet with what is recorded and worked by hand.

Nothing here runs folio; the comparison of its report with `load_expected()` stands elsewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from .sheet import HERE, NUMBER, cents, flat, load_expected, month_ends, work_out
from .statements import BROKER, EXAMPLES, EXCHANGE, Prices, all_events, overlapping, rows

STATEMENTS = EXAMPLES / "statements"
SPAN = re.compile(r"`([^`]* = [^`]*)`")
TOKEN = re.compile(r"[-+*/]|\d+(?:\.\d+)?")


def broker_rows() -> list[dict[str, str]]:
    return list(overlapping(STATEMENTS.glob("trading212_*.csv")))


# -- the statements agree with themselves --------------------------------------------


def test_bank_running_balances_reproduce():
    (path,) = STATEMENTS.glob("wise_*.csv")
    balance = Decimal(0)
    for row in reversed(rows(path)):  # newest first
        balance += Decimal(row["Amount"])
        assert balance == Decimal(row["Running Balance"]), row["TransferWise ID"]


def test_exchange_balances_reproduce():
    (path,) = STATEMENTS.glob("kraken_*.csv")
    balance: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(path):
        if row["txid"]:
            balance[row["asset"]] += Decimal(row["amount"]) - Decimal(row["fee"])
            assert balance[row["asset"]] == Decimal(row["balance"]), row["txid"]


def test_broker_totals_are_shares_times_price_over_rate_and_fees():
    for row in broker_rows():
        if row["Action"].split()[-1] in ("buy", "sell"):
            gross = Fraction(row["No. of shares"]) * Fraction(row["Price / share"])
            fees = Fraction(row["Currency conversion fee"] or 0)
            fees += Fraction(row["Transaction fee"] or 0)
            sign = 1 if row["Action"].endswith("buy") else -1
            total = cents(gross / Fraction(row["Exchange rate"])) + sign * fees
            assert total == Fraction(row["Total"]), row["ID"]


def test_broker_dividends_are_shares_times_net_per_share_at_the_days_rate():
    prices = Prices()
    for row in broker_rows():
        if row["Action"].startswith("Dividend"):
            net = Fraction(row["No. of shares"]) * Fraction(row["Price / share"])
            day = date.fromisoformat(row["Time"][:10])
            euros = prices.to_euros(net, row["Currency (Price / share)"], day)
            assert cents(euros) == Fraction(row["Total"]), row


def test_yearly_exports_overlap_and_repeat_nothing_within_a_file():
    files = [rows(path) for path in sorted(STATEMENTS.glob("trading212_*.csv"))]
    assert sum(map(len, files)) > len(broker_rows())
    for file in files:
        assert len({tuple(row.values()) for row in file}) == len(file)


def test_cash_is_never_negative():
    cash: dict[str, Fraction] = defaultdict(Fraction)
    for event in all_events():
        cash[event.account] += event.euros
        assert cash[event.account] >= 0, event


def test_own_transfers_leave_and_arrive_in_the_same_month():
    """So that no month-end value depends on whether transfers are linked."""
    moved: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    (path,) = STATEMENTS.glob("wise_*.csv")
    for row in rows(path):
        if "Payward" in row["Description"] or "Trading 212" in row["Description"]:
            _, month, year = map(int, row["Date"].split("-"))
            moved[year, month] += Fraction(row["Amount"])
    for event in all_events():
        if event.account in (BROKER, EXCHANGE) and event.kind == "cash":
            moved[event.day.year, event.day.month] += event.euros
    fees = {(2024, 3): Fraction("-0.09"), (2025, 5): Fraction("-0.09")}
    assert {month: left for month, left in moved.items() if left} == fees


# -- the prices suffice --------------------------------------------------------------


def test_every_dollar_event_has_the_rate_of_its_day():
    prices = Prices()
    for event in all_events():
        if event.asset and prices.quote[event.asset] == "USD" and event.account == BROKER:
            assert event.day in prices.closes["EUR"], event
        if event.kind in ("reward", "leave"):
            assert event.day in prices.closes[event.asset], event


def test_no_trade_in_another_currency_stands_near_a_valuation():
    """A trade ETH/EUR is a price of another pair than the closes ETH/USD; kept out of reach."""
    prices, valued = Prices(), set(month_ends())
    valued |= {e.day for e in all_events() if e.kind in ("reward", "leave")}
    for event in all_events():
        if event.account == EXCHANGE and event.kind in ("buy", "sell"):
            near = {event.day + timedelta(days=n) for n in range(8)}
            assert prices.quote[event.asset] == "EUR" or not near & valued, event


# -- the sheet -----------------------------------------------------------------------


def test_sheet_reproduces_the_recorded_figures():
    recorded = load_expected()
    assert list(flat(recorded)) == [
        (table, row, field, Decimal(cell) if NUMBER.fullmatch(cell) else cell)
        for table, row, field, cell in flat(work_out())
    ]


def test_csv_and_json_say_the_same():
    lines = rows(HERE / "expected.csv")
    assert [tuple(line.values()) for line in lines] == list(flat(work_out()))


def test_rows_and_columns_add_up():
    sheet = load_expected()
    for name in ("value", "cost_basis", "unrealised_gain", "realised_gain"):
        assert sum(row[name] for row in sheet["holdings"]) == sheet["totals"][name]
    for row in [*sheet["holdings"], *sheet["history"]]:
        assert row["value"] - row["cost_basis"] == row["unrealised_gain"]
    assert sum(s["gain"] for s in sheet["disposals"]) == sheet["totals"]["realised_gain"]
    assert sum(sheet["realised_by_year"].values()) == sheet["totals"]["realised_gain"]
    last = sheet["history"][-1]
    assert all(last[name] == total for name, total in sheet["totals"].items())


def calculate(steps: str) -> Fraction:
    """Sums of products, as a pocket calculator with brackets in mind does them."""
    tokens = TOKEN.findall(steps)
    total, term, sign = Fraction(0), Fraction(tokens[0]), 1
    for operator, number in zip(tokens[1::2], map(Fraction, tokens[2::2]), strict=True):
        if operator in "*/":
            term = term * number if operator == "*" else term / number
        else:
            total, term, sign = total + sign * term, number, 1 if operator == "+" else -1
    return total + sign * term


def worked_steps() -> list[str]:
    text = (HERE / "sheet.md").read_text(encoding="utf-8")
    plain = text.translate(str.maketrans("×÷−", "*/-"))
    return [span for span in SPAN.findall(plain) if "steps" not in span]


@pytest.mark.parametrize("step", worked_steps())
def test_worked_sheet_is_good_arithmetic(step: str):
    steps, result, *printed = re.split(r" (?:=|→) ", step)
    exact, said = calculate(steps), Fraction(result)
    if printed:  # shown to a few places, rounded from the exact number
        places = 10 ** len(result.partition(".")[2])
        assert abs(exact - said) * places <= Fraction(1, 2)
        assert cents(exact) == Fraction(printed[0])
    else:
        assert exact == said


@pytest.mark.parametrize(
    ("account", "asset"),
    [("trading212", "AAPL"), ("trading212", "CSPX"), ("kraken", "BTC"), ("kraken", "ETH")],
)
def test_worked_holdings_are_the_recorded_ones(account: str, asset: str):
    text = (HERE / "sheet.md").read_text(encoding="utf-8").replace("−", "-")
    section = text.split(f"## {asset} at {account}\n")[1].split("\n## ")[0]
    holding = next(
        row
        for row in load_expected()["holdings"]
        if (row["account"], row["asset"]) == (account, asset)
    )
    for name in ("quantity", "value", "unrealised", "realised"):
        line = re.search(rf"- {name} `[^`]* ([-\d.]+)`", section)
        assert line, name
        field = name if name in holding else f"{name}_gain"
        assert Decimal(line[1]) == holding[field]
    sold = [
        s for s in load_expected()["disposals"] if (s["account"], s["asset"]) == (account, asset)
    ]
    gains = re.findall(r"gain `[^`]* = ([-\d.]+)`", section)
    assert list(map(Decimal, gains)) == [s["gain"] for s in sold]
