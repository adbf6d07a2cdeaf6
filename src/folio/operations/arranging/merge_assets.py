"""Merging two assets that were found to be one.

A merge is a recorded fact, read through: the ledger keeps what it was told, and every
figure reads the one asset as the other, with its postings, prices, splits, observations
and tags.  It can be undone, and what was recorded of the other asset meanwhile stays there.
"""

import datetime as dt
import sqlite3
from decimal import Decimal

from folio.book import Book
from folio.db.arrangements.aliases import add_alias, first_known, read_aliases
from folio.db.arrangements.vaults import read_vaults, vault_shares
from folio.db.arrangements.yields import read_rules
from folio.engine.vaults import share_on
from folio.errors import FolioError
from folio.model.accounts import Holding
from folio.model.assets import Asset, may_mean, parse_asset_ref
from folio.model.numbers import ZERO, to_text
from folio.model.shell_words import shell_word, shell_words
from folio.operations.interest.yields import refuse_overlap
from folio.operations.names import get_asset, holding_for
from folio.operations.pricing.odd_prices import how_far, is_far
from folio.operations.recording import Recording

_NEAR = dt.timedelta(days=7)


def merge_assets(write: Recording, name: str, into: str) -> tuple[Asset, Asset]:
    """Read the asset ``name`` as the asset ``into`` from now on, for all days; returns both.

    Raises:
        FolioError: when they are one already, or cannot be: both are of another ISIN, earn by
            rules of the same days, or fill a vault with unlike shares.
    """
    catalog = write.catalog
    gone = get_asset(catalog, parse_asset_ref(name))
    kept = get_asset(catalog, parse_asset_ref(into))
    if gone.id == kept.id:
        raise FolioError(f"{name!r} and {into!r} are {kept.key} both; there is nothing to merge")
    for one in (gone, kept):
        if one.is_currency:
            raise FolioError(f"{one.symbol} is a currency; what it is does not change")
    if gone.isin and kept.isin and gone.isin != kept.isin:
        raise FolioError(
            f"{gone.key} has the ISIN {gone.isin} and {kept.key} {kept.isin}, so they are two; "
            f"where one became the other on a day, say so with: folio add-tx symbol_change"
        )
    for holding in [h for h in catalog.holdings.values() if h.asset_id == gone.id]:
        other = holding_for(write, catalog.accounts[holding.account_id], kept, holding.label)
        for rule in read_rules(write.db, catalog.members(other.id)):
            for own in read_rules(write.db, catalog.members(holding.id)):
                refuse_overlap(write, rule, own)
        _refuse_unlike_shares(write, holding, other)
    add_alias(write.commit, gone.id, kept.id)
    _touch(write, gone.id, kept.id)
    return gone, kept


def unlike_prices(db: sqlite3.Connection, name: str, into: str, today: dt.date) -> str | None:
    """How far the last prices of two assets are from each other, before they are one: of two that
    are the same neither is worth half of the other, and of one day's the last one stated counts.
    """
    book = Book(db)
    gone, kept = (get_asset(book.catalog, parse_asset_ref(one)) for one in (name, into))
    new, last = (book.graph.rate(one.id, book.base.id, today) for one in (gone, kept))
    if new is None or last is None or abs(new.day - last.day) > _NEAR:
        return None
    if not is_far(new.rate, last.rate, Decimal(2)):
        return None
    return f"{gone.key}: {how_far(kept, book.base, (new.day, new.rate), (last.day, last.rate))}"


def _refuse_unlike_shares(write: Recording, gone: Holding, kept: Holding) -> None:
    """Refuse two holdings of which one vault counts unlike shares: one holding has one share.

    Raises:
        FolioError: naming the first day on which they differ, and what makes them alike.
    """
    for vault in read_vaults(write.db):
        shares = vault_shares(write.catalog, vault.id)
        if gone.id not in shares or kept.id not in shares:
            continue
        for day in sorted({day for one in (gone, kept) for day, _ in shares[one.id]}):
            own, other = (share_on(shares[one.id], day) or ZERO for one in (gone, kept))
            if own != other:
                catalog = write.catalog
                account, asset = catalog.accounts[gone.account_id], catalog.assets[gone.asset_id]
                where = ["--account", account.key, "--asset", asset.key]
                where += ["--label", gone.label] if gone.label else []
                raise FolioError(
                    f"vault {vault.name} counts {to_text(own)} % of {catalog.describe(gone)} and "
                    f"{to_text(other)} % of {catalog.describe(kept)} on {day}, and as one holding "
                    f"they have one share; make them alike with: folio vault fill "
                    f"{shell_word(vault.name)} {shell_words(*where)} --percent {to_text(other)} "
                    f"--from {day}"
                )


def unmerge_asset(write: Recording, name: str) -> Asset:
    """Read a merged asset as itself again; returns it.

    Raises:
        FolioError: when it was not merged.
    """
    aliases = read_aliases(write.db)
    ref = parse_asset_ref(name)
    merged = [a for a in write.catalog.every_asset.values() if a.id in aliases]
    found = [a for a in merged if may_mean(ref, a) or ref.symbol.upper() == a.isin]
    if len(found) != 1:
        names = ", ".join(f"{a.key} ({a.type})" for a in found or merged) or "none"
        raise FolioError(f"{name!r} is not one of the merged assets, which are: {names}")
    add_alias(write.commit, found[0].id, None)
    _touch(write, found[0].id, aliases.canonical(found[0].id))
    return found[0]


def _touch(write: Recording, gone: int, kept: int) -> None:
    """Everything that rests on the two assets is computed again.

    Its figures change from the first day of which something is known of the one that is read as
    the other.
    """
    write.touched.everything = True
    write.touched.since = first_known(write.db, gone)
    write.touched.about |= {gone, kept}
