"""The records of a file of some format, made into a statement."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.importers.cells.rows import RowFault
from folio.importers.checking.closings import Checked
from folio.importers.checking.findings import findings_on
from folio.importers.checking.repeats import Repeat, SeenIdentities
from folio.importers.checking.signs import checked
from folio.importers.interpreting.exercises import delivered
from folio.importers.interpreting.identity import digest
from folio.model.assets import AssetRef
from folio.model.numbers import ZERO, to_text
from folio.model.statements import BAD, BOOKED, SKIPPED, RawRow, Statement
from folio.model.transactions import AccountRef, Draft


class Record(NamedTuple):
    """A record as it stood, and what it states."""

    line: int  # its first
    text: str
    drafts: tuple[Draft, ...] = ()  # (): it states no transaction, for this reason:
    reason: str = ""
    bad: bool = False  # it cannot be read, for that reason


class Stays(Exception):
    """A record states no transaction, for the reason that it has."""


def record_of(line: int, text: str, read: Callable[[], Iterable[Draft]]) -> Record:
    """The record with what ``read`` says it states, or why it states nothing or cannot be read."""
    try:
        return Record(line, text, tuple(read()))
    except Stays as stays:
        return Record(line, text, reason=str(stays))
    except RowFault as fault:
        return Record(line, text, reason=str(fault), bad=True)


def moved(records: Iterable[Record], money: AssetRef) -> tuple[Decimal, dt.date | None]:
    """The sum of what records book of a currency, and the first day; None: they book nothing."""
    booked = [draft for one in records for draft in one.drafts]
    own = [(d.occurred_on, leg.quantity) for d in booked for leg in d.legs if leg.asset == money]
    return sum((amount for _, amount in own), ZERO), min((day for day, _ in own), default=None)


class Assembled(NamedTuple):
    """What the records of a file make."""

    rows: tuple[RawRow, ...]  # in the file's order
    drafts: tuple[Draft, ...]  # oldest first
    notes: tuple[str, ...]


def assemble(records: Sequence[Record]) -> Assembled:
    """The rows of a file and its transactions, each under an id of its own.

    A draft that names no lines is of its record's.

    The second of two with one id has other content, and an id made from it, or the same: then
    it is a second booking, and is said.
    """
    stated = sorted(
        (
            draft if draft.lines else draft._replace(lines=(one.line,))
            for one in records
            for draft in one.drafts
        ),
        key=lambda draft: draft.occurred_on,
    )
    first: dict[object, Draft] = {}
    repeats: list[Repeat] = []
    numbered = SeenIdentities().numbered
    drafts = [numbered(_with_own_id(draft, first), repeats.append) for draft in stated]
    whole, unlinked = delivered(drafts)
    sound, faults = checked(whole)
    return Assembled(
        tuple([_row(one, faults) for one in records]),
        tuple(sound),
        (*findings_on(sound, repeats).notes(), *unlinked),
    )


def _row(record: Record, faults: dict[int, str]) -> RawRow:
    fault = record.reason if record.bad else faults.get(record.line)
    if fault is not None:
        return RawRow(record.line, record.text, BAD, fault)
    if not record.drafts:
        return RawRow(record.line, record.text, SKIPPED, record.reason)
    return RawRow(record.line, record.text, BOOKED)


def _with_own_id(draft: Draft, first: dict[object, Draft]) -> Draft:
    known = first.setdefault((draft.account, draft.external_id), draft)
    if known is draft or content(known) == content(draft):
        return draft
    return draft._replace(external_id=f"{draft.external_id}~{content(draft)[:16]}")


def content(draft: Draft) -> str:
    """A SHA-256, in hex, of what a draft says happened; its id is no part of it."""
    parts = [draft.kind, draft.occurred_on.isoformat(), str(draft.related_asset or ""), draft.note]
    for leg in draft.legs:
        parts += [leg.role, str(leg.asset), to_text(leg.quantity)]
    return digest(parts)


def lines_around(
    text: str, rows: Iterable[tuple[int, int]], marked: Collection[int]
) -> tuple[tuple[int, str], ...]:
    """The lines that are in no row, in parts: one begins at each line of ``marked``.

    ``rows`` are first and last lines, from 1.
    """
    taken = {line for first, last in rows for line in range(first, last + 1)}
    parts: dict[int, list[str]] = {}
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if number in taken or not line.strip():
            start = 0
            continue
        start = number if not start or number in marked else start
        parts.setdefault(start, []).append(line)
    return tuple((number, "\n".join(lines)) for number, lines in parts.items())


def bank_statement(
    name: str,
    account: AccountRef | None,
    whole: Assembled,
    checked: Checked,
    notes: Iterable[str],
    *,
    text: str,
    rows: Sequence[tuple[int, int]],
    keeps_numbers: bool = False,
) -> Statement:
    """The statement of a format; ``rows`` are the lines, from and to, of each in its ``text``."""
    return Statement(
        profile=name,
        institution=(account and account.institution) or "Bank",
        institution_type="bank",
        account_type=(account and account.type) or "checking",
        tracks_cash=True,
        rows=whole.rows,
        drafts=whole.drafts,
        balances=checked.balances,
        openings=checked.openings,
        notes=(*whole.notes, *notes, *checked.notes),
        source=name,
        keeps_numbers=keeps_numbers,
        around=lines_around(text, rows, {one.lines[0] for one in checked.balances}),
    )
