"""What an event does to lots, by its kind and its sign, and what a fold must be told."""

from collections.abc import Callable
from decimal import Decimal

from folio.model.named import NamedTuple


class Terms(NamedTuple):
    """What a fold needs to know from outside."""

    asset_of: Callable[[int], tuple[int, bool]]  # a holding's asset, and whether it is a currency
    method: Callable[[int, str], str]  # holding, day -> key of METHODS
    market: Callable[[int, str], tuple[Decimal, int, int] | None]  # asset, day -> unit price, …
    # … its currency, its grade
    rate: Callable[[int, int, str], Decimal | None]  # currency, into currency, day
    base: int  # the book's base currency, in which hifo ranks


IN, OUT = 0, 1
EFFECTS: dict[str, tuple[str, str]] = {
    "buy": ("open", "dispose"),
    "sell": ("open", "dispose"),
    "swap": ("open", "dispose"),
    "deposit": ("open", "remove"),
    "withdraw": ("open", "remove"),
    "transfer": ("arrive", "depart"),
    "transfer_in": ("open", "remove"),
    "transfer_out": ("open", "remove"),
    "dividend": ("open at market", "remove"),
    "interest": ("open at market", "remove"),
    "coupon": ("open at market", "remove"),
    "reward": ("open at market", "remove"),
    "airdrop": ("open at market", "remove"),
    "stock_dividend": ("open at market", "remove"),
    "fee": ("open at market", "remove"),
    "tax": ("open at market", "remove"),
    "spin_off": ("come over", "remove"),
    "apportion": ("apportion", "apportion"),
    "merger": ("come over", "exchange"),
    "return_of_capital": ("open", "remove"),
    "reduce": ("reduce", "reduce"),
    "symbol_change": ("come over", "exchange"),
    "split": ("open", "dispose"),
    "delisting": ("close", "dispose"),
    "exercise": ("deliver", "deliver"),
    "opening": ("open", "remove"),
    "correction": ("adjust", "adjust"),
    "growth": ("grow", "shrink"),
    "unknown": ("open", "remove"),
}
