"""Transactions as they are stated, before the book has looked up what they name.

A :class:`Draft` is one event as a person or a statement put it; its legs become the
postings of one transaction.  Signs are the holding's: into it is positive.
"""

import datetime as dt
from decimal import Decimal

from folio.model.assets import AssetRef
from folio.model.named import NamedTuple

KINDS = (
    "buy",
    "sell",
    "swap",
    "deposit",
    "withdraw",
    "transfer",
    "transfer_in",
    "transfer_out",
    "dividend",
    "interest",
    "coupon",
    "reward",
    "airdrop",
    "stock_dividend",
    "fee",
    "tax",
    "split",
    "spin_off",
    "merger",
    "return_of_capital",
    "symbol_change",
    "delisting",
    "exercise",
    "opening",
    "correction",
    "reversal",
    "unknown",
)
INCOME_KINDS = frozenset({"dividend", "interest", "coupon", "reward", "airdrop", "stock_dividend"})
# What is paid, or charged, on account of an asset.
PAYMENTS = INCOME_KINDS | {"fee", "tax"}
EXTERNAL_KINDS = frozenset(
    {"deposit", "withdraw", "transfer_in", "transfer_out", "opening", "unknown"}
)
# Kinds whose quantity may be negative, for what they take back; of an exercise, written options.
EITHER_SIGN = frozenset(
    "dividend interest coupon reward fee tax opening correction unknown exercise".split()
)
MAY_REPLACE = ("interest", "reward")  # kinds of rows that take an accrual's place


class AccountRef(NamedTuple):
    """An account as somebody named it; ``institution`` is needed where names repeat."""

    name: str
    institution: str | None = None
    type: str | None = None
    institution_type: str | None = None
    tracks_cash: bool | None = None  # of one that is made; None: as its statement does

    def __str__(self) -> str:
        return f"{self.institution}/{self.name}" if self.institution else self.name


def parse_account_ref(text: str, institution: str | None = None) -> AccountRef:
    """``NAME`` or ``INSTITUTION/NAME``; all of it is the name where the institution is said.

    >>> parse_account_ref("DKB/Giro")[:2], str(parse_account_ref("Giro/Joint", "DKB"))
    (('Giro', 'DKB'), 'DKB/Giro/Joint')
    """
    text = text.strip()
    before, slash, after = text.partition("/")
    if institution is None:
        return AccountRef(after, before) if slash else AccountRef(before)
    prefix = f"{institution}/"
    told = text.casefold().startswith(prefix.casefold())  # twice
    return AccountRef(text[len(prefix) :] if told else text, institution)


class Leg(NamedTuple):
    """One posting to be: what the event did to one holding."""

    role: str  # asset, cash, fee, tax or external
    asset: AssetRef
    quantity: Decimal  # signed, never zero; into the holding is positive
    price: Decimal | None = None  # per unit, exactly as quoted
    price_currency: AssetRef | None = None
    account: AccountRef | None = None  # None: the draft's own account
    label: str = ""  # a named pot of the holding
    cost: Decimal | None = None  # stated total cost of what came in (opening, deposit)
    cost_currency: AssetRef | None = None
    acquired_on: dt.date | None = None  # stated, where it was acquired before


class LotRef(NamedTuple):
    """A lot by the row that opened it; wherever it was carried since."""

    account: AccountRef  # of that row
    external_id: str


class Draft(NamedTuple):
    """One event: a kind, a day, and its legs."""

    kind: str  # one of KINDS
    occurred_on: dt.date  # in the book's time zone
    account: AccountRef | None  # None only for events of an asset (a split)
    legs: tuple[Leg, ...]
    external_id: str | None = None  # None: the book makes one
    occurred_at: dt.datetime | None = None  # UTC, where the source gives an instant
    related_asset: AssetRef | None = None  # who paid the dividend, the parent of a spin-off
    ratio: tuple[int, int] | None = None  # a split: new units for old units
    cost_share: Decimal | None = None  # a spin-off or merger: of the cost, with the new units
    added: Decimal | None = None  # a split: units that the statement says were added
    note: str = ""
    lot: str | None = None  # the lot a sale names
    lines: tuple[int, ...] = ()  # the lines of the input that state it, from 1
    # Where several rows make it: the external ids that they have alone, in their order.
    rows: tuple[str, ...] = ()
    takes: tuple[tuple[LotRef, Decimal], ...] = ()  # lots of the same source, and how many units
    pays: tuple[tuple[LotRef, Decimal], ...] = ()  # likewise, of what a fee in kind takes
