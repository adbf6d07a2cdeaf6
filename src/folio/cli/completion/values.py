"""What the tab key offers: the names of the book.

A completion never fails and never writes: where there is no book, it offers nothing.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from folio.cli import context, preferences

if TYPE_CHECKING:
    from folio.db.arrangements.catalog import Catalog

Named = tuple[str, str]  # a name, and what it is
Offer = Callable[[str], list[Named]]
Said = Mapping[str, Any]  # what the line gives the command's parameters so far


@contextlib.contextmanager
def _catalog() -> "Iterator[Catalog]":
    from folio.db.arrangements.catalog import Catalog
    from folio.db.file.glance import glance

    with contextlib.closing(glance(context.book_path())) as db:
        yield Catalog(db)


def _offer(names: "Callable[[Catalog], Iterable[Named]]") -> Offer:
    def offer(incomplete: str) -> list[Named]:
        with contextlib.suppress(Exception), _catalog() as catalog:
            wanted = incomplete.casefold()
            return sorted(n for n in names(catalog) if n[0].casefold().startswith(wanted))
        return []

    return offer


def _words(*words: str) -> Offer:
    def offer(incomplete: str) -> list[Named]:
        return [(word, "") for word in words if word.startswith(incomplete.lower())]

    return offer


def _account_names(catalog: "Catalog") -> Iterable[Named]:
    """By name where that is enough; else, or once a slash is there, by institution and name."""
    every = list(catalog.accounts.values())
    names = [account.name.casefold() for account in every]
    for one in every:
        if names.count(one.name.casefold()) == 1:
            yield one.name, f"{one.type}, {one.institution}"
        yield one.key, f"{one.type}, {one.institution}"


def _accounts(incomplete: str) -> list[Named]:
    whole = [one for one in _every_account(incomplete) if "/" in incomplete or "/" not in one[0]]
    return whole or _every_account(incomplete)


_every_account = _offer(_account_names)
accounts = _accounts
assets = _offer(lambda catalog: [(a.key, a.name or a.type) for a in catalog.assets.values()])
currencies = _offer(
    lambda catalog: [(a.symbol, a.name) for a in catalog.assets.values() if a.is_currency]
)
institutions = _offer(lambda catalog: [(i.name, i.type) for i in catalog.institutions.values()])
groups = _offer(lambda catalog: [(name, "") for name in catalog.groups.values()])
labels = _offer(lambda catalog: {(h.label, "") for h in catalog.holdings.values() if h.label})
markets = _offer(lambda catalog: {(a.market, "") for a in catalog.assets.values() if a.market})


def _vault_names(catalog: "Catalog") -> Iterable[Named]:
    from folio.db.arrangements.vaults import read_vaults

    return [(vault.name, "") for vault in read_vaults(catalog.db)]


def _source_names(catalog: "Catalog") -> Iterable[Named]:
    from folio.db.arrangements.sources import source_names

    return [(name, "") for name in source_names(catalog.db).values()]


vaults = _offer(_vault_names)
sources = _offer(_source_names)


def kinds(incomplete: str) -> list[Named]:
    """The kinds of transaction."""
    from folio.model.transactions import KINDS

    return _words(*KINDS)(incomplete)


def _transaction_words(said: Said) -> Offer:
    """The words of ``add-tx``: a kind, then a quantity, then an asset."""
    from folio.model.transactions import KINDS

    words = said.get("words")
    if not isinstance(words, list | tuple) or not words:
        return _words(*(kind for kind in KINDS if kind != "reversal"))
    if len(words) > 1:
        return assets
    return lambda incomplete: [] if incomplete[:1].isdigit() else assets(incomplete)


def figures(incomplete: str) -> list[Named]:
    """The figures that can be explained."""
    from folio.reports.explain import FIGURES

    return _words(*FIGURES)(incomplete)


def _explained(said: Said) -> Offer:
    """What a figure may be about: a vault, or an asset."""
    from folio.reports.explain import FIGURES

    told = FIGURES.get(str(said.get("figure")))
    return vaults if told is not None and told.about == "vault" else assets


def profiles(incomplete: str) -> list[Named]:
    """The names of statement profiles."""
    with contextlib.suppress(Exception):
        from folio.cli.profiles import all_profiles
        from folio.importers.recognition.signatures import FORMATS

        known = sorted({*all_profiles(), *FORMATS})
        return [(name, "") for name in known if name.startswith(incomplete)]
    return []


def topics(incomplete: str) -> list[Named]:
    """The concepts that are explained."""
    from folio.cli.topics import topics

    return [(name, one.summary) for name, one in topics().items() if name.startswith(incomplete)]


def _types(path: list[str]) -> Offer:
    """The types of what the command is about."""
    from folio.model.accounts import ACCOUNT_TYPES, INSTITUTION_TYPES
    from folio.model.assets import DEFAULT_PRECISION

    own = {"account": ACCOUNT_TYPES, "institution": INSTITUTION_TYPES}.get(path[0])
    if own is None or path[1:] not in (["add"], ["set"]):
        own = ("currency", *DEFAULT_PRECISION)
    return _words(*own)


def _lot_methods(path: list[str]) -> Offer:
    from folio.engine.lots import METHODS

    return _words(*METHODS, "default")


def _settings(path: list[str]) -> Offer:
    from folio.db.arrangements.settings import DEFAULTS

    if path[0] != "config":
        return _words("lot_method")
    own = (key for key in DEFAULTS if key not in ("status", "tracks_cash"))
    return _words(*own, *preferences.KEYS)


def _institution_types(path: list[str]) -> Offer:
    from folio.model.accounts import INSTITUTION_TYPES

    return _words(*INSTITUTION_TYPES)


def _said_by(path: list[str]) -> Offer:
    from folio.db.statements.observations import SOURCES

    return _words(*SOURCES) if path[0] == "observe" else sources


def _zones(path: list[str]) -> Offer:
    import zoneinfo

    return lambda text: [(zone, "") for zone in sorted(zoneinfo.available_timezones())]


_PERIODS = _words("all", "ytd", "1m", "3m", "6m", "1y", "3y", "5y", "last-month", "last-year")

# Offers by the name of an option, and of an argument as its metavar says it.
_OPTIONS: dict[str, Offer] = {
    "--account": accounts,
    "--to-account": accounts,
    "--institution": institutions,
    "--asset": assets,
    "--to-asset": assets,
    "--from-asset": assets,
    "--related-asset": assets,
    "--benchmark": assets,
    "--group": groups,
    "--vault": vaults,
    "--label": labels,
    "--market": markets,
    "--currency": currencies,
    "--fee-currency": currencies,
    "--quote": currencies,
    "--profile": profiles,
    "--kind": kinds,
    "--fail-on": _words("estimated", "partial", "unknown"),
    "--status": _words("active", "frozen", "closed"),
    "--period": _PERIODS,
}
_ARGUMENTS: dict[str, Offer] = {
    "ACCOUNT": accounts,
    "ASSET": assets,
    "SYMBOL": assets,
    "INSTITUTION": institutions,
    "GROUP": groups,
    "VAULT": vaults,
    "PROFILE": profiles,
    "KIND": kinds,
    "INTO": assets,
    "FIGURE": figures,
    "TOPIC": topics,
}
_BY_COMMAND: dict[str, Callable[[list[str]], Offer]] = {
    "--type": _types,
    "--institution-type": _institution_types,
    "--lot-method": _lot_methods,
    "--source": _said_by,
    "--timezone": _zones,
    "SETTING": _settings,
    "VALUE": _lot_methods,
}
_BY_LINE: dict[str, Callable[[Said], Offer]] = {
    "KIND [QUANTITY] [ASSET": _transaction_words,
    "WHAT": _explained,
}
NEW = {("account", "add"), ("asset", "add"), ("institution", "add"), ("group", "add"),
       ("vault", "add")}  # fmt: skip  # whose first argument is a name that nothing has yet


def by_name(path: list[str], parameter: Any, said: Said) -> Offer | None:
    """What is offered for a parameter of the command at ``path``, by what it is called."""
    if parameter.param_type_name == "option":
        names = parameter.opts
    else:
        names = [(parameter.metavar or "").strip("[].")]
        if tuple(path) in NEW:
            return None
    for name in names:
        if name in _BY_COMMAND:
            return _BY_COMMAND[name](path)
        if name in _BY_LINE:
            return _BY_LINE[name](said)
        if found := (_OPTIONS | _ARGUMENTS).get(name):
            return found
    return None
