"""The book as a journal: what every transaction did to lots, as the one fold has it.

Lots are compared before and after each event, so that whatever folds is exported as it folded:
methods, splits, spin-offs, transfers, growth.  What remains of a transaction is its other side:
of income and costs by the roles of its postings, of a disposal the gain, of flows the world.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from folio.book import Book
from folio.book.journal_days import Day, JournalDays, Raw
from folio.book.kept_entries import InOrder, KeptEntries, Mentioned
from folio.book.lot_changes import coalesced
from folio.db.arrangements.sources import source_names
from folio.db.transactions.ledger import Choice, Recorded, walk_transactions
from folio.db.transactions.lot_choices import short_ones
from folio.db.transactions.postings import Posting, action_of, postings_of_each
from folio.model.accounts import Account
from folio.model.gaps import GROWTH
from folio.model.journal import Change, Counter, Entry, Journal, Place, Quote, Seen
from folio.model.numbers import ZERO
from folio.model.prices import TRADE
from folio.model.transactions import PAYMENTS

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

_AT_ONCE = 1_000  # transactions that are read at once


class _Read(NamedTuple):
    """Transactions that are in force, and the postings of all, by their number."""

    recorded: dict[int, Recorded]
    postings: dict[int, list[Posting]]


class Journaling:
    """Makes a journal of a book, of all that happened until a day (inclusive)."""

    def __init__(self, book: Book, until: dt.date, wanted: Collection[int]) -> None:
        self.book = book
        self.until = until.isoformat()
        self.wanted = wanted  # holdings; the others are elsewhere
        self.folding = JournalDays(book, self.until, wanted)

    def journal(self) -> Journal:
        kept, mentioned = KeptEntries(), Mentioned()
        for some in self._entries():
            kept.add(some)
            for entry in some:
                mentioned.take(entry)
        idle = [] if self._is_part else self._idle()
        for entry in idle:
            mentioned.take(entry)
        seen = self.folding.seen()
        quotes = sorted(self._quotes(), key=lambda q: (q.day, q.asset, q.quote))
        places = self._places(mentioned.first_days, seen)
        used = mentioned.assets | {p.asset.id for p in places.values()} | {self.book.base.id}
        quotes = [q for q in quotes if q.asset in used or not self._is_part]
        used |= {asset for q in quotes for asset in (q.asset, q.quote)}
        assets = self.book.catalog.assets
        return Journal(
            self.book.base,
            {number: assets[number] for number in sorted(used)},
            places,
            InOrder(idle, kept),
            sorted(mentioned.counters),
            seen,
            quotes,
            frozenset(mentioned.order.unordered),
        )

    @property
    def _is_part(self) -> bool:
        return len(self.wanted) < len(self.book.catalog.holdings)

    # -- entries -------------------------------------------------------------------------

    def _read(self, numbers: Iterable[int]) -> _Read:
        """Some transactions."""
        some, until = list(numbers), dt.date.fromisoformat(self.until)
        db, choice = self.book.db, Choice(self.book.known_at, until=until)
        found = walk_transactions(db, choice, among=some)
        in_force = {t.id: t for t in found if t.kind != "reversal" and t.reversed_by is None}
        return _Read(in_force, postings_of_each(db, some))

    def _entries(self) -> Iterator[list[Entry]]:
        """The entries of what was folded, in their order: those of some days at a time."""
        several, waiting = list[Day](), 0
        for of_day in self.folding.days():
            several.append(of_day)
            waiting += len(of_day.raw)
            if waiting >= _AT_ONCE:
                yield self._of_days(several)
                several, waiting = [], 0
        yield self._of_days(several)

    def _of_days(self, several: list[Day]) -> list[Entry]:
        read = self._read({number for of_day in several for number in of_day.numbers})
        return [entry for of_day in several for entry in self._of_day(of_day, read)]

    def _of_day(self, of_day: Day, read: _Read) -> Iterator[Entry]:
        day, raw = of_day
        for number, one in sorted(raw.items(), key=lambda pair: (pair[1].place, pair[0])):
            # A transaction of an entry that has none of its own on that day.
            alone = [n for n in one.numbers if n == number or n not in raw]
            entry = self._entry(number, day, one, alone, read)
            if entry is not None:
                yield entry

    def _idle(self) -> list[Entry]:
        """The entries of transactions that moved nothing: a split of what is not held."""
        made, left = [], self.folding.not_folded()
        while some := list(islice(left, _AT_ONCE)):
            read = self._read(some)
            for number, one in read.recorded.items():
                entry = self._entry(number, one.occurred_on.isoformat(), Raw(), [number], read)
                made += [] if entry is None else [entry]
        return sorted(made, key=lambda entry: (entry.day, entry.numbers))

    def _entry(
        self, number: int, day: str, raw: Raw, stated: list[int], read: _Read
    ) -> Entry | None:
        """An entry of the transactions ``stated``, and maybe of others; None: none is wanted."""
        numbers = [n for n in raw.numbers or [number] if n > 0]
        first = read.recorded.get(number) or (read.recorded.get(numbers[0]) if numbers else None)
        kind = GROWTH if first is None else first.kind
        if kind in ("transfer_out", "transfer_in", "withdraw", "deposit") and self._moved(raw):
            kind = "transfer"
        postings = [p for n in stated for p in read.postings.get(n, ())]
        prices = self._prices(postings)
        if kind == "swap":
            prices |= self._fees_in_kind(postings, raw.changes, day)
        changes = coalesced(raw.changes, prices, anew=kind == "split")
        changes += [] if changes else self._passed(postings)
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
            self._sources[first.source_id] if first else "",
            tuple(inside),
            tuple(self._counters(kind, changes, postings)),
            related and self.book.catalog.aliases.canonical(related),
            action and action.ratio,
            self._worth(postings, raw.changes, day) if kind == "swap" else None,
            number in self._short and (kind == "buy" or _owes_more(number, changes)),
            self._paid_by(first, postings),
            tuple(self._costs(kind, postings)),
        )

    def _costs(self, kind: str, postings: list[Posting]) -> Iterator[tuple[str, Decimal, int]]:
        """The fees and taxes of a purchase or a sale that went of its money, and all of a swap."""
        if kind not in ("buy", "sell", "swap"):
            return
        paid = {p.holding_id for p in postings if p.role == "cash" or kind == "swap"}
        sums: dict[tuple[str, int], Decimal] = {}
        for p in postings:
            if p.role in _ROLES and p.holding_id in paid:
                key = p.role, self._asset(p)
                sums[key] = sums.get(key, ZERO) - p.quantity
        yield from ((role, amount, asset) for (role, asset), amount in sums.items() if amount)

    def _paid_by(self, first: Recorded | None, postings: list[Posting]) -> int | None:
        if first is None or first.kind not in PAYMENTS or not any(p.across for p in postings):
            return None
        payer = self.book.catalog.holding_of(first.account_id or 0, first.related_asset_id or 0)
        return payer and payer.id

    @cached_property
    def _sources(self) -> dict[int, str]:
        return source_names(self.book.db)

    @cached_property
    def _short(self) -> set[int]:
        """The transactions that say that they sell short, or end that."""
        return {number for number, _ in short_ones(self.book.db, self.book.known_at)}

    def _moved(self, raw: Raw) -> bool:
        """Whether both ends of a transfer are there: of what paid for it there is one."""
        holdings = self.book.catalog.holdings
        places = {c.place for c in raw.changes}
        return len({holdings[place].asset_id for place in places}) < len(places)

    def _here(self, holding: int) -> bool:
        return self.book.catalog.holdings[holding].id in self.wanted

    def _prices(self, postings: list[Posting]) -> dict[int, tuple[Decimal, int]]:
        """The prices as quoted, by holding."""
        holdings, canonical = self.book.catalog.holdings, self.book.catalog.aliases.canonical
        return {
            holdings[p.holding_id].id: (p.price, canonical(p.price_currency_id))
            for p in postings
            if p.price is not None and p.price_currency_id is not None and p.price > ZERO
        }

    def _passed(self, postings: list[Posting]) -> Iterator[Change]:
        """Of what did nothing to lots, the money that came and went where no cash is kept."""
        sums: dict[int, Decimal] = {}
        for p in postings:
            if p.role == "external":
                place = self.book.catalog.holdings[p.holding_id].id
                sums[place] = sums.get(place, ZERO) - p.quantity
        for place, came in sums.items():
            yield from (Change(place, came), Change(place, -came))

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

    def _quotes(self) -> Iterator[Quote]:
        prices = self.book.prices
        for asset in self.book.catalog.assets:
            for quote in prices.quotes(asset):
                for day, price, granularity in zip(*prices.series(asset, quote), strict=True):
                    if granularity != TRADE and day.isoformat() <= self.until:
                        yield Quote(day, asset, price, quote)

    def _places(self, first_days: dict[int, str], seen: Iterable[Seen]) -> dict[int, Place]:
        first = dict(first_days)
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
                self._ever_tracks_cash(account),
                day,
            )
        return places

    def _ever_tracks_cash(self, account: Account) -> bool:
        """Whether an account's cash is in the ledger on some day: what is not says so itself."""
        catalog = self.book.catalog
        steps = catalog.settings.timeline(("account", account.id), "tracks_cash")
        days = [dt.date.min, *(dt.date.fromisoformat(day) for day, _ in steps if day)]
        return any(catalog.tracks_cash(account, day) for day in days)


def _owes_more(number: int, changes: list[Change]) -> bool:
    """Whether what was sold short took more in fees than it fetched: no cost can be stated."""
    return any(c.units < ZERO and c.cost is None and c.lot == f"t{number}" for c in changes)


def make_journal(book: Book, until: dt.date, wanted: Collection[int]) -> Journal:
    """The journal of some holdings; what they had to do with others is booked as elsewhere."""
    return Journaling(book, until, wanted).journal()
