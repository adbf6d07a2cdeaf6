"""Events of several rows that two exports tear: one ends, or begins, in the middle of them.

What is recorded of such an event does not depend on which export came first: the whole takes
the place of the rows that were recorded alone, and rows of a whole that is there are there.
"""

from folio.db.event_rows import add_event_rows, event_of, rows_of
from folio.db.ledger import Known, get_transaction
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

    def there(
        self, draft: Draft, account_id: int | None, external_id: str, known: Known | None
    ) -> int | None:
        """The transaction that says all that the draft says, and more; None where none does."""
        if draft.parts is None:
            return None
        if known is None or known[3]:
            return event_of(self.write.db, account_id, self.source_id, external_id)
        return known[0] if set(draft.parts) < rows_of(self.write.db, known[0]) else None

    def make_way(self, draft: Draft, account_id: int | None, known: list[Known | None]) -> None:
        """Reverse what was recorded of the event before all of it was seen.

        ``known`` is what is there under the identity of the draft and of each of its parts.
        """
        own, *others = known
        db = self.write.db
        if own is not None and not own[3] and rows_of(db, own[0]) < set(draft.parts or ()):
            self._reverse(own[0])
        for other in others:
            if other is not None and not other[3]:
                self._reverse(other[0])

    def _reverse(self, number: int) -> None:
        recorded = get_transaction(self.write.db, number)
        if recorded is not None:
            reverse(self.write, recorded, IMPORT)

    def note(self, draft: Draft, account_id: int | None, number: int) -> None:
        """Note what a new transaction was made of."""
        self.made.append((number, (account_id, self.source_id), draft.parts or ()))

    def keep(self) -> None:
        """Record what was noted, once its transactions are written."""
        for number, identity, external_ids in self.made:
            add_event_rows(self.write.commit, number, identity, external_ids)
        self.made.clear()
