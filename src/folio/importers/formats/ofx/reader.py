"""An OFX file as a statement: its accounts, rows, positions and balances."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.errors import FolioError
from folio.importers.cells.rows import RowFault
from folio.importers.formats.ofx.bank import read_bank_row
from folio.importers.formats.ofx.investments import read_trade, unit_price
from folio.importers.formats.ofx.markup import (
    ACCOUNTS,
    BALANCES,
    BANK_ROWS,
    POSITIONS,
    ROWS,
    SECURITIES,
    STATEMENTS,
    Block,
    Leaf,
    Values,
    blocks,
    read_text,
    values,
)
from folio.importers.formats.ofx.reversals import Stated, taken_back
from folio.importers.formats.ofx.values import (
    Context,
    Security,
    amount_of,
    listed_security,
    read_day,
)
from folio.importers.formats.records import Record, assemble, lines_around
from folio.model.assets import ISO_4217, AssetRef, currency_ref
from folio.model.numbers import ZERO
from folio.model.statements import StatedBalance, StatedPrice, Statement
from folio.model.transactions import AccountRef

_TYPES = {
    "CHECKING": "checking",
    "SAVINGS": "savings",
    "MONEYMRKT": "savings",
    "CD": "savings",
    "CREDITLINE": "loan",
}
_TYPE_OF_TAG = {"CCACCTFROM": "credit-card", "INVACCTFROM": "brokerage", "LOANACCTFROM": "loan"}


class _Account(NamedTuple):
    """One statement of the file: what its head says, and its blocks."""

    currency: str
    as_of: str  # the last day that it speaks of, as printed
    account: AccountRef | None
    prefix: str
    blocks: list[Block]

    def context(self, zone: ZoneInfo, securities: dict[tuple[str, str], Security]) -> Context:
        return Context(self.account, self.prefix, self.currency, zone, securities)


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The statement in ``path``; ``zone`` is the book's.

    Raises:
        FolioError: when the file cannot be read, or holds no statement.
    """
    text = read_text(path)
    found = list(blocks(text))
    institution = _institution(found)
    statements = list(_statements(found, institution))
    if not any(one.blocks for one in statements):
        raise FolioError(f"{path} holds no statement{_said(found)}; export it again")
    securities: dict[tuple[str, str], Security] = {}
    for block in found:
        if isinstance(block, Block) and block.tag in SECURITIES:
            securities |= _listed(block)
    lines = text.split("\n")
    booked: list[Stated] = []
    stated = _Stated()
    for one in statements:
        context = one.context(zone, securities)
        for block in one.blocks:
            if block.tag in ROWS:
                booked.append(Stated(block, context, _record(block, context, lines)))
            else:
                stated.take(block, context, one.as_of)
        if watch is not None:
            watch(sum(len(one.record.text) for one in booked))
    records, cancelled = taken_back(booked)
    whole = assemble(records)
    rows = [(b.line, b.last_line) for one in statements for b in one.blocks if b.tag in ROWS]
    first = next((one.account for one in statements if one.account), None)
    return Statement(
        profile="ofx",
        institution=institution or "Bank",
        institution_type=first.institution_type or "" if first else "bank",
        account_type=first.type or "" if first else "checking",
        tracks_cash=True,
        rows=whole.rows,
        drafts=whole.drafts,
        balances=stated.balances(),
        prices=tuple(stated.prices),
        notes=(*whole.notes, *stated.notes),
        source="ofx",
        around=lines_around(text, rows, stated.lines),
        cancelled=cancelled,
    )


def _record(block: Block, context: Context, lines: Sequence[str]) -> Record:
    read_row = read_bank_row if block.tag in BANK_ROWS else read_trade
    whole = "\n".join(lines[block.line - 1 : block.last_line])
    return read_row(block, context)._replace(text=whole)


def _statements(found: Sequence[Block | Leaf], institution: str) -> Iterator[_Account]:
    """The file's statements, one for each account that it speaks of."""
    groups: list[list[Block | Leaf]] = []
    for one in found:
        if one.tag in STATEMENTS:
            groups.append([])
        elif groups and one.tag not in SECURITIES:
            groups[-1].append(one)
    for group in groups:
        leaves = {one.tag: one.value for one in reversed(group) if isinstance(one, Leaf)}
        own = [one for one in group if isinstance(one, Block)]
        account, prefix = None, ""
        for block in own:
            if block.tag in ACCOUNTS:
                account, prefix = _account(block, institution)
                break
        kept = [b for b in own if b.tag in ROWS or b.tag in POSITIONS or b.tag in BALANCES]
        as_of = leaves.get("DTASOF") or leaves.get("DTEND") or ""
        yield _Account(leaves.get("CURDEF", ""), as_of, account, prefix, kept)


def _account(block: Block, institution: str) -> tuple[AccountRef | None, str]:
    try:
        found = values(block)
    except RowFault:
        return None, ""
    number = found.get("ACCTID")
    bank = found.get("BROKERID") or found.get("BANKID")
    if not number:
        return None, bank
    own = _TYPES.get(found.get("ACCTTYPE").upper(), "checking")
    at = institution or bank or "Bank"
    kind = "broker" if block.tag == "INVACCTFROM" else "bank"
    ref = AccountRef(number, at, _TYPE_OF_TAG.get(block.tag, own), kind)
    return ref, f"{bank}/{number}"


def _institution(found: Sequence[Block | Leaf]) -> str:
    for block in found:
        if isinstance(block, Block) and block.tag == "FI":
            try:
                return values(block).get("ORG")
            except RowFault:
                break
    return ""


def _listed(block: Block) -> dict[tuple[str, str], Security]:
    try:
        return listed_security(block.tag, values(block))
    except RowFault:
        return {}


def _said(found: Sequence[Block | Leaf]) -> str:
    """What the bank says went wrong."""
    for block in found:
        if isinstance(block, Block) and block.tag == "STATUS":
            try:
                status = values(block)
            except RowFault:
                continue
            if status.get("CODE") not in ("", "0"):
                return f": it says {status.get('CODE')} {status.get('MESSAGE')}".rstrip()
    return ""


class _Stated:
    """The balances and prices that a file states."""

    def __init__(self) -> None:
        self.prices: list[StatedPrice] = []
        self.notes: list[str] = []
        self.lines: set[int] = set()
        self._balances: dict[tuple[AccountRef | None, AssetRef], StatedBalance] = {}

    def balances(self) -> tuple[StatedBalance, ...]:
        return tuple(self._balances.values())

    def take(self, block: Block, context: Context, as_of: str) -> None:
        """Take in a position or a balance; one that cannot be read is said."""
        try:
            found = values(block)
            if block.tag in POSITIONS:
                self._position(block, found, context, as_of)
            else:
                self._balance(block, found, context, as_of)
        except RowFault as fault:
            self.notes.append(f"line {block.line}: {block.tag} is left out: {fault}")

    def _position(self, block: Block, found: Values, context: Context, as_of: str) -> None:
        units = amount_of(found, "UNITS")
        if units is None:
            raise RowFault("it has no UNITS")
        asset = context.security(found).asset
        if found.get("POSTYPE").upper() == "SHORT":
            units = -abs(units)
        day = read_day(as_of or found.get("DTPRICEASOF"), context.zone)
        self._add(StatedBalance(context.account, asset, units, day, (block.line,)))
        price = unit_price(units, amount_of(found, "UNITPRICE"), amount_of(found, "MKTVAL"))
        priced_on = found.get("DTPRICEASOF") or as_of
        if price and price > ZERO:
            money, day = context.money(found), read_day(priced_on, context.zone)
            self.prices.append(StatedPrice(asset, money, price, day, (block.line,)))

    def _balance(self, block: Block, found: Values, context: Context, as_of: str) -> None:
        tag, stamp = {
            "INVBAL": ("AVAILCASH", ""),
            "CLOSING": ("BALCLOSE", "DTCLOSE"),
        }.get(block.tag, ("BALAMT", "DTASOF"))
        amount = amount_of(found, tag)
        printed = (found.get(stamp) if stamp else "") or as_of
        if amount is None or not printed:
            return  # an empty balance is none
        if context.currency.upper() not in ISO_4217:
            raise RowFault("the statement names no currency")
        day = read_day(printed, context.zone)
        money = currency_ref(context.currency.upper())
        self._add(StatedBalance(context.account, money, amount, day, (block.line,)))

    def _add(self, stated: StatedBalance) -> None:
        """Positions of one asset in several sub-accounts are one holding."""
        self.lines.update(stated.lines)
        key = stated.account, stated.asset
        before = self._balances.get(key)
        if before is not None and before.day == stated.day and stated.asset.type != "currency":
            stated = stated._replace(
                balance=before.balance + stated.balance, lines=(*before.lines, *stated.lines)
            )
        if before is None or before.day <= stated.day:
            self._balances[key] = stated
