"""Tables of the whole book, for spreadsheets and databases: every row, for its own sake.

``balances`` and ``prices`` have the columns that ``folio observe --batch`` and ``folio price
import`` read.
"""

from collections.abc import Iterator

from folio.book import Book
from folio.db.arrangements.sources import source_names
from folio.db.transactions.ledger import Choice, Recorded, walk_transactions, with_postings
from folio.db.transactions.postings import Posting
from folio.model.dates import EVER
from folio.model.prices import CLOSE, INTRADAY, TRADE
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.reports.held.holdings import holdings
from folio.reports.held.lots import lots
from folio.reports.query import Query, begun
from folio.reports.recorded.register import register
from folio.reports.sold.gains import gains

POSTINGS = (
    Column("transaction", "Transaction", "number"),
    Column("date", "Date", "day"),
    Column("at", "At"),
    Column("kind", "Kind"),
    Column("institution", "Institution"),
    Column("account", "Account"),
    Column("asset", "Asset"),
    Column("type", "Type"),
    Column("label", "Label"),
    Column("role", "Role"),
    Column("quantity", "Quantity", "quantity"),
    Column("price", "Price", "price"),
    Column("price_currency", "Price in"),
    Column("amount", "Cost or proceeds", "price"),
    Column("amount_currency", "Amount in"),
    Column("acquired_on", "Acquired", "day"),
    Column("related_asset", "Paid by"),
    Column("external_id", "External id"),
    Column("source", "Source"),
    Column("note", "Note"),
)
BALANCES = (
    Column("account", "Account"),
    Column("asset", "Asset"),
    Column("balance", "Balance", "quantity"),
    Column("on", "On", "day"),
    Column("source", "Source"),
    Column("label", "Label"),
)
PRICES = (
    Column("date", "Date", "day"),
    Column("asset", "Asset"),
    Column("quote", "Quote"),
    Column("price", "Price", "price"),
    Column("granularity", "Kind"),
)
_GRANULARITY = {CLOSE: "daily", INTRADAY: "intraday"}


def tables(book: Book, query: Query) -> Iterator[tuple[str, Table]]:
    """Each table with the name of its file."""
    yield "transactions", register(book, query, EVER)
    yield "postings", postings(book, query)
    yield "holdings", holdings(book, query)
    yield "lots", lots(book, query)
    yield "gains", gains(book, query, EVER)
    yield "prices", prices(book, query)
    yield "balances", balances(book, query)


def postings(book: Book, query: Query) -> Table:
    """What every transaction in force did to holdings."""
    wanted = query.chosen(book)
    sources = source_names(book.db)
    walked = walk_transactions(book.db, Choice(book.known_at, until=query.last_day))
    in_force = (one for one in walked if one.kind != "reversal" and one.reversed_by is None)
    rows = (
        _posting(book, one, posting, sources)
        for one, postings in with_postings(book.db, in_force)
        for posting in postings
        if wanted is None or book.catalog.holdings[posting.holding_id].id in wanted
    )
    held, more = begun(rows)
    return Table("postings", "Postings", POSTINGS, held, more=more)


def _posting(
    book: Book, one: Recorded, posting: Posting, sources: dict[int, str]
) -> dict[str, Cell]:
    catalog = book.catalog
    holding = catalog.holdings[posting.holding_id]
    account, asset = catalog.accounts[holding.account_id], catalog.assets[holding.asset_id]

    def key(number: int | None) -> str | None:
        return None if number is None else catalog.assets[number].key

    return {
        "transaction": one.id,
        "date": one.occurred_on,
        "at": None if one.occurred_at is None else one.occurred_at.isoformat(),
        "kind": one.kind,
        "institution": account.institution,
        "account": account.name,
        "asset": asset.key,
        "type": asset.type,
        "label": holding.label or None,
        "role": posting.role,
        "quantity": Amount(posting.quantity),
        "price": optional_amount(posting.price),
        "price_currency": key(posting.price_currency_id),
        "amount": optional_amount(posting.amount),
        "amount_currency": key(posting.amount_currency_id),
        "acquired_on": posting.acquired_on,
        "related_asset": key(one.related_asset_id),
        "external_id": one.external_id,
        "source": sources[one.source_id],
        "note": one.note or None,
    }


def balances(book: Book, query: Query) -> Table:
    """Every observation in force, one a holding and day."""
    catalog = book.catalog
    rows: Iterator[dict[str, Cell]] = (
        {
            "account": f"{account.institution}/{account.name}",
            "asset": catalog.assets[holding.asset_id].key,
            "balance": Amount(one.balance),
            "on": one.day,
            "source": one.source,
            "label": holding.label or None,
        }
        for holding in query.holdings(book)
        for account in (catalog.accounts[holding.account_id],)
        for one in book.observations(holding.id)
        if one.day <= query.last_day
    )
    held, more = begun(rows)
    return Table("balances", "Balances", BALANCES, held, more=more)


def prices(book: Book, query: Query) -> Table:
    """Every price in force, one a pair and day; those of trades stand with their transactions."""
    assets = book.catalog.assets
    held = {h.asset_id for h in query.holdings(book)} if query.filters else assets.keys()
    rows: Iterator[dict[str, Cell]] = (
        {
            "date": day,
            "asset": asset.key,
            "quote": assets[quote].key,
            "price": Amount(price),
            "granularity": _GRANULARITY[granularity],
        }
        for asset in assets.values()
        if asset.id in held
        for quote in book.prices.quotes(asset.id)
        for day, price, granularity in zip(*book.prices.series(asset.id, quote), strict=True)
        if granularity != TRADE and day <= query.last_day
    )
    first, more = begun(rows)
    return Table("prices", "Prices", PRICES, first, more=more)
