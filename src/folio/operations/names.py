"""From names to the things of the book: looking them up, and adding what is new.

A name that is not known is an error that lists near names and the command that adds it,
unless new things may be created.  A symbol that several assets share asks for one.
"""

from folio.db.arrangements.catalog import Catalog
from folio.db.arrangements.settings import add_setting
from folio.errors import FolioError, UnknownName, UsageError, near, one_of
from folio.model.accounts import (
    ACCOUNT_TYPES,
    INSTITUTION_TYPES,
    Account,
    Holding,
    Institution,
)
from folio.model.assets import (
    ASSET_TYPES,
    Asset,
    AssetRef,
    check_identity,
    currency_code,
    currency_ref,
    default_precision,
    is_currency,
    is_isin,
    may_mean,
)
from folio.model.quote_units import QUOTE_UNITS, parse_quote_unit
from folio.model.shell_words import shell_word
from folio.model.transactions import AccountRef
from folio.operations.recording import Recording

_OR_CREATE = ", or repeat with --create"


# -- institutions and accounts -----------------------------------------------------------


def find_institution(catalog: Catalog, name: str) -> Institution | None:
    """The institution with this name, in any case."""
    wanted = name.casefold()
    return next((i for i in catalog.institutions.values() if i.name.casefold() == wanted), None)


def get_institution(catalog: Catalog, name: str) -> Institution:
    """The institution with this name.

    Raises:
        UnknownName: when there is none.
    """
    found = find_institution(catalog, name)
    if found is None:
        hint = near(name, [i.name for i in catalog.institutions.values()])
        raise UnknownName(
            f"there is no institution {name!r}{hint or ''}; add it with: "
            f"folio institution add {shell_word(name)}"
        )
    return found


def add_institution(write: Recording, name: str, kind: str | None = None) -> Institution:
    """Record an institution.

    Raises:
        FolioError: when the name is taken or empty.
    """
    name = clean_name(name, "institution")
    kind = one_of(kind or "other", INSTITUTION_TYPES, "institution type")
    if find_institution(write.catalog, name) is not None:
        raise FolioError(f"there is an institution {name!r} already")
    number = write.commit.add("institutions", name=name, type=kind)
    made = Institution(number, name, kind)
    write.catalog.institutions[number] = made
    return made


def find_account(catalog: Catalog, ref: AccountRef) -> Account | None:
    """The account so named.

    Raises:
        UsageError: when several institutions have one of that name.
    """
    found = catalog.accounts_named(ref)
    if len(found) > 1:
        names = " or ".join(f"{a.institution}/{a.name}" for a in found)
        raise UsageError(f"several accounts are named {ref.name!r}; say {names}")
    return found[0] if found else None


def get_account(catalog: Catalog, ref: AccountRef, *, creatable: bool = False) -> Account:
    """The account so named; ``creatable`` where the command has --create.

    Raises:
        UnknownName: when there is none.
        UsageError: when there are several.
    """
    found = find_account(catalog, ref)
    if found is None:
        names = [a.name for a in catalog.accounts.values()]
        names += [a.key for a in catalog.accounts.values()]
        raise UnknownName(
            f"there is no account {str(ref)!r}{near(str(ref), names)}; "
            f"add it with: folio account add {shell_word(ref)}{_OR_CREATE if creatable else ''}"
        )
    return found


def account_for(write: Recording, ref: AccountRef, *, create: bool, tracks_cash: bool) -> Account:
    """The account so named, made where ``create`` says so."""
    known = write.accounts_named.get(ref)
    if known is not None:
        return write.catalog.accounts[known]
    found = find_account(write.catalog, ref)
    if found is None and create:
        made = add_account(write, ref, tracks_cash=tracks_cash and ref.tracks_cash is None)
        if ref.tracks_cash is not None:
            set_tracks_cash(write, made, yes=ref.tracks_cash)
        return made
    found = found or get_account(write.catalog, ref, creatable=True)
    write.accounts_named[ref] = found.id
    return found


def add_account(
    write: Recording,
    ref: AccountRef,
    *,
    currency: Asset | None = None,
    tracks_cash: bool = False,
) -> Account:
    """Record an account; its institution too, where that is new.

    An account without a stated institution is its own: the institution has its name.

    Raises:
        FolioError: when the name is taken.
    """
    ref = _of_known_institution(write.catalog, ref)
    name = clean_name(ref.name, "account")
    kind = one_of(ref.type or "other", ACCOUNT_TYPES, "account type")
    at = ref.institution or name
    institution = find_institution(write.catalog, at) or add_institution(
        write, at, ref.institution_type
    )
    for taken in write.catalog.accounts_named(AccountRef(name, institution.name)):
        if taken.institution_id == institution.id:
            raise FolioError(f"there is an account {taken.key!r} already")
    number = write.commit.add(
        "accounts",
        institution_id=institution.id,
        name=name,
        type=kind,
        currency_id=None if currency is None else currency.id,
    )
    made = Account(
        number, institution.id, institution.name, name, kind, currency and currency.id, ""
    )
    write.catalog.add_account(made)
    write.forget_names()
    write.made.append(f"account {made.key} ({kind})")
    if tracks_cash:
        set_tracks_cash(write, made)
    return made


def _of_known_institution(catalog: Catalog, ref: AccountRef) -> AccountRef:
    """``A/B Bank/Giro`` is at A/B Bank, where there is one, and not at A."""
    if ref.institution is None or "/" in ref.institution:
        return ref
    whole, known = str(ref), [i.name for i in catalog.institutions.values()]
    named = [name for name in known if whole.casefold().startswith(f"{name}/".casefold())]
    if not named:
        return ref
    at = max(named, key=len)
    return ref._replace(institution=at, name=whole[len(at) + 1 :])


def set_tracks_cash(write: Recording, account: Account, *, yes: bool = True) -> None:
    """Say whether the account's statements show its cash."""
    scope, word = ("account", account.id), "yes" if yes else "no"
    add_setting(write.commit, scope, "tracks_cash", word)
    write.catalog.settings.note(scope, "tracks_cash", word)
    write.forget_names()


# -- assets ------------------------------------------------------------------------------


def find_asset(catalog: Catalog, ref: AssetRef) -> Asset | None:
    """The asset so named: by its ISIN where one is stated, else by symbol, type and market.

    An ISIN that an asset had before it changed names it still, as its older statements do, and one
    said in the symbol's place does.

    A bare ISO 4217 code is always the currency.

    Raises:
        UsageError: when several assets share the symbol.
    """
    if ref.isin is not None and (number := catalog.with_isin(ref.isin)) is not None:
        return catalog.assets[number]
    called = catalog.assets_called(ref.symbol)
    fits = [catalog.assets[a.id] for a in called if may_mean(ref, a)]
    found = list({a.id: a for a in fits}.values())  # a merged one is found as the other
    if ref.isin is not None:
        found = [a for a in found if a.isin is None]
    if len(found) > 1:
        exact = [a for a in found if a.symbol == ref.symbol]
        found = exact or found
    if len(found) > 1:
        plain = [a for a in found if not a.market] if ref.market == "" else []
        if len(plain) != 1:
            names = ", ".join(f"{a.key} ({a.type})" if a.market else a.key for a in found)
            which = "SYMBOL:MARKET" if all(a.market for a in found) else "one of these"
            raise UsageError(f"several assets are called {ref.symbol}: {names}; say {which}")
        found = plain
    if not found and ref.isin is None and is_isin(ref.symbol.upper()):
        return find_asset(catalog, ref._replace(isin=ref.symbol.upper()))
    return found[0] if found else None


def get_asset(catalog: Catalog, ref: AssetRef, *, creatable: bool = False) -> Asset:
    """The asset so named; ``creatable`` where the command has --create.

    Raises:
        UnknownName: when there is none.
        UsageError: when there are several.
    """
    found = find_asset(catalog, ref)
    if found is None:
        if is_currency(ref):
            code = ref.symbol.upper()
            raise UnknownName(
                f"the book does not know {code} yet; it does from its first use on, or with: "
                f"folio asset add {code} --type currency"
            )
        check_identity(ref.symbol, ref.type or "other", ref.market)
        hint = near(ref.symbol, [a.symbol for a in catalog.assets.values()])
        same = [a for a in catalog.assets.values() if a.symbol.casefold() == ref.symbol.casefold()]
        if same:
            hint = f" of that type, market or ISIN (there is {same[0].key}, {same[0].type})"
        raise UnknownName(
            f"there is no asset {str(ref)!r}{hint}; add it with: folio asset add "
            f"{shell_word(ref)} --type …{_OR_CREATE if creatable else ''}"
        )
    return found


def asset_for(write: Recording, ref: AssetRef, *, create: bool | None, source: str = "") -> Asset:
    """The asset so named; a currency is made at its first use, anything else by ``create``.

    None: the command has no --create.  Of a statement's units with a currency's code and no
    market, ``source`` is the market.
    """
    known = write.assets_named.get(ref)
    if known is not None:
        return write.catalog.assets[known]
    found = find_asset(write.catalog, ref)
    if found is not None:
        _learn_isin(write, found, ref)
        write.name_asset(ref, found)
        return write.catalog.assets[found.id]
    if is_currency(ref):
        return add_asset(write, currency_ref(ref.symbol.upper()))
    if create:
        shared = not ref.market and currency_code(ref.symbol)
        return add_asset(write, ref._replace(market=source) if shared else ref)
    return get_asset(write.catalog, ref, creatable=create is not None)


def _learn_isin(write: Recording, asset: Asset, ref: AssetRef) -> None:
    """A source that states the ISIN of an asset known without one completes it."""
    if ref.isin is None or asset.isin is not None or asset.is_currency:
        return
    _set_isin(write, asset, ref.isin)


def take_new_isin(write: Recording, ref: AssetRef) -> None:
    """A split may give an asset a new ISIN: under its symbol it is the same asset."""
    if ref.isin is None or find_asset(write.catalog, ref) is not None:
        return
    asset = find_asset(write.catalog, ref._replace(isin=None))
    if asset is not None and asset.isin is not None:
        _set_isin(write, asset, ref.isin)
        write.catalog.former_isins[asset.isin] = asset.id


def _set_isin(write: Recording, asset: Asset, isin: str) -> None:
    _check_isin(isin)
    add_setting(write.commit, ("asset", asset.id), "isin", isin)
    write.catalog.add_asset(asset._replace(isin=isin))
    write.forget_names()


def add_asset(
    write: Recording, ref: AssetRef, *, precision: int | None = None, quote_unit: str | None = None
) -> Asset:
    """Record an asset, with the unit in which its prices are stated where that is no currency.

    Raises:
        FolioError: when (symbol, type, market) or the ISIN is taken.
    """
    symbol = clean_name(ref.symbol, "asset")
    kind = one_of(ref.type or "other", ASSET_TYPES, "asset type")
    for other in write.catalog.assets_called(symbol):
        if (other.symbol, other.type, other.market) == (symbol, kind, ref.market):
            raise FolioError(_taken(other, ref))
    if ref.isin is not None:
        if owner := write.catalog.asset_of(ref.isin):
            raise FolioError(
                f"ISIN {ref.isin} belongs to {owner.key!r} already; where only the symbol is "
                f"another one, leave the ISIN out, and say then that they are one: folio asset "
                f"merge {shell_word(owner.key)} {shell_word(ref)}"
            )
        _check_isin(ref.isin)
    unit = None if quote_unit is None else parse_quote_unit(quote_unit).code
    if kind == "currency" and (unit or symbol in QUOTE_UNITS):
        raise UsageError(_NO_UNIT.format(unit or symbol))
    check_identity(symbol, kind, ref.market)
    places = default_precision(symbol, kind) if precision is None else precision
    # From an asset that has another now, or none.
    catalog = write.catalog
    taken_over = ref.isin in catalog.former_isins or catalog.stood_with_isin(ref.isin)
    number = write.commit.add(
        "assets",
        symbol=symbol,
        type=kind,
        market=ref.market,
        isin=None if taken_over else ref.isin,
        precision=places,
        name=ref.name or "",
    )
    made = Asset(number, symbol, kind, ref.market, ref.isin, places, ref.name or "", unit)
    for key, value in (("quote_unit", unit), ("isin", ref.isin if taken_over else None)):
        if value is not None:
            add_setting(write.commit, ("asset", number), key, value)
    write.catalog.add_asset(made)
    write.meet(made)
    if kind != "currency":
        write.made.append(f"asset {made.key} ({kind})")
    return made


_NO_UNIT = (
    "{0} is a unit of prices and no currency to hold; state it on a share with: "
    "folio asset set SYMBOL --quote-unit {0}"
)


def _check_isin(isin: str) -> None:
    if not is_isin(isin):
        raise UsageError(f"{isin!r} is no ISIN, such as IE00B3RBWM25")


def _taken(other: Asset, ref: AssetRef) -> str:
    if ref.isin is None or other.isin is None:
        return f"there is an asset {other.key!r} ({other.type}) already"
    return (
        f"{other.key} ({other.type}) has the ISIN {other.isin}, not {ref.isin}; where it is the "
        f"same under another ISIN: folio asset set {shell_word(other.key)} --isin {ref.isin}; "
        f"where it is another one: folio asset add {shell_word(other.symbol)}:MARKET "
        f"--type {other.type} --isin {ref.isin}"
    )


# -- holdings ----------------------------------------------------------------------------


def holding_for(write: Recording, account: Account, asset: Asset, label: str = "") -> Holding:
    """What the account holds of the asset, recorded at its first use."""
    found = write.catalog.holding_of(account.id, asset.id, label)
    if found is not None:
        return found
    number = write.commit.add(
        "holdings", account_id=account.id, asset_id=asset.id, label=label.strip()
    )
    made = Holding(number, account.id, asset.id, label.strip(), "", False, False)
    write.catalog.add_holding(made)
    return made


def clean_name(name: str, what: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UsageError(f"the {what}'s name is empty")
    if any(not c.isprintable() for c in name):
        raise UsageError(f"the {what}'s name {name!r} has characters that cannot be shown")
    return name
