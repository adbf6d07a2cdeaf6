"""``folio amend``: correct a transaction."""

from typing import Annotated

import typer

from folio.cli import context
from folio.cli.asking import book_today, who
from folio.cli.text import say


def command(
    transaction: Annotated[
        int, typer.Argument(metavar="TX", help="The transaction's number, as register shows it.")
    ],
    quantity: Annotated[
        str | None, typer.Option("--quantity", metavar="NUMBER", help="How many units.")
    ] = None,
    price: Annotated[
        str | None, typer.Option("--price", metavar="NUMBER", help="Per unit, as quoted.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="Of price and amount.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="NUMBER", help="The cash.")
    ] = None,
    fee: Annotated[
        str | None, typer.Option("--fee", metavar="NUMBER", help="What it cost on top.")
    ] = None,
    tax: Annotated[
        str | None, typer.Option("--tax", metavar="NUMBER", help="What was withheld or paid.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day.")] = None,
    asset: Annotated[
        str | None, typer.Option("--asset", metavar="SYMBOL", help="The asset.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="The account.")
    ] = None,
    cost: Annotated[
        str | None, typer.Option("--cost", metavar="NUMBER", help="What came in had cost.")
    ] = None,
    lot: Annotated[
        str | None,
        typer.Option("--lot", metavar="TX[:UNITS],…", help="The lots sold; empty: by the method."),
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="Anything worth remembering.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; record nothing.")
    ] = False,
) -> None:
    """Correct a transaction: undo it and record it anew, in one commit."""
    from folio.model.dates import parse_day
    from folio.operations.undo import amend_transaction

    stated = {
        "quantity": quantity, "price": price, "currency": currency, "amount": amount, "fee": fee,
        "tax": tax, "on": on, "asset": asset, "account": account, "cost": cost, "lot": lot,
        "note": note,
    }  # fmt: skip
    changes = {key: text for key, text in stated.items() if text is not None}
    with context.open_book() as db:
        today = book_today(db)
        _, outcome = amend_transaction(
            db, who(), transaction, changes, today=today, dry_run=dry_run
        )
    if dry_run:
        say(f"would amend {transaction}, as transaction {outcome.transaction_id}")
    else:
        say(f"amended {transaction}; it is transaction {outcome.transaction_id} now")
    if on is not None and (day := parse_day(on, today)) > today:
        say(f"note: {day} is yet to come; it counts from that day on")
