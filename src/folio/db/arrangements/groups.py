"""Groups and their members."""

import sqlite3
from typing import TYPE_CHECKING

from folio.db.values import upto

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


def memberships(
    db: sqlite3.Connection, group_id: int, known_at: int | None
) -> list[tuple[int | None, int | None, str]]:
    """What is tagged: (account or None, holding or None, member or excluded)."""
    query = (
        "SELECT account_id, holding_id, membership FROM group_members "
        "WHERE group_id = ? AND commit_id <= ? ORDER BY id"
    )
    said: dict[tuple[int | None, int | None], str | None] = {}
    for account, holding, membership in db.execute(query, [group_id, upto(known_at)]):
        said[(account, holding)] = membership
    return [(*key, membership) for key, membership in said.items() if membership is not None]


def tag(
    commit: "Commit",
    group_id: int,
    membership: str | None,
    *,
    account_id: int | None = None,
    holding_id: int | None = None,
) -> None:
    """Record that an account or a holding is a member, excluded, or neither (None)."""
    commit.add(
        "group_members",
        group_id=group_id,
        account_id=account_id,
        holding_id=holding_id,
        membership=membership,
    )
