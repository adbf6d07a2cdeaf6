"""One statement on its way into the book: what is new of it, and what becomes of its rows.

Every row that was read has one status, and the counts of a summary add up to the rows read:
*recorded*, *already there*, a *conflict* (the same id with other content), *held* (probably
there under another identity: see :mod:`folio.operations.transactions.twins`), *skipped* (it moves
nothing) or *rejected* (it could not be read).

A file that adds nothing leaves no trace.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from folio.db.prices.prices import NewPrice, price_said
from folio.db.statements.elsewhere import also_in
from folio.db.statements.rows_on_their_way import RowsOnTheirWay
from folio.db.statements.statements import Asked, add_row_answer, known_file, unasked
from folio.db.transactions.ledger import get_transaction
from folio.errors import FolioError
from folio.importers.files.text_file import Unended
from folio.model.assets import Asset, AssetRef
from folio.model.shell_words import shell_word
from folio.model.statements import (
    BAD,
    KnownRows,
    NotInOrder,
    Piece,
    RawRow,
    Statement,
)
from folio.model.transactions import AccountRef, Draft
from folio.operations.importing.fates import Fates, Links, reason
from folio.operations.importing.faults import Faults
from folio.operations.importing.overlap import NotTheSame, Overlap, overlap_with
from folio.operations.importing.read_files import Choices, File
from folio.operations.importing.stated_balances import StatedBalances
from folio.operations.importing.statement_accounts import Accounts
from folio.operations.importing.torn_events import TornEvents
from folio.operations.names import asset_for, find_account
from folio.operations.reconciling.compare_balances import Compared
from folio.operations.recording import Recording
from folio.operations.transactions.record import (
    ALREADY,
    CONFLICT,
    HELD,
    RECORDED,
    Outcome,
    Recorder,
)
from folio.operations.transactions.reversals import reverse
from folio.operations.transactions.twins import Twins
from folio.operations.watching import Watch, unwatched

if TYPE_CHECKING:
    from folio.importers.tables.stream import Stream

LOOKED_UP = 2000  # drafts at a time
LOOKED_AT = 200  # new transactions: enough to tell whose statement it is


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
    linked: tuple[str, ...] = ()  # transfers, the first in words
    more_linked: int = 0
    replaced: int = 0  # accruals whose place rows of interest took
    balances: Sequence[Compared] = ()  # that it states, beside the ledger: once all is derived


class ReadWhole(Exception):
    """A file turned out to be one that cannot be read in pieces; nothing was recorded."""

    def __init__(self, path: Path) -> None:
        self.path = path


class ReadAll(ReadWhole):
    """Rows of a file that were taken for known may not be; nothing was recorded."""


class Import:
    """One file on its way into the book."""

    def __init__(
        self,
        write: Recording,
        file: File,
        choices: Choices,
        watch: Watch = unwatched,
        *,
        all_rows: bool = False,
    ) -> None:
        self.write = write
        self.file = file
        self.choices = choices
        self.watch = watch
        self.all_rows = all_rows  # read those too that an earlier file had
        self.overlap: Overlap | None = None
        # Of a million rows: four bytes a number.
        self.fates = Fates()
        self.links = Links()  # of rows that are new or already there
        self.faults = Faults(write.stored, file, skip_bad=choices.skip_bad)
        self.waiting: list[tuple[Draft, Outcome]] = []  # for an answer
        self.new = array("I")
        self.replaced = 0
        self.balances = StatedBalances(write, choices)
        self.notes: list[str] = []
        self.made_before = 0
        self.has_stated = False  # balances and prices are taken in
        self.own: Collection[int] = ()  # transactions that this file recorded before

    def run(self) -> Summary:
        self.made_before = len(self.write.made)
        try:
            return self._run()
        except NotInOrder:
            raise ReadWhole(self.file.path) from None
        except NotTheSame:
            raise ReadAll(self.file.path) from None

    def _run(self) -> Summary:
        statement = self.file.statement
        if statement is None:
            return self._whole()
        self.source = statement.source or statement.profile
        self.accounts = Accounts(self.write, self.file.path, statement, self.choices)
        self._record(statement)
        self._state(statement)
        self.balances.settle(self.new[0] if self.new else None, self.own, self.links)
        self.counts = self.fates.counts()
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

    def _record(self, statement: "Statement | Stream") -> None:
        self.rows = RowsOnTheirWay(self.write.commit)
        twins = Twins(self.write, self.write.source(self.source), self.own)
        recorder = Recorder(
            self.write,
            self.source,
            create=self.choices.create,
            account=self.accounts.default,
            tracks_cash=statement.tracks_cash,
            twins=twins,
        )
        self.events = TornEvents(self.write, recorder)
        drafts = statement.drafts if isinstance(statement, Statement) else ()
        if isinstance(statement, Statement):
            twins.cover(drafts, [row for _, row in statement.cancelled], whole=True)
        done = 0
        with self.write.commit.gathering():
            for piece in self._pieces(statement):
                if drafts and piece.drafts:
                    self.watch(f"recording {self.file.path.name}", done, len(drafts))
                    done += len(piece.drafts)
                rows = self.faults.readable(piece.rows)
                if not isinstance(statement, Statement):
                    twins.cover(piece.drafts, (), piece.known.transactions, whole=False)
                if not self.faults.final:  # else: what more is wrong?
                    self._take_all(recorder, piece.drafts)
                    self.links.end_piece(piece.known)
                if rows and isinstance(statement, Statement) and not self.faults.found:
                    self._state(statement)  # after the drafts, of which the last is taken
                self._settle(rows, piece.known)
                if self.faults.hopeless:
                    break
        self._prove_known()
        self.faults.refuse(self.fates.rows)
        for account, row in statement.cancelled if isinstance(statement, Statement) else ():
            self.events.cancel(None if self.accounts.is_said else account, row)
        self.notes += [*self.accounts.notes, *recorder.notes, *twins.notes()]

    def _pieces(self, statement: "Statement | Stream") -> Iterator[Piece]:
        if isinstance(statement, Statement):
            return statement.pieces(LOOKED_UP)
        if not (self.all_rows or self.events.any):
            source = self.write.source(self.source)
            self.overlap = overlap_with(self.write, source, statement)
        return statement.pieces(LOOKED_UP, self.overlap)

    def _settle(self, rows: Sequence[RawRow], known: KnownRows) -> None:
        """Keep rows, with what became of what they state."""
        kept = self.fates.of(rows)
        if known.lines:
            self.fates.count_known(known)
            if rows and rows[-1].status == BAD and isinstance(rows[-1].text, Unended):
                raise NotTheSame  # whether the file is torn, all of its rows tell
        self.rows.add(kept, known)

    def _prove_known(self) -> None:
        """See to it that reading all rows would have told the same."""
        if self.overlap is not None and self.overlap.found_any:
            if self.faults.found:
                raise NotTheSame
            self.overlap.prove(one for one, _ in self.links)

    def _take_all(self, recorder: Recorder, drafts: Sequence[Draft]) -> None:
        try:
            drafts = self.accounts.as_said(drafts)
            self.accounts.meet(drafts)
        except FolioError as fault:
            self.faults.stop(fault)
            return
        recorder.account = self.accounts.default
        recorder.look_up(drafts)
        for draft in drafts:
            try:
                self._take(recorder, draft)
            except FolioError as fault:
                self.faults.of_draft(draft, fault)

    def _take(self, recorder: Recorder, draft: Draft) -> None:
        torn = bool(draft.rows) or self.events.any
        outcome = (self.events.outcome(draft) if torn else None) or recorder.record(draft)
        if outcome.status == CONFLICT and self.choices.supersede:
            known = get_transaction(self.write.db, outcome.transaction_id)
            if known is not None:
                reverse(self.write, known)
                outcome = recorder.record(draft)
        if self.overlap is not None:
            self.overlap.check(draft.lines[0], outcome)
        status, number, in_place_of = outcome
        if status == RECORDED:
            if torn:
                self.events.keep(draft)
            self.new.append(number)
            self.replaced += in_place_of is not None
        for line in draft.lines:
            self.fates.note(line, status)
            if status in (RECORDED, ALREADY):
                self.links.note(number, line)
            else:
                self.fates.reasons[line] = reason(draft, outcome)
        if status in (CONFLICT, HELD):
            self.waiting.append((draft, outcome))

    def _state(self, statement: "Statement | Stream") -> None:
        """Take in the balances and prices that the file states, once."""
        if self.has_stated:
            return
        self.has_stated = True
        if any(stated.account is None for stated in statement.balances):
            self.accounts.need_default()
        self.account = self.accounts.default
        self._is_new(self.balances.find(statement, self.accounts, self.source))
        self._prices(statement)

    def _is_new(self, lines: Iterable[int]) -> None:
        """Rows that state something new, and no transaction."""
        for line in lines:
            if not self.fates.outcome(line):
                self.fates.note(line, RECORDED)

    def _prices(self, statement: "Statement | Stream") -> None:
        source = self.write.source(self.source) if statement.prices else 0
        stated_once = {(new.key, new.source_id) for new in self.write.prices}
        for stated in statement.prices:
            asset = self._asset(stated.asset)
            quote = self._asset(stated.quote)
            new = NewPrice(asset.id, quote.id, stated.day, stated.price, source)
            if (new.key, source) not in stated_once and price_said(self.write.db, new) is None:
                stated_once.add((new.key, source))
                self.write.price(new)
                self._is_new(stated.lines)

    def _asset(self, ref: AssetRef) -> Asset:
        return asset_for(self.write, ref, create=self.choices.create, source=self.source)

    def _adds_something(self) -> bool:
        if self.new or self.balances.adds_something:
            return True
        if not (self.waiting or self.counts["rejected"] or self._not_understood()):
            return False
        return not known_file(self.write.db, self.file.sha256, self.file.profile)

    def _keep(self, statement: "Statement | Stream") -> int:
        """Record the file's rows and what each of them states."""
        write = self.write
        account = None if self.account is None else find_account(write.catalog, self.account)
        number = write.commit.add(
            "statements",
            file_name=self.file.name,
            file_sha256=self.file.sha256,
            file_bytes=self.file.size,
            source_id=write.source(self.source),
            profile=statement.profile,
            account_id=account and account.id,
            rows_read=self.fates.rows,
            rows_sha256=self.rows.sha256,
            reading=statement.reading or self.balances.pockets or None,
            **self.counts,
        )
        self.rows.write(number)
        write.commit.link_lines(number, self.links)
        self._await_answers(number)
        self.balances.keep(number)
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
        for line in self._not_understood():
            add_row_answer(write.commit, Asked(number, line), None)

    def _not_understood(self) -> list[int]:
        """The lines that no file had, of those that mean nobody knows what."""
        return unasked(self.write.db, self.file.profile, self.fates.not_understood)

    def _account_key(self, ref: AccountRef) -> str:
        found = find_account(self.write.catalog, ref)
        return str(ref) if found is None else found.key

    def _also_elsewhere(self, number: int | None) -> Iterator[str]:
        """What to say where most of the new rows are in another account, too."""
        looked_at = self.new[:LOOKED_AT]
        if not looked_at:
            return
        source = self.write.source(self.source)
        found = also_in(self.write.db, source, looked_at[0], looked_at[-1])
        if found is None or 2 * found[1] < len(looked_at):
            return
        there = self.write.catalog.accounts[found[0]].key
        first = "first " if len(self.new) > LOOKED_AT else ""
        undo = "" if self.choices.dry_run else f"folio import undo {number}, and then "
        yield (
            f"{found[1]} of its {first}{len(looked_at)} new rows are in {there}, too; if it is "
            f"that account: {undo}folio import FILE --account {shell_word(there)}"
        )

    def _summary(self, statement: "Statement | Stream", number: int | None) -> Summary:
        counts = self.counts
        return Summary(
            self.file.path,
            statement.profile,
            None if self.account is None else self._account_key(self.account),
            number,
            self.fates.rows,
            counts["recorded"],
            counts["already"],
            counts["conflicts"],
            counts["held"],
            counts["skipped"],
            counts["rejected"],
            self.new or (),
            (
                *self.file.notes,
                *statement.notes,
                *self.notes,
                *self.balances.notes,
                *self._also_elsewhere(number),
            ),
            tuple(self.write.made[self.made_before :]),
            replaced=self.replaced,
        )
