"""What is known of money, asked for in another currency."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.reports.held.coverage import coverage
from folio.reports.held.holdings import holdings
from folio.reports.query import Query


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Bookkeeper]:
    keeper = Bookkeeper(tmp_path / "folio.db")
    yield keeper
    keeper.close()


def test_money_that_came_before_the_first_rate_and_went_grades_nothing(keeper: Bookkeeper) -> None:
    """Its 5 euros of November are spent; the 7 of February have a rate: holdings says so too."""
    keeper.account("bank")
    keeper.add("deposit", "2024-11-01", "bank", "EUR", quantity="5")
    keeper.add("withdraw", "2024-11-02", "bank", "EUR", quantity="5")
    keeper.price("USD", "2025-01-01", "0.9")
    keeper.add("deposit", "2025-02-01", "bank", "EUR", quantity="7")
    book = keeper.book()
    query = Query(dt.date(2025, 2, 3), book.catalog.assets[keeper.asset_id("USD")])
    [row] = coverage(book, query).rows
    [same] = holdings(book, query).rows
    assert row["grade"] == same["grade"] == "estimated"
