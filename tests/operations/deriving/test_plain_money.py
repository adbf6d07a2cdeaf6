"""Money in the base currency: stored as one sum, with its lots where another currency asks.

The book is in EUR, and one EUR is 1.00 USD on 5 January 2025, 1.10 on 10 January, 1.20 on
10 February and 1.30 from 10 March on.  100 EUR came on 10 January and on 10 February, and 150
bought shares on 10 March.  In USD the first 100 cost 110, half of the others 60, and they
fetched 195: a gain of 25, all of it by the rate.  The 50 that are left cost 60 and are worth 65.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from bookkeeper import Bookkeeper, day
from folio.book import Book
from folio.book.timeline import walked
from folio.db.derived.positions import read_positions
from folio.db.derived.rollup import read_days
from folio.engine.alterations import Altered, worth_more
from folio.engine.valuation import Teller
from folio.model.dates import EVER
from folio.model.rollups import HOLDING, DayRow
from folio.model.table import Amount
from folio.operations.arranging.lot_methods import set_lot_method
from folio.reports.held.holdings import lines
from folio.reports.query import Query
from folio.reports.sold.gains import gains

END = day("2025-12-31")
Rows = Iterator[tuple[int, list[DayRow]]]


@pytest.fixture
def spent(keeper: Bookkeeper) -> Bookkeeper:
    for on, rate in (("01-05", 1), ("01-10", "1.10"), ("02-10", "1.20"), ("03-10", "1.30")):
        keeper.price("EUR", f"2025-{on}", rate, "USD")
    keeper.add("deposit", "2025-01-10", "Broker", "EUR", quantity=100)
    keeper.add("deposit", "2025-02-10", "Broker", "EUR", quantity=100)
    keeper.add("buy", "2025-03-10", "Broker", "ACME", quantity=1, price=150)
    return keeper


def is_plain(keeper: Bookkeeper) -> bool:
    number = keeper.holding_id("Broker", "EUR")
    return read_positions(keeper.db, [number])[number].plain


def in_dollars(keeper: Bookkeeper) -> tuple[str, str, str]:
    """What the money spent gained, and what is left cost and is worth."""
    book = keeper.book()
    query = Query(END, book.catalog.assets[keeper.asset_id("USD")])
    found = gains(book, query, EVER)
    gained = [row["gain"] for row in found.rows if row["asset"] == "EUR"]
    units = sum((cell.value for cell in gained if isinstance(cell, Amount)), Decimal(0))
    number = keeper.holding_id("Broker", "EUR")
    (left,) = (one.worth for one in lines(book, query) if one.holding.id == number)
    return f"{units:f}", f"{left.cost:f}", f"{left.value:f}"


def agrees_with_rebuild(keeper: Bookkeeper) -> bool:
    stored = keeper.derived()
    keeper.rebuild()
    return stored == keeper.derived()


def test_it_is_one_lot_that_costs_itself(spent: Bookkeeper) -> None:
    assert is_plain(spent)
    (lot,) = spent.lots("Broker", "EUR")
    assert (lot.quantity, lot.cost, lot.acquired_on) == (50, 50, "2025-01-10")
    assert spent.disposals("Broker", "EUR") == []


def test_another_currency_has_its_lots(spent: Bookkeeper) -> None:
    assert in_dollars(spent) == ("25.00", "60.00", "65.00")


@pytest.mark.parametrize("method", ["fifo", "hifo"])
def test_the_lots_of_a_month_are_those_of_all_years(spent: Bookkeeper, method: str) -> None:
    """30 EUR come in December at 1.30, and 60 leave: 20 of them are left, and nothing is gained.

    A euro costs a euro, so that none is dearer, and the earliest go first.
    """
    spent.write(lambda write: set_lot_method(write, ("book", 0), method))
    spent.add("deposit", "2025-12-10", "Broker", "EUR", quantity=30)
    spent.add("withdraw", "2025-12-20", "Broker", "EUR", quantity=60)
    spent.roll_up("2025-12-31")
    assert in_dollars(spent) == ("25.00", "26.00", "26.00")


def test_what_comes_late_counts_where_it_falls(spent: Bookkeeper) -> None:
    """50 more of 5 January cost 50: then 50 + 110 fetch 195, and 100 of 1.20 are left."""
    late = spent.add("deposit", "2025-01-05", "Broker", "EUR", quantity=50)
    assert spent.quantity("Broker", "EUR") == 100
    assert in_dollars(spent) == ("35.00", "120.00", "130.00")
    assert agrees_with_rebuild(spent)
    spent.undo(late)
    assert in_dollars(spent) == ("25.00", "60.00", "65.00")
    assert agrees_with_rebuild(spent)


def test_a_cost_that_is_stated_keeps_the_lots(spent: Bookkeeper) -> None:
    """10 EUR that cost 8 USD are the first to be spent, before 100 and 40 that cost themselves."""
    stated = spent.add(
        "transfer_in", "2025-01-01", "Broker", "EUR", quantity=10, cost=8, currency="USD"
    )
    assert not is_plain(spent)
    assert [part.cost for part in spent.disposals("Broker", "EUR")] == [8, 100, 40]
    assert agrees_with_rebuild(spent)
    spent.undo(stated)
    assert is_plain(spent)
    assert spent.disposals("Broker", "EUR") == []
    assert agrees_with_rebuild(spent)


def test_money_owed_is_one_lot_below_zero(spent: Bookkeeper) -> None:
    spent.add("withdraw", "2025-04-01", "Broker", "EUR", quantity=80)
    (lot,) = spent.lots("Broker", "EUR")
    assert (lot.quantity, lot.cost) == (-30, -30)
    assert agrees_with_rebuild(spent)


def test_a_day_is_summed_where_nothing_is_rounded(spent: Bookkeeper) -> None:
    """0.005 twice is a flow of 0.01 each: with 1 and 2 that is 3.02, though 3.01 came in.

    The last day is not summed: its events say where the walk has come to.
    """
    cents, half = ("1", "2"), ("1", "0.005", "2", "0.005")
    for on, deposits in (("04-01", cents), ("04-02", half), ("04-03", cents)):
        for units in deposits:
            spent.add("deposit", f"2025-{on}", "Broker", "EUR", quantity=units)
    number = spent.holding_id("Broker", "EUR")
    sums = list(spent.book().kept_events([number], after=day("2025-03-31")))
    assert [(event.gross, event.transactions) for event in sums[:1]] == [(3, 2)]
    assert [event.gross for event in sums[1:]] == [Decimal(units) for units in (*half, *cents)]
    spent.roll_up("2025-06-30")
    assert (cash(spent, "2025-04-02").flow, cash(spent, "2025-04-02").value) == (302, 5601)
    assert read_positions(spent.db, [number])[number].postings == 11
    assert agrees_with_rebuild(spent)


# -- its days after a back-dated transaction -------------------------------------------------


def folded_again(keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch, until: str) -> bool:
    """Whether the rollup folds the broker's cash again; its days are right in either case."""
    folded: list[int] = []

    def looked_at(
        book: Book, since: dict[int, dt.date], until: dt.date, teller: Teller, **how: bool
    ) -> Rows:
        folded.extend(since)
        return walked(book, since, until, teller, **how)

    monkeypatch.setattr("folio.book.timeline.walked", looked_at)
    keeper.roll_up(until)
    assert agrees_with_rebuild(keeper)
    return keeper.holding_id("Broker", "EUR") in folded


def cash(keeper: Bookkeeper, on: str) -> DayRow:
    (row,) = read_days(keeper.db, HOLDING, keeper.holding_id("Broker", "EUR"), day(on), day(on))
    return row


def test_its_later_days_move_by_the_difference(
    spent: Bookkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a day that had moved, on one that had not, to below zero and to nothing at all.

    200 less 0.01 on 10 February is 199.99, 49.99 after the shares; 250 less on 1 March leaves
    −50.01, and −200.01 after them; 200.01 more on 10 March makes that 0.
    """
    spent.roll_up("2025-06-30")
    spent.add("withdraw", "2025-02-10", "Broker", "EUR", quantity="0.01")
    spent.add("withdraw", "2025-03-01", "Broker", "EUR", quantity=250)
    spent.add("interest", "2025-03-10", "Broker", "EUR", quantity="200.01")
    assert not folded_again(spent, monkeypatch, "2025-06-30")
    assert [cash(spent, f"2025-{on}").value for on in ("02-10", "03-01", "03-10", "06-30")] == [
        19999, -5001, 0, 0,
    ]  # fmt: skip
    bought = cash(spent, "2025-03-10")
    assert (bought.flow, bought.income, bought.before, bought.held) == (-15000, 20001, -5001, 0)


@pytest.mark.parametrize(
    ("kind", "units", "more"),
    [("withdraw", "0.01", [-1]), ("deposit", 3, [300]), ("withdraw", 50, []), ("deposit", 30, [])],
)
def test_what_is_stored_of_its_later_days_moves_where_none_is_or_becomes_nothing(
    spent: Bookkeeper, monkeypatch: pytest.MonkeyPatch, kind: str, units: Decimal, more: list[int]
) -> None:
    """50 are left on 10 March, of which 30 or 80 go on 1 May: 20 or −30 are.  50 less on 1 April
    would be 0 until then, and 30 more 0 from then on."""
    spent.add("buy", "2025-05-01", "Broker", "ACME", quantity=1, price=80 if more == [] else 30)
    spent.roll_up("2025-06-30")
    found: list[int] = []

    def looked_at(first: int, last: int, by: int) -> Altered:
        found.append(by)
        return worth_more(first, last, by)

    monkeypatch.setattr("folio.operations.deriving.roll_up.worth_more", looked_at)
    spent.add(kind, "2025-04-01", "Broker", "EUR", quantity=units)
    spent.roll_up("2025-06-30")
    assert found == more
    assert agrees_with_rebuild(spent)


@pytest.mark.parametrize("case", ["a fraction", "undone", "observed", "beyond"])
def test_its_later_days_are_folded_where_more_than_a_sum_changed(
    spent: Bookkeeper, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    spent.roll_up("2025-06-30")
    until = "2025-06-30"
    spent.add("deposit", "2025-02-01", "Broker", "EUR", quantity="1")
    if case == "a fraction":
        spent.add("deposit", "2025-02-02", "Broker", "EUR", quantity="0.005")
    elif case == "undone":
        spent.undo(1)
    elif case == "observed":
        spent.observe("Broker", "EUR", 51, "2025-05-01")
    else:
        until = "2025-07-02"
    assert folded_again(spent, monkeypatch, until)


def test_money_that_only_grew_is_not_plain(keeper: Bookkeeper) -> None:
    """Of 2 that grew from 1 without a posting, 1 cost nothing; 5 that come in cost themselves."""
    keeper.observe("Broker", "EUR", "1", "2025-01-01")
    keeper.observe("Broker", "EUR", "2", "2025-01-02")
    (gap,) = [gap for gap in keeper.gaps("Broker", "EUR") if gap.until == day("2025-01-02")]
    keeper.answer(gap.observation_id, "growth")
    keeper.add("deposit", "2025-02-10", "Broker", "EUR", quantity=Decimal(5))
    lots = [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "EUR")]
    assert lots == [(1, 0), (5, 5)]
    assert agrees_with_rebuild(keeper)
