"""``folio group``: tags on holdings and accounts."""

from folio.cli import options
from folio.cli.asking import recording
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, KNOWN, Book, Query, Table, listing
from folio.cli.options import option
from folio.cli.text import say

app = new_app("Groups of holdings and accounts.")


@app.command("add")
def add(name: options.GroupName) -> None:
    """Make a group.

    folio group add longterm
    """
    from folio.operations.arranging.shown import add_group

    with recording() as write:
        add_group(write, name)
    say(f"made the group {name}")


@app.command("list")
@listing(KNOWN | HOW)
def list_(book: Book, query: Query) -> Table:
    """List groups and their members."""
    from folio.reports.held.names import groups

    return groups(book, query)


_NOW = {"member": "in", "excluded": "left out of", None: "no longer tagged for"}


def _tagging(name: str, help: str, membership: str | None) -> None:
    @app.command(name, help=f"{help}\n\nfolio group {name} Core --account IBKR --asset VWCE")
    def change(
        group: options.GroupName,
        account: options.InAccount,
        asset: str | None = option("--asset", "SYMBOL", "One of its holdings; else all."),
        label: options.Label = "",
    ) -> None:
        from folio.operations.arranging.shown import get_group, tag_group

        with recording() as write:
            number = get_group(write, group)
            what = tag_group(write, number, membership, account=account, asset=asset, label=label)
        say(f"{what} is {_NOW[membership]} {group}")


_tagging("tag", "Take an account, its future holdings too, or one holding in.", "member")
_tagging("untag", "Take a tag away.", None)
_tagging("exclude", "Leave a holding of a tagged account out.", "excluded")


@app.command("rename")
def rename(name: options.GroupName, new: options.NewName) -> None:
    """Give a group another name.

    folio group rename Core Retirement
    """
    from folio.operations.arranging.arrange import rename_thing
    from folio.operations.arranging.shown import get_group

    with recording() as write:
        named = rename_thing(write, "groups", get_group(write, name), new)
    say(f"{name} is {named} now")
