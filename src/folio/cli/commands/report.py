"""``folio report``: the page, and every question apart."""

from typing import Annotated, Literal

from folio.cli.lazy import new_app
from folio.cli.listing import (
    CHART,
    DIGITS,
    FIGURES,
    GATE,
    HOW,
    PROFILE,
    WHEN,
    WHICH,
    Book,
    Query,
    Table,
    listing,
)
from folio.cli.options import Effects, PeriodOption, StepOption, argument, flag, option

app = new_app("What you own and how it has gone: folio report, or one question.", default="page")


Accrued = Annotated[
    bool, flag("--accrued", "With interest that has accrued and is not paid yet.", ...)
]


# How an allocation is split up; what each row of the realised gains is about, and of the returns.
By = Literal["type", "currency", "account", "institution", "asset", "group"]
Listed = Literal["disposal", "lot", "asset", "account", "year", "term"]
Rows = Literal[
    "none", "year", "quarter", "month", "account", "institution", "asset", "holding", "type"
]


@app.command("page")
@listing(FIGURES | CHART | PROFILE)
def page(book: Book, query: Query, accrued: Accrued = False) -> Table:
    """The headline, the holdings by account, and the vaults: what folio report shows."""
    from folio.reports.held.page import page

    return page(book, query, accrued=accrued)


@app.command("holdings")
@listing(FIGURES)
def holdings(book: Book, query: Query, accrued: Accrued = False) -> Table:
    """What is held, what it is worth and what it cost.

    folio report holdings --as-of 2025-05-31 --account ibkr
    """
    from folio.reports.held.holdings import holdings

    return holdings(book, query, accrued=accrued)


@app.command("gains")
@listing(FIGURES)
def gains(
    book: Book,
    query: Query,
    period: PeriodOption = "all",
    by: Listed = flag("--by", "Each disposal, or sums.", "disposal"),
    effects: Effects = False,
) -> Table:
    """What selling gained or lost, lot by lot or in sums.

    folio report gains --period 2025 --by asset
    """
    from folio.model.dates import parse_period
    from folio.reports.sold.gains import gains

    span = parse_period(period, query.as_of)
    return gains(book, query, span, by=by, effects=effects)


@app.command("income")
@listing(FIGURES | CHART)
def income(book: Book, query: Query, period: PeriodOption = "all") -> Table:
    """Dividends, interest and rewards, before and after tax.

    folio report income --period 2025
    """
    from folio.model.dates import parse_period
    from folio.reports.paid.income import income

    return income(book, query, parse_period(period, query.as_of))


@app.command("history")
@listing(FIGURES | CHART)
def history(
    book: Book, query: Query, period: PeriodOption = "all", step: StepOption = "month"
) -> Table:
    """Value, flows, income and gains over time.

    folio report history --period 2025 --by month

    Where a figure comes from: folio explain flow 2025.
    """
    from folio.model.dates import Period, parse_period
    from folio.reports.over_time.history import first_day, history

    span = parse_period(period, query.as_of)
    begun = first_day(book)
    if begun is not None and begun <= span.end:
        span = Period(max(span.start, begun), span.end)
    return history(book, query, span, step)


@app.command("allocation")
@listing(FIGURES | CHART)
def allocation(book: Book, query: Query, by: By = flag("--by", "By what.", "type")) -> Table:
    """How value is spread: by type, currency, account, institution, asset or group.

    folio report allocation --by currency --chart
    """
    from folio.reports.held.allocation import allocation

    return allocation(book, query, by)


@app.command("returns")
@listing(FIGURES)
def returns(
    book: Book,
    query: Query,
    period: PeriodOption = "all",
    by: Rows = flag("--by", "A row for each.", "none"),
    benchmark: str | None = option("--benchmark", "ASSET", "Compare with the price of this asset."),
) -> Table:
    """Rates of return: time-weighted, money-weighted, price and currency apart, risk.

    folio report returns --by year --benchmark VWCE

    Where a figure comes from: folio explain twr 2025.
    """
    from folio.model.assets import parse_asset_ref
    from folio.model.dates import parse_period
    from folio.operations.names import get_asset
    from folio.reports.earned.returns import returns

    other = None if benchmark is None else get_asset(book.catalog, parse_asset_ref(benchmark))
    return returns(book, query, parse_period(period, query.as_of), by, other)


@app.command("vaults")
@listing(WHEN | WHICH | HOW | CHART | DIGITS | GATE)  # each in its own currency
def vaults(book: Book, query: Query) -> Table:
    """How full the vaults are."""
    from folio.reports.vaults.vaults import vaults

    return vaults(book, query)


@app.command("lots")
@listing(FIGURES)
def lots(
    book: Book,
    query: Query,
    symbol: str | None = argument("[ASSET]", "Only this asset's.", None),
    effects: Effects = False,
) -> Table:
    """List open lots with their cost; the number of a lot is what add-tx --lot names.

    folio lots VWCE --account ibkr

    Where a figure comes from: folio explain cost VWCE --lot N.
    """
    from folio.reports.held.lots import lots

    if symbol is not None:
        named = (*query.filters.asset, symbol)
        query = query._replace(filters=query.filters._replace(asset=named))
    return lots(book, query, effects=effects)


@app.command("coverage")
@listing(FIGURES)
def coverage(book: Book, query: Query) -> Table:
    """What is known of each holding, from when to when, by whom, and how well.

    Where a figure comes from: folio explain unexplained VWCE.
    """
    from folio.reports.held.coverage import coverage

    return coverage(book, query)
