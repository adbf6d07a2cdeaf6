"""What another program's journal means here: drafts that lead to the same lots and costs.

An entry that reads as a purchase, a sale, income, a cost or a transfer becomes one.  Whatever
else it did to lots (a split, a merger, an exchange of two securities) is recorded as what it did:
these units of this lot went out, those came in at this cost and of this day.  Reductions name the
lots that they take, so that no method has to guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from folio.importers.formats.journals.actions import Actions
from folio.importers.formats.journals.entries import Event, Peer, Unit
from folio.importers.formats.journals.legs import OUTSIDE
from folio.importers.formats.journals.parcels import Parcel
from folio.importers.formats.journals.several import several_trades
from folio.importers.formats.journals.splits import is_ratio, split_of
from folio.importers.formats.journals.units import (
    alike,
    as_kept,
    fees_in_kind,
    is_lost,
    is_rounding,
    matched,
    sent,
    swap_fees,
)
from folio.importers.formats.journals.words import (
    OUT,
    Cost,
    costs_of,
    is_charged,
    kind_of,
    named,
)
from folio.model.assets import minor_unit
from folio.model.numbers import ZERO, round_money
from folio.model.transactions import Draft, Leg, LotRef


class Meaning(NamedTuple):
    """What a journal comes to."""

    drafts: list[Draft]
    restated: int  # entries that became several drafts
    idle: set[int]  # lines of entries that move nothing that is held
    payers: int  # of income, which the name of an account outside tells


def interpret(peer: Peer) -> Meaning:
    """The drafts of a journal, oldest first."""
    reader = _Reader(peer)
    drafts: list[Draft] = []
    restated = 0
    idle: set[int] = set()
    for event in peer.events:
        made = list(reader.drafts_of(event))
        restated += len(made) > 1
        drafts += made
        idle |= set() if made else {event.line}
    return Meaning(drafts, restated, idle, reader.named_payers)


class _Reader(Actions):
    def drafts_of(self, event: Event) -> Iterator[Draft]:
        event = event._replace(units=tuple(self._costed(u, event) for u in event.units))
        self._id, self._made = self._identity(event), 0
        inside = [u for u in event.units if self.names.is_inside(u.account) and u.units]
        outside = [u for u in event.units if not self.names.is_inside(u.account)]
        self.holders.note(inside)
        nowhere = self._kept_nowhere(event, inside, outside)
        if nowhere:
            yield from nowhere
            return
        passing = self._passing(event, inside, outside)
        outside = [u for u in outside if not passing or u.account != OUTSIDE]
        inside += passing
        named_one = split_of(inside, event.ratio) if event.kind == "split" else None
        split = named_one or self._unnamed_split(event, inside)
        whole = split and self._split(event, split)
        if whole:
            yield whole
            return
        if event.kind == "split" and event.payer and is_ratio(event.ratio) and not inside:
            yield self._split_of_nothing(event)
            return
        action = self._action(event, inside)
        if action:
            yield action
            return
        alone = self._money(event, inside, outside)
        if alone:
            yield from alone
            return
        several = self._several(event, inside, outside)
        if several:
            yield from several
            return
        own_swap = event.kind == "swap"  # for money too, which reads as a sale
        trade = (
            (self._exchange(event, inside) if own_swap else None)
            or (self._exercise(event, inside, outside) if event.kind == "exercise" else None)
            or self._trade(event, inside, outside)
            or self._conversion(event, inside)
            or self._exchange(event, inside)
        )
        if trade is not None:
            draft, inside = trade
            yield self._with_costs(event, draft)
        inside = [u for u in inside if not u.passing]
        moves, inside = sent(inside) if event.kind == "transfer" else matched(inside)
        if event.kind == "transfer" and moves and is_lost(moves, inside):
            yield self._transfer(event, moves, inside, costs_of(outside))
            return
        for together in alike(moves):
            yield self._transfer(event, together)
        left = self._left(event, inside, outside)
        if left:
            yield left
            return
        kind = kind_of(event, outside)
        for unit in sorted(inside, key=lambda u: u.units < ZERO):  # what goes may be of what comes
            is_it = event.kind or kind not in OUT or is_charged(unit, kind, outside)
            yield self._alone(event, unit, kind if is_it else "")

    # -- what an entry is ----------------------------------------------------------------

    def _several(self, event: Event, inside: list[Unit], outside: list[Unit]) -> list[Draft]:
        """Purchases and sales of one entry, each a draft; none where they are not told apart."""
        things = [u for u in inside if not self._is_money(u)]
        money = [u for u in inside if self._is_money(u)]
        if event.kind or any(map(self._is_owed, things)):
            return []
        found = several_trades(event, things, money, outside)
        made = list[tuple[Draft, list[Unit]] | None]()
        for units, paid in found.trades if found else ():
            if paid.units > ZERO:
                made.append(self._sale(event, units, [*units, paid], []))
            else:
                made.append(self._purchase(event, units[0], [units[0], paid], []))
        rest = [self._alone(event, unit, kind) for kind, unit in found.rest] if found else []
        return [draft for draft, _ in filter(None, made)] + rest

    def _trade(
        self, event: Event, inside: list[Unit], outside: list[Unit]
    ) -> tuple[Draft, list[Unit]] | None:
        """A purchase of one lot, or a sale, for money of the same entry; and what is left."""
        things = [u for u in inside if not self._is_money(u)]
        paid = fees_in_kind(event.kind, things)
        traded = [u for u in things if u not in paid]
        if not traded or len({(u.account, u.commodity) for u in traded}) > 1:
            return None
        money = [u for u in inside if self.names.asset(u.commodity).type == "currency"]
        if any(u.cost is not None for u in money):
            return None
        sold = all(u.units < ZERO for u in traded)
        if sold:
            return self._sale(event, traded, inside, outside)
        owed = event.short or self._is_owed(traded[0])
        if len(traded) == 1 and traded[0].cost is not None and not owed:
            return self._purchase(event, traded[0], inside, outside)
        return self._cover(event, traded, inside, outside)

    def _cover(
        self, event: Event, bought: list[Unit], inside: list[Unit], outside: list[Unit]
    ) -> tuple[Draft, list[Unit]] | None:
        """A purchase that gives back what was sold short; what is beyond is a lot of its own."""
        known = bought[0].price_in
        fees = self._charges(event, inside, outside, known) if known else {}
        paid = [u for u in inside if u.units < ZERO and u not in fees]
        if len(paid) != 1 or not (event.short or any(map(self._is_owed, bought))):
            return None
        account, label = self.names.holding(bought[0].account, bought[0].commodity)
        whole = bought[0]._replace(units=sum((u.units for u in bought), ZERO))
        cash = [self._cash(u, account) for u in paid]
        costs, pays = self._paid(fees, account)
        legs = (self._asset_leg(whole, label), *as_kept(paid, cash), *costs)
        draft = self._draft(event, "buy", account, *legs)
        draft = draft._replace(lot="short") if event.short else draft._replace(pays=pays)
        for unit in bought:
            if self._is_owed(unit):
                self._give_back(unit)
            else:
                self._brought(unit, LotRef(account, draft.external_id or ""))
        return draft, [u for u in inside if u not in (*bought, *paid, *fees)]

    def _purchase(
        self, event: Event, unit: Unit, inside: list[Unit], outside: list[Unit]
    ) -> tuple[Draft, list[Unit]] | None:
        paid = [u for u in inside if u.commodity == unit.cost_in and u.units < ZERO]
        cost, spent = unit.cost or ZERO, -sum((u.units for u in paid), ZERO)
        more = spent - cost
        rounded = bool(paid) and is_rounding(more, paid[0].units)
        more = ZERO if rounded else more
        same_day = unit.acquired_on in (None, event.day)
        account, label = self.names.holding(unit.account, unit.commodity)
        fees = self._charges(event, inside, outside, unit.cost_in) if more < ZERO else {}
        if not same_day or not cost or (more < ZERO and not fees) or (more and len(paid) > 1):
            return None
        cash = [self._cash(u, account) for u in paid]
        left = [u for u in inside if u is not unit and u not in paid and u not in fees]
        if more > ZERO:  # a fee that the journal has apart from the cost
            cash = [cash[0]._replace(quantity=-cost)]
            left.append(paid[0]._replace(units=-more))
        bought = self._asset_leg(unit, label)
        if cost != spent and not (more > ZERO or unit.linked):  # the cost is stated, too
            bought = bought._replace(cost=cost, cost_currency=self.names.asset(unit.cost_in))
        costs, pays = self._paid(fees, account)
        draft = self._draft(event, "buy", account, bought, *as_kept(paid, cash), *costs)
        self._brought(unit, LotRef(account, draft.external_id or ""))
        return draft._replace(pays=pays), left

    def _conversion(self, event: Event, inside: list[Unit]) -> tuple[Draft, list[Unit]] | None:
        """One currency for another, at the price that one of the two states."""
        own = event.kind == "swap" and not any(u.cost for u in inside)
        if len(inside) != 2 or not (own or any(u.linked for u in inside)):
            return None
        out, into = sorted(inside, key=lambda u: u.units)
        money = all(self.names.asset(u.commodity).type == "currency" for u in inside)
        if not money or not out.units < ZERO < into.units or out.commodity == into.commodity:
            return None
        account, label = self.names.holding(out.account, out.commodity)
        there, other = self.names.holding(into.account, into.commodity)
        gave = Leg("asset", self.names.asset(out.commodity), out.units, label=label)
        got = Leg("asset", self.names.asset(into.commodity), into.units, account=there, label=other)
        return self._draft(event, "swap", account, gave, got), []

    def _exchange(self, event: Event, inside: list[Unit]) -> tuple[Draft, list[Unit]] | None:
        """One asset for another, at the value at which the other is stated to have come in."""
        own = event.kind == "swap"  # a journal of folio's
        out = [u for u in inside if u.units < ZERO]
        came = [u for u in inside if u.units > ZERO]
        if event.kind not in ("", "swap") or len(came) != 1 or not out:
            return None
        into = came[0]
        costs = swap_fees(event, out) if own else []
        in_kind = [u for u in costs if not self._is_money(u)]
        out = [u for u in out if u not in in_kind]
        given = [u for u in out if u not in costs]
        if not given:
            return None
        lots = [u for u in given if u.has_lot]
        first = next((u for u in given if u.cost is not None), (lots or given)[0])
        gone = [u for u in out if u.commodity == first.commodity]
        fees = [u for u in out if u not in gone]
        spent = -sum((u.units for u in fees if u.commodity == into.cost_in), ZERO)
        same = {u.commodity for u in fees} <= {into.cost_in}
        if fees and not (own and (same or event.worth or self._is_money(into))):
            return None
        same_day = into.acquired_on in (None, event.day)
        known = all(u.has_lot or u.linked or (own and self._is_money(u)) for u in gone) and same_day
        several = len({u.account for u in gone}) > 1
        priced = into.cost or (own and self._is_money(into))
        if several or not priced or not known or first.commodity == into.commodity:
            return None
        account, label = self.names.holding(gone[0].account, gone[0].commodity)
        there, other = self.names.holding(into.account, into.commodity)
        asset, whole = self.names.asset(into.commodity), sum((u.units for u in gone), ZERO)
        price = gone[0].price if own else None
        gave = self._asset_leg(gone[0]._replace(units=whole, price=price), label)
        got = Leg("asset", asset, into.units, account=there, label=other)
        if into.cost:
            spent -= sum((u.units * (u.price or ZERO) for u in in_kind), ZERO)
            stated = event.worth or into.cost - spent  # to which the fee is added
            got = got._replace(cost=stated, cost_currency=self.names.asset(into.cost_in))
        paid, pays = self._paid(dict.fromkeys([*fees, *in_kind], "fee"), account)
        draft = self._draft(event, "swap", account, gave, got, *paid)
        self._brought(into, LotRef(account, draft.external_id or ""))
        return draft._replace(takes=self._taken_by(gone), pays=pays), []

    def _sale(
        self, event: Event, sold: list[Unit], inside: list[Unit], outside: list[Unit]
    ) -> tuple[Draft, list[Unit]] | None:
        got = [u for u in inside if u not in sold and u.units > ZERO]
        whole = sold[0]._replace(units=sum((u.units for u in sold), ZERO))
        own = event.kind == "sell"
        if own and not got:  # it brought nothing, or no more than it cost
            got = [u for u in inside if u.commodity == whole.price_in]
        if len({u.commodity for u in got}) > 1 or not (got or own):
            return None
        account, label = self.names.holding(whole.account, whole.commodity)
        lots, short = self._sold_lots(sold, event)
        money = got[0].commodity if got else whole.price_in
        more = self._charges(event, inside, outside, money)
        costs, pays = self._paid(more, account)
        fetched = self._fetched(whole, got, [u for u in outside if u.commodity == money])
        gone = self._asset_leg(whole, label)
        if not fetched and whole.cost_in:
            gone = gone._replace(cost=ZERO, cost_currency=self.names.asset(whole.cost_in))
        draft = self._draft(event, "sell", account, gone, *fetched, *costs)
        own_lot = LotRef(account, draft.external_id or "")
        draft = draft._replace(takes=(*lots, *([(own_lot, short)] if short else [])), pays=pays)
        return draft, [u for u in inside if u not in sold and u not in got and u not in more]

    def _fetched(self, sold: Unit, got: list[Unit], outside: list[Unit]) -> list[Leg]:
        """The money of a sale, and what of it went for costs: where they took all of it, by the
        price."""
        account, _ = self.names.holding(sold.account, sold.commodity)
        cash = [self._cash(u, account) for u in got]
        costs = {named(u.account): u.units for u in outside if u.units > ZERO}
        net = sum((leg.quantity for leg in cash), ZERO)
        if net <= ZERO and sold.price:
            gross = round_money(sold.price * -sold.units, minor_unit(sold.price_in))
            costs = {"fee": gross - net}
            cash = cash or [Leg("cash", self.names.asset(sold.price_in), ZERO)]
        paid = [cash[0]._replace(role=r, quantity=-c) for r, c in costs.items() if r in OUT]
        if paid:
            gross = cash[0].quantity - sum((leg.quantity for leg in paid), ZERO)
            cash[0] = cash[0]._replace(quantity=gross)
        return as_kept(got, [leg for leg in (*cash, *paid) if leg.quantity])

    def _transfer(
        self,
        event: Event,
        moves: list[tuple[Unit, Unit]],
        lost: Sequence[Unit] = (),
        costs: Mapping[Cost, Decimal] = MappingProxyType({}),
    ) -> Draft:
        """Units, or money, that went from one account to another; some may be lost on the way, or
        have paid for it."""
        taken = dict[LotRef, Decimal]()
        unknown = list[tuple[Unit, Decimal]]()  # units of which nobody said where they came from
        for out, into in moves:
            left = into.units
            for ref, units in self._taken(out):
                self._arrived(into, Parcel(ref, units))
                taken[ref] = taken.get(ref, ZERO) + units
                left -= units
            unknown += [(into, left)] if left > ZERO else []
        for ref, units in self._taken_by(list(lost)):
            taken[ref] = taken.get(ref, ZERO) + units
        out, into = moves[0]
        asset = self.names.asset(out.commodity)
        there, label = self.names.holding(into.account, into.commodity)
        account, own_label = self.names.holding(out.account, out.commodity)
        came = sum((one.units for _, one in moves), ZERO)
        less = sum((one.units for one in lost), ZERO)
        role = next((role for role in sorted(OUT) if costs.get((role, out.commodity)) == -less), "")
        legs = [Leg("asset", asset, -came if role else less - came, label=own_label)]
        legs += [Leg(role, asset, less, label=own_label)] if role else []
        legs.append(Leg("asset", asset, came, account=there, label=label))
        draft = self._draft(event, "transfer", account, *legs)
        for into, left in unknown:
            self._arrived(into, Parcel(LotRef(account, draft.external_id or ""), left))
        return draft._replace(takes=tuple(taken.items()))
