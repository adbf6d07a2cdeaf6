"""``folio explain``: where a figure comes from."""

import datetime as dt
from typing import TYPE_CHECKING

import typer

from folio.cli import options
from folio.cli.options import argument, option
from folio.cli.text import warn
from folio.model.dates import parse_moment

if TYPE_CHECKING:
    from folio.book import Book
    from folio.reports.sold.what_if import Sale


def command(
    figure: str | None = argument(
        "[FIGURE]",
        "value, cost, gain, price, balance, rollup, twr …, or a column's key; none: all.",
        None,
    ),
    what: str | None = argument(
        "[WHAT]", "An asset, or ACCOUNT/ASSET; a period, where one may be said; a vault.", None
    ),
    period: str | None = option("--period", "PERIOD", "Such as 2025, 2025-Q1, ytd, 1y, all."),
    transaction: int | None = option("--tx", "ID", "Only what this sale disposed of."),
    lot: str | None = option(
        "--lot",
        "ID",
        "Only the lot that this transaction opened; all lots; none: what has no number.",
    ),
    term: str | None = option(
        "--term", "TERM", "Only what was sold: short, long, cash, uncovered."
    ),
    kind: str | None = option("--kind", "KIND", "Only income of this kind."),
    within: str | None = option(
        "--class", "BY=NAME", "Only this row of an allocation: currency=USD, 'group=(in no group)'."
    ),
    since: dt.datetime | None = option(
        "--since",
        "INSTANT",
        "What changed since: opening, knowledge, flow, gap, market, currency …",
        parser=parse_moment,
    ),
    commits: str | None = option("--commit", "N", "With --since: what these commits changed."),
    gap: int | None = option("--gap", "N", "Of this gap: expected, observed, drift, value."),
    benchmark: str | None = option(
        "--benchmark",
        "ASSET",
        "Beside this one's price: benchmark-twr, difference, benchmark-value.",
    ),
    vault: str | None = option(
        "--vault",
        "NAME",
        "Of this vault: value, flow, change, progress, monthly, pace, projected-date.",
    ),
    sell: str | None = option("--sell", "QUANTITY", "As if so many units were sold."),
    price: str | None = option("--price", "NUMBER", "With --sell: of a unit."),
    fee: str | None = option("--fee", "NUMBER", "With --sell: of the sale."),
    method: str | None = option("--method", "METHOD", "With --sell: fifo, lifo, hifo, average."),
    depth: int | None = option(
        "--depth", "N", "How many levels to tell, all of each; for programs too.", min=0
    ),
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    currency: options.Currency = None,
    group: options.GroupFilter = None,
    account: options.AccountFilter = None,
    institution: options.InstitutionFilter = None,
    asset: options.AssetFilter = None,
    type: options.TypeFilter = None,
    label: str | None = option("--label", "NAME", "Only this pot; '' for what is in none."),
    output: options.Output = None,
    file: options.File = None,
    exact: options.Exact = False,
) -> None:
    """Say how a figure of a report is made: the arithmetic, lots, prices, transactions and lines.

    folio explain value VWCE --account Broker · folio explain gain --period 2024 ·
    folio explain twr 2024 · folio explain market --since 2024-12-31 · folio explain vault House

    Without a figure: which there are, each with a question that your book can be asked.
    """
    from folio.cli.asking import asking, filters, show, since_when
    from folio.cli.render.explained import show_explanation
    from folio.model.assets import parse_asset_ref
    from folio.operations.names import get_asset
    from folio.reports.explain import Asked, explain
    from folio.reports.explain.asked.catalogue import catalogue

    chosen = filters(group, account, institution, asset, type)
    if label is not None:
        chosen = chosen._replace(label=(label,))
    with asking(as_of, known_at, currency, chosen, exact=exact) as (book, query):
        if figure is None:
            _refuse_without_figure(
                {"--period": period, "--tx": transaction, "--lot": lot, "--term": term,
                 "--kind": kind, "--class": within, "--since": since, "--commit": commits,
                 "--gap": gap, "--benchmark": benchmark, "--vault": vault, "--sell": sell,
                 "--price": price, "--fee": fee, "--method": method, "--depth": depth}
            )  # fmt: skip
            show(catalogue(book, query), output, file, exact)
            return
        start = None if since is None else since_when(book, since, or_nothing=True)
        other = None if benchmark is None else get_asset(book.catalog, parse_asset_ref(benchmark))
        sale = _sale(book, what, sell, price, fee, method)
        asked = Asked(figure, what, period, transaction, _lot(lot), term, kind, start,
                      _class(within), commits, gap, other, vault, sale, method)  # fmt: skip
        told = explain(book, query, asked, whole=False)
        show_explanation(query, told, output, file, depth)
    for fault in told.faults:
        warn(f"this does not add up, which is a bug in folio: {fault}")
    if told.faults:
        raise typer.Exit(3)


def _refuse_without_figure(options: dict[str, object]) -> None:
    """Refuse what is said of no figure, rather than leave it unsaid."""
    from folio.errors import UsageError

    said = next((option for option, value in options.items() if value is not None), None)
    if said is not None:
        raise UsageError(
            f"{said} is of a figure: folio explain FIGURE {said} …; which there are: folio explain"
        )


def _lot(said: str | None) -> int | str | None:
    """The number of a lot, or one of the words for several."""
    from folio.errors import UsageError
    from folio.reports.explain.held.open_lots import ALL, NONE

    if said is None or said in (ALL, NONE):
        return said
    if not said.isdecimal():
        raise UsageError(f"{said!r} is no lot; say its number, {ALL} or {NONE}")
    return int(said)


def _class(said: str | None) -> tuple[str, str] | None:
    """A row of an allocation: what it is by, and its name."""
    from folio.errors import UsageError
    from folio.reports.held.allocation import BY, GROUP

    if said is None:
        return None
    by, equals, name = said.partition("=")
    if not equals or by not in (*BY, GROUP):
        ways = ", ".join((*BY, GROUP))
        raise UsageError(f"{said!r} is no class; say BY=NAME, by one of: {ways}")
    return by, name


def _sale(
    book: "Book",
    what: str | None,
    sell: str | None,
    price: str | None,
    fee: str | None,
    method: str | None,
) -> "Sale | None":
    """The sale that is assumed, if one is."""
    from folio.cli.commands.what_if import assumed
    from folio.engine.lots import METHODS
    from folio.errors import UsageError, one_of

    if sell is None:
        if (price, fee, method) != (None, None, None):
            raise UsageError("--price, --fee and --method are of a sale; say --sell QUANTITY too")
        return None
    if what is None:
        raise UsageError("say which asset: folio explain gain ASSET --sell QUANTITY")
    if method is not None:
        one_of(method, METHODS, "lot method")
    return assumed(book, sell, what.rpartition("/")[2], price, fee=fee)
