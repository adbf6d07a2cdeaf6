"""What was realised: every slice of a lot that was disposed of, with its proceeds and its cost."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial

from folio.db.derived.disposals import disposed_of
from folio.engine.grades import uncovered
from folio.model.accounts import Holding
from folio.model.dates import EARLIEST, Period
from folio.model.explanation import (
    DEFINITION,
    Node,
    defined,
    leaf,
    made,
    missing,
    together,
    total,
    total_or_one,
)
from folio.model.ledger import Slice
from folio.model.numbers import ZERO
from folio.reports.explain.amounts import in_report
from folio.reports.explain.ground import Ground, plain
from folio.reports.explain.held.open_lots import ALL, NONE
from folio.reports.explain.sold.costs import costs_of
from folio.reports.explain.sold.sales import proceeds
from folio.reports.explain.trace import Gone
from folio.reports.sold.disposed import Disposal, disposal, ends_short, lot_of
from folio.reports.sold.realised import Realised, disposals, realised_gains
from folio.reports.sold.what_if import NOWHERE

_Figure = Callable[[Gone], Node]
_Amount = Callable[[Slice], Decimal | None]


class _Slices:
    """Slices added up as they come."""

    __slots__ = ("count", "idle", "known", "unknown")

    def __init__(self, gains: Realised | None = None) -> None:
        """``gains`` are those of slices that are summed up already, of which some may be known."""
        self.known, self.unknown = gains or Realised()
        self.count = self.unknown + (gains is not None)  # more than are unknown where some is not
        self.idle = True  # all of them are

    def add(self, figure: Decimal | None, *, idle: bool) -> None:
        """Add a slice's figure, None where it is not known."""
        self.count += 1
        self.idle = self.idle and idle
        if figure is None:
            self.unknown += 1
        else:
            self.known += figure


_Listed = list[tuple[Holding, _Slices]]


class Disposals:
    """The slices of some holdings that realised something in a period, both bounds inclusive.

    The holdings are the query's, where no others are named.

    ``transaction`` leaves those of one sale alone, ``lot`` those of the lot that a
    transaction opened, or of ``NONE`` with a number.
    """

    def __init__(
        self, ground: Ground, period: Period, holdings: Iterable[Holding] | None = None, *,
        transaction: int | None = None, lot: int | str | None = None,
    ) -> None:  # fmt: skip
        self.ground = ground
        asked = ground.query.holdings(ground.book) if holdings is None else holdings
        self.holdings = list(asked)
        self.start = period.start.isoformat()
        self.end = min(period.end, ground.query.as_of).isoformat()
        self.transaction = transaction
        self.lot = lot
        self.terms: frozenset[str] = frozenset()  # all of which are theirs

    def only(self, *terms: str | None) -> "Disposals":
        """These, but for those of other terms (see :mod:`folio.reports.sold.disposed`)."""
        self.terms = frozenset(term for term in terms if term is not None)
        return self

    def of(self, holding: Holding) -> list[Gone]:
        """A holding's slices, in the order of the walk."""
        return [g for g in self._all(holding) if self._is_asked(g.part)]

    def _all(self, holding: Holding) -> Iterable[Gone]:
        return self.ground.trace(holding.asset_id).gone_from.get(holding.id, [])

    def _is_asked(self, part: Slice) -> bool:
        return (
            part.realises
            and self.start <= part.disposed_on <= self.end
            and self.transaction in (None, part.transaction_id)
            and self.lot in (None, ALL, lot_of(part) or NONE)
            and (not self.terms or self.terms == {self._disposal(part).term})
        )

    # -- sums ----------------------------------------------------------------------------

    def gains(self, what: str = "realised gain") -> Node:
        """Σ proceeds − cost over all the slices; unknown ones add nothing."""
        return self._sum(what, self.gain, self.ground.teller.gain, self._gained())

    def proceeds(self, what: str = "proceeds") -> Node:
        """What all the slices fetched."""
        return self._sum(what, self.fetched, lambda part: self._disposal(part).proceeds)

    def costs(self) -> Node:
        """What all the slices cost."""
        what = "cost of what was sold"
        return self._sum(what, self.paid, lambda part: self._disposal(part).cost)

    def effects(self, *, of_currency: bool) -> Node:
        """What the price made of the gain, or what the currency made of it."""
        what = "currency effect" if of_currency else "price effect"
        figure = self._currency_effect if of_currency else self._price_effect

        def amount(part: Slice) -> Decimal | None:
            is_money = self.ground.is_money(part.holding_id)
            teller = self.ground.teller
            return teller.effects(part, teller.leaves(part), is_money=is_money)[of_currency]

        return self._sum(what, figure, amount)

    def _price_effect(self, one: Gone) -> Node:
        """The proceeds less the cost, both at the rate of the day disposed."""
        what, unit = self._name(one), self.ground.unit
        if self.ground.is_money(one.part.holding_id):
            return defined(what, ZERO, unit, "money has no price but its rate")
        return self._effect(what, [self.slice_proceeds(one), self._cost_then(one)])

    def _currency_effect(self, one: Gone) -> Node:
        """The cost at the rate of the day disposed, less that of the day acquired."""
        if self.ground.is_money(one.part.holding_id):
            return self.gain(one)
        return self._effect(self._name(one), [self._cost_then(one), self.slice_cost(one)])

    def _effect(self, what: str, parts: list[Node]) -> Node:
        lacking = next((p for p in parts if p.figure is None), None)
        if lacking is not None:
            return missing(what, self.ground.unit, lacking.note or "unknown", parts)
        return made(what, self.ground.unit, "difference", parts)

    def _cost_then(self, one: Gone) -> Node:
        """The cost, at the rate of the day disposed."""
        part, what = one.part, "cost at the rate of the day it went"
        amount = costs_of(self.ground, part.holding_id).slice_cost(one)
        return self._told(what, amount, part.cost_currency, part.disposed_on)

    def _sum(
        self, what: str, figure: _Figure, amount: _Amount, listed: _Listed | None = None
    ) -> Node:
        listed = self._listed(amount, self.holdings) if listed is None else listed
        parts = []
        for holding, slices in listed:
            name = f"{what} of {self.ground.name(holding)}"
            tell = partial(self._of_holding, name, holding, figure, amount)
            said = slices.known if slices.count > slices.unknown else None
            parts.append(self.ground.one_of(len(listed), name, said, tell))
        return total_or_one(what, self.ground.unit, parts)

    def _gained(self) -> _Listed:
        """The same of their gains, which the rollup has summed up from the beginning on."""
        ground, gain = self.ground, self.ground.teller.gain
        if ground.book.known_at is not None or self._leaves_some_out():
            return self._listed(gain, self.holdings)
        until = ground.day(self.end)
        with_some = disposed_of(ground.book.db, until)
        wanted = [h for h in self.holdings if h.id in with_some]
        known = realised_gains(ground.book, ground.query._replace(as_of=until), wanted)
        # Where the sum is nothing, only the slices tell whether some gain is known, or cash idle.
        found = {
            h: _Slices(one)
            for h, one in known.items()
            if one.known or not (one.unknown or ground.is_money(h))
        }
        others = [h for h in self.holdings if h.id not in found]
        found.update((h.id, slices) for h, slices in self._listed(gain, others))
        return [(h, found[h.id]) for h in self.holdings if h.id in found]

    def _leaves_some_out(self) -> bool:
        """Whether some that were disposed of up to the last day are not asked for."""
        chosen = self.transaction is None and self.lot in (None, ALL) and not self.terms
        return not chosen or self.start > EARLIEST.isoformat()

    def _listed(self, amount: _Amount, holdings: Iterable[Holding]) -> _Listed:
        """The holdings of whose slices the report of gains lists some, with what these come to.

        No lot is traced for it, and of the slices, which may be many, none is kept.
        """
        book, found = self.ground.book, defaultdict[int, _Slices](_Slices)
        start, end = self.ground.day(self.start), self.ground.day(self.end)
        families: dict[frozenset[int], list[Holding]] = {}
        wanted = list(holdings) if start <= end else []
        for holding in wanted:
            families.setdefault(book.family(holding.asset_id), []).append(holding)
        currency = self.ground.teller.currency or self.ground.query.currency.id
        for members in families.values():  # each by itself: those of all would be sorted by day
            for part in disposals(book, members, start, end, currency=currency):
                if self._is_asked(part):
                    found[part.holding_id].add(amount(part), idle=self._is_idle(part))
        return [(h, found[h.id]) for h in wanted if h.id in found and not found[h.id].idle]

    def _of_holding(self, what: str, holding: Holding, figure: _Figure, amount: _Amount) -> Node:
        return self._of_slices(what, self.of(holding), figure, amount)

    def _of_slices(self, what: str, slices: list[Gone], figure: _Figure, amount: _Amount) -> Node:
        own = [g.part for g in slices if self._is_own_money(g.part)]
        others = [g for g in slices if not self._is_own_money(g.part)]
        parts = [
            self.ground.one_of(len(others), self._name(one), amount(one.part), partial(figure, one))
            for one in others
        ]
        if own:
            fetched = sum((amount(part) or ZERO for part in own), ZERO)
            parts.append(
                Node(f"{len(own)} payments in {self.ground.unit}", fetched, self.ground.unit,
                     source=DEFINITION, note="money costs itself")
            )  # fmt: skip
        return total(what, self.ground.unit, parts)

    def _disposal(self, part: Slice) -> Disposal:
        return disposal(self.ground.book, self.ground.teller, part)

    def _is_idle(self, part: Slice) -> bool:
        """Whether it is cash that was spent without a gain or a loss, which no list shows."""
        return self.ground.is_money(part.holding_id) and self.ground.teller.gain(part) == ZERO

    def _is_own_money(self, part: Slice) -> bool:
        """Money in the currency of the report that cost itself and fetches itself."""
        money = self.ground.teller.currency
        return (
            part.cost_currency == part.proceeds_currency == money
            and part.cost == part.proceeds == part.quantity
        )

    def realised(self, holding: Holding) -> Node:
        """All that a holding realised up to the day; what is unknown adds nothing."""
        name = f"realised gain of {self.ground.name(holding)}"
        node = self._of_slices(name, self.of(holding), self.gain, self.ground.teller.gain)
        lacking = next((p for p in node.children if p.figure is None), None)
        if lacking is not None and not node.figure:
            return missing(name, self.ground.unit, f"{lacking.what}: {lacking.note}", node.children)
        return node

    def all_realised(self) -> Node:
        """The sum over the holdings in the totals of what each realised up to the day."""
        listed, what, unit = self._gained(), "realised gain", self.ground.unit
        parts, included = [], Realised()
        for holding, slices in listed:
            name = f"{what} of {self.ground.name(holding)}"
            own = Realised(slices.known, slices.unknown)
            node = self.ground.one_of(len(listed), name, own.gain, partial(self.realised, holding))
            if holding.included:
                included = included.plus(own)
            else:
                node = node._replace(counted=False, note="not in the totals")
            parts.append(node)
        if included.gain is None:
            return missing(what, unit, "no disposal has a known gain", parts)
        return total(what, unit, parts)

    def units(self) -> Node:
        """The units of one asset that went, slice by slice."""
        parts = []
        for holding in self.holdings:
            unit, slices = self.ground.symbol(holding.asset_id), self.of(holding)
            if self.transaction is None and all(self._is_idle(one.part) for one in slices):
                continue
            for one in slices:
                source = self.ground.transaction(one.part.transaction_id)
                parts.append(leaf(self._name(one), one.part.quantity, unit, source))
        return total("units that went", parts[0].unit if parts else "", parts)

    def count(self) -> Node:
        """How many slices were disposed of; of cash all that was spent."""
        listed = self._listed(lambda part: part.quantity, self.holdings)
        parts = []
        for holding, slices in listed:
            name, tell = f"disposals of {self.ground.name(holding)}", partial(self._count, holding)
            told = self.ground.one_of(len(listed), name, Decimal(slices.count), tell, "")
            parts.append(told._replace(what=name))
        return total_or_one("disposals", "", parts)

    def _count(self, holding: Holding) -> Node:
        return made("disposals", "", "count", [self.slice_proceeds(g) for g in self.of(holding)])

    def days_held(self) -> Node:
        """How long the units of one sale were held, slice by slice."""
        parts = [self._days(one) for holding in self.holdings for one in self.of(holding)]
        return parts[0] if len(parts) == 1 else together("days held", parts)

    def _days(self, one: Gone) -> Node:
        part, what = one.part, f"days held, {self._name(one)}"
        since = part.held_since or part.acquired_on
        if part.place == 0 or since is None:
            return missing(what, "days", uncovered(part))
        gone, came = self.ground.day(part.disposed_on), self.ground.day(since)
        source = self.ground.transaction(part.transaction_id)
        return leaf(what, Decimal((gone - came).days), "days", source, f"{came} to {gone}")

    # -- one slice -----------------------------------------------------------------------

    def gain(self, one: Gone) -> Node:
        """Proceeds less cost, each rounded."""
        what = self._name(one)
        parts = [self.fetched(one), self.paid(one)]
        reported = self.ground.teller.gain(one.part)
        if reported is None:
            lacking = next((p.note for p in parts if p.figure is None), "unknown")
            return missing(what, self.ground.unit, lacking, parts)
        return made(what, self.ground.unit, "difference", parts)._replace(figure=reported)

    def fetched(self, one: Gone) -> Node:
        """What a slice fetched; where it ends a short sale, when that was made."""
        if self._ends_short(one):
            return self._turned("proceeds", self.slice_cost(one))
        return self.slice_proceeds(one)

    def paid(self, one: Gone) -> Node:
        """What a slice cost; where it ends a short sale, what was paid to end it."""
        if self._ends_short(one):
            return self._turned("cost", self.slice_proceeds(one))
        return self.slice_cost(one)

    def _ends_short(self, one: Gone) -> bool:
        return ends_short(one.part, is_money=self.ground.is_money(one.part.holding_id))

    def _turned(self, what: str, node: Node) -> Node:
        """What is owed as what was fetched, and the other way round."""
        if node.figure is None or node.figure <= ZERO:
            return made(what, node.unit, "size", [node])
        return made(what, node.unit, "difference", [defined("nothing", ZERO, node.unit), node])

    def slice_proceeds(self, one: Gone) -> Node:
        """What a slice fetched, at the rate of the day it was disposed of."""
        part = one.part
        amount = proceeds(costs_of(self.ground, part.holding_id), one)
        reported = self.ground.teller.proceeds(part)
        day, money = part.disposed_on, part.proceeds_currency
        node = self._told("proceeds", amount, money, day)
        if part.fetched_before is None or reported in (None, node.figure) or money is None:
            return node
        source = self.ground.transaction(part.transaction_id)
        before = leaf("slices before", part.fetched_before, amount.unit, source)
        until = total("with this slice", amount.unit, [before, amount])
        sums = [self._told(one.what, one, money, day) for one in (until, before)]
        return made("proceeds", self.ground.unit, "difference", sums, note="what the sum grows by")

    def slice_cost(self, one: Gone) -> Node:
        """What a slice cost, at the rate of the day it was acquired."""
        part = one.part
        amount = costs_of(self.ground, part.holding_id).slice_cost(one)
        return self._told("cost", amount, part.cost_currency, part.acquired_on)

    def _told(self, what: str, amount: Node, currency: int | None, day: str | None) -> Node:
        ground = self.ground
        if amount.figure is None or currency is None or day is None:
            return missing(what, ground.unit, amount.note or "unknown")
        return in_report(ground, what, amount, currency, ground.day(day))

    def _name(self, one: Gone) -> str:
        part = one.part
        unit = self.ground.symbol(self.ground.book.catalog.holdings[part.holding_id].asset_id)
        since = "uncovered" if part.place == 0 else f"acquired {part.acquired_on}"
        units = f"{plain(part.quantity)} {unit}"
        number = part.transaction_id
        by = "assumed" if number == NOWHERE else f"transaction {number}"
        return f"{units} of {part.disposed_on}, {since} ({by})"
