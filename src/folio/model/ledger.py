"""The ledger's values: events in walk order, lots, and the slices that left them.

Everything is walked in one total order.  By day; then within a day (0) splits and other corporate
actions, at the open, of which those with an instant come last and by it; (1) rows without an
instant that bring in; (2) transfers without an instant; (3) rows with an instant, by it; (4) rows
without an instant that take out; then the ledger's own sequence.  So a purchase covers a sale of
the same day unless their instants say otherwise.  Within one transfer the departure comes before
the arrival.

>>> morning = walk_key("2025-03-04", None, "sell", False, 7)
>>> walk_key("2025-03-04", None, "buy", True, 9) < morning
True
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from folio.model.named import NamedTuple
from folio.model.numbers import ZERO

WalkKey = tuple[str, int, str, int, int]
EVER = "9999-12-31"  # the last day there is

_TRANSFERS = frozenset({"transfer", "transfer_in", "transfer_out"})
AT_THE_OPEN = frozenset(
    "split spin_off merger symbol_change return_of_capital delisting apportion reduce".split()
)


def walk_key(
    day: str, instant: str | None, kind: str, brings_in: bool, transaction_id: int
) -> WalkKey:
    """An event's place: (day, class, instant, transaction, departure before arrival)."""
    if kind in AT_THE_OPEN:
        order = 0
    elif instant is not None:
        order = 3
    elif kind in _TRANSFERS:
        order = 2
    else:
        order = 1 if brings_in else 4
    return (day, order, instant or "", transaction_id, int(brings_in))


FULL, ESTIMATED, PARTIAL = 0, 1, 2  # grades of a basis; the worst wins


class Lot(NamedTuple):
    """Open units of one acquisition."""

    place: int  # the order in which the holding's lots were opened, from 1
    opened_by: int  # the transaction that acquired the units; growth: minus its gap's number
    acquired_on: str
    quantity: Decimal  # negative: units owed
    cost: Decimal | None  # of the whole lot, negative: what owed units fetched; None: unknown
    currency: int | None  # of the cost
    grade: int
    held_since: str | None = None  # of a slice taken at average cost, where its day is another


def owed_in(lots: Iterable[Lot]) -> bool:
    """Whether some of the units are owed."""
    return any(lot.quantity < ZERO for lot in lots)


Money = tuple[Decimal, int]  # an amount and the id of its currency

# Where a transaction is of several accounts: a part of it that is in another one than what it is
# about, one that is at another institution, too, and what it is about.
APART, FAR, ABOUT = 1, 2, 3


class Event(NamedTuple):
    """What one transaction did to one holding, all its postings there together.

    Two kinds are not transactions' own: ``apportion`` and ``reduce`` are what a spin-off and a
    return of capital do to the holding of the company that made them.
    """

    key: WalkKey
    holding_id: int
    transaction_id: int
    kind: str
    quantity: Decimal  # signed; 0 for a split
    amount: Decimal | None = None  # cost with fees, or proceeds without them; unsigned
    currency: int | None = None  # of the amount
    fees: tuple[Money, ...] = ()  # in something else than the amount; they join a cost
    acquired_on: str | None = None  # stated, where acquired before
    lots: tuple[tuple[int, Decimal | None], ...] = ()  # named: opened by, how many
    ratio: tuple[int, int] | None = None  # new units for old
    counter: tuple[int, Decimal] | None = None  # the other side of a swap, a merger or a
    # spin-off: asset, units
    share: Decimal | None = None  # of the cost that goes with the new units, where stated
    transit: int | None = None  # of a transfer: what a departure and its arrivals have in common
    arrives_last: bool = True  # nothing of the departure arrives after it
    other_end: int | None = None  # of a transfer: the holding there
    departure: int | None = None  # of a holding in transit: the transaction that sent the units
    external: Decimal = ZERO  # of the quantity: in the role external
    gross: Decimal = ZERO  # of the quantity: in the roles asset and cash
    related_asset: int | None = None  # who paid it
    transactions: int = 1  # of plain money: how many this is the sum of
    lost: Decimal = ZERO  # of a linked transfer's last arrival: sent, and came nowhere
    across: int = 0  # APART, FAR or ABOUT; 0: it is of one account
    sides: tuple["Event", ...] = ()  # of what it is ABOUT: the parts in other accounts

    @property
    def is_apart(self) -> bool:
        """Whether it is in another account than what its transaction is about."""
        return self.across == APART or self.across == FAR

    @property
    def on_lots_alone(self) -> bool:
        """Whether it works on what is held and moves nothing: a split, a spin-off."""
        return not self.quantity and self.kind in ("split", "apportion", "reduce")

    @property
    def moves(self) -> bool:
        """Whether it moves units, here or for what is here in other accounts."""
        return bool(self.sides) or not self.on_lots_alone

    @property
    def is_short(self) -> bool:
        """Whether it names itself among its lots: it sells what is not there, or ends that."""
        return any(lot == self.transaction_id for lot, _ in self.lots)

    @property
    def needs_lots(self) -> bool:
        """Whether it is nothing where nothing is held; capital returned then is uncovered."""
        return not self.moves and self.kind != "reduce"


def by_holding(events: Iterable[Event]) -> dict[int, list[Event]]:
    """Events by their holding, in their order."""
    found: dict[int, list[Event]] = {}
    for event in events:
        found.setdefault(event.holding_id, []).append(event)
    return found


class Slice(NamedTuple):
    """Units of one lot that went away."""

    holding_id: int
    disposed_on: str
    transaction_id: int
    place: int  # the lot's; 0: uncovered
    opened_by: int | None
    acquired_on: str | None
    quantity: Decimal  # negative: units owed, given back
    proceeds: Decimal | None
    proceeds_currency: int | None
    cost: Decimal | None
    cost_currency: int | None
    realises: bool  # False: the units only left
    grade: int
    held_since: str | None = None  # where that is not the day acquired: at average cost
    fetched_before: Decimal | None = None  # by earlier slices of its disposal, in this currency


class Fetched:
    """What the slices of one disposal fetched so far, in each currency: the next one's proceeds
    are rounded as what the sum grows by."""

    __slots__ = ("_disposal", "_sums")

    def __init__(self) -> None:
        self._disposal: tuple[int, int] | None = None
        self._sums: dict[int | None, Decimal] = {}

    def add(self, disposal: tuple[int, int], currency: int | None, more: Decimal) -> Decimal | None:
        """Add a slice of a disposal, a transaction and a holding; returns what those before it
        fetched in its currency, None where there was none."""
        if disposal != self._disposal:
            self._disposal, self._sums = disposal, {currency: more}
            return None
        before = self._sums.get(currency)
        self._sums[currency] = more if before is None else before + more
        return before


class State:
    """A holding, folded up to its last event."""

    __slots__ = (
        "basis",
        "consults_prices",
        "events",
        "first_day",
        "held",
        "last_day",
        "last_key",
        "lots",
        "opened",
        "owes",
        "plain",
        "quantity",
        "whole",
    )

    def __init__(self) -> None:
        self.quantity = ZERO
        self.lots: list[Lot] = []  # by the day acquired, then the order of entry
        self.owes = False  # some lot is below zero
        self.opened = 0
        # The days on which units came, as if the first went first: at average cost a lot's units
        # come from every day, and how long they were held goes by these.  Empty: by the lots.
        self.held: list[tuple[str, Decimal]] = []
        self.basis = FULL
        self.consults_prices = False  # some lot's cost or choice depends on a price
        self.events = 0  # applied so far, splits and growth apart
        self.first_day = ""  # of these
        self.last_day = ""
        self.last_key: WalkKey | None = None
        self.plain = False  # money that costs itself, in one lot (engine/money.py)
        self.whole = False  # plain, and never a fraction of a minor unit


def last_day(states: Mapping[int, State]) -> str:
    """The day of the last event of all; empty before the first."""
    return max((state.last_key[0] for state in states.values() if state.last_key), default="")


# An event, its holding's state after it, and what went away.
Step = tuple[Event, State, list[Slice]]
