"""A beancount ledger, read by beancount's own loader: includes, plugins, booking and pads.

    ledger = read(Path("main.beancount"), zone)

Every directive is a row.  Transactions, balances and prices are kept; a balance, which beancount
states for the start of a day, is one of the day before's end; what a ``pad`` inserted is kept as
the transaction that it is.  Accounts and commodities are made where something of them is kept.
The rest (notes, documents, events, queries, budgets) has no place here and is left out.

A ledger's plugins are programs, and a statement runs none: those that come with beancount are
taken, others only where ``FOLIO_PLUGINS`` names them (``a.b,c``).  Nor is anything read from the
cache of an earlier load beside the ledger, which is a program too.
"""

import datetime as dt
import os
import re
import sys
from collections.abc import Callable, Iterator
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from folio.errors import FolioError
from folio.importers.formats.journals.directives import directive_at
from folio.importers.formats.journals.drafts import interpret
from folio.importers.formats.journals.entries import Event, Peer, Priced, Stated, Unit, ended
from folio.importers.formats.journals.included import check_included
from folio.importers.formats.journals.statement import statement
from folio.model.extras import install_with
from folio.model.journal import OBSERVED
from folio.model.numbers import EXACT, MAX_DIGITS, parse_plain
from folio.model.statements import BAD, BOOKED, SKIPPED, RawRow, Statement

PROGRAM = "beancount"
_LONG = re.compile(r"(\.\d{8})\d{8,}")  # of a cost that does not end
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?) (\S+)", re.ASCII)
_BEANCOUNT = Context(prec=28)  # in which beancount computes
# In that it would cut numbers of more digits as it reads them.
_LOADING = Context(prec=100, traps=[InvalidOperation, DivisionByZero, Overflow])
_INCLUDE = re.compile(r'include\s+"([^"]*)"')
_PLUGIN = re.compile(r'plugin\s+"([^"]*)"')
_SEARCHED = re.compile(r'option\s+"insert_pythonpath"\s+"(?!false|0|no)', re.IGNORECASE)
PLUGINS = "FOLIO_PLUGINS"  # what the user lets a ledger run
_KEPT = {"Transaction", "Balance", "Price"}
_LEFT_OUT = {
    "Open": "an account; made where it holds something",
    "Close": "the end of an account; set it with: folio account set",
    "Commodity": "a commodity; made where it is held",
    "Pad": "a pad that inserted nothing",
}


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The ledger in ``path``.

    Raises:
        FolioError: where the beancount package is missing, or the file cannot be read.
    """
    try:
        from beancount import loader
    except ImportError:
        raise FolioError(
            f"{path} is a beancount ledger, which needs the beancount package; install it with: "
            f"{install_with('beancount>=3.0')}"
        ) from None
    check_included(path, _INCLUDE, _check_line)
    with localcontext(_LOADING):
        entries, errors, options = _loaded(loader, path)
    with localcontext(EXACT):
        return _Ledger(path, entries, errors, options).statement()


def _check_line(path: Path, line: str) -> None:
    """Raises FolioError where a line would run a program that nobody allowed."""
    match = _PLUGIN.match(line)
    allowed = [name.strip() for name in os.environ.get(PLUGINS, "").split(",")]
    if match and not match[1].startswith("beancount.plugins.") and match[1] not in allowed:
        raise FolioError(
            f"{path} would run the program {match[1]!r} as a plugin, and nothing was recorded; if "
            f"you trust it, allow it: {PLUGINS}={match[1]} folio import …"
        )
    if _SEARCHED.match(line) and not any(allowed):
        raise FolioError(
            f"{path} would run programs from its own folder (insert_pythonpath), and nothing was "
            f"recorded; if you trust them, name them in {PLUGINS}"
        )


def _loaded(loader: Any, path: Path) -> Any:
    """What beancount reads; whatever it stumbles over is a fault of the file.

    Its cache is a pickle beside the ledger: to read one that came with it would run it.
    """
    try:
        return loader._uncached_load_file(
            str(path.absolute()), log_timings=None, extra_validations=None, encoding=None
        )
    except Exception as error:
        said = " ".join(str(error).split())[:200]
        raise FolioError(
            f"beancount cannot read {path}: {type(error).__name__} {said}; see: bean-check"
        ) from None


class _Ledger:
    def __init__(self, path: Path, entries: Any, errors: Any, options: Any) -> None:
        self.path = path
        self.entries, self.errors, self.options = entries, errors, options
        self._above = self._lines_above()
        self._texts: dict[str, list[str]] = {}
        self.faults = {
            self._line(error.source): self._said(error)
            for error in errors
            if type(error).__name__ != "BalanceError" and error.source
        }

    def statement(self) -> Statement:
        peer = self._peer()
        meaning = interpret(peer)
        rows = self._rows()
        notes = list(self._notes(meaning.restated))
        return statement(peer, meaning, rows, notes)

    def _notes(self, restated: int) -> Iterator[str]:
        failing = [e for e in self.errors if type(e).__name__ == "BalanceError"]
        if failing:
            balances = "1 balance fails" if len(failing) == 1 else f"{len(failing)} balances fail"
            yield f"in beancount {balances}: " + " ".join(failing[0].message.split())
        several = [entry for entry in self.entries if type(entry).__name__ == "Transaction"]
        marks = sum(len(entry.tags or ()) + len(entry.links or ()) for entry in several)
        if marks:
            yield f"left out: {marks} × a tag or a link: it has no place here"

    # -- rows ----------------------------------------------------------------------------

    def _lines_above(self) -> dict[str, int]:
        """How many lines stand before each file's, as if one followed the other."""
        longest = {_file(self.options): 0}
        for meta in [e.meta for e in self.entries] + [e.source for e in self.errors if e.source]:
            longest[_file(meta)] = max(longest.get(_file(meta), 0), int(meta.get("lineno", 0)))
        above, total = {}, 0
        for name, last in longest.items():
            above[name] = total
            total += last + 1
        return above

    def _said(self, error: Any) -> str:
        """What is wrong, with its place where that is in an included file."""
        said = _LONG.sub(r"\1…", " ".join(str(error.message).split()))
        file = _file(error.source)
        return said if file == _file(self.options) else f"{file}:{error.source['lineno']}: {said}"

    def _line(self, meta: Any) -> int:
        """A line of the file; those of included files follow below."""
        return self._above[_file(meta)] + int(meta.get("lineno", 0))

    def _rows(self) -> list[RawRow]:
        rows: dict[int, RawRow] = {}
        for entry in self.entries:
            line, name = self._line(entry.meta), type(entry).__name__
            made = _file(entry.meta).startswith("<")  # by a plugin: it stands in no file
            kept = name in _KEPT or _is_observed(entry)
            if not kept and (line in rows or made):
                continue
            reason = _LEFT_OUT.get(name, f"{name.lower()}: it has no place here")
            status = BOOKED if kept else SKIPPED
            reason = "" if status == BOOKED else reason
            rows[line] = RawRow(line, self._text(entry.meta), status, reason)
        for line, message in self.faults.items():
            found = rows.get(line, RawRow(line, "", BAD))
            if found.status != SKIPPED:  # what is left out may be wrong
                rows[line] = found._replace(status=BAD, reason=message)
        return [rows[line] for line in sorted(rows)]

    def _text(self, meta: Any) -> str:
        """The directive as it stands in its file."""
        name = meta.get("filename", "")
        if name not in self._texts:
            try:
                self._texts[name] = Path(name).read_text("utf-8").splitlines()
            except (OSError, ValueError):
                self._texts[name] = []  # made by a plugin
        return directive_at(self._texts[name], int(meta.get("lineno", 0)))

    # -- what it says --------------------------------------------------------------------

    def _peer(self) -> Peer:
        events, balances, prices = [], [], []
        accounts: dict[str, dict[str, str]] = {}
        commodities: dict[str, dict[str, str]] = {}
        for entry in self.entries:
            name, line = type(entry).__name__, self._line(entry.meta)
            if name == "Transaction" and line not in self.faults:
                events.append(self._event(entry, line))
            elif name == "Balance":
                amount = entry.amount
                day = ended(entry.date)
                balances.append(Stated(line, entry.account, amount.currency, amount.number, day))
            elif _is_observed(entry):
                account, amount = (one.value for one in entry.values)
                balances.append(Stated(line, account, amount.currency, amount.number, entry.date))
            elif name == "Price":
                amount, price = entry.amount, entry.amount.number
                if len(price.as_tuple().digits) > MAX_DIGITS:  # a plugin divided
                    price = _BEANCOUNT.plus(price)
                prices.append(Priced(line, entry.currency, price, amount.currency, entry.date))
            elif name == "Open":
                accounts[entry.account] = _said(entry.meta)
            elif name == "Commodity":
                commodities[entry.currency] = _said(entry.meta)
        return Peer(PROGRAM, events, balances, prices, accounts, commodities, *self._roots())

    def _roots(self) -> tuple[Any, Any]:
        names = (self.options.get(f"name_{kind}", kind) for kind in ("assets", "liabilities"))
        assets, liabilities = (re.compile(rf"{re.escape(name)}(:|$)") for name in names)
        return assets, liabilities

    def _event(self, entry: Any, line: int) -> Event:
        said = _said(entry.meta)
        title = " ".join(part for part in (entry.payee, entry.narration) if part)
        kind = said.get("kind", "") if "number" in said or "kind" in said else ""
        if title == kind.replace("_", " "):
            title = ""
        # In the order in which they stand: booking sorts them by currency.
        stated = sorted(
            (one for one in entry.postings if one.units is not None),
            key=lambda one: int((one.meta or {}).get("lineno", sys.maxsize)),
        )
        units = tuple(_unit(one) for one in stated)
        payer, ratio = said.get("payer", ""), said.get("ratio", "")
        worth = parse_long(said["worth"]) if kind and "worth" in said else None
        short = bool(kind) and said.get("short") == "yes"
        paid_by = said.get("paid-by", "")
        costs = costs_said(said) if kind else ()
        return Event(
            line, entry.date, title, kind, _id(said), payer, units, ratio, worth, short, paid_by,
            costs,
        )  # fmt: skip


def _is_observed(entry: Any) -> bool:
    """Whether it is a balance that folio wrote, and to which the entries do not lead."""
    if type(entry).__name__ != "Custom" or entry.type != OBSERVED:
        return False
    return [hasattr(one.value, "number") for one in entry.values] == [False, True]


def _file(meta: Any) -> str:
    """The file of a directive, or of the options: the one that includes the others."""
    return str(meta.get("filename", ""))


def _id(said: dict[str, str]) -> str:
    """The id that folio wrote; with its number, for a departure and its arrival are one entry."""
    return f"{said['id']}#{said['number']}" if said.get("id") and said.get("number") else ""


def _said(meta: Any) -> dict[str, str]:
    return {key: value for key, value in (meta or {}).items() if isinstance(value, str)}


def costs_said(said: dict[str, str]) -> tuple[tuple[str, Decimal, str], ...]:
    """The fees and taxes of a trade that folio wrote: ``1 EUR``, or ``1 EUR + 2 USD``."""
    stated = [(role, said.get(role, "").split(" + ")) for role in ("fee", "tax")]
    found = [(role, _AMOUNT.fullmatch(one)) for role, several in stated for one in several]
    return tuple((role, parse_long(one[1]), one[2]) for role, one in found if one)


def _unit(posting: Any) -> Unit:
    units, cost, price = posting.units, posting.cost, posting.price
    said = _said(posting.meta)
    number = parse_long(said["units"]) if "units" in said else units.number
    unit = Unit(posting.account, number, units.currency)
    if cost is not None and cost.number is not None:
        whole = _BEANCOUNT.multiply(cost.number, abs(number))
        stated = said.get("cost")
        unit = unit._replace(
            cost=whole if stated is None else parse_long(stated),
            cost_in=cost.currency,
            acquired_on=cost.date,
            label=f"{cost.label or ''} {cost.number}",
            has_lot=True,
        )
    elif said.get("lot"):
        acquired = (posting.meta or {}).get("acquired")
        since = acquired if isinstance(acquired, dt.date) else None
        unit = unit._replace(acquired_on=since, label=said["lot"], has_lot=True)
    if price is not None and price.number is not None:
        worth = _BEANCOUNT.multiply(price.number, abs(unit.units))
        unit = unit._replace(price=price.number, price_in=price.currency, worth=worth)
        unit = unit._replace(linked=cost is None)  # in beancount a conversion
    aside: Any = (posting.meta or {}).get("price")  # where folio has one of another currency
    if price is None and getattr(aside, "number", None):
        unit = unit._replace(price=aside.number, price_in=aside.currency)
    return unit


def parse_long(text: str) -> Decimal:
    """A number that folio wrote, of as many digits as it has."""
    try:
        return parse_plain(text)
    except FolioError:
        return Decimal(text)
