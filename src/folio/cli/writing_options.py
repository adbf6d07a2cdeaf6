"""The options of commands that write, where several commands have one: in the same words."""

import datetime as dt
from typing import Annotated

import typer

from folio.cli import options

Create = Annotated[bool, typer.Option("--create", help="Make accounts and assets that are new.")]
Supersede = Annotated[
    bool, typer.Option("--supersede", help="Replace what the source said before.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be recorded; record nothing.")
]
DryRunOfUndo = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be undone; record nothing.")
]
Assets = Annotated[list[str] | None, typer.Argument(metavar="[ASSET]...", help="Only these.")]
Number = Annotated[
    int, typer.Argument(metavar="TX", help="The transaction's number, as register shows it.")
]
InAccount = Annotated[str, typer.Option("--account", metavar="NAME", help="The account.")]
FromDay = Annotated[dt.date | None, options.dated("--from", "From this day on; today.")]
NewName = Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")]
