"""``folio yield``: what holdings earn."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from folio.cli import options
from folio.cli.asking import book_today, recording
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import argument, flag, option
from folio.cli.text import say
from folio.model.shell_words import shell_word

if TYPE_CHECKING:
    from folio.model.yields import Rule
    from folio.operations.recording import Recording

app = new_app("What holdings earn: rates, days of payment, what is owed.")


# How often a rule pays, and how days become parts of a year.
Frequency = Literal["daily", "weekdays", "weekly", "monthly", "quarterly", "yearly"]
DayCount = Literal["actual/365", "actual/actual", "30/360", "nominal"]
RuleName = Annotated[
    str | None, option("--name", "NAME", "Which rule of the holding; interest if not said.", ...)
]


@app.command("set", context_settings={"ignore_unknown_options": True})
def set_(
    account: options.AccountName,
    asset: options.AssetName,
    rate: Annotated[str, argument("RATE", "A year, such as 3.5%.")],
    pay: Frequency | None = flag("--pay", "How often; monthly if not said.", None),
    day: str | None = option(
        "--day", "DAY", "Of the month (31: its last) or the week; its last one."
    ),
    month: int | None = flag(
        "--month", "A month that pays, where not all do; December.", None, min=1, max=12
    ),
    from_day: options.FromToday = None,
    until: dt.date | None = options.dated(
        "--until", "Up to this day; from then on as it was before."
    ),
    effective: bool | None = flag(
        "--effective/--nominal", "The rate is what a year makes (APY), or not (APR).", None
    ),
    day_count: DayCount | None = flag(
        "--day-count", "How days are parts of a year; actual/365.", None
    ),
    name: RuleName = None,
    label: options.Label = "",
) -> None:
    """Say what a holding earns: folio yield set Savings EUR 3.5% --pay monthly --day 31.

    A later rate is said with --from; what is not said again stays as it is.
    """
    from folio.operations.arranging.arrange import get_holding
    from folio.operations.arranging.odd_signs import odd_rate
    from folio.operations.interest.yields import NAME, Stated, parse_rate, set_rule

    words = Stated(
        parse_rate(rate),
        None if effective is None else "effective" if effective else "nominal",
        pay,
        day,
        month,
        day_count,
    )
    called = NAME if name is None else name
    with recording() as write:
        first = from_day or book_today(write.db)
        holding = get_holding(write, account, asset, label)
        rule = set_rule(write, holding, words, from_day=first, until=until, name=called)
        sentences = [*_terms(write, rule), *_first_day(rule), *_where_it_goes(write, rule)]
        if odd := odd_rate(write.catalog.accounts[holding.account_id], words.rate):
            sentences.append(f"note: {odd}")
    for sentence in sentences:
        say(sentence)


def _terms(write: "Recording", rule: "Rule") -> "Iterator[str]":
    from folio.operations.interest.yields import percent
    from folio.reports.paid.yields import schedule

    said = write.catalog.describe(write.catalog.holdings[rule.holding_id])
    before = None
    for terms in rule.terms():
        again = before is not None and terms == before._replace(from_day=terms.from_day)
        before = terms
        if again:
            continue
        if terms.rate_per_year is None:
            yield f"{said}: nothing from {terms.from_day} on"
            continue
        kind = f"{percent(terms.rate_per_year)} a year ({terms.rate_type}, {terms.day_count})"
        yield f"{said}: {kind} from {terms.from_day} on, paid {schedule(terms)}"


def _first_day(rule: "Rule") -> "Iterator[str]":
    """A deposit of a year, made on a day that pays, would be paid for that day alone at first."""
    from folio.engine.interest import pays_from

    terms = rule.terms()[0]
    often = terms.frequency not in ("monthly", "quarterly", "yearly")
    if terms.rate_per_year is None or often or pays_from(terms, terms.from_day) != terms.from_day:
        return
    before = terms.from_day - dt.timedelta(days=1)
    month = "" if terms.frequency == "monthly" else f" --month {before.month}"
    yield (
        f"note: {terms.from_day}, its first day, pays too, for that one day; where whole terms are "
        f"paid, each ends the day before: --day {before.day}{month}"
    )


def _where_it_goes(write: "Recording", rule: "Rule") -> "Iterator[str]":
    """Interest does not stay where cash is not in the ledger."""
    holding = write.catalog.holdings[rule.holding_id]
    account = write.catalog.accounts[holding.account_id]
    day = rule.terms()[-1].from_day
    is_cash = write.catalog.assets[holding.asset_id].is_currency
    if is_cash and not write.catalog.tracks_cash(account, day):
        yield (
            f"note: {account.key} does not track cash, so what it earns leaves it at once; to keep "
            f"it: folio account set {shell_word(account.key)} --cash"
        )


@app.command("stop")
def stop(
    account: options.AccountName,
    asset: options.AssetName,
    on: dt.date | None = options.dated("--on", "The last day that earns; today."),
    name: RuleName = None,
    label: options.Label = "",
) -> None:
    """End a rule; what has accrued by its last day is due on it.

    folio yield stop Savings EUR --on 2025-06-30
    """
    from folio.operations.arranging.arrange import get_holding
    from folio.operations.interest.yields import stop_rule

    with recording() as write:
        day = on or book_today(write.db)
        holding = get_holding(write, account, asset, label)
        stop_rule(write, holding, last_day=day, name=name)
        described = write.catalog.describe(holding)
    say(f"{described}: nothing after {day}; what has accrued by then is due on it")


@app.command("list")
@listing(WHEN | WHICH | HOW)
def list_(book: Book, query: Query) -> Table:
    """List rules: rate, next day of payment, expected and booked until today."""
    from folio.reports.paid.yields import rules

    return rules(book, query)


@app.command("payments")
@listing(WHEN | WHICH | HOW)
def payments(book: Book, query: Query, period: options.PeriodOption = "all") -> Table:
    """List what rules owe, payment by payment, beside what is booked."""
    from folio.model.dates import parse_period
    from folio.reports.paid.yields import payments

    return payments(book, query, parse_period(period, query.as_of))
