"""What the user says of the legs of transfers that nobody could link unasked.

- *paired*: these legs are one transfer.  Lots move with cost and date, and no border between
  the portfolio and the outside is crossed.  A withdrawal and a deposit can be that too: a bank
  does not know that it was your broker's account.
- *internal*: it went to, or came from, another account of the book whose statement has no row
  for it.  The missing leg is recorded there, on the same day, and the two are paired.
- *left-control*: given away, paid to somebody or lost.  As a withdrawal: the lots leave at
  cost, nothing is realised, and the value flows out of the portfolio.
- *untracked*: it went to, or came from, a place of one's own outside the book.  As a withdrawal
  or a deposit: a flow, and what came in has no cost but the one stated with it.

The last two change no figure, for that is how a leg counts that nobody has answered; they end
the asking.  Each answer is a fact of its own and can be taken back.
"""

from collections.abc import Sequence

from folio.book import Book
from folio.book.transfers import leg_of
from folio.db.arrangements.sources import find_source
from folio.db.transactions.ledger import Recorded, get_transaction
from folio.db.transactions.links import ANSWERS, Link, links_of
from folio.engine.transfers import WIDE_DAYS, together
from folio.errors import FolioError, UsageError
from folio.model.assets import AssetRef
from folio.model.transactions import Draft, Leg, parse_account_ref
from folio.model.transfers import ARRIVAL, DEPARTURE, INWARD, OUTWARD, TransferLeg
from folio.operations.names import get_account
from folio.operations.recording import Recording
from folio.operations.transactions.record import Recorder
from folio.operations.transactions.reversals import TRANSFERS, refuse_undone, reverse
from folio.operations.transfers.link_transfers import (
    described,
    forget_former,
    link_legs,
    record_link,
)

BY_KIND = (DEPARTURE, ARRIVAL)
ALONE = tuple(answer for answer in ANSWERS if answer != "paired")  # what one leg is answered with


def pair_legs(write: Recording, departure: int, arrivals: Sequence[int]) -> str:
    """Say that a departure and these arrivals are one transfer; returns it in words.

    Raises:
        FolioError: when one of them is no such leg, is answered or reversed, or they cannot
            be one: other assets, the same holding, an arrival long before it left.
    """
    if len(set(arrivals)) < len(arrivals):
        raise UsageError("an arrival is named twice; say each once")
    return _pair(write, departure, arrivals, "paired")


def _pair(write: Recording, departure: int, arrivals: Sequence[int], answer: str) -> str:
    book = Book(write.db)
    left = _open_leg(book, departure, OUTWARD)
    came = [_open_leg(book, number, INWARD) for number in arrivals]
    for arrival in came:
        _check_pair(book, left, arrival)
    found = together(left, tuple(came))
    link_legs(write, found, answer)
    return described(book, found)


def _open_leg(book: Book, number: int, kinds: tuple[str, ...]) -> TransferLeg:
    """The leg with this number, of one of these kinds, that nobody has answered."""
    leg = leg_of(book, number)
    recorded = get_transaction(book.db, number)
    if recorded is None:
        raise FolioError(f"there is no transaction {number}; see: folio transfers")
    refuse_undone(book.db, recorded)
    if leg is None or leg.kind not in kinds:
        wanted = " or ".join(f"a {kind}" for kind in kinds)
        see = "see: folio transfers" if leg is None else _INSTEAD[kinds]
        raise FolioError(f"transaction {number} is a {recorded.kind}, not {wanted}; {see}")
    link = next((one for one in links_of(book.db, number) if number in one.legs), None)
    if link is not None:
        raise FolioError(
            f"transaction {number} is {_in_words(link, number)} already; take that back with: "
            f"folio transfers undo {number}"
        )
    return leg


_INSTEAD: dict[tuple[str, ...], str] = {
    OUTWARD: "say the departure first, then arrivals",
    INWARD: "say the departure first, then arrivals",
    BY_KIND: "it needs no answer; where it is a transfer: folio transfers pair OUT IN",
}


def _in_words(link: Link, number: int) -> str:
    others = [str(leg) for leg in link.legs if leg != number]
    return f"linked with {others[0]}" if others else f"answered {link.answer}"


def _check_pair(book: Book, left: TransferLeg, arrival: TransferLeg) -> None:
    assets = book.catalog.assets
    if left.asset_id != arrival.asset_id:
        raise FolioError(
            f"transaction {left.transaction_id} moves {assets[left.asset_id].key} and "
            f"{arrival.transaction_id} {assets[arrival.asset_id].key}; a transfer keeps its "
            "asset, an exchange is a swap: folio add-tx swap …, with --to-account where it ends "
            f"elsewhere; or leave each as it is: folio transfers answer {left.transaction_id} "
            "untracked"
        )
    if left.holding_id == arrival.holding_id:
        raise FolioError(
            f"transactions {left.transaction_id} and {arrival.transaction_id} are both of "
            f"{book.catalog.describe(book.catalog.holdings[left.holding_id])}; a transfer has "
            "two places: answer each alone, or undo both with: folio undo"
        )
    if (left.day - arrival.day).days > WIDE_DAYS:
        raise FolioError(
            f"transaction {arrival.transaction_id} came {(left.day - arrival.day).days} days "
            f"before {left.transaction_id} left; correct a day with: folio amend "
            f"{arrival.transaction_id} --on DAY"
        )


def answer_legs(
    write: Recording, numbers: Sequence[int], answer: str, *, account: str | None = None
) -> list[str]:
    """Say of legs what they are, each alone; returns the transfers that this made, in words.

    ``account`` is where the missing leg of an internal transfer was.

    Raises:
        UsageError: for another word, or an account where none belongs.
        FolioError: when one of them is no leg, is answered or reversed, or cannot be that.
    """
    if answer not in ALONE:
        hint = "; pair legs with: folio transfers pair OUT IN" if answer == "paired" else ""
        raise UsageError(f"{answer!r} is no answer; say one of: {', '.join(ALONE)}{hint}")
    if (answer == "internal") != (account is not None):
        raise UsageError("internal needs --account, where the other leg was, and nothing else does")
    book = Book(write.db)
    legs = [_open_leg(book, number, BY_KIND) for number in dict.fromkeys(numbers)]
    if account is not None:
        return [_record_missing(write, leg, account) for leg in legs]
    for leg in legs:
        _answer(write, leg, answer)
    return []


def _answer(write: Recording, leg: TransferLeg, answer: str) -> None:
    number = leg.transaction_id
    forget_former(write, [number])
    if leg.departs:
        return record_link(write, number, None, answer)
    if answer == "left-control":
        raise FolioError(
            f"transaction {number} came in, so it did not leave your control; answer untracked "
            "or internal"
        )
    return record_link(write, None, number, answer)


def _record_missing(write: Recording, leg: TransferLeg, account: str) -> str:
    """Record the other leg of an internal transfer, and pair the two."""
    catalog = write.catalog
    asset = catalog.assets[leg.asset_id]
    where = get_account(catalog, parse_account_ref(account))
    here = catalog.holdings[leg.holding_id]
    if where.id == here.account_id and not here.label:
        raise FolioError(
            f"transaction {leg.transaction_id} is of {catalog.describe(here)} itself; a transfer "
            "has two places: say another --account"
        )
    recorder = Recorder(write, TRANSFERS, by_hand=True)
    ref = AssetRef(asset.symbol, asset.type, asset.market)
    role = "cash" if asset.is_currency else "asset"
    draft = Draft(
        ARRIVAL if leg.departs else DEPARTURE,
        leg.day,
        parse_account_ref(account),
        (Leg(role, ref, leg.units if leg.departs else -leg.units),),
        external_id=str(leg.transaction_id),
        occurred_at=leg.instant,
    )
    made = recorder.record(draft).transaction_id
    write.checks.append(recorder.cover.refuse_uncovered)
    first, second = (leg.transaction_id, made) if leg.departs else (made, leg.transaction_id)
    return _pair(write, first, [second], "internal")


def undo_answer(write: Recording, number: int) -> list[Recorded]:
    """Take back what was said of a leg, with all that was said to be one with it.

    A leg that the answer recorded is undone.  Returns the legs that were apart before.

    Raises:
        FolioError: when nothing is said of it.
    """
    db = write.db
    found = links_of(db, number)
    if not found:
        raise FolioError(
            f"transaction {number} has no answer to take back; see: folio transfers --all"
        )
    for link in found:
        record_link(write, link.departure_id, link.arrival_id, None)
    source = find_source(db, TRANSFERS) if found[0].answer == "internal" else None
    numbers = sorted({leg for link in found for leg in link.legs})
    legs = [one for leg in numbers if (one := get_transaction(db, leg)) is not None]
    for one in legs:
        if one.source_id == source:
            reverse(write, one)
    return [one for one in legs if one.source_id != source]
