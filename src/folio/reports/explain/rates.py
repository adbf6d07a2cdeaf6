"""What one unit is worth: the legs of the path, each a price with its source and its splits."""

import datetime as dt
import itertools
from decimal import Decimal

from folio.db.statements.provenance import recorded_on
from folio.engine.prices import Leg, Rate
from folio.model.explanation import Node, defined, leaf, made, missing
from folio.model.numbers import ONE
from folio.model.prices import CLOSE, INTRADAY, TRADE
from folio.model.quote_units import QUOTE_UNITS
from folio.model.quote_units import quoted as in_quote_unit
from folio.model.shell_words import shell_word
from folio.reports.explain.ground import Ground, plain
from folio.reports.prices.prices import stranded_in

_GRANULARITY = {TRADE: "a trade's price", INTRADAY: "a price of that day", CLOSE: "close"}


def rate(ground: Ground, asset: int, quote: int, day: dt.date) -> Node:
    """One unit of ``asset`` in ``quote`` on a day, along the path that the graph chose."""
    told = ground.rates.get((asset, quote, day))
    if told is None:
        told = ground.rates[asset, quote, day] = _rate(ground, asset, quote, day)
    return told


def _rate(ground: Ground, asset: int, quote: int, day: dt.date) -> Node:
    here, there = ground.symbol(asset), ground.symbol(quote)
    what = f"one {here} in {there} on {day}"
    if asset == quote:
        return defined(f"one {here}", ONE, there)
    found = ground.book.graph.rate(asset, quote, day)
    if found is None:
        return missing(what, there, *_tried(ground, asset, quote, day))
    legs = [_leg(ground, one, day) for one in found.legs]
    if len(legs) == 1:
        return legs[0]._replace(what=what, note=_joined(legs[0].note, _warning(found, day)))
    node = made(what, there, "product", legs, note=_warning(found, day))
    return node._replace(figure=found.rate)


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def _warning(found: Rate, day: dt.date) -> str:
    notes = []
    if found.stale:
        age = (day - found.day).days
        notes.append(f"stale: {age} {'day' if age == 1 else 'days'} old")
    if found.routed:
        notes.append("routed")
    return ", ".join(notes)


def quote(ground: Ground, asset: int) -> Node:
    """The asset's own price, in its own quote and in units of the day, as the report shows it."""
    what, day = f"price of {ground.symbol(asset)}", ground.query.as_of
    if ground.book.catalog.assets[asset].is_currency:
        return missing(what, "", "money has no price of its own")
    found = ground.book.graph.rate(asset, ground.query.currency.id, day)
    if found is None or not found.legs:
        return missing(what, "", *_tried(ground, asset, ground.query.currency.id, day))
    first = found.legs[0]
    price = _leg(ground, first, day) if first.inverse else quoted(ground, first, day)
    return _in_its_unit(ground, asset, what, price)


def _in_its_unit(ground: Ground, asset: int, what: str, price: Node) -> Node:
    """A price in the unit in which the asset's market states it, such as pence."""
    code = ground.book.catalog.assets[asset].quote_unit
    if code is None or QUOTE_UNITS[code].currency != price.unit:
        return price
    parts = defined(f"{code} in one {price.unit}", Decimal(1).scaleb(QUOTE_UNITS[code].places))
    return made(what, code, "product", [price, parts])


def age(ground: Ground, asset: int) -> Node:
    """How many days old the asset's own price is."""
    what, day = f"age of the price of {ground.symbol(asset)}", ground.query.as_of
    found = ground.book.graph.rate(asset, ground.query.currency.id, day)
    if found is None or not found.legs or ground.book.catalog.assets[asset].is_currency:
        return missing(what, "days", "there is no price of its own")
    first = found.legs[0]
    source, _ = ground.price(first)
    return leaf(what, Decimal((day - first.day).days), "days", source, f"{first.day} to {day}")


def _leg(ground: Ground, one: Leg, day: dt.date) -> Node:
    """One pair, as quoted or turned round, in units of the day that is asked for."""
    price = quoted(ground, one, day)
    if not one.inverse:
        return price
    here, there = ground.symbol(one.quote), ground.symbol(one.asset)
    what = f"one {here} in {there} on {one.day}"
    return made(what, there, "quotient", [defined(f"one {there}", ONE, there), price])


def quoted(ground: Ground, one: Leg, day: dt.date) -> Node:
    """A pair's own price, in units of ``day``: after the splits since the price."""
    node = _as_said(ground, one)
    for number, operation in ((one.quote, "product"), (one.asset, "quotient")):
        factor, _ = ground.book.prices.split_factor(number, one.day, day)
        if factor != ONE:
            splits = split_factor(ground, number, one.day, day, factor)
            what = f"{node.what}, in units of {day}"
            node = made(what, node.unit, operation, [node, splits])
    return node


def _as_said(ground: Ground, one: Leg) -> Node:
    """A price as its source says it, restated in units of its own day where need be."""
    unit = ground.symbol(one.quote)
    what = f"{ground.symbol(one.asset)} on {one.day}"
    said, row = ground.price(one)
    trade = ground.trade(one)
    worked_out = trade is not None and trade[1]
    note = "the money a trade moved for a unit" if worked_out else _GRANULARITY[one.granularity]
    stated, code = in_quote_unit(one.price, unit, ground.book.catalog.assets[one.asset].quote_unit)
    if code != unit:
        note += f", {plain(stated)} {code}"
    if row is None or not row.restates or Decimal(row.price) == one.price:
        return leaf(what, one.price, unit, said, note)
    recorded = recorded_on(ground.book.db, row.commit_id)
    factor, _ = ground.book.prices.split_factor(one.asset, one.day, recorded)
    return made(
        f"{what}, in units of its day",
        unit,
        "product",
        [
            leaf(what, Decimal(row.price), unit, said, f"{note}, restated after splits"),
            split_factor(ground, one.asset, one.day, recorded, factor),
        ],
    )


def split_factor(
    ground: Ground, asset: int, after: dt.date, until: dt.date, factor: Decimal
) -> Node:
    """New units for an old one over the splits in (after, until]."""
    splits = [s for s in ground.book.prices.splits.of(asset) if after < s.day <= until]
    news = [
        leaf(f"{s.new} new for {s.old} on {s.day}", Decimal(s.new), "",
             ground.transaction(s.transaction_id))
        for s in splits
    ]  # fmt: skip
    olds = [
        leaf(f"old units of {s.day}", Decimal(s.old), "", ground.transaction(s.transaction_id))
        for s in splits
    ]
    what = f"{ground.symbol(asset)} split since {after}"
    parts = [made("new units", "", "product", news), made("old units", "", "product", olds)]
    return made(what, "", "quotient", parts)._replace(figure=factor)


def _tried(ground: Ground, asset: int, quote: int, day: dt.date) -> tuple[str, list[Node]]:
    """Why there is no rate: the routes, and the pairs on them without a price by that day."""
    here, there = ground.symbol(asset), ground.symbol(quote)
    add = f"folio price add {shell_word(here)} PRICE --quote {shell_word(there)} --on {day}"
    routes = [r for r in ground.book.graph.routes(asset, quote) if _known(ground, r)]
    stranded = stranded_in(ground.book, asset, day)
    if not routes and stranded is not None and stranded.id != quote:
        why, _ = _tried(ground, stranded.id, quote, day)
        return f"{here} has a price in {stranded.key}, but {why}", []
    if not routes:
        return f"no price of {here} leads to {there}; try: {add}", []
    looked = [_route(ground, route, day) for route in routes]
    return f"no price on or before {day}; try: {add}", looked


def _known(ground: Ground, route: tuple[int, ...]) -> bool:
    """Whether each pair of a route had a price by then, of any day."""
    latest, end = ground.book.prices.latest, dt.date(9998, 12, 31)
    return all(latest(a, b, end) or latest(b, a, end) for a, b in itertools.pairwise(route))


def _route(ground: Ground, route: tuple[int, ...], day: dt.date) -> Node:
    way = " → ".join(map(ground.symbol, route))
    latest = ground.book.prices.latest
    lacking = [
        f"{ground.symbol(a)} in {ground.symbol(b)}"
        for a, b in itertools.pairwise(route)
        if latest(a, b, day) is None and latest(b, a, day) is None
    ]
    return missing(way, "", f"no price of {', '.join(lacking)} by {day}")
