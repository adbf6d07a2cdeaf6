"""``add-tx``: one transaction in words, or a batch of them, in one database transaction."""

import csv
import datetime as dt
import io
import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.db.catalog import Catalog
from folio.errors import BadRows, FolioError, UsageError
from folio.model.transactions import AccountRef, Draft
from folio.operations.drafting import KEYS, Context, draft_from
from folio.operations.names import find_account
from folio.operations.record import ALREADY, CONFLICT, RECORDED, Outcome, Recorder
from folio.operations.recording import Recording, Who, recording

HAND, BATCH = "hand", "batch"


class Added(NamedTuple):
    """What a batch did; the counts add up to the rows read."""

    drafts: list[Draft]
    outcomes: list[Outcome]

    def count(self, status: str) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)


def drafting_context(catalog: Catalog, today: dt.date) -> Context:
    """What drafts fall back on: today, the book's zone, an account's or the book's currency."""

    def currency(ref: AccountRef | None) -> str:
        account = None if ref is None else find_account(catalog, ref)
        if account is None or account.currency_id is None:
            return catalog.base.symbol
        return catalog.assets[account.currency_id].symbol

    return Context(today, ZoneInfo(catalog.settings.book("time_zone")), currency)


def add_transaction(
    db: sqlite3.Connection,
    who: Who,
    words: dict[str, str],
    *,
    today: dt.date,
    create: bool = False,
    dry_run: bool = False,
) -> tuple[Draft, Outcome]:
    """Record the transaction that these words state.

    Raises:
        UsageError: when the words are wrong.
        FolioError: when the book cannot take it; nothing is recorded.
    """
    with recording(db, who, dry_run=dry_run) as write:
        draft = draft_from(words, drafting_context(write.catalog, today))
        recorder = Recorder(write, HAND, create=create, by_hand=True, repeats=True)
        outcome = recorder.record(draft)
        if outcome.status == CONFLICT:
            raise FolioError(
                f"id {draft.external_id!r} is transaction {outcome.transaction_id}, with other "
                f"content; correct that one with: folio amend {outcome.transaction_id}"
            )
        write.checks.append(recorder.refuse_uncovered)
    return draft, outcome


def add_batch(
    db: sqlite3.Connection,
    who: Who,
    text: str,
    *,
    today: dt.date,
    create: bool = False,
    dry_run: bool = False,
) -> Added:
    """Record a batch of NDJSON or CSV: all of it, or nothing.

    Raises:
        BadRows: listing every bad line with its number.
    """
    rows = list(read_batch(text))
    with recording(db, who, dry_run=dry_run) as write:
        recorder = Recorder(write, BATCH, create=create, by_hand=True)
        added = _record_all(write, recorder, rows, today)
        write.checks.append(recorder.refuse_uncovered)
    return added


def _record_all(
    write: Recording, recorder: Recorder, rows: list[tuple[int, dict[str, str]]], today: dt.date
) -> Added:
    context = drafting_context(write.catalog, today)
    faults: list[str] = []
    added = Added([], [])
    for line, words in rows:
        try:
            draft = draft_from(words, context)
            outcome = recorder.record(draft)
            if outcome.status == CONFLICT:
                raise FolioError(
                    f"id {draft.external_id!r} is transaction {outcome.transaction_id}, with "
                    "other content"
                )
            added.drafts.append(draft)
            added.outcomes.append(outcome)
        except FolioError as fault:
            faults.append(f"line {line}: {fault}")
    if faults:
        raise BadRows(_listed(faults, len(rows)))
    return added


def _listed(faults: list[str], rows: int) -> str:
    shown = "".join(f"\n  {fault}" for fault in faults[:50])
    more = f"\n  … and {len(faults) - 50} more" if len(faults) > 50 else ""
    return f"{len(faults)} of {rows} rows cannot be recorded, so none was:{shown}{more}"


def read_batch(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of NDJSON or CSV with their line numbers.

    Raises:
        BadRows: when a line is neither, or a column is unknown.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise UsageError("there is nothing on standard input; pipe NDJSON or CSV into it")
    return _read_ndjson(text) if text.lstrip().startswith("{") else _read_csv(text)


def _read_ndjson(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    rows, faults = [], []
    for line, row in enumerate(text.split("\n"), 1):  # a note may hold other line ends
        if not row.strip():
            continue
        try:
            # Numbers stay text: a float would lose digits.
            found = json.loads(row, parse_float=str, parse_int=str, parse_constant=str)
        except json.JSONDecodeError as error:
            faults.append(f"line {line}: not JSON: {error.msg}")
            continue
        if not isinstance(found, dict) or not all(_plain(v) for v in found.values()):
            faults.append(f"line {line}: not an object of texts and numbers")
            continue
        rows.append((line, {str(k): str(v) for k, v in found.items() if v is not None}))
    if faults:
        raise BadRows(_listed(faults, len(rows) + len(faults)))
    return iter(rows)


def _plain(value: object) -> bool:
    return value is None or (isinstance(value, str) and not isinstance(value, bool))


def _read_csv(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(reader)]
    unknown = [name for name in header if name not in KEYS]
    if unknown:
        raise UsageError(f"unknown column {unknown[0]!r}; the columns are: {', '.join(KEYS)}")
    return _cells(reader, header)


def _cells(
    reader: "Iterable[list[str]]", header: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    faults = []
    rows = []
    for cells in reader:
        line = getattr(reader, "line_num", 0)
        if not any(cells):
            continue
        if len(cells) != len(header):
            faults.append(f"line {line}: {len(cells)} cells under {len(header)} columns")
            continue
        rows.append((line, dict(zip(header, cells, strict=True))))
    if faults:
        raise BadRows(_listed(faults, len(rows) + len(faults)))
    return iter(rows)


__all__ = ["ALREADY", "CONFLICT", "RECORDED", "Added", "add_batch", "add_transaction"]
