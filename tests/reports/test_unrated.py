"""Costs in money that had no rate on their day are told, with the rate to state."""

import pytest

from bookkeeper import Bookkeeper, day
from folio.reports.attention.status import status
from folio.reports.query import Query


def told(keeper: Bookkeeper) -> list[tuple[object, ...]]:
    book = keeper.book()
    rows = status(book, Query(day("2025-06-30"), book.base)).rows
    return [(r["about"], r["what"], r["settle"]) for r in rows if r["kind"] == "no rate"]


@pytest.fixture
def depot(keeper: Bookkeeper) -> Bookkeeper:
    """Two purchases in dollars and one in marks, in a book in euros."""
    keeper.account("Depot", cash=False)
    for code, share, on in (
        ("USD", "ACME", "2020-01-03"),
        ("USD", "BETA", "2019-01-03"),
        ("DEM", "GAMMA", "1996-01-03"),
    ):
        if code not in {a.symbol for a in keeper.book().catalog.assets.values()}:
            keeper.asset(code, "currency")
        if share != "ACME":
            keeper.asset(share)
        keeper.add("buy", on, "Depot", share, quantity=1, price=100, currency=code)
    return keeper


def test_the_first_day_that_lacks_a_rate_is_told_of_each_currency(depot: Bookkeeper) -> None:
    """Of a currency without any rate it is the price that is missing; then the days of the lots
    are, until each has one."""
    assert told(depot) == []
    depot.price("USD", "2025-06-27", "0.9")
    assert told(depot) == [
        (
            "Depot ACME and 1 more",
            "what 2 lots cost is known in USD, which had no rate in EUR on 2019-01-03",
            "folio price fetch USD --since 2019-01-03, or folio price add USD RATE --on 2019-01-03",
        )
    ]
    depot.price("USD", "2020-01-02", "0.8")
    assert [what for _, what, _ in told(depot)] == [
        "what a lot cost is known in USD, which had no rate in EUR on 2019-01-03"
    ]
    depot.price("USD", "2019-01-03", "0.8")
    assert told(depot) == []


def test_of_a_currency_that_became_the_euro_the_fixed_rate_is_the_one_to_state(
    depot: Bookkeeper,
) -> None:
    """1.95583 marks are one euro: Council Regulation (EC) 2866/98; 100 marks are 51.13 EUR."""
    depot.price("EUR", "1999-01-01", "1.95583", "DEM")
    assert told(depot) == [
        (
            "Depot GAMMA",
            "what a lot cost is known in DEM, which had no rate in EUR on 1996-01-03",
            "folio price add EUR 1.95583 --currency DEM --on 1996-01-03; see: folio help prices",
        )
    ]
    depot.price("EUR", "1996-01-03", "1.95583", "DEM")
    assert told(depot) == []
