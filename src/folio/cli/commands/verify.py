"""``folio verify``: prove that nothing was touched."""

from typing import Annotated

import typer

from folio.cli import context
from folio.cli.text import say


def command(
    head: Annotated[
        bool, typer.Option("--head", help="Only print the chain's head, to be kept elsewhere.")
    ] = False,
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="HEAD", help="The book must contain this head."),
    ] = None,
) -> None:
    """Check the file, the chain of commits and every derived row; exit code 3 for a fault."""
    from folio.db import proof
    from folio.operations.verify import faults

    with context.open_book(bulk=True) as db:
        found = proof.head(db)
        if head:
            print(found)
            return
        wrong = list(faults(db, expect))
    for sentence in wrong:
        print(sentence)
    if wrong:
        raise typer.Exit(3)
    say(f"verified up to commit {found.partition('-')[0]}")
