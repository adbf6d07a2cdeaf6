"""The words of one transaction: the keys of ``add-tx`` and of a batch, checked one by one."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from folio.errors import UsageError, one_of
from folio.model.assets import (
    Asset,
    AssetRef,
    currency_code,
    currency_ref,
    parse_asset_ref,
    parse_isin,
)
from folio.model.dates import parse_day, parse_instant
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO, parse_plain, parse_price, parse_share, to_text
from folio.model.quote_units import QUOTE_UNITS
from folio.model.transactions import EITHER_SIGN, KINDS, AccountRef, parse_account_ref
from folio.operations.pricing.quote_units import said_in_major

KEYS = (
    "kind on account asset quantity price currency fee fee_currency tax id note to_account "
    "to_asset to_quantity ratio lot label amount at cost acquired_on related_asset type market "
    "isin institution cost_share to_label"
).split()


class Context(NamedTuple):
    """What a draft falls back on where its words are silent."""

    today: dt.date
    zone: dt.tzinfo
    # Of a price or an amount without one: by account, asset, day, and whether that is traded.
    currency: Callable[[AccountRef | None, AssetRef | None, dt.date, bool], str]
    # The quote unit of one: by account, asset, day, and whether it is a price.
    unit: Callable[[AccountRef | None, Asset, dt.date, bool], str | None]
    find_asset: Callable[[AssetRef], Asset | None] = lambda ref: None  # of the book
    recorded: frozenset[str] = frozenset()  # numbers of the book, of any length


class Words:
    """The stated keys of one transaction."""

    def __init__(self, words: dict[str, str], context: Context) -> None:
        unknown = sorted(set(words) - set(KEYS))
        if unknown:
            raise UsageError(f"unknown key {unknown[0]!r}; the keys are: {', '.join(KEYS)}")
        told = {key: text.strip() for key, text in words.items()}
        self._words = {key: text for key, text in told.items() if text or key == "to_label"}
        self._asked = {"kind"}
        self.context = context
        if self._words.get("price", "").endswith("%"):
            self._words["price"] = to_text(self._of_nominal(self._words["price"]))
        self._words = said_in_major(self._words, unit=self._unit, is_asset=self._is_asset)

    @property
    def _unit(self) -> str | None:
        """The quote unit of the asset that a price or amounts without a currency are of."""
        of_money = self._words.keys() & {"price", "amount", "cost"}
        if "asset" not in self._words or "currency" in self._words or not of_money:
            return None
        asset = self.context.find_asset(self.asset)
        if asset is None or asset.quote_unit is None:
            return None
        return self.context.unit(self._where, asset, self.day, "price" in self._words)

    def _of_nominal(self, price: str) -> Decimal:
        """A price in percent, as bonds have it."""
        known = self.context.find_asset(self.asset)
        return parse_price(price, str(self.asset), known.type if known else self.asset.type)

    @property
    def _where(self) -> AccountRef | None:
        return self.account if self.has("account") else None

    def _is_asset(self, code: str) -> bool:
        return self.context.find_asset(parse_asset_ref(code)) is not None

    def get(self, key: str) -> str | None:
        self._asked.add(key)
        return self._words.get(key)

    def has(self, key: str) -> bool:
        return key in self._words

    def refuse_unasked(self, moved: list[AssetRef]) -> None:
        """Refuse a word that this kind of transaction does not use, rather than ignore it.

        A batch may state its currency in every row, if nothing moves in another one.

        Raises:
            UsageError: naming each.
        """
        cash = {ref.symbol for ref in moved if ref.type == "currency"}
        if not cash or self._words.get("currency") in cash:
            self._asked.add("currency")
        unused = [key for key in KEYS if key in self._words and key not in self._asked]
        if unused:
            words = " and no ".join(_option(key).removeprefix("a ") for key in unused)
            them = "it" if len(unused) == 1 else "them"
            raise UsageError(f"{self.kind} takes no {words} here; leave {them} out")

    def need(self, key: str) -> str:
        text = self.get(key)
        if text is None:
            such_as = self._such_as() if key == "asset" and self.has("quantity") else ""
            raise UsageError(f"{self.kind} needs {_option(key)}{such_as}")
        return text

    def _such_as(self) -> str:
        """An example of what was said with an asset: mostly it is money of which nobody said so.

        Raises:
            UsageError: where the quantity is no number, and the example would be none.
        """
        self.number("quantity")
        try:
            code = self.context.currency(self._where, None, self.day, False)
        except UsageError:
            code = "SYMBOL"
        return f", such as: folio add-tx {self.kind} {self._words['quantity']} {code} …"

    @property
    def kind(self) -> str:
        kind = self._words.get("kind", "").replace("-", "_").lower()
        if kind == "reversal":
            raise UsageError("a reversal is made with: folio undo TX")
        return one_of(kind, (k for k in KINDS if k != "reversal"), "kind of transaction")

    def number(self, key: str) -> Decimal | None:
        text = self.get(key)
        return None if text is None else self._plain(text, key.replace("_", " "))

    def _plain(self, text: str, what: str) -> Decimal:
        """A number; a ratio that stands in the book has more digits than one may state."""
        return Decimal(text) if text in self.context.recorded else parse_plain(text, what)

    def unsigned(self, key: str) -> Decimal | None:
        """A number that is not negative."""
        value = self.number(key)
        if value is not None and value < ZERO:
            raise UsageError(
                f"{key.replace('_', ' ')} {value} is negative; write it without a sign, "
                f"the kind {self.kind} gives the direction"
            )
        return value

    @property
    def share(self) -> Decimal | None:
        """A part of the whole, 0 to 1: ``0.25`` or ``25%``."""
        text = self.get("cost_share")
        return None if text is None else parse_share(text)

    @property
    def quantity(self) -> Decimal:
        """How many units; never zero."""
        value = self._plain(self.need("quantity"), "quantity")
        if value == ZERO:
            raise UsageError("quantity 0 moves nothing; say how many units")
        if value < ZERO and self.kind not in EITHER_SIGN:
            return self.unsigned("quantity") or ZERO
        return value

    @property
    def account(self) -> AccountRef:
        return parse_account_ref(self.need("account"), self.get("institution"))

    @property
    def asset(self) -> AssetRef:
        return self._asset(self.need("asset"))

    def _asset(self, text: str) -> AssetRef:
        ref = parse_asset_ref(text)
        kind, market, isin = self.get("type"), self.get("market"), self.get("isin")
        if ref.type == "currency" and kind in (None, "currency") and not market and not isin:
            return ref
        named = ref._replace(type=kind, market=market or ref.market, isin=isin)
        if isin and not self.context.find_asset(named):
            return named._replace(isin=parse_isin(isin))  # a statement may have had a wrong one
        return named

    def other_asset(self, key: str) -> AssetRef | None:
        text = self.get(key)
        return None if text is None else parse_asset_ref(text)

    @property
    def into(self) -> AssetRef | None:
        """What came of an asset; where it is new, of the same type: a share becomes a share."""
        new = self.other_asset("to_asset")
        if new is None or self.context.find_asset(new):
            return new
        was = self.context.find_asset(self.asset)
        return new if was is None else new._replace(type=was.type)

    @property
    def currency(self) -> AssetRef:
        """The currency of prices and amounts.

        Raises:
            UsageError: where nobody states it and it is not the one that was there so far.
        """
        code = self.get("currency")
        if code is None:
            key = "asset" if self.has("asset") else "related_asset"
            asset = self.other_asset(key)
            asset = None if self.kind == "exercise" else asset  # its price is that of the shares
            traded = self.kind in ("buy", "sell") or self.has("price")
            code = self.context.currency(self._where, asset, self.day, traded)
        return currency(code)

    @property
    def day(self) -> dt.date:
        text, instant = self.get("on"), self.instant
        at = None if instant is None else instant.astimezone(self.context.zone).date()
        if text is None:
            return at or self.context.today
        day = parse_day(text, self.context.today)
        if at is not None and at != day and not _is_elsewhere(self.need("at"), at, day):
            raise UsageError(
                f"on {day} and at {self.get('at')}, which is on {at}, are not the same day; "
                "say one of them"
            )
        return day

    @property
    def instant(self) -> dt.datetime | None:
        text = self.get("at")
        return None if text is None else parse_instant(text, self.context.zone)


def _is_elsewhere(text: str, at: dt.date, day: dt.date) -> bool:
    """Whether an instant on ``at`` is on ``day`` where its source is: a source's own day stands.

    UTC says nothing of where that is; another offset does, and none is here.
    """
    written = dt.datetime.fromisoformat(text)
    offset = written.utcoffset()
    if offset is None:
        return False
    return written.date() == day if offset else abs((at - day).days) <= 1


def currency(code: str) -> AssetRef:
    """The currency with this code, in any case.

    Raises:
        UsageError: when it is no ISO 4217 code.
    """
    if code in QUOTE_UNITS:
        major = QUOTE_UNITS[code].currency
        raise UsageError(f"{code} is a unit of prices, a part of {major}; say {major}")
    known = currency_code(code)
    if known is None:
        raise UsageError(f"{code!r} is no ISO 4217 currency code, such as EUR")
    return currency_ref(known)


def _option(key: str) -> str:
    return {
        "quantity": "a quantity",
        "asset": "an asset",
        "kind": "a kind",
        "on": "a day (--on)",
    }.get(key, f"--{key.replace('_', '-')}")
