"""The facts of commits in words: what was said, of which day, and whose figures rest on it."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from folio.book import Book
from folio.book.wording import wording
from folio.db.recording.since import TABLES, prices_since, rows_since
from folio.db.transactions.ledger import Recorded, get_transactions
from folio.db.transactions.postings import (
    NewAction,
    Posting,
    actions_of_each,
    postings_of,
    postings_of_each,
)

_AT_ONCE = 1000


class Fact(NamedTuple):
    """Something that was recorded, on which figures may rest."""

    commit_id: int
    kind: str  # transaction, price, observation …
    number: int | None  # its id, where it has one
    day: dt.date | None  # that it is about; None: every day
    words: str | Callable[[], str]  # what was said, or who says it
    holdings: frozenset[int] = frozenset()  # that it is about
    assets: frozenset[int] = frozenset()  # that it is about

    @property
    def said(self) -> str:
        """What was said."""
        return self.words if isinstance(self.words, str) else self.words()

    @property
    def dated(self) -> str:
        """What was said, and of which day."""
        return self.said if self.day is None else f"{self.said} on {self.day}"


def facts_of(book: Book, commit: int) -> Iterator[Fact]:
    """The facts of one commit, in the order of recording."""
    return facts_between(book, commit - 1, commit)


def facts_between(book: Book, after: int, until: int) -> Iterator[Fact]:
    """The facts of the commits in (after, until], in the order of recording, as they are read."""
    rows = {table: rows_since(book.db, table, after, until) for table in TABLES}
    found = [
        _transactions(book, rows.pop("transactions")),
        *(map(partial(_SAID[table], book), some) for table, some in rows.items()),
        map(partial(_price, book), prices_since(book.db, after, until)),
    ]
    return merge(*found, key=attrgetter("commit_id"))


def _transactions(book: Book, rows: Iterator[tuple[Any, ...]]) -> Iterator[Fact]:
    """Some are looked up at a time; a reversal says what it undoes."""
    while some := list(islice(rows, _AT_ONCE)):
        meant = {row[4] or row[0] for row in some}
        known = {one.id: one for one in get_transactions(book.db, meant, book.known_at)}
        actions = actions_of_each(book.db, meant)
        postings = postings_of_each(book.db, meant | {row[0] for row in some})
        for number, commit, _, day, reverses in some:
            what = reverses or number
            action = actions.get(what)
            words = partial(_words, book, what, known.get(what), postings.get(what, []), action)
            yield Fact(
                commit,
                "transaction",
                number,
                dt.date.fromisoformat(day),
                words if reverses is None else partial(_undoing, reverses, words),
                frozenset(p.holding_id for p in postings.get(number, ())),
                frozenset() if action is None else frozenset({action.asset_id}),
            )


def _undoing(number: int, words: Callable[[], str]) -> str:
    return f"undoing {number}, {words()},"


def _words(
    book: Book,
    number: int,
    recorded: Recorded | None,
    postings: list[Posting],
    action: NewAction | None,
) -> str:
    """``buy 10 VWCE at 118.20 EUR in IBKR``."""
    if recorded is None:
        return f"transaction {number}"
    if recorded.reverses is not None:
        return f"undoing {recorded.reverses}"
    words = wording(book.catalog, recorded, postings, action).words
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
    known = get_transactions(book.db, legs, book.known_at)
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
