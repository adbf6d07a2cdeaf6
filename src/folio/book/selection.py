"""Which holdings a question is about."""

from typing import NamedTuple

from folio.book.groups import members
from folio.db.catalog import Catalog
from folio.errors import UnknownName
from folio.model.accounts import Holding
from folio.model.assets import parse_asset_ref
from folio.model.transactions import parse_account_ref


class Filters(NamedTuple):
    """The filters of every listing; each narrows the others."""

    group: str | None = None
    account: str | None = None
    institution: str | None = None
    asset: str | None = None
    type: str | None = None

    def __bool__(self) -> bool:
        return any(self)


def select(catalog: Catalog, filters: Filters) -> list[Holding]:
    """The holdings that the filters leave, whatever their flags.

    Raises:
        UnknownName: when a filter names nothing in the book.
    """
    chosen = list(catalog.holdings.values())
    if filters.account is not None:
        accounts = _accounts(catalog, filters.account)
        chosen = [h for h in chosen if h.account_id in accounts]
    if filters.institution is not None:
        at = _institution(catalog, filters.institution)
        chosen = [h for h in chosen if catalog.accounts[h.account_id].institution_id == at]
    if filters.asset is not None:
        assets = _assets(catalog, filters.asset)
        chosen = [h for h in chosen if h.asset_id in assets]
    if filters.type is not None:
        chosen = [h for h in chosen if catalog.assets[h.asset_id].type == filters.type]
    if filters.group is not None:
        within = members(catalog, filters.group)
        chosen = [h for h in chosen if h.id in within]
    return chosen


def _accounts(catalog: Catalog, text: str) -> set[int]:
    ref = parse_account_ref(text)
    found = {
        a.id
        for a in catalog.accounts.values()
        if a.name.casefold() == ref.name.casefold() and ref.institution in (None, a.institution)
    }
    if not found:
        raise UnknownName(f"there is no account {text!r}; see: folio account list")
    return found


def _institution(catalog: Catalog, text: str) -> int:
    for institution in catalog.institutions.values():
        if institution.name.casefold() == text.casefold():
            return institution.id
    raise UnknownName(f"there is no institution {text!r}; see: folio institution list")


def _assets(catalog: Catalog, text: str) -> set[int]:
    ref = parse_asset_ref(text)
    found = {
        a.id
        for a in catalog.assets.values()
        if (a.symbol.casefold() == ref.symbol.casefold() or a.isin == ref.symbol)
        and (not ref.market or a.market.casefold() == ref.market.casefold())
    }
    if not found:
        raise UnknownName(f"there is no asset {text!r}; see: folio asset list")
    return found
