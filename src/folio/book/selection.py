"""Which holdings a question is about.

What a filter needs is loaded with the first of its kind: most questions have none.
"""

from folio.db.arrangements.catalog import Catalog
from folio.errors import UnknownName, near, one_of
from folio.model.accounts import Holding
from folio.model.assets import ASSET_TYPES, may_mean, parse_asset_ref
from folio.model.named import NamedTuple


class Filters(NamedTuple):
    """The filters of every listing: any of the names of one, and all of the filters."""

    group: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    asset: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    label: tuple[str, ...] = ()  # of pots within a holding; "": of what is in none

    def __bool__(self) -> bool:
        return any(self)


def select(catalog: Catalog, filters: Filters) -> list[Holding]:
    """The holdings that the filters leave, whatever their flags.

    Raises:
        UnknownName: when a filter names nothing in the book.
    """
    chosen = list(catalog.holdings.values())
    if filters.account:
        accounts = set().union(*(_accounts(catalog, name) for name in filters.account))
        chosen = [h for h in chosen if h.account_id in accounts]
    if filters.institution:
        at = {_institution(catalog, name) for name in filters.institution}
        chosen = [h for h in chosen if catalog.accounts[h.account_id].institution_id in at]
    if filters.asset:
        assets = set().union(*(_assets(catalog, name) for name in filters.asset))
        chosen = [h for h in chosen if h.asset_id in assets]
    if filters.type:
        types = {one_of(name, ASSET_TYPES, "asset type") for name in filters.type}
        chosen = [h for h in chosen if catalog.assets[h.asset_id].type in types]
    if filters.label:
        chosen = [h for h in chosen if h.label in filters.label]
    if filters.group:
        from folio.book.groups import members

        within = set().union(*(members(catalog, name) for name in filters.group))
        chosen = [h for h in chosen if h.id in within]
    return chosen


def accounts_of(catalog: Catalog, filters: Filters) -> set[int]:
    """The accounts of the holdings that the filters leave.

    An account without holdings is there too, where it is named, or tagged as a whole.

    Raises:
        UnknownName: when a filter names nothing in the book.
    """
    chosen = {holding.account_id for holding in select(catalog, filters)}
    if filters.asset or filters.type:
        return chosen
    empty = set(catalog.accounts) - {holding.account_id for holding in catalog.holdings.values()}
    if filters.account:
        empty &= set().union(*(_accounts(catalog, name) for name in filters.account))
    if filters.institution:
        at = {_institution(catalog, name) for name in filters.institution}
        empty = {a for a in empty if catalog.accounts[a].institution_id in at}
    if filters.group:
        from folio.book.groups import tagged_accounts

        empty &= set().union(*(tagged_accounts(catalog, name) for name in filters.group))
    return chosen | empty


def asset_ids(catalog: Catalog, names: tuple[str, ...]) -> set[int] | None:
    """The assets that these names mean; None where there are no names."""
    return set().union(*(_assets(catalog, name) for name in names)) if names else None


def _accounts(catalog: Catalog, text: str) -> set[int]:
    from folio.model.transactions import parse_account_ref

    found = {account.id for account in catalog.accounts_named(parse_account_ref(text))}
    if not found:
        hint = near(text, [n for a in catalog.accounts.values() for n in (a.name, a.key)])
        raise UnknownName(f"there is no account {text!r}{hint}; see: folio account list")
    return found


def _institution(catalog: Catalog, text: str) -> int:
    for institution in catalog.institutions.values():
        if institution.name.casefold() == text.casefold():
            return institution.id
    hint = near(text, [institution.name for institution in catalog.institutions.values()])
    raise UnknownName(f"there is no institution {text!r}{hint}; see: folio institution list")


def _assets(catalog: Catalog, text: str) -> set[int]:
    """What one that was merged is read as, by its own name too."""
    ref = parse_asset_ref(text)
    called = catalog.assets_called(ref.symbol)
    found = {catalog.assets[a.id].id for a in called if may_mean(ref, a)}
    if (number := catalog.with_isin(ref.symbol.upper())) is not None:
        found.add(catalog.assets[number].id)
    if not found:
        hint = near(ref.symbol, [asset.symbol for asset in catalog.assets.values()])
        raise UnknownName(f"there is no asset {text!r}{hint}; see: folio asset list")
    return found
