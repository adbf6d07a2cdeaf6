"""What came from outside of a journal's accounts, or went there: money, and units."""

from decimal import Decimal

from folio.importers.formats.journals.entries import Event, Unit
from folio.importers.formats.journals.legs import OUTSIDE, Legs
from folio.importers.formats.journals.units import as_kept
from folio.importers.formats.journals.words import (
    INCOME,
    OUT,
    OWN_KINDS,
    RECEIVED,
    costs_of,
    kind_of,
    named,
)
from folio.model.gaps import GROWTH
from folio.model.numbers import ZERO
from folio.model.transactions import Draft, Leg, LotRef


class Flows(Legs):
    """Makes the drafts of deposits and withdrawals, income, fees and taxes."""

    def _kept_nowhere(self, event: Event, inside: list[Unit], outside: list[Unit]) -> list[Draft]:
        """Income and costs where no cash is kept: money that came and went at once, or the other
        way round."""
        if (
            event.kind not in INCOME | OUT | {"return_of_capital"}
            or len(inside) != 2
            or inside[0].units != -inside[1].units
        ):
            return []
        places = {(u.account, u.commodity) for u in inside}
        went = sum((u.units for u in outside if u.account == OUTSIDE), ZERO)
        real = [u._replace(passing=True) for u in inside if u.units == went]
        if len(places) != 1 or not real:
            return []
        named_ones = [u for u in outside if u.account != OUTSIDE]
        returned = self._returned_for_nothing(event, real)
        drafts = [returned] if returned else self._money(event, real, named_ones)
        drafts = drafts or [self._alone(event, real[0], kind_of(event, named_ones))]
        return [draft._replace(legs=tuple(as_kept(real, [*draft.legs]))) for draft in drafts]

    def _returned_for_nothing(self, event: Event, money: list[Unit]) -> Draft | None:
        """Money that lowers no cost, for nothing is held: what it is gained from is unknown."""
        if (
            event.kind != "return_of_capital"
            or not event.payer
            or len(money) != 1
            or money[0].units <= ZERO
        ):
            return None
        account, label = self.names.holding(money[0].account, money[0].commodity)
        draft = self._draft(event, event.kind, account, self._cash(money[0], account))
        return None if label else draft._replace(related_asset=self.names.asset(event.payer))

    def _money(self, event: Event, inside: list[Unit], outside: list[Unit]) -> list[Draft]:
        """Money alone, from or to the outside: each of the accounts there says what it is.

        A fee or a tax goes with what it was paid for: the income, or what came or went.
        """
        if len(inside) != 1 or not outside or inside[0].has_cost:
            return []
        unit = inside[0]
        asset = self.names.asset(unit.commodity)
        balanced = sum((u.units for u in outside), ZERO) == -unit.units
        if asset.type != "currency" or not balanced:
            return []
        if any(u.commodity != unit.commodity for u in outside):
            return []
        parts: dict[str, Decimal] = {}
        for one in outside:
            kind = named(one.account)
            parts[kind] = parts.get(kind, ZERO) - one.units
        main = [kind for kind, amount in parts.items() if kind not in OUT and amount]
        if len(main) != 1 or (main[0] in INCOME and parts[main[0]] < ZERO):
            return []
        account, label = self.names.holding(unit.account, unit.commodity)
        kind = main[0] or ("deposit" if parts[main[0]] > ZERO else "withdraw")
        kind = event.kind if event.kind in OWN_KINDS - OUT else kind
        if self._is_closing(event, unit, kind):
            kind = "withdraw"
        role = "cash" if kind in INCOME else "asset"
        legs = [Leg(role, asset, parts[main[0]], label=label)]
        legs += [Leg(k, asset, parts[k], label=label) for k in sorted(OUT) if parts.get(k)]
        draft = self._draft(event, kind, account, *legs)
        return [self._paid_by(event, draft) if kind in INCOME else draft]

    def _paid_by(self, event: Event, draft: Draft) -> Draft:
        """Income, or a cost, of what paid it, which may be in another account than the money."""
        payer, account = event.payer, draft.account
        if payer and event.paid_by:
            account, _ = self.names.holding(event.paid_by, payer)
        elif draft.kind in ("dividend", "coupon") and not event.kind:
            payer, account = self.holders.payer(event, draft.account)
            self.named_payers += bool(payer)
        if not payer:
            return draft
        draft = draft._replace(related_asset=self.names.asset(payer))
        if account == draft.account:
            return draft
        legs = tuple([leg._replace(account=leg.account or draft.account) for leg in draft.legs])
        return draft._replace(account=account, legs=legs)

    def _left(self, event: Event, inside: list[Unit], outside: list[Unit]) -> Draft | None:
        """What folio wrote as leaving, with what it cost beside: units of the same, or money."""
        costs = costs_of(outside)
        if event.kind not in ("withdraw", "transfer_out") or not costs:
            return None
        paid = {u: r for u in inside for r in OUT if costs.get((r, u.commodity)) == -u.units}
        gone = [u for u in inside if u not in paid]
        places = {(u.account, u.commodity) for u in gone}
        own = {cost: n for cost, n in costs.items() if {cost[1]} == {p[1] for p in places}}
        came = {(u.commodity, -u.units) for u in outside if u.account == OUTSIDE}
        passed = {cost: units for cost, units in costs.items() if (cost[1], units) in came}
        passed = {cost: units for cost, units in passed.items() if cost not in own}
        if len(places) != 1 or len(paid) + len(own) + len(passed) != len(costs):
            return None
        left = sum((u.units for u in gone), ZERO) + sum(own.values(), ZERO)
        if left >= ZERO or any(u.units > ZERO for u in gone):
            return None
        account, label = self.names.holding(gone[0].account, gone[0].commodity)
        asset = self.names.asset(gone[0].commodity)
        legs = [Leg("asset", asset, left, label=label)]
        legs += [Leg(role, asset, -units, label=label) for (role, _), units in sorted(own.items())]
        for (role, of), units in sorted(passed.items()):
            money = self.names.asset(of)
            legs += [Leg(role, money, -units), Leg("external", money, units)]
        others, pays = self._paid(paid, account)
        draft = self._draft(event, "withdraw", account, *legs, *others)
        return draft._replace(takes=self._taken_by(gone), pays=pays)

    def _is_closing(self, event: Event, unit: Unit, kind: str) -> bool:
        """Whether what another program's journal has at an opening goes there: a book is closed."""
        owed = self.names.peer.liabilities.match(unit.account)
        return kind == "opening" and not event.kind and unit.units < ZERO and not owed

    def _alone(self, event: Event, unit: Unit, kind: str) -> Draft:
        """Units that came from outside, or went there."""
        account, label = self.names.holding(unit.account, unit.commodity)
        asset = self.names.asset(unit.commodity)
        money = asset.type == "currency" and unit.cost is None
        coming = unit.units > ZERO
        here = [u for u in event.units if self.names.is_inside(u.account)]
        if event.kind == GROWTH and all(u.units > ZERO for u in here):
            kind = "reward"  # a return, as growth is; money that grew has a cost of its own
        elif event.kind == "delisting" and all(u.units < ZERO for u in here):
            kind = event.kind
        received = RECEIVED.get(kind)
        if self._is_closing(event, unit, kind):
            kind = "withdraw"
        if coming and received and asset.type != "currency":
            kind = received
        elif not self._stays(kind, unit, money=money) and (kind != "opening" or not coming):
            kind = "deposit" if coming else "withdraw"
        if kind in OUT or (money and kind in INCOME):
            leg = Leg("cash" if kind not in OUT else kind, asset, unit.units, label=label)
        else:
            leg = Leg("asset", asset, unit.units, label=label)
        if coming and unit.cost is not None:
            leg = leg._replace(cost=unit.cost, cost_currency=self.names.asset(unit.cost_in))
        if coming and unit.acquired_on not in (None, event.day):
            leg = leg._replace(acquired_on=unit.acquired_on)
        draft = self._draft(event, kind, account, leg)
        if kind in INCOME | OUT:
            draft = self._paid_by(event, draft)
        if coming:
            self._brought(unit, LotRef(account, draft.external_id or ""))
            return draft
        taken = self._taken(unit)
        return draft._replace(pays=taken) if kind == "fee" else draft._replace(takes=taken)

    def _stays(self, kind: str, unit: Unit, *, money: bool) -> bool:
        """Whether what came or went alone is of this kind here, too."""
        if money:
            return kind in OWN_KINDS
        if kind == "unknown" and unit.cost is None:
            return True
        return unit.units < ZERO and kind in ("fee", "delisting")
