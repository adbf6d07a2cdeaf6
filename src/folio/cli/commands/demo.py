"""``folio demo``: a book with an invented portfolio."""

import shutil
import sys
import tempfile
from pathlib import Path

from folio.cli import context
from folio.cli.asking import asking, show, who
from folio.cli.text import say
from folio.model.shell_words import shell_word


def command() -> None:
    """Make a book of invented statements and show its report.

    It goes to a temporary folder, or to a new file that --db names.  Your own book is left alone.
    """
    from folio.importers import load_profiles
    from folio.operations.keeping.make_example import CURRENCY, LAST_DAY, make_example
    from folio.reports.held.page import page

    path = context.named_book() or Path(tempfile.mkdtemp(prefix="folio-demo-")) / "demo.db"
    make_example(path, who(), load_profiles(None)).close()
    context.choose_book(path)
    say(f"made {path}, an invented portfolio until {LAST_DAY}")
    if sys.stdout.isatty():
        say("")
    with asking(LAST_DAY, currency=CURRENCY) as (book, query):
        show(page(book, query), None, None, False)
    say(f"\nLook further:\n{_further(path, LAST_DAY.isoformat())}")


def _further(path: Path, day: str) -> str:
    """Commands to try next, ready to be copied."""
    commands = (
        f"report gains --period 2025 --as-of {day}",
        f"report history --by quarter --as-of {day}",
        "register --last 10",
    )
    program = "folio" if shutil.which("folio") else shell_word(sys.argv[0])
    return "\n".join(f"  {program} {words} --db {shell_word(str(path))}" for words in commands)
