"""Arranging the book: accounts, assets, holdings, vaults and settings.

Names and notes are updated in place, because no figure depends on them; everything else
is a row that says what holds from now on, or from a day.
"""

import datetime as dt
from decimal import Decimal

from folio.db.arrangements.catalog import rename
from folio.db.arrangements.settings import BOOK, DEFAULTS, Scope, add_setting
from folio.db.arrangements.vaults import Vault, find_vault, read_vaults, vault_shares
from folio.engine.vaults import share_on
from folio.errors import FolioError, UnknownName, UsageError, near, one_of
from folio.model.accounts import Account, Holding
from folio.model.assets import ASSET_TYPES, Asset, AssetRef, check_identity, parse_asset_ref
from folio.model.numbers import ZERO, to_text
from folio.model.quote_units import parse_quote_unit
from folio.model.shell_words import shell_words
from folio.model.transactions import parse_account_ref
from folio.operations.arranging.lot_methods import check_method, set_lot_method
from folio.operations.names import asset_for, clean_name, get_account, get_asset
from folio.operations.pricing.price_settings import check_source
from folio.operations.recording import Recording

STATUSES = ("active", "frozen", "closed")


def get_holding(write: Recording, account: str, asset: str, label: str = "") -> Holding:
    """The holding so named.

    Raises:
        UnknownName: when the account does not hold the asset.
    """
    where = get_account(write.catalog, parse_account_ref(account))
    what = get_asset(write.catalog, parse_asset_ref(asset))
    found = write.catalog.holding_of(where.id, what.id, label)
    if found is None:
        named = f" [{label}]" if label else ""
        words = shell_words(where.key, what.key, *(["--label", label] if label else []))
        raise UnknownName(
            f"{where.key} has never held {what.key}{named}; see: folio holding list, or add it "
            f"with: folio holding add {words}"
        )
    return found


def rename_thing(write: Recording, table: str, number: int, name: str) -> str:
    """Give something another name; returns it, tidied.

    Raises:
        FolioError: when the name is taken.
        UsageError: when it is empty or cannot be shown.
    """
    tidy = clean_name(name, table.rstrip("s"))
    rename(write.db, table, number, "name", tidy)
    return tidy


def write_note(write: Recording, table: str, number: int, note: str) -> None:
    """Keep a note on something; an empty one takes it away."""
    rename(write.db, table, number, "note", note.strip())


def set_account(
    write: Recording,
    name: str,
    *,
    status: str | None = None,
    closed_on: dt.date | None = None,
    tracks_cash: bool | None = None,
    complete_history: bool | None = None,
    currency: AssetRef | None = None,
    from_day: dt.date | None = None,
) -> Account:
    """Change an account's status, or from a day on whether it tracks cash and in which currency
    an amount is that says none; what is recorded stays in its own.

    ``complete_history`` says whether its sources tell all that ever happened in it.

    Raises:
        UsageError: for an unknown status.
    """
    account = get_account(write.catalog, parse_account_ref(name))
    scope = ("account", account.id)
    if status is not None:
        add_setting(write.commit, scope, "status", one_of(status, STATUSES, "status"))
        closed = None if closed_on is None or status != "closed" else closed_on.isoformat()
        add_setting(write.commit, scope, "closed_on", closed)
    if tracks_cash is not None:
        add_setting(write.commit, scope, "tracks_cash", "yes" if tracks_cash else "no", from_day)
    if currency is not None:
        money = asset_for(write, currency, create=True)
        add_setting(write.commit, scope, "currency", money.symbol, from_day)
    if complete_history is not None:
        add_setting(write.commit, scope, "complete_history", "yes" if complete_history else "no")
    return account


def set_asset(
    write: Recording,
    name: str,
    *,
    type: str | None = None,
    isin: str | None = None,
    market: str | None = None,
    precision: int | None = None,
    quote_unit: str | None = None,
) -> Asset:
    """Correct what an asset is; a quote unit or an ISIN of "" is taken away.

    The quote unit moves no figure: prices stand in the book in currencies.

    Raises:
        FolioError: when another asset is that already.
    """
    asset = get_asset(write.catalog, parse_asset_ref(name))
    if asset.is_currency:
        raise FolioError(f"{asset.symbol} is a currency; what it is does not change")
    if type is not None:
        one_of(type, ASSET_TYPES[1:], "type for it")  # the first is currency
    changed = asset._replace(
        type=type or asset.type,
        isin=asset.isin if isin is None else isin or None,
        market=asset.market if market is None else market,
        precision=asset.precision if precision is None else precision,
    )
    check_identity(changed.symbol, changed.type, changed.market)
    for other in write.catalog.every_asset.values():
        if other.id == asset.id:
            continue
        if (other.symbol, other.type, other.market) == (
            changed.symbol,
            changed.type,
            changed.market,
        ):
            raise FolioError(f"there is an asset {other.key!r} ({other.type}) already")
        if isin and other.isin == isin:
            raise FolioError(f"ISIN {isin} belongs to {other.key!r} already")
    values = {"type": type, "isin": isin, "market": market}
    values["precision"] = None if precision is None else str(precision)
    stated = {key: value for key, value in values.items() if value is not None}
    for key, value in stated.items():
        add_setting(write.commit, ("asset", asset.id), key, value)
    rounded = asset.is_currency and changed.precision != asset.precision
    if changed.type != asset.type or rounded:  # the others move no figure
        write.touched.everything = True
        write.touched.about.add(asset.id)
    if quote_unit is not None:
        unit = parse_quote_unit(quote_unit).code if quote_unit else None
        add_setting(write.commit, ("asset", asset.id), "quote_unit", unit)
    return changed


# -- settings ----------------------------------------------------------------------------


def set_setting(
    write: Recording,
    scope: Scope,
    key: str,
    text: str | None,
    from_day: dt.date | None = None,
) -> None:
    """Record a setting of the book, after checking it; None takes it back.

    Raises:
        UsageError: when the key or its value is unknown, or it cannot have a first day.
    """
    if key == "lot_method":
        set_lot_method(write, scope, text, from_day)
        return
    if key in ("base_currency", "time_zone"):
        shown = "; to see reports in another: folio config set currency CODE"
        hint = shown if key == "base_currency" else ""
        raise UsageError(f"{key} is chosen when the book is made, with: folio init{hint}")
    check = _CHECKS.get(key)
    if check is None:  # it is one of accounts
        raise UsageError(f"{key!r} is no setting{near(key, _CHECKS)}; see: folio config list")
    if from_day is not None:
        raise UsageError(f"{key} holds always; leave out --from")
    if text is not None:
        check(key, text)
    default = DEFAULTS.get(key) if scope == BOOK else None
    before = write.catalog.settings.get(scope, key) or default
    add_setting(write.commit, scope, key, text)
    if before == (text or default) or key.startswith("price_source."):
        return  # as it was, or of what is still to come
    if key in _NO_FIGURE_STORED:
        write.touched.told(dt.date.min)
    else:
        write.touched.everything = True


def _days(key: str, text: str) -> None:
    if not text.isdecimal() or not 0 < int(text) < 100_000:
        raise UsageError(f"{key} {text!r} is not a number of days")


_CHECKS = {
    **{f"price_source.{kind}": check_source for kind in ASSET_TYPES},
    "lot_method": check_method,
    "stale_days": _days,
    "stale_days_slow": _days,
    "long_term_days": _days,
}
_NO_FIGURE_STORED = frozenset({"long_term_days"})  # asked for when a report is made


# -- vaults ------------------------------------------------------------------------------


def add_vault(
    write: Recording,
    name: str,
    *,
    target: Decimal,
    currency: Asset,
    by: dt.date | None,
) -> int:
    """Record a vault with its target.

    Raises:
        FolioError: when the name is taken.
        UsageError: when the target is not above 0.
    """
    name = clean_name(name, "vault")
    _check_target(target)
    number = find_vault(write.db, name)
    if number is not None:
        if any(v.id == number for v in read_vaults(write.db)):
            raise FolioError(f"there is a vault {name!r} already; change it: folio vault set")
    else:
        number = write.commit.add("vaults", name=name)
    _aim(write, number, target, currency.id, by)
    return number


def _check_target(target: Decimal) -> None:
    if target <= ZERO:
        raise UsageError(f"target {to_text(target)} is not above 0")


KEEP = dt.date.min  # a target's day as it is


def set_vault(
    write: Recording,
    name: str,
    *,
    target: Decimal | None = None,
    currency: Asset | None = None,
    by: dt.date | None = KEEP,
) -> None:
    """Change what a vault aims at; what is not said stays as it is.

    Raises:
        UnknownName: when there is no open vault of that name.
        UsageError: when the target is not above 0.
    """
    vault = get_vault(write, name)
    if target is not None:
        _check_target(target)
    money = vault.currency_id if currency is None else currency.id
    day = vault.target_day if by is KEEP else by
    amount = vault.amount if target is None else target
    _aim(write, vault.id, amount, money, day)
    filled = [day for shares in vault_shares(write.catalog, vault.id).values() for day, _ in shares]
    if filled and (amount, money, day) != (vault.amount, vault.currency_id, vault.target_day):
        write.touched.told(min(filled))


def close_vault(write: Recording, name: str) -> None:
    """Close a vault; its history stays.

    Raises:
        UnknownName: when there is no open one of that name.
    """
    vault = get_vault(write, name)
    _aim(write, vault.id, None, vault.currency_id, None)


def _aim(
    write: Recording, vault_id: int, target: Decimal | None, currency: int, by: dt.date | None
) -> None:
    """Record what a vault aims at; None closes it."""
    write.commit.add(
        "vault_targets",
        vault_id=vault_id,
        amount=None if target is None else to_text(target),
        currency_id=currency,
        target_day=None if by is None else by.isoformat(),
    )


def get_vault(write: Recording, name: str) -> Vault:
    """An open vault.

    Raises:
        UnknownName: when there is none of that name.
    """
    vaults = {v.name.casefold(): v for v in read_vaults(write.db)}
    found = vaults.get(name.casefold())
    if found is None:
        hint = near(name, [v.name for v in vaults.values()])
        raise UnknownName(f"there is no vault {name!r}{hint}; see: folio vault list")
    return found


def fill_vault(
    write: Recording, vault_id: int, holding: Holding, percent: Decimal, from_day: dt.date
) -> tuple[dt.date, Decimal] | None:
    """Say which share of a holding fills a vault from a day on; 0 takes it out.

    Returns the first day from then on of which vaults count more than there is, and the sum of
    their percentages; that is allowed.

    Raises:
        UsageError: when the percentage is below 0 or above 100.
    """
    if not ZERO <= percent <= 100:
        raise UsageError(f"{to_text(percent)} % is not between 0 and 100")
    write.commit.add(
        "vault_shares",
        vault_id=vault_id,
        holding_id=holding.id,
        percent=to_text(percent) if percent else None,
        from_day=from_day.isoformat(),
    )
    write.touched.told(from_day)
    return _over_allocated(write, holding, from_day)


def _over_allocated(
    write: Recording, holding: Holding, since: dt.date
) -> tuple[dt.date, Decimal] | None:
    shares = [vault_shares(write.catalog, v.id).get(holding.id, []) for v in read_vaults(write.db)]
    days = {since, *(day for changes in shares for day, _ in changes if day > since)}
    for day in sorted(days):
        whole = sum((share_on(changes, day) or ZERO for changes in shares), ZERO)
        if whole > 100:
            return day, whole
    return None
