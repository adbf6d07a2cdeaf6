"""The legs of a transfer: what left one holding, and what arrived at another.

Statements of exchanges say that units went to or came from somewhere: such a leg waits for its
other end.  A bank says only that money was taken out, a broker that it was put in: a withdrawal
and a deposit stand for themselves until the user says that they are the legs of a transfer.
"""

import datetime as dt
from decimal import Decimal

from folio.model.named import NamedTuple
from folio.model.numbers import ZERO

DEPARTURE, ARRIVAL = "transfer_out", "transfer_in"  # the kinds of a leg that waits
OUTWARD, INWARD = (DEPARTURE, "withdraw"), (ARRIVAL, "deposit")


class TransferLeg(NamedTuple):
    """One leg: a transaction of a kind of OUTWARD or INWARD."""

    transaction_id: int
    kind: str
    day: dt.date  # in the book's time zone
    instant: dt.datetime | None  # UTC, where the source gives one
    holding_id: int
    asset_id: int
    units: Decimal  # positive: what was sent, fees apart, or what arrived
    text: str  # its id at the source, and its note
    scale: Decimal = Decimal(1)  # units today for one of its day: the splits since

    @property
    def departs(self) -> bool:
        return self.kind in OUTWARD

    @property
    def waits(self) -> bool:
        """Whether it is a leg by its kind, so that its other end is looked for."""
        return self.kind in (DEPARTURE, ARRIVAL)


class Match(NamedTuple):
    """A departure and the arrivals that may be one transfer with it."""

    departure: TransferLeg
    arrivals: tuple[TransferLeg, ...]  # one, or several that share it
    lost: Decimal  # sent less arrived, in the arrivals' units; negative: more came than left
    share: Decimal  # of what was sent: the size of ``lost``, unsigned
    apart: dt.timedelta  # from the departure to the arrival furthest off; negative: before it
    timed: bool  # every leg has an instant; else ``apart`` is whole days
    close: bool  # near enough in units and time to be proposed
    same_hash: bool  # all of them name one hash of a blockchain
    other_hash: bool  # they name different ones

    @property
    def legs(self) -> tuple[TransferLeg, ...]:
        return (self.departure, *self.arrivals)

    @property
    def arrived(self) -> Decimal:
        return sum((leg.units for leg in self.arrivals), ZERO)
