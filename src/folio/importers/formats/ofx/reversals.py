"""Transactions of brokers that take others back (REVERSALFITID).

Such a row has the tags of what it takes back, with its signs or the other ones, and is no
transaction of its own: neither of the two moves anything.  What was booked of the other one by an
earlier file is undone.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from folio.importers.cells.rows import RowFault
from folio.importers.formats.ofx.markup import Block, values
from folio.importers.formats.ofx.values import Context, amount_of
from folio.importers.formats.records import Record
from folio.model.numbers import to_text
from folio.model.transactions import AccountRef

# Of a reinvestment, each part has its kind behind the number.
_PARTS = ("", ":dividend", ":interest", ":coupon", ":stock_dividend", ":buy")
Cancelled = tuple[tuple[AccountRef | None, str], ...]  # rows by account and external id


class Stated(NamedTuple):
    """A row of the file and what it states alone."""

    block: Block
    context: Context
    record: Record

    def takes_back(self) -> str:
        """The number of the row that this one takes back; "" where it is one by itself."""
        if "REVERSALFITID" not in self.block.text.upper():
            return ""
        try:
            return values(self.block).get("REVERSALFITID")
        except RowFault:
            return ""

    def size(self) -> list[str]:
        """Units and money that it moves, whichever way; [] where that cannot be read."""
        try:
            found = values(self.block)
            moved = [amount_of(found, tag) for tag in ("UNITS", "TOTAL")]
        except RowFault:
            return []
        return [to_text(abs(one)) if one else "" for one in moved]


def taken_back(rows: Sequence[Stated]) -> tuple[list[Record], Cancelled]:
    """What each row states beside the others, and the ids of what was taken back."""
    records = {one.record.line: one.record for one in rows}
    ids: list[tuple[AccountRef | None, str]] = []
    for row in rows:
        number = row.takes_back()
        if not number:
            continue
        account, line = row.context.account, row.record.line
        wanted = {f"{row.context.prefix}:{number}{part}" for part in _PARTS}
        reason, bad = f"it takes back {number}", False
        for other in _booked(rows, account, wanted):
            if other.size() == row.size():
                why = f"line {line} takes it back"
                records[other.record.line] = Record(other.record.line, other.record.text, (), why)
            else:
                reason = f"it takes back line {other.record.line}, which moves another amount"
                bad = True
        records[line] = Record(line, row.record.text, (), reason, bad)
        ids += [] if bad else [(account, one) for one in sorted(wanted)]
    return [records[one.record.line] for one in rows], tuple(ids)


def _booked(rows: Sequence[Stated], account: AccountRef | None, ids: set[str]) -> Iterator[Stated]:
    for one in rows:
        found = {draft.external_id for draft in one.record.drafts}
        if one.context.account == account and found & ids:
            yield one
