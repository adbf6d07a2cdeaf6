"""``folio config``: settings of the book."""

from typing import Annotated

import typer

from folio.cli import context, options
from folio.cli.asking import asking, show, who
from folio.cli.lazy import new_app
from folio.cli.text import say

app = new_app("Settings of the book.")


@app.command("list")
def list_(output: options.Output = None, file: options.File = None) -> None:
    """List settings and their values."""
    from folio.model.table import Cell, Column, Table
    from folio.operations.arrange import settings_in_force

    with asking() as (book, _):
        rows: list[dict[str, Cell]] = [
            {"setting": key, "value": value}
            for key, value in sorted(settings_in_force(book.catalog).items())
        ]
    columns = (Column("setting", "Setting"), Column("value", "Value"))
    show(Table("settings", "Settings", columns, rows), output, file, False)


@app.command("set")
def set_(
    key: Annotated[str, typer.Argument(metavar="SETTING", help="Such as lot_method.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Its value; default: folio's own.")],
) -> None:
    """Change a setting: folio config set lot_method hifo."""
    from folio.db.settings import BOOK
    from folio.operations.arrange import set_setting
    from folio.operations.recording import recording

    with context.open_book() as db, recording(db, who()) as write:
        set_setting(write, BOOK, key, None if value == "default" else value)
    say(f"{key} is {value} from now on")
