"""Reversals: a transaction leaves the walk, and comes back as its next revision.

A leg of a transfer leaves with its link: the other leg is open again, and one that an answer
recorded in its stead goes with it.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from folio.book import Book
from folio.db.arrangements.sources import find_source
from folio.db.transactions.ledger import (
    Recorded,
    find_transaction,
    get_transaction,
    get_transactions,
    with_postings,
)
from folio.db.transactions.links import Link, in_force, said_of
from folio.db.transactions.postings import (
    NewPosting,
    NewTransaction,
    Posting,
    action_of,
    actions_of_each,
    lines_of,
    lots_named,
    postings_of,
    postings_of_each,
)
from folio.errors import FolioError
from folio.model.numbers import to_text
from folio.operations.recording import Recording
from folio.operations.transactions.account_rules import check_open

UNDO = "undo"
TRANSFERS = "transfers"  # the source of legs that an answer recorded
_AT_ONCE = 1000


def reverse(write: Recording, recorded: Recorded, source: str = UNDO) -> int:
    """Record the reversal of a transaction; returns its id.  ``source`` says who undoes it."""
    return _reverse(write, [recorded], source)[0]


def reverse_all(write: Recording, recorded: Iterable[Recorded]) -> Iterator[int]:
    """Record the reversals of many transactions, some at a time; says after each of how many."""
    left = iter(recorded)
    with write.commit.gathering():
        while some := list(islice(left, _AT_ONCE)):
            _reverse(write, some, UNDO)
            yield len(some)


def _reverse(write: Recording, some: Sequence[Recorded], source: str) -> list[int]:
    """Record the reversals of some transactions; returns their ids."""
    numbers = [recorded.id for recorded in some]
    postings, actions = postings_of_each(write.db, numbers), actions_of_each(write.db, numbers)
    _check(write, [(recorded, postings.get(recorded.id, [])) for recorded in some])
    made = _release(write, numbers)
    own = write.source(source)
    reversals = [
        write.transaction(
            NewTransaction(
                "reversal",
                recorded.occurred_on,
                recorded.occurred_at,
                recorded.account_id,
                own,
                f"{recorded.id}",
                1,
                recorded.content,
                [
                    NewPosting(p.holding_id, p.role, to_text(-p.quantity))
                    for p in postings.get(recorded.id, ())
                ],
                reverses=recorded.id,
            ),
            replay=True,
        )
        for recorded in some
    ]
    for recorded in some:
        paid_by = recorded.related_asset_id
        if paid_by is not None and any(p.across for p in postings.get(recorded.id, ())):
            write.touch_payer(recorded.account_id, paid_by, recorded.occurred_on, replay=True)
        if recorded.id in actions:
            write.touched.asset(actions[recorded.id].asset_id, recorded.occurred_on)
    for other in made:
        reverse(write, other)
    return reversals


def refuse_undone(db: sqlite3.Connection, recorded: Recorded) -> None:
    """Refuse a transaction that was undone, or amended.

    Raises:
        FolioError: with what it is now, or how it comes back.
    """
    if recorded.reversed_by is None:
        return
    newest = find_transaction(db, recorded.account_id, recorded.source_id, recorded.external_id)
    if newest is not None and not newest[3]:
        raise FolioError(f"transaction {recorded.id} was recorded anew; it is {newest[0]} now")
    raise FolioError(
        f"transaction {recorded.id} is undone already, by {recorded.reversed_by}; "
        f"record it again with: folio undo {recorded.reversed_by}"
    )


def _release(write: Recording, numbers: Sequence[int]) -> list[Recorded]:
    """Mark what their links touch; returns the legs that an answer recorded in their stead."""
    links = [link for link in in_force(said_of(write.db, numbers)) if link.pairs]
    touch_together(write, links)
    internal = {leg for link in links if link.answer == "internal" for leg in link.legs}
    source = find_source(write.db, TRANSFERS)
    others = get_transactions(write.db, internal.difference(numbers))
    return [one for one in others if one.source_id == source]


def touch_together(write: Recording, links: Iterable[Link]) -> None:
    """Say that the legs of each transfer are judged anew, from the day of the first of them, and
    so is what was on its way."""
    transfers: dict[int | None, set[int]] = {}
    for link in links:
        transfers.setdefault(link.departure_id, set()).update(link.legs)
    every = get_transactions(write.db, set().union(*transfers.values()))
    found = {
        one.id: (one.occurred_on, postings) for one, postings in with_postings(write.db, every)
    }
    reader = Book(write.db, catalog=write.catalog).reader
    for legs in transfers.values():
        days = {found[leg][0] for leg in legs}
        for posting in chain.from_iterable(found[leg][1] for leg in legs):
            write.touched.holding(posting.holding_id, min(days), replay=True)
            if len(days) > 1:
                asset = write.catalog.holdings[posting.holding_id].asset_id
                if (on_its_way := reader.transit_holding(asset)) is not None:
                    write.touched.holding(on_its_way, min(days), replay=True)


def _check(write: Recording, some: Iterable[tuple[Recorded, Sequence[Posting]]]) -> None:
    """Refuse accounts that take nothing on the days of some transactions."""
    holdings = write.catalog.holdings
    touched: dict[int, dt.date] = {}  # until when
    for recorded, postings in some:
        accounts = {holdings[p.holding_id].account_id for p in postings}
        for number in accounts | {recorded.account_id or 0} - {0}:
            touched[number] = max(recorded.occurred_on, touched.get(number, recorded.occurred_on))
    for number, last in sorted(touched.items()):
        check_open(write, write.catalog.accounts[number], last)


def record_again(write: Recording, reversal: Recorded) -> int:
    """Record again what a reversal took away, as its next revision; returns its id."""
    original = get_transaction(write.db, reversal.reverses or 0)
    assert original is not None, "the book has what is reversed"
    return next_revision(write, original)


def next_revision(write: Recording, original: Recorded) -> int:
    """Record what was reversed again as it was, with the note that is said; returns its id."""
    newest = find_transaction(
        write.db, original.account_id, original.source_id, original.external_id
    )
    if newest is not None and not newest[3]:
        raise FolioError(
            f"transaction {original.id} was recorded again already, as {newest[0]}; "
            f"see: folio register --all"
        )
    postings = postings_of(write.db, original.id)
    _check(write, [(original, postings)])
    return write.transaction(
        NewTransaction(
            original.kind,
            original.occurred_on,
            original.occurred_at,
            original.account_id,
            original.source_id,
            original.external_id,
            (newest[1] if newest else 0) + 1,
            original.content,
            [posting.again for posting in postings],
            related_asset_id=original.related_asset_id,
            note=original.note,
            action=action_of(write.db, original.id),
            lots=lots_named(write.db, original.id),
            lines=lines_of(write.db, original.id),
        )
    )
