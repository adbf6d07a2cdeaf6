"""``folio init``: make a book."""

from typing import Annotated

import typer

from folio.cli import context
from folio.cli.asking import who
from folio.cli.text import say


def command(
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="The book's base currency.")
    ] = "EUR",
    timezone: Annotated[
        str | None,
        typer.Option(
            "--timezone",
            metavar="ZONE",
            help="Where the book's days begin; this machine's zone if not said.",
        ),
    ] = None,
) -> None:
    """Make a book, with its base currency and time zone."""
    from folio.operations.create_book import init

    path = context.book_path()
    zone = timezone or local_zone()
    init(path, who(), currency=currency, time_zone=zone).close()
    say(f"made {path}, in {currency}, days of {zone}")


def local_zone() -> str:
    """The machine's time zone by name, else UTC."""
    import os
    from pathlib import Path
    from zoneinfo import available_timezones

    named = os.environ.get("TZ", "").lstrip(":")
    link = Path("/etc/localtime")
    if not named and link.is_symlink():
        named = str(link.resolve()).partition("zoneinfo/")[2]
    return named if named in available_timezones() else "UTC"
