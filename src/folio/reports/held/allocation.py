"""How is it spread: by type, currency, account, institution or group."""

from collections.abc import Callable
from decimal import Decimal

from folio.book import Book
from folio.book.groups import members_of
from folio.engine.grades import grade, reasons
from folio.model.charts import Chart
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.reports.held.holdings import Line, lines, total
from folio.reports.query import Query, account_title, grade_cells, share

UNGROUPED = "(in no group)"
GROUP = "group"


def _type(book: Book, line: Line) -> list[str]:
    return [book.catalog.assets[line.holding.asset_id].type]


def _currency(book: Book, line: Line) -> list[str]:
    """The currency in which the price is quoted; cash is its own."""
    asset = book.catalog.assets[line.holding.asset_id]
    if asset.is_currency:
        return [asset.symbol]
    quote = None if line.worth.rate is None else line.worth.rate.quote
    return ["(no price)" if quote is None else book.catalog.assets[quote].symbol]


def _account(book: Book, line: Line) -> list[str]:
    return [account_title(book, line.holding)]


def _institution(book: Book, line: Line) -> list[str]:
    return [book.catalog.accounts[line.holding.account_id].institution]


def _asset(book: Book, line: Line) -> list[str]:
    return [book.catalog.assets[line.holding.asset_id].key]


BY: dict[str, Callable[[Book, Line], list[str]]] = {
    "type": _type,
    "currency": _currency,
    "account": _account,
    "institution": _institution,
    "asset": _asset,
}


_REPEATED = "what is in several groups counts in each, so the weights add up to more than 100 %"


def _grouped(book: Book) -> Callable[[Book, Line], list[str]]:
    """The groups of a holding: all that it is in."""
    groups = {
        name: members_of(book.catalog, number) for number, name in book.catalog.groups.items()
    }

    def names(book: Book, line: Line) -> list[str]:
        return [n for n, members in groups.items() if line.holding.id in members] or [UNGROUPED]

    return names


def classes(book: Book, by: str) -> Callable[[Book, Line], list[str]]:
    """The classes of a holding, of which those in groups have several."""
    return _grouped(book) if by == GROUP else BY[by]


def allocation(book: Book, query: Query, by: str = "type") -> Table:
    """Value by class, largest first; what is in two groups counts in both."""
    page = [line for line in lines(book, query) if line.holding.included]
    sums = total(page)
    rows_of: dict[str, list[Line]] = {}
    names = classes(book, by)
    for line in page:
        for name in names(book, line):
            rows_of.setdefault(name, []).append(line)
    repeated = sum(map(len, rows_of.values())) - len(page)
    places = query.currency.precision
    whole = optional_amount(sums.value, places)
    rows = [_row(by, name, of, whole, places) for name, of in rows_of.items()]
    rows.sort(key=lambda row: (-_value(row), str(row[by])))
    shared = whole is not None and whole.value > ZERO  # else a share says nothing
    chart = Chart(
        f"Allocation by {by}",
        "bars",
        tuple(str(row[by]) for row in rows),
        tuple(_number(row["weight" if shared else "value"]) for row in rows),
        query.currency.symbol,
        places,
        ratio=shared,
        amounts=tuple(_amount(row["value"]) for row in rows) if shared else (),
    )
    why = [*reasons(sums.counts), *([_REPEATED] if repeated else [])]
    return Table(
        "allocation",
        f"Allocation by {by}",
        (
            Column(by, by.capitalize()),
            Column("holdings", "Holdings", "count", optional=1),
            Column("value", "Value", "money"),
            Column("weight", "Weight", "percent", machine_only=True),
            Column("bar", "Weight", "bar", people_only=True),
            Column("grade", "Grade", "grade", optional=2),
            Column("reasons", "Why", machine_only=True),
        ),
        rows,
        {"value": whole, "weight": share(whole, whole)},
        **query.told(grade(sums.counts), why, money=True),
        charts=(chart,) if query.drawn else (),
        empty="nothing is held on that day",
    )


def _row(by: str, name: str, of: list[Line], whole: Amount | None, places: int) -> dict[str, Cell]:
    sums = total(of)
    value = optional_amount(sums.value, places)
    weight = share(value, whole)
    return {
        by: name,
        "holdings": len(of),
        "value": value,
        "weight": weight,
        "bar": weight,
        **grade_cells(sums.counts),
    }


def _amount(cell: Cell) -> Amount | None:
    return cell if isinstance(cell, Amount) else None


def _number(cell: Cell) -> Decimal | None:
    return cell.value if isinstance(cell, Amount) else None


def _value(row: dict[str, Cell]) -> Decimal:
    return _number(row["value"]) or ZERO
