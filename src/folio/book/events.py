"""The events of an asset's holdings: postings, splits, corporate actions and linked transfers.

A linked transfer is read as one (:mod:`folio.engine.legs`).  Between two days its units are in
a holding of their own, of the account *In transit*, which has no postings.

Assets that a merger, a spin-off or a change of symbol joins are a *family*: their lots hang
together, so they are folded together.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain, islice

from folio.book.streams import Stream, from_day, merged
from folio.db.arrangements.catalog import Catalog
from folio.db.derived.gaps import Answer, read_answers
from folio.db.prices.price_source import Splits
from folio.db.transactions.events import (
    Action,
    chosen_lots,
    events_of,
    has_costs,
    read_actions,
    read_events,
    read_payments,
    stream_events,
    with_sides,
)
from folio.db.transactions.links import (
    Link,
    any_links,
    has_links,
    in_force,
    linked_by_holding,
    linked_in,
    links_of,
    newest_facts,
    said_of,
)
from folio.engine import money
from folio.model.gaps import GROWTH
from folio.model.ledger import EVER, Event
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO


class Linked(NamedTuple):
    """What the links of an asset make of its events."""

    legs: dict[int, dict[int, Event]]  # by holding and transaction: instead of the event read
    between: list[Event]  # of holdings in transit
    joined: set[frozenset[int]]  # the holdings of each transfer, that in transit with them

    def at(self, holding: int) -> dict[int, Event]:
        """The legs at a holding, by transaction."""
        return self.legs.get(holding, {})


AT_ONCE = 2000  # linked departures whose events are in memory
Span = tuple[str, str]  # days, both inclusive


class Events:
    """Reads events, as known at a commit."""

    def __init__(
        self,
        db: sqlite3.Connection,
        catalog: Catalog,
        splits: Splits,
        known_at: int | None,
        *,
        whole: bool = False,
    ) -> None:
        """``whole`` says that those of one holding after another are asked for."""
        self.db = db
        self._whole = whole
        self.catalog = catalog
        self.splits = splits
        self.known_at = known_at
        self._has_links: dict[str, bool] = {}  # whether transfers of a day do, by day
        self._arrivals: dict[int, list[int]] = {}  # of linked departures
        # What was found last: of which holdings, of which days and facts.
        self._found: tuple[set[int], tuple[object, ...], Linked] | None = None
        # The linked legs of every holding, and of which facts.
        self._legs: tuple[tuple[object, ...], dict[int, Sequence[int]]] = ((), {})

    def of(self, holding_ids: Iterable[int]) -> list[Event]:
        """The events of holdings, in walk order."""
        return list(self.walk(holding_ids))

    def walk(
        self,
        holding_ids: Iterable[int],
        *,
        after: dt.date | None = None,
        until: str = EVER,
        sums: bool = False,
    ) -> Iterator[Event]:
        """The events of holdings, in walk order, read as they are asked for.

        Only those of later days than ``after`` are, where it is given; of those after ``until``
        not all are.  ``sums`` says that they are plain money, of which each day's sums will do,
        in any order within the day.  What arrived earlier than it left walks on the day on which
        it left.
        """
        holdings = list(holding_ids)
        since = "" if after is None else (after + dt.timedelta(days=1)).isoformat()
        grown = [
            event
            for holding in holdings
            if holding in self.grown
            for event in self._growth(holding, [*chain.from_iterable(self._recorded([holding]))])
        ]
        recorded = self._recorded(holdings, (since, until), sums=sums)
        days = merged([recorded, from_day(since, grown)]) if grown else recorded
        return chain.from_iterable(days)

    def _recorded(
        self, holdings: Sequence[int], days: Span = ("", EVER), *, sums: bool = False
    ) -> Stream:
        """The events of holdings on some days, growth apart."""
        linked = self._linked(holdings, days)
        rare = [event for event in linked.between if event.holding_id in holdings]
        for asset in {self.catalog.holdings[h].asset_id for h in holdings}:
            rare += self._of_asset(asset, set(holdings))
        of_holding = self._sums if sums and not self.catalog.aliases else self._of_holding
        streams = [stream for h in holdings for stream in of_holding(h, linked, days)]
        return merged([*streams, from_day(days[0], rare)] if rare else streams)

    def is_plain(self, holding: int) -> bool:
        """Whether all that happened to a holding of the base currency left it plain money."""
        if holding in self.grown:
            return all(map(money.is_plain, self.of([holding])))
        members = self.catalog.members(holding)
        return not any(has_costs(self.db, member, self.known_at) for member in members)

    def of_day(self, holding: int, day: dt.date) -> list[Event] | None:
        """A holding's events from ``day`` on, where its own postings say all there is.

        None where a link, a corporate action or growth may have a part in them.
        """
        here, text = self.catalog.holdings[holding], day.isoformat()
        if holding in self.grown or here.account_id in self._transit_accounts:
            return None
        if self.last_action(here.asset_id) >= text or len(self.catalog.members(holding)) > 1:
            return None
        if text not in self._has_links:  # an arrival before its departure walks on that one's day
            self._has_links[text] = has_links(self.db, text)
        if self._has_links[text]:
            return None
        events = read_events(self.db, holding, since=text, known_at=self.known_at)
        return [self._named(event, holding) for event in events]

    def _of_holding(self, holding: int, linked: "Linked", days: Span) -> list[Stream]:
        """The events on some days that have postings, in one or more streams of walk order.

        The leg of a link walks as the link says, and maybe on another day.
        """
        (since, until), members = days, self.catalog.members(holding)
        streams = [
            stream_events(self.db, member, since, until, self.known_at) for member in members
        ]
        if self.catalog.aliases:
            streams = [
                ([self._named(event, holding) for event in some] for some in stream)
                for stream in streams
            ]
        legs = linked.at(holding)
        if not legs:
            return streams
        chosen = dict(c for m in members for c in chosen_lots(self.db, m, self.known_at).items())
        moved = [
            leg._replace(lots=tuple(chosen[n])) if n in chosen else leg for n, leg in legs.items()
        ]
        others = [
            ([event for event in some if event.transaction_id not in legs] for some in stream)
            for stream in streams
        ]
        return [*(filter(None, stream) for stream in others), from_day(since, moved)]

    def _sums(self, holding: int, linked: "Linked", days: Span) -> list[Stream]:
        """The same of plain money, what moved alike on a day as one."""
        from folio.db.transactions.money_days import stream_sums

        places, legs = self.catalog.base.precision, linked.at(holding)
        how = partial(stream_sums, places=places, apart=legs)
        own = how(self.db, holding, days, self.known_at)
        rare = [*legs.values(), *read_payments(self.db, holding, *days, self.known_at)]
        return [own, from_day(days[0], rare)] if rare else [own]

    def _named(self, event: Event, holding: int) -> Event:
        """An event in the names that merged assets are read by."""
        aliases = self.catalog.aliases
        if not aliases:
            return event
        sides = event.sides and tuple(
            [self._named(one, self.catalog.holdings[one.holding_id].id) for one in event.sides]
        )
        counter = event.counter and (aliases.canonical(event.counter[0]), event.counter[1])
        return event._replace(
            holding_id=holding,
            currency=event.currency and aliases.canonical(event.currency),
            fees=tuple((units, aliases.canonical(asset)) for units, asset in event.fees),
            counter=counter,
            related_asset=event.related_asset and aliases.canonical(event.related_asset),
            sides=sides,
        )

    def _of_asset(self, asset: int, holdings: set[int]) -> list[Event]:
        """The events that have no postings: splits and corporate actions."""
        own = [h for h in holdings if self.catalog.holdings[h].asset_id == asset]
        events = []
        for split in self.splits.of(asset):
            key = (split.day.isoformat(), 0, "", split.transaction_id, 0)
            number, ratio = split.transaction_id, (split.new, split.old)
            events += [Event(key, h, number, "split", ZERO, ratio=ratio) for h in own]
        for action in self._actions(asset):
            event = self._action(asset, action)
            if event is not None and event.holding_id in holdings:
                events.append(event)
        return events

    def _actions(self, asset: int) -> list[Action]:
        members = self.catalog.aliases.members(asset)
        return read_actions(self.db, members, self.known_at)

    def last_action(self, asset: int) -> str:
        """The last day on which something happened to an asset itself; "" where nothing did."""
        days = [split.day.isoformat() for split in self.splits.of(asset)]
        days += [action.key[0] for action in self._actions(asset)]
        return max(days, default="")

    # -- growth --------------------------------------------------------------------------

    @cached_property
    def grown(self) -> dict[int, list[Answer]]:
        """The gaps that are answered with growth, by holding."""
        grown: dict[int, list[Answer]] = {}
        for answer in read_answers(self.db, self.known_at):
            if answer.answer == GROWTH:
                grown.setdefault(self.catalog.holdings[answer.holding_id].id, []).append(answer)
        return grown

    def _growth(self, holding: int, events: list[Event]) -> list[Event]:
        """What came of itself: the present drift of gaps that are answered so."""
        from folio.db.statements.observations import read_observations
        from folio.engine.growth import growth
        from folio.engine.reconciliation import compare, gaps

        seen = read_observations(self.db, self.catalog.members(holding), self.known_at)
        anchors = compare(seen, events)
        answers = self.grown[holding]
        return [growth(holding, g) for g in gaps(anchors) if any(a.is_of(g) for a in answers)]

    # -- corporate actions ---------------------------------------------------------------

    def _action(self, asset: int, action: Action) -> Event | None:
        """What a spin-off or a return of capital does to the holding of who made it."""
        from folio.db.transactions.postings import postings_of

        postings = [p for p in postings_of(self.db, action.transaction_id) if p.role != "external"]
        received = [p for p in postings if p.role in ("asset", "cash")]
        if not received:
            return None
        first = received[0]
        label = self.catalog.holdings[first.holding_id].label
        holding = self.catalog.holding_of(action.account_id, asset, label)
        holding = holding or self.catalog.holding_of(action.account_id, asset)
        if holding is None:
            return None
        kind = "apportion" if action.kind == "spin_off" else "reduce"
        event = Event(action.key, holding.id, action.transaction_id, kind, ZERO)
        if any(posting.across for posting in postings):
            number = action.transaction_id
            parts = events_of(self.db, [number], self.known_at).get(number, [])
            event = self._named(with_sides(event, parts), holding.id)
        if kind == "reduce":
            currency = self.catalog.holdings[first.holding_id].asset_id
            return event._replace(
                amount=sum((p.quantity for p in received), ZERO), currency=currency
            )
        units = sum((p.quantity for p in received), ZERO)
        return event._replace(
            amount=first.amount,
            currency=first.amount_currency_id,
            counter=(self.catalog.aliases.canonical(action.to_asset_id or 0), units),
            share=action.cost_share,
        )

    # -- links ---------------------------------------------------------------------------

    def arrivals_of(self, departure: int) -> list[int]:
        """The arrivals that are linked with a departure, by their number."""
        if departure not in self._arrivals:
            self._pairs(links_of(self.db, departure, self.known_at))
        return self._arrivals.get(departure, [])

    def _pairs(self, links: Iterable[Link]) -> dict[int, list[int]]:
        """The arrivals of each linked departure among these links."""
        pairs: dict[int, list[int]] = {}
        for link in links:
            if link.pairs:
                pairs.setdefault(link.departure_id or 0, []).append(link.arrival_id or 0)
        self._arrivals.update((departure, sorted(legs)) for departure, legs in pairs.items())
        return pairs

    def _linked(self, holdings: Sequence[int], days: Span) -> Linked:
        """What the links make of the events of holdings, where a leg is of these days.

        What left on one of them, wherever, may have arrived at these holdings before.
        """
        if not self.any_links:
            return Linked({}, [], set())
        facts = newest_facts(self.db)
        told = (*days, *facts)
        if self._found and self._found[1] == told and self._found[0].issuperset(holdings):
            return self._found[2]
        assets = {self.catalog.holdings[h].asset_id for h in holdings}
        if days[0]:
            holdings = [h.id for h in self.catalog.holdings.values() if h.asset_id in assets]
        under_way = {self.transit_holding(asset): asset for asset in assets}
        through = {asset for between, asset in under_way.items() if between in holdings}
        asked = {h.id for h in self.catalog.holdings.values() if h.asset_id in through}
        members = {m for h in asked.union(holdings) for m in self.catalog.members(h)}
        legs = sorted(self._linked_in(members, days, facts))
        self._arrivals.clear()  # of other assets: nobody asks for them again
        pairs = self._pairs(in_force(said_of(self.db, legs, self.known_at)))
        found, here = Linked({}, [], set()), set(holdings)
        several = iter(pairs.items())
        while some := dict(islice(several, AT_ONCE)):
            self._link_all(some, assets, here, found)
        self._found = here, told, found
        return found

    def _linked_in(self, members: set[int], days: Span, facts: tuple[object, ...]) -> set[int]:
        """The transactions of holdings on some days that links name, as of the newest facts."""
        if not self._whole or days != ("", EVER):
            return linked_in(self.db, members, *days)
        if self._legs[0] != facts:
            self._legs = facts, linked_by_holding(self.db)
        return {leg for member in members for leg in self._legs[1].get(member, ())}

    def joined(self, holdings: Sequence[int], days: Span) -> set[frozenset[int]]:
        """The holdings that each linked transfer joins which has a leg at ``holdings`` then."""
        return self._linked(holdings, days).joined

    def _link_all(
        self, pairs: dict[int, list[int]], assets: set[int], holdings: set[int], found: Linked
    ) -> None:
        """Find what these links, from departures to arrivals, make of events at holdings."""
        from folio.engine.legs import transfer

        moved = self._moved(pairs)
        for departure, arrivals in pairs.items():
            for asset, leaving in moved.get((departure, False), {}).items():
                ends = (moved.get((number, True), {}).get(asset) for number in arrivals)
                coming = [leg for leg in ends if leg is not None]
                if coming and asset in assets:
                    splits = [
                        (one.day.isoformat(), one.new, one.old) for one in self.splits.of(asset)
                    ]
                    legs, between = transfer(leaving, coming, self.transit_holding(asset), splits)
                    found.joined.add(frozenset(leg.holding_id for leg in (*legs, *between)))
                    found.between.extend(e for e in between if e.holding_id in holdings)
                    for leg in legs:
                        if leg.holding_id in holdings:
                            own = found.legs.setdefault(leg.holding_id, {})
                            own[leg.transaction_id] = leg

    def _moved(self, pairs: dict[int, list[int]]) -> dict[tuple[int, bool], dict[int, Event]]:
        """What linked transactions moved of each asset, by transaction and whether it came in."""
        numbers = {n for departure, arrivals in pairs.items() for n in (departure, *arrivals)}
        moved: dict[tuple[int, bool], dict[int, Event]] = {}
        found = events_of(self.db, numbers, self.known_at)
        for number, events in found.items():
            for event in events:
                holding = self.catalog.holdings[event.holding_id]
                if event.gross:
                    legs = moved.setdefault((number, event.gross > ZERO), {})
                    legs.setdefault(holding.asset_id, self._named(event, holding.id))
        return moved

    def transit_holding(self, asset: int) -> int | None:
        """The holding in which an asset's units are between two accounts; None: there is none."""
        found = (self.catalog.holding_of(number, asset) for number in self._transit_accounts)
        return next((holding.id for holding in found if holding is not None), None)

    @cached_property
    def any_links(self) -> bool:
        """Whether anything was ever said of a transfer."""
        return any_links(self.db)

    @cached_property
    def _transit_accounts(self) -> set[int]:
        return self.catalog.settings.flagged("account", "in_transit")
