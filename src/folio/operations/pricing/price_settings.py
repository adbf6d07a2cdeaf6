"""Saying where an asset's prices come from.

Nothing that is said here is a program or an address: a book may come from anybody, and a
command of the user's stands in the user's own configuration, by a name.
"""

from collections.abc import Callable
from functools import partial

from folio.db.arrangements.settings import add_setting
from folio.errors import UsageError
from folio.model.assets import ISO_4217, Asset, parse_asset_ref
from folio.model.price_sources import parse_source, parse_symbol, parse_type
from folio.model.quote_units import QUOTE_UNITS
from folio.operations.names import find_asset, get_asset
from folio.operations.recording import Recording


def check_source(key: str, text: str) -> None:
    """Refuse what is no source; ``key`` is the setting."""
    parse_source(text)


def set_price_source(write: Recording, name: str, said: dict[str, str | None]) -> Asset:
    """Record how an asset is priced: source, symbol, type and quote; "" takes one away.

    Raises:
        UsageError: for what is none.
    """
    asset = get_asset(write.catalog, parse_asset_ref(name))
    checks: dict[str, Callable[[str], str]] = {
        "source": parse_source,
        "symbol": parse_symbol,
        "type": parse_type,
        "quote": partial(_quote, write),
    }
    for key, text in said.items():
        if text is not None:
            value = checks[key](text) if text else None
            add_setting(write.commit, ("asset", asset.id), f"price_{key}", value)
            write.catalog.settings.note(("asset", asset.id), f"price_{key}", value)
    return asset


def _quote(write: Recording, text: str) -> str:
    """In what a source must quote: a currency, a unit of one, or an asset of the book."""
    if text in QUOTE_UNITS:
        return QUOTE_UNITS[text].code
    if text in ISO_4217 or find_asset(write.catalog, parse_asset_ref(text)) is not None:
        return text
    raise UsageError(f"{text!r} is nothing that prices are quoted in, such as EUR or GBX")
