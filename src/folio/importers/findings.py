"""What is worth saying about a statement beside its bookings."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from folio.importers.joining import Repeat
from folio.model.numbers import ZERO, to_text
from folio.model.transactions import Draft

LISTED = 5  # of each sort; the rest are counted
# A printed price is rounded: quantity × price may miss the amount by this share of it,
# or by this much where that is more.
PRICE_SHARE = Decimal("0.02")
PRICE_AMOUNT = Decimal("0.05")


def notes_on(drafts: Sequence[Draft], repeats: Sequence[Repeat]) -> list[str]:
    """Repeated rows, rows not understood, and prices that differ from amounts."""
    return [
        *_listed([_repeat_note(repeat) for repeat in repeats]),
        *_listed(list(_unknown(drafts))),
        *_listed([note for draft in drafts if (note := _price_note(draft))]),
    ]


def _repeat_note(repeat: Repeat) -> str:
    first, second = sorted(repeat)
    return f"line {second} repeats line {first}; both are booked"


def _listed(notes: list[str]) -> Iterator[str]:
    yield from notes[:LISTED]
    if len(notes) > LISTED:
        yield f"… and {len(notes) - LISTED} more of this sort"


def _unknown(drafts: Iterable[Draft]) -> Iterator[str]:
    for draft in drafts:
        if draft.kind == "unknown":
            lines = ", ".join(map(str, draft.lines))
            yield f"line {lines} is not understood ({draft.note[:60]}); it is booked as unknown"


def _price_note(draft: Draft) -> str | None:
    """Where quantity × price is not the amount of a trade in the price's own currency."""
    if draft.kind not in ("buy", "sell"):
        return None
    assets = [leg for leg in draft.legs if leg.role == "asset"]
    cash = [leg for leg in draft.legs if leg.role == "cash"]
    if len(cash) != 1 or not assets:
        return None
    worth = ZERO
    for leg in assets:
        if leg.price is None or leg.price_currency != cash[0].asset:
            return None
        worth += leg.quantity * leg.price
    worth, amount = abs(worth), abs(cash[0].quantity)
    missed = abs(worth - amount)
    if missed <= PRICE_AMOUNT or missed <= PRICE_SHARE * amount:
        return None
    return (
        f"line {draft.lines[0]}: quantity × price is {to_text(worth)} {cash[0].asset}, "
        f"the amount {to_text(amount)}; the amount counts"
    )
