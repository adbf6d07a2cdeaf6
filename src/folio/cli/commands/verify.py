"""``folio verify``: prove that nothing was touched."""

import typer

from folio.cli import context
from folio.cli.options import flag, option
from folio.cli.text import say, visible
from folio.errors import UsageError


def command(
    head: bool = flag("--head", "Only print the chain's head, to be kept elsewhere."),
    expect: str | None = option("--expect", "HEAD", "The book must contain this head."),
) -> None:
    """Check the file, the chain of commits and every derived row; exit code 3 for a fault."""
    from folio.cli.progress import bar
    from folio.db.keeping import proof
    from folio.operations.keeping.verify import faults, parse_head

    if head and expect is not None:
        raise UsageError("--head prints the head and checks nothing; leave it or --expect out")
    kept = None if expect is None else parse_head(expect)[0]
    with context.open_book() as db:
        if head:
            print(proof.head(db))
            return
        with bar(db) as watch:
            wrong = list(faults(db, expect, watch))
        found = "" if wrong else proof.head(db)
    for sentence in wrong:
        print(visible(sentence))
    if wrong:
        say("what can be repaired, and how, says: folio doctor")
        raise typer.Exit(3)
    last = int(found.partition("-")[0])
    say(f"verified up to commit {last}{'' if kept is None else _since(last - kept)}")


def _since(commits: int) -> str:
    """How long ago the head was kept."""
    if commits < 1:  # or more were recorded while it was verified
        return ", which is the head that was kept"
    return f"; the head that was kept is {commits} commit{'s' if commits > 1 else ''} older"
