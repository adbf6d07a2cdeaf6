"""What the codes of banks say a booking is for, where they say it for certain.

Three lists are in use: the sub-families of ISO 20022 (``INTR``), the transaction types of
SWIFT (``NINT``), and the GVC of German banks (``814``).  Only those are here whose name is
the kind and nothing else: German 805, the closing of an account, is interest and charges in
one sum, and ``DIV`` is a dividend at one bank and sundries at another; they are money that
came or went, like every code that is not here.  805 outweighs an ISO code beside it.

>>> kind_of(Decimal(-4), (ISO.get("CHRG"),)), kind_of(Decimal("0.12"), (None, GVC.get("814")))
('fee', 'interest')
>>> kind_of(Decimal(-4), (GVC.get("805"), ISO.get("CHRG")))
'withdraw'
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from folio.importers.cells.rows import RowFault
from folio.model.assets import ISO_4217, AssetRef, currency_ref
from folio.model.numbers import ZERO
from folio.model.transactions import AccountRef, Draft, Leg

# Sub-families, the same in every domain and family that has them.
ISO = {
    "INTR": "interest",
    "DVCA": "dividend",
    "TAXE": "tax",
} | dict.fromkeys(("BRKF", "CHRG", "COMM", "COME", "COMI", "COMT", "FEES"), "fee")
SWIFT = {"INT": "interest", "TAX": "tax", "BRF": "fee", "CHG": "fee", "COM": "fee"}
# 604 and 812 to 817 are interest of loans, of deferrals, paid, capitalised and corrected; 320,
# 321 and 804 to 810 are charges of securities and custody, of standing orders, postage,
# expenses, fees, commissions and reminders.
GVC = dict.fromkeys(("604", "812", "814", "815", "817"), "interest") | dict.fromkeys(
    ("320", "321", "804", "806", "807", "808", "809", "810"), "fee"
)
GVC["805"] = ""  # of several kinds
_ROLES = {"fee": "fee", "tax": "tax"}


def kind_of(amount: Decimal, said: Iterable[str | None]) -> str:
    """The first kind that is said; the direction where none is, or that is several ("").

    ``amount`` into the account is positive.
    """
    kind = next((one for one in said if one is not None), "")
    return kind or ("deposit" if amount > 0 else "withdraw")


def money_of(code: str) -> AssetRef:
    """The currency of a code, in any case.

    Raises:
        RowFault: when it is none.
    """
    if code.upper() not in ISO_4217:
        raise RowFault(f"{code[:20]!r} is no currency" if code else "it names no currency")
    return currency_ref(code.upper())


def money_draft(
    kind: str,
    day: dt.date,
    account: AccountRef | None,
    money: AssetRef,
    amount: Decimal,
    charged: Decimal = ZERO,
) -> Draft:
    """A booking of ``amount`` into the account, never 0; ``charged``, 0 or more, is in it a fee."""
    plain = kind in ("deposit", "withdraw")
    if plain and charged and amount + charged == 0:
        kind, plain = "fee", False
    legs = [Leg(_ROLES.get(kind, "cash"), money, amount + charged if plain else amount)]
    if plain and charged:
        legs.append(Leg("fee", money, -charged))
    return Draft(kind, day, account, tuple(legs))


def said_once(*texts: str) -> str:
    """What these texts say, in their order, each thing once.

    >>> said_once("Shop", "Invoice 7, Shop", "", "Transfer")
    'Invoice 7, Shop · Transfer'
    """
    said: list[str] = []
    for text in texts:
        if text and not any(text in other for other in said):
            said = [other for other in said if other not in text] + [text]
    return " · ".join(said)
