"""``folio config``: settings of the book."""

from typing import TYPE_CHECKING, Annotated

import typer

from folio.cli import context, methods, options
from folio.cli.asking import who
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, WHEN, listing
from folio.cli.text import say

if TYPE_CHECKING:
    from folio.book import Book
    from folio.model.table import Table
    from folio.reports.query import Query

app = new_app("Settings of the book.")


@app.command("list")
@listing(WHEN | HOW)
def list_(book: "Book", query: "Query") -> "Table":
    """List settings and their values."""
    from folio.reports.names import settings

    return settings(book, query)


@app.command("set")
def set_(
    key: Annotated[str, typer.Argument(metavar="SETTING", help="Such as lot_method.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Its value; default: folio's own.")],
    from_day: options.FromDay = None,
) -> None:
    """Change a setting: folio config set lot_method hifo --from 2025-01-01."""
    from folio.db.settings import BOOK, load_settings
    from folio.operations.arrange import set_setting
    from folio.operations.recording import recording

    with context.open_book() as db:
        with recording(db, who()) as write:
            set_setting(write, BOOK, key, None if value == "default" else value, from_day)
        if key == methods.SETTABLE:
            say(f"lot_method of the book: {methods.in_force(load_settings(db), BOOK)}")
        else:
            say(f"{key} is {value} from now on")
