"""``folio holding``: what accounts hold."""

from typing import Annotated

from folio.cli import lot_methods, options
from folio.cli.asking import recording
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import argument, flag
from folio.cli.text import say
from folio.model.shell_words import shell_words

app = new_app("Holdings: add, list, hide, leave out of totals.")


@app.command("add")
def add(account: options.AccountName, asset: options.AssetName, label: options.Label = "") -> None:
    """Add a holding, before anything is in it: a pot, or what a vault will be filled from.

    folio holding add Wise EUR --label holidays
    """
    from folio.model.assets import parse_asset_ref
    from folio.model.transactions import parse_account_ref
    from folio.operations.names import asset_for, get_account, holding_for

    with recording() as write:
        where = get_account(write.catalog, parse_account_ref(account))
        what = asset_for(write, parse_asset_ref(asset), create=False)
        made = holding_for(write, where, what, label)
        described = write.catalog.describe(made)
    say(f"added {described}")


@app.command("list")
@listing(WHEN | WHICH | HOW)
def list_(book: Book, query: Query, everything: bool = flag("--all", "Hidden ones too.")) -> Table:
    """List holdings, their evidence and their flags."""
    from folio.reports.held.names import holdings

    return holdings(book, query, hidden=everything)


@app.command("set")
def set_(
    account: options.AccountName,
    asset: options.AssetName,
    key: Annotated[str, argument("SETTING", "lot_method.")],
    value: Annotated[str, argument("VALUE", "fifo, lifo, hifo, average, or default.")],
    from_day: options.FromDay = None,
    label: options.Label = "",
) -> None:
    """Set a holding's lot method: folio holding set IBKR VWCE lot_method lifo."""
    from folio.db.arrangements.settings import load_settings
    from folio.operations.arranging.arrange import get_holding
    from folio.operations.arranging.lot_methods import set_lot_method

    method = lot_methods.stated(key, value)
    with recording() as write:
        holding = get_holding(write, account, asset, label)
        scope = ("holding", holding.id)
        set_lot_method(write, scope, None if method == "default" else method, from_day)
        described = write.catalog.describe(holding)
        now = lot_methods.in_force(load_settings(write.db), scope)
    say(f"lot_method of {described}: {now}")


def _flag(name: str, help: str, flag: str, on: bool, now: str, back: str = "") -> None:
    """A command that sets a flag: the holding is ``now`` so, and ``back`` takes that back."""

    @app.command(name, help=f"{help}\n\nfolio holding {name} Kraken ETH")
    def change(
        account: options.AccountName, asset: options.AssetName, label: options.Label = ""
    ) -> None:
        from folio.operations.arranging.arrange import get_holding
        from folio.operations.arranging.shown import set_flag

        with recording() as write:
            holding = get_holding(write, account, asset, label)
            set_flag(write, holding, flag, on)
            described = write.catalog.describe(holding)
        named = shell_words(account, asset, *(["--label", label] if label else []))
        undone = f"; take that back with: folio holding {back} {named}" if back else ""
        say(f"{described} {now}{undone}")


_flag(
    "hide",
    "Leave a holding out of every list and total; its figures are kept.",
    "hidden",
    True,
    "is hidden, and in no list or total",
    "show",
)
_flag("show", "Show a hidden holding again.", "hidden", False, "is not hidden")
_flag(
    "deactivate",
    "List a holding, and leave it out of totals.",
    "inactive",
    True,
    "is inactive, and in no total",
    "activate",
)
_flag("activate", "Count a holding in totals again.", "inactive", False, "is active")
