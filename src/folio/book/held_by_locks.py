"""Whether locks have anything to hold of a holding: asked where a book is locked."""

from folio.book import Book
from folio.db.recording.since import seen_after


def may_hold(book: Book, holding: int) -> bool:
    """Whether something was ever observed of it: of what never was, all is in the ledger."""
    members = book.catalog.members(holding)
    return any(seen_after(book.db, one, "", book.known_at) for one in members)
