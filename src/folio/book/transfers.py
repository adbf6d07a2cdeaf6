"""Transfers of the book: legs that wait for an answer, and what each may be one with.

Look-ups are by holding and day: a question about one leg reads what moved at the holdings of its
asset within a week.  Who asks about many legs reads the days of those that are near at once.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from decimal import Decimal

from folio.book import Book
from folio.db.transactions.legs import (
    deposits_and_withdrawals,
    get_legs,
    legs_at,
    numbers_of_waiting,
    waiting_among,
    waiting_legs,
)
from folio.db.transactions.links import Said, in_force, read_links, said_of
from folio.engine.transfers import (
    CLOSE_DAYS,
    WIDE_DAYS,
    Alike,
    candidates,
    partners,
    together,
)
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO
from folio.model.transfers import INWARD, OUTWARD, Match, TransferLeg

_WEEK = dt.timedelta(WIDE_DAYS)
_SEASON = dt.timedelta(90)  # of which what moved is kept in memory at once


def unanswered(book: Book, answered: set[int] | None = None) -> list[TransferLeg]:
    """The legs without a link or an answer, by day and sequence: few among those that have one.

    ``answered`` are the latter, where they are known already.
    """
    known = answered_legs(book) if answered is None else answered
    waiting = (number for number in numbers_of_waiting(book.db) if number not in known)
    return [_seen(book, leg) for leg in waiting_among(book.db, waiting, book.known_at)]


def answered_legs(book: Book) -> set[int]:
    """The legs with a link or an answer that holds."""
    return {leg for link in read_links(book.db, book.known_at) for leg in link.legs}


def possible(book: Book) -> list[Match]:
    """Withdrawals that a deposit of the same units elsewhere follows closely, by day.

    Nobody says that these are transfers: the user may.
    """
    answered = answered_legs(book)
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
    return legs_of(book, [number]).get(number)


def legs_of(book: Book, numbers: Iterable[int]) -> dict[int, TransferLeg]:
    """The legs with these numbers, by number; those that can be none, or are reversed, are not
    among them."""
    found = get_legs(book.db, numbers, book.known_at)
    return {leg.transaction_id: _seen(book, leg) for leg in found}


class Near:
    """What legs that wait may each be one transfer with.

    What moved near legs whose weeks meet is read once for all of them.
    """

    def __init__(self, book: Book, legs: Iterable[TransferLeg], answered: set[int]) -> None:
        self._book = book
        self._answered = answered
        self._days: dict[tuple[int, bool], list[dt.date]] = {}  # of these, by asset and direction
        for leg in legs:
            self._days.setdefault((leg.asset_id, leg.departs), []).append(leg.day)
        self._read: dict[tuple[int, bool], _Window] = {}  # the last one

    def candidates(self, leg: TransferLeg) -> list[Match]:
        """The likeliest first; deposits and withdrawals are among them."""
        return candidates(leg, self._others(leg))

    def _others(self, leg: TransferLeg) -> list[TransferLeg]:
        """The open legs of the other direction, at the asset's other holdings, within a week."""
        key, first, last = (leg.asset_id, leg.departs), leg.day - _WEEK, leg.day + _WEEK
        known = self._read.get(key)
        if known is None or not known.since <= first <= last <= known.until:
            until = _until(self._days[key], leg.day)
            known = self._read[key] = _Window(first, until, self._legs(*key, first, until))
        start = bisect_left(known.legs, first, key=_day)
        near = known.legs[start : bisect_right(known.legs, last, key=_day)]
        return [one for one in near if one.holding_id != leg.holding_id]

    def _legs(self, asset: int, departs: bool, since: dt.date, until: dt.date) -> list[TransferLeg]:
        """What nobody has said anything of, by day and sequence."""
        book = self._book
        holdings = [one for h in book.holdings_of(asset) for one in book.catalog.members(h)]
        found = legs_at(
            book.db, holdings, INWARD if departs else OUTWARD, since, until, book.known_at
        )
        return [_seen(book, one) for one in found if one.transaction_id not in self._answered]


class _Window(NamedTuple):
    """What moved on some days, both inclusive, by day."""

    since: dt.date
    until: dt.date
    legs: list[TransferLeg]


def _until(days: list[dt.date], first: dt.date) -> dt.date:
    """A week after a day, and after those that follow it closely; a season at most."""
    until = first + _WEEK
    for day in days[bisect_right(days, first) :]:
        if day - _WEEK > until or day > first + _SEASON:
            break
        until = day + _WEEK
    return until


def _day(leg: TransferLeg) -> dt.date:
    return leg.day


class OpenLegs:
    """The open legs that wait for their other end, read once for many questions.

    ``since`` and ``until`` (both inclusive) are a week before and after the legs in question.
    """

    def __init__(
        self, book: Book, since: dt.date = dt.date.min, until: dt.date = dt.date.max
    ) -> None:
        found = waiting_legs(book.db, book.known_at, since=since, until=until)
        said = said_of(book.db, (leg.transaction_id for leg in found), book.known_at)
        answered = {leg for link in in_force(said) for leg in link.legs}
        self._apart = {frozenset(one[:2]) for one in said if one.answer is None}
        self._former: dict[int, list[Said]] = {}  # of open legs
        self._taken_back: set[int] = set()  # of these, by their ids
        for one in said:
            for leg in one[:2] if one.answer is not None else ():
                if leg is not None and leg not in answered:
                    self._former.setdefault(leg, []).append(one)
        self._legs = {
            leg.transaction_id: _seen(book, leg)
            for leg in found
            if leg.transaction_id not in answered
        }
        self._alike = Alike(self._legs.values())

    def __iter__(self) -> Iterator[TransferLeg]:
        """By day and sequence; some may be taken meanwhile."""
        return iter(list(self._legs.values()))

    def certain(self, leg: TransferLeg) -> Match | None:
        """The one transfer that a leg can only be part of, if there is one.

        Each side is the other's one proposal (of proposals that are alike, the one with the same
        hash), no more came than left, and nobody took the two apart before.
        """
        found = self._partners(leg) if leg.transaction_id in self._legs else []
        if len(found) != 1 or found[0].lost < ZERO:
            return None
        other = next(one for one in found[0].legs if one.transaction_id != leg.transaction_id)
        rivals = self._partners(other, but=leg)
        if any(rival.same_hash or not found[0].same_hash for rival in rivals):
            return None
        return None if {leg.transaction_id, other.transaction_id} in self._apart else found[0]

    def _partners(self, leg: TransferLeg, but: TransferLeg | None = None) -> list[Match]:
        alike = [other for other in self._alike.to(leg) if other is not but]
        return partners(leg, [other for other in alike if other.transaction_id in self._legs])

    def take(self, found: Match) -> list[Said]:
        """These are one transfer now; returns what was said of them, to be taken back."""
        former: dict[int, Said] = {}
        for leg in found.legs:
            del self._legs[leg.transaction_id]
            former.update({one.id: one for one in self._former.pop(leg.transaction_id, ())})
        taken_back = [one for number, one in former.items() if number not in self._taken_back]
        self._taken_back |= former.keys()
        return taken_back


def _seen(book: Book, leg: TransferLeg) -> TransferLeg:
    """A leg in the names that merged assets are read by, with what splits made of a unit since."""
    holding = book.catalog.holdings[leg.holding_id]
    scale = book.split_factor(holding.asset_id, leg.day, dt.date.max)
    return leg._replace(holding_id=holding.id, asset_id=holding.asset_id, scale=scale)


def other_ends(book: Book, legs: Iterable[int]) -> dict[int, list[int]]:
    """The other legs of the transfers that these transactions are part of, by each leg."""
    ends: dict[int, list[int]] = {}
    for link in in_force(said_of(book.db, legs, book.known_at)):
        if link.departure_id is not None and link.arrival_id is not None:
            ends.setdefault(link.departure_id, []).append(link.arrival_id)
            ends.setdefault(link.arrival_id, []).append(link.departure_id)
    return {leg: sorted(others) for leg, others in ends.items()}
