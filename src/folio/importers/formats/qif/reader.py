"""A QIF file as a statement: accounts, securities, records and prices.

A record has no id: it is known again by its account's name, day, amount, number, payee, memo
and, of investments, action, security and quantity.  Cleared marks and categories, which
people change, are no part of it.  QIF names no currency either: the account's own counts.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.errors import FolioError
from folio.importers.cells.amounts import Style, read_amount
from folio.importers.cells.rows import RowFault, normalised
from folio.importers.files.text_file import choose_encoding, open_text
from folio.importers.formats.bank_codes import kind_of
from folio.importers.formats.qif.actions import SILENT, Action, Did, did, moved_cash
from folio.importers.formats.qif.sections import (
    Fields,
    ReadDay,
    decide_dates,
    decide_numbers,
    read_price,
    sections,
)
from folio.importers.formats.records import Record, Stays, assemble, record_of
from folio.importers.interpreting.identity import digest
from folio.model.assets import AssetRef, unit_ref
from folio.model.numbers import ZERO, to_text
from folio.model.statements import UNSTATED, StatedBalance, StatedPrice, Statement
from folio.model.transactions import AccountRef, Draft, Leg

_TYPES = {
    "bank": "checking",
    "cash": "wallet",
    "ccard": "credit-card",
    "otha": "other",
    "oths": "other",
    "othl": "loan",
    "invst": "brokerage",
    "port": "brokerage",
    "mutual": "brokerage",
    "401(k)/403(b)": "retirement",
}
_LISTS = frozenset("cat class memorized security prices budget tax template payee tag".split())
_INVESTMENTS = ("invst", "port", "mutual", "401(k)/403(b)")
_SECURITIES = {
    "stock": "stock",
    "mutual fund": "fund",
    "fund": "fund",
    "bond": "bond",
    "etf": "etf",
    "cd": "deposit",
}
_CATEGORIES = {
    "_intinc": "interest",
    "int inc": "interest",
    "interest inc": "interest",
    "interest income": "interest",
    "_divinc": "dividend",
    "div income": "dividend",
    "dividend income": "dividend",
    "bank charge": "fee",
    "bank charges": "fee",
    "bank chrg": "fee",
    "bank fees": "fee",
    "service charge": "fee",
}
_OPENINGS = ("opening balance", "anfangssaldo", "solde initial", "solde d'ouverture")


class _How(NamedTuple):
    """How the file is written, and what its tables say."""

    day: ReadDay
    styles: dict[str, Style]
    securities: dict[str, AssetRef]

    def number(self, record: Fields, letter: str) -> Decimal | None:
        try:
            return read_amount(record.get(letter), self.styles[letter])
        except RowFault as fault:
            raise RowFault(f"{letter}: {fault}") from None

    def total(self, record: Fields) -> Decimal | None:
        """T, or U where that alone is there."""
        found = self.number(record, "T")
        return self.number(record, "U") if found is None else found


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The statement in ``path``.

    Raises:
        FolioError: when the file cannot be read, or holds no record.
        UsageError: when the order of its dates or its decimal sign stays open.
    """
    with open_text(path, choose_encoding(path, ("utf-8", "cp1252"))) as file:
        lines = file.read().split("\n")
    if watch is not None:
        watch(sum(map(len, lines)))
    found = list(sections(lines))
    stated = [one for one in found if one.fields and not _is_list(one)]
    prices = [price for one in found if one.section == "type:prices" for price in _listed(one)]
    if not stated and not prices:
        raise FolioError(f"{path} holds no record of QIF; export it again")
    dates = [one.get("D") for one in stated] + [date for _, _, date, _ in prices]
    how = _How(
        decide_dates([date for date in dates if date], _stated_order(found), path),
        decide_numbers(stated, path),
        _securities(found),
    )
    records, balances = _read_all(found, how, path)
    whole = assemble(records)
    taken = {n for one in stated for n in range(one.line, one.last_line + 1)}
    listed = list(_prices(prices, how))
    first = next((d.account for d in whole.drafts if d.account), None)
    kinds = [one.section.removeprefix("type:") for one in stated]
    return Statement(
        profile="qif",
        institution=first.name if first else "Bank",
        institution_type="other",
        account_type=_TYPES.get(kinds[0], "other") if kinds else "other",
        tracks_cash=True,
        rows=whole.rows,
        drafts=whole.drafts,
        balances=tuple(balances),
        prices=tuple(price for price, _ in listed if price is not None),
        notes=(*whole.notes, *(note for _, note in listed if note)),
        source="qif",
        around=tuple((n, x) for n, x in enumerate(lines, 1) if n not in taken and x.strip()),
    )


def _is_list(record: Fields) -> bool:
    """Whether a record states no transaction."""
    kind = record.section.removeprefix("type:")
    return record.section == "account" or kind in _LISTS or not record.section.startswith("type:")


def _stated_order(found: Sequence[Fields]) -> str:
    options = [one.section.removeprefix("option:").upper() for one in found]
    return next((option for option in options if option in ("MDY", "DMY", "YMD")), "")


def _securities(found: Sequence[Fields]) -> dict[str, AssetRef]:
    """The file's table of securities: by name and by symbol."""
    known: dict[str, AssetRef] = {}
    for one in found:
        if one.section == "type:security" and one.fields:
            name, symbol = one.get("N"), one.get("S")
            kind = _SECURITIES.get(one.get("T").casefold())
            known[name] = known[symbol or name] = unit_ref(symbol or name, kind, "", None, name)
    return known


def _security(name: str, how: _How) -> AssetRef:
    return how.securities.get(name) or unit_ref(name, name=name)


def _read_all(
    found: Sequence[Fields], how: _How, path: Path
) -> tuple[list[Record], list[StatedBalance]]:
    account: AccountRef | None = None
    nameless: set[str] = set()
    records: list[Record] = []
    balances: list[StatedBalance] = []
    for one in found:
        if one.section == "account" and one.fields:
            account = _account(one)
            balances += _balance(one, account, how)
        elif one.fields and not _is_list(one):
            nameless |= {one.section} if account is None else set()
            records.append(record_of(one.line, one.text, partial(_stated, one, account, how)))
    if len(nameless) > 1:
        raise FolioError(
            f"{path} is of several accounts and does not name them; import each alone, or put "
            "!Account, N and its name, and ^ before each"
        )
    return records, balances


def _account(record: Fields) -> AccountRef | None:
    kind = record.get("T").casefold().replace(" ", "")
    name = record.get("N")
    return AccountRef(name, None, _TYPES.get(kind, "other")) if name else None


def _balance(record: Fields, account: AccountRef | None, how: _How) -> Iterator[StatedBalance]:
    try:
        amount = how.number(record, "$")
        if account is not None and amount is not None and record.get("/"):
            day = how.day(record.get("/"))
            yield StatedBalance(account, UNSTATED, amount, day, (record.line,))
    except RowFault:
        return  # a balance without a day, or none at all


def _stated(record: Fields, account: AccountRef | None, how: _How) -> Iterator[Draft]:
    """What a record states."""
    kind = record.section.removeprefix("type:")
    action = record.get("N").casefold()
    if kind in _INVESTMENTS and action in SILENT:
        raise Stays(SILENT[action])
    if kind in _INVESTMENTS and action not in ("", "cash"):
        done = did(_action(record, how))
    else:
        done = _banked(record, account, how)
    day = how.day(record.get("D"))
    if not done:
        raise Stays("moves nothing")
    for number, one in enumerate(done):
        yield Draft(
            one.kind,
            day,
            account,
            one.legs,
            f"{_identity(record, account, how)}{f':{number}' if number else ''}",
            related_asset=one.related,
            lot=one.lot,
            ratio=one.ratio,
            note=_note(record),
        )


def _action(record: Fields, how: _How) -> Action:
    name = record.get("Y")
    return Action(
        record.get("N"),
        _security(name, how) if name else None,
        how.number(record, "Q"),
        how.number(record, "I"),
        how.total(record),
        abs(how.number(record, "O") or ZERO),
        how.number(record, "$"),
    )


def _banked(record: Fields, account: AccountRef | None, how: _How) -> list[Did]:
    """A record of a bank: splits that go to other accounts are transfers of their own."""
    total = how.total(record)
    if total is None:
        raise RowFault("it has no amount")
    if normalised(record.get("P")) in _OPENINGS:
        return [_flow(record, account, total)] if total else []
    moved = [part for part in _parts(record, how) if _other_account(part[0], account)]
    if _other_account(record.get("L"), account) and not moved:
        moved = [(record.get("L"), total)]
    rest = total - sum((amount for _, amount in moved), ZERO)
    done = [moved_cash(amount) for _, amount in moved if amount]
    return [_flow(record, account, rest), *done] if rest else done


def _flow(record: Fields, account: AccountRef | None, amount: Decimal) -> Did:
    own = account is not None and record.get("L") == f"[{account.name}]"
    if own or normalised(record.get("P")) in _OPENINGS:
        return Did("opening", (Leg("cash", UNSTATED, amount),))
    category = record.get("L").casefold()
    kind = _CATEGORIES.get(category) or _CATEGORIES.get(category.partition(":")[2])
    role = "fee" if kind == "fee" else "cash"
    return Did(kind_of(amount, (kind,)), (Leg(role, UNSTATED, amount),))


def _parts(record: Fields, how: _How) -> Iterator[tuple[str, Decimal]]:
    """Category and amount of each split."""
    category = None
    for letter, value in record.fields:
        if letter == "S":
            category = value
        elif letter == "$" and category is not None:
            yield category, read_amount(value, how.styles["$"]) or ZERO
            category = None


def _other_account(category: str, account: AccountRef | None) -> bool:
    name = category.partition("]")[0]
    return name.startswith("[") and (account is None or name[1:] != account.name)


def _note(record: Fields) -> str:
    said = [record.get(letter) for letter in "PM"]
    said += [value for letter, value in record.fields if letter == "E"]
    if record.section.removeprefix("type:") not in _INVESTMENTS and record.get("N"):
        said.append(f"check {record.get('N')}")
    said.append(record.get("L"))
    return " · ".join(dict.fromkeys(word for word in said if word))


def _identity(record: Fields, account: AccountRef | None, how: _How) -> str:
    """What another export of the same account says of the record too."""
    numbers = [how.total(record), how.number(record, "Q")]
    parts = [account.name if account else record.section, how.day(record.get("D")).isoformat()]
    parts += ["" if number is None else to_text(number) for number in numbers]
    parts += [normalised(record.get(letter)) for letter in "NYPM"]
    return digest(parts)


_Price = tuple[str, str, str, int]  # symbol, price, date, line


def _listed(record: Fields) -> Iterator[_Price]:
    """The lines of a list of prices: ``"INTC",25 5/8,"1/15'04"``."""
    for number, line in enumerate(record.text.split("\n"), record.line):
        cells = next(csv.reader([line]), [])
        if len(cells) == 3:
            yield cells[0], cells[1], cells[2], number


def _prices(prices: Sequence[_Price], how: _How) -> Iterator[tuple[StatedPrice | None, str]]:
    for symbol, price, date, line in prices:
        try:
            amount, day = read_price(price), how.day(date)
        except RowFault as fault:
            yield None, f"line {line}: a price is left out: {fault}"
            continue
        if amount > 0:
            yield StatedPrice(_security(symbol, how), UNSTATED, amount, day, (line,)), ""
