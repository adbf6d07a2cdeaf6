"""An hledger journal, as hledger itself prints it.

Read is what ``hledger print -O json`` wrote into a file; of a journal hledger is run for that,
where it is installed, for its market prices (``hledger prices``), and for the digits that the JSON
leaves out.  The journals that folio writes state them in tags, too (``units``, ``cost``).

A cost (``@``, ``@@``) of units that come is what they cost; of units that go it is what they
fetched, unless a tag says of which lot they are.  Between two currencies it is a conversion.

An account is an asset or a debt by its declared type (``; type: A``), else by its name.  A balance
is asserted just after its posting: what the day still brings is added, to state its end.
"""

import datetime as dt
import json
import locale
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from folio.errors import FolioError
from folio.importers.files.text_file import whole_text
from folio.importers.formats.journals.beancount_file import costs_said, parse_long
from folio.importers.formats.journals.drafts import interpret
from folio.importers.formats.journals.entries import (
    ASSET,
    LIABILITY,
    Event,
    Peer,
    Priced,
    Stated,
    Unit,
)
from folio.importers.formats.journals.hledger_digits import completed, may_be_cut, value
from folio.importers.formats.journals.included import check_included
from folio.importers.formats.journals.statement import statement
from folio.model.journal import OBSERVED
from folio.model.numbers import parse_plain
from folio.model.statements import BAD, BOOKED, SKIPPED, RawRow, Statement

PROGRAM = "hledger"
INCLUDE = re.compile(r"!?include\s+(?:[a-z]+:)?(\S.*?)\s*$")
_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
OF_NOTHING = (
    "an amount has no commodity; say at the head of the journal of what such amounts are: "
    "D 1000.00 EUR"
)
_LOT = re.compile(r"[ \t]++[^{}]*+\{[^{}\d]*+\d")
_CSV = re.compile(r"\"?txnidx\"?,")
_NOT_ITS_OWN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The journal in ``path``.

    Raises:
        FolioError: where it is a journal and hledger is missing or refuses it.
    """
    text = whole_text(path, ["utf-8-sig"])
    prices: list[str] = []
    base: list[str] = []
    if _CSV.match(text):
        raise FolioError(
            f"{path} is hledger's CSV, which leaves costs out; write what folio reads with: "
            f"hledger print -O json -o {path.stem}.json"
        )
    if not text.lstrip().startswith("["):
        check_included(path, INCLUDE, _check_line)
        base = _hledger(path)
        text = _run([*base, "print", "-O", "json"])
        prices = _run([*base, "prices", *_styles(base)]).splitlines()
    try:
        entries = json.loads(text, parse_float=Decimal)
        if cut := may_be_cut(entries):
            cut = not base or not completed(
                entries, _run([*base, "print", "--explicit", *_styles(base)])
            )
        return _Journal(path, entries, prices, cut=cut).statement()
    except _NOT_ITS_OWN as error:
        said = " ".join(str(error).split())[:200]
        raise FolioError(
            f"{path} is not what hledger print -O json writes: {type(error).__name__} {said}"
        ) from None


def _check_line(path: Path, line: str) -> None:
    """Raises FolioError where a posting states a lot, which hledger passes over."""
    said = line.partition(";")[0]
    if _LOT.match(said) and "@" not in said:
        raise FolioError(
            f"{path} states what lots cost, in {line.strip()[:60]!r}, which hledger leaves out; "
            "nothing was recorded; let ledger itself read it: --profile ledger"
        )


def _hledger(path: Path) -> list[str]:
    """The words by which hledger reads a journal."""
    program = shutil.which("hledger")
    if program is None:
        raise FolioError(
            f"{path} is an hledger journal, and hledger is not installed here; where it is, do: "
            f"hledger -f {path.name} print -O json -o {path.stem}.json, and import that"
        )
    base = [program, "--no-conf"] if _has_configuration(program) else [program]
    return [*base, "-f", os.path.abspath(path)]  # neither an option nor, before a colon, a format


def _styles(base: list[str]) -> list[str]:
    """Options by which every number has a point before its decimals, and no other signs."""
    names = [name.strip('"') for name in _run([*base, "commodities"]).splitlines()]
    return [f'-c=1000.0 "{name}"' for name in names if name]


def _has_configuration(program: str) -> bool:
    """Whether this hledger reads a configuration file, which a program leaves aside."""
    return "--no-conf" in _started([program, "--help"]).stdout


def _started(words: list[str]) -> subprocess.CompletedProcess[str]:
    """What hledger did: it reads and writes in the locale's encoding, and a journal is UTF-8."""
    env = None
    if locale.getencoding().upper() != "UTF-8":  # as in many a cron job
        env = os.environ | {"LC_ALL": "C.UTF-8"}
    return subprocess.run(words, env=env, capture_output=True, encoding="utf-8", check=False)


def _run(words: list[str]) -> str:
    ended = _started(words)
    if ended.returncode:
        path = words[words.index("-f") + 1]
        raise FolioError(
            f"hledger refuses {path}: {ended.stderr.strip()}\nnothing was recorded; mend that, and "
            "import it again; a journal of ledger, with value expressions, notes of lots or "
            "directives that ledger alone has, is read by ledger: --profile ledger"
        )
    return ended.stdout


class _Journal:
    def __init__(self, path: Path, entries: Any, prices: list[str], *, cut: bool) -> None:
        self.path, self.entries, self.price_lines, self.cut = path, entries, prices, cut
        self.rows: dict[int, RawRow] = {}
        self.accounts: dict[str, dict[str, str]] = {}
        self.commodities: dict[str, dict[str, str]] = {}
        self.types: dict[str, str] = {}  # of accounts, where one is declared: its first letter
        self.balances: dict[tuple[str, str, dt.date], Stated] = {}
        self.asserted = self.comments = 0

    def statement(self) -> Statement:
        ordered = sorted(self.entries, key=lambda e: (e["tdate"], e["tindex"]))
        events = [event for event in map(self._event, ordered) if event is not None]
        balances = list(self.balances.values())
        roots = self._typed(ASSET, "ac"), self._typed(LIABILITY, "l")
        peer = Peer(PROGRAM, events, balances, [], self.accounts, self.commodities, *roots)
        meaning = interpret(peer)
        peer = peer._replace(prices=list(self._prices()))
        rows = [self.rows[line] for line in sorted(self.rows)]
        return statement(peer, meaning, rows, list(self._notes()))

    def _typed(self, named: re.Pattern[str], types: str) -> re.Pattern[str]:
        """Accounts that are so by their name, or declared to be."""
        others = "|".join(re.escape(a) for a, t in self.types.items() if t not in types)
        declared = "|".join(re.escape(a) for a, t in self.types.items() if t in types)
        either = f"(?:{named.pattern}|(?:{declared})$)" if declared else f"(?:{named.pattern})"
        return re.compile(f"(?!(?:{others})$){either}" if others else either, re.IGNORECASE)

    def _notes(self) -> Iterable[str]:
        merged = self.asserted - len(self.balances)
        if merged:
            yield f"left out: {merged} × a balance with another of the same day after it"
        if self.comments:
            yield f"left out: {self.comments} × a comment, with its tags"
        if self.cut:
            yield (
                "left out: decimals after the tenth, which hledger's JSON has not; import the "
                "journal itself, where hledger is installed"
            )

    def _event(self, entry: Any) -> Event | None:
        line = self._line(entry)
        day = dt.date.fromisoformat(entry["tdate"])
        said = _tags(entry["ttags"])
        units: list[Unit] = []
        for posting in entry["tpostings"]:
            self._learn(posting)
            found = [unit for unit in _units(posting) if unit.units]
            units += found
            on = dt.date.fromisoformat(posting["pdate"] or entry["tdate"])
            self._count_on(found, on)
            self._assertion(posting, on, line)
            if said.get("kind") == OBSERVED:
                self._observed(posting, on, line, said)
        self.rows[line] = RawRow(line, json.dumps(entry, ensure_ascii=False, default=str), BOOKED)
        if any(not unit.commodity and self._holds(unit.account) for unit in units):
            self.rows[line] = self.rows[line]._replace(status=BAD, reason=OF_NOTHING)
            return None
        kind = said.get("kind", "")
        if not kind:
            parts = [entry, *entry["tpostings"]]
            self.comments += sum(bool(p.get("tcomment") or p.get("pcomment")) for p in parts)
        code = entry["tcode"] if not said.get("id") else ""
        title = f"({code}) {entry['tdescription']}".strip() if code else entry["tdescription"]
        if entry["tdescription"] == kind.replace("_", " "):
            title = ""
        number = f"{said['id']}#{entry['tcode']}" if said.get("id") and entry["tcode"] else ""
        payer, ratio = said.get("payer", ""), said.get("ratio", "")
        worth = parse_long(said["worth"]) if kind and "worth" in said else None
        short = bool(kind) and said.get("short") == "yes"
        paid_by = said.get("paid-by", "")
        costs = costs_said(said) if kind else ()
        return Event(
            line, day, title, kind, number, payer, tuple(units), ratio, worth, short, paid_by,
            costs,
        )  # fmt: skip

    def _line(self, entry: Any) -> int:
        """The line of the journal on which the transaction begins, else its number."""
        place = entry.get("tsourcepos")
        first = place[0] if isinstance(place, list) else {}
        line = first.get("sourceLine") or entry["tindex"]
        if not isinstance(line, int):  # 1e999999999 would take as many digits
            raise ValueError(f"{str(line)[:40]} is no line")
        # Of another file that is included: below all others.
        return line if line not in self.rows else max(self.rows) + 1

    def _holds(self, account: str) -> bool:
        """Whether an account is an asset or a debt."""
        kind = self.types.get(account)
        named = ASSET.match(account) or LIABILITY.match(account)
        return bool(named) if kind is None else kind in "acl"

    def _count_on(self, found: list[Unit], day: dt.date) -> None:
        """What comes after a balance of the day is in that of its end."""
        for unit in found:
            key = (unit.account, unit.commodity, day)
            if (was := self.balances.get(key)) is not None:
                self.balances[key] = was._replace(balance=was.balance + unit.units)

    def _learn(self, posting: Any) -> None:
        """What the tags of its account, which hledger adds to a posting's, say of it."""
        said = _tags(posting["ptags"])
        if said.get("type"):
            self.types.setdefault(posting["paccount"], said["type"][0].casefold())
        if "account" in said and "institution" in said:
            self.accounts.setdefault(posting["paccount"], said)
            for amount in posting["pamount"]:
                asset = said | {"name": said.get("asset-name", "")}
                if said.get("symbol"):
                    self.commodities.setdefault(amount["acommodity"], asset)

    def _assertion(self, posting: Any, day: dt.date, line: int) -> None:
        said = posting["pbalanceassertion"]
        amount = said["baamount"] if said else {"acommodity": ""}
        account, commodity = posting["paccount"], amount["acommodity"]
        if commodity:
            self.asserted += 1
            balance, below = value(amount["aquantity"]), bool(said.get("bainclusive"))
            stated = Stated(line, account, commodity, balance, day, below)
            self.balances[account, commodity, day] = stated

    def _observed(self, posting: Any, day: dt.date, line: int, said: dict[str, str]) -> None:
        """A balance that folio wrote, and to which the entries do not lead."""
        for amount in posting["pamount"] if "balance" in said else ():
            self.asserted += 1
            account, commodity = posting["paccount"], amount["acommodity"]
            balance = parse_long(said["balance"])
            self.balances[account, commodity, day] = Stated(line, account, commodity, balance, day)

    def _prices(self) -> Iterable[Priced]:
        last = max(self.rows, default=0)
        for number, line in enumerate(self.price_lines, last + 1):
            words = [quoted or plain for quoted, plain in _WORD.findall(line)]
            if len(words) == 4:
                self.rows[number] = RawRow(number, line, SKIPPED, "a price in no commodity")
                continue
            try:
                _, day, commodity, price, quote = words
                on = dt.date.fromisoformat(day.replace("/", "-"))
                stated = Priced(number, commodity, parse_plain(price), quote, on)
            except (ValueError, FolioError):
                self.rows[number] = RawRow(number, line, BAD, "a price of another form")
                continue
            self.rows[number] = RawRow(number, line, BOOKED)
            yield stated


def _tags(tags: list[list[str]]) -> dict[str, str]:
    return {name: unquote(value) for name, value in reversed(tags)}


def _units(posting: Any) -> Iterable[Unit]:
    said = _tags(posting["ptags"])
    only = len(posting["pamount"]) == 1
    for amount in posting["pamount"]:
        number = value(amount["aquantity"])
        if only and "units" in said:
            number = parse_long(said["units"])
        unit = Unit(posting["paccount"], number, amount["acommodity"])
        if only and "lot" in said:
            acquired = dt.date.fromisoformat(said["acquired"]) if "acquired" in said else None
            unit = unit._replace(label=said["lot"], acquired_on=acquired, has_lot=True)
            if "price" in said and "price-in" in said:
                price = parse_long(said["price"])
                unit = unit._replace(price=price, price_in=said["price-in"])
        cost = amount.get("aprice") or amount.get("acost")
        if cost:
            unit = _priced(unit, cost, said)
        yield unit


def _priced(unit: Unit, cost: Any, said: dict[str, str]) -> Unit:
    """Units with a cost: what they cost, or what they fetched."""
    contents = cost["contents"]
    number, commodity = value(contents["aquantity"]), contents["acommodity"]
    whole = abs(number if "Total" in cost["tag"] else number * unit.units)
    if unit.has_lot:
        whole = parse_long(said["cost"]) if "cost" in said else whole
        return unit._replace(cost=whole, cost_in=commodity)
    each = number if "Unit" in cost["tag"] else None
    return unit._replace(price=each, price_in=commodity, worth=whole, linked=True)
