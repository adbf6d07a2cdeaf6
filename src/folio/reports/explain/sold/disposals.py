"""What was realised: every slice of a lot that was disposed of, with its proceeds and its cost."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial

from folio.engine.grades import uncovered
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.explanation import (
    DEFINITION,
    SHOWN,
    Node,
    defined,
    leaf,
    made,
    missing,
    together,
    total,
    total_of_known,
)
from folio.model.ledger import Slice
from folio.model.numbers import ZERO
from folio.reports.explain.amounts import converted
from folio.reports.explain.ground import Ground, plain
from folio.reports.explain.held.open_lots import ALL, NONE
from folio.reports.explain.sold.costs import Costs
from folio.reports.explain.sold.sales import proceeds
from folio.reports.explain.trace import Gone
from folio.reports.sold.disposed import Disposal, disposal, ends_short, lot_of
from folio.reports.sold.realised import Realised, disposals
from folio.reports.sold.what_if import NOWHERE

_Figure = Callable[[Gone], Node]
_Amount = Callable[[Slice], Decimal | None]


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
        self._costs: dict[int, Costs] = {}

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
        return self._sum(what, self.gain, self.ground.teller.gain)

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
        part, ground = one.part, self.ground
        what = "cost at the rate of the day it went"
        amount = self._cost_of(part).slice_cost(one)
        if amount.figure is None or part.cost_currency is None:
            return missing(what, ground.unit, amount.note or "unknown")
        pair, day = (part.cost_currency, ground.query.currency.id), ground.day(part.disposed_on)
        return converted(ground, what, amount, pair, day, ground.teller.places)

    def _sum(self, what: str, figure: _Figure, amount: _Amount) -> Node:
        listed = self._listed()
        parts = []
        for holding, slices in listed:
            name = f"{what} of {self.ground.name(holding)}"
            tell = partial(self._of_holding, name, holding, figure, amount)
            known = [x for x in map(amount, slices) if x is not None]
            said = sum(known, ZERO) if known else None
            parts.append(self._now_or_later(listed, name, said, tell))
        return parts[0] if len(parts) == 1 else total(what, self.ground.unit, parts)

    def _listed(self) -> list[tuple[Holding, list[Slice]]]:
        """The slices that the report of gains lists, by holding; no lot is traced for it."""
        ground, wanted = self.ground, self.holdings
        start, end = ground.day(self.start), ground.day(self.end)
        found: dict[int, list[Slice]] = {holding.id: [] for holding in wanted}
        if start <= end:
            currency = ground.teller.currency or ground.query.currency.id
            for part in disposals(ground.book, wanted, start, end, currency=currency):
                if self._is_asked(part):
                    found[part.holding_id].append(part)
        listed = [(holding, found[holding.id]) for holding in wanted]
        return [one for one in listed if one[1] and not self._is_idle(*one)]

    def _now_or_later(
        self, listed: Sequence[object], name: str, said: Decimal | None, tell: Callable[[], Node]
    ) -> Node:
        """A holding's figure, told at once where there are few."""
        return tell() if len(listed) <= SHOWN else self.ground.later(name, said, tell)

    def _of_holding(self, what: str, holding: Holding, figure: _Figure, amount: _Amount) -> Node:
        return self._of_slices(what, self.of(holding), figure, amount)

    def _of_slices(self, what: str, slices: list[Gone], figure: _Figure, amount: _Amount) -> Node:
        own = [g.part for g in slices if self._is_own_money(g.part)]
        others = [g for g in slices if not self._is_own_money(g.part)]
        parts = [
            figure(one)
            if len(others) <= SHOWN
            else self.ground.later(self._name(one), amount(one.part), partial(figure, one))
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

    def _is_idle(self, holding: Holding, slices: list[Slice]) -> bool:
        """Whether it is cash that was spent without a gain or a loss, which no list shows."""
        return self.ground.is_money(holding.id) and all(
            self.ground.teller.gain(part) == ZERO for part in slices
        )

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
        listed = self._listed()
        parts = []
        for holding, slices in listed:
            name = f"realised gain of {self.ground.name(holding)}"
            said = Realised()
            for part in slices:
                said = said.plus(self.ground.teller.gain(part))
            tell = partial(self.realised, holding)
            node = self._now_or_later(listed, name, said.gain, tell)
            if not holding.included:
                node = node._replace(counted=False, note="not in the totals")
            parts.append(node)
        return total_of_known("realised gain", self.ground.unit, parts)

    def units(self) -> Node:
        """The units of one asset that went, slice by slice."""
        parts = []
        for holding in self.holdings:
            unit, slices = self.ground.symbol(holding.asset_id), self.of(holding)
            if self.transaction is None and self._is_idle(holding, [one.part for one in slices]):
                continue
            for one in slices:
                source = self.ground.transaction(one.part.transaction_id)
                parts.append(leaf(self._name(one), one.part.quantity, unit, source))
        return total("units that went", parts[0].unit if parts else "", parts)

    def count(self) -> Node:
        """How many slices were disposed of; of cash all that was spent."""
        listed = self._listed()
        parts = []
        for holding, slices in listed:
            name, tell = f"disposals of {self.ground.name(holding)}", partial(self._count, holding)
            many = len(listed) > SHOWN
            told = self.ground.later(name, Decimal(len(slices)), tell, "") if many else tell()
            parts.append(told._replace(what=name))
        return parts[0] if len(parts) == 1 else total("disposals", "", parts)

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
        amount = proceeds(self._cost_of(part), one)
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
        amount = self._cost_of(part).slice_cost(one)
        return self._told("cost", amount, part.cost_currency, part.acquired_on)

    def _told(self, what: str, amount: Node, currency: int | None, day: str | None) -> Node:
        ground = self.ground
        if amount.figure is None or currency is None or day is None:
            return missing(what, ground.unit, amount.note or "unknown")
        pair = (currency, ground.query.currency.id)
        return converted(ground, what, amount, pair, ground.day(day), ground.teller.places)

    def _cost_of(self, part: Slice) -> Costs:
        asset = self.ground.book.catalog.holdings[part.holding_id].asset_id
        found = self._costs.get(asset)
        if found is None:
            found = self._costs[asset] = Costs(self.ground, asset)
        return found

    def _name(self, one: Gone) -> str:
        part = one.part
        unit = self.ground.symbol(self.ground.book.catalog.holdings[part.holding_id].asset_id)
        since = "uncovered" if part.place == 0 else f"acquired {part.acquired_on}"
        units = f"{plain(part.quantity)} {unit}"
        number = part.transaction_id
        by = "assumed" if number == NOWHERE else f"transaction {number}"
        return f"{units} of {part.disposed_on}, {since} ({by})"
