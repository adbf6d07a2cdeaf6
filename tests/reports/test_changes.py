"""What changed since, told apart: figures worked by hand, and laws over random books."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper, day, did
from folio.book.later import worked_out
from folio.book.selection import Filters
from folio.engine.changes import Exposure, Units, split, units_of
from folio.engine.sums import Sums
from folio.model.dates import Period
from folio.model.table import Amount, Table
from folio.operations.arranging.lock import lock_book
from folio.reports.explain import Asked, explain
from folio.reports.held.holdings import holdings
from folio.reports.over_time.changes import changes
from folio.reports.over_time.history import daily
from folio.reports.over_time.revisions import MOST, revisions
from folio.reports.query import Query, Since
from laws.test_rollup_law import COMMANDS, END, START, folder, new_book, run

__all__ = ["folder"]
ZERO = Decimal(0)


def since(keeper: Bookkeeper, on: str) -> Since:
    """What is known now, as the end of a day."""
    (commit,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    instant = dt.datetime.combine(day(on), dt.time.max, dt.UTC)
    return Since(commit, instant, day(on))


def ask(keeper: Bookkeeper, on: str) -> Query:
    return Query(day(on), keeper.book().base)


def cells(table: Table, asset: str) -> dict[str, str]:
    """The amounts of an asset's row that are not 0."""
    (row,) = [row for row in table.rows if row["asset"] == asset]
    amounts = {key: cell.value for key, cell in row.items() if isinstance(cell, Amount)}
    return {key: f"{value:f}" for key, value in amounts.items() if value}


@pytest.fixture
def dollars(keeper: Bookkeeper) -> Bookkeeper:
    """10 ACME at 100 USD on 1 January, when a dollar is 0.90 EUR: 900 EUR."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2025-01-01", "0.90")
    keeper.add("deposit", "2025-01-01", "Broker", "ACME", quantity=10, cost=900)
    keeper.price("ACME", "2025-01-01", 100, "USD")
    return keeper


def test_currency_against_market(dollars: Bookkeeper) -> None:
    """From 900 to 10 × 110 × 0.95 = 1045: 1000 USD gain 0.05 each, and 100 USD at 0.95."""
    then = since(dollars, "2025-01-01")
    dollars.price("USD", "2025-06-30", "0.95")
    dollars.price("ACME", "2025-06-30", 110, "USD")
    table = changes(dollars.book(), ask(dollars, "2025-06-30"), then)
    told = {"opening": "900.00", "market": "95.00", "currency": "50.00", "closing": "1045.00"}
    assert cells(table, "ACME") == told


def test_a_rate_that_is_missing_at_the_start_is_no_rate_of_a_part(keeper: Bookkeeper) -> None:
    """10 at 100 EUR when nobody knew a dollar, 5 more at 0.90 for 500; 15 × 110 × 0.95 = 1567.50
    EUR in the end.  The dollar did something to the 10, too: of the 500 alone it says nothing."""
    keeper.add("deposit", "2025-01-01", "Wallet", "ACME", quantity=10, cost=1000)
    keeper.price("ACME", "2025-01-01", 100, "EUR")
    keeper.price("USD", "2025-02-01", "0.90")
    keeper.add("deposit", "2025-02-02", "Wallet", "ACME", quantity=5, cost=500)
    keeper.price("ACME", "2025-02-02", 100, "EUR")
    keeper.price("USD", "2025-03-01", "0.95")
    keeper.price("ACME", "2025-03-01", 110, "USD")
    then = since(keeper, "2024-12-31")
    query = ask(keeper, "2025-03-01")
    table = changes(keeper.book(), query, then)
    parts = {"flow": "1500.00", "market": "67.50", "closing": "1567.50"}
    assert cells(table, "ACME") == parts
    said = "1 of 1 without a rate from 2025-01-01, whose currency's part is in market"
    assert (table.grade, table.reasons) == ("estimated", (said,))
    told = explain(keeper.book(), query, Asked("currency", "ACME", since=then))
    assert (told.root.figure, told.faults) == (ZERO, ())


def test_a_purchase_whose_fee_has_no_rate_did_not_move_a_part_of_what_it_cost(
    keeper: Bookkeeper,
) -> None:
    """1 at 100 EUR is there; 1 more costs 100 EUR and a dollar that nobody can change.  What came
    beside the closing 200 is not known, so 100 of it is unmeasured, and no 100 moved."""
    keeper.asset("USD", "currency")
    keeper.add("deposit", "2025-01-01", "Broker", "ACME", quantity=1, cost=100)
    keeper.price("ACME", "2025-01-01", 100, "EUR")
    words = {"quantity": 1, "price": 100, "currency": "EUR", "fee": 1, "fee_currency": "USD"}
    keeper.fact("buy", "2025-02-02", "Broker", "ACME", **words)
    then, query = since(keeper, "2025-01-31"), ask(keeper, "2025-03-01")
    table = changes(keeper.book(), query, then)
    parts = {"opening": "100.00", "unmeasured": "100.00", "closing": "200.00"}
    assert cells(table, "ACME") == parts
    told = explain(keeper.book(), query, Asked("moved", "ACME", since=then))
    assert (told.root.figure, told.faults) == (ZERO, ())


@pytest.mark.parametrize(
    ("first", "last"), [((90, "EUR"), (100, "USD")), ((100, "USD"), (95, "EUR"))]
)
def test_what_is_priced_in_another_currency_since(
    dollars: Bookkeeper, first: tuple[int, str], last: tuple[int, str]
) -> None:
    """900 EUR then, 10 × 95 = 950 now: what of it is the dollar's, which is 0.95, no price says."""
    dollars.price("ACME", "2025-01-02", *first)
    dollars.price("USD", "2025-01-10", "0.95")
    dollars.price("ACME", "2025-01-10", *last)
    then = since(dollars, "2025-01-02")
    table = changes(dollars.book(), ask(dollars, "2025-01-10"), then)
    assert cells(table, "ACME") == {
        "opening": "900.00",
        "market": "50.00",
        "closing": "950.00",
    }
    assert (table.grade, table.reasons) == (
        "estimated",
        ("1 of 1 priced in another currency at the start, whose currency's part is in market",),
    )
    told = explain(
        dollars.book(), ask(dollars, "2025-01-10"), Asked("currency", "ACME", since=then)
    )
    assert (told.root.figure, told.faults) == (0, ())
    assert (told.grade, told.reasons) == (table.grade, table.reasons)


def test_every_cause_apart(dollars: Bookkeeper) -> None:
    """A price corrected, money put in, 5 more shares bought, a dividend taxed; then the prices.

    ACME: opening 900; at 101 USD it was 909, so knowledge +9.  5 at 104 USD come on 1 March at
    0.90: moved 468.  It ends at 15 × 110 × 0.95 = 1567.50.  Exposed were 909/0.90 = 1010 USD and
    520 USD, each to 0.05: currency 76.50.  Gained were 15 × 110 − 1010 − 520 = 120 USD, at 0.95:
    market 114.  USD: −520 at 0.90 moved, 12 × 0.90 income, −2 × 0.90 costs; −510 × 0.95 at the
    end; −510 × 0.05 is currency.
    """
    keeper = dollars
    then = since(keeper, "2025-01-01")
    keeper.price("ACME", "2025-01-01", 101, "USD")
    keeper.add("deposit", "2025-02-01", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2025-03-01", "Broker", "ACME", quantity=5, price=104, currency="USD")
    words = {"amount": 12, "tax": 2, "currency": "USD", "related_asset": "ACME"}
    keeper.add("dividend", "2025-04-15", "Broker", **words)
    keeper.price("USD", "2025-06-30", "0.95")
    keeper.price("ACME", "2025-06-30", 110, "USD")
    table = changes(keeper.book(), ask(keeper, "2025-06-30"), then)
    assert cells(table, "ACME") == {
        "opening": "900.00",
        "knowledge": "9.00",
        "moved": "468.00",
        "market": "114.00",
        "currency": "76.50",
        "closing": "1567.50",
    }
    assert cells(table, "EUR") == {"flow": "1000.00", "closing": "1000.00"}
    assert cells(table, "USD") == {
        "moved": "-468.00",
        "income": "10.80",
        "costs": "-1.80",
        "currency": "-25.50",
        "closing": "-484.50",
    }


def test_a_price_that_is_missing_is_no_gain(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-01", "Wallet", "COIN", quantity=2)
    then = since(keeper, "2025-01-01")
    keeper.price("COIN", "2025-06-30", 7)
    table = changes(keeper.book(), ask(keeper, "2025-06-30"), then)
    assert cells(table, "COIN") == {"unmeasured": "14.00", "closing": "14.00"}
    assert (table.grade, table.reasons) == ("unknown", ("1 of 1 without a price",))
    of_the_day = revisions(keeper.book(), ask(keeper, "2025-01-01"), then)
    assert (of_the_day.grade, of_the_day.reasons[0]) == ("unknown", "1 of 1 without a price then")
    for figure, report in (
        ("unmeasured", table),
        ("value", of_the_day),
        ("cost-basis", of_the_day),
    ):
        query = ask(keeper, str(report.as_of))
        told = explain(keeper.book(), query, Asked(figure, "COIN", since=then))
        assert (told.grade, told.reasons) == (report.grade, report.reasons), figure


def test_what_has_no_value_is_listed_and_a_stale_price_told(keeper: Bookkeeper) -> None:
    """COIN is held on both days and nobody knows its worth; ACME's price is 61 days old then."""
    keeper.add("deposit", "2025-01-01", "Wallet", "COIN", quantity=2)
    keeper.add("deposit", "2025-01-01", "Wallet", "ACME", quantity=2, cost=8)
    keeper.price("ACME", "2025-01-01", 4)
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=1)
    then = since(keeper, "2025-01-01")
    table = changes(keeper.book(), ask(keeper, "2025-03-03"), then)
    assert cells(table, "COIN") == {}
    assert {str(row["asset"]): str(row["grade"]) for row in table.rows} == {
        "ACME": "estimated", "COIN": "unknown", "EUR": "full",
    }  # fmt: skip
    assert table.grade == "partial"
    assert table.reasons == ("1 of 3 without a price", "1 of 3 at a stale price (oldest 61 days)")


def test_what_came_in_for_nobody_knows_what_is_told(keeper: Bookkeeper) -> None:
    """100 of ACME went into NEWCO, which never had a price, and all of that was given away."""
    keeper.add("deposit", "2025-01-01", "Wallet", "ACME", quantity=1, cost=100)
    keeper.price("ACME", "2025-01-01", 100)
    then = since(keeper, "2025-01-02")
    keeper.asset("NEWCO", "stock")
    words = {"to_asset": "NEWCO", "to_quantity": 3}
    keeper.add("merger", "2025-01-03", "Wallet", "ACME", quantity=1, **words)
    keeper.add("withdraw", "2025-01-05", "Wallet", "NEWCO", quantity=3)
    table = changes(keeper.book(), ask(keeper, "2025-01-06"), then)
    assert cells(table, "ACME") == {"opening": "100.00", "moved": "-100.00"}
    assert cells(table, "NEWCO") == {"moved": "100.00", "unmeasured": "-100.00"}
    assert (table.grade, table.reasons) == ("partial", ("1 of 2 without a price",))


@pytest.mark.parametrize(
    ("growth", "told"),
    [(False, {"gap": "51.00", "market": "137.00"}), (True, {"market": "188.00"})],
)
def test_what_was_only_observed_is_no_gain(
    keeper: Bookkeeper, growth: bool, told: dict[str, str]
) -> None:
    """100 on day 0, +10 on day 4, 140 on day 10: 3 a day were found, 106 were there on day 2.

    At 2 EUR, and 3 on day 10: 21 × 2 + 3 × 3 = 51 of gap, 20 of flow, 420 in the end.  The rest is
    the market's, and the gap too once it is answered with growth.
    """
    keeper.price("COIN", "2025-01-01", 2)
    keeper.price("COIN", "2025-01-11", 3)
    keeper.observe("Wallet", "COIN", 100, "2025-01-01")
    keeper.add("deposit", "2025-01-05", "Wallet", "COIN", quantity=10)
    keeper.observe("Wallet", "COIN", 140, "2025-01-11")
    if growth:
        keeper.answer(keeper.gaps("Wallet", "COIN")[-1].observation_id, "growth")
    table = changes(keeper.book(), ask(keeper, "2025-01-11"), since(keeper, "2025-01-03"))
    whole = {"opening": "212.00", "flow": "20.00", **told, "closing": "420.00"}
    assert cells(table, "COIN") == whole


def test_the_gap_of_a_period_is_the_history_s(keeper: Bookkeeper) -> None:
    """Flow and gap of an account together are the flow of its history, split or not."""
    keeper.price("ACME", "2025-01-01", 21)
    keeper.observe("Broker", "ACME", 21, "2025-01-05")
    keeper.add("split", "2025-01-10", asset="ACME", ratio="3:1")
    keeper.observe("Broker", "ACME", 90, "2025-01-15")
    keeper.add("deposit", "2025-01-18", "Broker", "ACME", quantity=2)
    for first in (2, 5, 7, 9, 12, 16):
        start = day(f"2025-01-{first:02}")
        table = changes(keeper.book(), ask(keeper, "2025-01-20"), since(keeper, str(start)))
        later = Period(start + dt.timedelta(days=1), day("2025-01-20"))
        rows = daily(keeper.book(), ask(keeper, "2025-01-20"), later)
        flows = sum(row.flow or 0 for row in rows)
        assert total(table, "flow") + total(table, "gap") == Decimal(flows) / 100


def test_units_add_up() -> None:
    """A purchase for 1182 with a fee of 1, where the account's cash is not in the ledger."""
    assert units_of("buy", ZERO, Decimal(1183), Decimal(-1182)) == Units(
        flow=Decimal(1183), moved=Decimal(-1183)
    )
    assert units_of("dividend", Decimal(10), ZERO, Decimal(12)) == Units(
        income=Decimal(12), costs=Decimal(-2)
    )


def test_without_a_rate_all_is_the_markets() -> None:
    exposed = [Exposure(Decimal(100), Decimal(2))]
    change = split(Decimal(100), Decimal(100), Decimal(110), exposed=exposed, places=2)
    assert (change.market, change.currency) == (10, 0)


def rows(table: Table) -> list[tuple[Any, ...]]:
    """Commit, kind, day, and what it did to value, cost and realised gain."""
    keys = ("value", "cost_basis", "realised_gain")
    return [
        (row["commit"], row["kind"], str(row["date"]), *(_text(row.get(key)) for key in keys))
        for row in table.rows
    ]


def _text(cell: Any) -> str | None:
    return None if cell is None else f"{cell.value:.2f}"


def test_which_later_rows_changed_a_day(keeper: Bookkeeper) -> None:
    """31 January, first reported as 10 × 50 = 500 EUR of ACME less 400 EUR paid.

    Later: 60 was the price, +100; a sale of 4 on the 20th for 55 each had been left out: 4 × 60
    = 240 less in ACME and 220 more in cash, −20, its cost 4 × 40 = 160 becomes 220 of cash, +60,
    realised 220 − 160 = 60; what came in February is no concern of that day; undoing the sale
    takes all of it back.
    """
    keeper.add("buy", "2025-01-10", "Broker", "ACME", quantity=10, price=40)
    keeper.price("ACME", "2025-01-31", 50)
    then = since(keeper, "2025-01-31")
    keeper.do(lock_book, day("2025-01-31"), today=keeper.today)

    def let_in() -> Any:
        return keeper.who._replace(into_lock=True)

    from folio.operations.pricing.prices_by_hand import add_price
    from folio.operations.transactions.add_transactions import add_transaction
    from folio.operations.transactions.undo import undo_transaction

    price = (day("2025-01-31"), Decimal(60))
    did(keeper.db, let_in(), add_price, "ACME", *price, reason="it was 60")
    words = {"kind": "sell", "on": "2025-01-20", "account": "Broker", "asset": "ACME"}
    words |= {"quantity": "4", "price": "55"}
    sold = did(keeper.db, let_in(), add_transaction, words, today=keeper.today).outcomes[0]
    keeper.add("buy", "2025-02-10", "Broker", "ACME", quantity=1, price=70)
    did(keeper.db, let_in(), undo_transaction, sold.transaction_id)
    table = revisions(keeper.book(), ask(keeper, "2025-01-31"), then)
    first = then.commit + 1
    assert rows(table) == [
        (str(first), "lock", "None", "0.00", "0.00", "0.00"),
        (str(first + 1), "price", "2025-01-31", "100.00", "0.00", "0.00"),
        (str(first + 2), "transaction", "2025-01-20", "-20.00", "60.00", "60.00"),
        (str(first + 4), "transaction", "2025-01-20", "20.00", "-60.00", "-60.00"),
    ]
    assert [row["into_lock"] for row in table.rows] == [None, *["into lock 1"] * 3]
    assert {key: _text(table.totals[key]) for key in ("value", "value_then", "value_now")} == {
        "value": "100.00",
        "value_then": "100.00",
        "value_now": "200.00",
    }


def test_an_observation_of_a_later_day_that_bends_the_day(keeper: Bookkeeper) -> None:
    """100 on the 10th and 140 on the 20th, nothing booked: 4 a day, so 120 on the 15th."""
    keeper.price("COIN", "2025-01-01", 1)
    keeper.observe("Wallet", "COIN", 100, "2025-01-10")
    then = since(keeper, "2025-01-15")
    keeper.observe("Wallet", "COIN", 140, "2025-01-20")
    keeper.add("deposit", "2025-01-18", "Wallet", "COIN", quantity=40, cost=40)
    table = revisions(keeper.book(), ask(keeper, "2025-01-15"), then)
    assert [row[1:4] for row in rows(table)] == [
        ("observation", "2025-01-20", "20.00"),
        ("transaction", "2025-01-18", "-20.00"),
    ]


def test_many_commits_are_replayed_together(
    keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1)
    then = since(keeper, "2025-01-31")
    for _ in range(2 * MOST + 1):
        keeper.add("deposit", "2025-01-03", "Broker", "EUR", quantity=1)
    table = revisions(keeper.book(), ask(keeper, "2025-01-31"), then)
    assert len(table.rows) == 2 * MOST + 1
    told = [row for row in table.rows if "value" in row]
    assert len(told) <= MOST
    assert _text(told[0]["value"]) == "3.00"
    assert _text(table.totals["value"]) == f"{2 * MOST + 1}.00"
    monkeypatch.setattr("folio.reports.query.HELD", 2)
    some = revisions(keeper.book(), ask(keeper, "2025-01-31"), then)
    assert len(some.rows) == 2  # the others are made as they are written
    assert [*some.rows, *some.more] == table.rows


def test_a_price_correction_changes_history_only_from_its_day_on(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=10, price=40)
    for on, price in (("2025-01-05", 41), ("2025-01-10", 42), ("2025-01-15", 43)):
        keeper.price("ACME", on, price)
    keeper.roll_up("2025-01-20")
    whole = Period(day("2025-01-01"), day("2025-01-20"))
    before = daily(keeper.book(), ask(keeper, "2025-01-20"), whole)
    keeper.price("ACME", "2025-01-10", 52)
    keeper.roll_up("2025-01-20")
    after = daily(keeper.book(), ask(keeper, "2025-01-20"), whole)
    differ = [a.day - after[0].day + 2 for a, b in zip(after, before, strict=True) if a != b]
    assert differ == [10, 11, 12, 13, 14]


# -- laws --------------------------------------------------------------------------------

LAW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SEQUENCES = st.lists(COMMANDS, min_size=3, max_size=12)


def total(table: Table, key: str) -> Decimal:
    cell = table.totals.get(key)
    return cell.value if isinstance(cell, Amount) else ZERO


@LAW
@given(before=SEQUENCES, after=SEQUENCES, days=st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_the_parts_add_up_to_the_headline(
    folder: Path, before: list[Any], after: list[Any], days: tuple[int, int]
) -> None:
    keeper = new_book(folder)
    try:
        for command in before:
            run(keeper, command)
        first, last = (START + dt.timedelta(days=n) for n in sorted(days))
        then = since(keeper, first.isoformat())
        opening = holdings(keeper.book(), Query(first, keeper.book().base))
        for command in after:
            run(keeper, command)
        book = keeper.book()
        table = changes(book, Query(last, book.base), then)
        for row in [*table.rows, table.totals]:
            parts = [c.value for k, c in row.items() if isinstance(c, Amount) and k != "closing"]
            end = row["closing"]
            assert sum(parts, ZERO) == (end.value if isinstance(end, Amount) else ZERO)
        assert total(table, "opening") == total(opening, "value")
        assert total(table, "closing") == total(holdings(book, Query(last, book.base)), "value")
    finally:
        keeper.close()


@LAW
@given(before=SEQUENCES, after=SEQUENCES, number=st.integers(0, 30))
def test_contributions_add_up_and_nothing_else_matters(
    folder: Path, before: list[Any], after: list[Any], number: int
) -> None:
    """The last replay is of the last commit that can matter; the figures are those of today."""
    keeper = new_book(folder)
    try:
        for command in before:
            run(keeper, command)
        on = START + dt.timedelta(days=number)
        then = since(keeper, on.isoformat())
        base = keeper.book().base
        opening = holdings(keeper.book(), Query(on, base))
        for command in after:
            run(keeper, command)
        keeper.roll_up(END.isoformat())
        table = revisions(keeper.book(), Query(on, base), then)
        closing = holdings(keeper.book(), Query(on, base))
        for key in ("value", "cost_basis"):
            told = [c.value for r in table.rows if isinstance(c := r.get(key), Amount)]
            assert sum(told, ZERO) == total(table, key)
            assert total(table, f"{key}_then") == total(opening, key)
            assert total(table, f"{key}_now") == total(closing, key)
    finally:
        keeper.close()


def test_income_in_units_is_what_it_was_stated_to_be_worth(keeper: Bookkeeper) -> None:
    """ACME, at 10, pays 2 COIN of a stated 30 each while the market says 25: income 60.

    So it is for changes, for history, and for either of the two alone: 60 of the payer, 0 of the
    units.  What is left of 50 − 60 is the market's.
    """
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=5, price=10)
    keeper.add("buy", "2025-01-02", "Broker", "COIN", quantity=1, price=25)
    then = since(keeper, "2025-01-02")
    keeper.add(
        "stock_dividend", "2025-01-05", "Broker", "COIN", quantity=2, price=30,
        related_asset="ACME",
    )  # fmt: skip
    keeper.price("COIN", "2025-01-05", 25)
    told = changes(keeper.book(), ask(keeper, "2025-01-05"), then)
    assert cells(told, "COIN") == {
        "opening": "25.00", "income": "60.00", "market": "-10.00", "closing": "75.00"
    }  # fmt: skip
    for assets, income in (((), 6000), (("ACME",), 6000), (("COIN",), 0)):
        query = ask(keeper, "2025-01-05")._replace(filters=Filters(asset=assets))
        rows = daily(keeper.book(), query, Period(day("2025-01-05"), day("2025-01-05")))
        assert [row.income for row in rows] == [income]
        if assets != ("COIN",):
            said = explain(keeper.book(), query, Asked("rollup", "2025-01-05"))
            assert (said.root.children[5].figure, said.faults) == (income // 100, ())


def test_a_history_that_is_worked_out_is_summed_holding_by_holding(
    dollars: Bookkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of hundreds of holdings over fifteen years, the days of all of them took 500 MB."""
    dollars.add("deposit", "2025-01-02", "Broker", "USD", quantity=5)
    dollars.add("deposit", "2025-01-03", "Wallet", "USD", quantity=5)
    steps = list[str]()

    def made(*args: Any) -> Iterator[Any]:
        for one in worked_out(*args):
            steps.append("made")
            yield one

    def added(sums: Sums, *args: Any) -> None:
        steps.append("added")
        add(sums, *args)

    add = Sums.add
    monkeypatch.setattr("folio.book.later.worked_out", made)
    monkeypatch.setattr(Sums, "add", added)
    book = dollars.book()
    usd = next(a for a in book.catalog.assets.values() if a.symbol == "USD")
    whole = Period(day("2025-01-01"), day("2025-01-20"))
    rows = daily(book, Query(day("2025-01-20"), usd), whole)
    assert rows[-1].value == 101_000  # 10 ACME at 100 and 10 dollars, in cents
    assert steps[steps.index("made") :] == ["made", "added"] * 3
