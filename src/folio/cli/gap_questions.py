"""Asking about gaps on a terminal, one by one; nobody is asked elsewhere."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from folio.cli.asking import book_today, who
from folio.cli.dialogue import ask, can_ask
from folio.cli.text import say, warn
from folio.errors import FolioError, UsageError

if TYPE_CHECKING:
    from folio.book import Book
    from folio.book.reconciliation import HeldGap
    from folio.reports.attention.reconcile import Proposal
    from folio.reports.query import Query

_WORDS = {
    "f": "flow",
    "c": "correction",
    "g": "growth",
    "o": "opening",
    "u": "unknown",
    "s": "skip",
    "q": "quit",
}


def ask_about_gaps(book: "Book", query: "Query") -> None:
    """Ask about each open gap and record what is said, each answer a commit of its own.

    Raises:
        UsageError: where there is no terminal, so that a script never waits.
    """
    from folio.book import Book
    from folio.book.reconciliation import held_gaps
    from folio.reports.attention.reconcile import proposal

    if not can_ask():
        raise UsageError("--ask needs a terminal; in a script: folio reconcile answer GAP ANSWER")
    skipped: set[int] = set()
    while True:
        book = Book(book.db)  # one answer may settle, or open, another gap
        gaps = held_gaps(book, query.holdings(book), query.as_of)
        waiting = [h for h in gaps if h.is_open and h.gap.observation_id not in skipped]
        if not waiting:
            return
        held = waiting[0]
        found = proposal(book, held)
        _show(book, held, found)
        word = _choose(found)
        if word == "quit":
            return
        if word == "skip":
            skipped.add(held.gap.observation_id)
        else:
            _answer(book, held, found, word)  # one that is refused is asked about again


def _show(book: "Book", held: "HeldGap", found: "Proposal") -> None:
    from folio.model.numbers import to_text

    gap = held.gap
    way = "more" if gap.drift > 0 else "less"
    since = "" if gap.since is None else f"after {gap.since}, "
    symbol = book.catalog.assets[held.holding.asset_id].key
    say("")
    say(f"{book.catalog.describe(held.holding)}, {since}until {gap.until}")
    say(f"  observed {to_text(gap.observed)}, expected {to_text(gap.expected)}: "
        f"{to_text(abs(gap.drift))} {symbol} {way}")  # fmt: skip
    for phrase in found.causes:
        say(f"  perhaps {phrase}")
    if found.answer not in _WORDS.values():
        say(f"  to settle it: {found.command}")


def _choose(found: "Proposal") -> str:
    default = found.answer if found.answer in _WORDS.values() else "skip"
    while True:
        names = " ".join(f"[{word[0]}]{word[1:]}" for word in _WORDS.values())
        said = ask(f"  {names} ", default).casefold()
        word = _WORDS.get(said[:1])
        if word is not None and word.startswith(said):
            return word
        say(f"  {said!r} is none of these")


def _answer(book: "Book", held: "HeldGap", found: "Proposal", word: str) -> None:
    from folio.cli.phrases import told
    from folio.operations.reconciling.reconcile import Terms, answer_gap
    from folio.operations.recording import recording

    gap = held.gap
    words = f"folio reconcile answer {gap.observation_id} {word}"
    try:
        terms = Terms()
        if word == "flow" and gap.days != 1:
            day = _day(book, found.day)
            terms, words = Terms(on=day), f"{words} --on {day}"
        elif word == "opening" and not book.catalog.assets[held.holding.asset_id].is_currency:
            cost = _cost(book)
            terms = Terms(cost=cost)
            words += "" if cost is None else f" --cost {cost:f}"
        with recording(book.db, who()._replace(command=words)) as write:
            answered = answer_gap(write, gap.observation_id, word, terms)
        say(f"  {told(gap.observation_id, word, answered)}")
    except FolioError as error:
        warn(f"{error}")


def _day(book: "Book", default: dt.date) -> dt.date:
    from folio.model.dates import parse_day

    return parse_day(ask("  on which day?", str(default)), book_today(book.db))


def _cost(book: "Book") -> Decimal | None:
    from folio.model.numbers import parse_plain

    said = ask(f"  what did they cost in all, in {book.base.symbol}? (not known)")
    return parse_plain(said, "cost") if said else None
