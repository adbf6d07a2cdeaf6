"""The options of ``folio import`` that make a profile."""

from typing import Annotated

import typer

_PANEL = "A file that no profile knows"

Map = Annotated[
    bool,
    typer.Option(
        "--map", help="Make a profile for the file, then import it.", rich_help_panel=_PANEL
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="What the profile is called; yours of that name learns what is new.",
        rich_help_panel=_PANEL,
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="PART=COLUMN",
        help="What a column is: date=Datum, amount=Betrag; nothing after = for none.",
        rich_help_panel=_PANEL,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="currency=EUR, fee=inside … Of any file: decimal=comma, date=%d.%m.%Y, "
        "encoding=cp1252.",
        rich_help_panel=_PANEL,
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        metavar="WORD=KIND",
        help="What a row that says WORD is: Kauf=buy, Journal=skip.",
        rich_help_panel=_PANEL,
    ),
]
