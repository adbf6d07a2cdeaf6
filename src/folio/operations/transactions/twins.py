"""Rows of a statement that are probably in the book already, under another identity.

From another source (typed by hand, or in another kind of file): the same account, kind, asset
and quantity within three days; and a trade of the same minute, for what one file has as a trade,
another has as its parts.

From the same source: an export in another language, with the times of another zone or in a
later layout names its rows otherwise, and so does a copy that a spreadsheet saved, which rounds
amounts and shortens ids.  So where a file covers the day of a row of the book and does not have
it any more, a new row of nearly that day that moves the same is probably that one.  Rows to
which the source itself gave two ids are two rows.

Each is held back, and the user says what it is.  A row that moves something else on the day of
one that is gone may correct it: it is recorded, and said.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from folio.db.transactions.ledger import (
    SaidRow,
    has_other_sources,
    has_rows,
    last_transaction,
    moved_by,
    probable_twins,
    rows_between,
    same_minute,
)
from folio.db.transactions.postings import NewPosting
from folio.model.accounts import Account
from folio.model.statements import NotInOrder
from folio.model.transactions import Draft
from folio.operations.recording import Recording

# What moves money alone: one source calls it by what it was for, another a mere withdrawal.
MONEY = ("deposit", "withdraw", "interest", "dividend", "coupon", "reward", "fee", "tax", "unknown")
TELLING = 3  # digits that two numbers have in common by no chance
SAID = 5  # corrections of one file that are told of
KEPT = 15  # digits of an id that a spreadsheet keeps
_DAY = dt.timedelta(days=1)
_made = re.compile(r"[0-9a-f]{32}(#\d+)?", re.ASCII).fullmatch  # an id that is a row's digest
_COSTS = ("fee", "tax")
_TRADES = ("buy", "sell", "swap")


class Twins:
    """The rows of one file that are held back."""

    def __init__(self, write: Recording, source_id: int, own: Collection[int] = ()) -> None:
        self.write = write
        self.source_id = source_id
        self.own = own  # transactions that are of this file itself
        self._known: Collection[int] = ()  # and those of rows that are not among its drafts
        self._shared: dict[int, bool] = {}  # by account: whether it has other sources, too
        self._had: dict[int, bool] = {}  # and rows of this one, before this file
        self._possible: dict[int, bool] = {}  # and either of the two
        self._paired: set[int] = set()  # each can be the twin of one row only
        self._drafts: Sequence[Draft] = ()  # of the file, or of a piece of it
        self._besides: Collection[str] = ()  # ids of rows that are no drafts
        self._ids: set[str] | None = None  # of all, once a row asks
        self._is_whole = False
        self._gone: dict[int, dict[dt.date, list[SaidRow]]] = {}  # by account
        self._recorded = last_transaction(write.stored)  # before this file
        self._in_place: dict[int, int] = {}  # transactions that are gone: the line of a new row

    def cover(
        self,
        drafts: Sequence[Draft],
        besides: Collection[str] = (),
        known: Collection[int] = (),
        *,
        whole: bool,
    ) -> None:
        """Take in which rows the file has, oldest first, the ids of rows ``besides`` and the
        transactions that rows between them state; where it is not ``whole``, a piece of it.
        """
        self._drafts, self._besides, self._is_whole = drafts, besides, whole
        self._known = known
        self._ids, self._gone = None, {}

    def may_be_in(self, account: Account) -> bool:
        """Whether an account has rows of another source, or had some of this one before."""
        known = self._possible.get(account.id)
        if known is None:
            known = self._possible[account.id] = self._is_shared(account) or self._has_rows(account)
        return known

    def twin(
        self, draft: Draft, account: Account, postings: Sequence[NewPosting], external_id: str
    ) -> int | None:
        """The transaction that a new row probably is.

        Raises:
            NotInOrder: when all rows of the file must be seen to tell.
        """
        if not postings:
            return None
        found = self._elsewhere(draft, account, postings[0], external_id)
        if found is None:
            found = self._restated(draft, account, postings, external_id)
        if found is not None:
            self._paired.add(found)
        return found

    def _elsewhere(
        self, draft: Draft, account: Account, first: NewPosting, external_id: str
    ) -> int | None:
        """The one from another source."""
        if not self._is_shared(account):
            return None
        twins = probable_twins(
            self.write.stored,  # what other sources said is not being recorded
            self.write.catalog.members(first.holding_id),
            first.quantity,
            _kinds(draft),
            draft.occurred_on,
            (self.source_id, external_id),
        )
        found = next((t for t in twins if t not in self._paired), None)
        if found is None and draft.occurred_at is not None and draft.kind in _TRADES:
            found = same_minute(
                self.write.stored,
                self.write.catalog.members(first.holding_id),
                draft.kind,
                draft.occurred_at,
                self.source_id,
            )
        return found

    def _is_shared(self, account: Account) -> bool:
        """Whether an account has transactions of other sources, too."""
        shared = self._shared.get(account.id)
        if shared is None:
            shared = has_other_sources(self.write.stored, account.id, self.source_id)
            self._shared[account.id] = shared
        return shared

    # -- from the same source --------------------------------------------------------------

    def _restated(
        self, draft: Draft, account: Account, postings: Sequence[NewPosting], external_id: str
    ) -> int | None:
        """The one that the source says otherwise now."""
        gone = self._gone_of(account)
        if not gone:
            return None
        day, kinds = draft.occurred_on, _kinds(draft)
        near = [row for on in (day, day - _DAY, day + _DAY) for row in gone.get(on, ())]
        near = [
            row
            for row in near
            if (row.kind in kinds or "unknown" in (row.kind, draft.kind))
            and row.number not in self._paired
            and _may_be_one(row.external_id, external_id)
        ]
        moved = moved_by(self.write.stored, [row.number for row in near]) if near else {}
        for row in near:
            same_id = _bare(row.external_id) == _bare(external_id)
            if self._moves_the_same(postings, moved.get(row.number, ()), same_id):
                if not self._is_whole:
                    raise NotInOrder("another piece may have the row that this one probably is")
                return row.number
        here = {(holding, role) for holding, role, _ in self._told(_moved(postings))}
        for row in near if self._is_whole else ():
            there = {(holding, role) for holding, role, _ in self._told(moved.get(row.number, ()))}
            is_free = row.number not in self._in_place and row.day == str(day)
            if is_free and row.kind == draft.kind and here == there:
                self._in_place[row.number] = draft.lines[0]
                break
        return None

    def notes(self) -> list[str]:
        """What new rows may correct: the book has it, and the file does not any more."""
        corrected = {n: line for n, line in self._in_place.items() if n not in self._paired}
        return [
            f"line {line} is new, and transaction {number}, of that day too, is not in this file "
            f"any more; if the one corrects the other: folio undo {number}"
            for number, line in list(corrected.items())[:SAID]
        ]

    def _gone_of(self, account: Account) -> dict[dt.date, list[SaidRow]]:
        """The rows of the book that the file covers and does not have, by day."""
        known = self._gone.get(account.id)
        if known is None:
            known = self._gone[account.id] = defaultdict(list)
            covered = self._covered(account)
            ids = self._file_ids() if covered else set()
            own = {*self.own, *self._known}
            for row in covered:
                if row.external_id not in ids and row.number not in own:
                    known[dt.date.fromisoformat(row.day)].append(row)
        return known

    def _file_ids(self) -> set[str]:
        """The ids of all rows that the file has."""
        if self._ids is None:
            own = (row for one in self._drafts for row in (one.external_id or "", *one.rows))
            self._ids = {*own, *self._besides}
        return self._ids

    def _covered(self, account: Account) -> list[SaidRow]:
        if not self._drafts or not self._has_rows(account):
            return []
        days = self._drafts[0].occurred_on, self._drafts[-1].occurred_on
        rows = rows_between(self.write.stored, account.id, self.source_id, *days)
        return [row for row in rows if row.number <= self._recorded]

    def _has_rows(self, account: Account) -> bool:
        """Whether the book had rows of the source in an account before this file."""
        known = self._had.get(account.id)
        if known is None:
            known = has_rows(self.write.stored, account.id, self.source_id, self._recorded)
            self._had[account.id] = known
        return known

    def _moves_the_same(
        self,
        mine: Sequence[NewPosting],
        theirs: Sequence[tuple[int, str, str]],
        same_id: bool,
    ) -> bool:
        """Whether two rows are of the same assets and an amount of one is that of the other."""
        ours = self._told(_moved(mine))
        others = self._told(theirs)
        if not same_id and _units(ours) != _units(others):
            return False
        return any(
            mine[:2] == other[:2] and alike(Decimal(mine[2]), Decimal(other[2]))
            for mine in ours
            for other in others
        )

    def _told(self, moved: Sequence[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
        """What tells rows apart: costs do so only where there is nothing else."""
        kept = [one for one in moved if one[1] not in (*_COSTS, "external")]
        kept = kept or [one for one in moved if one[1] in _COSTS]
        members = self.write.catalog.members
        return [(min(members(holding)), role, quantity) for holding, role, quantity in kept]


def _moved(postings: Sequence[NewPosting]) -> list[tuple[int, str, str]]:
    return [(one.holding_id, one.role, one.quantity) for one in postings]


def _kinds(draft: Draft) -> Sequence[str]:
    return MONEY if draft.kind in MONEY and len(draft.legs) == 1 else [draft.kind]


def _units(moved: Sequence[tuple[int, str, str]]) -> set[int]:
    return {holding for holding, role, _ in moved if role == "asset"}


def _bare(external_id: str) -> str:
    """An id without what is put behind it."""
    return external_id.split(":")[0]


def _may_be_one(one: str, other: str) -> bool:
    """Whether two identities can be of one row, as a source that gives no ids, or a spreadsheet
    that cuts them short, makes them.

    >>> _may_be_one("T-1", "T-2"), _may_be_one("T-1:buy:FB:+", "T-1:buy:META:+")
    (False, True)
    >>> _may_be_one("12345678901234567", "12345678901234500")
    True
    """
    if _made(one) or _made(other):
        return True
    one, other = _bare(one), _bare(other)
    if not (one.isdecimal() and other.isdecimal()):
        return one == other
    one, other = one.lstrip("0"), other.lstrip("0")
    cut = not one[KEPT:].strip("0") or not other[KEPT:].strip("0")
    return len(one) == len(other) and one[:KEPT] == other[:KEPT] and cut


def alike(one: Decimal, other: Decimal) -> bool:
    """Whether one is the other, rounded, or with its decimal sign taken for another one.

    >>> alike(Decimal("17.83803"), Decimal("17.84")), alike(Decimal("5"), Decimal("5000"))
    (True, True)
    >>> alike(Decimal("12"), Decimal("12.34")), alike(Decimal("12.34"), Decimal("-12.34"))
    (False, False)
    """
    if one == other or one.is_signed() != other.is_signed():
        return one == other
    if any(one.scaleb(places) == other for places in (-6, -3, 3, 6)):
        return True  # the sign of thousands
    few, many = sorted((one, other), key=lambda number: len(_digits(number)))
    digits = _digits(few)
    rounded = Context(prec=max(len(digits), 1), rounding=ROUND_HALF_UP).plus(many)
    return len(digits) >= TELLING and (digits == _digits(many) or rounded == few)


def _digits(number: Decimal) -> str:
    return "".join(map(str, number.as_tuple().digits)).strip("0")
