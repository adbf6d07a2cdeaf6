"""What the drafts of one shape have in common."""

from operator import itemgetter
from typing import TypeAlias

from folio.model.accounts import Account
from folio.model.assets import Asset
from folio.model.named import NamedTuple
from folio.model.transactions import AccountRef, Draft
from folio.operations.transactions.trade_amounts import Beside

# Of a leg: its role, asset, price's currency, account, label and cost's currency.
_names = itemgetter(0, 1, 4, 5, 6, 8)
ShapeKey: TypeAlias = "tuple[object, ...]"


class Part(NamedTuple):
    """What the posting of a leg is beside its numbers."""

    holding_id: int
    role: str
    price_currency_id: int | None
    is_money: bool  # of a currency
    # Whether it is a flow from outside the book: on every day, on none, or as this account
    # keeps its cash on the day.
    from_outside: "bool | Account"


class Shape(NamedTuple):
    """What the drafts of one shape have in common."""

    account: Account | None
    related_id: int | None
    parts: tuple[Part, ...]
    assets: tuple[Asset, ...]  # of the legs
    has_units: bool
    # Of a plain trade the leg of its units, whose amount is what the money beside them comes to.
    traded: int | None
    beside: Beside | None
    closable: list[Account]  # those not known to be open on every day
    places: tuple[Account, ...] = ()  # of the legs, where it is of several accounts
    payer: Account | None = None  # then: of the holding that it is a payment of


def key_of(draft: Draft, account: AccountRef | None) -> ShapeKey:
    """What tells the shape of a draft, which is of this account."""
    return draft[0], account, draft[6], tuple(map(_names, draft[3]))
