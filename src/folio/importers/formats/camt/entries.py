"""The entries of a statement: bookings of an account, in the account's currency.

An entry is one booking of money, whatever number of payments it is of: a batch has its
payments in the note.  The day is that of the booking, as the balances go by it; that of value
where there is none.  The direction is that of the entry itself, of a reversal too: one of a
debit is a credit.  Charges are told apart where they are said to be in the amount, or where
the amount of the transaction proves it; what they were in another currency is in the note.

The bank's reference makes the id, with the day and the amount beside it: some banks give the
fee of a payment, or its return months later, the reference of the payment.  NtryRef is no
part of it, which is a number within the statement at some banks.  Where there is no reference
the id is made from what is booked and from whom.
"""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.importers.cells.amounts import Style, read_amount
from folio.importers.cells.rows import RowFault, in_reach, no_date, normalised
from folio.importers.files.safe_xml import Node
from folio.importers.formats.bank_codes import (
    GVC,
    ISO,
    SWIFT,
    kind_of,
    money_draft,
    money_of,
    said_once,
)
from folio.importers.formats.mt940.details import in_words
from folio.importers.formats.records import Record, Stays, record_of
from folio.importers.interpreting.identity import digest
from folio.model.assets import AssetRef
from folio.model.numbers import ZERO, round_money, to_text
from folio.model.transactions import AccountRef, Draft

NAMED = 5  # payments of a batch, in a note
_PLAIN = Style("point", grouped=False)
_PLACES = 5  # of an amount, at most
_NOISE = Decimal("1e-8")  # of banks that compute in floats: 100.0000000000005
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)[.\d]*(Z)?)?", re.ASCII)
_STAMPS = ("00:00:00", "12:00:00", "23:59:59")  # of a day, not of a moment
_NOT_BOOKED = {
    "PDNG": "it is pending: it comes again when booked",
    "FUTR": "it is of a day to come: it comes again when booked",
    "INFO": "it is for information: it moves nothing",
}
_NO_REFERENCE = frozenset(("nonref", "noref", "notprovided", "not provided", "unknown"))
_OWN_NUMBERS = ("FI-UMSATZ-ID",)  # a bank's own number of a booking, under another name


class Context(NamedTuple):
    """What holds for the entries of one statement."""

    account: AccountRef | None
    prefix: str  # of the ids
    currency: str  # of the account; "" where it does not say
    owner: str
    zone: ZoneInfo
    may_be_unbooked: bool  # an entry that does not say it is booked


class Entry(NamedTuple):
    """An entry, read."""

    record: Record
    is_numbered: bool  # the id is from the bank's own


def read_entry(node: Node, text: str, context: Context) -> Entry:
    """What an entry states; ``text`` is its lines."""
    number = _reference(node)
    read = partial(_booking, node, number, context)
    return Entry(record_of(node.line, text, read), bool(number))


def _booking(node: Node, number: str, context: Context) -> Iterator[Draft]:
    _check_booked(node.get("Sts") or node.get("Sts", "Cd") or node.get("Sts", "Prtry"), context)
    money, amount = balance_of(node, context.currency)
    if not amount:
        raise Stays("moves nothing")
    day = _booked_on(node, context.zone)
    draft = _draft(node, money, amount, day, context)
    id_of = [number, str(day), f"{to_text(amount)}{money}"] if number else [_content(node, draft)]
    yield draft._replace(external_id=":".join((context.prefix, *id_of)))


def _check_booked(status: str, context: Context) -> None:
    if status in _NOT_BOOKED:
        raise Stays(_NOT_BOOKED[status])
    if status != "BOOK" and (status or context.may_be_unbooked):
        raise RowFault(f"its status {status[:20]!r} does not say whether it is booked")


# -- amounts and days ---------------------------------------------------------------------------


def _currency(amount: Node) -> str:
    """What an amount is in; "" where it does not say."""
    return amount.attributes.get("Ccy", "").strip()


def _amount(node: Node) -> Decimal:
    amount = read_amount(node.text, _PLAIN)
    if amount is None:
        raise RowFault("it has no amount")
    if amount < 0:
        raise RowFault(f"its amount {node.text} has a sign, and its direction is said beside it")
    plain = round_money(amount, _PLACES)
    return plain if abs(amount - plain) < _NOISE else amount


def direction(node: Node) -> int:
    """1 for what came in or is there, -1 for what went out or is owed.

    Raises:
        RowFault: when that is not said.
    """
    said = node.get("CdtDbtInd")
    if said not in ("CRDT", "DBIT"):
        raise RowFault("it does not say whether it is a credit or a debit (CdtDbtInd)")
    return 1 if said == "CRDT" else -1


def balance_of(node: Node, currency: str) -> tuple[AssetRef, Decimal]:
    """What an entry puts into the account, or a balance comes to.

    Raises:
        RowFault: when that cannot be read.
    """
    stated = node.child("Amt")
    if stated is None:
        raise RowFault("it has no amount")
    return money_of(_currency(stated) or currency), direction(node) * _amount(stated)


def read_day(text: str, zone: ZoneInfo) -> dt.date:
    """The day as it is printed; of a moment in UTC the day in ``zone``.

    >>> read_day("2024-03-31T23:30:00+02:00", ZoneInfo("Asia/Tokyo"))
    datetime.date(2024, 3, 31)
    >>> read_day("2024-03-31T22:30:00Z", ZoneInfo("Europe/Berlin"))
    datetime.date(2024, 4, 1)

    Raises:
        RowFault: when it is none.
    """
    match = _DAY.match(text)
    if match is None:
        raise no_date(text)
    try:
        day = dt.date.fromisoformat(match[1])
        if match[3] and match[2] not in _STAMPS:
            moment = dt.datetime.fromisoformat(f"{match[1]}T{match[2]}+00:00")
            day = moment.astimezone(zone).date()
    except (ValueError, OverflowError):
        raise no_date(text) from None
    return in_reach(day)


def _booked_on(node: Node, zone: ZoneInfo) -> dt.date:
    for tag in ("BookgDt", "ValDt"):
        for printed in node.all(tag):
            text = printed.text or printed.get("Dt") or printed.get("DtTm")
            if text:
                return read_day(text, zone)
    raise RowFault("it has no date")


# -- what it is ---------------------------------------------------------------------------------


def _details(node: Node) -> list[Node]:
    """The payments of an entry."""
    return node.all("NtryDtls", "TxDtls") or node.all("TxDtls")


def _draft(node: Node, money: AssetRef, amount: Decimal, day: dt.date, context: Context) -> Draft:
    kind = kind_of(amount, _said(node))
    charged = _charged(node, money, amount)
    draft = money_draft(kind, day, context.account, money, amount, charged)
    return draft._replace(note=_note(node, money, context))


def _said(node: Node) -> Iterator[str | None]:
    """The kinds that its codes say, its own before those of its payments."""
    own = [code for code in node.all("BkTxCd") if code.children]
    yield from _kinds(own[0]) if own else ()
    if not own:
        kinds = {tuple(_kinds(code)) for one in _details(node) for code in one.all("BkTxCd")}
        yield from kinds.pop() if len(kinds) == 1 else ()


def _kinds(code: Node) -> tuple[str | None, ...]:
    found: list[str | None] = []
    for own in code.all("Prtry"):
        type_of, *more = own.get("Cd").upper().split("+")
        if own.get("Issr") in ("DK", "ZKA"):
            found.append(GVC.get(more[0]) if more else None)
        elif own.get("Issr") == "SWIFT":
            found.append(SWIFT.get(type_of[-3:]))
    return (*found, ISO.get(code.get("Domn", "Fmly", "SubFmlyCd")))


def _charged(node: Node, money: AssetRef, amount: Decimal) -> Decimal:
    """The charges that are in the amount of an entry, 0 or more; 0 where that is not certain."""
    details = _details(node)
    stated = node.all("Chrgs") or [one for detail in details for one in detail.all("Chrgs")]
    inside, perhaps = ZERO, ZERO
    for one in [record for each in stated for record in each.all("Rcrd") or [each]]:
        for charge in one.all("Amt"):
            if _currency(charge) == money.symbol:
                cost = -_amount(charge) if one.get("CdtDbtInd") == "CRDT" else _amount(charge)
                said = one.get("ChrgInclInd")
                inside += cost if said in ("true", "1") else ZERO
                perhaps += ZERO if said else cost
    paid = details[0].all("AmtDtls", "TxAmt", "Amt") if len(details) == 1 else []
    bare = amount + inside + perhaps
    if any(_currency(one) == money.symbol and _amount(one) == abs(bare) for one in paid):
        inside += perhaps
    turns = (amount + inside) * amount < 0
    return ZERO if inside < 0 or turns else inside


# -- words --------------------------------------------------------------------------------------


def _note(node: Node, money: AssetRef, context: Context) -> str:
    details = _details(node)
    booked = in_words(node.get("AddtlNtryInf"))  # of ABN AMRO all, with names uncut
    converted = next(_converted(node, money), "")
    if len(details) > 1 or (not details and _count(node) > 1):
        return said_once(_batch(node, details, context), booked, converted)
    words = [word for one in details for word in (_party(one, node, context), *_remitted(one))]
    return said_once(*words, booked, converted)


def _count(node: Node) -> int:
    """How many payments a batch says that it has."""
    text = node.get("NtryDtls", "Btch", "NbOfTxs") or node.get("Btch", "NbOfTxs")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _batch(node: Node, details: list[Node], context: Context) -> str:
    names = [_party(one, node, context) or next(_remitted(one), "") for one in details]
    names = [name for name in dict.fromkeys(names) if name]
    count = max(len(details), _count(node))
    listed = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    return f"{count} payments: {listed}" if listed else f"{count} payments"


def _party(detail: Node, entry: Node, context: Context) -> str:
    """Who paid or was paid; of what is taken back, who that was before."""
    payer, payee = ["Dbtr", "UltmtDbtr"], ["Cdtr", "UltmtCdtr"]
    came = entry.get("CdtDbtInd") == "CRDT"
    tags = payer if came else payee
    if entry.get("RvslInd") in ("true", "1"):
        tags = payee + payer if came else payer + payee
    names = [one.first("Nm") for tag in tags for one in detail.all("RltdPties", tag)]
    own = normalised(context.owner)
    return next((name for name in names if name and normalised(name) != own), "")


def _remitted(detail: Node) -> Iterator[str]:
    """What was written to the payment."""
    told = " ".join(one.text for one in detail.all("RmtInf", "Ustrd") if one.text)
    told = told or detail.get("RmtInf", "Strd", "AddtlRmtInf")
    number = detail.get("RmtInf", "Strd", "CdtrRefInf", "Ref")
    yield from filter(None, (told, number, detail.get("AddtlTxInf")))


def _converted(node: Node, money: AssetRef) -> Iterator[str]:
    """What was paid in another currency."""
    for one in (node, *_details(node)[:1]):
        for tag in ("InstdAmt", "TxAmt", "CntrValAmt"):
            for paid in one.all("AmtDtls", tag, "Amt"):
                if paid.text and _currency(paid) not in ("", money.symbol):
                    yield f"{paid.text} {_currency(paid)}"


# -- what makes it the same entry in another file -----------------------------------------------


def _reference(node: Node) -> str:
    """The bank's own number of a booking; "" where it gives none."""
    details = _details(node)
    numbers = [node.get("AcctSvcrRef")]
    if len(details) == 1:
        numbers.append(details[0].get("Refs", "AcctSvcrRef"))
        own = details[0].all("Refs", "Prtry")
        numbers += [one.get("Ref") for one in own if one.get("Tp") in _OWN_NUMBERS]
    return next(filter(_says_something, numbers), "")


def _says_something(number: str) -> bool:
    return number.casefold() not in _NO_REFERENCE and bool(number.strip(" 0-."))


def _content(node: Node, draft: Draft) -> str:
    parts = [str(draft.occurred_on), *(f"{leg.asset}{to_text(leg.quantity)}" for leg in draft.legs)]
    words = [node.get("ValDt", "Dt")]
    for one in _details(node):
        words += [one.get("Refs", "EndToEndId"), one.get("Refs", "AcctSvcrRef")]
        words += [name for tag in ("Cdtr", "Dbtr") for name in _names(one, tag)]
        words += _remitted(one)
    words += [] if any(words[1:]) else [node.get("AddtlNtryInf")]
    return digest([*parts, *map(normalised, words)])


def _names(detail: Node, tag: str) -> list[str]:
    return [one.first("Nm") for one in detail.all("RltdPties", tag)]
