"""What a transaction states: price × quantity, fees, taxes, or the market value of the day."""

import datetime as dt
from decimal import Decimal

from folio.db.transactions.postings import Posting
from folio.model.explanation import Node, leaf, made, total
from folio.model.ledger import Event
from folio.model.numbers import round_money
from folio.reports.explain.ground import Ground, day_of
from folio.reports.explain.rates import rate


def amount_of(ground: Ground, event: Event) -> Node:
    """What the units cost, or what they fetched after fees, in the transaction's currency."""
    assert event.amount is not None
    assert event.currency is not None
    told = ground.stated(event)
    if told is not None:
        return told
    unit = ground.symbol(event.currency)
    postings = ground.postings(event.transaction_id)
    holdings = ground.book.catalog.holdings  # a merged asset's are read as the other's
    own = next((p for p in postings if holdings[p.holding_id].id == event.holding_id), None)
    coming_in = event.quantity > 0
    paid = [
        _paid(ground, event, posting, own, coming_in)
        for posting in postings
        if posting.role in ("cash", "fee", "tax")
        and holdings[posting.holding_id].asset_id == event.currency
    ]
    what = "paid" if coming_in else "received"
    if paid and sum(p.figure for p in paid if p.figure is not None) == event.amount:
        return paid[0] if len(paid) == 1 else total(what, unit, paid)
    source = ground.transaction(event.transaction_id)
    if own is not None and own.price is not None and _quote(ground, own) == event.currency:
        node = _priced(ground, event, own, own.price, None, what)
        if node.figure == event.amount:
            return node
    return leaf(what, event.amount, unit, source, "as stated")


def _paid(
    ground: Ground, event: Event, posting: Posting, own: Posting | None, coming_in: bool
) -> Node:
    """One posting of cash: what was paid where units came in, else what was received."""
    assert event.currency is not None
    amount = -posting.quantity if coming_in else posting.quantity
    money = ground.book.catalog.assets[event.currency]
    same = own is not None and _quote(ground, own) == money.id
    if posting.role == "cash" and same and own is not None and own.price is not None:
        node = _priced(ground, event, own, own.price, money.precision, "price × units")
        if node.figure == amount:
            return node
    source = ground.transaction(event.transaction_id)
    what = {"cash": "cash", "fee": "fee", "tax": "tax"}[posting.role]
    return leaf(what, amount, money.key, source)


def _quote(ground: Ground, posting: Posting) -> int | None:
    """The currency of a posting's price."""
    currency = posting.price_currency_id
    return None if currency is None else ground.book.catalog.aliases.canonical(currency)


def _priced(
    ground: Ground, event: Event, own: Posting, price: Decimal, places: int | None, what: str
) -> Node:
    assert event.currency is not None
    source = ground.transaction(event.transaction_id)
    unit = ground.symbol(ground.book.catalog.holdings[own.holding_id].asset_id)
    parts = [
        leaf("units", abs(own.quantity), unit, source),
        leaf("price", price, ground.symbol(event.currency), source),
    ]
    exact = abs(own.quantity) * price
    rounded = None if places is None or round_money(exact, places) == exact else places
    return made(what, ground.symbol(event.currency), "product", parts, rounded_to=rounded)


def with_fees(ground: Ground, event: Event, amount: Node, what: str) -> Node:
    """The amount with the fees in other currencies, at the day's rate."""
    if not event.fees or event.currency is None:
        return amount
    sign = 1 if event.quantity > 0 else -1
    fees = [
        _converted_fee(ground, event, fee * sign, currency, event.currency)
        for fee, currency in event.fees
    ]
    return total(what, amount.unit, [amount, *fees])


def _converted_fee(ground: Ground, event: Event, fee: Decimal, currency: int, into: int) -> Node:
    source = ground.transaction(event.transaction_id)
    paid = leaf("fee", fee, ground.symbol(currency), source)
    return converted(ground, "fee at the day's rate", paid, (currency, into), day_of(event))


def converted(
    ground: Ground, what: str, amount: Node, pair: tuple[int, int], day: dt.date,
    places: int | None = None,
) -> Node:  # fmt: skip
    """An amount of one currency in another, at a day's rate."""
    unit = ground.symbol(pair[1])
    if pair[0] == pair[1]:
        if amount.figure is None or round_money(amount.figure, places) == amount.figure:
            return amount
        if amount.operation != "leaf" and amount.rounded_to is None:
            rounded = round_money(amount.figure, places)
            return amount._replace(figure=rounded, rounded_to=places)
        return made(what, unit, "same", [amount], rounded_to=places)
    return made(what, unit, "product", [amount, rate(ground, *pair, day)], rounded_to=places)


def in_report(ground: Ground, what: str, amount: Node, asset: int, day: dt.date) -> Node:
    """An amount in the currency of the report, at a day's rate and rounded."""
    pair, places = (asset, ground.query.currency.id), ground.teller.places
    return converted(ground, what, amount, pair, day, places)


def at_market(ground: Ground, asset: int, event: Event) -> Node | None:
    """The market value of what moved: of the asset given up in a swap, if it has a price.

    Money without a stated amount costs itself.
    """
    book, source = ground.book, ground.transaction(event.transaction_id)
    own = abs(event.quantity)
    if book.catalog.assets[asset].is_currency:
        return leaf("money costs itself", own, ground.symbol(asset), source)
    sides = [(asset, own)]
    if event.counter is not None:
        sides.insert(0 if event.quantity > 0 else 1, event.counter)
    for number, quantity in sides:
        found = book.market_price(number, event.key[0])
        if found is not None:
            _, currency, _ = found
            units = leaf("units", quantity, ground.symbol(number), source)
            price = rate(ground, number, currency, day_of(event))
            return made("market value", ground.symbol(currency), "product", [price, units])
    return None
