"""The book as a journal: what every transaction did to lots, as the one fold has it.

Lots are compared before and after each event, so that whatever folds is exported as it folded:
methods, splits, spin-offs, transfers, growth.  What remains of a transaction is its other side:
of income and costs by the roles of its postings, of a disposal the gain, of flows the world.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from functools import cached_property

from folio.book import Book
from folio.book.lot_changes import LotChanges, coalesced, unordered
from folio.db.ledger import Recorded, walk_transactions
from folio.db.postings import Posting, action_of, lots_named, postings_of
from folio.db.sources import source_names
from folio.engine import money
from folio.model.gaps import GROWTH
from folio.model.journal import Change, Counter, Entry, Journal, Place, Quote, Seen
from folio.model.ledger import Event, State
from folio.model.lot_names import SHORT
from folio.model.numbers import ZERO
from folio.model.prices import TRADE

GAINS, CONVERSIONS, OUTSIDE, ELSEWHERE = (
    "Income:Gains",
    "Equity:Conversions",
    "Equity:Outside",
    "Equity:Elsewhere",
)
COUNTERS = {  # the other side of what remains, by kind
    "buy": CONVERSIONS,
    "deposit": OUTSIDE,
    "withdraw": OUTSIDE,
    "transfer_in": OUTSIDE,
    "transfer_out": OUTSIDE,
    "transfer": "Expenses:Fees",
    "dividend": "Income:Dividends",
    "stock_dividend": "Income:Dividends",
    "interest": "Income:Interest",
    "coupon": "Income:Interest",
    "reward": "Income:Rewards",
    "airdrop": "Income:Rewards",
    "fee": "Expenses:Fees",
    "tax": "Expenses:Taxes",
    "opening": "Equity:Opening-Balances",
    "correction": "Equity:Corrections",
    "unknown": "Equity:Unknown",
    GROWTH: "Income:Growth",
}
# Kinds whose fees and taxes are in the cost or the proceeds.
_IN_THE_COST = frozenset(
    "buy sell swap merger delisting exercise spin_off symbol_change split".split()
)
_ROLES = {"fee": "Expenses:Fees", "tax": "Expenses:Taxes"}

Key = tuple[int, str]  # of an entry: a transaction or minus a gap, and its day


class _Raw:
    """An entry in the making."""

    def __init__(self) -> None:
        self.place: tuple[bool, tuple[object, ...]] | None = None
        self.numbers: list[int] = []
        self.changes: list[Change] = []

    def take(self, event: Event, changes: Iterable[Change], *, in_lots: bool) -> None:
        place = (not in_lots, event.key)
        self.place = place if self.place is None else min(self.place, place)
        if event.transaction_id not in self.numbers:
            self.numbers.append(event.transaction_id)
        self.changes += changes


class Journaling:
    """Makes a journal of a book, of all that happened until a day (inclusive)."""

    def __init__(self, book: Book, until: dt.date, wanted: Collection[int]) -> None:
        self.book = book
        self.until = until.isoformat()
        self.wanted = wanted  # holdings; the others are elsewhere
        self.raw: dict[Key, _Raw] = {}
        self.lots = LotChanges(lambda n: book.catalog.assets[book.catalog.holdings[n].asset_id])
        self.balances: dict[int, list[tuple[str, Decimal]]] = {}  # by holding: from a day on

    def journal(self) -> Journal:
        for asset in self._families():
            self._fold(asset)
        entries = self._entries()
        seen = sorted(self._seen(), key=lambda one: (one.day, one.place))
        quotes = sorted(self._quotes(), key=lambda q: (q.day, q.asset, q.quote))
        places = self._places(entries, seen)
        used = {a for entry in entries for a in _assets_of(entry)}
        used |= {p.asset.id for p in places.values()} | {self.book.base.id}
        quotes = [q for q in quotes if q.asset in used or not self._is_part]
        used |= {asset for q in quotes for asset in (q.asset, q.quote)}
        assets = self.book.catalog.assets
        return Journal(
            self.book.base,
            {number: assets[number] for number in sorted(used)},
            places,
            entries,
            seen,
            quotes,
            frozenset(unordered(entries)),
        )

    @property
    def _is_part(self) -> bool:
        return len(self.wanted) < len(self.book.catalog.holdings)

    # -- folding -------------------------------------------------------------------------

    def _families(self) -> Iterator[int]:
        """One asset of each family that holds something."""
        done: set[int] = set()
        for asset in sorted({h.asset_id for h in self.book.catalog.holdings.values()}):
            if asset not in done:
                done |= self.book.reader.family(asset)
                yield asset

    def _fold(self, asset: int) -> None:
        events = self.book.events(self.book.family_of(asset))
        events = [event for event in events if event.key[0] <= self.until]
        if self.book.is_money({asset}) and all(map(money.is_plain, events)):
            states: dict[int, State] = {}
            for event, state, _ in money.walk(events, states, self.book.catalog.assets[asset]):
                change = Change(event.holding_id, event.quantity)
                self._take(event, state.quantity, [change] if event.quantity else [])
            return
        for event, state, _ in self.book.fold(events):
            changes = list(self.lots.compared(event.holding_id, state))
            self._take(event, state.quantity, changes)

    def _take(self, event: Event, balance: Decimal, changes: list[Change]) -> None:
        self.balances.setdefault(event.holding_id, []).append((event.key[0], balance))
        number = event.transaction_id
        if event.kind == "transfer" and event.transit is not None:
            number = event.transit
        raw = self.raw.setdefault((number, event.key[0]), _Raw())
        raw.take(event, changes, in_lots=any(c.lot is not None for c in changes))

    # -- entries -------------------------------------------------------------------------

    @cached_property
    def _recorded(self) -> dict[int, Recorded]:
        """The transactions in force."""
        until = dt.date.fromisoformat(self.until)
        found = walk_transactions(self.book.db, known_at=self.book.known_at, until=until)
        return {t.id: t for t in found if t.kind != "reversal" and t.reversed_by is None}

    def _entries(self) -> list[Entry]:
        made = []
        sources = source_names(self.book.db)
        for (number, day), raw in self.raw.items():
            entry = self._entry(number, day, raw, sources)
            if entry is not None:
                made.append(((day, raw.place, number), entry))
        if not self._is_part:
            folded = {number for raw in self.raw.values() for number in raw.numbers}
            for number, one in self._recorded.items():
                if number not in folded:  # it moved nothing: a split of what is not held
                    day = one.occurred_on.isoformat()
                    entry = self._entry(number, day, _Raw(), sources)
                    if entry is not None:
                        made.append(((day, (False, (day, 0)), number), entry))
        made.sort(key=lambda pair: pair[0])
        return [entry for _, entry in made]

    def _entry(self, number: int, day: str, raw: _Raw, sources: dict[int, str]) -> Entry | None:
        numbers = [n for n in raw.numbers or [number] if n > 0]
        first = self._recorded.get(number) or (self._recorded.get(numbers[0]) if numbers else None)
        kind = GROWTH if first is None else first.kind
        if kind in ("transfer_out", "transfer_in", "withdraw", "deposit") and self._moved(raw):
            kind = "transfer"
        postings = [p for n in numbers if n == number or self._alone(n, day) for p in self._of(n)]
        prices = self._prices(postings)
        if kind == "swap":
            prices |= self._fees_in_kind(postings, raw.changes, day)
        changes = coalesced(raw.changes, prices)
        inside = [c for c in changes if c.place in self.wanted]
        postings = [p for p in postings if self._here(p.holding_id)]
        if not inside and self._is_part and not postings:
            return None
        acted = first is not None and kind in ("split", "exercise")
        action = action_of(self.book.db, number) if acted else None
        related = first and first.related_asset_id
        if action is not None and kind == "exercise":
            related = action.asset_id  # the option
        return Entry(
            day,
            kind,
            tuple(numbers),
            first.note if first else "",
            first.external_id if first else "",
            sources[first.source_id] if first else "",
            tuple(inside),
            tuple(self._counters(kind, changes, postings)),
            related and self.book.catalog.aliases.canonical(related),
            action and action.ratio,
            self._worth(postings, raw.changes, day) if kind == "swap" else None,
            kind == "buy" and any(lot == SHORT for _, lot, _ in lots_named(self.book.db, number)),
        )

    def _moved(self, raw: _Raw) -> bool:
        """Whether both ends of a transfer are there."""
        return len({c.place for c in raw.changes}) > 1

    def _alone(self, number: int, day: str) -> bool:
        """Whether a transaction of an entry has no entry of its own on that day."""
        return (number, day) not in self.raw

    def _here(self, holding: int) -> bool:
        return self.book.catalog.holdings[holding].id in self.wanted

    def _of(self, number: int) -> list[Posting]:
        return postings_of(self.book.db, number)

    def _prices(self, postings: list[Posting]) -> dict[int, tuple[Decimal, int]]:
        """The prices as quoted, by holding."""
        holdings, canonical = self.book.catalog.holdings, self.book.catalog.aliases.canonical
        return {
            holdings[p.holding_id].id: (p.price, canonical(p.price_currency_id))
            for p in postings
            if p.price is not None and p.price_currency_id is not None and p.price > ZERO
        }

    def _fees_in_kind(
        self, postings: list[Posting], changes: list[Change], day: str
    ) -> dict[int, tuple[Decimal, int]]:
        """Units that paid for a swap, by holding, at what they added to the cost of what came.

        What was given has no price, so it is known by that which of two was the fee.
        """
        catalog, found = self.book.catalog, dict[int, tuple[Decimal, int]]()
        came = next((c for c in changes if c.units > ZERO), None)
        if came is None:
            return found
        into = came.currency or catalog.holdings[came.place].asset_id
        for p in postings:
            holding = catalog.holdings[p.holding_id]
            if p.role == "fee" and not catalog.assets[holding.asset_id].is_currency:
                rate = self.book.graph.rate(holding.asset_id, into, dt.date.fromisoformat(day))
                found |= {holding.id: (rate.rate, into)} if rate is not None else {}
        return found

    def _worth(self, postings: list[Posting], changes: list[Change], day: str) -> Decimal | None:
        """What a swap was worth in what it cost, without the fees, where those are in other money.

        How much of the cost they are, who reads the journal cannot tell.
        """
        came = next((c for c in changes if c.units > ZERO and c.cost is not None), None)
        fees = [(self._asset(p), p.quantity) for p in postings if p.role in _ROLES]
        money = {asset for asset, _ in fees if self.book.catalog.assets[asset].is_currency}
        if came is None or came.cost is None or came.currency is None or money <= {came.currency}:
            return None
        for p in postings:
            if p.role == "asset" and p.quantity < ZERO and p.amount_currency_id == came.currency:
                return p.amount
        on, whole = dt.date.fromisoformat(day), came.cost
        for asset, units in fees:
            rate = self.book.graph.rate(asset, came.currency, on)
            whole += ZERO if rate is None else units * rate.rate
        return whole

    def _asset(self, posting: Posting) -> int:
        return self.book.catalog.holdings[posting.holding_id].asset_id

    def _counters(
        self, kind: str, changes: list[Change], postings: list[Posting]
    ) -> Iterator[Counter]:
        """The other sides: of holdings elsewhere, by role, and what remains by kind."""
        rest: dict[int, Decimal] = {}
        named: dict[tuple[str, int], Decimal] = {}

        def book(name: str, asset: int, amount: Decimal) -> None:
            named[name, asset] = named.get((name, asset), ZERO) + amount
            rest[asset] = rest.get(asset, ZERO) - amount

        for change in changes:
            asset, weight = self._weight(change)
            if change.place in self.wanted:
                rest[asset] = rest.get(asset, ZERO) - weight
            else:
                book(ELSEWHERE, asset, weight)
        for p in postings:
            asset = self._asset(p)
            if p.role == "external":
                book(OUTSIDE, asset, -p.quantity)
            elif p.role in _ROLES and kind not in _IN_THE_COST and kind != p.role:
                book(_ROLES[p.role], asset, -p.quantity)
        for (name, asset), amount in named.items():
            if amount:
                yield Counter(name, amount, asset)
        for asset, amount in rest.items():
            if amount:
                yield Counter(COUNTERS.get(kind, GAINS), amount, asset)

    def _weight(self, change: Change) -> tuple[int, Decimal]:
        """What a change counts for in its entry: its cost, else its units."""
        if change.unit_cost is not None and change.cost is not None:
            return change.currency or 0, change.cost
        return self.book.catalog.holdings[change.place].asset_id, change.units

    # -- what else is known --------------------------------------------------------------

    def _seen(self) -> Iterator[Seen]:
        for number in self.book.catalog.holdings:
            if number not in self.wanted:
                continue
            balances = self.balances.get(number, [])
            for one in self.book.observations(number):
                if one.day.isoformat() <= self.until:
                    at = bisect_right(balances, one.day.isoformat(), key=lambda pair: pair[0])
                    ledger = balances[at - 1][1] if at else ZERO
                    yield Seen(number, one.day, one.balance, ledger, one.source)

    def _quotes(self) -> Iterator[Quote]:
        prices = self.book.prices
        for asset in self.book.catalog.assets:
            for quote in prices.quotes(asset):
                for day, price, granularity in zip(*prices.series(asset, quote), strict=True):
                    if granularity != TRADE and day.isoformat() <= self.until:
                        yield Quote(day, asset, price, quote)

    def _places(self, entries: list[Entry], seen: list[Seen]) -> dict[int, Place]:
        first: dict[int, str] = {}
        for entry in entries:
            for change in entry.changes:
                first.setdefault(change.place, entry.day)
        for one in seen:
            day = one.day.isoformat()
            first[one.place] = min(first.get(one.place, day), day)
        catalog = self.book.catalog
        places = {}
        for number, day in sorted(first.items()):
            holding = catalog.holdings[number]
            account = catalog.accounts[holding.account_id]
            places[number] = Place(
                number,
                account,
                catalog.assets[holding.asset_id],
                holding.label,
                catalog.institutions[account.institution_id].type,
                catalog.tracks_cash(account, dt.date.fromisoformat(day)),
                day,
            )
        return places


def make_journal(book: Book, until: dt.date, wanted: Collection[int]) -> Journal:
    """The journal of some holdings; what they had to do with others is booked as elsewhere."""
    return Journaling(book, until, wanted).journal()


def _assets_of(entry: Entry) -> Iterator[int]:
    yield from (counter.asset for counter in entry.counters)
    for change in entry.changes:
        for asset in (change.currency, change.price_currency):
            if asset is not None:
                yield asset
    if entry.related is not None:
        yield entry.related
