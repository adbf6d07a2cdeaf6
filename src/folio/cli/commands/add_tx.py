"""``folio add-tx``: record a transaction, or a batch of them."""

import sys
from typing import Annotated, Any

import typer

from folio.cli import context
from folio.cli.asking import book_today, who
from folio.cli.text import say
from folio.errors import UsageError

# A negative number is a word, not an option, so that folio can say what is wrong with it.
context_settings = {"ignore_unknown_options": True}


def _option(flag: str, help: str, metavar: str) -> Any:
    return typer.Option(flag, help=help, metavar=metavar)


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KIND [QUANTITY] [ASSET]",
            help="Such as: buy 10 VWCE; deposit 500 EUR; split VWCE; dividend VWCE.",
            show_default=False,
        ),
    ] = None,
    account: Annotated[
        str | None,
        _option("--account", "The account: NAME or INSTITUTION/NAME.", "NAME"),
    ] = None,
    on: Annotated[str | None, _option("--on", "The day; today if not said.", "DAY")] = None,
    at: Annotated[str | None, _option("--at", "The instant, where it matters.", "INSTANT")] = None,
    price: Annotated[str | None, _option("--price", "Per unit, as quoted.", "NUMBER")] = None,
    currency: Annotated[
        str | None,
        _option("--currency", "Of price, amount, fee; the account's or the book's.", "CODE"),
    ] = None,
    amount: Annotated[
        str | None, _option("--amount", "The cash, where it is not quantity × price.", "NUMBER")
    ] = None,
    fee: Annotated[str | None, _option("--fee", "What it cost on top.", "NUMBER")] = None,
    fee_currency: Annotated[
        str | None, _option("--fee-currency", "In what the fee was paid.", "CODE")
    ] = None,
    tax: Annotated[str | None, _option("--tax", "What was withheld or paid.", "NUMBER")] = None,
    to_account: Annotated[
        str | None,
        _option("--to-account", "Where a transfer goes.", "NAME"),
    ] = None,
    to_asset: Annotated[
        str | None,
        _option("--to-asset", "What a swap or merger brought.", "SYMBOL"),
    ] = None,
    to_quantity: Annotated[
        str | None, _option("--to-quantity", "How much of it, or how much arrived.", "NUMBER")
    ] = None,
    related_asset: Annotated[
        str | None,
        _option("--related-asset", "Who paid, or the parent company.", "SYMBOL"),
    ] = None,
    ratio: Annotated[
        str | None, _option("--ratio", "A split: new units for old, such as 2:1.", "NEW:OLD")
    ] = None,
    cost_share: Annotated[
        str | None,
        _option("--cost-share", "A spin-off: this part of the cost moves, such as 12.5%.", "PART"),
    ] = None,
    cost: Annotated[
        str | None, _option("--cost", "What came in had cost so much in all.", "NUMBER")
    ] = None,
    acquired_on: Annotated[
        str | None, _option("--acquired-on", "What came in was acquired then.", "DAY")
    ] = None,
    lot: Annotated[
        str | None,
        _option("--lot", "Sell these lots: 12, or 12:5,14:2.5.", "TX[:UNITS],…"),
    ] = None,
    label: Annotated[str | None, _option("--label", "A pot within the holding.", "NAME")] = None,
    note: Annotated[str | None, _option("--note", "Anything worth remembering.", "TEXT")] = None,
    id: Annotated[
        str | None, _option("--id", "Your own id: the same one is recorded once.", "TEXT")
    ] = None,
    type: Annotated[
        str | None, _option("--type", "Of the asset, where it is new or shared.", "TYPE")
    ] = None,
    market: Annotated[
        str | None, _option("--market", "Where a symbol is shared, such as XETR.", "MIC")
    ] = None,
    isin: Annotated[str | None, _option("--isin", "The asset's ISIN.", "ISIN")] = None,
    institution: Annotated[str | None, _option("--institution", "Of the account.", "NAME")] = None,
    batch: Annotated[
        str | None, _option("--batch", "NDJSON or CSV from this file; - is stdin.", "FILE")
    ] = None,
    create: Annotated[
        bool, typer.Option("--create", help="Make accounts and assets that are new.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Take a price that looks like pence for pounds.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be recorded; record nothing.")
    ] = False,
) -> None:
    """Record a transaction.

    folio add-tx buy 10 VWCE --price 118.20 --fee 1 --account ibkr --on 2025-03-04
    """
    stated = {
        "account": account, "on": on, "at": at, "price": price, "currency": currency,
        "amount": amount, "fee": fee, "fee_currency": fee_currency, "tax": tax,
        "to_account": to_account, "to_asset": to_asset, "to_quantity": to_quantity,
        "related_asset": related_asset, "ratio": ratio, "cost_share": cost_share, "cost": cost,
        "acquired_on": acquired_on, "lot": lot, "label": label, "note": note, "id": id,
        "type": type, "market": market, "isin": isin, "institution": institution,
    }  # fmt: skip
    options = {key: text for key, text in stated.items() if text is not None}
    for key, text in options.items():
        if not text.strip() and key not in ("note", "label"):
            raise UsageError(f"--{key.replace('_', '-')} is empty; say it, or leave it out")
    if batch is not None:
        if words or options:
            raise UsageError("a batch says everything in its rows; leave out the other words")
        return _batch(batch, create=create, force=force, dry_run=dry_run)
    return _one(_spoken(words or []) | options, create=create, force=force, dry_run=dry_run)


def _spoken(words: list[str]) -> dict[str, str]:
    """KIND QUANTITY ASSET, or KIND ASSET."""
    for word in words:
        if word.startswith("-") and not word[1:2].isdigit() and not word.startswith("-."):
            raise UsageError(f"no such option: {word.split('=')[0]}; see: folio add-tx --help")
    if not words:
        raise UsageError("say what happened, such as: folio add-tx buy 10 VWCE --price 118.20")
    kind, *rest = words
    if len(rest) > 2:
        raise UsageError(f"{rest[2]!r} is one word too many; see: folio add-tx --help")
    said = {"kind": kind}
    if len(rest) == 2:
        quantity, asset = rest
        if _is_name(quantity) and not _is_name(asset):
            quantity, asset = asset, quantity
        return said | {"quantity": quantity, "asset": asset}
    if rest:
        return said | {"asset" if _is_name(rest[0]) else "quantity": rest[0]}
    return said


def _is_name(word: str) -> bool:
    return not word[:1].isdigit() and word[:1] not in "+-." and word.lower() not in ("nan", "inf")


def _one(words: dict[str, str], *, create: bool, force: bool, dry_run: bool) -> None:
    from folio.cli.phrases import phrase
    from folio.operations.add_transactions import add_transaction
    from folio.operations.record import ALREADY

    with context.open_book() as db:
        today = book_today(db)
        added = add_transaction(
            db, who(), words, today=today, create=create, force=force, dry_run=dry_run
        )
    (draft,), (outcome,) = added.drafts, added.outcomes
    _say_made(added.made, dry_run=dry_run)
    if outcome.status == ALREADY:
        say(f"already there, as transaction {outcome.transaction_id}")
    elif dry_run:
        say(f"would record: {phrase(draft)}")
    else:
        say(f"recorded {outcome.transaction_id}: {phrase(draft)}")
    if draft.occurred_on > today:
        say(f"note: {draft.occurred_on} is yet to come; it counts from that day on")
    if outcome.in_place_of is not None:
        say(f"it {'would take' if dry_run else 'took'} the place of accrual {outcome.in_place_of}")
    _say_linked(added.linked, dry_run=dry_run)


def _say_made(made: list[str], *, dry_run: bool) -> None:
    for what in made:
        hint = "; say what it is with: folio asset set" if what.endswith("(other)") else ""
        hint = hint if what.startswith("asset") else ""
        say(f"{'would make' if dry_run else 'made'} {what}{hint}")


def _say_linked(linked: list[str], *, dry_run: bool) -> None:
    for transfer in linked:
        say(f"{'would link' if dry_run else 'linked'} {transfer}")


def _batch(source: str, *, create: bool, force: bool, dry_run: bool) -> None:
    from folio.cli.inputs import read_text
    from folio.operations.add_transactions import add_batch
    from folio.operations.record import ALREADY, RECORDED

    text = read_text(source)
    with context.open_book(bulk=True) as db:
        today = book_today(db)
        added = add_batch(db, who(), text, today=today, create=create, force=force, dry_run=dry_run)
    _say_made(added.made, dry_run=dry_run)
    recorded, already = added.count(RECORDED), added.count(ALREADY)
    verb = "would be recorded" if dry_run else "recorded"
    say(f"{len(added.outcomes)} read: {recorded} {verb}, {already} already there")
    planned = [draft.occurred_on for draft in added.drafts if draft.occurred_on > today]
    if planned:
        say(f"  note: {len(planned)} from {min(planned)} on are yet to come, and count then")
    replaced = sum(outcome.in_place_of is not None for outcome in added.outcomes)
    if replaced:
        say(f"  {replaced} of interest, in the place of what was accrued")
    _say_linked(added.linked, dry_run=dry_run)
    sys.stderr.flush()
