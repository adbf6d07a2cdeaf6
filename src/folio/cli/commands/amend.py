"""``folio amend``: correct a transaction."""

from typing import TYPE_CHECKING, Annotated

from folio.cli import options
from folio.cli.asking import book_today, recording
from folio.cli.options import flag
from folio.cli.text import say
from folio.cli.transaction_options import ALL, FORMER, stating

if TYPE_CHECKING:
    from folio.model.transactions import Draft


@stating(FORMER | ALL)
def command(
    *,
    transaction: options.Number,
    stated: dict[str, str],
    dry_run: Annotated[
        bool, flag("--dry-run", "Show what would change; record nothing.", ...)
    ] = False,
) -> None:
    """Correct a transaction: undo it and record it anew, in one commit.

    folio amend 3 --price 111.50

    What is not said stays as it was; an empty word takes it away: --lot "".
    """
    from folio.cli.phrases import phrase
    from folio.model.dates import parse_day
    from folio.operations.transactions.amend import amend_transaction

    odd: list[str] = []
    made: list[Draft] = []
    with recording(dry_run=dry_run) as write:
        today = book_today(write.db)
        number = amend_transaction(
            write, transaction, stated, today=today, told=odd.append, shown=made.append
        )
    what = "".join(f": {phrase(draft)}" for draft in made)
    if dry_run:
        say(f"would amend {transaction}{what}")
    else:
        say(f"amended {transaction}; it is transaction {number} now{what}")
    for text in odd:
        undo = "" if dry_run else f"; where that is wrong: folio amend {number}, with what is right"
        say(f"note: {text}{undo}")
    if stated.get("on") and (day := parse_day(stated["on"], today)) > today:
        say(f"note: {day} is yet to come; it counts from that day on")
