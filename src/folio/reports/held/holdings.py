"""What do I hold, what is it worth, and what did it cost?"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import partial, reduce
from typing import TYPE_CHECKING

from folio.book import Book
from folio.book.snapshot import Held, snapshot, valuation
from folio.engine.grades import (
    Counts,
    Judged,
    grade,
    judged,
    of_unknown_gain,
    reasons,
    worst,
)
from folio.engine.prices import Rate
from folio.engine.valuation import Valuation
from folio.model.accounts import Holding
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO, divide
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.reports.query import (
    ACCOUNT_ABOVE,
    Query,
    account_names,
    account_title,
    asset_names,
    grade_cells,
    judged_cells,
    names,
    ratio,
    share,
)

if TYPE_CHECKING:
    from folio.reports.sold.realised import Realised

COLUMNS = (
    *ACCOUNT_ABOVE,
    Column("asset", "Asset"),
    Column("name", "Name", optional=5),
    Column("type", "Type", machine_only=True),
    Column("label", "Label", optional=1),
    Column("flag", "", "flag", optional=4),
    Column("quantity", "Quantity", "quantity"),
    Column("price", "Price", "price", optional=1),
    Column("price_currency", "", optional=1),
    Column("price_date", "Price of", "day", machine_only=True),
    Column("age", "Age", "age", optional=2),
    Column("value", "Value", "money"),
    Column("weight", "Weight", "percent", optional=3),
    Column("cost_basis", "Cost", "money", optional=1),
    Column("unrealised_gain", "Gain", "gain"),
    Column("gain_percent", "%", "change", optional=2),
    Column("realised_gain", "Realised", "gain", machine_only=True),
    Column("grade", "Grade", "grade", machine_only=True),
    Column("reasons", "Why", machine_only=True),
)
_AMOUNT = from_tuple(Amount)
ACCRUED = Column("accrued_interest", "Accrued", "money")  # before the value, of which it is a part


class Line(NamedTuple):
    """One holding of the page, valued."""

    held: Held
    worth: Valuation
    accrued: Decimal | None = None  # interest not paid yet, which value and gain then include

    @property
    def holding(self) -> Holding:
        return self.held.holding


_LINE = from_tuple(Line)


def lines(
    book: Book,
    query: Query,
    chosen: Sequence[Holding] | None = None,
    *,
    accrued: bool = False,
    emptied: bool = False,
    with_lots: bool = False,
) -> list[Line]:
    """The holdings asked for that are held on the day, valued; ``chosen``, where they are known.

    ``accrued`` adds the interest that is not paid yet, that of what was emptied since too;
    ``emptied`` adds those of which nothing is left; ``with_lots`` reads all lots, which only
    their listing needs.
    """
    teller = query.teller(book)
    found = snapshot(
        book,
        query.as_of,
        query.holdings(book) if chosen is None else chosen,
        currency=teller.currency,
        costs_for=None if with_lots else teller,
        evidence=False,
    )
    owed = _accrued(book, query) if accrued else {}
    return [
        _with_interest(line, teller.convert(units, line.holding.asset_id, query.as_of))
        if (units := owed.get(held.holding.id))
        else line
        for held in found
        if emptied or held.balance or held.lots or owed.get(held.holding.id)
        for line in [_LINE((held, valuation(held, teller, query.as_of), None))]
    ]


def _accrued(book: Book, query: Query) -> dict[int, Decimal]:
    from folio.reports.paid.yields import accrued_units  # few ask for it

    return accrued_units(book, query)


def _with_interest(line: Line, interest: Decimal | None) -> Line:
    """The line with interest in its value and gain, where they are known."""
    worth = line.worth
    if interest is None or worth.value is None:
        return line
    gain = None if worth.unrealised is None else worth.unrealised + interest
    return Line(line.held, worth._replace(value=worth.value + interest, unrealised=gain), interest)


class Total(NamedTuple):
    """The sums over included holdings."""

    value: Decimal | None
    cost: Decimal | None
    unrealised: Decimal | None
    gain_cost: Decimal | None  # of those whose gain is known
    counts: Counts
    accrued: Decimal | None


def total(page: list[Line]) -> Total:
    """Sums of leaves; missing ones add nothing, and the grade says so."""
    values: list[Decimal | None] = []
    costs: list[Decimal | None] = []
    gains: list[Decimal | None] = []
    gain_costs: list[Decimal | None] = []
    accrued: list[Decimal | None] = []
    counted: list[Counts] = []
    for held, (_, _, value, cost, gain, counts), interest in page:
        if not held.holding.included:
            continue
        counted.append(counts)
        if counts.held or value:
            values.append(value)
        if counts.held or cost:
            costs.append(cost)
        if counts.held or gain:
            gains.append(gain)
        if gain is not None:
            gain_costs.append(cost)
        if interest:
            accrued.append(interest)
    known = _sum_of_known
    sums = known(values), known(costs), known(gains), known(gain_costs)
    return Total(*sums, Counts.of(counted), known(accrued))


def _sum_of_known(values: Sequence[Decimal | None]) -> Decimal | None:
    """None where there are some, and none is known."""
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if known or not values else None


def holdings(book: Book, query: Query, *, accrued: bool = False) -> Table:
    """The report's main table: holdings by account, with the sum of those included.

    What was sold to the last unit is for programs alone: its realised gain is in the sum.  Of a
    page to read neither gains that were realised nor the grade of each row are asked for.
    ``accrued`` adds a column of interest that is not paid yet, and that to value and gain.
    """
    chosen = query.holdings(book)
    page = lines(book, query, chosen, accrued=accrued)
    sums = total(page)
    places = query.currency.precision

    money = partial(optional_amount, places=places)
    whole = money(sums.value)
    rows = _rows(book, query, page, whole)
    totals: dict[str, Cell] = {
        "value": whole,
        "cost_basis": money(sums.cost),
        "unrealised_gain": money(sums.unrealised),
        "gain_percent": _percent_of_sum(sums),
    }
    sold = [] if query.to_read else _told_to_programs(book, query, chosen, page, rows, totals)
    totals["weight"] = share(whole, whole)
    columns = list(COLUMNS)
    if accrued:
        columns.insert([column.key for column in columns].index("value"), ACCRUED)
        totals["accrued_interest"] = money(sums.accrued)
    return Table(
        "holdings",
        "Holdings",
        tuple(columns),
        rows,
        totals,
        **query.told(grade(sums.counts), reasons(sums.counts), money=True),
        group_by="heading",
        subtotals=_subtotals(page, rows, whole, places),
        machine_rows=tuple(sold),
        empty="nothing of what was asked for is held on that day"
        if query.filters
        else "no holdings on that day; record one with: folio add-tx buy …, or folio import FILE",
    )


def _told_to_programs(
    book: Book,
    query: Query,
    chosen: list[Holding],
    page: list[Line],
    rows: list[dict[str, Cell]],
    totals: dict[str, Cell],
) -> list[dict[str, Cell]]:
    """Add realised gains and each row's grade; returns the rows of what was sold to the end."""
    from folio.reports.sold.realised import Realised, realised_gains  # a page to read has none

    gains, places = realised_gains(book, query, chosen), query.currency.precision
    for row, line in zip(rows, page, strict=True):
        gain = gains[line.holding.id]
        row["realised_gain"] = optional_amount(gain.gain, places)
        row |= grade_cells(line.worth.counts)
        if gain.unknown:
            held = judged(line.worth.counts) if line.worth.counts.held else Judged("full")
            row |= judged_cells(_with_sales(held, gain))
    included = reduce(Realised.plus, (gains[h.id] for h in chosen if h.included), Realised())
    totals["realised_gain"] = optional_amount(included.gain, places)
    listed = {line.holding.id for line in page}
    gone = [h for h in chosen if h.id not in listed and gains[h.id] != Realised()]
    return [_sold_row(book, query, h, gains[h.id]) for h in gone]


def _rows(
    book: Book, query: Query, page: list[Line], whole: Amount | None
) -> list[dict[str, Cell]]:
    """A row for each line; what the holdings of an account or of an asset share is told once."""
    places = query.currency.precision
    of_accounts: dict[int, dict[str, Cell]] = {}
    of_assets: dict[int, tuple[int, dict[str, Cell]]] = {}

    def money(amount: Decimal | None) -> Amount | None:
        return None if amount is None else _AMOUNT((amount, places))

    rows = []
    for held, worth, accrued in page:
        holding = held.holding
        account, asset, included = holding.account_id, holding.asset_id, holding.included
        if account not in of_accounts:
            title = account_title(book, holding)
            of_accounts[account] = {"heading": title, **account_names(book, account)}
        if asset not in of_assets:
            known = book.catalog.assets[asset]
            price = _price_cells(book, known.id, worth.rate, query.as_of)
            of_assets[asset] = known.precision, asset_names(book, asset) | price
        digits, told = of_assets[asset]
        value = money(worth.value)
        rows.append(
            {
                **of_accounts[account],
                **told,
                "label": holding.label or None,
                "flag": _flag(holding),
                "quantity": _AMOUNT((worth.balance, digits)),
                "accrued_interest": money(accrued),
                "value": value,
                "weight": share(value, whole) if included else None,
                "cost_basis": money(worth.cost),
                "unrealised_gain": money(worth.unrealised),
                "gain_percent": _percent(worth.unrealised, worth.cost),
            }
        )
    return rows


def _subtotals(
    page: list[Line], rows: list[dict[str, Cell]], whole: Amount | None, places: int
) -> dict[str, dict[str, Cell]]:
    """The sums of each account that has several holdings."""
    accounts: dict[str, list[Line]] = {}
    for line, row in zip(page, rows, strict=True):
        accounts.setdefault(str(row["heading"]), []).append(line)
    return {
        name: _subtotal(total(lines), whole, places)
        for name, lines in accounts.items()
        if len(lines) > 1
    }


def _subtotal(sums: Total, whole: Amount | None, places: int) -> dict[str, Cell]:
    value = optional_amount(sums.value, places)
    return {
        "accrued_interest": Amount(sums.accrued, places) if sums.accrued else None,
        "value": value,
        "weight": share(value, whole),
        "cost_basis": optional_amount(sums.cost, places),
        "unrealised_gain": optional_amount(sums.unrealised, places),
        "gain_percent": _percent_of_sum(sums),
    }


def _sold_row(book: Book, query: Query, holding: Holding, realised: "Realised") -> dict[str, Cell]:
    """A holding of which nothing is left, for the gain that it realised."""
    nothing = Amount(ZERO, query.currency.precision)
    keys = ("quantity", "value", "weight", "cost_basis", "unrealised_gain")
    gain = optional_amount(realised.gain, query.currency.precision)
    named = {**names(book, holding), "flag": _flag(holding)}
    row = {**named, **dict.fromkeys(keys, nothing), "realised_gain": gain}
    return row | judged_cells(_with_sales(Judged("full"), realised))


def _flag(holding: Holding) -> str | None:
    """What tells a row that is in no total."""
    return None if holding.included else "inactive"


def _with_sales(of: Judged, realised: "Realised") -> Judged:
    """The grade of a row, with the disposals of which nobody knows what they gained."""
    if not realised.unknown:
        return of
    why = (*of.reasons, *of_unknown_gain(realised.unknown))
    return Judged(worst([of.grade, "partial"]), why)


def _price_cells(book: Book, asset: int, rate: Rate | None, as_of: dt.date) -> dict[str, Cell]:
    """The asset's own price, as it is quoted, and how old it is."""
    if rate is None or not rate.legs or book.catalog.assets[asset].is_currency:
        return {"price": None, "price_currency": None, "price_date": None, "age": None}
    leg = rate.legs[0]
    price = divide(Decimal(1), leg.price) if leg.inverse else leg.price
    factor = book.split_factor(asset, leg.day, as_of)
    price = price if factor == 1 else divide(price, factor)
    assets = book.catalog.assets
    unit = assets[leg.into].symbol
    if assets[asset].quote_unit is not None:
        from folio.model.quote_units import quoted  # pence and the like: few assets have them

        price, unit = quoted(price, unit, assets[asset].quote_unit)
    return {
        "price": Amount(price),
        "price_currency": unit,
        "price_date": leg.day,
        "age": (as_of - leg.day).days,
    }


def _percent_of_sum(sums: Total) -> Amount | None:
    """None where debts outweigh what the rest cost: a gain is no part of that."""
    cost = sums.gain_cost
    return None if cost is not None and cost < ZERO else _percent(sums.unrealised, cost)


def _percent(gain: Decimal | None, cost: Decimal | None) -> Amount | None:
    if gain is None or not cost:
        return None
    return ratio(gain, abs(cost))
