"""What of a book an export has no place for, each in a line.

Journals and tables hold what happened, what was observed and what things were worth.  What the
user arranged, answered or took back, and where things stood, only the whole book has.
"""

from collections.abc import Iterator

from folio.book import Book
from folio.db.arrangements.locks import read_locks
from folio.db.arrangements.vaults import read_vaults
from folio.db.arrangements.yields import read_rules
from folio.db.derived.gaps import read_answers
from folio.db.keeping.beside import counts_beside
from folio.db.transactions.links import read_links

# Settings that exports have, or that go with one that is told.
_KEPT = frozenset(
    "base_currency time_zone tracks_cash closed_on symbol type market isin precision".split()
)
_USUAL = frozenset({("status", "active"), ("hidden", "no"), ("inactive", "no")})
_TOLD = {
    "lot_method": ("lot method", "sales of days to come go by"),
    "status": ("account", "closed or frozen, which stays open"),
    "hidden": ("holding", "hidden, which is shown"),
    "inactive": ("holding", "inactive, which counts in totals"),
}


def left_out(book: Book, *, times: bool) -> list[str]:
    """Lines, none where the export has it all; ``times``: it has no times of day."""
    lines = [f"left out: {line}" for line in (*_arranged(book), *_recorded(book, times=times))]
    return lines and [*lines, "what is left out stands in: folio export json"]


def _arranged(book: Book) -> Iterator[str]:
    db, known_at = book.db, book.known_at
    yield from _some(len(read_vaults(db, known_at)), "vault", "its target and what fills it")
    yield from _some(len(book.catalog.groups), "group", "its members")
    rules = [rule for rule in read_rules(db, None, known_at) if rule.terms(known_at)]
    in_force = [rule for rule in rules if rule.terms(known_at)[-1].rate_per_year is not None]
    yield from _some(len(in_force), "yield rule", "what holdings earn from now on")
    locks = read_locks(db, known_at)
    if locks:
        yield f"the lock on the days up to {locks[-1].day}"
    found: dict[str, int] = {}
    for key, value in book.catalog.settings.in_force():
        if key not in _KEPT and (key, value) not in _USUAL:
            found[key] = found.get(key, 0) + 1
    for key, (what, why) in _TOLD.items():
        yield from _some(found.pop(key, 0), what, why)
    yield from _some(sum(found.values()), "setting", ", ".join(sorted(found)))
    merged = sum(a in book.catalog.aliases for a in book.catalog.every_asset)
    yield from _some(merged, "asset", "merged into another, whose name it has")


def _recorded(book: Book, *, times: bool) -> Iterator[str]:
    db, known_at = book.db, book.known_at
    counts = counts_beside(db, known_at)
    yield from _some(counts["undone"], "transaction", "undone or amended since")
    unknown = sum(one.answer == "unknown" for one in read_answers(db, known_at))
    yield from _some(unknown, "answer", "that nobody knows what a gap was")
    alone = sum(not link.pairs for link in read_links(db, known_at))
    yield from _some(alone, "answer", "what became of a transfer of which one side is known")
    yield from _some(counts["statements"], "statement", "its lines, and what they state")
    if times:
        yield from _some(counts["times"], "time of day", "when something happened on its day")
    yield from _some(counts["quoted"], "price", "its range, volume or reason")
    yield from _some(counts["notes"], "note", "on something else than a transaction")


def _some(number: int, what: str, why: str) -> Iterator[str]:
    if number:
        yield f"{number} × {what}: {why}"
