"""What is known of a holding and what is not: its evidence, and the gaps that it leaves."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property, partial

from folio.book.reconciliation import HeldGap, held_gaps
from folio.book.snapshot import Held
from folio.db.statements.observations import Observation
from folio.engine.splits import scaled
from folio.errors import FolioError
from folio.model.explanation import Node, defined, leaf, made, missing, total, total_or_one
from folio.model.gaps import GROWTH
from folio.model.ledger import Event
from folio.model.numbers import ONE, ZERO
from folio.reports.explain.amounts import in_report
from folio.reports.explain.ground import Ground, day_of
from folio.reports.explain.held.balances import ledger_of, moved, unexplained
from folio.reports.explain.rates import split_factor
from folio.reports.explain.trace import Move

_Tell = Callable[[Held], Node]


class Evidence:
    """The columns of the report of coverage, for one holding or the sum over several."""

    def __init__(self, ground: Ground, held: list[Held]) -> None:
        self.ground = ground
        self.held = held

    def postings(self) -> Node:
        """How many transactions touched them."""
        return self._each("transactions", self._postings, lambda held: held.evidence.postings)

    def observations(self) -> Node:
        """How many balances were observed."""
        return self._each("observations", self._seen, lambda held: held.evidence.observations)

    def gaps(self) -> Node:
        """How many gaps are open."""
        open_ones = [one for one in self._gaps if one.is_open]
        return made("open gaps", "", "count", [Gap(self.ground, one).drift() for one in open_ones])

    def drift(self) -> Node:
        """What open gaps add or take away, in units of the day."""
        parts = [self._today(one) for one in self._gaps if one.is_open]
        units = {part.unit for part in parts}
        if not parts:
            return missing("open drift", "", "no gap is open")
        if len(units) > 1:
            raise FolioError("say of which asset: folio explain drift ASSET; see: folio reconcile")
        return total("open drift", units.pop(), parts)

    def unexplained(self) -> Node:
        """What was observed beyond the ledger."""
        parts = [unexplained(self.ground, held) for held in self.held if held.unexplained]
        if not parts:
            return missing(
                "observed beyond the ledger", "", "the ledger says all that was observed"
            )
        if len({part.unit for part in parts}) > 1:
            raise FolioError("say of which asset: folio explain unexplained ASSET")
        return total_or_one(parts[0].what, parts[0].unit, parts)

    @cached_property
    def _gaps(self) -> list[HeldGap]:
        holdings = [held.holding for held in self.held]
        return held_gaps(self.ground.book, holdings, self.ground.query.as_of)

    def _each(self, what: str, tell: _Tell, count: Callable[[Held], int]) -> Node:
        if len(self.held) == 1:
            return tell(self.held[0])
        parts = [
            self.ground.one_of(
                len(self.held),
                f"{what} of {self.ground.name(held.holding)}",
                Decimal(count(held)),
                partial(tell, held),
                "",
            )
            for held in self.held
            if count(held)
        ]
        return total(what, "", parts)

    def _postings(self, held: Held) -> Node:
        ground, holding = self.ground, held.holding
        unit = ground.symbol(holding.asset_id)
        walk = ground.book.walk(holding.asset_id, until=ground.query.as_of)
        parts = [
            moved(ground, event, event.quantity, unit)
            for event, _, _ in walk
            if event.holding_id == holding.id and not event.ratio and event.kind != GROWTH
        ]
        return made(f"transactions of {ground.name(holding)}", "", "count", parts)

    def _seen(self, held: Held) -> Node:
        ground = self.ground
        unit = ground.symbol(held.holding.asset_id)
        seen = ground.book.observations(held.holding.id)
        parts = [
            leaf(f"observed on {one.day}", one.balance, unit, ground.observation(one))
            for one in seen
            if one.day <= ground.query.as_of
        ]
        return made(f"observations of {ground.name(held.holding)}", "", "count", parts)

    def _today(self, one: HeldGap) -> Node:
        """A gap's drift, in units of the day that is asked for."""
        ground, asset = self.ground, one.holding.asset_id
        node, day = Gap(ground, one).drift(), ground.query.as_of
        factor = ground.book.split_factor(asset, one.gap.until, day)
        if factor == ONE:
            return node
        splits = split_factor(ground, asset, one.gap.until, day, factor)
        return made(f"{node.what}, in units of {day}", node.unit, "product", [node, splits])


class Gap:
    """One gap: the columns of the report of reconciliation."""

    def __init__(self, ground: Ground, held: HeldGap) -> None:
        self.ground = ground
        self.held = held
        self.gap = held.gap
        self.unit = ground.symbol(held.holding.asset_id)
        seen = ground.book.observations(held.holding.id)
        self.seen = next(o for o in seen if o.day == self.gap.until)
        self.before = next((o for o in reversed(seen) if o.day < self.gap.until), None)

    @classmethod
    def numbered(cls, ground: Ground, number: int) -> "Gap":
        """The gap that ends with an observation.

        Raises:
            FolioError: where there is none.
        """
        holdings = ground.query.holdings(ground.book)
        for one in held_gaps(ground.book, holdings, ground.query.as_of):
            if one.gap.observation_id == number:
                return cls(ground, one)
        raise FolioError(f"there is no gap {number}; see: folio reconcile --all")

    def observed(self) -> Node:
        """What was seen."""
        return self._said(self.seen)

    def expected(self) -> Node:
        """The ledger of the day, and what was beyond it at the observation before."""
        what = f"expected on {self.gap.until}, {self.ground.name(self.held.holding)}"
        ledger = self._ledger(self.gap.until)
        if self.before is None:
            return made(what, self.unit, "sum", [ledger])
        return made(what, self.unit, "sum", [ledger, self._kept(self.before)])

    def drift(self) -> Node:
        """What was seen, less what was expected."""
        what = f"drift of {self.ground.name(self.held.holding)} on {self.gap.until}"
        return made(what, self.unit, "difference", [self.observed(), self.expected()])

    def value(self) -> Node:
        """What the drift was worth on its day."""
        what = f"value of the drift on {self.gap.until}"
        asset = self.held.holding.asset_id
        return in_report(self.ground, what, self.drift(), asset, self.gap.until)

    def _said(self, seen: Observation) -> Node:
        source = self.ground.observation(seen)
        return leaf(f"observed on {seen.day}", seen.balance, self.unit, source)

    def _kept(self, before: Observation) -> Node:
        """What was beyond the ledger before, in units of the gap's last day."""
        asset, book = self.held.holding.asset_id, self.ground.book
        what = f"beyond the ledger on {before.day}"
        parts = [self._said(before), self._ledger(before.day)]
        kept = made(what, self.unit, "difference", parts)
        new, old, _ = book.splits_until(asset, before.day)
        to_new, to_old, _ = book.splits_until(asset, self.gap.until)
        if (new, old) == (to_new, to_old):
            return kept
        terms = [defined("new units", old * to_new), defined("old units", new * to_old)]
        return made(f"{what}, after splits", self.unit, "share", [kept, *terms])

    def _ledger(self, day: dt.date) -> Node:
        """What transactions lead to; what gaps answered with growth brought is none."""
        return ledger_of(
            self.ground, self.held.holding.asset_id, self._moves(day), f"ledger on {day}"
        )

    def _moves(self, day: dt.date) -> Iterator[Move]:
        units = ZERO
        for event in self._events:
            if day_of(event) > day:
                break
            before = units
            units = scaled(units, *event.ratio) if event.ratio else units + event.quantity
            if units or before:
                yield Move(event, before, units)

    @cached_property
    def _events(self) -> list[Event]:
        events = self.ground.book.events([self.held.holding.id])
        return [event for event in events if event.kind != GROWTH]
