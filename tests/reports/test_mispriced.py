"""A trade whose price and cash differ by more than rounding is a finding; the cash counts."""

import pytest

from bookkeeper import Bookkeeper, day
from folio.reports.attention.status import status
from folio.reports.query import Query


def found(keeper: Bookkeeper, on: str = "2025-01-09", **known: int) -> list[str]:
    book = keeper.book(**known)
    rows = status(book, Query(day(on), book.base)).rows
    return [str(row["what"]) for row in rows if row["kind"] == "price differs"]


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "told"),
    [
        ("3", "33.33", "100", None),  # a price is printed rounded
        ("0.001", "95", "0.10", None),  # and so are cents
        ("10", "10", "98.04", None),  # 1.96 are less than 2 % of it
        ("10", "10", "98.03", "quantity × price is 100 EUR in transaction 1, the amount 98.03"),
        ("10", "1", "100", "quantity × price is 10 EUR in transaction 1, the amount 100"),
    ],
)
def test_tolerance(
    keeper: Bookkeeper, quantity: str, price: str, amount: str, told: str | None
) -> None:
    keeper.add("buy", "2025-01-02", "Wallet", "ACME", quantity=quantity, price=price, amount=amount)
    assert found(keeper) == ([] if told is None else [f"{told}; the amount counts"])


def test_it_is_settled_by_the_right_price(keeper: Bookkeeper) -> None:
    """In pence for pounds, twice; what one is amended to is known from then on."""
    numbers = [
        keeper.add("buy", on, "Wallet", "ACME", quantity=10, price=1234, amount="123.40")
        for on in ("2025-01-02", "2025-01-03")
    ]
    (commit,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    assert found(keeper, "2025-01-01") == []
    said = "quantity × price is 12340 EUR in transaction 1, the amount 123.4"
    assert found(keeper) == [f"{said}, and so in 1 more; the amount counts"]
    for number in numbers:
        keeper.amend(number, price="12.34", amount="123.40")
    assert found(keeper) == []
    assert found(keeper, known_at=commit) == [f"{said}, and so in 1 more; the amount counts"]
