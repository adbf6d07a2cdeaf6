"""``folio amend``: correct a transaction."""

from typing import Annotated

import typer

from folio.cli import context
from folio.cli import transaction_options as words_of
from folio.cli.asking import book_today, who
from folio.cli.text import say


def command(
    transaction: Annotated[
        int, typer.Argument(metavar="TX", help="The transaction's number, as register shows it.")
    ],
    quantity: Annotated[
        str | None, typer.Option("--quantity", metavar="NUMBER", help="How many units.")
    ] = None,
    asset: Annotated[
        str | None,
        typer.Option("--asset", metavar="SYMBOL", help="The asset."),
    ] = None,
    account: words_of.Account = None,
    on: words_of.On = None,
    at: words_of.At = None,
    price: words_of.Price = None,
    currency: words_of.Currency = None,
    amount: words_of.Amount = None,
    fee: words_of.Fee = None,
    fee_currency: words_of.FeeCurrency = None,
    tax: words_of.Tax = None,
    to_account: words_of.ToAccount = None,
    to_asset: words_of.ToAsset = None,
    to_quantity: words_of.ToQuantity = None,
    related_asset: words_of.RelatedAsset = None,
    ratio: words_of.Ratio = None,
    cost_share: words_of.CostShare = None,
    cost: words_of.Cost = None,
    acquired_on: words_of.AcquiredOn = None,
    lot: words_of.Lot = None,
    label: words_of.Label = None,
    to_label: words_of.ToLabel = None,
    note: words_of.Note = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; record nothing.")
    ] = False,
) -> None:
    """Correct a transaction: undo it and record it anew, in one commit.

    What is not said stays as it was; an empty word takes it away: --lot "".
    """
    from folio.model.dates import parse_day
    from folio.operations.amend import amend_transaction

    stated = {
        "quantity": quantity, "asset": asset, "account": account, "on": on, "at": at,
        "price": price, "currency": currency, "amount": amount, "fee": fee,
        "fee_currency": fee_currency, "tax": tax, "to_account": to_account, "to_asset": to_asset,
        "to_quantity": to_quantity, "related_asset": related_asset, "ratio": ratio,
        "cost_share": cost_share, "cost": cost, "acquired_on": acquired_on, "lot": lot,
        "label": label, "to_label": to_label, "note": note,
    }  # fmt: skip
    changes = {key: text for key, text in stated.items() if text is not None}
    with context.open_book() as db:
        today = book_today(db)
        number = amend_transaction(db, who(), transaction, changes, today=today, dry_run=dry_run)
    if dry_run:
        say(f"would amend {transaction}, as transaction {number}")
    else:
        say(f"amended {transaction}; it is transaction {number} now")
    if on is not None and (day := parse_day(on, today)) > today:
        say(f"note: {day} is yet to come; it counts from that day on")
