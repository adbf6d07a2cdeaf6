"""A statement file, read and interpreted, before any of it is recorded.

Three layers are kept apart: the row as it stood in the file (:class:`RawRow`), what
it was taken to mean (:class:`~folio.model.transactions.Draft`, an observation), and
the figures that follow, which are the book's business.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from heapq import merge
from operator import attrgetter

from folio.model.assets import AssetRef
from folio.model.named import NamedTuple
from folio.model.transactions import AccountRef, Draft

BOOKED = "booked"  # states a transaction or a balance
SKIPPED = "skipped"  # moves nothing, for the reason given
BAD = "bad"  # cannot be read, for the reason given
UNKNOWN_WORD = "the profile does not know what"  # a row's word means: why it cannot be read
BESIDE = "beside"  # stands between the rows and is none: a header, a closing tag
# The currency of a file that names none: its account's own, else the book's.
UNSTATED = AssetRef("¤", "currency")


class RawRow(NamedTuple):
    """A row as it stood in the file."""

    line: int  # of the file, from 1; a quoted row of several lines has its first
    text: str  # without the line end
    status: str  # BOOKED, SKIPPED or BAD; BESIDE where it is kept and not counted
    reason: str = ""  # why it is skipped or bad; "" when booked


class Pocket(NamedTuple):
    """What a file prints of one of the balances that a holding is made of."""

    name: tuple[str, ...]  # as the file has it
    first: dt.date
    opening: Decimal | None  # before its first row; None: its rows do not tell
    last: dt.date
    end: Decimal  # of its last day


class StatedBalance(NamedTuple):
    """A balance that the statement prints for the end of a day."""

    account: AccountRef | None  # None: the account of the import
    asset: AssetRef
    balance: Decimal
    day: dt.date
    lines: tuple[int, ...]
    pockets: tuple[Pocket, ...] = ()  # of which it is the sum, where each is printed alone
    label: str = ""  # of the pot that it is of


class StatedPrice(NamedTuple):
    """A price that the statement prints beside a position, not one of a trade."""

    asset: AssetRef
    quote: AssetRef
    price: Decimal
    day: dt.date
    lines: tuple[int, ...]


class KnownRows(NamedTuple):
    """Rows of a file that an earlier statement has just so, column by column."""

    lines: Sequence[int]  # of this file
    texts: Sequence[str]
    transactions: Sequence[int]  # that they state
    earlier: int  # the statement
    earlier_lines: Sequence[int]  # of it


class Found(NamedTuple):
    """What an earlier statement tells of some lines of a file."""

    known: KnownRows
    others: Sequence[tuple[int, str]]  # lines that are to be read


NOTHING_KNOWN = KnownRows((), (), (), 0, ())


class Piece(NamedTuple):
    """Some of what a file says: drafts, and rows whose drafts are these or came before."""

    drafts: Sequence[Draft]
    rows: Sequence[RawRow]
    known: KnownRows = NOTHING_KNOWN  # rows of which nothing was read


class NotInOrder(Exception):
    """A file that was to be read in pieces has a row that is older than one before it."""


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
    openings: tuple[StatedBalance, ...] = ()  # those of them that are from before its rows
    prices: tuple[StatedPrice, ...] = ()
    notes: tuple[str, ...] = ()  # findings worth saying: a repeated row, a price that differs
    source: str = ""  # whose external ids these are; with the account they are unique
    keeps_numbers: bool = False  # two numbers that the source gave are two rows, in any file
    # Lines that are no rows, by their numbers: with the rows they are the whole file.
    around: tuple[tuple[int, str], ...] = ()
    # How it was read, where each row stands for itself and the oldest comes first.
    reading: str = ""
    # Rows that move nothing together, by account (None: the import's) and external id alone.
    cancelled: tuple[tuple[AccountRef | None, str], ...] = ()

    def pieces(self, size: int) -> Iterator[Piece]:
        """All of it, so many drafts or rows at a time; the rows come last, with what is around."""
        for first in range(0, len(self.drafts), size):
            yield Piece(self.drafts[first : first + size], ())
        first_row = next((row.line for row in self.rows), 0)
        around = lines_beside(self.around, first_row)
        rows = list(merge(self.rows, around, key=attrgetter("line")))
        for first in range(0, len(rows), size):
            yield Piece((), rows[first : first + size])


def lines_beside(around: Iterable[tuple[int, str]], first_row: int) -> list[RawRow]:
    """Lines that are no rows, as rows that are not counted."""
    return [
        RawRow(line, text, BESIDE, "header" if line < first_row else "no row")
        for line, text in around
    ]
