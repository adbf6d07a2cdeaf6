"""Amending: a reversal and the corrected transaction, in one commit.

A transaction is said in words, some of them change, and it is recorded from them anew.  What the
words do not change stays as it was recorded: a source may have stated more than words say.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NoReturn

from folio.book import Book
from folio.book.wording import wording
from folio.db.arrangements.catalog import Catalog
from folio.db.arrangements.sources import source_names
from folio.db.transactions.ledger import Recorded, get_transaction
from folio.db.transactions.postings import Posting, action_of, lines_of, lots_named, postings_of
from folio.errors import FolioError
from folio.model.assets import currency_code, parse_asset_ref
from folio.model.lot_names import lot_text
from folio.model.quote_units import QUOTE_UNITS
from folio.model.transactions import Draft, Leg
from folio.operations.pricing.odd_prices import odd_trade
from folio.operations.pricing.quote_units import said_in_major
from folio.operations.recording import Recording
from folio.operations.transactions.add_transactions import drafting_context
from folio.operations.transactions.cover import Cover
from folio.operations.transactions.drafting import PAID_BY_ASSET, draft_from
from folio.operations.transactions.record import Recorder
from folio.operations.transactions.reversals import next_revision, refuse_undone, reverse
from folio.operations.transactions.undo import undoable
from folio.operations.transactions.words import Words
from folio.operations.transfers.link_transfers import settle_new_legs


def amend_transaction(
    write: Recording,
    number: int,
    changes: dict[str, str],
    *,
    today: dt.date,
    told: Callable[[str], object] = str,
    shown: Callable[[Draft], object] = id,
) -> int:
    """Correct a transaction: its reversal and the corrected one; returns the latter's id.

    ``changes`` are keys of a batch; an empty text takes back what was said.  The rest stays as it
    was recorded.  ``told`` hears what is odd about the new price, ``shown`` what is recorded anew
    where words say all of it.

    Raises:
        FolioError: when it cannot be undone, or cannot be said in words, and when it says just
            that already.
    """
    if not changes:
        raise FolioError("nothing to change; say what, such as --price 118.30")
    db = write.db
    recorded = undoable(db, number)
    if recorded.kind == "reversal":
        _refuse_reversal(db, recorded)
    postings = postings_of(db, number)
    said = wording(write.catalog, recorded, postings, action_of(db, number))
    _keep_covered(write, postings)
    if changes.keys() == {"note"} or (changes.keys() <= _BESIDE and not said.complete):
        again = _moved(write, recorded, said.words, changes, today)
    elif said.complete:
        again, draft = _recorded_anew(write, recorded, said.words, changes, today, told)
        shown(draft)
    else:
        raise FolioError(
            f"transaction {number} has more parts than words: only its --on, --at and --note "
            f"can be amended; undo it with: folio undo {number}, and record what is right"
        )
    if _facts_of(db, again) == _facts_of(db, number):
        raise FolioError(f"nothing to change; transaction {number} says just that already")
    settle_new_legs(write)
    return again


def _facts_of(db: sqlite3.Connection, number: int) -> tuple[object, ...]:
    """What a transaction states, to compare it with another one."""
    found = get_transaction(db, number)
    assert found is not None, "it was recorded"
    stated = found._replace(id=0, commit_id=0, revision=0, content=b"", reversed_by=None)
    postings = sorted(repr(posting.again) for posting in postings_of(db, number))
    return stated, postings, action_of(db, number), lots_named(db, number)


_BESIDE = {"on", "at", "note"}  # what is said of all of a transaction's parts


def _refuse_reversal(db: sqlite3.Connection, reversal: Recorded) -> NoReturn:
    """It says what its original is now, or how that comes back."""
    original = get_transaction(db, reversal.reverses or 0)
    assert original is not None, "the book has what is reversed"
    refuse_undone(db, original)
    raise AssertionError("what a reversal undid is undone")


def _keep_covered(write: Recording, postings: Sequence[Posting]) -> None:
    """Refuse what leaves a later sale without its units: fewer came, or later."""
    cover = Cover(write)
    cover.note_all(postings)
    write.checks.append(cover.refuse_uncovered)


def _moved(
    write: Recording,
    recorded: Recorded,
    former: dict[str, str],
    changes: dict[str, str],
    today: dt.date,
) -> int:
    """Every part as it was, on the day and with the note that are said now."""
    said = Words(_amended(former, changes), drafting_context(write.catalog, today))
    reverse(write, recorded)
    again = recorded._replace(
        occurred_on=said.day, occurred_at=said.instant, note=said.get("note") or ""
    )
    return next_revision(write, again)


_PRICED = ("asset", "quantity", "price", "amount", "cost", "currency")
_NUMBERS = ("quantity", "to_quantity", "price", "amount", "cost", "fee", "tax")


def _recorded_anew(
    write: Recording,
    recorded: Recorded,
    former: dict[str, str],
    changes: dict[str, str],
    today: dt.date,
    told: Callable[[str], object],
) -> tuple[int, Draft]:
    db, number = write.db, recorded.id
    postings = postings_of(db, number)
    changes = said_in_major(changes, unit=_unit(write, former))
    former = _as_paid(former, changes) | {"lot": _lots(lots_named(db, number))}
    words = _amended(former, changes)
    lines = tuple(lines_of(db, number))
    reverse(write, recorded)
    numbers = frozenset(former[key] for key in _NUMBERS if key in former)
    context = drafting_context(write.catalog, today)._replace(recorded=numbers)
    draft = draft_from(words, context)
    if changes.keys().isdisjoint(_PRICED):
        draft = _as_quoted(write.catalog, draft, postings)
    draft = draft._replace(legs=_as_told(draft.legs, postings))
    if "account" not in changes and draft.occurred_on == recorded.occurred_on:
        draft = _as_outside(draft, postings)
    priced = not changes.keys().isdisjoint(_PRICED)
    odd = odd_trade(Book(db, catalog=write.catalog), draft, amended=True) if priced else None
    recorder = Recorder(write, source_names(db)[recorded.source_id], by_hand=True)
    outcome = recorder.record(draft._replace(external_id=recorded.external_id), lines)
    write.checks.append(recorder.cover.refuse_uncovered)
    if odd is not None:
        told(odd)
    return outcome.transaction_id, draft


# Of which a source may state what nothing rests on: a price, or a cost of what goes out.
_UNPRICED = ("swap", "transfer", "merger", "symbol_change", "delisting", "split", "exercise")
_UNCOSTED = ("withdraw", "transfer_out", "correction")


def _amended(former: dict[str, str], changes: dict[str, str]) -> dict[str, str]:
    """The words with their changes, without what followed from words that change.

    Cash and costs that were price × quantity do, the units that arrive where all did, and an
    instant of the former day.
    """
    words = former | changes
    unused = {"price"} if former["kind"] in _UNPRICED else set()
    owed = former.get("quantity", "").startswith("-")
    unused |= {"cost"} if owed or former["kind"] in _UNCOSTED else set()
    for key in unused - changes.keys():
        words.pop(key, None)
    if unused and "currency" not in changes and words.keys().isdisjoint(("price", "amount")):
        words.pop("currency", None)

    def follows(key: str, *changed: str) -> bool:
        return key not in changes and not changes.keys().isdisjoint(changed)

    if former["kind"] == "exercise" and follows("amount", "to_quantity", "price"):
        words.pop("amount", None)
    if former["kind"] in ("buy", "sell") and follows("amount", "quantity", "price"):
        words.pop("amount", None)
    if follows("cost", "quantity", "price") and _is_product(former):
        del words["cost"]
    all_arrived = former["kind"] == "transfer" and former["quantity"] == former["to_quantity"]
    if follows("to_quantity", "ratio") or (all_arrived and follows("to_quantity", "quantity")):
        words.pop("to_quantity", None)
    if not words.get("fee", "").strip():
        words.pop("fee_currency", None)
    if words["on"] != former["on"] and "at" not in changes:
        words.pop("at", None)
    if changes.get("at") and "on" not in changes:
        words.pop("on")  # it is the instant's
    return words


def _is_product(said: dict[str, str]) -> bool:
    """Whether a cost is price × quantity."""
    if not {"price", "cost"} <= said.keys():
        return False
    return Decimal(said["price"]) * Decimal(said["quantity"]) == Decimal(said["cost"])


def _as_paid(former: dict[str, str], changes: dict[str, str]) -> dict[str, str]:
    """Cash in the words of who paid: ``dividend VWCE --amount 20``, for ``dividend 20 EUR``.

    Where the changes are in those words, too.
    """
    asset = changes.get("asset")
    by_payer = asset is not None and currency_code(asset) is None
    if former["kind"] not in PAID_BY_ASSET or currency_code(former.get("asset", "")) is None:
        return former
    if not by_payer and changes.keys().isdisjoint(("amount", "currency")):
        return former
    words = {key: text for key, text in former.items() if key not in _PAID}
    payer = {"asset": former["related_asset"]} if "related_asset" in former else {}
    return words | payer | {"amount": former["quantity"], "currency": former["asset"]}


_PAID = ("asset", "quantity", "related_asset")


def _lots(named: list[tuple[int, int, Decimal | None]]) -> str:
    """Named lots as ``--lot`` says them."""
    return ",".join(lot_text(lot, units) for _, lot, units in named)


def _unit(write: Recording, words: dict[str, str]) -> str | None:
    """In which quote unit a new price is meant: its asset's, if it is a part of the currency."""
    asset = next((a for a in write.catalog.assets.values() if a.key == words.get("asset")), None)
    unit = None if asset is None else QUOTE_UNITS.get(asset.quote_unit or "")
    return unit.code if unit is not None and unit.currency == words.get("currency") else None


def _as_told(legs: tuple[Leg, ...], postings: Sequence[Posting]) -> tuple[Leg, ...]:
    """The legs in the order and the roles of their source, so that its row is still the same."""
    places = {p.quantity: place for place, p in reversed(list(enumerate(postings)))}
    if not all(leg.quantity in places for leg in legs):
        return legs  # other units: it is another row
    if {p.role for p in postings} <= {"cash", "external"} and len(legs) == 1:
        legs = (legs[0]._replace(role="cash"),)
    return tuple(sorted(legs, key=lambda leg: places[leg.quantity]))


def _as_outside(draft: Draft, postings: Sequence[Posting]) -> Draft:
    """The draft with its money from outside where it came from there, whatever is tracked now."""
    if not any(p.role == "external" for p in postings):
        return draft
    own = [leg.asset for leg in draft.legs if leg.role == "asset"]
    money = [leg for leg in draft.legs if leg.role != "asset" and leg.asset not in own]
    outside = [
        leg._replace(role="external", quantity=-leg.quantity, price=None, price_currency=None)
        for leg in money
    ]
    return draft._replace(legs=(*draft.legs, *outside))


def _as_quoted(catalog: Catalog, draft: Draft, postings: Sequence[Posting]) -> Draft:
    """The draft with the prices that its source quoted: in another currency than the cash, or of
    units that it said no cost of.
    """
    quoted = {p.quantity: p for p in postings if p.role == "asset" and p.price is not None}

    def as_quoted(leg: Leg) -> Leg:
        was = quoted.get(leg.quantity)
        if leg.role != "asset" or was is None:
            return leg
        if leg.price is None:
            currency = parse_asset_ref(catalog.assets[was.price_currency_id or 0].key)
            leg = leg._replace(price=was.price, price_currency=currency)
        return leg if was.amount is not None else leg._replace(cost=None, cost_currency=None)

    return draft._replace(legs=tuple(map(as_quoted, draft.legs)))
