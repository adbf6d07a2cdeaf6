"""What happened: the ledger, transaction by transaction."""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from itertools import islice

from folio.book import Book
from folio.book.day_order import Whole, in_walk_order, with_parts
from folio.book.selection import asset_ids
from folio.book.wording import wording
from folio.db.arrangements.sources import source_names
from folio.db.transactions.ledger import (
    Choice,
    Recorded,
    get_transaction,
    walk_about,
    walk_transactions,
)
from folio.db.transactions.postings import Posting, action_of
from folio.model.dates import EVER, Period
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.query import Query, begun, namesakes

COLUMNS = (
    Column("id", "Id", "number"),
    Column("date", "Date", "day"),
    Column("at", "At", machine_only=True),
    Column("kind", "Kind"),
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account"),
    Column("asset", "Asset"),
    Column("label", "Label", optional=9),
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
    kinds: Collection[str] = (),
    text: str | None = None,
) -> Table:
    """Transactions by day, and within it in the order of the walk.

    Reversed pairs are left out unless ``everything``; ``last`` keeps the newest so many.
    """
    until = min(period.end, query.last_day)
    choice = Choice(book.known_at, period.start, until, kinds or None, text, last is not None)
    found = (
        one
        for one in _about(book, query, choice)
        if everything or (one.kind != "reversal" and one.reversed_by is None)
        if text is None or text.casefold() in one.note.casefold()
    )
    walked = in_walk_order(book, found, newest_first=last is not None)
    chosen: Iterable[Whole] = walked if last is None else reversed(list(islice(walked, last)))
    rows = _rows(book, chosen)
    held, more = begun(rows)
    return Table(
        "register",
        "Register",
        _columns(held, everything),
        held,
        **query.told(),
        more=more,
        namesakes=namesakes(book),
        empty="no transaction is like that; list them all with: folio register"
        if query.filters or kinds or text or period != EVER
        else "no transactions; record one with: folio add-tx buy …, or folio import FILE",
    )


def _columns(rows: list[dict[str, Cell]], everything: bool) -> tuple[Column, ...]:
    """Amounts stay on the narrowest page, where there are any: half of the rows say no more."""
    known = {column.key: column for column in COLUMNS}
    if any(row["amount"] is not None for row in rows):
        known["amount"] = known["amount"]._replace(optional=0)
    if not everything:
        known["reversed"] = known["reversed"]._replace(machine_only=True)
    return tuple(known.values())


def transactions_table(book: Book, query: Query, numbers: Iterable[int]) -> Table:
    """These transactions, in the order given."""
    found = (get_transaction(book.db, number, book.known_at) for number in numbers)
    chosen = with_parts(book, (recorded for recorded in found if recorded is not None))
    return Table(
        "register",
        "Transactions",
        (*COLUMNS[:-1], COLUMNS[-1]._replace(machine_only=True)),
        list(_rows(book, chosen)),
        empty="no transactions",
    )


def _about(book: Book, query: Query, choice: Choice) -> Iterator[Recorded]:
    """What the filters leave; of notes all that may say the text."""
    wanted = query.chosen(book)
    if wanted is None:
        yield from walk_transactions(book.db, choice)
        return
    about = asset_ids(book.catalog, query.filters.asset) or set()
    found = walk_about(
        book.db,
        [number for h in wanted for number in book.catalog.members(h)],
        [number for a in about for number in book.catalog.aliases.members(a)],
        choice,
    )
    yield from (one for one, moved in found if moved or _names(book, one, wanted, about))


def _names(book: Book, recorded: Recorded, wanted: set[int], about: set[int]) -> bool:
    """Whether a transaction that moved none of these holdings is about one, by its asset.

    A split moves none, and a dividend that of the cash: either is of the holdings of its asset
    in its account, a split of all.  What undoes one of them is about what that is about.
    """
    catalog, of = book.catalog, _undone(book, recorded) or recorded
    action = action_of(book.db, of.id)
    assets = {of.related_asset_id, None if action is None else action.asset_id}
    named = {catalog.assets[number].id for number in assets if number is not None} & about
    held = (catalog.holdings[number] for number in wanted)
    return any(h.asset_id in named and of.account_id in (None, h.account_id) for h in held)


def _undone(book: Book, recorded: Recorded) -> Recorded | None:
    """What a reversal undoes; None of anything else."""
    if recorded.reverses is None:
        return None
    return get_transaction(book.db, recorded.reverses, book.known_at)


def _split(book: Book, one: Whole) -> str | None:
    """What was split, where a split is undone, which moved nothing."""
    undone = None if one.postings else _undone(book, one.recorded)
    if undone is None or undone.related_asset_id is None:
        return None
    return book.catalog.assets[undone.related_asset_id].key


def _rows(book: Book, chosen: Iterable[Whole]) -> Iterator[dict[str, Cell]]:
    sources = source_names(book.db)
    precisions = {asset.key: asset.precision for asset in book.catalog.assets.values()}
    for one in chosen:
        yield _row(book, one, sources, precisions)


def _row(
    book: Book, one: Whole, sources: dict[int, str], precisions: dict[str, int]
) -> dict[str, Cell]:
    recorded, postings = one.recorded, one.postings
    said = wording(book.catalog, recorded, postings, one.action)
    words = said.words
    account = book.catalog.accounts.get(recorded.account_id or 0)
    places = precisions.get(words.get("asset", ""))
    paid = _paid(recorded, words)  # by an asset: none of its units moved

    def number(key: str) -> Amount | None:
        return Amount(Decimal(words[key])) if key in words else None

    amount, money = _money(book, postings)
    stated = words.get("currency")
    if amount is None or (stated != money and ("price" in words or "cost" in words)):
        amount, money = number("cost") or number("amount"), stated
    fee_currency = words.get("fee_currency", money) if "fee" in words else None
    tax_currency = _tax_currency(book, postings) if "tax" in words else None

    return {
        "id": recorded.id,
        "date": recorded.occurred_on,
        "at": words.get("at"),
        "kind": recorded.kind,
        "institution": account and account.institution,
        "account": account and account.name,
        "asset": words["related_asset"] if paid else words.get("asset") or _split(book, one),
        "label": words.get("label"),
        "quantity": None if paid or said.quantity is None else Amount(said.quantity, places),
        "price": number("price"),
        "amount": amount,
        "currency": money,
        "fee": number("fee"),
        "fee_currency": fee_currency,
        "fee_in": fee_currency if fee_currency != money else None,
        "tax": number("tax"),
        "tax_currency": tax_currency,
        "tax_in": tax_currency if tax_currency != money else None,
        "to": _to(words),
        "linked_to": " ".join(map(str, one.ends)) or None,
        "external_id": recorded.external_id,
        "source": sources[recorded.source_id],
        "note": _note(recorded, words),
        "reversed": recorded.reversed_by is not None,
    }


_PAID_BY = ("dividend", "coupon", "interest", "return_of_capital")


def _paid(recorded: Recorded, words: dict[str, str]) -> bool:
    """Whether the row is about who paid, rather than about the cash."""
    return recorded.kind in _PAID_BY and words.get("related_asset") not in (
        None,
        words.get("asset"),
    )


def _money(book: Book, postings: list[Posting]) -> tuple[Amount | None, str | None]:
    """What the transaction did to money, fees and taxes included, and in which currency.

    Of a transfer and of an exchange of currencies that is what left, where it was; of a swap of
    units for money, the money.
    """
    catalog = book.catalog
    held = [(p, catalog.assets[catalog.holdings[p.holding_id].asset_id]) for p in postings]
    moved = [pair for pair in held if pair[0].role != "external" and pair[1].is_currency]
    of_units = sorted((p for p in moved if p[0].role == "asset"), key=lambda p: p[0].quantity)
    beside = [pair for pair in moved if pair[0].role != "asset"]
    cash = sorted(beside, key=lambda pair: pair[0].role != "cash")
    if not moved:
        return None, None
    money = (of_units or cash)[0][1]
    counted = [posting.quantity for posting, asset in of_units[:1] + cash if asset is money]
    return Amount(sum(counted, ZERO), money.precision), money.symbol


def _tax_currency(book: Book, postings: list[Posting]) -> str | None:
    """In what the tax was paid; None where there is none."""
    found = (book.catalog.holdings[p.holding_id].asset_id for p in postings if p.role == "tax")
    return next((book.catalog.assets[asset].key for asset in found), None)


def _to(words: dict[str, str]) -> str | None:
    """Where units went, or what came for them."""
    pot = f" [{words['to_label']}]" if words.get("to_label") else ""
    if "to_account" in words:
        return words["to_account"] + pot
    if "to_asset" in words:
        return f"{words.get('to_quantity', '')} {words['to_asset']}".strip() + pot
    return words.get("ratio")


def _note(recorded: Recorded, words: dict[str, str]) -> str | None:
    if recorded.reverses is not None:
        return f"undoes {recorded.reverses}"
    return words.get("note")
