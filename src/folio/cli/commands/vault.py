"""``folio vault``: savings goals."""

from typing import Annotated

from folio.cli import options
from folio.cli.asking import book_today, recording
from folio.cli.lazy import new_app
from folio.cli.listing import DIGITS, GATE, HOW, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import option
from folio.cli.text import say
from folio.errors import UsageError

app = new_app("Savings goals and their progress.")

Target = Annotated[str, option("--target", "NUMBER", "The amount aimed at.", ...)]
Code = Annotated[str | None, option("--currency", "CODE", "Of the target; the book's.", ...)]
By = Annotated[str | None, option("--by", "DAY", "The day aimed at; empty for none.", ...)]


@app.command("add")
def add(name: options.VaultName, target: Target, currency: Code = None, by: By = None) -> None:
    """Make a vault: folio vault add "House" --target 40000 --by 2028-06-30."""
    _aim(name, target, currency, by, new=True)


@app.command("set")
def set_(
    name: options.VaultName,
    target: str | None = option("--target", "NUMBER", "The amount aimed at."),
    currency: str | None = option("--currency", "CODE", "Of the target."),
    by: By = None,
) -> None:
    """Change what a vault aims at; what is not said stays as it is.

    folio vault set House --target 50000
    """
    if target is None and currency is None and by is None:
        raise UsageError("nothing to change; say --target, --currency or --by")
    _aim(name, target, currency, by, new=False)


def _aim(name: str, target: str | None, currency: str | None, by: str | None, *, new: bool) -> None:
    from folio.model.dates import parse_day
    from folio.model.numbers import parse_plain
    from folio.operations.arranging.arrange import add_vault, set_vault
    from folio.operations.names import asset_for
    from folio.operations.transactions.words import currency as currency_named

    amount = None if target is None else parse_plain(target, "target")
    with recording() as write:
        today = book_today(write.db)
        day = parse_day(by, today) if by else None
        if day is not None and day < today:
            raise UsageError(f"--by {day} is past; say a day to come, or leave it out")
        money = (
            None if currency is None else asset_for(write, currency_named(currency), create=True)
        )
        if new and amount is not None:
            add_vault(write, name, target=amount, currency=money or write.catalog.base, by=day)
        else:
            dated = {} if by is None else {"by": day}
            set_vault(write, name, target=amount, currency=money, **dated)
    say(f"{'made' if new else 'changed'} the vault {name}")


@app.command("fill")
def fill(
    name: options.VaultName,
    account: options.InAccount,
    asset: Annotated[str, option("--asset", "SYMBOL", "What fills it.", ...)],
    percent: str = option("--percent", "NUMBER", "How much of it; 0 for none.", "100"),
    label: options.Label = "",
    from_day: options.FromToday = None,
) -> None:
    """Fill a vault with a percentage of a holding.

    folio vault fill House --account wise --asset EUR --percent 60
    """
    from folio.model.numbers import parse_plain, to_text
    from folio.operations.arranging.arrange import fill_vault, get_holding, get_vault

    share = parse_plain(percent.removesuffix("%"), "percent")
    with recording() as write:
        day = from_day or book_today(write.db)
        holding = get_holding(write, account, asset, label)
        over = fill_vault(write, get_vault(write, name).id, holding, share, day)
        described = write.catalog.describe(holding)
    say(f"{name} is filled by {share} % of {described} from {day} on")
    if over is not None:
        say(f"note: from {over[0]} on {described} fills vaults with {to_text(over[1])} %")


@app.command("close")
def close(name: options.VaultName) -> None:
    """Close a vault; its history stays.

    folio vault close House
    """
    from folio.operations.arranging.arrange import close_vault

    with recording() as write:
        close_vault(write, name)
    say(f"closed the vault {name}")


@app.command("list")
@listing(WHEN | WHICH | HOW | DIGITS)
def list_(book: Book, query: Query) -> Table:
    """List vaults and how full they are.

    Where a figure comes from: folio explain progress House.
    """
    from folio.reports.vaults.vaults import vaults

    return vaults(book, query)


@app.command("history")
@listing(WHEN | HOW | GATE)
def history(
    book: Book,
    query: Query,
    name: options.VaultName,
    period: options.PeriodOption = "all",
    step: options.StepOption = "month",
) -> Table:
    """Progress over time: value, what was put in and what it grew by.

    folio vault history House --period 2025

    Where a figure comes from: folio explain flow --vault House --period 2025.
    """
    from folio.model.dates import parse_period
    from folio.reports.vaults.vault_history import vault_history

    return vault_history(book, query, name, parse_period(period, query.as_of), step)


@app.command("rename")
def rename(name: options.VaultName, new: options.NewName) -> None:
    """Give a vault another name.

    folio vault rename House "House deposit"
    """
    from folio.operations.arranging.arrange import get_vault, rename_thing

    with recording() as write:
        named = rename_thing(write, "vaults", get_vault(write, name).id, new)
    say(f"{name} is {named} now")
