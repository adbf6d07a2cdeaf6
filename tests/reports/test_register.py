"""The register lists a day in the order in which it is walked (rules 3)."""

import datetime as dt

from bookkeeper import TODAY, Bookkeeper
from folio.book.selection import Filters
from folio.model.dates import EVER
from folio.reports.query import Query
from folio.reports.recorded.register import register

NONE = Filters()


def listed(
    keeper: Bookkeeper,
    *,
    everything: bool = False,
    last: int | None = None,
    filters: Filters = NONE,
    kinds: tuple[str, ...] = (),
    text: str | None = None,
) -> list[int]:
    book = keeper.book()
    query = Query(TODAY, book.base, filters)
    found = register(book, query, EVER, everything=everything, last=last, kinds=kinds, text=text)
    rows = [*found.rows, *found.more]
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


def test_of_one_asset_are_its_moves_its_dividends_and_its_splits_by_day(keeper: Bookkeeper) -> None:
    """Each once, whichever of its holdings moved; with an account, what was of it alone.

    Of ninety days: they are read some at a time.
    """
    keeper.asset("BETA")
    days = [str(dt.date(2024, 3, 1) + dt.timedelta(n)) for n in range(90)]
    of = [{"quantity": 1, "price": 9}, {"quantity": 2, "price": 8}]
    mine, other, apart = [], [], []
    for number, on in enumerate(days):
        mine.append(keeper.add("buy", on, "Broker", "ACME", **of[number % 2]))
        apart.append(keeper.add("buy", on, "Broker", "BETA", **of[number % 2]))
    other.append(keeper.add("buy", days[3], "Wallet", "ACME", **of[0]))
    moved = keeper.add("transfer", days[3], "Broker", "ACME", to_account="Wallet", quantity=1)
    paid = keeper.add("dividend", days[5], "Broker", related_asset="ACME", amount=5)
    keeper.add("dividend", days[6], "Broker", related_asset="BETA", amount=5)
    split = keeper.add("split", days[6], asset="ACME", ratio="2:1")
    undone = keeper.add("sell", days[9], "Wallet", "ACME", quantity=1, price=9)
    reversal = keeper.undo(undone)

    acme = Filters(asset=("ACME",))
    # Within a day as it is walked: the split at the open, what comes in, then the transfer.
    whole = [*mine[:4], *other, moved, *mine[4:6], paid, split, *mine[6:]]
    assert listed(keeper, filters=acme) == whole
    assert listed(keeper, filters=acme, last=75) == whole[-75:]
    here = [one for one in whole if one not in other]
    assert listed(keeper, filters=acme._replace(account=("Broker",))) == here
    there = [*other, moved, split]
    assert listed(keeper, filters=acme._replace(account=("Wallet",))) == there
    everything = [*other, moved, split, undone, reversal]
    wallet = acme._replace(account=("Wallet",))
    assert listed(keeper, filters=wallet, everything=True) == everything
    assert listed(keeper, filters=acme, kinds=("dividend",)) == [paid]
    both = [one for one in whole if one in (paid, split)]
    assert listed(keeper, filters=acme, kinds=("split", "dividend")) == both
    assert listed(keeper, filters=Filters(account=("Wallet",))) == [*other, moved]


def test_what_undoes_what_is_of_an_asset_is_of_it_too(keeper: Bookkeeper) -> None:
    """A dividend and a split move none of its units, nor do their reversals."""
    bought = keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=9, price=10)
    keeper.add("buy", "2025-01-02", "Broker", "COIN", quantity=9, price=10)
    paid = keeper.add("dividend", "2025-02-01", "Broker", related_asset="ACME", amount=5)
    split = keeper.add("split", "2025-03-01", asset="ACME", ratio="2:1")
    pairs = [bought, paid, keeper.undo(paid), split, keeper.undo(split)]
    acme = NONE._replace(asset=("ACME",))
    assert listed(keeper, everything=True, filters=acme) == pairs
    assert listed(keeper, filters=acme) == [bought]
    book = keeper.book()
    shown = register(book, Query(TODAY, book.base, acme), EVER, everything=True).rows
    assert [row["asset"] for row in shown] == ["ACME", "ACME", "EUR", "ACME", "ACME"]


def test_a_note_is_found_whatever_the_size_of_its_letters(keeper: Bookkeeper) -> None:
    """Letters are folded as Unicode has it (Default Case Folding, section 3.13): ß is ss, the sign
    of kelvin is k, and Ö is ö."""
    notes = ["Grüße", "GRÜSSE", "grusse", "300 \u212a", "300 K", None, "ÖL, Öl", "oil"]
    numbers = {
        note: keeper.add("deposit", f"2025-01-0{day}", "Broker", "EUR", quantity=day, note=note)
        if note
        else keeper.add("deposit", f"2025-01-0{day}", "Broker", "EUR", quantity=day)
        for day, note in enumerate(notes, 1)
    }
    for text, found in {
        "grüsse": notes[:2],
        "USSE": ["grusse"],
        "300 k": notes[3:5],
        "öl": ["ÖL, Öl"],
        "": notes,
        "%": [],
    }.items():
        assert listed(keeper, text=text) == [numbers[note] for note in found], text
        there = Filters(account=("Broker",))
        assert listed(keeper, text=text, filters=there) == [numbers[note] for note in found]
