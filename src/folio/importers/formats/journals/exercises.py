"""Options that ended in trades of their shares, in a journal of folio's own."""

from folio.importers.formats.journals.entries import Event, Unit
from folio.importers.formats.journals.splits import Splits
from folio.importers.formats.journals.units import as_kept
from folio.model.numbers import ZERO
from folio.model.transactions import Draft, Leg, LotRef


class Exercises(Splits):
    """Makes the drafts of exercises."""

    def _exercise(self, event: Event, inside: list[Unit]) -> tuple[Draft, list[Unit]] | None:
        """An entry as an exercise, where it names its option; nothing of it is left."""
        options = [u for u in inside if u.commodity == event.payer]
        shares = [u for u in inside if u not in options and not self._is_money(u)]
        paid = [u for u in inside if u not in options and u not in shares]
        if not options or len({u.commodity for u in shares}) != 1 or len(paid) != 1:
            return None
        if any(u.cost is None for u in shares if u.units > ZERO):  # they end what nobody owes
            return None
        account, label = self.names.holding(options[0].account, options[0].commodity)
        _, other = self.names.holding(shares[0].account, shares[0].commodity)
        wholes = [sum((u.units for u in units), ZERO) for units in (options, shares)]
        gone, came = (
            Leg("asset", self.names.asset(units[0].commodity), whole, label=pot)
            for units, whole, pot in zip((options, shares), wholes, (label, other), strict=True)
        )
        cash = [self._cash(u, account) for u in paid]
        draft = self._draft(event, "exercise", account, gone, came, *as_kept(paid, cash))
        own = LotRef(account, draft.external_id or "")
        lots, short = self._sold_lots([u for u in shares if u.units < ZERO], event)
        for unit in (*options, *shares):
            if unit.units > ZERO and self._is_owed(unit):
                self._give_back(unit)
            elif unit.units > ZERO:
                self._brought(unit, own)
            elif unit in options:
                self._taken(unit)
        return draft._replace(takes=(*lots, *([(own, short)] if short else []))), []
