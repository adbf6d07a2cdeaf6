"""``folio institution``: banks, brokers and exchanges."""

from typing import Annotated

import typer

from folio.cli import context, options
from folio.cli.asking import asking, show, who
from folio.cli.lazy import new_app
from folio.cli.text import say

app = new_app("Banks, brokers and exchanges.")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
    type: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="bank, broker, crypto-exchange …")
    ] = "other",
) -> None:
    """Add an institution."""
    from folio.operations.names import add_institution
    from folio.operations.recording import recording

    with context.open_book() as db, recording(db, who()) as write:
        made = add_institution(write, name, type)
    say(f"added {made.name} ({made.type})")


@app.command("list")
def list_(output: options.Output = None, file: options.File = None) -> None:
    """List institutions."""
    from folio.reports.names import institutions

    with asking() as (book, query):
        show(institutions(book, query), output, file, False)
