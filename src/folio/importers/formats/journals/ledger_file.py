"""A journal of ledger, as ledger itself reads it.

Read is what ``ledger register`` writes of every posting, in a form that is asked of it: amounts
that were left out, postings that rules made, and aliases are as ledger has them.  What a journal
asserts of balances, ledger has checked.

Units that were bought (``@``, ``@@``) or state a lot (``{…} […] (…)``) are a lot; those that go
are of the lot that they state, by its cost, and by its day and label where they say these.  Units
that state none fetched their price.  Between two currencies a price is a conversion.

A journal could run programs (``python``, ``import``) or write files (a line that begins with an
option); such a one is refused.
"""

import datetime as dt
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.errors import FolioError
from folio.importers.formats.journals.directives import directive_at
from folio.importers.formats.journals.drafts import interpret
from folio.importers.formats.journals.entries import (
    ASSET,
    LIABILITY,
    Event,
    Peer,
    Priced,
    Unit,
    sign_of,
)
from folio.importers.formats.journals.hledger_file import OF_NOTHING
from folio.importers.formats.journals.included import check_included
from folio.importers.formats.journals.statement import statement
from folio.model.assets import ISO_4217
from folio.model.numbers import EXACT, ZERO, parse_plain
from folio.model.statements import BAD, BOOKED, RawRow, Statement

PROGRAM = "ledger"
_INCLUDE = re.compile(r"[!@]?include\s+\"?(.+?)\"?\s*$")
_RUNS = re.compile(r"-|[!@]?(?:python|import)\b")
_PRICE = re.compile(r"P\s+(\d[-/.\d]+)\s+(?:\d\d?:\d\d(?::\d\d)?\s+)?(\"[^\"]*\"|[^\s\d\"]+)")
_CELL, _END = "\x1f", "\x1e"
_FIELDS = (
    "filename", "xact.beg_line", "beg_line", "date", "code", "payee", "account",
    "quantity(amount)", "commodity(strip(amount))", "quantity(cost)", "commodity(strip(cost))",
    "quantity(lot_price(amount))", "commodity(strip(lot_price(amount)))", "lot_date(amount)",
    "lot_tag(amount)",
)  # fmt: skip
_PRICES = (
    "date",
    "display_account",
    "quantity(display_amount)",
    "commodity(strip(display_amount))",
)
_Key = tuple[str, str, str, Decimal]  # account, commodity, what one unit of a lot cost


class _Posting(NamedTuple):
    file: str  # "" of one that a rule made
    begins: int  # the line of its transaction
    line: int  # 0 of one that a rule made
    day: dt.date
    code: str
    payee: str
    account: str
    units: Decimal
    commodity: str
    cost: Decimal
    cost_in: str
    lot_price: Decimal
    lot_price_in: str
    lot_day: dt.date | None
    lot_tag: str


class _Lot(NamedTuple):
    """Units that came in as a lot."""

    day: dt.date
    tag: str
    cost: Decimal
    units: Decimal


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The journal in ``path``.

    Raises:
        FolioError: where ledger is missing or refuses it, or it would run a program.
    """
    lines: dict[str, list[str]] = {}
    check_included(path, _INCLUDE, lambda one, line: _look(lines, one, line))
    base = _ledger(path)
    dates = ["--date-format", "%Y-%m-%d"]
    postings = _table(_run([*base, "register", *dates, "--format", _format(_FIELDS)]))
    prices = _table(_run([*base, "pricedb", *dates, "--pricedb-format", _format(_PRICES)]))
    with localcontext(EXACT):
        return _Journal(lines, [_posting(one) for one in postings]).statement(prices)


def _look(lines: dict[str, list[str]], path: Path, line: str) -> None:
    """Keep a line of a file, unless it would run a program or write a file."""
    if _RUNS.match(line):
        raise FolioError(
            f"{path} would run a program or set an option of ledger, with {line.strip()[:60]!r}, "
            "and nothing was recorded; take that line out, and import it again"
        )
    lines.setdefault(os.path.realpath(path), []).append(line)


def _ledger(path: Path) -> list[str]:
    """The words by which ledger reads a journal, and nothing else."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise FolioError(
            f"{path} is a journal of ledger, and ledger is not installed here; install it, or, "
            "where it states no lots, import it with hledger: --profile hledger"
        )
    return [program, "--args-only", "-f", os.path.abspath(path)]


def _format(fields: tuple[str, ...]) -> str:
    return _CELL.join(f"%({field})" for field in fields) + _END


def _run(words: list[str]) -> str:
    env = os.environ | {"LC_ALL": "C.UTF-8"}  # whose decimal sign is the point
    ended = subprocess.run(words, env=env, capture_output=True, encoding="utf-8", check=False)
    if ended.returncode:
        path = words[words.index("-f") + 1]
        raise FolioError(
            f"ledger refuses {path}: {ended.stderr.strip()}\nnothing was recorded; mend that, and "
            "import it again"
        )
    return ended.stdout


def _table(text: str) -> Iterator[list[str]]:
    return (row.split(_CELL) for row in text.split(_END)[:-1])


def _posting(cells: list[str]) -> _Posting:
    file, begins, line, day, code, payee, account, units, commodity = cells[:9]
    cost, cost_in, price, price_in, lot_day, tag = cells[9:]
    return _Posting(
        os.path.realpath(file) if file else "", int(begins), int(line), dt.date.fromisoformat(day),
        code, payee, account, parse_plain(units), commodity.strip('"'),
        parse_plain(cost), cost_in.strip('"'), parse_plain(price), price_in.strip('"'),
        dt.date.fromisoformat(lot_day) if lot_day else None, tag,
    )  # fmt: skip


class _Journal:
    def __init__(self, lines: dict[str, list[str]], postings: list[_Posting]) -> None:
        self.lines, self.postings = lines, postings
        self.first = next(iter(lines), "")  # the file that includes the others
        self.below = len(lines.get(self.first, ()))  # the last line that a row stands on
        self.rows: dict[int, RawRow] = {}
        self.lots: dict[_Key, list[_Lot]] = {}

    def statement(self, prices: Iterator[list[str]]) -> Statement:
        events = [event for event in map(self._event, self._entries()) if event is not None]
        peer = Peer(PROGRAM, events, [], [], {}, {})
        meaning = interpret(peer)
        peer = peer._replace(prices=list(self._prices(prices)))
        return statement(peer, meaning, [self.rows[line] for line in sorted(self.rows)], [])

    def _entries(self) -> list[list[_Posting]]:
        """The postings of each transaction, in the order of the days."""
        entries: list[list[_Posting]] = []
        place = ("", 0)
        for posting in self.postings:
            file = posting.file or place[0]  # what a rule made follows what it is made of
            if (file, posting.begins) != place or not entries:
                entries.append([])
            place = file, posting.begins
            entries[-1].append(posting)
        return sorted(entries, key=lambda entry: entry[0].day)

    def _event(self, entry: list[_Posting]) -> Event | None:
        first = entry[0]
        line = self._row(first.file, first.begins)
        if any(not one.commodity and one.units and _holds(one.account) for one in entry):
            self.rows[line] = self.rows[line]._replace(status=BAD, reason=OF_NOTHING)
            return None
        units = tuple(self._unit(one) for one in entry if one.units)
        title = f"({first.code}) {first.payee}".strip() if first.code else first.payee
        return Event(line, first.day, title, "", "", "", units)

    def _row(self, file: str, begins: int) -> int:
        """The line of a transaction; of another file that is included, below all others."""
        line = begins
        if file != self.first or line in self.rows:
            self.below += 1
            line = self.below
        text = directive_at(self.lines.get(file, ()), begins)
        self.rows[line] = RawRow(line, text, BOOKED)
        return line

    def _unit(self, one: _Posting) -> Unit:
        unit = Unit(one.account, one.units, one.commodity)
        paid = abs(one.cost) if one.cost_in != one.commodity else None
        if self._states_lot(one):
            return self._of_lot(unit, one, paid)
        if paid is None:
            return unit
        each = one.lot_price if one.lot_price * abs(one.units) == paid else None
        if one.units > ZERO and sign_of(one.commodity) not in ISO_4217:
            return self._came(unit, one, paid)._replace(price=each, price_in=one.cost_in)
        return unit._replace(price=each, price_in=one.cost_in, worth=paid, linked=True)

    def _states_lot(self, one: _Posting) -> bool:
        """Whether a posting itself says of which lot it is; ledger tells lots of others, too."""
        own = self.lines.get(one.file, [])
        line = own[one.line - 1] if 0 < one.line <= len(own) else ""
        return "{" in line.partition(";")[0] and bool(one.lot_price_in)

    def _came(self, unit: Unit, one: _Posting, cost: Decimal) -> Unit:
        lot = _Lot(one.lot_day or one.day, one.lot_tag, cost, one.units)
        self.lots.setdefault(_key(one), []).append(lot)
        return _of(unit, lot, cost, one.lot_price_in)

    def _of_lot(self, unit: Unit, one: _Posting, paid: Decimal | None) -> Unit:
        """Units that state their lot: those that came make one, those that go are of one."""
        if one.units > ZERO:
            return self._came(unit, one, one.lot_price * one.units if paid is None else paid)
        for lot in self.lots.get(_key(one), []):
            if one.lot_day in (None, lot.day) and one.lot_tag in ("", lot.tag):
                return _of(unit, lot, lot.cost * -one.units / lot.units, one.lot_price_in)
        return unit._replace(acquired_on=one.lot_day, label=one.lot_tag, has_lot=True)

    def _prices(self, rows: Iterator[list[str]]) -> Iterator[Priced]:
        """The prices that the journal states; ledger adds those of trades, which are there."""
        places: dict[tuple[str, str], tuple[str, int]] = {}  # the last of a day and a commodity
        for file, lines in self.lines.items():
            for number, line in enumerate(lines, 1):
                match = _PRICE.match(line)
                if match and (on := _day(match[1])):
                    places[on.isoformat(), match[2].strip('"')] = file, number
        for day, commodity, price, quote in rows:
            of = commodity.strip('"')
            if place := places.pop((day, of), None):
                row = self._row(*place)
                yield Priced(
                    row, of, parse_plain(price), quote.strip('"'), dt.date.fromisoformat(day)
                )


def _key(one: _Posting) -> _Key:
    return one.account, one.commodity, one.lot_price_in, one.lot_price


def _of(unit: Unit, lot: _Lot, cost: Decimal, cost_in: str) -> Unit:
    return unit._replace(
        cost=cost, cost_in=cost_in, acquired_on=lot.day, label=lot.tag, has_lot=True
    )


def _day(text: str) -> dt.date | None:
    try:
        year, month, day = map(int, re.split(r"[-/.]", text))
        return dt.date(year, month, day)
    except ValueError:
        return None  # without a year


def _holds(account: str) -> bool:
    return bool(ASSET.match(account) or LIABILITY.match(account))
