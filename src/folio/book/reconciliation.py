"""The gaps of a book's holdings, with their answers and what may lie behind them."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from folio.book import Book
from folio.db.derived.gaps import Answer, open_legs, read_answers, read_gaps
from folio.db.transactions.events import read_events
from folio.engine.causes import Cause, Evidence, Moved, likely_causes
from folio.engine.reconciliation import compare, gaps
from folio.model.accounts import Holding
from folio.model.gaps import Gap
from folio.model.numbers import ZERO

SPLITTING = frozenset({"stock", "etf", "fund"})  # types of asset
NEAR = dt.timedelta(days=3)  # around a gap, where the other side of a transfer may be
LONGEST = dt.timedelta(days=366)  # before an observation without one before it

MISSING_IN = "missing inflows: the account's history is said to be complete, and lacks them"
MISSING_OUT = "the ledger has more than was there: what went out is missing, or came in twice"


class HeldGap(NamedTuple):
    """A gap of a holding that the ledger leaves, and what the user said of it."""

    holding: Holding
    gap: Gap
    answer: Answer | None = None  # growth or unknown; None: it is open

    @property
    def is_open(self) -> bool:
        return self.answer is None


def held_gaps(book: Book, holdings: Iterable[Holding], as_of: dt.date) -> list[HeldGap]:
    """The gaps with a drift up to ``as_of``, answered ones among them, by holding and day."""
    wanted = list(holdings)
    found = read_gaps(book.db) if book.known_at is None else _computed(book, wanted)
    answers = [a for a in read_answers(book.db, book.known_at) if a.transaction_id is None]
    said: dict[int, list[Answer]] = {}
    for answer in answers if found else ():
        said.setdefault(book.catalog.holdings[answer.holding_id].id, []).append(answer)
    return [
        HeldGap(holding, gap, next((a for a in said.get(holding.id, ()) if a.is_of(gap)), None))
        for holding in wanted
        for gap in found.get(holding.id, ())
        if gap.until <= as_of
    ]


def _computed(book: Book, holdings: list[Holding]) -> dict[int, list[Gap]]:
    found = {}
    for holding in holdings:
        observations = book.observations(holding.id)
        if observations:
            found[holding.id] = gaps(compare(observations, book.events([holding.id])))
    return found


def complete_history(book: Book, holding: Holding) -> bool | None:
    """Whether the account's sources tell all that ever happened in it; None: nobody says."""
    said = book.catalog.settings.get(("account", holding.account_id), "complete_history")
    return None if said is None else said == "yes"


def takes_opening(book: Book, held: HeldGap) -> bool:
    """Whether an opening may settle it: more than nothing, or what a liability owes.

    Where the account's history is complete, nothing was held before it.
    """
    account = book.catalog.accounts[held.holding.account_id]
    owed_or_held = held.gap.drift > ZERO or account.is_liability
    return held.gap.is_opening and owed_or_held and not complete_history(book, held.holding)


def causes_of(book: Book, held: HeldGap) -> list[Cause]:
    """What may lie behind a gap, the best first."""
    holding, gap = held.holding, held.gap
    asset = book.catalog.assets[holding.asset_id]
    first = dt.date.min if gap.since is None else gap.since + dt.timedelta(days=1)
    days = {"since": first.isoformat(), "until": gap.until.isoformat()}
    moved = []
    for member in book.catalog.members(holding.id):
        for event in read_events(book.db, member, **days, known_at=book.known_at):
            day = dt.date.fromisoformat(event.key[0])
            units = event.quantity * book.split_factor(asset.id, day, gap.until)
            moved.append(Moved(event.transaction_id, event.kind, day, units))
    evidence = Evidence(
        gap, moved, _elsewhere(book, held), asset.is_currency, asset.type in SPLITTING
    )
    found = likely_causes(evidence)
    if gap.is_opening and not takes_opening(book, held):
        found.append(Cause(MISSING_IN if gap.drift > ZERO else MISSING_OUT))
    return found


def _elsewhere(book: Book, held: HeldGap) -> list[Moved]:
    """Legs of transfers, deposits and withdrawals in other holdings of the asset."""
    holding, gap = held.holding, held.gap
    others = [
        member
        for other in book.holdings_of(holding.asset_id)
        if other != holding.id
        for member in book.catalog.members(other)
    ]
    first = (gap.since or gap.until - LONGEST) - NEAR
    legs = open_legs(book.db, others, first, gap.until + NEAR, book.known_at)
    catalog = book.catalog
    return [
        Moved(number, kind, day, units, catalog.describe(catalog.holdings[there]))
        for number, kind, day, there, units in legs
    ]
