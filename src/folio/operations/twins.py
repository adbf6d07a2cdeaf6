"""Rows of a statement that are probably there from another source."""

from collections.abc import Sequence

from folio.db.ledger import has_other_sources, probable_twins
from folio.db.postings import NewPosting
from folio.model.transactions import Draft
from folio.operations.recording import Recording

# What moves money alone: one source calls it by what it was for, another a mere withdrawal.
MONEY = ("deposit", "withdraw", "interest", "dividend", "coupon", "reward", "fee", "tax", "unknown")


class Twins:
    """The transactions of other sources that the rows of one may state again."""

    def __init__(self, write: Recording, source_id: int) -> None:
        self._write = write
        self._source_id = source_id
        self._shared_accounts: dict[int, bool] = {}
        self._paired: set[int] = set()

    def may_be_in(self, account: int) -> bool:
        """Whether an account has transactions of other sources, too."""
        shared = self._shared_accounts.get(account)
        if shared is None:
            shared = has_other_sources(self._write.stored, account, self._source_id)
            self._shared_accounts[account] = shared
        return shared

    def take(
        self, draft: Draft, account: int, postings: Sequence[NewPosting], external_id: str
    ) -> tuple[int, str | None] | None:
        """The twin of a row, and what the user said of the two; None: it has none, or is another.

        A twin is of one row only.
        """
        if not postings:
            return None
        db = self._write.stored  # what other sources said is not being recorded
        first = postings[0]
        identity = (self._source_id, external_id)
        twins = probable_twins(
            db,
            self._write.catalog.members(first.holding_id),
            first.quantity,
            MONEY if draft.kind in MONEY and len(draft.legs) == 1 else [draft.kind],
            draft.occurred_on,
            identity,
        )
        twin = next((t for t in twins if t not in self._paired), None)
        if twin is None:
            return None
        from folio.db.statements import answer_to

        answer = answer_to(db, account, *identity)
        if answer == "different":
            return None
        self._paired.add(twin)
        return twin, answer
