"""Importing statements: the raw rows, what they mean, and what is new of it.

All the files of one command are one database transaction: all of it, or nothing.  A file
is read before the transaction begins, so that the book is not locked meanwhile.  Every
row that was read has one status, and the counts of a summary add up to the rows read:
*recorded*, *already there*, a *conflict* (the same id with other content), *held*
(probably there from another source: same account, kind, asset and quantity within three
days), *skipped* (it moves nothing) or *rejected* (it could not be read).

A file that adds nothing leaves no trace.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.db.observations import add_observation, balance_said
from folio.db.postings import get_transaction
from folio.db.prices import NewPrice, price_said
from folio.db.settings import load_settings
from folio.db.statements import Imported, StatementRow, add_rows, is_whole, known_file
from folio.errors import BadRows, FolioError, UnknownName
from folio.importers import Profile, file_sha256, find_profiles, read_statement
from folio.importers.csv_file import lines_above
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, StatedBalance, Statement
from folio.model.transactions import AccountRef, Draft, parse_account_ref
from folio.operations.names import account_for, asset_for, find_account, holding_for
from folio.operations.record import ALREADY, CONFLICT, HELD, RECORDED, Recorder
from folio.operations.recording import Recording, Who, recording
from folio.operations.undo import reverse

_RANK = (RECORDED, CONFLICT, HELD, ALREADY)  # of a row with several drafts the first counts
_STATUS = {RECORDED: "recorded", CONFLICT: "conflict", HELD: "held", ALREADY: "already"}


class Choices(NamedTuple):
    """How to import."""

    profile: str | None = None  # None: the one that fits
    account: str | None = None
    create: bool = False
    skip_bad: bool = False
    supersede: bool = False
    dry_run: bool = False


class File(NamedTuple):
    """A file, read and ready to be recorded."""

    path: Path
    sha256: str
    size: int
    profile: Profile
    statement: Statement | None  # None: it was imported whole already
    above: tuple[tuple[int, str], ...]  # lines above its first row


class Summary(NamedTuple):
    """What became of one file; the six counts add up to ``rows``."""

    path: Path
    profile: str
    account: str | None
    statement_id: int | None  # None: nothing was recorded
    rows: int
    recorded: int
    already: int
    conflicts: int
    held: int
    skipped: int
    rejected: int
    transactions: tuple[int, ...]  # new ones
    notes: tuple[str, ...]
    made: tuple[str, ...] = ()  # accounts and assets that are new


def import_files(
    db: sqlite3.Connection,
    who: Who,
    paths: Sequence[Path],
    profiles: Mapping[str, Profile],
    choices: Choices,
    preview: Callable[[sqlite3.Connection, list[int]], None] | None = None,
) -> list[Summary]:
    """Import statements; ``preview`` is shown the new transactions before they are kept.

    Raises:
        BadRows: listing every line that cannot be read, unless ``skip_bad``.
        FolioError: when a file is of no profile, of several, or names something unknown.
    """
    zone = ZoneInfo(load_settings(db).book("time_zone"))
    files = [_read(db, path, profiles, choices, zone) for path in paths]
    with recording(db, who, dry_run=choices.dry_run) as write:
        summaries = [_Import(write, file, choices).run() for file in files]
        if preview is not None:
            preview(db, [n for summary in summaries for n in summary.transactions])
    return summaries


def _read(
    db: sqlite3.Connection,
    path: Path,
    profiles: Mapping[str, Profile],
    choices: Choices,
    zone: ZoneInfo,
) -> File:
    profile = choose_profile(path, profiles, choices.profile)
    sha256 = file_sha256(path)
    whole = not (choices.dry_run or choices.supersede) and any(
        is_whole(db, i) and _same_account(db, i, choices)
        for i in known_file(db, sha256, profile.name)
    )
    statement = None if whole else read_statement(path, profile, zone)
    above: tuple[tuple[int, str], ...] = ()
    if statement is not None:
        bad = [row for row in statement.rows if row.status == BAD]
        if bad and not choices.skip_bad:
            raise BadRows(_listed(path, statement, bad))
        first = min((row.line for row in statement.rows), default=1)
        above = tuple(lines_above(path, profile, first))
    return File(path, sha256, path.stat().st_size, profile, statement, above)


def _same_account(db: sqlite3.Connection, imported: Imported, choices: Choices) -> bool:
    """Whether the file would go where it went before."""
    from folio.db.catalog import Catalog

    if choices.account is None:
        return True
    account = find_account(Catalog(db), parse_account_ref(choices.account))
    return account is not None and account.id == imported.account_id


def choose_profile(path: Path, profiles: Mapping[str, Profile], name: str | None) -> Profile:
    """The profile of this name, else the only one whose header the file has.

    Raises:
        FolioError: when there is none, or several fit.
    """
    if name is not None:
        if name not in profiles:
            raise UnknownName(
                f"there is no profile {name!r}; there are: {', '.join(sorted(profiles))}"
            )
        return profiles[name]
    fitting = find_profiles(path, profiles)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = " or ".join(sorted(p.name for p in fitting))
        raise FolioError(f"{path} could be read as {names}; say which with --profile")
    raise FolioError(
        f"{path} is a statement that no profile knows; the profiles are: "
        f"{', '.join(sorted(profiles))}; see: folio profile show generic"
    )


def _listed(path: Path, statement: Statement, bad: Sequence[object]) -> str:
    lines = [f"\n  line {r.line}: {r.reason}" for r in statement.rows if r.status == BAD]
    more = f"\n  … and {len(lines) - 50} more" if len(lines) > 50 else ""
    return (
        f"{path}: {len(bad)} of {len(statement.rows)} rows cannot be read, so nothing was "
        f"recorded; mend them, or leave them out with --skip-bad:{''.join(lines[:50])}{more}"
    )


class _Import:
    """One file on its way into the book."""

    def __init__(self, write: Recording, file: File, choices: Choices) -> None:
        self.write = write
        self.file = file
        self.choices = choices
        self.status: dict[int, str] = {}  # of lines
        self.reasons: dict[int, str] = {}
        self.links: list[tuple[int, int]] = []  # transaction, line: new and already there
        self.new: list[int] = []
        self.new_balances: list[tuple[StatedBalance, int]] = []
        self.notes: list[str] = []
        self.made_before = len(write.made)

    def run(self) -> Summary:
        statement = self.file.statement
        if statement is None:
            return self._whole()
        self.account = self._account(statement)
        self._record(statement)
        self._find_balances(statement)
        self._prices(statement)
        number = self._keep(statement) if self._adds_something() else None
        return self._summary(statement, number)

    def _whole(self) -> Summary:
        """A file that was imported whole: nothing to read again."""
        known = known_file(self.write.db, self.file.sha256, self.file.profile.name)[-1]
        rows = known.rows_read
        already = rows - known.skipped
        return Summary(
            self.file.path, known.profile, None, None, rows, 0, already, 0, 0, known.skipped, 0,
            (), (),
        )  # fmt: skip

    def _account(self, statement: Statement) -> AccountRef | None:
        """Where drafts go that name no account of their own."""
        types = {
            "type": statement.account_type,
            "institution_type": statement.institution_type,
        }
        if self.choices.account is not None:
            ref = parse_account_ref(self.choices.account)
            if find_account(self.write.catalog, ref) is None and ref.institution is None:
                ref = ref._replace(institution=statement.institution)
            return ref._replace(**types)
        if all(draft.account is not None for draft in statement.drafts) and not any(
            b.account is None for b in statement.balances
        ):
            return None
        ref = AccountRef(statement.institution, statement.institution, **types)
        if find_account(self.write.catalog, ref) is None and not self.choices.create:
            at = [
                a for a in self.write.catalog.accounts.values()
                if a.institution.casefold() == statement.institution.casefold()
            ]  # fmt: skip
            if len(at) == 1:
                return AccountRef(at[0].name, at[0].institution)
            raise FolioError(
                f"{self.file.path} does not say which account it is of; say --account NAME, or "
                f"--create to make one named {statement.institution!r}"
            )
        return ref

    def _record(self, statement: Statement) -> None:
        recorder = Recorder(
            self.write,
            statement.source or statement.profile,
            create=self.choices.create,
            account=self.account,
            tracks_cash=statement.tracks_cash,
            holds_twins=True,
        )
        faults: dict[str, int] = {}
        for draft in statement.drafts:
            try:
                self._take(recorder, draft)
            except FolioError as fault:
                faults.setdefault(str(fault), draft.lines[0] if draft.lines else 0)
        if faults:
            shown = "".join(f"\n  line {line}: {text}" for text, line in list(faults.items())[:30])
            raise BadRows(f"{self.file.path} was not recorded:{shown}")
        self.notes += recorder.notes

    def _take(self, recorder: Recorder, draft: Draft) -> None:
        outcome = recorder.record(draft)
        if outcome.status == CONFLICT and self.choices.supersede:
            known = get_transaction(self.write.db, outcome.transaction_id)
            if known is not None:
                reverse(self.write, known)
                outcome = recorder.record(draft)
        if outcome.status == RECORDED:
            self.new.append(outcome.transaction_id)
        for line in draft.lines:
            before = self.status.get(line, ALREADY)
            self.status[line] = min(before, outcome.status, key=_RANK.index)
            if outcome.status in (RECORDED, ALREADY):
                self.links.append((outcome.transaction_id, line))
            elif outcome.status == CONFLICT:
                self.reasons[line] = (
                    f"its id {draft.external_id} is transaction {outcome.transaction_id}, with "
                    "other content"
                )
            elif outcome.status == HELD:
                self.reasons[line] = f"probably transaction {outcome.transaction_id}"

    def _find_balances(self, statement: Statement) -> None:
        for stated in statement.balances:
            ref = stated.account or self.account
            if ref is None:
                continue
            account = account_for(
                self.write, ref, create=self.choices.create, tracks_cash=statement.tracks_cash
            )
            asset = asset_for(self.write, stated.asset, create=self.choices.create)
            holding = holding_for(self.write, account, asset)
            said = balance_said(self.write.db, holding.id, stated.day, "statement-close")
            if said is None or (said != stated.balance and self.choices.supersede):
                self.new_balances.append((stated, holding.id))
            elif said != stated.balance:
                self.notes.append(
                    f"another statement says {to_text(said)} {asset.key} at the end of "
                    f"{stated.day}, this one {to_text(stated.balance)}; --supersede takes this one"
                )
            for line in stated.lines:
                self.status.setdefault(line, ALREADY)

    def _prices(self, statement: Statement) -> None:
        source = self.write.source(statement.source or statement.profile) if statement.prices else 0
        for stated in statement.prices:
            asset = asset_for(self.write, stated.asset, create=self.choices.create)
            quote = asset_for(self.write, stated.quote, create=self.choices.create)
            new = NewPrice(asset.id, quote.id, stated.day, stated.price, source)
            if price_said(self.write.db, new) is None:
                self.write.price(new)

    def _adds_something(self) -> bool:
        if self.new or self.new_balances:
            return True
        unsettled = any(s in (CONFLICT, HELD) for s in self.status.values())
        rejected = self.file.statement and any(r.status == BAD for r in self.file.statement.rows)
        known = known_file(self.write.db, self.file.sha256, self.file.profile.name)
        return bool(unsettled or rejected) and not known

    def _keep(self, statement: Statement) -> int:
        """Record the file's rows and what each of them states."""
        write = self.write
        counts = self._counts(statement)
        account = None if self.account is None else find_account(write.catalog, self.account)
        number = write.commit.add(
            "statements",
            file_name=self.file.path.name,
            file_sha256=self.file.sha256,
            file_bytes=self.file.size,
            source_id=write.source(statement.source or statement.profile),
            profile=statement.profile,
            account_id=account and account.id,
            rows_read=len(statement.rows),
            **counts,
        )
        above = [StatementRow(line, text, "skipped", "header") for line, text in self.file.above]
        add_rows(write.commit, number, [*above, *self._rows(statement)])
        write.link(number, self.links)
        for stated, holding in self.new_balances:
            line = (number, stated.lines[0]) if stated.lines else None
            add_observation(
                write.commit, holding, stated.day, "statement-close", stated.balance, line=line
            )
            write.touched.observation(holding, stated.day)
        return number

    def _rows(self, statement: Statement) -> list[StatementRow]:
        rows = []
        for row in statement.rows:
            if row.status == BAD:
                rows.append(StatementRow(row.line, row.text, "rejected", row.reason))
            elif row.status == SKIPPED:
                rows.append(StatementRow(row.line, row.text, "skipped", row.reason))
            else:
                status = _STATUS[self.status.get(row.line, ALREADY)]
                rows.append(StatementRow(row.line, row.text, status, self.reasons.get(row.line)))
        return rows

    def _counts(self, statement: Statement) -> dict[str, int]:
        statuses = [row.status for row in self._rows(statement)]
        names = {
            "recorded": "recorded",
            "already": "already",
            "conflicts": "conflict",
            "held": "held",
            "skipped": "skipped",
            "rejected": "rejected",
        }
        return {name: statuses.count(status) for name, status in names.items()}

    def _summary(self, statement: Statement, number: int | None) -> Summary:
        counts = self._counts(statement)
        return Summary(
            self.file.path,
            statement.profile,
            None if self.account is None else str(self.account),
            number,
            len(statement.rows),
            counts["recorded"],
            counts["already"],
            counts["conflicts"],
            counts["held"],
            counts["skipped"],
            counts["rejected"],
            tuple(self.new),
            (*statement.notes, *self.notes),
            tuple(self.write.made[self.made_before :]),
        )
