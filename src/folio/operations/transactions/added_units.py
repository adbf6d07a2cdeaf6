"""Splits of which a statement prints only the units that were added."""

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction

from folio.db.transactions.events import read_events
from folio.db.transactions.splits import SAME_SPLIT_DAYS, Split, read_splits
from folio.engine.splits import scaled
from folio.errors import FolioError
from folio.model.accounts import Account
from folio.model.assets import Asset, currency_ref
from folio.model.numbers import ZERO, to_text
from folio.model.transactions import Draft, Leg
from folio.operations.recording import Recording

MOST_UNITS = 100  # in a ratio that is taken unasked


def split_by_added(
    write: Recording, account: Account, asset: Asset, draft: Draft, added: Decimal
) -> tuple[Draft, str]:
    """The draft with a ratio, or the units booked at no cost; and a note where one is due.

    The statement is a witness of a split that is known, or proposes the ratio, taken unasked
    where it comes out in small whole numbers.
    """
    day = draft.occurred_on
    splits = read_splits(write.db, write.catalog.aliases.members(asset.id))
    known = next((s for s in splits if s.is_near(day)), None)
    held = _held_before(write, account, asset, day, [s for s in splits if s is not known])
    said = f"a split of {asset.key} on {day} adds {to_text(added)}"
    if known is not None:
        fits = held * (known.new - known.old) == Fraction(added) * known.old
        other = f"{said}, which is not {known.new}:{known.old} of what was held before"
        return draft._replace(ratio=known.ratio, legs=()), "" if fits else other
    ratio = _proposed(held, Fraction(added))
    if ratio is not None:
        return draft._replace(ratio=ratio, legs=()), ""
    return _free_units(write, draft, added), (
        f"{said}, in no simple ratio to what was held before, so they are booked at no cost; "
        "import what came before, then this file again with --supersede"
    )


def _proposed(held: Fraction, added: Fraction) -> tuple[int, int] | None:
    if held <= 0 or held + added <= 0:
        return None
    new, old = ((held + added) / held).as_integer_ratio()
    return (new, old) if max(new, old) <= MOST_UNITS else None


def witnessed(write: Recording, asset: Asset, ratio: tuple[int, int], day: dt.date) -> str | None:
    """That a split by hand is one that stands in the book already, and changes nothing."""
    for split in read_splits(write.db, write.catalog.aliases.members(asset.id)):
        if split.is_of(*ratio, day):
            return (
                f"transaction {split.transaction_id} is this split of {asset.key} already, on "
                f"{split.day}: equal ratios within {SAME_SPLIT_DAYS} days are one event"
            )
    return None


def left_over(write: Recording, account: Account, asset: Asset, draft: Draft) -> Decimal:
    """The fraction of a unit that a split leaves in an account.

    Raises:
        FolioError: when it leaves none.
    """
    new, old = draft.ratio or (1, 1)
    day = draft.occurred_on
    others = [
        s
        for s in read_splits(write.db, write.catalog.aliases.members(asset.id))
        if not s.is_near(day)
    ]
    held = _held_before(write, account, asset, day, others)
    units = scaled(Decimal(held.numerator), new, old * held.denominator)
    fraction = units % 1
    if not fraction:
        raise FolioError(
            f"{account.key} has {to_text(units)} {asset.key} after the split, so no fraction is "
            "left over to be paid for; leave out --amount, or say how many units went"
        )
    return fraction


def _held_before(
    write: Recording, account: Account, asset: Asset, day: dt.date, splits: list[Split]
) -> Fraction:
    """What the account held when the day began, in that day's units."""
    holding = write.catalog.holding_of(account.id, asset.id)
    held = Fraction(0)
    members = [] if holding is None else write.catalog.members(holding.id)
    for event in (event for member in members for event in read_events(write.db, member)):
        if event.key[0] < day.isoformat():
            since = [s for s in splits if event.key[0] < s.day.isoformat() <= day.isoformat()]
            held += Fraction(event.quantity) * math.prod(Fraction(*s.ratio) for s in since)
    return held


def _free_units(write: Recording, draft: Draft, added: Decimal) -> Draft:
    leg = Leg("asset", draft.related_asset or draft.legs[0].asset, added)
    leg = leg._replace(cost=ZERO, cost_currency=currency_ref(write.catalog.base.symbol))
    note = f"split without a known ratio: {to_text(added)} units added at no cost"
    kind = "stock_dividend" if added > ZERO else "correction"
    return draft._replace(kind=kind, legs=(leg,), note=" ".join([draft.note, note]).strip())
