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
from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from folio.db.commits import rows_sha256
from folio.db.connection import packing
from folio.db.ledger import get_transaction, has_transactions
from folio.db.observations import add_observation, balance_said
from folio.db.prices import NewPrice, price_said
from folio.db.settings import load_settings
from folio.db.statements import Asked, add_row_answer, add_rows, known_file
from folio.errors import BadRows, FolioError
from folio.model.numbers import to_text
from folio.model.statements import BAD, StatedBalance, Statement
from folio.model.transactions import AccountRef, Draft, parse_account_ref
from folio.operations.collector import collector_at_rest
from folio.operations.compare_balances import Compared, Stated, compare_when_derived
from folio.operations.fates import Fates
from folio.operations.link_transfers import settle_new_legs
from folio.operations.names import (
    account_for,
    asset_for,
    find_account,
    holding_for,
    set_tracks_cash,
)
from folio.operations.read_files import LEFT_OUT, Choices, File, Watch, read_files, unwatched
from folio.operations.record import (
    ALREADY,
    CONFLICT,
    HELD,
    IGNORED,
    RECORDED,
    Outcome,
    Recorder,
)
from folio.operations.recording import Recording, Who, recording
from folio.operations.reversals import reverse

if TYPE_CHECKING:
    from folio.importers import Profile

LOOKED_UP = 2000  # drafts at a time


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
    transactions: Sequence[int]  # new ones
    notes: tuple[str, ...]
    made: tuple[str, ...] = ()  # accounts and assets that are new
    linked: tuple[str, ...] = ()  # transfers, in words
    replaced: int = 0  # accruals whose place rows of interest took
    balances: tuple[Compared, ...] = ()  # that it states, beside the ledger


@collector_at_rest()
def import_files(
    db: sqlite3.Connection,
    who: Who,
    paths: Sequence[Path],
    profiles: "Mapping[str, Profile]",
    choices: Choices,
    preview: Callable[[sqlite3.Connection, list[int]], None] | None = None,
    watch: Watch = unwatched,
    pass_over: Callable[[Path, str], None] | None = None,
) -> list[Summary]:
    """Import statements; ``preview`` is shown the new transactions before they are kept.

    ``watch`` is told how far it is, and ``pass_over`` of each file that is no statement, and
    why; where it is None, such a file refuses all of them.

    Raises:
        BadRows: listing every line that cannot be read, unless ``skip_bad``.
        FolioError: when a file is of no profile, of several, or names something unknown.
    """
    zone = ZoneInfo(load_settings(db).book("time_zone"))
    files = read_files(db, paths, profiles, choices, zone, watch, pass_over)
    with packing(db), recording(db, who, dry_run=choices.dry_run) as write:
        imports = [Import(write, file, choices, watch) for file in files]
        summaries = [one.run() for one in imports]
        linked = tuple(settle_new_legs(write))  # of all the files together
        summaries[-1:] = [one._replace(linked=linked) for one in summaries[-1:]]
        compared = compare_when_derived(write, [one.stated_balances for one in imports])
        watch("working out the figures", 0, 0)
        if preview is not None:
            preview(db, [n for summary in summaries for n in summary.transactions])
    pairs = zip(summaries, compared, strict=True)
    return [summary._replace(balances=found) for summary, found in pairs]


class Import:
    """One file on its way into the book."""

    def __init__(
        self, write: Recording, file: File, choices: Choices, watch: Watch = unwatched
    ) -> None:
        self.write = write
        self.file = file
        self.choices = choices
        self.watch = watch
        # Of a million rows: eight bytes a number.
        self.fates = Fates()
        self.links = (array("q"), array("q"))  # transactions and lines: new and already there
        self.waiting: list[tuple[Draft, Outcome]] = []  # for an answer
        self.new = array("q")
        self.replaced = 0
        self.new_balances: list[tuple[StatedBalance, int]] = []
        self.stated_balances: list[Stated] = []
        self.notes: list[str] = []
        self.made_before = 0

    def run(self) -> Summary:
        self.made_before = len(self.write.made)
        statement = self.file.statement
        if statement is None:
            return self._whole()
        self.source = statement.source or statement.profile
        self.account = self._account(statement)
        self._expect_cash(statement)
        self._record(statement)
        self._find_balances(statement)
        self._prices(statement)
        self.counts = self.fates.counts(statement.rows)
        number = self._keep(statement) if self._adds_something() else None
        return self._summary(statement, number)

    def _whole(self) -> Summary:
        """A file that was imported whole: nothing to read again."""
        known = known_file(self.write.db, self.file.sha256, self.file.profile)[-1]
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
        if find_account(self.write.catalog, ref) is not None:
            return ref
        there = [
            account
            for account in self.write.catalog.accounts.values()
            if account.institution.casefold() == statement.institution.casefold()
        ]
        if len(there) == 1:
            return AccountRef(there[0].name, there[0].institution)
        if self.choices.create and not there:
            return ref
        names = " or ".join(f"--account '{account.key}'" for account in there)
        raise FolioError(
            f"{self.file.path} does not say which account it is of; say {names or '--account NAME'}"
            + ("" if there else f", or --create to make one named {statement.institution!r}")
        )

    def _expect_cash(self, statement: Statement) -> None:
        """An account without a word on cash and without a past tracks what its statement has."""
        catalog = self.write.catalog
        refs = {draft.account or self.account for draft in statement.drafts}
        for ref in refs if statement.tracks_cash else ():
            account = None if ref is None else find_account(catalog, ref)
            if account is None or catalog.tracks_cash(account, statement.drafts[0].occurred_on):
                continue
            said = catalog.settings.get(("account", account.id), "tracks_cash")
            if said is None and not has_transactions(self.write.db, account.id):
                set_tracks_cash(self.write, account)
            else:
                self.notes.append(
                    f"{account.key} does not track cash, and this statement has it; to keep it "
                    f"from now on: folio account set '{account.key}' --cash"
                )

    def _record(self, statement: Statement) -> None:
        recorder = Recorder(
            self.write,
            self.source,
            create=self.choices.create,
            account=self.account,
            tracks_cash=statement.tracks_cash,
            holds_twins=True,
        )
        faults: dict[str, int] = {}
        drafts = statement.drafts
        with self.write.commit.gathering():
            for first in range(0, len(drafts), LOOKED_UP):
                self.watch(f"recording {self.file.path.name}", first, len(drafts))
                several = drafts[first : first + LOOKED_UP]
                recorder.look_up(several)
                for draft in several:
                    try:
                        self._take(recorder, draft)
                    except FolioError as fault:
                        faults.setdefault(str(fault), draft.lines[0] if draft.lines else 0)
        if faults:
            listed = [f"\n  line {line}: {text}" for text, line in faults.items()]
            more = f"\n  … and {len(listed) - 50} more" if len(listed) > 50 else ""
            raise BadRows(f"{self.file.path}: nothing was recorded:{''.join(listed[:50])}{more}")
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
            self.replaced += outcome.in_place_of is not None
        for line in draft.lines:
            self.fates.note(line, outcome.status)
            if outcome.status in (RECORDED, ALREADY):
                self.links[0].append(outcome.transaction_id)
                self.links[1].append(line)
            else:
                self.fates.reasons[line] = _reason(draft, outcome)
        if outcome.status in (CONFLICT, HELD):
            self.waiting.append((draft, outcome))

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
            taken = said in (None, stated.balance) or self.choices.supersede
            if taken:
                self.stated_balances.append((holding.id, stated.day, stated.balance))
            if taken and said != stated.balance:
                self.new_balances.append((stated, holding.id))
            elif not taken and said is not None:
                self.notes.append(
                    f"another statement says {to_text(said)} {asset.key} at the end of "
                    f"{stated.day}, this one {to_text(stated.balance)}; --supersede takes this one"
                )

    def _prices(self, statement: Statement) -> None:
        source = self.write.source(self.source) if statement.prices else 0
        for stated in statement.prices:
            asset = asset_for(self.write, stated.asset, create=self.choices.create)
            quote = asset_for(self.write, stated.quote, create=self.choices.create)
            new = NewPrice(asset.id, quote.id, stated.day, stated.price, source)
            if price_said(self.write.db, new) is None:
                self.write.price(new)

    def _adds_something(self) -> bool:
        if self.new or self.new_balances:
            return True
        rejected = self.file.statement and any(r.status == BAD for r in self.file.statement.rows)
        known = known_file(self.write.db, self.file.sha256, self.file.profile)
        return bool(self.waiting or rejected) and not known

    def _keep(self, statement: Statement) -> int:
        """Record the file's rows and what each of them states."""
        write = self.write
        account = None if self.account is None else find_account(write.catalog, self.account)
        number = write.commit.add(
            "statements",
            file_name=self.file.path.name,
            file_sha256=self.file.sha256,
            file_bytes=self.file.size,
            source_id=write.source(self.source),
            profile=statement.profile,
            account_id=account and account.id,
            rows_read=len(statement.rows),
            rows_sha256=rows_sha256(self.fates.kept(statement)),
            **self.counts,
        )
        add_rows(write.commit, number, self.fates.kept(statement))
        write.link(number, zip(*self.links, strict=True))
        self._await_answers(number)
        self._keep_balances(number)
        return number

    def _await_answers(self, number: int) -> None:
        """Keep the identities of rows that wait: other files state them again."""
        write = self.write
        for draft, outcome in self.waiting:
            known = get_transaction(write.db, outcome.transaction_id)
            identity = (
                known and known.account_id,
                write.source(self.source),
                draft.external_id,
                outcome.transaction_id,
            )
            for line in draft.lines:
                add_row_answer(write.commit, Asked(number, line, *identity), None)

    def _keep_balances(self, number: int) -> None:
        write = self.write
        for stated, holding in self.new_balances:
            line = (number, stated.lines[0]) if stated.lines else None
            add_observation(
                write.commit, holding, stated.day, "statement-close", stated.balance, line=line
            )
            write.touched.observation(holding, stated.day)

    def _account_key(self, ref: AccountRef) -> str:
        found = find_account(self.write.catalog, ref)
        return str(ref) if found is None else found.key

    def _summary(self, statement: Statement, number: int | None) -> Summary:
        counts = self.counts
        return Summary(
            self.file.path,
            statement.profile,
            None if self.account is None else self._account_key(self.account),
            number,
            len(statement.rows),
            counts["recorded"],
            counts["already"],
            counts["conflicts"],
            counts["held"],
            counts["skipped"],
            counts["rejected"],
            self.new or (),
            (*statement.notes, *self.notes),
            tuple(self.write.made[self.made_before :]),
            replaced=self.replaced,
        )


def _reason(draft: Draft, outcome: Outcome) -> str:
    if outcome.status == IGNORED:
        return LEFT_OUT
    if outcome.status == HELD:
        return f"probably transaction {outcome.transaction_id}"
    return f"its id {draft.external_id} is transaction {outcome.transaction_id}, with other content"
