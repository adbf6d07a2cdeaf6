"""A statement file, read and interpreted, before any of it is recorded.

Three layers are kept apart: the row as it stood in the file (:class:`RawRow`), what
it was taken to mean (:class:`~folio.model.transactions.Draft`, an observation), and
the figures that follow, which are the book's business.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from folio.model.assets import AssetRef
from folio.model.transactions import AccountRef, Draft

BOOKED = "booked"  # states a transaction or a balance
SKIPPED = "skipped"  # moves nothing, for the reason given
BAD = "bad"  # cannot be read, for the reason given
# The currency of a file that names none: its account's own, else the book's.
UNSTATED = AssetRef("¤", "currency")


class RawRow(NamedTuple):
    """A row as it stood in the file."""

    line: int  # of the file, from 1; a quoted row of several lines has its first
    text: str  # without the line end
    status: str  # BOOKED, SKIPPED or BAD
    reason: str = ""  # why it is skipped or bad; "" when booked


class StatedBalance(NamedTuple):
    """A balance that the statement prints for the end of a day."""

    account: AccountRef | None  # None: the account of the import
    asset: AssetRef
    balance: Decimal
    day: dt.date
    lines: tuple[int, ...]


class StatedPrice(NamedTuple):
    """A price that the statement prints beside a position, not one of a trade."""

    asset: AssetRef
    quote: AssetRef
    price: Decimal
    day: dt.date
    lines: tuple[int, ...]


class Statement(NamedTuple):
    """Everything that one file says, oldest first."""

    profile: str
    institution: str
    institution_type: str
    account_type: str
    tracks_cash: bool  # the file has the cash side of its trades
    rows: tuple[RawRow, ...]  # every row below the header, in the file's order
    drafts: tuple[Draft, ...]  # by day and instant, then the file's order, oldest first
    balances: tuple[StatedBalance, ...] = ()
    prices: tuple[StatedPrice, ...] = ()
    notes: tuple[str, ...] = ()  # findings worth saying: a repeated row, a price that differs
    source: str = ""  # whose external ids these are; with the account they are unique
    # Lines that are no rows, by their numbers: with the rows they are the whole file.
    around: tuple[tuple[int, str], ...] = ()
