"""The legs of transfers: those that wait for an answer, each with what it may be one with."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from folio.book import Book
from folio.book.transfers import Near, answered_legs, legs_of, possible, unanswered
from folio.db.transactions.links import Link, read_links, taken_apart
from folio.engine.transfers import reasons
from folio.model.accounts import Holding
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.model.transfers import Match, TransferLeg
from folio.reports.query import Query

SHOWN = 5  # candidates of a leg
_AT_ONCE = 1_000  # links whose legs are read together
COLUMNS = (
    Column("id", "Id", "number"),
    Column("date", "Date", "day"),
    Column("kind", "Kind", optional=2),
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account"),
    Column("label", "Label", machine_only=True),
    Column("asset", "Asset"),
    Column("quantity", "Quantity", "quantity"),
    Column("state", "State", machine_only=True),
    Column("with", "With"),
    Column("with_date", "On", "day", optional=1),
    Column("with_account", "Account"),
    Column("with_quantity", "Quantity", "quantity", optional=3),
    Column("fits", "Fits", machine_only=True),
    Column("candidates", "Candidates", "count", machine_only=True),
    Column("why", "Why"),
)


class Waiting(NamedTuple):
    """A leg that nobody has answered."""

    leg: TransferLeg
    candidates: list[Match]  # the likeliest first


def waiting(book: Book, query: Query) -> list[Waiting]:
    """The legs that wait for an answer, by day: departures, then arrivals that none fits.

    An arrival that is some departure's candidate is asked about there; the candidates of the
    others are withdrawals.
    """
    answered = answered_legs(book)
    legs = [leg for leg in unanswered(book, answered) if leg.day <= query.as_of]
    near = Near(book, legs, answered)
    found = [Waiting(leg, near.candidates(leg)) for leg in legs if leg.departs]
    fitting = {a.transaction_id for w in found for m in w.candidates for a in m.arrivals}
    alone = (leg for leg in legs if not leg.departs and leg.transaction_id not in fitting)
    found += [Waiting(leg, near.candidates(leg)) for leg in alone]
    found.sort(key=lambda one: (one.leg.day, one.leg.transaction_id))
    wanted = {holding.id for holding in query.holdings(book)}
    return [one for one in found if wanted & _holdings(one)]


def _holdings(one: Waiting) -> set[int]:
    legs = (leg for found in one.candidates for leg in found.legs)
    return {one.leg.holding_id, *(leg.holding_id for leg in legs)}


def transfers(book: Book, query: Query, *, everything: bool = False) -> Table:
    """Legs without an answer, a row a candidate; ``everything`` adds those that have one.

    It adds withdrawals and deposits, too, that may be transfers and need no answer.
    """
    asked = waiting(book, query)
    apart = taken_apart(book.db, (one.leg.transaction_id for one in asked), book.known_at)
    rows = [row for one in asked for row in _asked(book, one, apart[one.leg.transaction_id])]
    if everything:
        rows = [*rows, *_said(book, query), *_possible(book, query)]
        rows.sort(key=lambda row: (str(row["date"]), int(str(row["id"]))))
    state = Column("state", "State") if everything else COLUMNS[8]
    columns = tuple(state if column.key == "state" else column for column in COLUMNS)
    return Table(
        "transfers",
        "Transfers" if everything else "Transfers that wait for an answer",
        columns,
        rows,
        **query.told(),
        empty="no transfers" if everything else "every transfer has both its ends, or an answer",
    )


def _asked(book: Book, one: Waiting, apart: set[int]) -> Iterator[dict[str, Cell]]:
    """A row for each candidate; one for a leg that has none.  ``apart`` were one with it."""
    start = _leg(book, one.leg) | {"state": "open", "candidates": len(one.candidates)}
    if not one.candidates:
        said = "nothing like it left" if not one.leg.departs else "nothing like it arrived"
        yield start | _nobody() | {"why": f"{said} within a week"}
    for found in one.candidates[:SHOWN]:
        why = reasons(found)
        if apart & {leg.transaction_id for leg in found.legs}:
            why.append("you took them apart")
        others = found.arrivals if one.leg.departs else (found.departure,)
        yield start | _others(book, others) | {"fits": found.close, "why": "; ".join(why)}


def _said(book: Book, query: Query) -> Iterator[dict[str, Cell]]:
    """A row for each link, and for each leg that was answered alone."""
    wanted = {holding.id for holding in query.holdings(book)}
    links = iter(read_links(book.db, book.known_at))
    while some := list(islice(links, _AT_ONCE)):
        legs = legs_of(book, (number for link in some for number in link.legs))
        for link in some:
            first, *others = [legs[number] for number in link.legs if number in legs]
            if first.day <= query.as_of and wanted & {one.holding_id for one in (first, *others)}:
                yield _leg(book, first) | _answered(book, link, others)


def _possible(book: Book, query: Query) -> Iterator[dict[str, Cell]]:
    """A row for each deposit that may be where a withdrawal went."""
    wanted = {holding.id for holding in query.holdings(book)}
    for found in possible(book):
        last = max(leg.day for leg in found.legs)
        if last <= query.as_of and wanted & {leg.holding_id for leg in found.legs}:
            cells = _leg(book, found.departure) | _others(book, found.arrivals)
            yield cells | {"state": "possible", "fits": True, "why": "; ".join(reasons(found))}


def _answered(book: Book, link: Link, others: list[TransferLeg]) -> dict[str, Cell]:
    cells = _others(book, tuple(others)) if others else _nobody()
    return cells | {"state": link.answer, "why": None}


def _leg(book: Book, leg: TransferLeg) -> dict[str, Cell]:
    holding = _holding(book, leg)
    account = book.catalog.accounts[holding.account_id]
    asset = book.catalog.assets[leg.asset_id]
    return {
        "id": leg.transaction_id,
        "date": leg.day,
        "kind": leg.kind,
        "institution": account.institution,
        "account": account.name,
        "label": holding.label or None,
        "asset": asset.key,
        "quantity": Amount(-leg.units if leg.departs else leg.units),
    }


def _holding(book: Book, leg: TransferLeg) -> Holding:
    return book.catalog.holdings[leg.holding_id]


def _others(book: Book, legs: tuple[TransferLeg, ...]) -> dict[str, Cell]:
    accounts = (book.catalog.accounts[_holding(book, leg).account_id].key for leg in legs)
    return {
        "with": " ".join(str(leg.transaction_id) for leg in legs),
        "with_date": legs[-1].day,
        "with_account": ", ".join(dict.fromkeys(accounts)),
        "with_quantity": Amount(
            sum((leg.units for leg in legs), ZERO) * (-1 if legs[0].departs else 1)
        ),
        "fits": None,
    }


def _nobody() -> dict[str, Cell]:
    return dict.fromkeys(("with", "with_date", "with_account", "with_quantity", "fits"))
