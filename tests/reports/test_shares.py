"""What debts outweigh has no shares: a whole of 0 or less is divided by nobody."""

import pytest

from bookkeeper import Bookkeeper, day
from folio.model.numbers import to_text
from folio.model.table import Amount, Cell
from folio.reports.explain import Asked, explain
from folio.reports.held.allocation import allocation
from folio.reports.held.holdings import holdings
from folio.reports.query import Query


@pytest.fixture
def owing(keeper: Bookkeeper) -> Bookkeeper:
    """A flat of 260,000 that cost 250,000, money of 20,000 and a debt of 300,000: -20,000."""
    for name, kind in (("Bank", "checking"), ("Mortgage", "loan"), ("House", "property")):
        keeper.account(name, kind=kind)
    keeper.asset("FLAT", "real-estate")
    keeper.add("opening", "2025-01-01", "House", "FLAT", quantity=1, cost="250000")
    keeper.add("opening", "2025-01-01", "Bank", "EUR", quantity=20000)
    keeper.add("withdraw", "2025-01-01", "Mortgage", "EUR", quantity=300000)
    keeper.price("FLAT", "2025-01-02", 260000)
    return keeper


def shares(keeper: Bookkeeper, key: str) -> list[str | None]:
    """A column of the report of holdings, with its total."""
    book = keeper.book()
    table = holdings(book, Query(day("2025-01-02"), book.base))
    return [said(row[key]) for row in [*table.rows, table.totals]]


def said(cell: Cell) -> str | None:
    return to_text(cell.value) if isinstance(cell, Amount) else None


def told(keeper: Bookkeeper, figure: str, what: str | None = None) -> str | None:
    book = keeper.book()
    root = explain(book, Query(day("2025-01-02"), book.base), Asked(figure, what)).root
    return None if root.figure is None else to_text(root.figure)


def test_what_debts_outweigh(owing: Bookkeeper) -> None:
    """A gain of 10,000 over -30,000 is neither a third of it nor minus a third."""
    assert shares(owing, "weight") == [None] * 4
    assert shares(owing, "gain_percent") == ["0", "0.04", "0", None]
    assert [told(owing, "weight", "FLAT"), told(owing, "gain-percent")] == [None, None]
    assert told(owing, "gain-percent", "FLAT") == "0.04"
    book = owing.book()
    table = allocation(book, Query(day("2025-01-02"), book.base))
    assert [row["weight"] for row in [*table.rows, table.totals]] == [None] * 3


def test_what_outweighs_its_debts(owing: Bookkeeper) -> None:
    """50,000 more: 260,000 and -300,000 of 30,000, and a gain of 10,000 over 20,000."""
    owing.add("deposit", "2025-01-02", "Bank", "EUR", quantity=50000)
    assert shares(owing, "weight") == ["2.333333", "8.666667", "-10", "1"]
    assert shares(owing, "gain_percent") == ["0", "0.04", "0", "0.5"]
    assert told(owing, "weight", "FLAT") == "8.666667"
    assert told(owing, "gain-percent") == "0.5"
