"""``folio init``: make a book."""

from pathlib import Path

from folio.cli import context
from folio.cli.asking import who
from folio.cli.options import option
from folio.cli.text import say, warn
from folio.errors import UsageError


def command(
    currency: str | None = option(
        "--currency", "CODE", "The book's base currency; EUR if not said."
    ),
    timezone: str | None = option(
        "--timezone", "ZONE", "Where the book's days begin; this machine's zone if not said."
    ),
    source: Path | None = option("--from", "FILE", "What folio export json wrote: that book."),
) -> None:
    """Make a book, with its base currency and time zone, or the one that was exported to a file.

    folio init --currency EUR --timezone Europe/Berlin
    """
    from folio.operations.keeping.create_book import init

    path = context.book_path()
    if source is not None:
        _restore(path, source, said=bool(currency or timezone))
        return
    currency = (currency or "EUR").upper()
    zone = timezone or local_zone()
    init(path, who(), currency=currency, time_zone=zone).close()
    say(f"made {path}, in {currency}, days of {zone}")
    _warn_of_place(path)


def _restore(path: Path, source: Path, *, said: bool) -> None:
    """Make the book that was exported to ``source``."""
    from folio.db.keeping.proof import head
    from folio.operations.keeping.restore import restore

    if said:
        raise UsageError("the exported book has its own currency and time zone; leave them out")
    db = restore(path, source)
    commits = head(db).partition("-")[0]
    db.close()
    say(f"made {path} from {source}: commits 1 to {commits}, and their chain holds")
    _warn_of_place(path)


def _warn_of_place(path: Path) -> None:
    """Say where a book does not lie well."""
    from folio.db.file.places import place_warning, unsafe_place

    if (place := unsafe_place(path)) is not None:
        warn(place_warning(path, place))


def local_zone() -> str:
    """The machine's time zone by name, else UTC."""
    import os
    from zoneinfo import available_timezones

    named = os.environ.get("TZ", "").lstrip(":")
    link = Path("/etc/localtime")
    if not named and link.is_symlink():
        named = str(link.resolve()).partition("zoneinfo/")[2]
    return named if named in available_timezones() else "UTC"
