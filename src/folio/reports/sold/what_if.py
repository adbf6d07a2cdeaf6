"""What would a sale gain, by every method, before anything is recorded?

The sale is an event like any other, folded by the ledger's own fold onto what is held at
the end of the day, once for each method; nothing is recorded, and nothing is computed in
another way.  So a row is what the same sale would be listed as, once recorded.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.snapshot import Held, snapshot
from folio.book.usual_currency import UsualCurrency
from folio.db.derived.positions import read_states
from folio.engine.fold import Fold
from folio.engine.grades import Judged, as_one, at_price, together
from folio.engine.lots import METHODS
from folio.engine.prices import Rate
from folio.errors import FolioError
from folio.model.assets import Asset
from folio.model.ledger import Event, Slice, State, walk_key
from folio.model.lot_names import Lots, lot_text
from folio.model.numbers import ZERO, round_money, to_text
from folio.model.quote_units import in_major
from folio.model.shell_words import shell_word
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.query import ACCOUNT_ABOVE, Query, account_title, judged_cells, names
from folio.reports.sold.disposed import disposal, lot_of, sums

COLUMNS = (
    *ACCOUNT_ABOVE,
    Column("asset", "Asset", machine_only=True),
    Column("label", "Label", optional=5),
    Column("method", "Method"),
    Column("in_force", "In force"),
    Column("quantity", "Quantity", "quantity", machine_only=True),
    Column("proceeds", "Proceeds", "money", optional=4),
    Column("cost", "Cost", "money"),
    Column("gain", "Gain", "gain"),
    Column("short_gain", "Short term", "gain", optional=2),
    Column("long_gain", "Long term", "gain", optional=2),
    Column("uncovered_proceeds", "Uncovered", "money", optional=3),
    Column("lots", "Lots", optional=1),
    Column("price", "Price", "price", machine_only=True),
    Column("price_currency", "", machine_only=True),
    Column("price_date", "Price of", "day", machine_only=True),
    Column("grade", "Grade", "grade", optional=6),
    Column("reasons", "Why", machine_only=True),
)
NAMED = "named"
NOWHERE = 2**62  # a transaction's number that none has, after all of the day
_SHOWN = Decimal("0.00000001")


class Sale(NamedTuple):
    """What might be sold, and for what."""

    asset: Asset
    quantity: Decimal  # above 0
    price: Decimal | None = None  # per unit; None: the day's
    currency: Asset | None = None  # of the price; None: the asset's own, or the account's
    fee: Decimal = ZERO
    fee_currency: Asset | None = None  # None: the price's
    named: Lots = []  # noqa: RUF012  # lots to sell; a default that is never changed


class Quote(NamedTuple):
    """The price of the sale, and how it is known."""

    price: Decimal
    currency: Asset
    rate: Rate | None  # None: the price was said


def what_if_sell(book: Book, query: Query, sale: Sale) -> Table:
    """The sale on the query's day in each holding that has the units, by every method.

    Raises:
        FolioError: when no holding has the units, a named lot lacks them, or no price is known.
    """
    found = holdings_with(book, query, sale)
    states = _states(book, query.as_of, found)
    rows: list[dict[str, Cell]] = []
    parts: list[Judged] = []
    quotes = {held.holding.id: quote_of(book, query, sale, held) for held in found}
    for held in found:
        quote, state = quotes[held.holding.id], states.get(held.holding.id, State())
        for row, judged in _by_method(book, query, sale, held, quote, state):
            rows.append(row)
            parts.append(judged)
    whole = together(parts)
    return Table(
        "what-if",
        f"What if: sell {to_text(sale.quantity)} {sale.asset.key}",
        COLUMNS,
        rows,
        **query.told(*whole, money=True),
        group_by="heading",
        headline={"at": _said(query, sale, list(quotes.values()))},
        headline_columns=(Column("at", "Price"),),
    )


# -- what is there -----------------------------------------------------------------------


def holdings_with(book: Book, query: Query, sale: Sale) -> list[Held]:
    """The holdings that have the units on the day."""
    if sale.asset.is_currency:
        raise FolioError(f"{sale.asset.symbol} is a currency; what is exchanged is a swap")
    wanted = [h for h in query.holdings(book) if h.asset_id == sale.asset.id]
    held = snapshot(book, query.as_of, wanted)
    enough = [one for one in held if one.balance >= sale.quantity]
    if enough:
        return enough
    there = [_has(book, one) for one in held if one.balance > ZERO]
    raise FolioError(
        f"no holding has {to_text(sale.quantity)} {sale.asset.key} on {query.as_of}: "
        f"{', '.join(there) or 'there is none'}; see: folio lots {shell_word(sale.asset.key)}"
    )


def _has(book: Book, one: Held) -> str:
    """``North/Broker has 30 ACME [label]``."""
    account = book.catalog.accounts[one.holding.account_id].key
    what = book.catalog.describe(one.holding).removeprefix(f"{account} ")
    return f"{account} has {to_text(one.balance)} {what}"


def _states(book: Book, day: dt.date, found: list[Held]) -> dict[int, State]:
    """The holdings at the end of the day: as stored where nothing came later, else folded."""
    numbers = [one.holding.id for one in found]
    if book.known_at is None:
        stored = read_states(book.db, numbers)
        if all(state.last_day <= day.isoformat() for state in stored.values()):
            return stored
    states: dict[int, State] = {}
    for _ in book.walk(found[0].holding.asset_id, until=day, states=states):
        pass
    return states


def quote_of(book: Book, query: Query, sale: Sale, held: Held) -> Quote:
    """The price said, else that of the day, in its own currency or in the one said."""
    account = book.catalog.accounts[held.holding.account_id]
    if sale.price is not None:
        if sale.currency is not None:
            return Quote(sale.price, sale.currency, None)
        usual = UsualCurrency(book)
        unit = usual.unit_of(account, sale.asset, query.as_of, priced=True)
        if unit is None:
            code = usual.of(account, sale.asset, query.as_of, traded=True)
            return Quote(sale.price, book.catalog.currency(code), None)
        price, code = in_major(sale.price, unit)
        known = [a for a in book.catalog.assets_called(code) if a.is_currency]
        if not known:
            raise FolioError(f"{code} has no rate; record one with: folio price add {code} RATE")
        return Quote(price, known[0], None)
    graph, asset = book.graph, sale.asset
    currency = sale.currency
    if currency is None:
        rate = graph.rate(asset.id, book.base.id, query.as_of)
        own = rate.quote if rate else min(book.prices.quotes(asset.id), default=None)
        code = book.catalog.currency_of(account, query.as_of) or book.base.symbol
        currency = book.catalog.assets[own] if own else book.catalog.currency(code)
    rate = graph.rate(asset.id, currency.id, query.as_of)
    if rate is None:
        raise FolioError(
            f"{asset.key} has no price in {currency.symbol} on {query.as_of}; say one with "
            f"--price, or record it with: folio price add {shell_word(asset.key)} PRICE"
        )
    return Quote(rate.rate, currency, rate)


def _said(query: Query, sale: Sale, quotes: list[Quote]) -> str:
    """The price with its age, once for all holdings that have the same."""
    texts = []
    for quote in quotes:
        places = max(2, -int(Decimal(to_text(quote.price)).as_tuple().exponent))
        text = f"{round_money(quote.price, min(places, 8)):,f} {quote.currency.symbol}"
        if quote.rate is not None:
            age = (query.as_of - quote.rate.day).days
            text += f" of {quote.rate.day}"
            text += f", {age} {'day' if age == 1 else 'days'} old" if age else ""
        texts.append(text)
    fee = f", fee {to_text(sale.fee)}" if sale.fee else ""
    return " or ".join(dict.fromkeys(texts)) + fee


# -- selling it --------------------------------------------------------------------------


def _by_method(
    book: Book, query: Query, sale: Sale, held: Held, quote: Quote, state: State
) -> Iterator[tuple[dict[str, Cell], Judged]]:
    """A row for each method, and for the lots that are named."""
    in_force = book.lot_method(held.holding.id, query.as_of.isoformat())
    event = event_of(query, sale, held, quote)
    for method in METHODS:
        slices = _sell(book, event, state, method)
        yield _row(book, query, held, quote, method, slices, in_force=method == in_force)
    if sale.named:
        slices = _sell(book, event._replace(lots=tuple(sale.named)), state, in_force)
        _check_named(sale, slices)
        yield _row(book, query, held, quote, NAMED, slices, in_force=False)


def event_of(query: Query, sale: Sale, held: Held, quote: Quote) -> Event:
    """The sale as the ledger would have it: its cash rounded once, less the fee."""
    day = query.as_of.isoformat()
    amount = round_money(sale.quantity * quote.price, quote.currency.precision)
    fee_currency = sale.fee_currency or quote.currency
    apart = sale.fee and fee_currency.id != quote.currency.id
    return Event(
        walk_key(day, None, "sell", False, NOWHERE),
        held.holding.id,
        NOWHERE,
        "sell",
        -sale.quantity,
        amount if apart else amount - sale.fee,
        quote.currency.id,
        fees=((sale.fee, fee_currency.id),) if apart else (),
    )


def _sell(book: Book, event: Event, state: State, method: str) -> list[Slice]:
    """The slices that the sale would take."""
    choose: Callable[[int, str], str] = lambda holding, day: method  # noqa: E731
    fold = Fold(book.terms._replace(method=choose), {event.holding_id: _copy(state)})
    return [part for _, _, slices in fold.walk([event]) for part in slices]


def _copy(state: State) -> State:
    """A state to be folded on, so that the next method finds the first as it was."""
    copy = State()
    for name in State.__slots__:
        value = getattr(state, name)
        setattr(copy, name, list(value) if isinstance(value, list) else value)
    return copy


def _check_named(sale: Sale, slices: list[Slice]) -> None:
    for lot, units in sale.named:
        asked = sale.quantity if units is None else units
        there = sum((s.quantity for s in slices if s.opened_by == lot and s.place), ZERO)
        if there < asked:
            raise FolioError(
                f"lot {lot_text(lot, None)} has {to_text(_short(there))} {sale.asset.key}, "
                f"not {to_text(asked)}; "
                f"folio lots {shell_word(sale.asset.key)} lists them"
            )


def _row(
    book: Book,
    query: Query,
    held: Held,
    quote: Quote,
    method: str,
    slices: list[Slice],
    *,
    in_force: bool,
) -> tuple[dict[str, Cell], Judged]:
    teller = query.teller(book)
    parts = [disposal(book, teller, part) for part in slices]
    judged = as_one([one.judged for one in parts])
    if quote.rate is not None:
        judged = at_price(quote.rate, query.as_of, judged)
    asset = book.catalog.assets[held.holding.asset_id]
    sold = sum((part.quantity for part in slices), ZERO)
    row: dict[str, Cell] = {
        "heading": account_title(book, held.holding),
        **names(book, held.holding),
        "method": method,
        "in_force": in_force,
        "quantity": Amount(sold, asset.precision),
        **sums(parts, query.currency.precision),
        "lots": _lots(slices),
        "price": Amount(quote.price),
        "price_currency": quote.currency.symbol,
        "price_date": None if quote.rate is None else quote.rate.day,
    }
    return row | judged_cells(judged), judged


def _lots(slices: list[Slice]) -> str | None:
    """The lots as ``--lot`` takes them: the last one takes the rest."""
    units: dict[int, Decimal] = {}
    for part in slices:
        if (lot := lot_of(part)) is not None:
            units[lot] = units.get(lot, ZERO) + part.quantity
    if not units:
        return None
    *others, last = units
    return ",".join([*(f"{lot}:{to_text(_short(units[lot]))}" for lot in others), str(last)])


def _short(quantity: Decimal) -> Decimal:
    """A quantity without the many digits that an average gives it."""
    exponent = Decimal(to_text(quantity)).as_tuple().exponent
    return quantity.quantize(_SHOWN, ROUND_DOWN) if int(exponent) < -18 else quantity
