"""An MT940 file as a statement: its accounts, entries and balances.

An entry is booked on its entry date; where it has none, on its value date, or on the day with
whose balance the statement closes, if that is before.  A bank states no number of its own that
every export repeats, so a row is known again by all that it says.

A message without an opening balance is an MT942, a report of a day under way: what it has is
not booked yet.  A statement that never closes is torn.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.errors import FolioError
from folio.importers.cells.amounts import Style, read_amount
from folio.importers.cells.ibans import is_checked, is_iban
from folio.importers.cells.rows import RowFault, normalised
from folio.importers.checking.closings import Period, Printed, check
from folio.importers.files.text_file import whole_text
from folio.importers.formats.bank_codes import (
    GVC,
    SWIFT,
    kind_of,
    money_draft,
    money_of,
    said_once,
)
from folio.importers.formats.mt940.details import read_details
from folio.importers.formats.mt940.markup import Field, Message, Row, messages
from folio.importers.formats.records import (
    Record,
    Stays,
    assemble,
    bank_statement,
    moved,
    record_of,
)
from folio.importers.interpreting.identity import digest
from folio.model.assets import ISO_4217, AssetRef
from folio.model.numbers import ZERO, to_text
from folio.model.statements import Statement
from folio.model.transactions import AccountRef, Draft

ENCODINGS = ("utf-8", "cp1252", "cp850", "latin-1")
_COMMA = Style("comma", grouped=False)
_ENTRY = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>R?[CD])(?P<funds>[A-Z])?(?P<amount>\d[\d,.]*)"
    r"(?P<type>[A-Z][A-Z0-9]{3})?(?P<owner>.*?)(?://(?P<bank>.*))?\s*",
    re.ASCII,
)
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d[\d,.]*)\s*", re.ASCII)
_SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1}  # the last two take back
_BIC = re.compile(
    r"\{1:F\d\d([A-Z]{6}[A-Z0-9]{2})|(?:\A|\n)([A-Z]{6}[A-Z0-9]{2})\s*\n940", re.ASCII
)
_NOT_BOOKED = "it is not booked yet: it comes again in a statement"
_NO_REFERENCE = ("", "NONREF")


class _Account(NamedTuple):
    ref: AccountRef | None
    prefix: str  # of the ids
    is_german: bool  # the codes of German banks are in use


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The statement in ``path``; its days are those it prints, whatever the ``zone``.

    Raises:
        FolioError: when the file cannot be read, or holds no statement.
    """
    text = whole_text(path, ENCODINGS).lstrip("\ufeff")
    if watch is not None:
        watch(len(text))
    lines = text.split("\n")
    found = messages(lines)
    if not any("25" in one.fields for one in found):
        raise FolioError(f"{path} holds no statement of an account; export it again")
    match = _BIC.search(text)
    bank = match[1] if match else ""
    account = _Account(None, "", is_german=False)
    records: list[Record] = []
    periods: list[Period] = []
    notes: list[str] = []
    for one in found:
        account = _account(one.fields["25"], bank) if "25" in one.fields else account
        entries, period = _read(one, account, lines, notes)
        records += entries
        periods += [] if period is None else [period]
    whole, checked = assemble(records), check(periods)
    rows = [(row.entry.line, row.last_line) for one in found for row in one.rows]
    first = next((period.account for period in periods if period.account), account.ref)
    return bank_statement("mt940", first, whole, checked, notes, text=text, rows=rows)


def _account(field: Field, bank: str) -> _Account:
    """The account that a field names: an IBAN, or a bank's code and a number, with the
    currency behind it at some banks.
    """
    text = "".join(field.lines[0].split()).upper()
    code, stroke, number = text.partition("/")
    if not stroke:
        code, number = "", text
    if number[-3:] in ISO_4217 and not is_checked(number):
        number = number[:-3].rstrip("/")
    if is_iban(code):
        code, number = "", code
    if not number:
        return _Account(None, "", is_german=False)
    own_code = "" if is_iban(number) else code
    ref = AccountRef(number, bank or code or "Bank", "checking", "bank")
    is_german = number.startswith("DE") or (len(code) == 8 and code.isdecimal())
    return _Account(ref, f"{own_code}/{number}", is_german)


# -- one statement ------------------------------------------------------------------------------


def _read(
    message: Message, account: _Account, lines: Sequence[str], notes: list[str]
) -> tuple[list[Record], Period | None]:
    texts = ["\n".join(lines[row.entry.line - 1 : row.last_line]) for row in message.rows]
    rows = list(zip(message.rows, texts, strict=True))
    fields = message.fields  # of the whole statement, or of one page
    opening, closing = (fields.get(f"{tag}F") or fields.get(f"{tag}M") for tag in ("60", "62"))
    if opening is None and closing is None:
        return [Record(row.entry.line, text, reason=_NOT_BOOKED) for row, text in rows], None
    stated = [_balance(field, notes) for field in (opening, closing)]
    money = next((one[0] for one in stated if one), None)
    opened, closed = (one[1] if one and one[0] == money else None for one in stated)
    notes += _of_another_currency(stated, money)
    records = [
        record_of(row.entry.line, text, partial(_booking, row, account, money, closed))
        for row, text in rows
    ]
    if closing is None:
        records = _torn(records, message, notes)
    if money is None:
        return records, None
    return records, Period(
        account.ref,
        money,
        opened,
        closed,
        *moved(records, money),
        _number(message),
        whole=not any(record.bad for record in records),
    )


def _of_another_currency(
    stated: Iterable[tuple[AssetRef, Printed] | None], money: AssetRef | None
) -> list[str]:
    return [
        f"line {one[1].line}: a balance is left out: it is in {one[0]}, the statement in {money}"
        for one in stated
        if one and one[0] != money
    ]


def _torn(records: list[Record], message: Message, notes: list[str]) -> list[Record]:
    """The records of a statement that does not close: nobody knows whether the last is whole."""
    why = "no closing balance (:62F:) follows: the file ends within the statement; export it again"
    if not records:
        notes.append(f"line {message.line}: {why}")
        return records
    *sound, last = records
    return [*sound, Record(last.line, last.text, reason=why, bad=True)]


def _number(message: Message) -> tuple[int, ...]:
    """The number of the statement and of its page."""
    field = message.fields.get("28")
    digits = re.findall(r"\d{1,9}", field.lines[0]) if field else []
    return tuple(int(one) for one in digits[:2])


def _balance(field: Field | None, notes: list[str]) -> tuple[AssetRef, Printed] | None:
    if field is None:
        return None
    match = _BALANCE.match(field.lines[0])
    try:
        if match is None:
            raise RowFault(f"{field.lines[0][:40]!r} is none")
        money = money_of(match[3])
        amount = _amount(match[4]) * _SIGNS[match[1]]
        printed = Printed(amount, _day(match[2]), field.line, field.tag.endswith("M"))
    except RowFault as fault:
        notes.append(f"line {field.line}: a balance is left out: {fault}")
        return None
    return money, printed


def _amount(text: str) -> Decimal:
    amount = read_amount(text, _COMMA)
    return ZERO if amount is None else amount


def _day(text: str) -> dt.date:
    """The day of six digits: years are those of 1980 to 2079."""
    year = int(text[:2]) + (1900 if int(text[:2]) >= 80 else 2000)
    try:
        return dt.date(year, int(text[2:4]), int(text[4:6]))
    except ValueError:
        raise RowFault(f"{text!r} is no date") from None


# -- one entry ----------------------------------------------------------------------------------


def _booking(
    row: Row, account: _Account, money: AssetRef | None, closed: Printed | None
) -> Iterator[Draft]:
    match = _ENTRY.fullmatch(row.entry.lines[0])
    if match is None:
        raise RowFault(f"{row.entry.lines[0][:40]!r} is no entry of MT940")
    if money is None:
        raise RowFault("its statement has no balance that says the currency")
    amount = _amount(match["amount"]) * _SIGNS[match["mark"]]
    day = _booked_on(match, closed)
    if not amount:
        raise Stays("moves nothing")
    details = read_details(row.details or row.entry.lines[1:])
    swift = SWIFT.get((match["type"] or "")[1:]) if (match["type"] or "").startswith("N") else None
    said = GVC.get(details.code) if account.is_german and details.code else swift
    draft = money_draft(kind_of(amount, (said,)), day, account.ref, money, amount)
    number = f"{account.prefix}:{_identity(row, match, amount, money)}"
    note = said_once(details.name, details.purpose, details.booked)
    yield draft._replace(external_id=number, note=note)


def _booked_on(match: re.Match[str], closed: Printed | None) -> dt.date:
    """The day of the booking; of an entry date, whose year is that nearest to the value date.

    German banks know a 30 February, as a day of value.
    """
    value, entry = match["value"], match["entry"]
    if not entry:
        day = _day(value)
        return min(day, closed.day) if closed else day
    months = int(entry[:2]) - int(value[2:4])
    year = int(value[:2]) + (1 if months < -6 else -1 if months > 6 else 0)
    return _day(f"{year % 100:02}{entry}")


def _identity(row: Row, match: re.Match[str], amount: Decimal, money: AssetRef) -> str:
    """What another export of the same account says of the row too, however it breaks its lines."""
    numbers = [match["owner"] or "", match["bank"] or ""]
    words = [*row.entry.lines[1:], *row.details]
    return digest(
        [
            match["value"],
            match["entry"] or "",
            f"{to_text(amount)}{money}",
            match["type"] or "",
            *("" if number.strip() in _NO_REFERENCE else number.strip() for number in numbers),
            "".join(normalised("".join(words)).split()),
        ]
    )
