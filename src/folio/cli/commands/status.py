"""``folio status``: what wants attention."""

import typer

from folio.cli import options
from folio.cli.asking import asking, filters, show


def command(
    as_of: options.AsOf = None,
    group: options.GroupFilter = None,
    account: options.AccountFilter = None,
    institution: options.InstitutionFilter = None,
    asset: options.AssetFilter = None,
    type: options.TypeFilter = None,
    output: options.Output = None,
    file: options.File = None,
) -> None:
    """List what wants attention, with the command that settles it; exit code 3 if anything."""
    from folio.reports.status import status

    chosen = filters(group, account, institution, asset, type)
    with asking(as_of, None, None, chosen) as (book, query):
        table = status(book, query)
        show(table, output, file, False)
    if table.rows:
        raise typer.Exit(3)
