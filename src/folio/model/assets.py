"""Assets, and the currencies that are told from everything else by their code.

A bare ISO 4217 code always means the currency (``ALL:XNYS`` is the share).  The
minor units are those of ISO 4217's list one (2024): 2 places unless stated here.
"""

import re

from folio.errors import UsageError
from folio.model.named import NamedTuple

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

ISO_4217 = frozenset(
    (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD "
        "BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN "
        "ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR "
        "ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
        "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN "
        "PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
        "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND "
        "VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
        # Withdrawn, but on old statements.
        " ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK"
    ).split()
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


def minor_unit(code: str) -> int:
    """Decimal places of an ISO 4217 currency's smallest unit: JPY 0, USD 2, KWD 3."""
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
    if not market and symbol.upper() in ISO_4217 and symbol.upper() == symbol:
        return currency_ref(symbol)
    return AssetRef(symbol, None, market)


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

    @property
    def is_currency(self) -> bool:
        return self.type == "currency"

    @property
    def key(self) -> str:
        return f"{self.symbol}:{self.market}" if self.market else self.symbol
