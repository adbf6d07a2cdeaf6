"""Which asset or currency a row speaks of."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from folio.importers.cells.rows import MAX_KNOWN, Known, Row, RowFault
from folio.importers.interpreting.conditions import COINS, QUOTE_COINS
from folio.importers.interpreting.getters import blank
from folio.importers.interpreting.layout import Layout
from folio.importers.language.profile import AssetForm, Profile
from folio.model.assets import (
    ASSET_TYPES,
    ISO_4217,
    AssetRef,
    currency_ref,
    is_isin,
    parse_asset_ref,
    unit_ref,
)
from folio.model.quote_units import QUOTE_UNITS
from folio.model.statements import UNSTATED

# One name is printed now with a hyphen and now with a dash.
DASHES = str.maketrans("–—‑−", "----")
ReadAsset = Callable[[Row], AssetRef]


class Money(NamedTuple):
    """A currency or another asset, and how many places its unit in the statement lies below it."""

    asset: AssetRef
    places: int  # 2 for pence

    def exact(self, amount: Decimal) -> Decimal:
        return amount.scaleb(-self.places) if self.places else amount


ReadMoney = Callable[[Row], Money]


def tidy(text: str) -> str:
    """The text with plain hyphens and single blanks."""
    return " ".join(text.translate(DASHES).split())


@lru_cache(MAX_KNOWN)
def canonical_text(text: str) -> str:
    """The text as it counts for identity: one letter case, plain blanks and hyphens.

    A number without the zeros before it, which a spreadsheet leaves out, and the one after it,
    which a script adds.
    """
    plain = tidy(text).casefold()
    whole = plain[:-2] if plain.endswith((".0", ",0")) else plain
    return whole.lstrip("0") if whole.isdecimal() else plain


def compile_asset(form: AssetForm, layout: Layout) -> ReadAsset:
    """A function from a row to its asset; it raises RowFault where there is no symbol."""
    read = compile_unit(form, layout)
    return lambda row: read(row).asset


def compile_unit(form: AssetForm, layout: Layout) -> ReadMoney:
    """A function from a row to its asset, whose amounts are in whole units."""

    def unit(words: tuple[str, ...]) -> Money:
        asset = _asset(words, form, layout.profile.codes)
        return Money(layout.assets.setdefault(asset, asset), 0)

    parts = (form.symbol, form.isin, form.name, form.type, form.market)
    symbol, *others = (layout.first_text(part) for part in parts)
    if all(read is blank for read in others):
        by_symbol = Known[str, Money](lambda text: unit((text, "", "", "", "")))
        return lambda row: by_symbol[symbol(row)]
    known = Known(unit)
    isin, name, kind, market = others
    return lambda row: known[symbol(row), isin(row), name(row), kind(row), market(row)]


def compile_money(texts: tuple[str, ...], layout: Layout) -> ReadMoney:
    """A function from a row to the currency whose code the first of ``texts`` has."""

    def money(code: str) -> Money:
        found = read_money(code, layout.profile)
        return found._replace(asset=layout.assets.setdefault(found.asset, found.asset))

    code, known = layout.first_text(texts), Known(money)
    return lambda row: known[code(row)]


def _asset(words: tuple[str, ...], form: AssetForm, codes: Mapping[str, str]) -> AssetRef:
    symbol, isin, name, asset_type, market = map(tidy, words)
    if not symbol:
        raise RowFault("the row names no asset")
    symbol = codes.get(symbol, symbol)
    if asset_type and asset_type not in ASSET_TYPES:
        raise RowFault(f"{asset_type!r} is no type of asset: use one of {', '.join(ASSET_TYPES)}")
    if form.spelled and not market and (not asset_type or ":" in symbol):
        spelled = parse_asset_ref(symbol)
        if spelled.type == "currency":
            return spelled
        symbol, market = spelled.symbol, spelled.market
    if asset_type == "currency" or (form.currencies and symbol in ISO_4217 - COINS):
        return currency_ref(symbol)
    if isin and not is_isin(isin):
        raise RowFault(f"{isin[:20]!r} is no ISIN")
    return unit_ref(symbol, asset_type or None, market, isin or None, name or None)


def read_money(code: str, profile: Profile) -> Money:
    """The currency with this code, or the coin; a quote unit, such as GBX, is a part of one.

    Raises:
        RowFault: when there is none.
    """
    code = profile.codes.get(code, code)
    unit = QUOTE_UNITS.get(code)
    if unit is not None:
        return Money(currency_ref(unit.currency), unit.places)
    if code.upper() in ISO_4217:
        return Money(currency_ref(code.upper()), 0)
    if code == UNSTATED.symbol:
        return Money(UNSTATED, 0)
    at_exchange = profile.institution_type.startswith("crypto") and code.isalnum()
    if at_exchange or code in QUOTE_COINS:
        return Money(AssetRef(code, "crypto"), 0)
    raise RowFault(f"{code[:20]!r} is no currency" if code else "the row names no currency")
