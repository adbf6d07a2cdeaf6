"""What was paid, and what was kept of it."""

from decimal import Decimal

from bookkeeper import TODAY, Bookkeeper, day
from folio.book.selection import Filters
from folio.model.dates import EVER, Period
from folio.reports.explain import Asked, explain
from folio.reports.paid.income import income
from folio.reports.query import Query


def test_tax_in_a_row_of_its_own_is_tax_on_its_payers_income(keeper: Bookkeeper) -> None:
    """As Interactive Brokers and Schwab state it: 3.00 paid, 0.45 withheld, 0.10 of it refunded
    and 2.65 left, by hand; a tax that names no payer is on nobody's income."""
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=6, price=10)
    keeper.add("dividend", "2025-03-01", "Broker", related_asset="ACME", amount=3)
    keeper.add("tax", "2025-03-01", "Broker", related_asset="ACME", amount="0.45")
    keeper.add("tax", "2025-03-05", "Broker", related_asset="ACME", amount="-0.10")
    keeper.add("tax", "2025-03-06", "Broker", amount=7)
    book = keeper.book()
    totals = income(book, Query(TODAY, book.base, Filters()), EVER).totals
    said = {key: str(getattr(totals[key], "value", None)) for key in ("gross", "tax", "net")}
    assert {key: Decimal(text) for key, text in said.items()} == {
        "gross": Decimal(3), "tax": Decimal("0.35"), "net": Decimal("2.65"),
    }  # fmt: skip
    asked = Asked("tax", "ACME", kind="tax")  # the row of its own, which the report shows
    assert explain(book, Query(TODAY, book.base, Filters()), asked).root.figure == Decimal("0.35")


def test_a_tax_without_a_rate_is_missing_and_not_zero(keeper: Bookkeeper) -> None:
    keeper.add("dividend", "2025-03-01", "Broker", related_asset="ACME", amount=3)
    keeper.add("tax", "2025-03-01", "Broker", related_asset="ACME", amount=2, currency="CHF")
    book = keeper.book()
    report = income(book, Query(TODAY, book.base, Filters()), EVER)
    (row,) = [row for row in report.rows if row["kind"] == "tax"]
    assert (row["gross"], row["tax"], row["net"], row["grade"]) == (None, None, None, "partial")


def test_income_is_of_whom_when_and_what_was_asked_for(keeper: Bookkeeper) -> None:
    """3 and 4 paid at two brokers, 5 a month later, and 9 that was undone, by hand."""
    for account in ("Broker", "Wallet"):
        keeper.add("buy", "2025-01-02", account, "ACME", quantity=6, price=10)
    keeper.add("dividend", "2025-03-01", "Broker", related_asset="ACME", amount=3, currency="EUR")
    keeper.add("dividend", "2025-03-01", "Wallet", related_asset="ACME", amount=4, currency="EUR")
    keeper.add("dividend", "2025-04-01", "Broker", related_asset="ACME", amount=5, currency="EUR")
    keeper.undo(keeper.add("dividend", "2025-03-02", "Broker", related_asset="ACME", amount=9))
    book = keeper.book()

    def gross(as_of: str, *, last: str = "2025-12-31", **filters: tuple[str, ...]) -> str:
        query = Query(day(as_of), book.base, Filters(**filters))
        said = income(book, query, Period(day("2025-02-28"), day(last))).totals["gross"]
        return str(getattr(said, "value", None))

    assert gross("2025-12-31") == "12.00"
    assert gross("2025-12-31", account=("Broker",)) == "8.00"
    assert gross("2025-12-31", account=("Wallet",)) == "4.00"
    assert gross("2025-03-31") == gross("2025-12-31", last="2025-03-31") == "7.00"
