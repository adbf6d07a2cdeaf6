"""``folio undo``: take a transaction back."""

from folio.cli import options
from folio.cli.asking import recording
from folio.cli.text import say


def command(transaction: options.Number, dry_run: options.DryRunOfUndo = False) -> None:
    """Undo a transaction; undoing what undid it records it again.

    folio undo 17
    """
    from folio.operations.transactions.undo import undo_transaction

    with recording(dry_run=dry_run) as write:
        undone, number, short = undo_transaction(write, transaction)
    what = f"{undone.kind} of {undone.occurred_on}"
    if dry_run:
        say(f"would undo {transaction}: {what}")
    elif undone.kind == "reversal":
        say(f"recorded {undone.reverses} again, as {number}")
    else:
        say(f"undid {transaction}: {what}; take that back with: folio undo {number}")
    for sentence in short:
        say(f"note: {sentence}")
