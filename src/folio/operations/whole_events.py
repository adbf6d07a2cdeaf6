"""Events of several rows that two exports tear: one ends, or begins, in the middle of them.

What is recorded of such an event does not depend on which export came first: the whole takes
the place of the rows that were recorded alone, and rows of a whole that is there are there.
"""

from collections.abc import Callable

from folio.db.event_rows import add_event_rows, event_of, rows_of
from folio.db.ledger import Known, get_transaction
from folio.model.accounts import Account
from folio.model.transactions import Draft
from folio.operations.recording import Recording
from folio.operations.reversals import reverse

IMPORT = "import"  # the source of such reversals


class WholeEvents:
    """Compares the rows of one source's events with those that are there."""

    def __init__(self, write: Recording, source_id: int) -> None:
        self.write = write
        self.source_id = source_id
        self.made: list[tuple[int, tuple[int | None, int], tuple[str, ...]]] = []

    def settle(
        self,
        draft: Draft,
        account: Account | None,
        content: bytes,
        find: Callable[[Account | None, str], Known | None],
    ) -> int | None:
        """The transaction that says all that the draft says, and more; None where none does.

        Then what was recorded of the event before all of it was seen is reversed.  ``find``
        finds what is there under an external id, ``content`` is the draft's.
        """
        external_id, parts = draft.external_id or "", draft.parts or ()
        known = find(account, external_id)
        if known is None or known[3]:
            whole = event_of(self.write.db, account and account.id, self.source_id, external_id)
        else:
            whole = known[0] if set(parts) < rows_of(self.write.db, known[0]) else None
        if whole is None and parts and (known is None or known[3] or known[2] != content):
            self._make_way(known, parts, [find(account, part) for part in parts])
        return whole

    def _make_way(
        self, known: Known | None, parts: tuple[str, ...], others: list[Known | None]
    ) -> None:
        if known is not None and not known[3] and rows_of(self.write.db, known[0]) < set(parts):
            self._reverse(known[0])
        for other in others:
            if other is not None and not other[3]:
                self._reverse(other[0])

    def _reverse(self, number: int) -> None:
        recorded = get_transaction(self.write.db, number)
        if recorded is not None:
            reverse(self.write, recorded, IMPORT)

    def note(self, draft: Draft, account_id: int | None, number: int) -> None:
        """Note what a new transaction was made of."""
        if draft.parts:
            self.made.append((number, (account_id, self.source_id), draft.parts))

    def keep(self) -> None:
        """Record what was noted, once its transactions are written."""
        for number, identity, external_ids in self.made:
            add_event_rows(self.write.commit, number, identity, external_ids)
        self.made.clear()
