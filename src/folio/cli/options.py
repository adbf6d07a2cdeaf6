"""The options and arguments that several commands have, in the same words everywhere."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from folio.errors import UsageError
from folio.model.dates import RELATIVE, parse_day, parse_moment

# How a listing is written, and how far apart the rows of a history are.
Format = Literal["table", "csv", "tsv", "json", "jsonl", "md", "html", "svg"]
Step = Literal["day", "week", "month", "quarter", "year"]


def day(text: str) -> dt.date:
    """A day as an option says it, where the book has not been opened yet."""
    return parse_day(text, _today_for(text))


# Each is a parameter's default, and has the value where nothing is said as its last argument;
# with ... for that value it is an annotation, and the parameter has a default of its own.
def option(flag: str, metavar: str, help: str, default: Any = None, **limits: Any) -> Any:
    """An option with a value."""
    return typer.Option(default, flag, metavar=metavar, help=help, **limits)


def flag(flag: str, help: str, default: Any = False, **limits: Any) -> Any:
    """An option without a value, or with one of the words that its type names."""
    return typer.Option(default, flag, help=help, **limits)


def argument(metavar: str, help: str, default: Any = ...) -> Any:
    """A word that is no option."""
    return typer.Argument(default, metavar=metavar, help=help)


def dated(flag: str, help: str, default: Any = None) -> Any:
    """An option that is a day."""
    return option(flag, "DAY", help, default, parser=day)


def moment(text: str) -> dt.datetime:
    """An instant as an option says it, or the end of a day."""
    return parse_moment(text, _today_for(text))


def folder(text: str) -> Path:
    """A folder as an argument says it; the name of none would be the current one."""
    if not text.strip():
        raise UsageError("the name of the folder is empty; say . for the current one")
    return Path(text)


def _today_for(text: str) -> dt.date | None:
    """The book's day, where ``text`` is a word that depends on it."""
    if text.strip().lower() not in RELATIVE:
        return None
    from folio.cli.context import book_today, open_book

    with open_book() as db:
        return book_today(db)


# The options of every listing, to be used as annotations: ``as_of: AsOf = None``.
AsOf = Annotated[
    dt.date | None,
    typer.Option("--as-of", parser=day, metavar="DATE", help="As it stood on this day."),
]
KnownAt = Annotated[
    dt.datetime | None,
    typer.Option(
        "--known-at",
        parser=moment,
        metavar="INSTANT",
        help="With what had been recorded by then: a day, or 2025-06-30T18:00.",
    ),
]
Currency = Annotated[str | None, option("--currency", "CODE", "In this currency.", ...)]
Output = Annotated[
    Format | None,
    typer.Option(
        "-O", "--output", help="How to write it; table, or what the file's name says.",
        show_default=False
    )]  # fmt: skip


def unless_dash(file: Path | None) -> Path | None:
    """The file to write to; ``-`` is standard output."""
    return None if file == Path("-") else file


File = Annotated[
    Path | None,
    typer.Option("-o", "--file", metavar="FILE", help="Write to this file.", callback=unless_dash),
]
Columns = Annotated[
    str | None,
    option("--columns", "KEYS", "Only these columns, as JSON calls them: asset,value.", ...),
]
Chart = Annotated[
    bool, flag("--chart", "Draw it: on the terminal, or as a picture with -O svg.", ...)
]
Exact = Annotated[bool, flag("--exact", "Every digit, nothing rounded.", ...)]
GroupFilter = Annotated[
    list[str] | None, option("--group", "NAME", "Only this group; repeatable.", ...)
]
AccountFilter = Annotated[
    list[str] | None, option("--account", "NAME", "Only this account; repeatable.", ...)
]
InstitutionFilter = Annotated[
    list[str] | None, option("--institution", "NAME", "Only this institution; repeatable.", ...)
]
AssetFilter = Annotated[
    list[str] | None, option("--asset", "SYMBOL", "Only this asset; repeatable.", ...)
]
TypeFilter = Annotated[
    list[str] | None, option("--type", "TYPE", "Only assets of this type; repeatable.", ...)
]

FromDay = Annotated[dt.date | None, dated("--from", "From this day on; always.", ...)]

# The names of the book, wherever a command asks for one.
AccountName = Annotated[str, argument("ACCOUNT", "NAME or INSTITUTION/NAME.")]
AssetName = Annotated[str, argument("ASSET", "SYMBOL or SYMBOL:MARKET.")]
GroupName = Annotated[str, argument("GROUP", "The group's name.")]
VaultName = Annotated[str, argument("VAULT", "The vault's name.")]
PeriodOption = Annotated[
    str, option("--period", "PERIOD", "Such as 2025, 2025-Q1, ytd, 1y, all.", ...)
]
Effects = Annotated[bool, flag("--effects", "What the price did, and what the currency did.", ...)]
StepOption = Annotated[Step, typer.Option("--by", help="How far apart the rows are.")]
Label = Annotated[str, option("--label", "NAME", "A pot within the holding.", ...)]

# Of commands that write.
Create = Annotated[bool, flag("--create", "Make accounts and assets that are new.", ...)]
Supersede = Annotated[bool, flag("--supersede", "Replace what the source said before.", ...)]
DryRun = Annotated[bool, flag("--dry-run", "Show what would be recorded; record nothing.", ...)]
DryRunOfUndo = Annotated[bool, flag("--dry-run", "Show what would be undone; record nothing.", ...)]
Assets = Annotated[list[str] | None, argument("[ASSET]...", "Only these.")]
Number = Annotated[int, argument("TX", "The transaction's number, as register shows it.")]
InAccount = Annotated[str, option("--account", "NAME", "The account.", ...)]
FromToday = Annotated[dt.date | None, dated("--from", "From this day on; today.", ...)]
NewName = Annotated[str, argument("NEW", "Its new name.")]
