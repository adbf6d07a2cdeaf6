"""``folio observe``: record a balance as you see it."""

from folio.cli import options
from folio.cli.asking import book_today, recording
from folio.cli.options import argument, flag, option
from folio.cli.text import say
from folio.errors import UsageError

# What is owed is a negative balance: a word, not an option.
context_settings = {"ignore_unknown_options": True}


def command(
    account: str | None = argument("ACCOUNT", "The account.", None),
    asset: str | None = argument("ASSET", "The asset.", None),
    balance: str | None = argument("BALANCE", "How much of it.", None),
    on: str | None = option("--on", "DAY", "At the end of this day; today."),
    source: str = option("--source", "SOURCE", "Who says so.", "user-entered"),
    label: options.Label = "",
    note: str = option("--note", "TEXT", "What to remember of it.", ""),
    batch: str | None = option("--batch", "FILE", "NDJSON or CSV from a file; - is stdin."),
    create: options.Create = False,
    supersede: options.Supersede = False,
    undo: bool = flag("--undo", "Take back what the source said of that day."),
    dry_run: options.DryRun = False,
) -> None:
    """Record that a holding's balance was so much at the end of a day.

    folio observe wise EUR 2741.70 --on 2025-06-30
    """
    from folio.model.dates import parse_day
    from folio.operations.reconciling.observe import observe_all

    if on is not None and not on.strip():
        raise UsageError("--on is empty; say it, or leave it out")
    if undo:
        if batch is not None or balance is not None or create or supersede or note:
            raise UsageError("--undo takes the account, the asset and --on DAY, and nothing new")
        _take_back(account, asset, on, source, label, dry_run=dry_run)
        return
    if batch is not None:
        from folio.cli.inputs import read_text

        beside = account is not None or on is not None or label or note
        if beside or source != "user-entered":
            raise UsageError("a batch says everything in its rows; leave out the other words")
        rows = read_text(batch)
    elif account is None or asset is None or balance is None:
        raise UsageError("say the account, the asset and the balance, or --batch FILE")
    from folio.model.numbers import parse_plain
    from folio.model.transactions import parse_account_ref
    from folio.operations.arranging.odd_signs import odd_balance

    with recording(dry_run=dry_run) as write:
        today = book_today(write.db)
        words = {
            "account": account or "", "asset": asset or "", "balance": balance or "",
            "on": on or "", "source": source, "label": label, "note": note,
        }  # fmt: skip
        what = rows if batch is not None else words
        counts = observe_all(write, what, today=today, create=create, supersede=supersede)
        said = None if batch is not None or account is None else parse_account_ref(account)
        odd = said and odd_balance(write.db, said, parse_plain(balance or "0"))
    if batch is None:
        verb = "already there" if counts.already else "would record" if dry_run else "recorded"
        day = parse_day(on, today) if on else today
        say(f"{verb}: {balance} {_named(asset, label)} in {account} on {day}")
        if odd:
            say(f"note: {odd}")
        for text in counts.odds:
            say(f"note: {text}; see folio reconcile, or correct it with --supersede")
        return
    verb = "would be recorded" if dry_run else "recorded"
    say(f"{counts.read} read: {counts.recorded} {verb}, {counts.already} already there")
    for text in counts.odds:
        say(f"  note: {text}")


def _take_back(
    account: str | None,
    asset: str | None,
    on: str | None,
    source: str,
    label: str,
    *,
    dry_run: bool,
) -> None:
    from folio.model.dates import parse_day
    from folio.model.numbers import to_text
    from folio.operations.reconciling.observe import take_back_balance

    if account is None or asset is None:
        raise UsageError("say the account and the asset whose balance is taken back")
    with recording(dry_run=dry_run) as write:
        today = book_today(write.db)
        day = parse_day(on, today) if on else today
        said = take_back_balance(write, account, asset, day=day, source=source, label=label)
    verb = "would take back" if dry_run else "took back"
    say(f"{verb}: {to_text(said)} {_named(asset, label)} in {account} on {day}")


def _named(asset: str | None, label: str) -> str:
    return f"{asset} [{label}]" if label else f"{asset}"
