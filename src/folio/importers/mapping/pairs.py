"""Pairs of coins: what was traded, and what it was paid in, in one word.

Where something stands between the two, any two are told apart.  Where nothing does, a pair ends
in what others are quoted in; one that can be taken apart in two ways is asked about.
"""

import re
from collections.abc import Sequence

from folio.errors import FolioError
from folio.importers.interpreting.conditions import QUOTE_COINS
from folio.importers.mapping.words import plain
from folio.model.assets import ISO_4217

_CALLED = ("pair", "trading pair", "market", "currency pair", "coin pair")
_COIN = "[A-Z0-9]{2,10}"
_APART = f"(?P<base>{_COIN})[/_-](?P<quote>{_COIN})"
_FIAT = ("USD", "EUR", "GBP", "CHF", "AUD", "CAD", "JPY", "TRY", "BRL", "PLN")
_KNOWN = ISO_4217 | QUOTE_COINS
_QUOTES = (*sorted(QUOTE_COINS), *_FIAT)


def pairs_of(values: Sequence[str], column: str) -> str:
    """The pattern of a column's values, with groups ``base`` and ``quote``; "" where they are no
    pairs.

    >>> bool(pairs_of(["BTC/EUR", "ETH-BTC"], "Symbol")), pairs_of(["BTC/EUR", "VWCE"], "Symbol")
    (True, '')
    >>> pairs_of(["BTCUSDT", "ETHBTC"], "Symbol")
    '(?P<base>[A-Z0-9]{2,10}?)(?P<quote>BTC|USDT)'

    Raises:
        FolioError: where one can be taken apart in two ways.
    """
    if are_apart(values):
        return _APART
    ways = {value: [one for one in _QUOTES if _ends(value, one)] for value in values}
    quotes = {quote for found in ways.values() for quote in found}
    if not quotes or not all(ways.values()):
        return ""
    if plain(column) not in _CALLED and quotes.isdisjoint(QUOTE_COINS):
        return ""
    for value, found in ways.items():
        if len(found) > 1:
            bases = (value.removesuffix(one) for one in found)
            said = " or ".join(f"{base}/{one}" for base, one in zip(bases, found, strict=True))
            raise FolioError(f"{value!r} of {column!r} may be {said}: write a / between the two")
    return f"(?P<base>{_COIN}?)(?P<quote>{'|'.join(sorted(quotes))})"


def are_apart(values: Sequence[str]) -> bool:
    """Whether all values are pairs with something between the two."""
    found = [re.fullmatch(_APART, value) for value in values]
    return bool(values) and all(pair and pair["quote"] in _KNOWN for pair in found)


def _ends(pair: str, quote: str) -> bool:
    return bool(re.fullmatch(_COIN, pair.removesuffix(quote))) and pair.endswith(quote)


def part_of(pattern: str, part: str) -> str:
    """The pattern by which a profile reads one of the two.

    >>> part_of("(?P<base>[A-Z]{3})(?P<quote>BTC)", "quote")
    '(?:[A-Z]{3})(?P<value>BTC)'
    """
    other = "quote" if part == "base" else "base"
    return pattern.replace(f"?P<{part}>", "?P<value>").replace(f"?P<{other}>", "?:")
