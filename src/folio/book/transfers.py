"""Transfers of the book: legs that wait for an answer, and what each may be one with.

Look-ups are by holding and day: a question about one leg reads what moved at the other
holdings of its asset within a week.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from folio.book import Book
from folio.db.legs import deposits_and_withdrawals, get_leg, legs_at, waiting_legs
from folio.db.links import links_of, read_links, taken_apart
from folio.engine.transfers import CLOSE_DAYS, WIDE_DAYS, candidates, partners, together
from folio.model.numbers import ZERO
from folio.model.transfers import INWARD, OUTWARD, Match, TransferLeg


def unanswered(book: Book) -> list[TransferLeg]:
    """The legs without a link or an answer, by day and sequence."""
    answered = _answered(book)
    legs = waiting_legs(book.db, book.known_at)
    return [_seen(book, leg) for leg in legs if leg.transaction_id not in answered]


def _answered(book: Book) -> set[int]:
    return {leg for link in read_links(book.db, book.known_at) for leg in link.legs}


def possible(book: Book) -> list[Match]:
    """Withdrawals that a deposit of the same units elsewhere follows closely, by day.

    Nobody says that these are transfers: the user may.
    """
    answered = _answered(book)
    deposits: dict[tuple[int, Decimal], list[TransferLeg]] = {}
    withdrawals = []
    for found in deposits_and_withdrawals(book.db, book.known_at):
        leg = _seen(book, found)
        if leg.transaction_id in answered:
            continue
        if leg.departs:
            withdrawals.append(leg)
        else:
            deposits.setdefault((leg.asset_id, leg.units * leg.scale), []).append(leg)
    return [
        together(leg, (other,))
        for leg in withdrawals
        for other in deposits.get((leg.asset_id, leg.units * leg.scale), ())
        if other.holding_id != leg.holding_id and abs((other.day - leg.day).days) <= CLOSE_DAYS
    ]


def leg_of(book: Book, number: int) -> TransferLeg | None:
    """The leg with this number; None where it can be none, or is reversed."""
    leg = get_leg(book.db, number, book.known_at)
    return None if leg is None else _seen(book, leg)


def candidates_of(book: Book, leg: TransferLeg) -> list[Match]:
    """What a leg that waits may be one transfer with, the likeliest first.

    Deposits and withdrawals are among them.
    """
    return candidates(leg, _near(book, leg))


def certain(book: Book, leg: TransferLeg) -> Match | None:
    """The one transfer that a leg can only be part of, if there is one.

    Each side is the other's one proposal, no more came than left, and nobody took the two
    apart before.
    """
    found = partners(leg, _waiting_near(book, leg))
    if len(found) != 1 or found[0].lost < ZERO:
        return None
    other = next(one for one in found[0].legs if one.transaction_id != leg.transaction_id)
    if len(partners(other, _waiting_near(book, other))) != 1:
        return None
    return None if other.transaction_id in taken_apart(book.db, leg.transaction_id) else found[0]


def _waiting_near(book: Book, leg: TransferLeg) -> list[TransferLeg]:
    return [other for other in _near(book, leg) if other.waits]


def _near(book: Book, leg: TransferLeg) -> list[TransferLeg]:
    """The open legs of the other direction, at the asset's other holdings, within a week."""
    week = dt.timedelta(WIDE_DAYS)
    holdings = [h for h in book.holdings_of(leg.asset_id) if h != leg.holding_id]
    others = [member for holding in holdings for member in book.catalog.members(holding)]
    kinds = INWARD if leg.departs else OUTWARD
    found = legs_at(book.db, others, kinds, leg.day - week, leg.day + week, book.known_at)
    return [_seen(book, one) for one in found if is_open(book, one.transaction_id)]


def is_open(book: Book, number: int) -> bool:
    """Whether nobody has said what a leg is."""
    return not any(number in link.legs for link in links_of(book.db, number, book.known_at))


def _seen(book: Book, leg: TransferLeg) -> TransferLeg:
    """A leg in the names that merged assets are read by, with what splits made of a unit since."""
    holding = book.catalog.holdings[leg.holding_id]
    scale = book.split_factor(holding.asset_id, leg.day, dt.date.max)
    return leg._replace(holding_id=holding.id, asset_id=holding.asset_id, scale=scale)


def other_ends(book: Book) -> dict[int, list[int]]:
    """The other legs of the transfer that each linked transaction is part of."""
    ends: dict[int, list[int]] = {}
    for link in read_links(book.db, book.known_at):
        if link.departure_id is not None and link.arrival_id is not None:
            ends.setdefault(link.departure_id, []).append(link.arrival_id)
            ends.setdefault(link.arrival_id, []).append(link.departure_id)
    return {leg: sorted(others) for leg, others in ends.items()}


def linked_to(book: Book, number: int) -> list[int]:
    """The other legs of the transfer that a transaction is part of, by their number."""
    return sorted(_others(book, number))


def _others(book: Book, number: int) -> Iterator[int]:
    for link in links_of(book.db, number, book.known_at):
        if link.pairs and number in link.legs:
            yield from (leg for leg in link.legs if leg != number)
