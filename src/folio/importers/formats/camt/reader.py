"""A CAMT file as a statement: its accounts, entries and balances.

A statement (camt.053) and an account report (camt.052) say the same; in a report an entry may
be pending, and a balance in the middle of the day.  A notification (camt.054) announces
entries that the statement has too, and is refused.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.errors import FolioError, UnknownStatement
from folio.importers.cells.rows import RowFault
from folio.importers.checking.closings import Period, Printed, check
from folio.importers.files.safe_xml import Node
from folio.importers.formats.camt.entries import Context, Entry, balance_of, read_day, read_entry
from folio.importers.formats.camt.markup import read_document
from folio.importers.formats.records import Record, assemble, bank_statement, moved
from folio.model.assets import AssetRef
from folio.model.statements import Statement
from folio.model.transactions import AccountRef

_STATEMENTS = {"BkToCstmrStmt": "Stmt", "BkToCstmrAcctRpt": "Rpt"}
_NOTIFICATION = "BkToCstmrDbtCdtNtfctn"
_TYPES = {"SVGS": "savings", "MOMA": "savings", "LOAN": "loan"}
# Of the start of the day, of the end of the day before; of the end, of some time of the day.
_OPENINGS, _CLOSINGS = ("OPBD", "PRCD"), ("CLBD", "ITBD")


class _Account(NamedTuple):
    """One statement of the file."""

    node: Node
    context: Context
    entries: list[Entry]


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The statement in ``path``; ``zone`` is the book's.

    Raises:
        UnknownStatement: when it is a notification.
        FolioError: when the file cannot be read, or holds no statement.
    """
    root, text = read_document(path)
    if watch is not None:
        watch(len(text))
    lines = text.split("\n")
    statements = [_read(node, lines, zone) for node in _statements(root, path)]
    notes: list[str] = []
    checked = check([period for one in statements for period in _periods(one, zone, notes)])
    _take_once(statements)
    whole = assemble([entry.record for one in statements for entry in one.entries])
    rows = [(node.line, node.last_line) for one in statements for node in one.node.all("Ntry")]
    first = next((one.context.account for one in statements if one.context.account), None)
    return bank_statement(
        "camt", first, whole, checked, notes, text=text, rows=rows, keeps_numbers=True
    )


def _statements(root: Node, path: Path) -> list[Node]:
    found = [
        statement
        for message, tag in _STATEMENTS.items()
        for node in _messages(root, message)
        for statement in node.all(tag)
    ]
    if not found and next(_messages(root, _NOTIFICATION), None):
        raise UnknownStatement(
            f"{path} is a notification (camt.054) of entries that the bank's statement has too; "
            "import the statement (camt.053) instead",
            is_text=False,
        )
    if not found:
        raise FolioError(f"{path} holds no statement of an account; export it again")
    return found


def _messages(root: Node, name: str) -> Iterator[Node]:
    """The messages of this name, which in the first version of them ends in V01."""
    yield from root.within(name)
    yield from root.within(f"{name}V01")


def _read(node: Node, lines: list[str], zone: ZoneInfo) -> _Account:
    context = _context(node, zone)
    entries = [
        read_entry(one, "\n".join(lines[one.line - 1 : one.last_line]), context)
        for one in node.all("Ntry")
    ]
    return _Account(node, context, entries)


def _context(node: Node, zone: ZoneInfo) -> Context:
    # The last three are those of the first version.
    written = (("IBAN",), ("Othr", "Id"), ("PrtryAcct", "Id"), ("BBAN",), ("UPIC",))
    number = next(filter(None, (node.get("Acct", "Id", *one) for one in written)), "")
    number = number.replace(" ", "")
    bank = next((one.first(tag) for one in node.all("Acct", "Svcr", "FinInstnId")
                 for tag in ("Nm", "BICFI", "BIC") if one.get(tag)), "")  # fmt: skip
    own = _TYPES.get(node.get("Acct", "Tp", "Cd"), "checking")
    account = AccountRef(number, bank or "Bank", own, "bank") if number else None
    owner = next((one.first("Nm") for one in node.all("Acct", "Ownr")), "")
    currency = node.get("Acct", "Ccy")
    return Context(account, f"/{number}", currency, owner, zone, node.tag == "Rpt")


def _take_once(statements: list[_Account]) -> None:
    """An entry that a statement before in the file has, by the bank's own number, is no second
    one: reports of one day repeat what was booked by then.
    """
    known: dict[tuple[AccountRef | None, str | None], int] = {}
    for one in statements:
        own = {}
        for place, entry in enumerate(one.entries):
            if not (entry.is_numbered and entry.record.drafts):
                continue
            key = one.context.account, entry.record.drafts[0].external_id
            if key in known:
                reason = f"line {known[key]} states it already"
                record = Record(entry.record.line, entry.record.text, reason=reason)
                one.entries[place] = entry._replace(record=record)
            own[key] = entry.record.line
        known = own | known


# -- balances -----------------------------------------------------------------------------------


def _periods(one: _Account, zone: ZoneInfo, notes: list[str]) -> Iterator[Period]:
    """What the statement opens and closes with, in each currency; what cannot be read is noted."""
    found: dict[AssetRef, dict[str, Printed]] = {}
    for node in one.node.all("Bal"):
        code = node.get("Tp", "CdOrPrtry", "Cd") or node.get("Tp", "Cd")
        if code not in (*_OPENINGS, *_CLOSINGS):
            continue
        try:
            money, amount = balance_of(node, one.context.currency)
            printed = next((d.text or d.get("Dt") or d.get("DtTm") for d in node.all("Dt")), "")
            day = read_day(printed, zone)
        except RowFault as fault:
            notes.append(f"line {node.line}: a balance is left out: {fault}")
            continue
        between = code == "ITBD" or node.get("Tp", "SubTp", "Cd") == "INTM"
        of_day = code == "OPBD"
        found.setdefault(money, {})[code] = Printed(amount, day, node.line, between, of_day)
    records = [entry.record for entry in one.entries]
    for money, stated in found.items():
        yield Period(
            one.context.account,
            money,
            next((stated[code] for code in _OPENINGS if code in stated), None),
            next((stated[code] for code in _CLOSINGS if code in stated), None),
            *moved(records, money),
            _number(one.node),
            whole=not any(record.bad for record in records),
        )


def _number(node: Node) -> tuple[int, ...]:
    texts = (node.get("LglSeqNb") or node.get("ElctrncSeqNb"), node.get("StmtPgntn", "PgNb"))
    return tuple(int(text) for text in texts if text.isascii() and text.isdecimal())[:20]
