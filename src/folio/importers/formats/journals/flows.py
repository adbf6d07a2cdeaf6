"""What came from outside of a journal's accounts, or went there: money, and units."""

from decimal import Decimal

from folio.importers.formats.journals.entries import Event, Unit
from folio.importers.formats.journals.legs import Legs
from folio.importers.formats.journals.words import OUT, OWN_KINDS, RECEIVED, named
from folio.model.numbers import ZERO
from folio.model.transactions import INCOME_KINDS, Draft, Leg, LotRef


class Flows(Legs):
    """Makes the drafts of deposits and withdrawals, income, fees and taxes."""

    def _money(self, event: Event, inside: list[Unit], outside: list[Unit]) -> list[Draft]:
        """Money alone, from or to the outside: each of the accounts there says what it is.

        A fee or a tax goes with what it was paid for: the income, or what came or went.
        """
        if len(inside) != 1 or not outside or inside[0].cost is not None or inside[0].linked:
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
        if len(main) != 1 or (main[0] in INCOME_KINDS and parts[main[0]] < ZERO):
            return []
        account, label = self.names.holding(unit.account, unit.commodity)
        kind = main[0] or ("deposit" if parts[main[0]] > ZERO else "withdraw")
        kind = event.kind if event.kind in OWN_KINDS - OUT else kind
        if self._is_closing(event, unit, kind):
            kind = "withdraw"
        role = "cash" if kind in INCOME_KINDS else "asset"
        legs = [Leg(role, asset, parts[main[0]], label=label)]
        legs += [Leg(k, asset, parts[k], label=label) for k in sorted(OUT) if parts.get(k)]
        draft = self._draft(event, kind, account, *legs)
        if kind in INCOME_KINDS and event.payer:
            draft = draft._replace(related_asset=self.names.asset(event.payer))
        return [draft]

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
        received = RECEIVED.get(kind)
        if self._is_closing(event, unit, kind):
            kind = "withdraw"
        if coming and received and asset.type != "currency":
            kind = received
        elif not (money and kind in OWN_KINDS) and (kind != "opening" or not coming):
            kind = "deposit" if coming else "withdraw"
        if money and kind in OUT | {"dividend", "interest", "coupon", "reward", "airdrop"}:
            leg = Leg("cash" if kind not in OUT else kind, asset, unit.units, label=label)
        else:
            leg = Leg("asset", asset, unit.units, label=label)
        if coming and unit.cost is not None:
            leg = leg._replace(cost=unit.cost, cost_currency=self.names.asset(unit.cost_in))
        if coming and unit.acquired_on not in (None, event.day):
            leg = leg._replace(acquired_on=unit.acquired_on)
        draft = self._draft(event, kind, account, leg)
        if money and kind in INCOME_KINDS and event.payer:
            draft = draft._replace(related_asset=self.names.asset(event.payer))
        if coming:
            self._brought(unit, LotRef(account, draft.external_id or ""))
            return draft
        return draft._replace(takes=self._taken(unit))
