"""A file of Portfolio Performance as a statement, and what became of each of its elements."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from folio.errors import FolioError
from folio.importers.cells.rows import RowFault
from folio.importers.files.safe_xml import Node
from folio.importers.formats.peer_report import Tally
from folio.importers.formats.portfolio_performance.amounts import OLDEST, Scale
from folio.importers.formats.portfolio_performance.markup import (
    TRANSACTIONS,
    Document,
    read_document,
)
from folio.importers.formats.portfolio_performance.names import PROGRAM, Names
from folio.importers.formats.portfolio_performance.transactions import Read, Transactions
from folio.importers.formats.records import Record, assemble
from folio.model.assets import currency_ref
from folio.model.numbers import ZERO, how_many
from folio.model.quote_units import in_major
from folio.model.statements import BAD, BOOKED, StatedPrice, Statement

_BLOCK = 1_000  # lines that are no rows, kept as one
_NO_PLACE = "it has no place here"
_SPLIT = "shares and prices of before it are stated in the units of after it already"
NEWEST = 70  # the version of the file that was looked at
_PARTS = frozenset(  # of the file
    "accounts baseCurrency consumerPriceIndices dashboards plans portfolios properties "
    "rootCategory securities settings taxonomies version watchlists".split()
)
# What else a file has, by the tag of its elements.
_LEFT_OUT = {
    "dividendEvent": ("dividend event", "an announcement, not a payment"),
    "investment-plan": ("savings plan", "what it booked is kept"),
    "plan": ("savings plan", "what it booked is kept"),
    "watchlist": ("watchlist", _NO_PLACE),
    "taxonomy": ("taxonomy", "only its types of securities are read"),
    "dashboard": ("dashboard", _NO_PLACE),
    "bookmark": ("bookmark", _NO_PLACE),
    "attribute-type": ("attribute type", _NO_PLACE),
    "config-set": ("view setting", _NO_PLACE),
    "property": ("price source setting", _NO_PLACE),
    "cpi": ("consumer price", _NO_PLACE),
}


_RETIRED = (
    "mark of what is retired",
    "an account is closed with: folio account set ACCOUNT --status closed",
)


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The statement in ``path``; ``zone`` is the book's.

    Raises:
        FolioError: when the file cannot be read, or is of a version without currencies.
    """
    document = read_document(path)
    if watch is not None:
        watch(len(document.text))
    version = _version(document, path)
    names, tally, scale = Names(document), Tally(), Scale(version)
    transactions = Transactions(document, names, scale, zone)
    found = transactions.read()
    prices = tuple(_prices(document, names, scale, tally))
    texts, around = _cut(document, transactions.nodes)
    whole = assemble(list(_records(transactions.nodes, found, texts)))
    _count(document, names, transactions.nodes, found, tally)
    notes = [*tally.notes(), *_newer(version), *_asked(names, transactions), *whole.notes]
    stated = {node.line for node in transactions.nodes if found[id(node)].drafts}
    rows = [
        row._replace(status=BOOKED, reason="") if row.line in stated and row.status != BAD else row
        for row in whole.rows
    ]
    return Statement(
        profile="portfolio-performance",
        institution=PROGRAM,
        institution_type="other",
        account_type="brokerage",
        tracks_cash=True,
        rows=tuple(rows),
        drafts=whole.drafts,
        prices=prices,
        notes=tuple(notes),
        source="portfolio-performance",
        around=around,
    )


def _version(document: Document, path: Path) -> int:
    text = document.value(document.root, "version")
    version = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    if version < OLDEST:
        raise FolioError(
            f"{path} is of version {text or '?'} of the file, before it had currencies; open it in "
            "a newer Portfolio Performance, save it, and import that"
        )
    return version


def _records(nodes: list[Node], found: dict[int, Read], texts: dict[int, str]) -> Iterator[Record]:
    """The records in the file's order; the second half of an event states it with the first."""
    told: set[int] = set()
    for node in nodes:
        read = found[id(node)]
        drafts = tuple(draft for draft in read.drafts if id(draft) not in told)
        told |= {id(draft) for draft in read.drafts}
        yield Record(node.line, texts[node.line], drafts, read.reason, read.bad)


def _cut(
    document: Document, nodes: list[Node]
) -> tuple[dict[int, str], tuple[tuple[int, str], ...]]:
    """The text of each row by its line, and what stands between the rows.

    A row inside another is no part of it: the outer one has its lines up to there, and what
    follows stands between.
    """
    lines = document.text.split("\n")
    owner = [0] * (len(lines) + 2)
    for node in nodes:  # the inner ones come later
        owner[node.line : node.last_line + 1] = [node.line] * (node.last_line + 1 - node.line)
    texts: dict[int, list[str]] = {}
    around: dict[int, list[str]] = {}
    start, before = 0, -1
    for number, line in enumerate(lines, 1):
        row = owner[number]
        if row == number or (row and row == before):
            texts.setdefault(row, []).append(line)
            before = row
            start = 0
        elif line.strip():
            start = number if not start or number - start >= _BLOCK else start
            around.setdefault(start, []).append(line)
            before = 0
        else:
            start = before = 0
    cut = {row: "\n".join(several) for row, several in texts.items()}
    return cut, tuple((number, "\n".join(several)) for number, several in around.items())


def _prices(document: Document, names: Names, scale: Scale, tally: Tally) -> Iterator[StatedPrice]:
    for node in names.securities:
        asset, code = names.priced(node)
        listed = document.field(node, "prices")
        latest = document.field(node, "latest")
        stated = [] if listed is None else list(document.prices.get(listed, ()))
        stated += [] if latest is None else [latest.attributes]
        if asset is None or not code:
            tally.leave("price", "its security has no currency", len(stated))
            continue
        days: set[str] = set()
        for one in stated:
            try:
                price, currency = in_major(scale.price(one.get("v", "")), code)
                day = date.fromisoformat(one.get("t", ""))
            except (RowFault, ValueError):
                tally.leave("price", "it cannot be read")
                continue
            if price <= ZERO:
                tally.leave("price", "it is 0")
            elif one["t"] in days:
                tally.leave("price", "the day has one already")
            else:
                days.add(one["t"])
                tally.keep("price")
                yield StatedPrice(asset, currency_ref(currency), price, day, ())


def _count(
    document: Document,
    names: Names,
    nodes: list[Node],
    found: dict[int, Read],
    tally: Tally,
) -> None:
    """Say of every element but the prices what became of it."""
    for node in nodes:
        read = found[id(node)]
        if not read.drafts:
            tally.leave("transaction", read.reason)
        elif read.changed:
            tally.change("transaction", read.changed)
        else:
            tally.keep("transaction")
    rates = sum(map(names.is_rate, names.securities))
    tally.keep("security", len(names.securities) - rates)
    tally.change("security", "an exchange rate: its prices are its currency's", rates)
    tally.keep("portfolio", len(names.portfolios))
    tally.keep("cash account", len(names.accounts) - len(names.joined))
    tally.change("cash account", "it and its portfolio are one account", len(names.joined))
    for node in document.root.children:
        if node.tag not in _PARTS and node.children:
            tally.leave("part", f"<{node.tag}> is not known to this folio")
    for node in document.root.walk():
        if "reference" in node.attributes:
            if node.tag == "price":
                tally.leave("price", "it refers to another")
        elif node.tag == "event":
            split = document.value(node, "type") == "STOCK_SPLIT"
            tally.leave("split event" if split else "event", _SPLIT if split else _NO_PLACE)
        elif (reason := _untold(node)) is not None:
            tally.leave(*reason)
        elif node.tag in _LEFT_OUT and (node.children or node.text or node.attributes):
            tally.leave(*_LEFT_OUT[node.tag])


def _untold(node: Node) -> tuple[str, str] | None:
    """What is said of an account or a security that has no place here, and why it is left out."""
    if node.tag == "isRetired":
        return _RETIRED if node.text == "true" else None
    if node.tag == "note":
        own = node.parent is None or node.parent.tag not in TRANSACTIONS
        return ("note", "it is on something else than a transaction") if own else None
    if node.tag == "exDate":
        return ("ex-date", _NO_PLACE)
    if node.tag == "entry" and node.parent is not None and node.parent.parent is not None:
        of = node.parent.parent
        return ("attribute", _NO_PLACE) if of.tag == "attributes" else None
    return None


def _newer(version: int) -> Iterator[str]:
    if version > NEWEST:
        yield (
            f"the file is of version {version}, and this folio knows them up to {NEWEST}; compare "
            "what you hold with what Portfolio Performance says"
        )


def _asked(names: Names, transactions: Transactions) -> Iterator[str]:
    listed = [node for node in names.securities if not names.is_rate(node)]
    untyped = sum(1 for node in listed if (names.asset(node) or _NONE).type == "other")
    if untyped:
        yield (
            f"{how_many(untyped, 'security')} of no stated type; say it with: "
            "folio asset set SYMBOL --type stock"
        )
    if transactions.without_id:
        yield (
            f"{how_many(transactions.without_id, 'transaction')} without an id of its own, as "
            "older files have them; known by what it says"
        )


_NONE = currency_ref("EUR")
