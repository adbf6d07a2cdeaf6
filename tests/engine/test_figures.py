"""Balances, grades, rounding, flows, and one holding's week in the rollup, by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.book.snapshot import Held, snapshot
from folio.db.derived.rollup import read_days
from folio.engine.cash_flows import Flows, flows, transferred
from folio.engine.grades import Counts, grade, reasons, worst
from folio.engine.reconciliation import Drift
from folio.engine.valuation import Basis, value
from folio.model.dates import Period
from folio.model.ledger import Event
from folio.model.numbers import round_money
from folio.model.rollups import ACCOUNT, HOLDING, INSTITUTION, PORTFOLIO, DayRow
from folio.operations.arranging.shown import set_flag
from folio.reports.held.holdings import holdings
from folio.reports.over_time.history import daily
from folio.reports.query import Query

# -- balances ----------------------------------------------------------------------------


def held(keeper: Bookkeeper, on: str, account: str = "Broker", asset: str = "ACME") -> Held | None:
    book = keeper.book()
    holding = book.catalog.holdings[keeper.holding_id(account, asset)]
    return next(iter(snapshot(book, day(on), [holding])), None)


def balance(keeper: Bookkeeper, on: str) -> Decimal | None:
    found = held(keeper, on)
    return None if found is None else found.balance


def test_a_drift_is_spread_over_its_days(keeper: Bookkeeper) -> None:
    """100 on day 0, +10 on day 4, 140 on day 10: 106, 122 and 125 on days 2, 4 and 5."""
    keeper.observe("Broker", "ACME", 100, "2025-01-01")
    keeper.add("deposit", "2025-01-05", "Broker", "ACME", quantity=10)
    keeper.observe("Broker", "ACME", 140, "2025-01-11")
    expected = {"2025-01-01": 100, "2025-01-03": 106, "2025-01-05": 122, "2025-01-06": 125}
    expected |= {"2025-01-11": 140, "2025-03-01": 140}
    assert {on: balance(keeper, on) for on in expected} == expected


def test_before_all_evidence_nothing_is_held(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-05", "Broker", "ACME", quantity=10)
    assert balance(keeper, "2025-01-04") is None
    assert balance(keeper, "2025-01-05") == 10


def test_an_observation_after_the_first_posting_counts_back(keeper: Bookkeeper) -> None:
    """10 put in on the 5th, 14 seen on the 10th: 4 were there before anybody wrote it down."""
    keeper.add("deposit", "2025-01-05", "Broker", "ACME", quantity=10)
    keeper.observe("Broker", "ACME", 14, "2025-01-10")
    assert balance(keeper, "2025-01-05") == 14
    found = held(keeper, "2025-01-10")
    assert found is not None
    assert (found.quantity, found.unexplained) == (10, 4)


def test_after_the_last_observation_postings_go_on(keeper: Bookkeeper) -> None:
    keeper.observe("Broker", "ACME", 100, "2025-01-01")
    keeper.add("deposit", "2025-01-05", "Broker", "ACME", quantity=10)
    assert balance(keeper, "2025-01-04") == 100
    assert balance(keeper, "2025-01-05") == 110


@pytest.mark.parametrize("ratio", [(3, 1), (1, 3), (7, 3)])
def test_what_was_only_observed_is_split_too(keeper: Bookkeeper, ratio: tuple[int, int]) -> None:
    """10 were seen before the split of the 10th; and 7 after another one."""
    new, old = ratio
    keeper.price("ACME", "2025-01-01", 21)
    keeper.observe("Broker", "ACME", 21, "2025-01-05")
    keeper.add("split", "2025-01-10", asset="ACME", ratio=f"{new}:{old}")
    assert balance(keeper, "2025-01-09") == 21
    assert balance(keeper, "2025-01-10") == Decimal(21) * new / old
    keeper.roll_up("2025-01-12")
    rows = read_days(
        keeper.db,
        HOLDING,
        keeper.holding_id("Broker", "ACME"),
        day("2025-01-09"),
        day("2025-01-12"),
    )
    assert [row.value for row in rows] == [44100] * 4  # 21 × 21 before, and as much after
    keeper.observe("Broker", "ACME", 7, "2025-01-11")
    assert balance(keeper, "2025-01-11") == 7
    (stored,) = keeper.db.execute("SELECT unexplained FROM positions").fetchone()
    assert stored == "7"


def test_a_split_to_come_does_not_change_today(keeper: Bookkeeper) -> None:
    keeper.observe("Broker", "ACME", 21, "2025-01-05")
    keeper.add("split", "2025-03-10", asset="ACME", ratio="2:1")
    assert balance(keeper, "2025-02-01") == 21
    assert balance(keeper, "2025-03-10") == 42


def test_of_two_sources_on_one_day_the_statement_counts(keeper: Bookkeeper) -> None:
    for source, seen in (("screenshot", 3), ("statement-close", 1), ("sync", 2)):
        keeper.observe("Broker", "ACME", seen, "2025-01-05", source=source)
    assert balance(keeper, "2025-01-05") == 1


def test_no_observations_no_drift() -> None:
    drift = Drift([])
    assert (bool(drift), drift.offset(5), drift.constant_until(5)) == (False, 0, None)


# -- grades ------------------------------------------------------------------------------


def test_grades() -> None:
    assert grade(Counts()) == "unknown"
    assert grade(Counts(held=31)) == "full"
    assert grade(Counts(held=31, estimated=1, stale=1)) == "estimated"
    assert grade(Counts(held=31, unknown=2, priceless=2)) == "partial"
    assert grade(Counts(held=4, unknown=2)) == "partial"  # half is known
    assert grade(Counts(held=5, unknown=3)) == "unknown"
    assert worst(["full", "partial", "estimated"]) == "partial"


def test_reasons_are_counted() -> None:
    counts = Counts(held=31, unknown=2, priceless=2, interpolated=1, estimated=1)
    assert reasons(counts) == ["2 of 31 without a price", "1 of 31 interpolated"]


def test_31_holdings_2_without_a_price(keeper: Bookkeeper) -> None:
    for number in range(31):
        keeper.asset(f"A{number}")
        keeper.add("deposit", "2025-01-02", "Broker", f"A{number}", quantity=1, cost=1)
        if number >= 2:
            keeper.price(f"A{number}", "2025-01-02", 1)
    book = keeper.book()
    table = holdings(book, Query(day("2025-01-03"), book.base))
    assert table.grade == "partial"
    assert table.reasons == ("2 of 31 without a price",)
    assert table.totals["value"].value == 29  # type: ignore[union-attr]


# -- values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "places", "rounded"),
    [
        ("2.345", 2, "2.35"),
        ("-2.345", 2, "-2.35"),
        ("2.3449999", 2, "2.34"),
        ("0.5", 0, "1"),
        ("1.0005", 3, "1.001"),
    ],
)
def test_money_is_rounded_half_up(amount: str, places: int, rounded: str) -> None:
    assert str(round_money(Decimal(amount), places)) == rounded


def test_leaves_are_rounded_once_and_add_up(keeper: Bookkeeper) -> None:
    """Two lots that cost 0.125 each are 0.13 + 0.13; the value of 0.25 is rounded as one."""
    for on in ("2025-01-02", "2025-01-03"):
        keeper.add("deposit", on, "Broker", "ACME", quantity=1, cost="0.125")
    keeper.price("ACME", "2025-01-03", "0.1275")
    book = keeper.book()
    totals = holdings(book, Query(day("2025-01-03"), book.base)).totals
    figures = [totals[key].value for key in ("value", "cost_basis", "unrealised_gain")]  # type: ignore[union-attr]
    assert figures == [Decimal("0.26"), Decimal("0.26"), Decimal(0)]


def test_nothing_is_worth_nothing_without_a_price() -> None:
    basis = Basis(None, Decimal(0), True, False)
    empty = value(Decimal(0), Decimal(0), basis, None, dt.date(2025, 1, 1), places=2)
    assert (empty.value, empty.cost, empty.counts.held) == (0, 0, 0)
    priceless = value(Decimal(1), Decimal(0), basis, None, dt.date(2025, 1, 1), places=2)
    assert (priceless.value, priceless.counts.priceless) == (None, 1)


# -- flows at each border ----------------------------------------------------------------


def units(*numbers: int) -> Flows:
    return Flows(*map(Decimal, numbers))


D = Decimal


def moved(kind: str, quantity: int, external: int, gross: int) -> Event:
    """What a transaction did to a holding: units in all, and of them in some roles."""
    key = ("2025-03-04", 1, "", 1, 0)
    return Event(key, 1, 1, kind, D(quantity), external=D(external), gross=D(gross))


@pytest.mark.parametrize(
    ("event", "payer_held", "expected"),  # portfolio, institution, account, holding, income
    [
        (moved("deposit", 5, 0, 5), False, units(5, 5, 5, 5, 0)),
        (moved("withdraw", -5, 0, -5), False, units(-5, -5, -5, -5, 0)),
        # 100 withdrawn for a fee of 2: 100 left the book, 2 were spent in it.
        (moved("withdraw", -102, 0, -100), False, units(-100, -100, -100, -100, 0)),
        (moved("opening", 5, 0, 5), False, units(5, 5, 5, 5, 0)),
        (moved("correction", 5, 0, 5), False, units(5, 5, 5, 5, 0)),
        (moved("buy", -5, 0, -5), False, units(0, 0, 0, -5, 0)),  # the cash of a purchase
        (moved("buy", 0, 5, -5), False, units(5, 5, 5, 0, 0)),  # and without tracking
        (moved("dividend", 4, 0, 5), False, units(0, 0, 0, 0, 5)),  # 1 of tax
        (moved("dividend", 4, 0, 5), True, units(0, 0, 0, 4, 5)),
        (moved("dividend", 0, -5, 5), False, units(-5, -5, -5, -5, 5)),
        (moved("fee", -1, 0, 0), False, units(0, 0, 0, 0, 0)),
        (moved("fee", -1, 0, 0), True, units(0, 0, 0, 0, 0)),
        (moved("reward", 3, 0, 3), False, units(0, 0, 0, 0, 3)),
    ],
)
def test_flows(event: Event, payer_held: bool, expected: Flows) -> None:
    assert flows(event, payer_held=payer_held) == expected


@pytest.mark.parametrize(
    ("quantity", "gross", "within_institution", "within_account", "lost", "expected"),
    [
        (-5, -5, 0, 0, 0, units(0, -5, -5, -5, 0)),
        (-5, -5, -5, 0, 0, units(0, 0, -5, -5, 0)),
        (-5, -5, -5, -5, 0, units(0, 0, 0, -5, 0)),
        (-5, -5, -2, 0, 0, units(0, -3, -5, -5, 0)),  # 2 of 5 stay at the institution
        (-6, -5, 0, 0, 0, units(0, -5, -5, -5, 0)),  # a fee of 1
        # 5 were sent and 4 came: 1 was lost there, if it went out of there
        (4, 4, 0, 0, 1, units(0, 5, 5, 5, 0)),
        (4, 4, 4, 0, 1, units(0, 0, 5, 5, 0)),
        (-1, 0, 0, 0, 0, units(0, 0, 0, 0, 0)),  # a fee alone
    ],
)
def test_flows_of_a_transfer(
    quantity: int,
    gross: int,
    within_institution: int,
    within_account: int,
    lost: int,
    expected: Flows,
) -> None:
    event = moved("transfer", quantity, 0, gross)
    assert transferred(event, D(within_institution), D(within_account), D(lost)) == expected


# -- one holding's week ------------------------------------------------------------------


def week(keeper: Bookkeeper, scope: int, number: int) -> list[DayRow]:
    return read_days(keeper.db, scope, number, day("2025-01-06"), day("2025-01-12"))


def test_a_week_by_hand(keeper: Bookkeeper) -> None:
    """In cents, day by day, for ACME at the broker, whose cash is tracked:

    Mon   10 bought at 10 with a fee of 1: cost 101, worth 100 at the trade's price
    Tue   closes at 12: worth 120
    Wed   4 sold at 13: 40.40 of the cost goes, 52 − 40.40 = 11.60 realised; 6 × 13 = 78
    Thu   2:1, the price is halved by it: 12 × 6.50 = 78
    Fri   closes at 7: 84; a dividend of 3 arrives in cash
    Sat   all 12 move to the wallet: 0 here
    """
    keeper.add("deposit", "2025-01-06", "Broker", "EUR", quantity=200)
    keeper.add("buy", "2025-01-06", "Broker", "ACME", quantity=10, price=10, fee=1)
    keeper.price("ACME", "2025-01-07", 12)
    keeper.add("sell", "2025-01-08", "Broker", "ACME", quantity=4, price=13)
    keeper.add("split", "2025-01-09", asset="ACME", ratio="2:1")
    keeper.price("ACME", "2025-01-10", 7)
    keeper.add("dividend", "2025-01-10", "Broker", "EUR", quantity=3, related_asset="ACME")
    keeper.add("transfer", "2025-01-11", "Broker", "ACME", quantity=12, to_account="Wallet")
    keeper.roll_up("2025-01-12")

    shares = week(keeper, HOLDING, keeper.holding_id("Broker", "ACME"))
    assert [r.value for r in shares] == [10000, 12000, 7800, 7800, 8400, 0, 0]
    assert [r.cost_basis for r in shares] == [10100, 10100, 6060, 6060, 6060, 0, 0]
    assert [r.realised for r in shares] == [0, 0, 1160, 1160, 1160, 1160, 1160]
    assert [r.unrealised for r in shares] == [-100, 1900, 1740, 1740, 2340, 0, 0]
    assert [r.flow for r in shares] == [10100, 0, -5200, 0, 0, -8400, 0]
    assert [r.held for r in shares] == [1, 1, 1, 1, 1, 0, 0]
    assert [r.estimated for r in shares] == [1, 0, 1, 1, 0, 0, 0]  # a trade's own price

    cash = week(keeper, HOLDING, keeper.holding_id("Broker", "EUR"))
    assert [r.value for r in cash] == [9900, 9900, 15100, 15100, 15400, 15400, 15400]
    # The dividend's payer is held beside it, so its cash flowed in from there.
    assert [r.flow for r in cash] == [9900, 0, 5200, 0, 300, 0, 0]
    assert [r.income for r in cash] == [0, 0, 0, 0, 300, 0, 0]

    wallet = week(keeper, HOLDING, keeper.holding_id("Wallet", "ACME"))
    assert [(r.value, r.cost_basis, r.flow) for r in wallet] == [
        (8400, 6060, 8400),
        (8400, 6060, 0),
    ]

    broker = keeper.book().catalog.holdings[keeper.holding_id("Broker", "ACME")].account_id
    account = week(keeper, ACCOUNT, broker)
    assert [r.value for r in account] == [19900, 21900, 22900, 22900, 23800, 15400, 15400]
    assert [r.flow for r in account] == [20000, 0, 0, 0, 0, -8400, 0]
    north = keeper.book().catalog.accounts[broker].institution_id
    assert [r.flow for r in week(keeper, INSTITUTION, north)] == [20000, 0, 0, 0, 0, -8400, 0]
    whole = week(keeper, PORTFOLIO, 0)
    assert [r.value for r in whole] == [19900, 21900, 22900, 22900, 23800, 23800, 23800]
    assert [r.flow for r in whole] == [20000, 0, 0, 0, 0, 0, 0]
    assert [r.income for r in whole] == [0, 0, 0, 0, 300, 0, 0]


def test_a_day_that_cannot_be_valued_is_a_gap(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-06", "Broker", "ACME", quantity=1)
    keeper.price("ACME", "2025-01-08", 4)
    keeper.roll_up("2025-01-08")
    rows = week(keeper, HOLDING, keeper.holding_id("Broker", "ACME"))
    assert [(r.value, r.flow, r.priceless) for r in rows] == [
        (None, None, 1),
        (None, 0, 1),
        (400, 0, 0),
    ]


def test_rolling_up_twice_changes_nothing(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-06", "Broker", "EUR", quantity=1)
    keeper.roll_up("2025-01-12")
    before = keeper.derived()
    assert keeper.roll_up("2025-01-12").days == 0
    assert keeper.roll_up("2025-01-10").days == 0  # the clock went back
    assert keeper.derived() == before


@pytest.mark.parametrize("rolled_up", [False, True])
def test_what_is_left_out_is_outside(keeper: Bookkeeper, rolled_up: bool) -> None:
    """A purchase flows into the asset; a transfer flows into the account and out of the other."""
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=10, price=50)
    keeper.add("transfer", "2024-01-03", "Broker", "ACME", quantity=4, to_account="Wallet")
    if rolled_up:
        keeper.roll_up("2024-01-05")
    book = keeper.book()

    def seen(**filters: tuple[str, ...]) -> list[int | None]:
        query = Query(day("2024-01-05"), book.base, Filters(**filters))
        span = Period(day("2024-01-01"), day("2024-01-03"))
        return [row.flow for row in daily(book, query, span) if row.flow]

    assert seen() == [100000]
    assert seen(asset=("ACME",)) == [50000]
    assert seen(account=("Broker",)) == [100000, -20000]
    assert seen(institution=("South",)) == [20000]
    acme = book.catalog.holdings[keeper.holding_id("Broker", "ACME")]
    keeper.write(lambda write: set_flag(write, acme, "hidden", True))
    book = keeper.book()
    assert seen() == [100000, -50000, 20000]
