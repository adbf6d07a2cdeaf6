"""Rows of banks and of credit cards, and the cash rows of brokers.

The amount's sign says which way the money went, seen from the account, whatever the type
says: a purchase by credit card is negative.  Types are taken at their word where they say
more than the direction: interest, dividends, fees, transfers.  Brokers call all cash rows
DEP or OTHER, so theirs are told by their first words too.
"""

import re
from decimal import Decimal

from folio.importers.cells.rows import RowFault
from folio.importers.formats.bank_codes import kind_of, money_draft
from folio.importers.formats.ofx.markup import Block, Values, values
from folio.importers.formats.ofx.values import Context, amount_of, note_of
from folio.importers.formats.records import Record, Stays, record_of
from folio.importers.interpreting.identity import digest
from folio.model.transactions import Draft

_KINDS = {
    "INT": "interest",
    "DIV": "dividend",
    "FEE": "fee",
    "SRVCHG": "fee",
    "XFER": "transfer",
}
_SKIPPED = {"HOLD": "an authorisation: it moves nothing yet"}
_SAYS_LITTLE = ("", "CREDIT", "DEBIT", "DEP", "OTHER", "DIRECTDEP", "DIRECTDEBIT", "CASH")
_WORDS = {
    "interest": re.compile(r"(?:(?:credit|debit|margin|bank)\s+)?interest\b", re.IGNORECASE),
    "dividend": re.compile(r"(?:cash\s+)?dividends?\b", re.IGNORECASE),
    "fee": re.compile(r"(?:[\w.-]+\s+){0,3}(?:fees?|commissions?)\b", re.IGNORECASE),
}


def read_bank_row(block: Block, context: Context) -> Record:
    """The record of a row."""
    return record_of(block.line, block.text, lambda: [_booking(block, context)])


def _booking(block: Block, context: Context) -> Draft:
    """What a row did.

    Raises:
        Stays: when it moved nothing.
        RowFault: when it has no amount, day or currency.
    """
    if block.tag == "STMTTRNP":
        raise Stays("it is pending: it comes again when booked")
    found = values(block)
    type_of = found.get("TRNTYPE").upper()
    if found.get("CORRECTACTION").upper() == "DELETE":
        raise Stays(f"it takes back {found.get('CORRECTFITID')}: undo that transaction")
    if type_of in _SKIPPED:
        raise Stays(_SKIPPED[type_of])
    amount = amount_of(found, "TRNAMT")
    if amount is None:
        raise RowFault("it has no amount")
    money = context.money(found)
    if not amount:
        raise Stays("moves nothing")
    note = note_of(found, "NAME", "MEMO")
    check = found.get("CHECKNUM").lstrip("0")
    if check and check not in note:
        note = f"{note} · check {check}" if note else f"check {check}"
    kind = _kind(type_of, amount, note, of_broker=block.tag == "INVBANKTRAN")
    day = context.day(found, "DTPOSTED", "DTUSER", "DTAVAIL")
    draft = money_draft(kind, day, context.account, money, amount)._replace(note=note)
    return draft._replace(external_id=identity(found, context, draft))


def _kind(type_of: str, amount: Decimal, note: str, *, of_broker: bool) -> str:
    kind = _KINDS.get(type_of)
    if kind is None and of_broker and type_of in _SAYS_LITTLE:
        kind = next((kind for kind, words in _WORDS.items() if words.match(note)), None)
    if kind == "transfer":
        return "transfer_in" if amount > 0 else "transfer_out"
    return kind_of(amount, (kind,))


def identity(found: Values, context: Context, draft: Draft) -> str:
    """The bank's own number of a row under the account's, or one made from its content.

    A row that replaces another has that one's number: it meets it as a conflict.
    """
    number = found.get("FITID")
    if found.get("CORRECTACTION").upper() == "REPLACE":
        number = found.get("CORRECTFITID") or number
    if number:
        return f"{context.prefix}:{number}"
    legs = [f"{leg.asset}:{leg.quantity.normalize():f}" for leg in draft.legs]
    parts = [draft.kind, draft.occurred_on.isoformat(), *legs, draft.note]
    return f"{context.prefix}:{digest(parts)}"
