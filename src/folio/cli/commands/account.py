"""``folio account``: accounts."""

import datetime as dt
from typing import Annotated

import typer

from folio.cli import lot_methods, options
from folio.cli.asking import book_today, recording
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import argument, flag, option
from folio.cli.text import say
from folio.errors import UsageError

app = new_app("Accounts: add, list, freeze, close.")

Cash = Annotated[
    bool | None,
    typer.Option("--cash/--no-cash", help="Whether its cash is in the ledger.", show_default=False),
]


@app.command("add")
def add(
    name: Annotated[str, argument("NAME", "NAME or INSTITUTION/NAME.")],
    type: str = option("--type", "TYPE", "checking, savings, brokerage, …", "other"),
    institution: str | None = option("--institution", "NAME", "Where it is."),
    institution_type: str | None = option(
        "--institution-type", "TYPE", "bank, broker, crypto-exchange …"
    ),
    currency: str | None = option("--currency", "CODE", "Of prices without one; the book's."),
    cash: Cash = None,
) -> None:
    """Add an account, and its institution where that is new.

    folio account add IBKR --type brokerage --cash
    """
    from folio.model.transactions import parse_account_ref
    from folio.operations.arranging.arrange import set_account
    from folio.operations.names import add_account, asset_for, find_institution
    from folio.operations.transactions.words import currency as currency_named

    ref = parse_account_ref(name, institution)
    ref = ref._replace(type=type, institution_type=institution_type)
    with recording() as write:
        there = find_institution(write.catalog, ref.institution or ref.name)
        if there is not None and institution_type not in (None, there.type):
            raise UsageError(
                f"{there.name} is of type {there.type} already; leave --institution-type out"
            )
        money = (
            None if currency is None else asset_for(write, currency_named(currency), create=True)
        )
        made = add_account(write, ref, currency=money, tracks_cash=bool(cash))
        if cash is False:
            set_account(write, made.key, tracks_cash=False)
        known = write.catalog.accounts_named(ref._replace(institution=None))
    say(f"added {made.key} ({made.type})")
    for other in known:
        if ref.institution is None and other.id != made.id:
            say(f"note: {other.key} has that name, too; this one is {made.institution}/{made.name}")


@app.command("list")
@listing(WHEN | WHICH | HOW)
def list_(book: Book, query: Query) -> Table:
    """List accounts."""
    from folio.reports.held.names import accounts

    return accounts(book, query)


@app.command("set")
def set_(
    name: options.AccountName,
    key: str | None = argument("[SETTING", "lot_method, and", None),
    value: str | None = argument("VALUE]", "fifo, lifo, hifo, average.", None),
    lot_method: str | None = option(
        "--lot-method", "METHOD", "Which lots go; default: the book's."
    ),
    status: str | None = option("--status", "STATUS", "active, frozen or closed."),
    currency: str | None = option("--currency", "CODE", "Of prices and amounts without one."),
    cash: Cash = None,
    complete_history: bool | None = flag(
        "--complete-history/--no-complete-history",
        "Whether its sources tell all that ever happened in it.",
        None,
    ),
    on: dt.date | None = options.dated("--on", "The closing day; today."),
    from_day: dt.date | None = options.dated("--from", "From when it is so; always."),
    rename: str | None = option("--rename", "NAME", "Another name for it."),
    note: str | None = option("--note", "TEXT", "Anything worth remembering."),
) -> None:
    """Freeze, close, reopen or rename an account, say its currency and whether it tracks cash,
    or set its lot method: folio account set IBKR lot_method average --from 2025-01-01.
    """
    from folio.db.arrangements.settings import load_settings
    from folio.operations.arranging.account_notes import against_closing, without_cash
    from folio.operations.arranging.arrange import rename_thing, set_account, write_note
    from folio.operations.arranging.lot_methods import set_lot_method
    from folio.operations.transactions.words import currency as currency_named

    method = lot_methods.stated(key, value, lot_method)
    changes = (status, currency, cash, complete_history, rename, note, method)
    if all(stated is None for stated in changes):
        raise UsageError(
            "nothing to change; say lot_method METHOD, --status, --currency, --cash, --rename "
            "or --note"
        )
    if on is not None and status != "closed":
        raise UsageError("--on is the day of closing; say --status closed, too")
    if from_day is not None and cash is None and method is None and currency is None:
        raise UsageError(
            "--from is of --currency, --cash and lot_method; say one of them, or leave it out"
        )
    with recording() as write:
        closed_on = on or book_today(write.db)
        account = set_account(
            write,
            name,
            currency=None if currency is None else currency_named(currency),
            status=status,
            closed_on=closed_on,
            tracks_cash=cash,
            complete_history=complete_history,
            from_day=from_day,
        )
        scope = ("account", account.id)
        if method is not None:
            set_lot_method(write, scope, None if method == "default" else method, from_day)
        if rename is not None:
            rename_thing(write, "accounts", account.id, rename)
        if note is not None:
            write_note(write, "accounts", account.id, note)
        methods = lot_methods.in_force(load_settings(write.db), scope)
        notes = [*against_closing(write.db, account, closed_on)] if status == "closed" else []
        notes += without_cash(write.db, account, from_day) if cash else []
    say(f"changed {account.key}" if method is None else f"lot_method of {account.key}: {methods}")
    for sentence in notes:
        say(f"note: {sentence}")
