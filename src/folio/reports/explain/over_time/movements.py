"""What one transaction brought into a holding, or an observation found there, at its day's rate."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from folio.engine.cash_flows import Side
from folio.engine.rollups import brought, earned, earned_elsewhere, traded
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.explanation import DEFINITION, Node, leaf, made, missing, total, total_or_one
from folio.model.ledger import Event, Money
from folio.model.numbers import ZERO
from folio.reports.explain.amounts import amount_of, in_report
from folio.reports.explain.ground import Ground, day_of, name_of
from folio.reports.explain.held.balances import appeared


class Movements:
    """Movements in the currency of a query, each rounded; missing where there is no rate."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def traded(self, holding: Holding, event: Event, units: Decimal) -> Node:
        """Units that moved: of a trade what was paid or received for them, else at market."""
        paid = traded(event, units, holding.asset_id, self.ground.teller)
        if not paid:
            return self.at_market(holding, event, units)
        parts = [self._paid(holding, event, one, fee=place > 0) for place, one in enumerate(paid)]
        if len(parts) == 1:
            return parts[0]
        what = f"{name_of(event)}, {self.ground.name(holding)}"
        lacking = [part for part in parts if part.figure is None]  # a part alone is no price
        if lacking:
            return missing(what, self.ground.unit, lacking[0].note, parts)
        return total(what, self.ground.unit, parts)

    def _paid(self, holding: Holding, event: Event, paid: Money, *, fee: bool) -> Node:
        amount, asset = paid
        source, unit = self.ground.transaction(event.transaction_id), self.ground.symbol(asset)
        if event.amount is None or asset != event.currency:  # fees in it are less of the amount
            node = leaf("fee" if fee else "units", amount, unit, source)
            return self._converted(holding, event, node, asset)
        node = amount_of(self.ground, event)
        if amount != event.amount:
            nothing = Node("nothing", ZERO, node.unit, source=DEFINITION)
            node = made("paid out", node.unit, "difference", [nothing, node])
        return self._converted(holding, event, node, asset)

    def earned(self, holding: Holding, event: Event, units: Decimal) -> Node:
        """Units that are income, at what they were stated to be worth, else at market."""
        stated = earned(event, units)
        if stated is None:
            return self.at_market(holding, event, units)
        amount, currency = stated
        source, unit = self.ground.transaction(event.transaction_id), self.ground.symbol(currency)
        return self._converted(
            holding, event, leaf("worth", amount, unit, source, "as stated"), currency
        )

    def at_market(self, holding: Holding, event: Event, units: Decimal) -> Node:
        """Units at the market value of the day."""
        source = self.ground.transaction(event.transaction_id)
        unit = self.ground.symbol(holding.asset_id)
        return self._converted(holding, event, leaf("units", units, unit, source), holding.asset_id)

    def crossed(self, holding: Holding, event: Event, side: Side) -> Node:
        """What a part of a transaction in another account brought there, or took from here."""
        found = brought(side.event, side.asset, self.ground.teller)
        parts = [
            self._elsewhere(holding, event, (side.sign * amount, asset))
            for amount, asset in found
            if amount or len(found) == 1
        ]
        what = f"{name_of(event)}, {self.ground.name(holding)}"
        return total_or_one(what, self.ground.unit, parts)

    def earned_elsewhere(self, holding: Holding, event: Event, side: Side) -> Node | None:
        """Income of a holding that was paid into another account."""
        income = earned_elsewhere(side) if side.sign < 0 else None
        return None if income is None else self._elsewhere(holding, event, income)

    def _elsewhere(self, holding: Holding, event: Event, money: Money) -> Node:
        amount, asset = money
        source, unit = self.ground.transaction(event.transaction_id), self.ground.symbol(asset)
        node = leaf("in another account", amount, unit, source)
        return self._converted(holding, event, node, asset)

    def appeared(self, holding: Holding, period: Period) -> Iterator[tuple[dt.date, Node]]:
        """What was observed beyond the ledger, on the days on which that changed."""
        ground = self.ground
        for day, ends in appeared(ground, holding, period):
            what = f"observed on {day}, {ground.name(holding)}"
            worth = [in_report(ground, one.what, one, holding.asset_id, day) for one in ends]
            if len(worth) == 1:
                yield day, worth[0]._replace(what=what)
            else:
                yield day, made(what, ground.unit, "difference", worth)

    def _converted(self, holding: Holding, event: Event, amount: Node, currency: int) -> Node:
        ground = self.ground
        what = f"{name_of(event)}, {ground.name(holding)}"
        return in_report(ground, what, amount, currency, day_of(event))._replace(what=what)
