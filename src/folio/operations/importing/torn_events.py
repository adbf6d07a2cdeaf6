"""Events of several rows that the end of a file tears: some rows in one file, all in another.

The rows of a trade or of a transfer between wallets make one event.  A file that begins or
ends in the middle of it states some of the rows, which are booked as what they are alone.
Every event is remembered with its rows; whichever file comes first, the whole event stands
in the ledger at the end:

- the event after some of its rows: what they were booked as is reversed, the event recorded;
- some of the rows after the event: they are there already;
- rows that cancel one another (they left one wallet and arrived in another) likewise.

Two parts of which neither has all the rows of the other are a conflict, as before.
"""

from typing import NamedTuple

from folio.db.statements.event_rows import Whose, add_event_row, events_of, has_event_rows, rows_of
from folio.db.transactions.ledger import find_transaction, get_transaction
from folio.model.transactions import AccountRef, Draft
from folio.operations.recording import Recording
from folio.operations.transactions.record import ALREADY, CANCELLED, Outcome, Recorder
from folio.operations.transactions.reversals import reverse


class _Booked(NamedTuple):
    """A transaction that is in force, and the rows that it is made of."""

    number: int
    rows: frozenset[str]


class TornEvents:
    """The events of one source, as its files state them."""

    def __init__(self, write: Recording, recorder: Recorder) -> None:
        self.write = write
        self.recorder = recorder
        self.any = has_event_rows(write.db, recorder.source_id)

    def outcome(self, draft: Draft) -> Outcome | None:
        """What became of a draft that is part of a booked event; None: it is to be recorded.

        What was booked of a part of it is reversed.
        """
        if draft.external_id is None or not (draft.rows or self.any):
            return None
        whose = self._whose(draft.account)
        rows = frozenset(draft.rows or (draft.external_id,))
        events = events_of(self.write.db, whose, rows) if self.any else {}
        if not draft.rows and not events and not self._has_more(whose, draft.external_id):
            return None
        if all(row in events and events[row] is None for row in rows):
            return Outcome(CANCELLED, 0)
        booked = self._booked(whose, {*rows, *filter(None, events.values())})
        for one in booked:
            if rows < one.rows:
                return Outcome(ALREADY, one.number)
        if all(one.rows < rows for one in booked):
            for one in booked:
                self._reverse(one.number)
        return None

    def _has_more(self, whose: Whose, external_id: str) -> bool:
        """Whether an event that has a row's id, as that of its first one has, has others too."""
        return self.any and bool(rows_of(self.write.db, whose, external_id))

    def keep(self, draft: Draft) -> None:
        """Remember which rows an event that was recorded is made of."""
        for row in draft.rows:
            if row != draft.external_id:
                whose = self._whose(draft.account)
                add_event_row(self.write.commit, whose, row, draft.external_id)
                self.any = True

    def cancel(self, account: AccountRef | None, row: str) -> None:
        """Take in that a row moves nothing, for another one of its file cancels it."""
        whose = self._whose(account)
        if events_of(self.write.db, whose, [row]) == {row: None}:
            return
        for one in self._booked(whose, {row}):
            if one.rows == {row}:
                self._reverse(one.number)
        add_event_row(self.write.commit, whose, row, None)
        self.any = True

    def _whose(self, ref: AccountRef | None) -> Whose:
        account = self.recorder.account_of(ref)
        return Whose(account and account.id, self.recorder.source_id)

    def _booked(self, whose: Whose, external_ids: set[str]) -> list[_Booked]:
        found = []
        for external_id in sorted(external_ids):
            known = find_transaction(self.write.db, *whose, external_id)
            if known is not None and not known[3]:
                rows = frozenset({external_id, *rows_of(self.write.db, whose, external_id)})
                found.append(_Booked(known[0], rows))
        return found

    def _reverse(self, number: int) -> None:
        recorded = get_transaction(self.write.db, number)
        if recorded is not None:
            reverse(self.write, recorded)
