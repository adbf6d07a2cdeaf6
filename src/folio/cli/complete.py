"""What the tab key offers: the names of the book.

A completion never fails and never writes: where there is no book, it offers nothing.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import typer

from folio.cli import context

if TYPE_CHECKING:
    from folio.db.catalog import Catalog

Offer = Callable[[str], list[str]]


@contextlib.contextmanager
def _catalog() -> "Iterator[Catalog]":
    from folio.db.catalog import Catalog

    with context.open_book() as db:
        yield Catalog(db)


def _offer(names: "Callable[[Catalog], Iterable[str]]") -> Offer:
    def offer(incomplete: str) -> list[str]:
        with contextlib.suppress(Exception), _catalog() as catalog:
            wanted = incomplete.casefold()
            return sorted(n for n in names(catalog) if n.casefold().startswith(wanted))
        return []

    return offer


def _account_names(catalog: "Catalog") -> Iterable[str]:
    names = [account.name for account in catalog.accounts.values()]
    return [a.name if names.count(a.name) == 1 else a.key for a in catalog.accounts.values()]


accounts = _offer(_account_names)
assets = _offer(lambda catalog: [asset.key for asset in catalog.assets.values()])
institutions = _offer(lambda catalog: [i.name for i in catalog.institutions.values()])
groups = _offer(lambda catalog: catalog.groups.values())


def _vault_names(catalog: "Catalog") -> Iterable[str]:
    from folio.db.vaults import read_vaults

    return [vault.name for vault in read_vaults(catalog.db)]


vaults = _offer(_vault_names)


def transaction_words(ctx: typer.Context, incomplete: str) -> list[str]:
    """The words of ``add-tx``: a kind, then a quantity, then an asset."""
    from folio.model.transactions import KINDS

    said = ctx.params.get("words") or ()
    if not said:
        return [kind for kind in KINDS if kind.startswith(incomplete) and kind != "reversal"]
    return assets(incomplete) if not incomplete[:1].isdigit() else []


def figures(incomplete: str) -> list[str]:
    """The figures that can be explained."""
    from folio.reports.explain import FIGURES

    return [name for name in FIGURES if name.startswith(incomplete.lower())]


def explained(ctx: typer.Context, incomplete: str) -> list[str]:
    """What a figure may be about: a vault, or an asset."""
    from folio.reports.explain import FIGURES

    told = FIGURES.get(str(ctx.params.get("figure")))
    return (vaults if told is not None and told.about == "vault" else assets)(incomplete)


def profiles(incomplete: str) -> list[str]:
    """The names of statement profiles."""
    with contextlib.suppress(Exception):
        from folio.cli.profiles import all_profiles
        from folio.importers.formats import FORMATS

        return sorted(name for name in {*all_profiles(), *FORMATS} if name.startswith(incomplete))
    return []
