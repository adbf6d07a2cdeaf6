"""``folio report``: the page, and every question apart."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from folio.cli import options
from folio.cli.asking import asking, filters, show
from folio.cli.lazy import new_app

if TYPE_CHECKING:
    from folio.book import Book
    from folio.model.dates import Period
    from folio.model.table import Table
    from folio.reports.query import Query

app = new_app("What you own and how it has gone: folio report, or one question.", default="page")

Gate = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="GRADE",
        help="Leave with exit code 3 where the grade is this or worse: estimated, partial.",
    ),
]
PeriodOption = Annotated[
    str, typer.Option("--period", metavar="PERIOD", help="Such as 2025, 2025-Q1, ytd, 1y, all.")
]


class Step(StrEnum):
    """How far apart the rows of a history are."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    year = "year"


class By(StrEnum):
    """How an allocation is split up."""

    type = "type"
    currency = "currency"
    account = "account"
    institution = "institution"
    asset = "asset"
    group = "group"


def _gate(table: "Table", worst: str | None) -> None:
    """Leave with exit code 3 where a figure is not good enough for who asked."""
    if worst is None:
        return
    from folio.errors import UsageError

    grades = ("full", "estimated", "partial", "unknown")
    if worst not in grades[1:]:
        raise UsageError(f"--fail-on {worst!r} is no grade; say estimated, partial or unknown")
    if table.grade in grades and grades.index(table.grade) >= grades.index(worst):
        raise typer.Exit(3)


@app.command("page")
def page(
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    currency: options.Currency = None,
    group: options.GroupFilter = None,
    account: options.AccountFilter = None,
    institution: options.InstitutionFilter = None,
    asset: options.AssetFilter = None,
    type: options.TypeFilter = None,
    output: options.Output = None,
    file: options.File = None,
    exact: options.Exact = False,
    fail_on: Gate = None,
) -> None:
    """The headline, the holdings by account, and the vaults: what folio report shows."""
    from folio.reports.page import page

    chosen = filters(group, account, institution, asset, type)
    with asking(as_of, known_at, currency, chosen, exact=exact) as (book, query):
        table = page(book, query)
        show(table, output, file, exact)
        _gate(table, fail_on)


def _listing(name: str, help: str, make: "Callable[[Book, Query], Table]") -> None:
    """A report with no options but those of every listing."""

    @app.command(name, help=help)
    def report(
        as_of: options.AsOf = None,
        known_at: options.KnownAt = None,
        currency: options.Currency = None,
        group: options.GroupFilter = None,
        account: options.AccountFilter = None,
        institution: options.InstitutionFilter = None,
        asset: options.AssetFilter = None,
        type: options.TypeFilter = None,
        output: options.Output = None,
        file: options.File = None,
        exact: options.Exact = False,
        fail_on: Gate = None,
    ) -> None:
        chosen = filters(group, account, institution, asset, type)
        with asking(as_of, known_at, currency, chosen, exact=exact) as (book, query):
            table = make(book, query)
            show(table, output, file, exact)
            _gate(table, fail_on)


def _holdings(book: "Book", query: "Query") -> "Table":
    from folio.reports.holdings import holdings

    return holdings(book, query)


def _lots(book: "Book", query: "Query") -> "Table":
    from folio.reports.lots import lots

    return lots(book, query)


def _coverage(book: "Book", query: "Query") -> "Table":
    from folio.reports.coverage import coverage

    return coverage(book, query)


def _vaults(book: "Book", query: "Query") -> "Table":
    from folio.reports.vaults import vaults

    return vaults(book, query)


_listing("holdings", "What is held, what it is worth and what it cost.", _holdings)
_listing("lots", "Open lots with their cost.", _lots)
_listing("coverage", "What is known of each holding, and how well.", _coverage)
_listing("vaults", "How full the vaults are.", _vaults)


def _periodic(
    name: str, help: str, make: "Callable[[Book, Query, Period], Table]", default: str
) -> None:
    """A report over a period."""

    @app.command(name, help=help)
    def report(
        period: PeriodOption = default,
        as_of: options.AsOf = None,
        known_at: options.KnownAt = None,
        currency: options.Currency = None,
        group: options.GroupFilter = None,
        account: options.AccountFilter = None,
        institution: options.InstitutionFilter = None,
        asset: options.AssetFilter = None,
        type: options.TypeFilter = None,
        output: options.Output = None,
        file: options.File = None,
        exact: options.Exact = False,
        fail_on: Gate = None,
    ) -> None:
        from folio.model.dates import parse_period

        chosen = filters(group, account, institution, asset, type)
        with asking(as_of, known_at, currency, chosen, exact=exact) as (book, query):
            table = make(book, query, parse_period(period, query.as_of))
            show(table, output, file, exact)
            _gate(table, fail_on)


def _gains(book: "Book", query: "Query", period: "Period") -> "Table":
    from folio.reports.gains import gains

    return gains(book, query, period)


def _income(book: "Book", query: "Query", period: "Period") -> "Table":
    from folio.reports.income import income

    return income(book, query, period)


_periodic("gains", "What selling gained or lost, lot by lot.", _gains, "all")
_periodic("income", "Dividends, interest and rewards, before and after tax.", _income, "all")


@app.command("history")
def history(
    period: PeriodOption = "all",
    step: Annotated[
        Step, typer.Option("--by", help="How far apart the rows are.", show_default=True)
    ] = Step.month,
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    currency: options.Currency = None,
    group: options.GroupFilter = None,
    account: options.AccountFilter = None,
    institution: options.InstitutionFilter = None,
    asset: options.AssetFilter = None,
    type: options.TypeFilter = None,
    output: options.Output = None,
    file: options.File = None,
    exact: options.Exact = False,
    fail_on: Gate = None,
) -> None:
    """Value, flows, income and gains over time."""
    from folio.model.dates import Period, parse_period
    from folio.reports.history import first_day, history

    chosen = filters(group, account, institution, asset, type)
    with asking(as_of, known_at, currency, chosen, exact=exact) as (book, query):
        span = parse_period(period, query.as_of)
        begun: dt.date | None = first_day(book)
        if begun is not None:
            span = Period(max(span.start, begun), span.end)
        table = history(book, query, span, step.value)
        show(table, output, file, exact)
        _gate(table, fail_on)


@app.command("allocation")
def allocation(
    by: Annotated[By, typer.Option("--by", help="By what.", show_default=True)] = By.type,
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    currency: options.Currency = None,
    group: options.GroupFilter = None,
    account: options.AccountFilter = None,
    institution: options.InstitutionFilter = None,
    asset: options.AssetFilter = None,
    type: options.TypeFilter = None,
    output: options.Output = None,
    file: options.File = None,
    exact: options.Exact = False,
    fail_on: Gate = None,
) -> None:
    """How value is spread: by type, currency, account, institution, asset or group."""
    from folio.reports.allocation import allocation

    chosen = filters(group, account, institution, asset, type)
    with asking(as_of, known_at, currency, chosen, exact=exact) as (book, query):
        table = allocation(book, query, by.value)
        show(table, output, file, exact)
        _gate(table, fail_on)
