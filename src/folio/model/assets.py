"""Assets, and the currencies that are told from everything else by their code.

A bare ISO 4217 code always means the currency, in any case (``ALL:XNYS`` is the share).  So
whatever else has such a code for its symbol has a market too, and no name means two things:
by hand it is stated; a statement without one lends the name of its source (``ALL:schwab``).
The minor units are those of ISO 4217's list one (2024): 2 places unless stated here.
"""

import re

from folio.errors import UsageError
from folio.model.named import NamedTuple
from folio.model.shell_words import shell_word

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", re.ASCII)
ASSET_TYPES = (
    "currency",
    "crypto",
    "stock",
    "etf",
    "fund",
    "bond",
    "deposit",
    "commodity",
    "real-estate",
    "private-company",
    "other",
)

# Assets whose price is expected less often than every week.
SLOWLY_PRICED = frozenset({"fund", "bond", "deposit", "real-estate", "private-company", "other"})

# Currencies that other money took the place of; not those whose codes are known as shares, such as
# MRO, ROL and YUM.
REPLACED = frozenset(
    "AFA BGL BYB BYR CSK CUC HRD LTT LVR MXP MZM PLZ RUR SLL TMM TRL UAK VEB VEF XEU ZMK ZWD "
    "ZWL".split()
)
# Withdrawn for the euro, but on old statements: folio.model.euro has their rates.
BECAME_EURO = frozenset(
    "ATS BEF BGN CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK".split()
)
ISO_4217 = (
    REPLACED
    | BECAME_EURO
    | frozenset(
        (
            "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD "
            "BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN "
            "ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR "
            "ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
            "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN "
            "PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
            "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND "
            "VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
        ).split()
    )
)
_MINOR_UNITS = (
    dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
            "ITL",
            "BEF",
            "LUF",
            "ESP",
            "BYB",
            "BYR",
            "TRL",
        ],
        0,
    )
    | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
    | {"CLF": 4}
)

DEFAULT_PRECISION = {
    "crypto": 8,
    "stock": 4,
    "etf": 4,
    "fund": 4,
    "bond": 2,
    "deposit": 2,
    "commodity": 4,
    "real-estate": 2,
    "private-company": 4,
    "other": 4,
}


def parse_isin(text: str) -> str:
    """An ISIN whose check digit is right.

    >>> parse_isin("IE00BK5BQT80")
    'IE00BK5BQT80'

    Raises:
        UsageError: for anything else.
    """
    isin = text.strip().upper()
    if _ISIN.fullmatch(isin):
        digits = "".join(str(int(character, 36)) for character in isin)
        doubled = (2 * int(digit) for digit in digits[-2::-2])
        total = sum(map(int, digits[::-2])) + sum(n - 9 if n > 9 else n for n in doubled)
        if total % 10 == 0:
            return isin
    raise UsageError(f"{text!r} is no ISIN, such as IE00BK5BQT80; its last digit checks the others")


def currency_code(name: str) -> str | None:
    """The ISO 4217 code that a bare name is, in any case; GBp, a penny, is none.

    >>> currency_code("usd"), currency_code("GBp"), currency_code("VWCE"), currency_code("TRL")
    ('USD', None, None, 'TRL')
    """
    code = name.upper()
    return code if code in ISO_4217 and name != "GBp" else None


def minor_unit(code: str) -> int:
    """Decimal places of an ISO 4217 currency's smallest unit: JPY 0, TRL 0, USD 2, KWD 3."""
    return _MINOR_UNITS.get(code, 2)


def default_precision(symbol: str, asset_type: str) -> int:
    """Decimal places in which an asset is displayed, and money in it is rounded."""
    if asset_type == "currency":
        return minor_unit(symbol)
    return DEFAULT_PRECISION[asset_type]


class AssetRef(NamedTuple):
    """An asset as somebody named it; the book decides which one that is."""

    symbol: str
    type: str | None = None  # None: not said
    market: str = ""  # ISO 10383 code or the source's own word; "" when not said
    isin: str | None = None
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.symbol}:{self.market}" if self.market else self.symbol


def currency_ref(code: str) -> AssetRef:
    """The currency with this ISO 4217 code."""
    return AssetRef(code, "currency")


def parse_asset_ref(text: str) -> AssetRef:
    """``SYMBOL`` or ``SYMBOL:MARKET``; a bare ISO 4217 code is the currency."""
    symbol, _, market = text.strip().partition(":")
    code = None if market else currency_code(symbol)
    return AssetRef(symbol, None, market) if code is None else currency_ref(code)


def unit_ref(
    symbol: str,
    asset_type: str | None = None,
    market: str = "",
    isin: str | None = None,
    name: str | None = None,
) -> AssetRef:
    """What a source holds as units, and so no currency, whatever its symbol: a share ``ALL``."""
    if not (asset_type or market or isin) and currency_code(symbol):
        asset_type = "other"
    return AssetRef(symbol, asset_type, market, isin, name)


def is_isin(text: str) -> bool:
    """Whether ``text`` has the form of an ISIN; its check digit is not looked at."""
    return re.fullmatch(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", text, re.ASCII) is not None


class Asset(NamedTuple):
    """An asset of the book, with what is in force for it now."""

    id: int
    symbol: str
    type: str
    market: str
    isin: str | None
    precision: int  # decimal places shown; for a currency its minor unit
    name: str
    quote_unit: str | None = None  # in which its prices are stated: GBX; None: in currencies
    has_namesake: bool = False  # another asset of the book has its symbol, in any case

    @property
    def is_currency(self) -> bool:
        return self.type == "currency"

    @property
    def key(self) -> str:
        """What it is called, as it can be typed: its type stands for a market that it lacks.

        A currency has its symbol alone.
        """
        if self.market:
            return f"{self.symbol}:{self.market}"
        apart = self.has_namesake and not self.is_currency
        return f"{self.symbol}:{self.type}" if apart else self.symbol


def is_currency(ref: AssetRef) -> bool:
    """Whether the reference names a currency: by its type, or as a bare ISO 4217 code."""
    if ref.type is not None:
        return ref.type == "currency"
    return not ref.market and ref.isin is None and currency_code(ref.symbol) is not None


def may_mean(ref: AssetRef, asset: Asset) -> bool:
    """Whether the reference may mean the asset, its ISIN apart: by symbol, type and market.

    Of several without a market the type tells which: ``ABC:crypto``.
    """
    if asset.symbol.casefold() != ref.symbol.casefold():
        return False
    if asset.is_currency or is_currency(ref):
        return asset.is_currency and is_currency(ref)
    if ref.type not in (None, "other") and asset.type not in (ref.type, "other"):
        return False
    return not ref.market or (asset.market or asset.type).casefold() == ref.market.casefold()


def check_identity(symbol: str, asset_type: str, market: str) -> None:
    """Refuse an asset whose bare symbol would mean another one.

    Raises:
        UsageError: for a currency that is no bare ISO 4217 code, and for anything else that is.
    """
    if asset_type == "currency":
        if symbol not in ISO_4217 or market:
            named = f"{symbol}:{market}" if market else symbol
            raise UsageError(f"{named!r} is no ISO 4217 currency code, such as EUR")
    elif not market and (code := currency_code(symbol)):
        said = "…" if asset_type == "other" else asset_type
        raise UsageError(
            f"{symbol} alone is the currency {code}; what else is called so takes a market, or a "
            f"word of your own; add it with: "
            f"folio asset add {shell_word(symbol)}:MARKET --type {said}"
        )
