"""Who holds what in a journal, and so what paid its income, where an account's name tells it.

    2024-03-20 * "Dividends on portfolio"
      Assets:US:ETrade:Cash        101.00 USD
      Income:US:ETrade:VBMPX:Dividend

Another program has no word for the payer of a dividend: the account outside is named after it, or
a posting of 0 units stands beside the money.
"""

import re
from decimal import Decimal

from folio.importers.formats.journals.entries import Event, PeerNames, Unit
from folio.importers.formats.journals.words import INCOME, named
from folio.model.numbers import ZERO
from folio.model.transactions import AccountRef

_APART = re.compile(r"[:\s_-]+")


class Holders:
    """What each account holds so far."""

    def __init__(self, names: PeerNames) -> None:
        self.names = names
        self._held: dict[str, dict[AccountRef, Decimal]] = {}  # by commodity

    def note(self, inside: list[Unit]) -> None:
        """What an entry moves, in accounts that hold something."""
        for unit in inside:
            of = self._held.setdefault(unit.commodity, {})
            account, _ = self.names.holding(unit.account, unit.commodity)
            of[account] = of.get(account, ZERO) + unit.units

    def payer(self, event: Event, paid: AccountRef | None) -> tuple[str, AccountRef | None]:
        """The commodity that paid the income of an entry, and the account that holds it.

        That which was paid, where it holds some or did; else the only one that does, or did.  An
        empty commodity where that is not sure.
        """
        named_ones = self._beside(event) or self._by_name(event)
        if len(named_ones) != 1:
            return "", paid
        (commodity,) = named_ones
        ever = self._held.get(commodity, {})
        now = [account for account, units in ever.items() if units > ZERO]
        for some in (now, list(ever)):
            if paid in some:
                return commodity, paid
            if len(some) == 1:
                return commodity, some[0]
        return "", paid

    def _beside(self, event: Event) -> set[str]:
        """What is there with no units."""
        inside = (u for u in event.units if self.names.is_inside(u.account) and not u.units)
        return {u.commodity for u in inside if self._is_security(u.commodity)}

    def _by_name(self, event: Event) -> set[str]:
        """What an account outside is called after; the account that was paid is not."""
        here = [u for u in event.units if self.names.is_inside(u.account)]
        own = {word.casefold() for u in here for word in _APART.split(u.account)}
        there = [
            u.account
            for u in event.units
            if not self.names.is_inside(u.account) and named(u.account) in INCOME
        ]
        words = {word.casefold() for account in there for word in _APART.split(account)} - own
        return {
            commodity
            for commodity in self._held
            if self._is_security(commodity)
            and words & {commodity.casefold(), self.names.asset(commodity).symbol.casefold()}
        }

    def _is_security(self, commodity: str) -> bool:
        return self.names.asset(commodity).type != "currency"
