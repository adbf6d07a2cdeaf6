"""What happened: the ledger, transaction by transaction."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from folio.book import Book
from folio.book.transfers import other_ends
from folio.book.wording import wording
from folio.db.ledger import Recorded, get_transaction, walk_transactions
from folio.db.postings import Posting, action_of, postings_of
from folio.db.sources import source_names
from folio.model.dates import Period
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.query import Query

COLUMNS = (
    Column("id", "Id", "number"),
    Column("date", "Date", "day"),
    Column("at", "At", machine_only=True),
    Column("kind", "Kind"),
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account"),
    Column("asset", "Asset"),
    Column("quantity", "Quantity", "quantity"),
    Column("price", "Price", "price", optional=3),
    Column("amount", "Amount", "price", optional=1),
    Column("currency", ""),
    Column("fee", "Fee", "price", optional=4),
    Column("fee_currency", "", machine_only=True),
    Column("fee_in", "", optional=4, people_only=True),
    Column("tax", "Tax", "price", optional=5),
    Column("tax_currency", "", machine_only=True),
    Column("tax_in", "", optional=5, people_only=True),
    Column("to", "To", optional=2),
    Column("linked_to", "Linked", optional=8),
    Column("external_id", "External id", machine_only=True),
    Column("source", "Source", optional=7),
    Column("note", "Note", optional=6),
    Column("reversed", "Reversed", optional=0),
)


def register(
    book: Book,
    query: Query,
    period: Period,
    *,
    everything: bool = False,
    last: int | None = None,
    kind: str | None = None,
    text: str | None = None,
) -> Table:
    """Transactions by day and sequence.

    Reversed pairs are left out unless ``everything``; ``last`` keeps the newest so many.
    """
    found = _matching(book, query, period, everything, kind, text, newest_first=last is not None)
    chosen = list(islice(found, last))
    if last is not None:
        chosen.reverse()
    sources, ends = source_names(book.db), other_ends(book, [one.id for one in chosen])
    mark = COLUMNS[-1] if everything else COLUMNS[-1]._replace(machine_only=True)
    return Table(
        "register",
        "Register",
        (*COLUMNS[:-1], mark),
        [_row(book, recorded, sources, ends) for recorded in chosen],
        as_of=query.as_of,
        known_at=query.known_at,
        empty="no transactions; record one with: folio add-tx buy …, or folio import FILE",
    )


def transactions_table(book: Book, query: Query, numbers: Iterable[int]) -> Table:
    """These transactions, in the order given."""
    chosen = list(numbers)
    sources, ends = source_names(book.db), other_ends(book, chosen)
    found = (get_transaction(book.db, number) for number in chosen)
    return Table(
        "register",
        "Transactions",
        (*COLUMNS[:-1], COLUMNS[-1]._replace(machine_only=True)),
        [_row(book, recorded, sources, ends) for recorded in found if recorded is not None],
        empty="no transactions",
    )


def _matching(
    book: Book,
    query: Query,
    period: Period,
    everything: bool,
    kind: str | None,
    text: str | None,
    *,
    newest_first: bool,
) -> Iterable[Recorded]:
    wanted = {h.id for h in query.holdings(book)} if query.filters else None
    for recorded in walk_transactions(
        book.db,
        known_at=book.known_at,
        since=period.start,
        until=min(period.end, query.last_day),
        kinds=None if kind is None else [kind],
        newest_first=newest_first,
    ):
        if not everything and (recorded.kind == "reversal" or recorded.reversed_by is not None):
            continue
        if wanted is not None and not _touches(book, recorded, wanted):
            continue
        if text is not None and text.casefold() not in recorded.note.casefold():
            continue
        yield recorded


def _touches(book: Book, recorded: Recorded, wanted: set[int]) -> bool:
    holdings = book.catalog.holdings
    return any(holdings[p.holding_id].id in wanted for p in postings_of(book.db, recorded.id))


def _row(
    book: Book, recorded: Recorded, sources: dict[int, str], ends: dict[int, list[int]]
) -> dict[str, Cell]:
    """A row; ``ends`` are the other legs of the transfers that are linked."""
    postings = postings_of(book.db, recorded.id)
    said = wording(book.catalog, recorded, postings, action_of(book.db, recorded.id))
    words = said.words
    account = book.catalog.accounts.get(recorded.account_id or 0)
    places = _precision(book, words.get("asset"))
    amount, currency = _money(book, postings)
    paid = _paid(recorded, words)  # by an asset: none of its units moved

    money = words.get("currency") or currency
    fee_currency = words.get("fee_currency", currency) if "fee" in words else None
    tax_currency = _currency_of(book, postings, "tax") if "tax" in words else None

    def number(key: str) -> Amount | None:
        return Amount(Decimal(words[key])) if key in words else None

    return {
        "id": recorded.id,
        "date": recorded.occurred_on,
        "at": words.get("at"),
        "kind": recorded.kind,
        "institution": account and account.institution,
        "account": account and account.name,
        "asset": words["related_asset"] if paid else words.get("asset"),
        "quantity": None if paid or said.quantity is None else Amount(said.quantity, places),
        "price": number("price"),
        "amount": amount or number("cost"),
        "currency": money,
        "fee": number("fee"),
        "fee_currency": fee_currency,
        "fee_in": fee_currency if fee_currency != money else None,
        "tax": number("tax"),
        "tax_currency": tax_currency,
        "tax_in": tax_currency if tax_currency != money else None,
        "to": words.get("to_account") or _received(words),
        "linked_to": " ".join(map(str, ends.get(recorded.id, ()))) or None,
        "external_id": recorded.external_id,
        "source": sources[recorded.source_id],
        "note": _note(recorded, words),
        "reversed": recorded.reversed_by is not None,
    }


def _paid(recorded: Recorded, words: dict[str, str]) -> bool:
    """Whether the row is about who paid, rather than about the cash."""
    return recorded.kind in ("dividend", "coupon", "return_of_capital") and "related_asset" in words


def _money(book: Book, postings: list[Posting]) -> tuple[Amount | None, str | None]:
    """What the transaction did to cash, fees and taxes included, and in which currency."""
    cash: dict[int, Decimal] = {}
    for posting in postings:
        if posting.role in ("cash", "fee", "tax"):
            asset = book.catalog.holdings[posting.holding_id].asset_id
            cash[asset] = cash.get(asset, ZERO) + posting.quantity
    for asset, amount in cash.items():
        money = book.catalog.assets[asset]
        return Amount(amount, money.precision), money.symbol
    for posting in postings[:1]:
        asset = book.catalog.holdings[posting.holding_id].asset_id
        money = book.catalog.assets[asset]
        if money.is_currency:
            return Amount(posting.quantity, money.precision), money.symbol
    return None, None


def _currency_of(book: Book, postings: list[Posting], role: str) -> str | None:
    """In what the postings of a role were paid; None where there is none."""
    found = (book.catalog.holdings[p.holding_id].asset_id for p in postings if p.role == role)
    return next((book.catalog.assets[asset].key for asset in found), None)


def _received(words: dict[str, str]) -> str | None:
    if "to_asset" in words:
        return f"{words.get('to_quantity', '')} {words['to_asset']}".strip()
    return words.get("ratio")


def _note(recorded: Recorded, words: dict[str, str]) -> str | None:
    if recorded.reverses is not None:
        return f"undoes {recorded.reverses}"
    return words.get("note")


def _precision(book: Book, asset: str | None) -> int | None:
    for known in book.catalog.assets.values():
        if known.key == asset:
            return known.precision
    return None
