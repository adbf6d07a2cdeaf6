"""The facts of commits in words: what was said, of which day, and whose figures rest on it."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from folio.book import Book
from folio.book.wording import wording
from folio.db.recording.since import TABLES, prices_since, rows_since
from folio.db.transactions.ledger import get_transaction
from folio.db.transactions.postings import action_of, postings_of


class Fact(NamedTuple):
    """Something that was recorded, on which figures may rest."""

    commit_id: int
    kind: str  # transaction, price, observation …
    number: int | None  # its id, where it has one
    day: dt.date | None  # that it is about; None: every day
    said: str
    holdings: frozenset[int] = frozenset()  # that it is about
    assets: frozenset[int] = frozenset()  # that it is about

    @property
    def dated(self) -> str:
        """What was said, and of which day."""
        return self.said if self.day is None else f"{self.said} on {self.day}"


def facts_of(book: Book, commit: int) -> list[Fact]:
    """The facts of one commit, in the order of recording."""
    return facts_between(book, commit - 1, commit)


def facts_between(book: Book, after: int, until: int) -> list[Fact]:
    """The facts of the commits in (after, until], in the order of recording."""
    found = [
        _SAID[table](book, row)
        for table in TABLES
        for row in reversed(list(rows_since(book.db, table, after, until)))
    ]
    found += [_price(book, row) for row in prices_since(book.db, after, until)]
    return sorted(found, key=lambda fact: fact.commit_id)


def _transaction(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, _, day, reverses = row
    said = _words(book, reverses or number)
    action = action_of(book.db, number if reverses is None else reverses)
    touched = frozenset(p.holding_id for p in postings_of(book.db, number))
    return Fact(
        commit,
        "transaction",
        number,
        dt.date.fromisoformat(day),
        said if reverses is None else f"undoing {reverses}, {said},",
        touched,
        frozenset() if action is None else frozenset({action.asset_id}),
    )


def _words(book: Book, number: int) -> str:
    """``buy 10 VWCE at 118.20 EUR in IBKR``."""
    recorded = get_transaction(book.db, number, book.known_at)
    if recorded is None:
        return f"transaction {number}"
    if recorded.reverses is not None:
        return f"undoing {recorded.reverses}"
    action = action_of(book.db, number)
    words = wording(book.catalog, recorded, postings_of(book.db, number), action).words
    parts = [recorded.kind.replace("_", " "), words.get("quantity"), words.get("asset")]
    parts.append(words.get("ratio"))
    if "related_asset" in words:
        parts.append(f"from {words['related_asset']}")
    if "price" in words:
        parts.append(f"at {words['price']} {words.get('currency', '')}".rstrip())
    for key, word in (("to_asset", "for"), ("account", "in"), ("to_account", "to")):
        if key in words:
            parts.append(f"{word} {words[key]}")
    return " ".join(part for part in parts if part)


def _price(book: Book, row: tuple[Any, ...]) -> Fact:
    commit, asset, quote, day, price, reason, source = row
    names = book.catalog.assets
    said = f"{names[asset].key} at {price} {names[quote].key}"
    if price is None:
        said = f"no price of {names[asset].key} in {names[quote].key}"
    said += f" ({', '.join(filter(None, (source, reason)))})"
    of = dt.date.fromisoformat(day)
    return Fact(commit, "price", None, of, said, assets=frozenset({asset, quote}))


def _observation(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, holding, day, source, balance = row
    where = book.catalog.describe(book.catalog.holdings[holding])
    said = f"{balance} in {where} ({source})"
    if balance is None:
        said = f"no balance of {where} any more ({source})"
    of = dt.date.fromisoformat(day)
    return Fact(commit, "observation", number, of, said, frozenset({holding}))


def _setting(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, scope, scope_id, key, value, from_day = row
    if key == "in_transit":
        return Fact(
            commit, "setting", number, None, "units in transit have an account of their own"
        )
    whose = _scope(book, scope, scope_id)
    said = f"{key} {whose}is {value or 'the default'}"
    day = None if from_day is None else dt.date.fromisoformat(from_day)
    return Fact(commit, "setting", number, day, said)


def _scope(book: Book, scope: str, number: int) -> str:
    catalog = book.catalog
    known: dict[str, Callable[[], str]] = {
        "institution": lambda: catalog.institutions[number].name,
        "account": lambda: catalog.accounts[number].key,
        "asset": lambda: catalog.assets[number].key,
        "holding": lambda: catalog.describe(catalog.holdings[number]),
    }
    return f"of {known[scope]()} " if scope in known else ""


def _link(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, departure, arrival, answer = row
    legs = [leg for leg in (departure, arrival) if leg is not None]
    known = [
        leg for leg in (get_transaction(book.db, n, book.known_at) for n in legs) if leg is not None
    ]
    said = f"transfer {' and '.join(map(str, legs))}: {answer or 'no answer any more'}"
    touched = {p.holding_id for leg in legs for p in postings_of(book.db, leg)}
    day = min((leg.occurred_on for leg in known), default=None)
    return Fact(commit, "link", number, day, said, frozenset(touched))


def _answer(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, holding, _, to_day, answer = row
    where = book.catalog.describe(book.catalog.holdings[holding])
    said = f"the gap of {where}: {answer or 'no answer any more'}"
    day = dt.date.fromisoformat(to_day)
    return Fact(commit, "answer", number, day, said, frozenset({holding}))


def _alias(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, asset, alias_of = row
    names = book.catalog.every_asset
    known = names[asset].key
    said = f"{known} is an asset of its own again"
    if alias_of is not None:
        said = f"{known} is {names[alias_of].key}"
    return Fact(commit, "merge", number, None, said)


def _member(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, group, account, holding, membership = row
    catalog = book.catalog
    what = catalog.accounts[account].key if account else catalog.describe(catalog.holdings[holding])
    said = f"{what} in the group {catalog.groups[group]}: {membership or 'no more'}"
    return Fact(commit, "group", number, None, said)


def _target(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, vault, amount, currency, by = row
    if amount is None:
        return Fact(commit, "vault", number, None, f"the vault {vault} is closed")
    aim = f"{amount} {book.catalog.assets[currency].key}"
    said = f"the vault {vault} aims at {aim}{'' if by is None else f' by {by}'}"
    return Fact(commit, "vault", number, None, said)


def _share(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, vault, holding, percent, from_day = row
    where = book.catalog.describe(book.catalog.holdings[holding])
    said = f"{percent or 0} % of {where} in the vault {vault}"
    return Fact(
        commit, "vault", number, dt.date.fromisoformat(from_day), said, frozenset({holding})
    )


def _rule(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, holding, name, from_day, rate, frequency = row
    where = book.catalog.describe(book.catalog.holdings[holding])
    said = f"the yield rule {name!r} of {where}: nothing"
    if rate is not None:
        said = f"the yield rule {name!r} of {where}: {rate} a year, {frequency},"
    return Fact(
        commit, "yield", number, dt.date.fromisoformat(from_day), said, frozenset({holding})
    )


def _lock(book: Book, row: tuple[Any, ...]) -> Fact:
    number, commit, day, undoes = row
    said = f"the book is locked through {day}" if day else f"lock {undoes} is taken back"
    return Fact(commit, "lock", number, None, said)


_SAID: dict[str, Callable[[Book, tuple[Any, ...]], Fact]] = {
    "transactions": _transaction,
    "observations": _observation,
    "settings": _setting,
    "transfer_links": _link,
    "gap_answers": _answer,
    "asset_aliases": _alias,
    "group_members": _member,
    "vault_targets": _target,
    "vault_shares": _share,
    "yield_rules": _rule,
    "locks": _lock,
}
