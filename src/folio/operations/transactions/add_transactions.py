"""``add-tx``: one transaction in words, or a batch of them, in one database transaction."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from folio.book import Book
from folio.book.usual_currency import UsualCurrency
from folio.db.arrangements.catalog import Catalog
from folio.db.transactions.legs import has_new_legs
from folio.errors import CurrencyUnsaid, FolioError
from folio.model.accounts import Account
from folio.model.assets import Asset, AssetRef
from folio.model.dates import time_zone
from folio.model.named import NamedTuple
from folio.model.transactions import AccountRef, Draft
from folio.operations.names import find_account, find_asset
from folio.operations.pricing.odd_prices import few, odd_trade
from folio.operations.pricing.quote_units import check_unit
from folio.operations.recording import Recording
from folio.operations.transactions.drafting import draft_from
from folio.operations.transactions.record import CONFLICT, RECORDED, Outcome, Recorder
from folio.operations.transactions.words import KEYS, Context

if TYPE_CHECKING:
    from folio.operations.batches import Batch, Fault

HAND = "hand"  # the source of what is typed, and of batches: an id means one thing in both


class Added(NamedTuple):
    """What a batch did; the counts add up to the rows read."""

    drafts: list[Draft]
    outcomes: list[Outcome]
    made: list[str]  # accounts and assets that are new
    linked: list[str]  # transfers, in words
    notes: list[str]  # what else is worth saying of what was recorded

    def count(self, status: str) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)


def drafting_context(catalog: Catalog, today: dt.date) -> Context:
    """What drafts fall back on: today, the book's zone, an account's or the book's currency."""

    usual = UsualCurrency(Book(catalog.db, catalog=catalog))

    def place(ref: AccountRef | None) -> Account | None:
        return None if ref is None else find_account(catalog, ref)

    def currency(ref: AccountRef | None, of: AssetRef | None, day: dt.date, traded: bool) -> str:
        known = None if of is None else find_asset(catalog, of)
        return usual.of(place(ref), known, day, traded=traded)

    def unit(ref: AccountRef | None, of: Asset, day: dt.date, priced: bool) -> str | None:
        return usual.unit_of(place(ref), of, day, priced=priced)

    def asset(ref: AssetRef) -> Asset | None:
        return find_asset(catalog, ref)

    return Context(today, time_zone(catalog.settings.book("time_zone")), currency, unit, asset)


def add_transaction(
    write: Recording,
    words: dict[str, str],
    *,
    today: dt.date,
    create: bool = False,
    force: bool = False,
) -> Added:
    """Record the transaction that these words state; ``force`` takes any price.

    Raises:
        UsageError: when the words are wrong.
        FolioError: when the book cannot take it; nothing is recorded.
    """
    draft = draft_from(words, drafting_context(write.catalog, today))
    book = Book(write.db, catalog=write.catalog)
    check_prices(write, book, draft, force=force)
    odd = None if force else odd_trade(book, draft)  # before it says a price itself
    recorder = Recorder(write, HAND, create=create, by_hand=True, repeats=True)
    outcome = recorder.record(draft)
    if outcome.status == CONFLICT:
        raise FolioError(
            f"id {draft.external_id!r} is transaction {outcome.transaction_id}, with other "
            f"content; correct that one with: folio amend {outcome.transaction_id}"
        )
    linked = _link_new_legs(write)
    write.checks.append(recorder.cover.refuse_uncovered)
    notes = [*recorder.notes, *_by_another_name(write.catalog, draft)]
    if odd is not None and outcome.status == RECORDED:
        notes.append(odd if write.dry_run else _undoable(odd, outcome))
    return Added([draft], [outcome], write.made, linked, notes)


def _by_another_name(catalog: Catalog, draft: Draft) -> Iterator[str]:
    """What the ISIN says is another asset than the symbol beside it: the ISIN counts."""
    for ref in dict.fromkeys(leg.asset for leg in draft.legs if leg.asset.isin is not None):
        asset = find_asset(catalog, ref)
        if asset is not None and asset.symbol.casefold() != ref.symbol.casefold():
            yield f"{ref.isin} is {asset.key}, and that is what moves, not {ref.symbol}"


def _link_new_legs(write: Recording) -> list[str]:
    """The transfers that the new transactions complete, linked, in words; most complete none."""
    if not has_new_legs(write.db, write.touched.first_transaction):
        return []
    from folio.operations.transfers.link_transfers import settle_new_legs

    return list(settle_new_legs(write).told)


def check_prices(write: Recording, book: Book, draft: Draft, *, force: bool) -> None:
    """Refuse prices that look as if pence were taken for pounds, or pounds for pence.

    Raises:
        UsageError: unless ``force``.
    """
    for leg in draft.legs:
        if leg.price is None or leg.price_currency is None:
            continue
        asset = find_asset(write.catalog, leg.asset)
        quote = find_asset(write.catalog, leg.price_currency)
        if asset is not None and quote is not None:
            check_unit(book, asset, leg.price, quote, draft.occurred_on, force=force)


def add_batch(
    write: Recording,
    text: str,
    *,
    today: dt.date,
    create: bool = False,
    force: bool = False,
) -> Added:
    """Record a batch of NDJSON or CSV: all of it, or nothing.

    Raises:
        BadRows: listing every bad line with its number.
    """
    from folio.operations.batches import read_rows

    batch = read_rows(text, KEYS)
    recorder = Recorder(write, HAND, create=create, by_hand=True)
    added = Added([], [], write.made, [], recorder.notes)
    faults = _record_all(write, recorder, batch, added, today, force=force)
    added.linked.extend(_link_new_legs(write))

    def refuse() -> None:
        """All that is wrong at once: with rows, and with what they take out together."""
        uncovered = _uncovered(recorder, added, batch, sure=not (faults or batch.faults))
        batch.refuse([*faults, *uncovered])

    write.checks.append(refuse)
    return added


def _record_all(
    write: Recording,
    recorder: Recorder,
    batch: "Batch",
    added: Added,
    today: dt.date,
    *,
    force: bool,
) -> "list[Fault]":
    """Record the rows that can be recorded, into ``added``; returns what is wrong with others."""
    context = drafting_context(write.catalog, today)
    book = Book(write.db, catalog=write.catalog)
    faults: list[Fault] = []
    odds: list[str] = []
    new: dict[int, int] = {}  # their lines, by transaction
    for line, words in batch.rows:
        try:
            draft = _draft_of(words, context, recorder)
            check_prices(write, book, draft, force=force)
            odd = None if force else odd_trade(book, draft)
            outcome = recorder.record(draft)
            if outcome.status == CONFLICT:
                number = outcome.transaction_id
                whose = f"that of line {new[number]}" if number in new else f"transaction {number}"
                raise FolioError(f"id {draft.external_id!r} is {whose}, with other content")
            if outcome.status == RECORDED:
                new[outcome.transaction_id] = line
            added.drafts.append(draft._replace(lines=(line,)))
            added.outcomes.append(outcome)
            if odd is not None and outcome.status == RECORDED:
                odds.append(f"line {line}: {_undoable(odd, outcome)}")
        except FolioError as fault:
            faults.append((line, str(fault)))
    recorder.notes += few(odds)
    return faults


def _draft_of(words: dict[str, str], context: Context, recorder: Recorder) -> Draft:
    """A row's draft; in the currency in which it is recorded, where it says none.

    The book knows more by now than when it was: what was not asked then is asked of a new row.
    """
    try:
        return draft_from(words, context)
    except CurrencyUnsaid as asked:
        for code in asked.choices:
            draft = draft_from(words | {"currency": code}, context)
            if recorder.is_there(draft):
                return draft
        raise


def _undoable(odd: str, outcome: Outcome) -> str:
    return f"{odd}; where that is wrong: folio undo {outcome.transaction_id}"


def _uncovered(
    recorder: Recorder, added: Added, batch: "Batch", *, sure: bool
) -> "Iterator[Fault]":
    """What rows take out beyond what there is, where only part of them may have been counted."""
    recorded = zip(added.outcomes, added.drafts, strict=True)
    lines = {o.transaction_id: draft.lines[0] for o, draft in recorded if o.status == RECORDED}
    for transaction, text in recorder.cover.faults():
        line = lines.get(transaction, max(lines.values()))
        yield line, text if sure else f"{text} (the other rows that are wrong not counted)"
