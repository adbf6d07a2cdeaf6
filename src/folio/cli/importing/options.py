"""The options of ``folio import`` that make a profile."""

from functools import partial
from typing import Annotated

import typer

_option = partial(typer.Option, rich_help_panel="A file that no profile knows")

Map = Annotated[bool, _option("--map", help="Make a profile for the file, then import it.")]
Name = Annotated[
    str | None,
    _option(
        "--name",
        metavar="NAME",
        help="What the profile is called; yours of that name learns what is new.",
    ),
]
Columns = Annotated[
    list[str] | None,
    _option(
        "--column",
        metavar="PART=COLUMN",
        help="What a column is: date=Datum, amount=Betrag; nothing after = for none.",
    ),
]
Settings = Annotated[
    list[str] | None,
    _option(
        "--set",
        metavar="KEY=VALUE",
        help="currency=EUR, fee=inside … Of any file: decimal=comma, date=%d.%m.%Y, "
        "encoding=cp1252.",
    ),
]
Kinds = Annotated[
    list[str] | None,
    _option(
        "--kind",
        metavar="WORD=KIND",
        help="What a row that says WORD is: Kauf=buy, Journal=skip.",
    ),
]
