"""Lists of what has a name: institutions, accounts, assets, holdings, groups."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from folio.book import Book
from folio.book.groups import members_of
from folio.book.selection import Filters, accounts_of, select
from folio.book.snapshot import snapshot
from folio.db.arrangements.catalog import Catalog
from folio.db.arrangements.groups import memberships
from folio.db.arrangements.settings import BOOK, DEFAULTS, Scope
from folio.model.accounts import Account
from folio.model.price_sources import NONE
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.query import ACCOUNT_ABOVE, Query, account_title, names


def institutions(book: Book, query: Query) -> Table:
    """The institutions, each with how many of the accounts asked for it has."""
    chosen = accounts_of(book.catalog, query.filters)
    at = Counter(book.catalog.accounts[number].institution_id for number in chosen)
    rows: list[dict[str, Cell]] = [
        {"institution": one.name, "type": one.type, "accounts": at[one.id]}
        for one in sorted(book.catalog.institutions.values(), key=lambda i: i.name.casefold())
        if at[one.id] or not query.filters
    ]
    return Table(
        "institutions",
        "Institutions",
        (
            Column("institution", "Institution"),
            Column("type", "Type"),
            Column("accounts", "Accounts", "count"),
        ),
        rows,
        empty="no institutions; add one with: folio institution add NAME --type bank",
    )


def accounts(book: Book, query: Query) -> Table:
    chosen = accounts_of(book.catalog, query.filters)
    found = sorted((book.catalog.accounts[a] for a in chosen), key=lambda a: a.key.casefold())
    return Table(
        "accounts",
        "Accounts",
        (
            Column("institution", "Institution", optional=1),
            Column("account", "Account"),
            Column("type", "Type"),
            Column("currency", "Currency", optional=2),
            Column("cash", "Cash", optional=3),
            Column("lot_method", "Lots", optional=6),
            Column("lot_method_since", "Since", "day", optional=6),
            Column("status", "Status", optional=4),
            Column("holdings", "Holdings", "count", optional=5),
            Column("note", "Note", optional=7),
        ),
        [_account(book, query, account) for account in found],
        empty="no accounts; add one with: folio account add NAME --type brokerage",
    )


def _account(book: Book, query: Query, account: Account) -> dict[str, Cell]:
    settings = book.catalog.settings
    scope = ("account", account.id)
    status = settings.get(scope, "status") or "active"
    closed = settings.get(scope, "closed_on")
    cash = settings.get(scope, "tracks_cash", query.as_of)
    return {
        "institution": account.institution,
        "account": account.name,
        "type": account.type,
        "currency": book.catalog.currency_of(account, query.as_of),
        "cash": {"yes": "tracked", "no": "not tracked"}.get(cash or "", "by its type"),
        **_method(book, query, ("account", account.id)),
        "status": _status(status, closed, query.as_of),
        "holdings": sum(h.account_id == account.id for h in book.catalog.holdings.values()),
        "note": account.note or None,
    }


def _status(status: str, closed_on: str | None, as_of: dt.date) -> str:
    """In words, as it stands at the end of a day."""
    if status != "closed" or not closed_on:
        return status
    how = "closed since" if closed_on <= as_of.isoformat() else "open until"
    return f"{how} {closed_on}"


def _method(book: Book, query: Query, scope: Scope) -> dict[str, Cell]:
    """The method that is set for a scope and since when; empty where a wider scope's counts."""
    steps = book.catalog.settings.timeline(scope, "lot_method")
    past = [step for step in steps if step[0] <= query.as_of.isoformat()]
    since, method = past[-1] if past else ("", None)
    return {"lot_method": method, "lot_method_since": _first_day(since) if method else None}


def _first_day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def assets(book: Book, query: Query) -> Table:
    held = {holding.asset_id for holding in select(book.catalog, query.filters)}
    merged = book.catalog.aliases
    every = query.filters == Filters(type=query.filters.type)  # held or not, merged or not
    chosen = [a for a in book.catalog.every_asset.values() if every or a.id in held]
    found = sorted(chosen, key=lambda a: (a.type, a.symbol.casefold()))
    rows: list[dict[str, Cell]] = [
        {
            "asset": one.symbol,
            "type": one.type,
            "market": one.market or None,
            "isin": one.isin,
            "precision": one.precision,
            "quote_unit": one.quote_unit,
            "name": one.name or None,
            "read_as": book.catalog.assets[one.id].key if one.id in merged else None,
        }
        for one in found
        if not query.filters.type or one.type in query.filters.type
    ]
    return Table(
        "assets",
        "Assets",
        (
            Column("asset", "Asset"),
            Column("type", "Type"),
            Column("market", "Market", optional=2),
            Column("isin", "ISIN", optional=1),
            Column("precision", "Digits", "count", optional=3),
            Column("quote_unit", "Quoted in", optional=5),
            Column("name", "Name", optional=4),
            Column("read_as", "Read as", optional=5),
        ),
        rows,
        empty="no assets; add one with: folio asset add SYMBOL --type etf",
    )


def holdings(book: Book, query: Query, *, hidden: bool = False) -> Table:
    """Every holding with its quantity at the end of the day, flags and evidence.

    Hidden ones are listed where ``hidden`` asks for them, else counted.
    """
    rows: list[dict[str, Cell]] = []
    known = select(book.catalog, query.filters)
    chosen = [h for h in known if hidden or not h.hidden]
    found = {held.holding.id: held for held in snapshot(book, query.as_of, chosen)}
    for one in sorted(chosen, key=lambda h: book.catalog.describe(h).casefold()):
        held = found.get(one.id)
        asset = book.catalog.assets[one.asset_id]
        rows.append(
            {
                "heading": account_title(book, one),
                **names(book, one),
                "quantity": held and Amount(held.balance, asset.precision),
                "first": held and held.evidence.first,
                "last": held and held.evidence.last,
                "flags": _flags(one.hidden, one.inactive),
                **_method(book, query, ("holding", one.id)),
                "note": one.note or None,
            }
        )
    left_out = len(known) - len(chosen)
    return Table(
        "holding-list",
        "Holdings of the book",
        (
            *ACCOUNT_ABOVE,
            Column("asset", "Asset"),
            Column("label", "Label", optional=1),
            Column("quantity", "Quantity", "quantity"),
            Column("first", "First", "day", optional=2),
            Column("last", "Last", "day", optional=1),
            Column("flags", "Flags", optional=4),
            Column("lot_method", "Lots", machine_only=True),
            Column("lot_method_since", "Since", "day", machine_only=True),
            Column("note", "Note", optional=5),
        ),
        rows,
        group_by="heading",
        footnotes=(f"{left_out} hidden; see: folio holding list --all",) * bool(left_out),
        empty="no others"
        if left_out or query.filters
        else "no holdings; record one with: folio add-tx buy …, or folio import FILE",
    )


def _flags(hidden: bool, inactive: bool) -> str | None:
    return ", ".join(w for w, on in (("hidden", hidden), ("inactive", inactive)) if on) or None


def groups(book: Book, query: Query) -> Table:
    rows: list[dict[str, Cell]] = []
    for number, name in book.catalog.groups.items():
        rows.append(
            {
                "group": name,
                "holdings": len(members_of(book.catalog, number)),
                "members": ", ".join(_tags(book.catalog, number)) or None,
            }
        )
    return Table(
        "groups",
        "Groups",
        (
            Column("group", "Group"),
            Column("holdings", "Holdings", "count"),
            Column("members", "Members", optional=1),
        ),
        rows,
        empty="no groups; make one with: folio group add NAME",
    )


def settings(book: Book, query: Query) -> Table:
    """Every setting of the book and its value; lot methods with their days, of every scope."""
    rows: list[dict[str, Cell]] = []
    for key in sorted(DEFAULTS):
        if key == "lot_method":
            rows += _methods(book)
        elif key not in ("status", "tracks_cash"):  # of accounts
            said = book.catalog.settings.get(BOOK, key, query.as_of)
            origin = "default" if said is None else "book"
            if key.startswith("price_source.") and not said and DEFAULTS[key] == NONE:
                continue  # nobody is asked about most types
            rows.append({"setting": key, "value": said or DEFAULTS[key], "origin": origin})
    return settings_table(rows)


def settings_table(rows: list[dict[str, Cell]]) -> Table:
    """Settings with their values, of whom they are, from when, and who said so."""
    columns = (
        Column("setting", "Setting"),
        Column("of", "Of", optional=3),
        Column("value", "Value"),
        Column("since", "From", "day", optional=1),
        Column("until", "Until", "day", optional=2),
        Column("origin", "Said by", optional=4),
    )
    return Table("settings", "Settings", columns, rows)


def _methods(book: Book) -> Iterator[dict[str, Cell]]:
    """The lot methods of the book, then of accounts, then of holdings, each in time."""
    catalog = book.catalog
    scopes: list[tuple[Scope, str | None]] = [(BOOK, None)]
    scopes += [(("account", a.id), a.key) for a in catalog.accounts.values()]
    scopes += [(("holding", h.id), catalog.describe(h)) for h in catalog.holdings.values()]
    for scope, name in scopes:
        steps = catalog.settings.timeline(scope, "lot_method")
        if scope == BOOK and (not steps or steps[0][0]):
            steps.insert(0, ("", None))
        ends = [dt.date.fromisoformat(day) - dt.timedelta(days=1) for day, _ in steps[1:]]
        for (since, method), until in zip_longest(steps, ends):
            yield {
                "setting": "lot_method",
                "of": name,
                "value": method or (DEFAULTS["lot_method"] if scope == BOOK else "default"),
                "since": _first_day(since),
                "until": until,
                "origin": "book" if method else "default",
            }


def _tags(catalog: Catalog, group: int) -> list[str]:
    """What is tagged, as it was said: ``all of Kraken``, ``Wise EUR``, ``without Wise USD``."""
    said = []
    for account, holding, membership in memberships(catalog.db, group, catalog.known_at):
        name = (
            f"all of {catalog.accounts[account].key}"
            if holding is None and account is not None
            else catalog.describe(catalog.holdings[holding or 0])
        )
        said.append(name if membership == "member" else f"without {name}")
    return said
