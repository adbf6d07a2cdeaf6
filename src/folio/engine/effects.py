"""What events do to the lots of a holding: the acts that every kind of transaction is made of.

The fold (:mod:`folio.engine.fold`) says which act is whose; transfers, corporate actions and
growth are made of these too.
"""

from decimal import Context, Decimal

from folio.engine.lots import (
    METHODS,
    Order,
    add_held,
    dated,
    held_of,
    insert,
    new_lot,
    slice_of,
    take,
    take_held,
    take_held_of,
    take_named,
    take_owed,
)
from folio.engine.terms import Terms
from folio.model.ledger import (
    ESTIMATED,
    FULL,
    PARTIAL,
    Event,
    Fetched,
    Lot,
    Slice,
    State,
    owed_in,
)
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO, divide

# Unit costs that are equal agree in so many digits: a split that does not come out even leaves
# units to the 18th decimal place, so that lots bought at one price cost a unit the same no longer.
_ALIKE = Context(prec=12)
_SLICE = from_tuple(Slice)


class OnTheWay(NamedTuple):
    """What left and has not arrived, the earliest acquired first."""

    lots: list[Lot]
    order: Order | None  # in which arrivals take it; None: in proportion


class Effects:
    """Applies acts to the states of holdings, and keeps what went away."""

    def __init__(self, terms: Terms, states: dict[int, State]) -> None:
        self.terms = terms
        self.states = states
        self.events = sum(state.events for state in states.values())  # of all of them, so far
        self.asset_id, self.is_currency = 0, False  # of the event under way
        self.under_way: dict[tuple[int, int], OnTheWay] = {}  # by transit and asset
        # The places of lots in transit, and how arrivals take them, by departure and asset.
        self.in_transit: dict[tuple[int, int], tuple[set[int], Order | None]] = {}
        self.moved: dict[int, list[Lot]] = {}  # lots that become another asset, by transaction
        self.slices: list[Slice] = []  # that the event under way took
        self.fetched = Fetched()
        self.consulted = False  # a price, by the event under way

    def market_value(self, asset_id: int, units: Decimal, day: str) -> Decimal | None:
        """What units of an asset were worth on a day, in the base currency."""
        price = self.price(asset_id, day)
        rate = None if price is None else self.rate(price[1], self.terms.base, day)
        return None if price is None or rate is None else units * price[0] * rate

    def price(self, asset_id: int, day: str) -> tuple[Decimal, int, int] | None:
        self.consulted = True
        return self.terms.market(asset_id, day)

    def rate(self, currency: int, into: int, day: str) -> Decimal | None:
        self.consulted = True
        return self.terms.rate(currency, into, day)

    # -- in ------------------------------------------------------------------------------

    def open(self, event: Event, state: State) -> None:
        if event.lots and event.is_short:
            self.close(event._replace(lots=()), state)
            return
        cost, currency, grade = self._cost(event)
        self.add_lot(event, state, cost, currency, grade)

    def close(self, event: Event, state: State) -> None:
        """Owed units are given back; what nobody owed came from nowhere, at an unknown cost."""
        if self.is_currency:
            self.open(event, state)
            return
        owed = -sum((lot.quantity for lot in state.lots if lot.quantity < ZERO), ZERO)
        given_back = min(owed, event.quantity)
        if given_back:
            amount = event.amount
            if amount is not None and given_back < event.quantity:
                amount = divide(amount * given_back, event.quantity)
            self.open(event._replace(quantity=given_back, amount=amount), state)
        if given_back < event.quantity:
            rest = event._replace(quantity=event.quantity - given_back)
            self.add_lot(rest, state, None, None, PARTIAL)

    def open_at_market(self, event: Event, state: State) -> None:
        if event.amount is not None or self.is_currency:
            self.open(event, state)
        else:
            self.add_lot(event, state, *self._at_market(event))

    def _cost(self, event: Event) -> tuple[Decimal | None, int | None, int]:
        """What the units that came in cost, its currency, and its grade."""
        if event.amount is None:
            if self.is_currency:
                return event.quantity, self.asset_id, FULL
            if event.kind != "swap":
                return None, None, PARTIAL
            cost, currency, worst = self._at_market(event)
        else:
            cost, currency, worst = event.amount, event.currency, FULL
        if event.fees:
            fees, grade = self._fees(event, currency)
            return None if cost is None else cost + fees, currency, max(worst, grade)
        return cost, currency, worst

    def _at_market(self, event: Event) -> tuple[Decimal | None, int | None, int]:
        """The market value of what moved: of the asset given up in a swap, if it has a price."""
        sides = [(self.asset_id, abs(event.quantity))]
        if event.counter is not None:
            sides.insert(0 if event.quantity > ZERO else 1, event.counter)
        for asset_id, quantity in sides:
            price = self.price(asset_id, event.key[0])
            if price is not None:
                return price[0] * quantity, price[1], max(ESTIMATED, price[2])
        return None, None, PARTIAL

    def add_lot(
        self, event: Event, state: State, cost: Decimal | None, currency: int | None, grade: int
    ) -> None:
        acquired, place = event.acquired_on or event.key[0], state.opened + 1
        own = (place, event.transaction_id, acquired, event.quantity, cost, currency, grade, None)
        self.settle(event, state, new_lot(own))

    def settle(self, event: Event, state: State, lot: Lot) -> None:
        """Give back owed units first; the rest is a new lot."""
        if state.owes:
            for owed in take_owed(state.lots, lot.quantity):
                used = slice_of(lot, -owed.quantity)
                lot = lot._replace(
                    quantity=lot.quantity - used.quantity,
                    cost=None if lot.cost is None or used.cost is None else lot.cost - used.cost,
                )
                self._give_back(event, state, owed, used)
            state.owes = owed_in(state.lots)
        place, opened_by, acquired, units, cost, currency, grade, since = lot
        if not units:
            return
        if since or state.held:
            state.held = state.held or held_of(state.lots)
            add_held(state.held, since or acquired, units)
        state.opened += 1
        if grade > state.basis:
            state.basis = grade
        if place != state.opened or since:  # as of what was somewhere else before
            own = (state.opened, opened_by, acquired, units, cost, currency, grade, None)
            lot = new_lot(own)
        insert(state.lots, lot)

    def _give_back(self, event: Event, state: State, owed: Lot, used: Lot) -> None:
        spent = None if used.cost is None else -used.cost
        realises = self.is_currency or owed.cost is not None
        grade = FULL if self.is_currency else used.grade
        self.add_slice(event, state, owed, spent, used.currency, realises=realises, grade=grade)

    # -- out -----------------------------------------------------------------------------

    def take(self, event: Event, state: State) -> tuple[list[Lot], Decimal]:
        """The slices that an event takes, and how many units there are too few."""
        quantity = -event.quantity
        taken: list[Lot] = []
        for opened_by, limit in event.lots:
            part = quantity if limit is None else min(limit, quantity)
            named = take_named(state.lots, opened_by, part)
            quantity -= sum((lot.quantity for lot in named), ZERO)
            taken += named
        taken = self._dated(state, taken)
        if quantity:
            method = METHODS[self.terms.method(event.holding_id, event.key[0])]
            if method is None and not state.held:
                state.held = held_of(state.lots)
            others, quantity = take(state.lots, quantity, method, self.unit_cost)
            taken += self._dated(state, others, pooled=method is None)
        return taken, quantity

    def _dated(self, state: State, taken: list[Lot], *, pooled: bool = False) -> list[Lot]:
        """The slices by how long they were held, where lots do not say it.

        Of a pool, at average cost, the units acquired first go; of a lot that was chosen, its
        own, as far as an average before has not drawn on them.
        """
        if not state.held:
            return taken
        if pooled:
            units = sum((lot.quantity for lot in taken), ZERO)
            laid = dated(taken, take_held(state.held, units))
        else:
            laid = [p for lot in taken for p in dated([lot], take_held_of(state.held, lot))]
        if not state.lots:
            state.held = []
        return laid

    def unit_cost(self, lot: Lot) -> Decimal | None:
        if lot.cost is None or lot.currency is None:
            return None
        rate = self.rate(lot.currency, self.terms.base, lot.acquired_on)
        return None if rate is None else _ALIKE.divide(lot.cost * rate, lot.quantity)

    def dispose(self, event: Event, state: State) -> None:
        taken, short = self.take(event, state)
        if self.is_currency and event.amount is None:
            for lot in taken:
                self.add_slice(event, state, lot, lot.quantity, self.asset_id)
            self.owe(event, state, short)
        else:
            self._share_proceeds(event, state, taken, short)

    def _share_proceeds(self, event: Event, state: State, taken: list[Lot], short: Decimal) -> None:
        """Dispose of slices for their units' part of the proceeds, and owe what is too little.

        The last one takes the remainder.  Money that was not there is a debt of what it fetched,
        and so are units that were sold short.
        """
        proceeds, currency, grade = self._proceeds(event)
        sold = -event.quantity
        left = proceeds
        parts = [lot.quantity for lot in taken] + ([short] if short else [])
        for index, part in enumerate(parts):
            share = left
            if proceeds is not None and left is not None and index < len(parts) - 1:
                share = divide(proceeds * part, sold)
                left -= share
            if index < len(taken):
                self.add_slice(event, state, taken[index], share, currency, grade=grade)
            elif share is not None and (self.is_currency or event.is_short):
                self.owe(event, state, part, (-share, currency), grade)
            else:
                self.add_uncovered(event, state, part, share, currency)
                self.owe(event, state, part)

    def _proceeds(self, event: Event) -> tuple[Decimal | None, int | None, int]:
        """What the units that went out fetched, less fees, its currency and its grade."""
        if event.amount is None:
            return self._at_market(event)
        if event.fees:
            fees, grade = self._fees(event, event.currency)
            return event.amount - fees, event.currency, grade
        return event.amount, event.currency, FULL

    def _fees(self, event: Event, into: int | None) -> tuple[Decimal, int]:
        """Fees in other currencies, at the day's rate in the amount's."""
        total, grade = ZERO, FULL
        for fee, currency in event.fees:
            rate = self.rate(currency, into or 0, event.key[0])
            if rate is None:
                grade = PARTIAL
            else:
                total += fee * rate
        return total, grade

    def remove(self, event: Event, state: State) -> None:
        taken, short = self.take(event, state)
        for lot in taken:
            self.add_slice(event, state, lot, None, None, realises=False)
        self.owe(event, state, short)

    def owe(
        self,
        event: Event,
        state: State,
        short: Decimal,
        cost: tuple[Decimal, int | None] | None = None,
        grade: int = FULL,
    ) -> None:
        """Units that were not there, at a negative ``cost``; of money, unless stated, their own."""
        if not short:
            return
        if cost is None and self.is_currency:
            cost = (-short, self.asset_id)
        amount, currency = cost or (None, None)
        grade = PARTIAL if cost is None else grade
        state.owes = True
        state.opened += 1
        state.basis = max(state.basis, grade)
        insert(
            state.lots,
            Lot(state.opened, event.transaction_id, event.key[0], -short, amount, currency, grade),
        )

    # -- adjusting -----------------------------------------------------------------------

    def adjust(self, event: Event, state: State) -> None:
        if event.quantity < ZERO:
            taken, short = take(state.lots, -event.quantity, METHODS["average"], self.unit_cost)
            for lot in self._dated(state, taken, pooled=True):
                self.add_slice(event, state, lot, None, None, realises=False, grade=PARTIAL)
            self.owe(event, state, short)
            return
        known = [lot for lot in state.lots if lot.cost is not None and lot.quantity > ZERO]
        currencies = {lot.currency for lot in known}
        if self.is_currency or len(currencies) != 1:
            self.open(event, state)
            return
        units = sum((lot.quantity for lot in known), ZERO)
        cost = sum((lot.cost for lot in known if lot.cost is not None), ZERO)
        at_average = divide(cost * event.quantity, units)
        self.add_lot(event, state, at_average, known[0].currency, PARTIAL)

    # -- what went away ------------------------------------------------------------------

    def add_slice(
        self,
        event: Event,
        state: State,
        lot: Lot,
        proceeds: Decimal | None,
        currency: int | None,
        *,
        realises: bool = True,
        grade: int = FULL,
    ) -> None:
        place, opened_by, acquired_on, units, cost, cost_in, worst, held_since = lot
        if grade > worst:
            worst = grade
        if worst > state.basis:
            state.basis = worst
        holding, transaction = event.holding_id, event.transaction_id
        before = None  # money is worth itself, in each slice: so it gains nothing by being rounded
        if proceeds is not None and currency != self.asset_id:
            before = self.fetched.add((transaction, holding), currency, proceeds)
        own = (
            holding, event.key[0], transaction, place, opened_by, acquired_on, units, proceeds,
            currency, cost, cost_in, realises, worst, held_since, before,
        )  # fmt: skip
        self.slices.append(_SLICE(own))

    def add_uncovered(
        self,
        event: Event,
        state: State,
        quantity: Decimal,
        proceeds: Decimal | None,
        currency: int | None,
    ) -> None:
        missing = Lot(0, event.transaction_id, event.key[0], quantity, None, None, PARTIAL)
        self.add_slice(event, state, missing, proceeds, currency, grade=PARTIAL)
