"""Groups: tags on holdings and accounts.

Members are the tagged holdings and those of the tagged accounts, future ones too, less
the excluded ones.
"""

from folio.db.arrangements.catalog import Catalog
from folio.db.arrangements.groups import memberships
from folio.errors import UnknownName, near
from folio.model.shell_words import shell_word


def members(catalog: Catalog, name: str) -> set[int]:
    """The ids of a group's holdings.

    Raises:
        UnknownName: when there is no such group.
    """
    return members_of(catalog, _group(catalog, name))


def _group(catalog: Catalog, name: str) -> int:
    wanted = name.casefold()
    group = next((i for i, n in catalog.groups.items() if n.casefold() == wanted), None)
    if group is None:
        raise UnknownName(
            f"there is no group {name!r}{near(name, catalog.groups.values())}; "
            f"add it with: folio group add {shell_word(name)}"
        )
    return group


def tagged_accounts(catalog: Catalog, name: str) -> set[int]:
    """The ids of the accounts that are members of a group as a whole.

    Raises:
        UnknownName: when there is no such group.
    """
    tags = memberships(catalog.db, _group(catalog, name), catalog.known_at)
    return {account for account, _, tag in tags if account is not None and tag == "member"}


def members_of(catalog: Catalog, group_id: int) -> set[int]:
    """The ids of a group's holdings."""
    tagged: set[int] = set()
    excluded: set[int] = set()
    for account_id, holding_id, membership in memberships(catalog.db, group_id, catalog.known_at):
        holdings = (
            {catalog.holdings[holding_id].id}
            if holding_id is not None
            else {h.id for h in catalog.holdings.values() if h.account_id == account_id}
        )
        if membership == "member":
            tagged |= holdings
        else:
            excluded |= holdings
    return tagged - excluded
