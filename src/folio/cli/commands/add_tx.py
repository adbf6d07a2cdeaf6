"""``folio add-tx``: record a transaction, or a batch of them."""

import sys
from typing import Annotated

import typer

from folio.cli import options
from folio.cli.asking import book_today, recording
from folio.cli.options import flag, option
from folio.cli.text import say
from folio.cli.transaction_options import ALL, NEW, stating
from folio.errors import UsageError

_OPTIONS = [f"--{key.replace('_', '-')}" for key in ALL | NEW]
# A negative number is a word, not an option, so that folio can say what is wrong with it.
context_settings = {"ignore_unknown_options": True}


@stating(ALL | NEW)
def command(
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KIND [QUANTITY] [ASSET]",
            help="Such as: buy 10 VWCE; deposit 500 EUR; split VWCE; dividend VWCE.",
            show_default=False,
        ),
    ] = None,
    stated: dict[str, str],
    batch: Annotated[
        str | None, option("--batch", "FILE", "NDJSON or CSV from this file; - is stdin.", ...)
    ] = None,
    create: options.Create = False,
    force: Annotated[
        bool, flag("--force", "Take a price that looks like pence for pounds.", ...)
    ] = False,
    dry_run: options.DryRun = False,
) -> None:
    """Record a transaction.

    folio add-tx buy 10 VWCE --price 118.20 --fee 1 --account ibkr --on 2025-03-04
    """
    for key, text in stated.items():
        if not text.strip() and key not in ("note", "label", "to_label"):
            raise UsageError(f"--{key.replace('_', '-')} is empty; say it, or leave it out")
    if batch is not None:
        if words or stated:
            raise UsageError("a batch says everything in its rows; leave out the other words")
        return _batch(batch, create=create, force=force, dry_run=dry_run)
    return _one(_spoken(words or [], stated) | stated, create=create, force=force, dry_run=dry_run)


def _spoken(words: list[str], stated: dict[str, str]) -> dict[str, str]:
    """KIND QUANTITY ASSET, or KIND ASSET."""
    for word in words:
        if word.startswith("-") and not word[1:2].isdigit() and not word.startswith("-."):
            from folio.cli.usage import no_such_option  # only where something is wrong

            what = no_such_option(word.split("=")[0], _OPTIONS)
            raise UsageError(f"{what}; see: folio add-tx --help")
    if not words:
        raise UsageError("say what happened, such as: folio add-tx buy 10 VWCE --price 118.20")
    kind, *rest = words
    if len(rest) > 2:
        option = "--account" if _is_name(rest[2]) and rest[2] not in ("at", "@") else "--price"
        raise UsageError(
            f"{rest[2]!r} is one word too many (or {option} is missing before it); "
            "see: folio add-tx --help"
        )
    said = {"kind": kind}
    if len(rest) == 2:
        quantity, asset = rest
        if _is_name(quantity) and not _is_name(asset):
            quantity, asset = asset, quantity
        return said | {"quantity": quantity, "asset": asset}
    if rest:
        is_asset = _is_name(rest[0]) or not stated.keys().isdisjoint(("ratio", "amount"))
        return said | {"asset" if is_asset else "quantity": rest[0]}
    return said


def _is_name(word: str) -> bool:
    """Whether it cannot be meant as a number: 1INCH and 7203:XTKS cannot, 7203, 1e5 and €5 can."""
    if word[:1].isdigit() or word[:1] in "+-.€$£¥₹₿":
        return any(letter.isalpha() for letter in word.lower().replace("e", "", 1))
    return word.lower() not in ("nan", "inf")


def _one(words: dict[str, str], *, create: bool, force: bool, dry_run: bool) -> None:
    from folio.cli.phrases import doubt, phrase
    from folio.operations.arranging.odd_signs import odd_opening
    from folio.operations.transactions.add_transactions import add_transaction
    from folio.operations.transactions.record import ALREADY

    with recording(dry_run=dry_run) as write:
        today = book_today(write.db)
        added = add_transaction(write, words, today=today, create=create, force=force)
        (draft,), (outcome,) = added.drafts, added.outcomes
        odd = doubt(draft) or odd_opening(write.db, draft)
    _say_made(added.made, dry_run=dry_run)
    if outcome.status == ALREADY:
        say(f"already there, as transaction {outcome.transaction_id}")
    elif dry_run:
        say(f"would record: {phrase(draft)}")
    else:
        say(f"recorded {outcome.transaction_id}: {phrase(draft)}")
    for note in [*added.notes, *([odd] if odd else [])]:
        say(f"note: {note}")
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
    from folio.operations.transactions.add_transactions import add_batch
    from folio.operations.transactions.record import ALREADY, RECORDED

    text = read_text(source)
    with recording(dry_run=dry_run) as write:
        today = book_today(write.db)
        added = add_batch(write, text, today=today, create=create, force=force)
    _say_made(added.made, dry_run=dry_run)
    recorded, already = added.count(RECORDED), added.count(ALREADY)
    verb = "would be recorded" if dry_run else "recorded"
    say(f"{len(added.outcomes)} read: {recorded} {verb}, {already} already there")
    for note in added.notes:
        say(f"  note: {note}")
    planned = [draft.occurred_on for draft in added.drafts if draft.occurred_on > today]
    if planned:
        say(f"  note: {len(planned)} from {min(planned)} on are yet to come, and count then")
    replaced = sum(outcome.in_place_of is not None for outcome in added.outcomes)
    if replaced:
        say(f"  {replaced} of interest, in the place of what was accrued")
    _say_linked(added.linked, dry_run=dry_run)
    sys.stderr.flush()
