"""``folio status``: what wants attention."""

import typer

from folio.cli import context
from folio.cli.asking import asking, filters, show


def command(
    as_of: context.AsOf = None,
    group: context.GroupFilter = None,
    account: context.AccountFilter = None,
    institution: context.InstitutionFilter = None,
    asset: context.AssetFilter = None,
    type: context.TypeFilter = None,
    output: context.Output = None,
    file: context.File = None,
) -> None:
    """List what wants attention, with the command that settles it; exit code 3 if anything."""
    from folio.reports.status import status

    chosen = filters(group, account, institution, asset, type)
    with asking(as_of, None, None, chosen) as (book, query):
        table = status(book, query)
        show(table, output, file, False)
    if table.rows:
        raise typer.Exit(3)
