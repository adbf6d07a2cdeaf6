"""What a row states: the same content again is the same row, other content is a conflict."""

from collections.abc import Sequence

from folio.db.transactions.postings import NewAction, NewPosting
from folio.db.values import day_text
from folio.model.digests import sha256
from folio.model.numbers import to_text
from folio.model.transactions import Draft


def content_of(
    draft: Draft,
    account: int | None,
    postings: Sequence[NewPosting],
    action: NewAction | None,
    related: int | None,
) -> bytes:
    """The SHA-256 of what a row states; notes and prices for information are left out.

    Of an instant the seconds are left out too, as a spreadsheet does that saves a statement.
    Words and numbers without blanks, a line for the event and one for each posting.
    """
    at, terms = draft.occurred_at, draft.ratio
    ratio = "" if terms is None else f"{terms[0]}:{terms[1]}"
    to, share = (None, None) if action is None else (action.to_asset_id, action.cost_share)
    minute = "" if at is None else at.isoformat(timespec="minutes")
    text = (
        f"{draft.kind} {day_text(draft.occurred_on)} {minute} "
        f"{account} {related} {ratio} "
        f"{to} {'' if share is None else to_text(share)}"
    )
    for holding, role, units, _, _, amount, *_ in postings:
        if role != "external":
            text += f"\n{holding} {role} {units} {amount or ''}"
    return sha256(text.encode()).digest()
