"""What the drafts of a journal are made of: their ids, and the legs of units and of money."""

import hashlib
from collections import Counter
from decimal import Decimal

from folio.importers.formats.journals.entries import Event, Peer, PeerNames, Unit
from folio.importers.formats.journals.holders import Holders
from folio.importers.formats.journals.parcels import Parcels, Taken
from folio.importers.formats.journals.units import as_kept, fees_in_kind
from folio.importers.formats.journals.words import charge
from folio.model.numbers import ZERO, to_text
from folio.model.transactions import AccountRef, Draft, Leg

OUTSIDE = "Equity:Outside"  # where folio's own journals have the cash that it does not track
ACTIONS = frozenset("merger symbol_change spin_off return_of_capital delisting".split())
_FOR_MONEY = ACTIONS | {"buy", "sell", "swap", "exercise", "split"}


class Legs(Parcels):
    """Makes the parts of drafts, whatever an entry is."""

    def __init__(self, peer: Peer) -> None:
        super().__init__(PeerNames(peer))
        self.holders = Holders(self.names)
        self.named_payers = 0  # of income, which the names of accounts outside tell
        self._repeats: Counter[str] = Counter()
        self._made = 0
        self._id = ""

    def _costed(self, unit: Unit, event: Event) -> Unit:
        """Units that came, with what was exchanged for them as their cost; money has none.

        What came from another account was not bought, though hledger's journals may price it.
        """
        if unit.cost is not None or unit.units <= ZERO or not self.names.costs(unit):
            return unit
        if any(self._is_sent(one, unit) for one in event.units):
            return unit
        return unit._replace(cost=unit.worth, cost_in=unit.price_in, acquired_on=event.day)

    def _is_sent(self, out: Unit, into: Unit) -> bool:
        """Whether units went out of one account and came into another, at the same price."""
        same = (out.commodity, -out.units, out.worth) == (into.commodity, into.units, into.worth)
        return same and out.account != into.account and self.names.is_inside(out.account)

    def _identity(self, event: Event) -> str:
        if event.id:
            return event.id
        units = [f"{u.account} {to_text(u.units)} {u.commodity} {u.cost}" for u in event.units]
        said = "\n".join([event.day.isoformat(), event.title, *units])
        text = hashlib.sha256(said.encode()).hexdigest()[:24]
        self._repeats[text] += 1
        return f"{text}-{self._repeats[text]}"

    def _next_id(self) -> str:
        self._made += 1
        return self._id if self._made == 1 else f"{self._id}/{self._made}"

    def _draft(self, event: Event, kind: str, account: AccountRef, *legs: Leg) -> Draft:
        return Draft(
            kind,
            event.day,
            account,
            legs,
            external_id=self._next_id(),
            note=event.title,
            lines=(event.line,),
        )

    def _charges(
        self, event: Event, inside: list[Unit], outside: list[Unit], currency: str
    ) -> dict[Unit, str]:
        """What a trade cost in something else than its money: each a fee or a tax."""
        gone = [u for u in inside if u.units < ZERO and u.cost is None and u.commodity != currency]
        found = {u: charge(u, event, outside) for u in gone if self._is_money(u)}
        found |= dict.fromkeys(
            fees_in_kind(event.kind, [u for u in inside if not self._is_money(u)]), "fee"
        )
        return {unit: role for unit, role in found.items() if role}

    def _paid(self, charges: dict[Unit, str], account: AccountRef) -> tuple[list[Leg], Taken]:
        """What was paid, and the lots of it where units of an asset paid it."""
        legs = [
            leg
            for unit, role in charges.items()
            for leg in as_kept([unit], [self._cash(unit, account)._replace(role=role)])
        ]
        return legs, self._taken_by(list(charges))

    def _with_costs(self, event: Event, draft: Draft) -> Draft:
        """A trade with its fees and taxes apart from its money, as folio wrote them."""
        told = {leg.asset for leg in draft.legs if leg.role in ("fee", "tax")}
        legs = list(draft.legs)
        for role, amount, commodity in reversed(event.costs):
            asset = self.names.asset(commodity)
            paid = [leg for leg in legs if leg.role == "cash" and leg.asset == asset]
            if len(paid) != 1 or asset in told:
                continue
            place = legs.index(paid[0])
            legs[place] = paid[0]._replace(quantity=paid[0].quantity + amount)
            legs.insert(place + 1, paid[0]._replace(role=role, quantity=-amount))
        whole = all(leg.quantity for leg in legs)
        return draft._replace(legs=tuple(legs)) if whole else draft

    def _passing(self, event: Event, inside: list[Unit], outside: list[Unit]) -> list[Unit]:
        """The money of a trade where no cash is kept, as if it were there."""
        account = next((u.account for u in inside if not self._is_money(u)), "")
        sums: dict[str, Decimal] = {}
        for one in outside if event.kind in _FOR_MONEY and account else ():
            if one.account == OUTSIDE:
                sums[one.commodity] = sums.get(one.commodity, ZERO) + one.units
        return [Unit(account, all_, of, passing=True) for of, all_ in sums.items() if all_]

    def _is_money(self, unit: Unit) -> bool:
        return self.names.asset(unit.commodity).type == "currency"

    def _asset_leg(self, unit: Unit, label: str) -> Leg:
        asset = self.names.asset(unit.commodity)
        if unit.price is None or not unit.price_in:
            return Leg("asset", asset, unit.units, label=label)
        priced = self.names.asset(unit.price_in)
        return Leg("asset", asset, unit.units, unit.price, priced, label=label)

    def _cash(self, unit: Unit, own: AccountRef) -> Leg:
        account, label = self.names.holding(unit.account, unit.commodity)
        where = None if account == own else account
        return Leg("cash", self.names.asset(unit.commodity), unit.units, account=where, label=label)
