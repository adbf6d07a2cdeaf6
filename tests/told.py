"""Following an explanation: the commands that its leaves name, asked as a user would."""

import datetime as dt
import shlex
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from folio.book import Book
from folio.book.selection import Filters
from folio.db.recording.since import last_commit
from folio.engine.explanation import faults
from folio.model.explanation import Node
from folio.reports.explain import Asked, explain
from folio.reports.query import Query, Since
from folio.reports.sold.what_if import Sale


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from nodes(child)


def named(root: Node) -> dict[str, Node]:
    """The leaves that name a command which tells them, by it."""
    leaves = (node for node in nodes(root) if node.source and node.source.kind == "figure")
    return {node.source.by: node for node in leaves if node.source and node.source.by}


def ask_again(book: Book, query: Query, command: str) -> Node:
    """What the command tells; its options are those that name a choice."""
    folio, verb, figure, *words = shlex.split(command)
    assert (folio, verb) == ("folio", "explain")
    what = None if not words or words[0].startswith("--") else words.pop(0)
    said: dict[str, tuple[str, ...]] = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        key = option.removeprefix("--")
        said[key] = (*said.get(key, ()), value)
    day = dt.date.fromisoformat(*said.pop("as-of", (query.as_of.isoformat(),)))
    (code,) = said.pop("currency", (book.base.key,))
    asked = Query(day, book.catalog.currency(code), Filters(**said))
    told = explain(book, asked, Asked(figure, what))
    assert told.faults == (), command
    return told.root


def wrong(book: Book, query: Query, root: Node) -> Iterator[str]:
    """What does not hold in an explanation, and of its leaves what asking for them tells otherwise.

    A return of a day is asked for as reports show it, with 8 places.
    """
    yield from faults(root)
    for command, node in named(root).items():
        figure = ask_again(book, query, command).figure
        expected = node.figure
        if node.unit == "ratio" and expected is not None:
            expected = round(expected, 8)
            figure = None if figure is None else round(figure, 8)
        if figure != expected or expected is None:
            yield f"{command} tells {figure}, {node.what} is {node.figure}"


def near(figure: Decimal | None, expected: str) -> bool:
    """Whether a figure is the one expected, to as many places as that has."""
    return figure is not None and round(figure, -int(Decimal(expected).as_tuple().exponent)) == (
        Decimal(expected)
    )


def asked(book: Book, words: list[str]) -> Asked:
    """A question, as its command has it."""
    figure, rest = words[0], words[1:]
    said: dict[str, Any] = {}
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            said["what"] = word
            continue
        value: Any = rest.pop(0)
        if word == "--since":
            instant = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
            value = Since(last_commit(book.db), instant, dt.date.fromisoformat(value))
        if word == "--benchmark":
            value = next(a for a in book.catalog.assets.values() if a.symbol == value)
        if word == "--sell":
            asset = next(a for a in book.catalog.assets.values() if a.symbol == said["what"])
            word, value = "--sale", Sale(asset, Decimal(value))
        if word == "--class":
            word, value = "--within", tuple(value.split("="))
        said[word[2:]] = int(value) if word in ("--lot", "--gap") else value
    return Asked(figure, **said)
