"""The register lists a day in the order in which it is walked (rules 3)."""

from bookkeeper import TODAY, Bookkeeper
from folio.book.selection import Filters
from folio.model.dates import EVER
from folio.reports.query import Query
from folio.reports.recorded.register import register


def listed(keeper: Bookkeeper, *, everything: bool = False, last: int | None = None) -> list[int]:
    book = keeper.book()
    query = Query(TODAY, book.base, Filters())
    rows = register(book, query, EVER, everything=everything, last=last).rows
    return [row["id"] for row in rows]  # type: ignore[misc]


def test_a_day_is_listed_as_it_is_walked(keeper: Bookkeeper) -> None:
    """By the rules: the split at the open, what comes in, transfers, the instants, what goes out;
    entered the other way round."""
    day, of = "2025-03-04", {"quantity": 1}
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=9, price=10)
    fee = keeper.add("fee", day, "Broker", amount=1)
    sale = keeper.add("sell", day, "Broker", "ACME", price=9, **of)
    late = keeper.add("sell", day, "Broker", "ACME", price=9, at="2025-03-04T18:00Z", **of)
    soon = keeper.add("buy", day, "Broker", "ACME", price=9, at="2025-03-04T09:00Z", **of)
    moved = keeper.add("transfer", day, "Broker", "ACME", to_account="Wallet", **of)
    paid = keeper.add("dividend", day, "Broker", related_asset="ACME", amount=5, tax=1)
    bought = keeper.add("buy", day, "Broker", "ACME", price=9, **of)
    split = keeper.add("split", day, asset="ACME", ratio="2:1")
    order = [1, split, paid, bought, moved, soon, late, fee, sale]
    assert listed(keeper) == order
    assert listed(keeper, last=4) == order[-4:]
    again = keeper.amend(bought, price=8)  # keeps the place of what it corrects
    assert listed(keeper, last=6) == [again, *order[-5:]]
    undone = keeper.undo(sale)
    assert listed(keeper, everything=True)[-3:] == [fee, sale, undone]


def test_an_arrival_is_listed_after_its_departure(keeper: Bookkeeper) -> None:
    """Linked ones, whatever the clocks say."""
    keeper.add("deposit", "2025-01-02", "Broker", "COIN", quantity=9)
    words = {"quantity": 5}
    come = keeper.add(
        "transfer_in", "2025-02-01", "Wallet", "COIN", at="2025-02-01T09:00Z", **words
    )
    left = keeper.add(
        "transfer_out", "2025-02-01", "Broker", "COIN", at="2025-02-01T09:05Z", **words
    )
    if keeper.linked_to(come) != [left]:
        keeper.pair(left, come)
    assert listed(keeper) == [1, left, come]
