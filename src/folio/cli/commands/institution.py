"""``folio institution``: banks, brokers and exchanges."""

from typing import Annotated

from folio.cli import options
from folio.cli.asking import recording
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, KNOWN, WHICH, Book, Query, Table, listing
from folio.cli.options import argument, option
from folio.cli.text import say

app = new_app("Banks, brokers and exchanges.")


@app.command("add")
def add(
    name: Annotated[str, argument("INSTITUTION", "Its name.")],
    type: str = option("--type", "TYPE", "bank, broker, crypto-exchange …", "other"),
) -> None:
    """Add an institution.

    folio institution add Wise --type bank
    """
    from folio.operations.names import add_institution

    with recording() as write:
        made = add_institution(write, name, type)
    say(f"added {made.name} ({made.type})")


@app.command("list")
@listing(KNOWN | WHICH | HOW)
def list_(book: Book, query: Query) -> Table:
    """List institutions."""
    from folio.reports.held.names import institutions

    return institutions(book, query)


@app.command("rename")
def rename(
    name: Annotated[str, argument("INSTITUTION", "Its name.")], new: options.NewName
) -> None:
    """Give an institution another name.

    folio institution rename Wise "Wise Europe"
    """
    from folio.operations.arranging.arrange import rename_thing
    from folio.operations.names import get_institution

    with recording() as write:
        named = rename_thing(write, "institutions", get_institution(write.catalog, name).id, new)
    say(f"{name} is {named} now")
