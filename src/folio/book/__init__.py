"""The book as the engine sees it: facts handed to pure functions.

Reports and operations share this: which lot method is in force, what an asset is worth
on a day, how an asset's holdings fold.  It reads, and never writes.

What folds is loaded when something is folded: a report that stored positions answer needs
none of it, and starts in three quarters of the time.  So is what values, for who only records.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING

from folio.db.arrangements.aliases import joined_assets
from folio.db.arrangements.catalog import Catalog
from folio.db.derived.positions import Position, read_positions
from folio.model.assets import BECAME_EURO, SLOWLY_PRICED, Asset
from folio.model.ledger import ESTIMATED, EVER, Event, State, Step
from folio.model.numbers import ONE, ZERO

if TYPE_CHECKING:
    from folio.book.events import Events
    from folio.book.holds import Known
    from folio.db.arrangements.locks import Lock
    from folio.db.derived.evenings import Evening
    from folio.db.prices.price_source import BookPrices
    from folio.db.statements.observations import Observation
    from folio.engine.fold import Told
    from folio.engine.prices import Market, PriceGraph
    from folio.engine.reconciliation import Drift
    from folio.engine.terms import Terms
    from folio.engine.valuation import Teller
    from folio.model.gaps import Observed
    from folio.model.rollups import EveningSums

Folding = Callable[[Iterable[Event], dict[int, State]], Iterator[Step]]


class Book:
    """One book, as known at a commit (None: now).

    ``walks`` says that prices are asked for day after day, and links of one holding after
    another, so that all of them are read once instead of single ones many times.
    ``recorded_at`` is the instant of the commit under way, where there is one.  ``catalog`` is
    the names as they are known then, where somebody has read them.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        known_at: int | None = None,
        walks: bool = False,
        recorded_at: str = "",
        catalog: Catalog | None = None,
    ) -> None:
        self.db = db
        self.known_at = known_at
        self.catalog = catalog or Catalog(db, known_at)
        self._walks = walks
        self._readers: dict[int, Events] = {}
        self._recorded_at = recorded_at

    @classmethod
    def known(cls, db: sqlite3.Connection, commit: int) -> "Book":
        """The book as it was known at a commit, for readers: the book as it is, where that was the
        last one, of which all that is derived need not be folded."""
        from folio.db.recording.since import last_commit

        return cls(db, known_at=None if commit >= last_commit(db) else commit)

    @cached_property
    def base(self) -> Asset:
        """The book's base currency."""
        return self.catalog.base

    @cached_property
    def positions(self) -> dict[int, Position]:
        """The stored positions, as they were when first asked for: for readers alone."""
        return read_positions(self.db)

    def positions_of(self, holding_ids: Iterable[int]) -> dict[int, Position]:
        """Of these holdings alone those that are stored: now, or as they were when all were."""
        if "positions" not in vars(self):
            return read_positions(self.db, holding_ids)
        return {h: self.positions[h] for h in holding_ids if h in self.positions}

    @cached_property
    def rolled_up(self) -> "dict[dt.date, dict[int, EveningSums | None]]":
        """What :func:`folio.book.rolled.sums_of` found, by day and holding: for readers alone."""
        return {}

    @cached_property
    def prices(self) -> "BookPrices":
        from folio.db.prices.price_source import BookPrices

        return BookPrices(
            self.db,
            known_at=self.known_at,
            whole=self._walks,
            recorded_at=self._recorded_at,
            aliases=self.catalog.aliases,
        )

    @cached_property
    def graph(self) -> "PriceGraph":
        from folio.engine.prices import PriceGraph

        return PriceGraph(self.prices, self._market())

    def _market(self) -> "Market":
        from folio.engine.prices import Market

        assets = self.catalog.assets.values()
        settings = self.catalog.settings
        by_code = {a.symbol: a.id for a in assets if a.is_currency}
        hubs = dict.fromkeys([self.base.id, *(by_code[c] for c in ("USD", "EUR") if c in by_code)])
        slow = int(settings.book("stale_days_slow"))
        limits = {a.id: slow for a in assets if a.type in SLOWLY_PRICED}
        for asset in assets:
            own = settings.get(("asset", asset.id), "stale_days")
            if own is not None:
                limits[asset.id] = int(own)
        return Market(
            self.base.id,
            tuple(hubs),
            frozenset(by_code.values()),
            limits,
            int(settings.book("stale_days")),
            {} if BECAME_EURO.isdisjoint(by_code) else _fixed_rates(by_code),
        )

    def teller(self, currency: Asset, *, exact: bool = False) -> "Teller":
        """Leaves in a currency: rounded to its minor unit, or ``exact``."""
        from folio.engine.valuation import Teller

        return Teller(self.graph, currency.id, None if exact else currency.precision)

    # -- folding -------------------------------------------------------------------------

    def lot_method(self, holding_id: int, day: str) -> str:
        """The holding's method on a day: its own, its account's, or the book's."""
        on = dt.date.fromisoformat(day)
        settings = self.catalog.settings
        account = self.catalog.holdings[holding_id].account_id
        for scope in (("holding", holding_id), ("account", account), ("book", 0)):
            method = settings.get(scope, "lot_method", on)
            if method is not None:
                return method
        return "fifo"

    @cached_property
    def _has_methods(self) -> bool:
        return bool(self.catalog.settings.any_with("lot_method"))

    @cached_property
    def terms(self) -> "Terms":
        """What a fold needs to know."""
        from folio.engine.terms import Terms

        method = self.lot_method if self._has_methods else _fifo
        return Terms(self._asset_of, method, self.market_price, self._rate, self.base.id)

    def _asset_of(self, holding_id: int) -> tuple[int, bool]:
        asset = self.catalog.assets[self.catalog.holdings[holding_id].asset_id]
        return asset.id, asset.is_currency

    def market_price(self, asset: int, day: str) -> tuple[Decimal, int, int] | None:
        """One unit's market value: in the asset's own quote where it has one, else in the base."""
        on = dt.date.fromisoformat(day)
        rate = self.graph.rate(asset, self.base.id, on)
        if rate is None:
            quotes = sorted(self.prices.quotes(asset))
            found = ((q, self.graph.rate(asset, q, on)) for q in quotes)
            return next(((r.rate, q, ESTIMATED) for q, r in found if r is not None), None)
        first = rate.legs[0] if rate.legs else None
        if first is None or first.inverse or first.asset != asset:
            return rate.rate, self.base.id, ESTIMATED
        own = self.graph.rate(asset, first.quote, on)
        return None if own is None else (own.rate, first.quote, ESTIMATED)

    def _rate(self, currency: int, into: int, day: str) -> Decimal | None:
        if currency == into:
            return ONE  # of money from before any day that is looked at, too
        rate = self.graph.rate(currency, into, dt.date.fromisoformat(day))
        return None if rate is None else rate.rate

    @cached_property
    def reader(self) -> "Events":
        """What reads events."""
        from folio.book.events import Events

        splits = self.prices.splits
        return Events(self.db, self.catalog, splits, self.known_at, whole=self._walks)

    @cached_property
    def _families(self) -> dict[int, frozenset[int]]:
        families: dict[int, frozenset[int]] = {}
        canonical = self.catalog.aliases.canonical
        for one, other in joined_assets(self.db):
            one, other = canonical(one), canonical(other)
            joined = families.get(one, frozenset({one})) | families.get(other, frozenset({other}))
            families |= dict.fromkeys(joined, joined)
        return families

    def family(self, asset_id: int) -> frozenset[int]:
        """The asset, and those that corporate actions join to it."""
        return self._families.get(asset_id, frozenset({asset_id}))

    def events(self, holding_ids: Iterable[int]) -> list[Event]:
        """The events of holdings in walk order: postings, splits, corporate actions, links."""
        return self.reader.of(holding_ids)

    def family_of(self, asset_id: int) -> list[int]:
        """The holdings of an asset and of those that corporate actions join to it."""
        family = self.family(asset_id)
        return [h.id for h in self.catalog.holdings.values() if h.asset_id in family]

    def fold(
        self,
        events: Iterable[Event],
        states: dict[int, State] | None = None,
        evening: "Told | None" = None,
    ) -> Iterator[Step]:
        """Fold the events of a family of assets, onto ``states`` or from nothing.

        ``evening`` is told of each evening on the way.
        """
        from folio.engine.fold import Fold

        fold = Fold(self.terms, {} if states is None else states)
        return fold.walk(events if evening is None else fold.by_day(events, evening))

    def keeping(self, holdings: Collection[int], evening: "Told | None" = None) -> Folding:
        """The fold by which what is stored is made of all the events of a family's holdings.

        Plain money keeps no lots there (:mod:`folio.engine.money`), and tells of no evening.
        """
        if self.keeps_sums(holdings):
            from folio.engine import money

            return partial(money.walk, base=self.base)
        return partial(self.fold, evening=evening)

    def kept_events(
        self, holdings: Collection[int], *, after: dt.date | None = None, until: str = EVER
    ) -> Iterator[Event]:
        """The events of which that fold makes what is stored, of days as of ``Events.walk``.

        Of plain money they are the sums of each day.
        """
        sums = self.keeps_sums(holdings)
        return self.reader.walk(holdings, after=after, until=until, sums=sums)

    def keeps_sums(self, holdings: Iterable[int]) -> bool:
        """Whether holdings are plain money, of which no lots are stored."""
        assets = {self.catalog.holdings[holding].asset_id for holding in holdings}
        return self.is_money(assets) and all(map(self.reader.is_plain, holdings))

    def evening(self, holdings: Iterable[int], before: dt.date) -> "Evening | None":
        """The last evening before a day that is kept of a family, by its holdings."""
        from folio.db.derived.evenings import read_evening

        if self.known_at is not None:
            return None
        assets = {self.catalog.holdings[holding].asset_id for holding in holdings}
        return read_evening(self.db, self.family(min(assets)), before)

    def is_money(self, family: Collection[int]) -> bool:
        """Whether a family of assets is the base currency alone."""
        return set(family) == {self.base.id} == self.family(self.base.id)

    def has_plain_money(self, family: Collection[int]) -> bool:
        """Whether a family is money of which sums are stored; not as it was known before."""
        if self.known_at is not None or not self.is_money(family):
            return False
        stored = read_positions(self.db, self.family_of(self.base.id)).values()
        # What only grew has a lot that cost nothing, and no posting; what was only seen, neither.
        return all(p.plain for p in stored if p.postings or p.lots_opened)

    def walk(
        self,
        asset_id: int,
        *,
        until: dt.date | None = None,
        states: dict[int, State] | None = None,
    ) -> Iterator[Step]:
        """Fold every holding of an asset's family from nothing, through ``until`` (inclusive).

        Yields each event with its holding's new state and the slices that went away; what is
        left stands in ``states``, by holding.
        """
        end = EVER if until is None else until.isoformat()
        events = self.reader.walk(self.family_of(asset_id), until=end)
        yield from self.fold((event for event in events if event.key[0] <= end), states)

    def assets_held(self) -> list[int]:
        """The ids of the assets that a holding has, or had."""
        return sorted({h.asset_id for h in self.catalog.holdings.values()})

    def holdings_of(self, asset_id: int) -> list[int]:
        """The ids of an asset's holdings."""
        return [h.id for h in self.catalog.holdings.values() if h.asset_id == asset_id]

    def units_moved(self, transaction: int, holding: int) -> dict[int, Decimal]:
        """What a transaction moved at each holding of that one's asset, fees apart."""
        from folio.db.transactions.postings import postings_of

        holdings = self.catalog.holdings
        asset, moved = holdings[holding].asset_id, dict[int, Decimal]()
        for posting in postings_of(self.db, transaction):
            own = holdings[posting.holding_id]
            if own.asset_id == asset and posting.role in ("asset", "cash"):
                moved[own.id] = moved.get(own.id, ZERO) + posting.quantity
        return moved

    # -- observations --------------------------------------------------------------------

    def observations(self, holding_id: int) -> "list[Observation]":
        """A holding's observations in force, one a day, by day."""
        from folio.db.statements.observations import read_observations

        return read_observations(self.db, self.catalog.members(holding_id), self.known_at)

    @cached_property
    def locks(self) -> "list[Lock]":
        """The locks in force, by day."""
        from folio.db.arrangements.locks import read_locks

        return read_locks(self.db, self.known_at)

    def reader_at(self, commit: int) -> "Events":
        """What reads events as known at a commit, under the names known now."""
        from folio.book.events import Events
        from folio.db.prices.price_source import Splits

        if commit not in self._readers:
            splits = Splits(self.db, commit, self.catalog.aliases)
            self._readers[commit] = Events(self.db, self.catalog, splits, commit)
        return self._readers[commit]

    def drift(
        self, observations: "Sequence[Observation]", events: Iterable[Event], *, holding: int
    ) -> "Drift":
        """What a holding's observations say beyond its ledger, as its locks hold it."""
        from folio.book.holds import holds
        from folio.engine.reconciliation import Drift, compare

        own = list(events)
        held = holds(self.locks, observations, own, self._known(holding)) if self.locks else ()
        return Drift(compare(observations, own), held)

    def _known(self, holding: int) -> "Known":
        """What a holding's observations and events were, as known at a commit."""
        from folio.db.statements.observations import read_observations

        members = self.catalog.members(holding)
        return lambda commit: (
            read_observations(self.db, members, commit),
            self.reader_at(commit).of([holding]),
        )

    def split_factor(self, asset_id: int, after: dt.date, until: dt.date) -> Decimal:
        """New units for one old over the splits in (after, until]."""
        return self.prices.split_factor(asset_id, after, until)[0]

    def splits_until(self, asset_id: int, day: dt.date) -> tuple[int, int, dt.date]:
        """New units and old ones over the splits up to and on ``day``, and the next one's day."""
        return self.prices.splits.product(asset_id, dt.date.min, day)

    def observed(self, holding: int) -> "Observed":
        """What a holding's observations say at its end; of sums of days a lock can tell nothing."""
        from folio.model.gaps import Observed

        seen = self.observations(holding)
        if not seen and not self.locks:
            return Observed()
        from folio.engine.reconciliation import compare, gaps

        events = list((self.reader.of if self.locks else self.kept_events)([holding]))
        drift = self.drift(seen, events, holding=holding)
        new, old, _ = self.splits_until(self.catalog.holdings[holding].asset_id, dt.date.max)
        unexplained = drift.offset(dt.date.max.toordinal(), new, old)
        if not seen:  # they were taken back after a day was locked
            return Observed(unexplained)
        ends = seen[0].day, seen[-1].day
        return Observed(unexplained, len(seen), *ends, gaps(compare(seen, events)))


def _fixed_rates(by_code: dict[str, int]) -> dict[tuple[int, int], Decimal]:
    from folio.model.euro import fixed_rates  # what few books need

    return fixed_rates(by_code)


def _fifo(holding_id: int, day: str) -> str:
    return "fifo"
