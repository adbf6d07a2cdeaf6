"""What changed since: value by its causes, from then to now."""

import datetime as dt
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.flows import lost_of
from folio.book.later import FEW_DAYS
from folio.book.observed import appeared
from folio.book.snapshot import snapshot, valuation
from folio.engine.changes import Change, Exposure, Units, split, units_of
from folio.engine.grades import Counts, Judged, grade, judged, reasons, worst
from folio.engine.rollups import earned, traded
from folio.engine.valuation import Teller
from folio.errors import UnknownName, UsageError
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.ledger import Event
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.reports.held.holdings import Line
from folio.reports.query import ACCOUNT_ABOVE, Query, Since, account_title, judged_cells, names

_PARTS = (
    Column("opening", "Opening", "money"),
    Column("knowledge", "New knowledge", "gain"),
    Column("flow", "Flow", "gain"),
    Column("gap", "Gap", "gain", optional=1),
    Column("moved", "Moved", "gain", optional=3),
    Column("income", "Income", "gain"),
    Column("costs", "Costs", "gain", optional=2),
    Column("market", "Market", "gain"),
    Column("currency", "Currency", "gain"),
    Column("unmeasured", "Unmeasured", "gain", optional=1),
    Column("closing", "Closing", "money"),
)
COLUMNS = (
    *ACCOUNT_ABOVE,
    Column("asset", "Asset"),
    Column("label", "Label", optional=1),
    *_PARTS,
    Column("grade", "Grade", "grade", machine_only=True),
    Column("reasons", "Why", machine_only=True),
)
_ONE_DAY = dt.timedelta(days=1)
_MANY = 10_000  # movements: beyond so many, whole price histories are read at once


class Move(NamedTuple):
    """What came or went on a day, in the report's currency; its cause has it in units."""

    day: dt.date
    amounts: Units
    measured: bool  # there was a rate for all of it
    event: Event | None = None  # None: it was observed, and no transaction brought it
    units: Units = Units()  # of the holding's asset


# What a holding was worth at the start, as known then and as known now, at the end, and its moves.
Ends = tuple[Line | None, Line | None, Line | None, list[Move]]


class Course(NamedTuple):
    """What a holding was worth, and what moved in between."""

    before: Line | None  # at the start, as known then
    opening: Line | None  # at the start
    closing: Line | None
    moves: list[Move]
    quote: int | None  # the currency in which it is priced
    change: Change
    unrated: dt.date | None = None  # the first day on which that lacks a rate that is needed
    first_quote: int | None = None  # in which it was priced at the start, where that is another


class Told(NamedTuple):
    """A row: a holding's change, and how well it is known."""

    change: Change
    counts: Counts
    # The currency's part is in market: as its rate is missing from this day on, or as it was priced
    # in another one at the start.
    unrated: dt.date | None
    requoted: bool


def changes(book: Book, query: Query, since: Since) -> Table:
    """Value from ``since``, as known then, to the query's day, as known now, by its causes."""
    found = ((number, told_of(one)) for number, one in courses(book, query, since))
    rows = {number: told for number, told in found if any(told.change) or told.counts.priceless}
    return _table(book, query, since, rows)


def told_of(one: Course) -> Told:
    """What is told of a holding; what moved it may be much, and is not kept."""
    if one.change.unmeasured:
        return Told(one.change, _counts(one), None, False)
    return Told(one.change, _counts(one), one.unrated, one.first_quote is not None)


def together(told: Collection[Told]) -> Judged:
    """How well the sum over these is known."""
    counts = Counts.of(one.counts for one in told)
    unrated = [one.unrated for one in told if one.unrated]
    requoted = sum(one.requoted for one in told)
    said = [(len(unrated), f"without a rate from {min(unrated, default=None)}"),
            (requoted, "priced in another currency at the start")]  # fmt: skip
    beside = [f"{n} of {len(told)} {what}, whose currency's part is in market"
              for n, what in said if n]  # fmt: skip
    name = worst([grade(counts) if told else "full", "estimated" if beside else "full"])
    return Judged(name, (*(reasons(counts) if told else ()), *beside))


def _counts(one: Course) -> Counts:
    """What is amiss with a holding's values at both ends; what it cost is of no matter here."""
    ends = [end.worth.counts for end in one[:3] if end is not None] or [Counts()]
    found = Counts._make(map(max, zip(*ends, strict=True)))
    known = all(move.measured for move in one.moves) and not one.change.unmeasured
    lacks = int(not known or None in (_value(one.opening), _value(one.closing)))
    estimated = found.stale or found.routed or found.traded or found.interpolated
    found = found._replace(held=1, unknown=lacks, priceless=lacks, estimated=estimated)
    return found._replace(baseless=0, unexplained=0, at_market=0)


def courses(book: Book, query: Query, since: Since) -> Iterator[tuple[int, Course]]:
    """The included holdings that were anything then or now, or moved in between.

    Raises:
        UsageError: where ``since`` is after the query's day, and nothing can have changed.
    """
    if since.day > query.as_of:
        raise UsageError(
            f"{since.day} is after {query.as_of}, the last day that is asked about; say an earlier "
            "--since"
        )
    before = _worths(Book.known(book.db, since.commit), query, since.day)
    opening, closing = _worths(book, query, since.day), _worths(book, query, query.as_of)
    moved = sum(position.postings for position in book.positions.values())
    if moved > _MANY and (query.as_of - since.day).days >= FEW_DAYS:
        book = Book(book.db, known_at=book.known_at, walks=True)
        book.prices.read_whole(since.day)
    teller = query.teller(book)
    for holding in query.holdings(book):
        moves = _moves(book, query, holding, since.day, teller) if holding.included else []
        start, end = opening.get(holding.id), closing.get(holding.id)
        first = before.get(holding.id)
        if holding.included and (first or start or end or moves):
            ends = (first, start, end, moves)
            yield holding.id, _course(book, query, holding, ends, teller, since.day)


def _course(
    book: Book, query: Query, holding: Holding, ends: Ends, teller: Teller, since: dt.date
) -> Course:
    _, start, end, moves = ends
    quote = quoted_in(book, holding, start, end)
    first = quoted_in(book, holding, start) if _value(start) else quote
    requoted = first if first != quote else None
    exposed, unrated = _exposed(start, moves, teller, None if requoted else quote, since)
    at_end = None if quote is None else teller.graph.rate(quote, teller.currency, query.as_of)
    rate = None if at_end is None or unrated or requoted else at_end.rate
    change = _change(*ends, exposed, rate, teller.places)
    return Course(*ends, quote, change, unrated, requoted)


def _worths(book: Book, query: Query, day: dt.date) -> dict[int, Line]:
    """The included holdings on a day, valued."""
    teller = query.teller(book)
    try:
        wanted = query.holdings(book)
    except UnknownName:  # it was made later
        return {}
    included = [h for h in wanted if h.included]
    found = snapshot(book, day, included, currency=teller.currency, costs_for=teller)
    return {held.holding.id: Line(held, valuation(held, teller, day)) for held in found}


def _moves(
    book: Book, query: Query, holding: Holding, after: dt.date, teller: Teller
) -> list[Move]:
    """What moved in (after, the query's day]; then what was observed beyond that."""
    end = query.as_of.isoformat()
    moves = [
        _valued(book, event, teller)
        for event in book.reader.walk([holding.id], after=after, until=end)
        if event.key[0] <= end and (event.quantity or event.external)
    ]
    for found in appeared(book, holding, Period(after + _ONE_DAY, query.as_of)):
        asset, day, units = holding.asset_id, found.day, Units(gap=found.units)
        now, then = (teller.convert(one, asset, day) for one in (found.there, found.before))
        worth = None if now is None or then is None else now - then
        moves.append(Move(day, Units(gap=worth or ZERO), worth is not None, units=units))
    return moves


def _valued(book: Book, event: Event, teller: Teller) -> Move:
    """A transaction's parts at the day's market, but a trade at what was paid and income at its
    stated worth, as in the rollup."""
    day = dt.date.fromisoformat(event.key[0])
    asset = book.catalog.holdings[event.holding_id].asset_id
    lost = lost_of(book, event)
    units = units_of(event.kind, event.quantity, event.external, event.gross, lost)
    worth = [teller.convert(part, asset, day) if part else ZERO for part in units]
    income = earned(event, units.income)
    for part, stated in (
        ("moved", traded(event, units.moved, asset, teller)),
        ("income", [] if income is None else [income]),
    ):
        if stated:
            amounts = [teller.convert(*one, day) for one in stated]
            known = [amount for amount in amounts if amount is not None]
            whole = sum(known, ZERO) if len(known) == len(amounts) else None
            worth[Units._fields.index(part)] = whole
    parts = Units(*(part or ZERO for part in worth))
    return Move(day, parts, None not in worth, event, units)


def quoted_in(book: Book, holding: Holding, *ends: Line | None) -> int | None:
    """The currency in which a holding's asset is priced, a currency in itself; None without."""
    if book.catalog.assets[holding.asset_id].is_currency:
        return holding.asset_id
    rates = [end.worth.rate for end in reversed(ends) if end is not None]
    return next((rate.quote for rate in rates if rate is not None and rate.quote), None)


def _exposed(
    opening: Line | None, moves: list[Move], teller: Teller, quote: int | None, since: dt.date
) -> tuple[list[Exposure], dt.date | None]:
    """What the quoted currency's rate worked on; and the first day that lacks the rate.

    A part of the exposure alone would say of the currency what is the price's doing.
    """
    exposed: list[Exposure] = []
    amounts = [(since, _value(opening) or ZERO), *((m.day, sum(m.amounts, ZERO)) for m in moves)]
    for day, amount in amounts if quote is not None else ():
        rate = teller.graph.rate(quote or 0, teller.currency, day)
        if rate is not None:
            exposed.append(Exposure(amount, rate.rate))
        elif amount:
            return [], day
    return exposed, None


def _change(
    before: Line | None,
    opening: Line | None,
    closing: Line | None,
    moves: list[Move],
    exposed: list[Exposure],
    closing_rate: Decimal | None,
    places: int | None,
) -> Change:
    return split(
        None if before is None else before.worth.value,
        _value(opening),
        _value(closing),
        moves=Units(*(sum(part, ZERO) for part in zip(*(m.amounts for m in moves), strict=True))),
        exposed=exposed,
        closing_rate=closing_rate,
        measured=all(move.measured for move in moves),
        places=places,
    )


def _value(line: Line | None) -> Decimal | None:
    """A value; 0 before anything is known of a holding, None where it has no price."""
    return ZERO if line is None else line.worth.value


def _table(book: Book, query: Query, since: Since, told: dict[int, Told]) -> Table:
    rows = [_row(book, query, book.catalog.holdings[number], told[number]) for number in told]
    places = query.currency.precision
    keys = Change._fields
    totals: dict[str, Cell] = {
        key: Amount(sum((getattr(t.change, key) or ZERO for t in told.values()), ZERO), places)
        for key in keys
    }
    shown = {"opening", "closing", "market", *(k for k in keys if any(_nonzero(told, k)))}
    columns = tuple(
        c if c.key in shown or c not in _PARTS else c._replace(machine_only=True) for c in COLUMNS
    )
    return Table(
        "changes",
        f"Changes since {since.instant:%Y-%m-%d %H:%M}",
        columns,
        rows,
        totals,
        **query.told(*together(told.values()), money=True),
        group_by="heading",
        empty="nothing was held then, and nothing is now",
    )


def _nonzero(told: dict[int, Told], key: str) -> list[bool]:
    return [bool(getattr(one.change, key)) for one in told.values()]


def _row(book: Book, query: Query, holding: Holding, told: Told) -> dict[str, Cell]:
    places = query.currency.precision
    row: dict[str, Cell] = {"heading": account_title(book, holding), **names(book, holding)}
    for key, amount in told.change._asdict().items():
        row[key] = optional_amount(amount, places)
    return row | judged_cells(judged(told.counts))
