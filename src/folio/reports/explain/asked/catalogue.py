"""Which figures can be explained, each with a question that this book can be asked."""

import datetime as dt
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from folio.book import Book
from folio.book.reconciliation import held_gaps
from folio.book.vaults import filled_vaults
from folio.db.derived.positions import read_lots
from folio.model.table import Cell, Column, Table
from folio.reports.held.allocation import classes
from folio.reports.held.holdings import Line, lines
from folio.reports.query import Query


class Group(NamedTuple):
    """Figures of one report, and how they are asked."""

    report: str  # the command that shows them
    figures: str
    form: str  # what follows the figure's name; what stands in braces is the book's


GROUPS = (
    Group(
        "report holdings",
        "value cost gain gain-percent realised weight balance price quote age grade",
        "{asset}",
    ),
    Group("report allocation", "value weight", "--class currency={money}"),
    Group("report", "holdings day-change year-change measured-change", ""),
    Group("lots", "unit-cost own-cost", "{asset} --lot {lot}"),
    Group(
        "report gains",
        "proceeds uncovered-proceeds short-gain long-gain cash-gain disposals price-effect "
        "currency-effect days-held",
        "{asset} --period all",
    ),
    Group("report income", "income tax net payments", "--period {year}"),
    Group("report history", "rollup flow change", "{year}"),
    Group(
        "report returns",
        "twr twr-per-year xirr money-weighted modified-dietz asset-part currency-part "
        "max-drawdown volatility period-gain start-value end-value flows value-before",
        "{year}",
    ),
    Group(
        "report returns --benchmark",
        "benchmark-twr difference benchmark-value",
        "{year} --benchmark {asset}",
    ),
    Group(
        "changes",
        "opening knowledge flow gap moved income costs market currency unmeasured closing",
        "--since {then}",
    ),
    Group(
        "changes --as-of",
        "value cost-basis realised-gain",
        "--since {then}",
    ),
    Group("coverage", "postings observations gaps drift unexplained", "{asset}"),
    Group("reconcile", "expected observed drift value", "--gap {gap}"),
    Group(
        "what-if sell",
        "proceeds cost gain short-gain long-gain uncovered-proceeds price balance",
        "{asset} --sell 1",
    ),
    Group("yield list", "accrued-interest expected booked booked-difference", ""),
    Group(
        "vault list",
        "vault current target progress monthly pace projected-date",
        "{vault}",
    ),
    Group(
        "vault history",
        "value flow change",
        "--vault {vault} --period {year}",
    ),
)
COLUMNS = (
    Column("heading", "Shown by", people_only=True),
    Column("report", "Shown by", machine_only=True),
    Column("figure", "Figure"),
    Column("example", "Asked with"),
)
_WORDS = {  # where the book has none
    "asset": "ASSET",
    "lot": "N",
    "gap": "N",
    "vault": "NAME",
    "money": "CODE",
}


def catalogue(book: Book, query: Query) -> Table:
    """Every figure that can be explained, by the report that shows it."""
    found = _WORDS | _of_book(book, query)
    rows = list(_rows(found))
    return Table(
        "figures",
        "Figures that can be explained",
        COLUMNS,
        rows,
        as_of=query.as_of,
        footnotes=(
            "they take the day, the currency and the filters of their report; "
            "more: folio help explain",
        ),
        group_by="heading",
    )


def _rows(words: dict[str, str]) -> Iterator[dict[str, Cell]]:
    for group in GROUPS:
        for figure in group.figures.split():
            asked = f"folio explain {figure} {group.form.format(**words)}".rstrip()
            shown = f"folio {group.report}"
            yield {"heading": shown, "report": shown, "figure": figure, "example": asked}


def _of_book(book: Book, query: Query) -> dict[str, str]:
    """What the examples are about: the most valuable asset, its lots, a gap, a vault."""
    found = {
        "year": str(query.as_of.year),
        "then": str(query.as_of - dt.timedelta(days=30)),
    }
    held = [line for line in lines(book, query) if line.holding.included and line.worth.value]
    best = max(held, key=lambda line: _rank(book, line), default=None)
    if best is not None:
        found["asset"] = shlex.quote(book.catalog.assets[best.holding.asset_id].key)
        found["money"] = classes(book, "currency")(book, best)[0]
        opened = read_lots(book.db, [best.holding.id]).get(best.holding.id, [])
        found |= {"lot": str(opened[-1].opened_by)} if opened else {}
    gaps = held_gaps(book, query.holdings(book), query.as_of)
    found |= {"gap": str(gaps[-1].gap.observation_id)} if gaps else {}
    vaults = filled_vaults(book)
    return found | ({"vault": shlex.quote(vaults[0].vault.name)} if vaults else {})


def _rank(book: Book, line: Line) -> tuple[bool, object]:
    """Shares before money, the most valuable last."""
    return not book.catalog.assets[line.holding.asset_id].is_currency, line.worth.value
