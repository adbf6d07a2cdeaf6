"""What every explanation stands on: the book, what it is asked, and who said what."""

import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from functools import cached_property

from folio.book import Book
from folio.book.selection import select
from folio.db.arrangements.sources import source_names
from folio.db.derived.trade_prices import trade_behind
from folio.db.statements.observations import Observation, observed_on
from folio.db.statements.provenance import Quoted, lines_stating, price_row, where_observed
from folio.db.transactions.ledger import get_transaction
from folio.db.transactions.postings import Posting, postings_of
from folio.engine.explanation import faults
from folio.engine.prices import Leg
from folio.engine.splits import scaled
from folio.engine.valuation import Teller
from folio.errors import FolioError
from folio.model.accounts import Holding
from folio.model.explanation import SHOWN, Node, Source, StatementLine, leaf
from folio.model.ledger import Event
from folio.model.numbers import ZERO, cut, to_text
from folio.model.prices import TRADE
from folio.model.shell_words import shell_words
from folio.reports.explain.trace import Move, Trace
from folio.reports.held.allocation import classes
from folio.reports.held.holdings import Line, lines
from folio.reports.query import Query


class Ground:
    """The facts behind the figures of one query; each is looked up once."""

    def __init__(self, book: Book, query: Query) -> None:
        self.book = book
        self.query = query
        self._transactions: dict[int, Source] = {}
        self._traces: dict[frozenset[int], Trace] = {}
        self._moves: dict[int, list[Move]] = {}  # by holding
        self.within: tuple[str, str] | None = None  # a class of an allocation: by, name
        self.wrong: list[str] = []  # what did not add up of that which was told later
        self.rates: dict[tuple[int, int, dt.date], Node] = {}  # told once, shown where they occur

    @cached_property
    def teller(self) -> Teller:
        return self.query.teller(self.book)

    @cached_property
    def unit(self) -> str:
        """The symbol of the currency in which the figures are told."""
        return self.query.currency.key

    def again(self, query: Query) -> "Ground":
        """The same facts, asked another way."""
        other = Ground(self.book, query)
        other._transactions = self._transactions
        other.rates = self.rates
        other.wrong = self.wrong
        if query.as_of == self.query.as_of:
            other._traces = self._traces
            other._moves = self._moves
        return other

    # -- words ---------------------------------------------------------------------------

    def symbol(self, asset: int) -> str:
        return self.book.catalog.assets[asset].key

    def name(self, holding: Holding) -> str:
        """``Institution/Account ASSET [label]``."""
        return self.book.catalog.describe(holding)

    def is_money(self, holding: int) -> bool:
        """Whether a holding is of a currency."""
        catalog = self.book.catalog
        return catalog.assets[catalog.holdings[holding].asset_id].is_currency

    @staticmethod
    def day(text: str) -> dt.date:
        return dt.date.fromisoformat(text)

    # -- facts ---------------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        """The holdings asked for that are held on the day, valued.

        Where filters choose only what is emptied, that: its figures are zeros.

        Raises:
            FolioError: when nothing of the class that is asked for is held.
        """
        if self.within is not None:
            return self._of_class(*self.within)
        held = lines(self.book, self.query, with_lots=True)
        emptied = bool(self.query.filters)
        return held or lines(self.book, self.query, emptied=emptied, with_lots=True)

    def _of_class(self, by: str, name: str) -> list[Line]:
        """The holdings of a row of an allocation."""
        named = classes(self.book, by)
        page = [li for li in lines(self.book, self.query, with_lots=True) if li.holding.included]
        found = [li for li in page if name.casefold() in map(str.casefold, named(self.book, li))]
        if not found:
            known = sorted({one for line in page for one in named(self.book, line)})
            raise FolioError(
                f"nothing of {by} {name!r} is held on {self.query.as_of}; "
                f"there {'are' if len(known) > 1 else 'is'}: {', '.join(known) or 'nothing'}"
            )
        return found

    def hidden(self) -> list[Holding]:
        """The holdings asked for that are hidden: in no total and on no page."""
        chosen = select(self.book.catalog, self.query.filters) if self.within is None else ()
        return [h for h in chosen if h.hidden]

    def trace(self, asset: int) -> Trace:
        """What happened to the holdings and lots of an asset's family, up to the day asked for."""
        family = self.book.family(asset)
        trace = self._traces.get(family)
        if trace is None:
            walk = self.book.walk(asset, until=self.query.as_of)
            trace = self._traces[family] = Trace(walk)
        return trace

    def moves(self, holding: int) -> list[Move]:
        """What moved a holding's units, up to the day asked for; its lots nobody asks for here."""
        found = self._moves.get(holding)
        if found is None:
            found = self._moves[holding] = []
            end, units = self.query.as_of.isoformat(), ZERO
            for event in self.book.events([holding]):
                if event.key[0] > end:
                    break
                before = units
                units = scaled(units, *event.ratio) if event.ratio else units + event.quantity
                found.append(Move(event, before, units))
        return found

    def later(
        self, what: str, figure: Decimal | None, tell: Callable[[], Node], unit: str | None = None
    ) -> Node:
        """A figure as the report has it, or that it lacks, told once somebody looks at it.

        What it is made of must make the figure: what does not goes to :attr:`wrong`.
        """

        def told() -> Node:
            node = tell()
            self.wrong += faults(node)
            if node.figure != figure:
                self.wrong.append(f"{what}: {figure} is said, its parts make {node.figure}")
            return node

        unit = self.unit if unit is None else unit
        if figure is None:
            return Node(what, None, unit, "missing", note="something is not known", tell=told)
        return Node(what, figure, unit, "untold", tell=told)

    def one_of(
        self, count: int, what: str, figure: Decimal | None, tell: Callable[[], Node],
        unit: str | None = None,
    ) -> Node:  # fmt: skip
        """One of so many figures: of a few each is told at once, else :meth:`later`."""
        return tell() if count <= SHOWN else self.later(what, figure, tell, unit)

    def stated(self, event: Event) -> Node | None:
        """What an event fetched or cost, where no transaction of the book says so."""
        return None

    def postings(self, transaction: int) -> list[Posting]:
        return postings_of(self.book.db, transaction)

    # -- sources -------------------------------------------------------------------------

    @cached_property
    def _sources(self) -> dict[int, str]:
        return source_names(self.book.db)

    def transaction(self, number: int) -> Source:
        """Who recorded a transaction, and the lines of the statements that state it.

        A negative number is that of growth: minus the observation that ends its gap.
        """
        source = self._transactions.get(number)
        if source is None and number < 0:
            source = self._transactions[number] = self._growth(-number)
        if source is None:
            recorded = get_transaction(self.book.db, number, self.book.known_at)
            assert recorded is not None, f"transaction {number} is not in the book"
            found = lines_stating(self.book.db, number, self.book.known_at)
            source = self._transactions[number] = Source(
                "transaction",
                number,
                recorded.occurred_on,
                recorded.commit_id,
                self._sources[recorded.source_id],
                recorded.note or None,
                tuple(StatementLine(*one) for one in found),
            )
        return source

    def _growth(self, number: int) -> Source:
        found = observed_on(self.book.db, number)
        assert found is not None, f"observation {number} is not in the book"
        commit = where_observed(self.book.db, number).commit_id
        return Source("observation", number, found[1], commit, "answered growth")

    def observation(self, seen: Observation) -> Source:
        """Who saw a balance, and the line of the statement that prints it."""
        commit, note, file, line, text = where_observed(self.book.db, seen.id)
        stated = () if file is None or line is None else (StatementLine(file, line, text or ""),)
        return Source("observation", seen.id, seen.day, commit, seen.source, note, stated)

    def price(self, leg: Leg) -> tuple[Source, Quoted | None]:
        """Who said a price, and its row; without one it is a trade's."""
        trade = self.trade(leg)
        if trade is not None:
            return self.transaction(trade[0]), None
        book = self.book
        row = price_row(book.db, self._pairs(leg), leg.day, leg.granularity, book.known_at)
        assert row is not None, f"a price of {leg.day} is in force without a row"
        return Source("price", None, leg.day, row.commit_id, row.source, row.reason), row

    def trade(self, leg: Leg) -> tuple[int, bool] | None:
        """The transaction whose price it is, and whether that was worked out from the money."""
        if leg.granularity != TRADE:
            return None
        return trade_behind(self.book.db, self._pairs(leg), leg.day, self.book.known_at)

    def _pairs(self, leg: Leg) -> list[tuple[int, int]]:
        members = self.book.catalog.aliases.members
        return list(itertools.product(members(leg.asset), members(leg.quote)))

    # -- what is told by a question of its own -------------------------------------------

    def asked_for(
        self, what: str, amount: Decimal, unit: str, *words: str,
        day: dt.date, as_of: dt.date | None = None,
    ) -> Node:  # fmt: skip
        """A figure that ``folio explain`` tells when asked with ``words``, of the same choice.

        A return over years rests on the values of hundreds of days, each of which rests on
        holdings, prices and lots.  Told in one tree they would be a book in itself; so each is
        named with the command that tells it, which goes on from there.
        """
        command = ["folio", "explain", *words]
        if as_of is not None:
            command += ["--as-of", as_of.isoformat()]
        for option, names in self.query.filters._asdict().items():
            command += [word for name in names for word in (f"--{option}", name)]
        if self.query.currency.id != self.book.base.id:
            command += ["--currency", self.query.currency.key]
        if self.query.known_at is not None:
            command += ["--known-at", self.query.known_at.isoformat()]
        return leaf(what, amount, unit, Source("figure", None, day, by=shell_words(*command)))


def day_of(event: Event) -> dt.date:
    return dt.date.fromisoformat(event.key[0])


def name_of(event: Event) -> str:
    """What an event was, and when: ``sell of 2025-06-12``."""
    kind = {"apportion": "spin off", "reduce": "return of capital"}.get(event.kind, event.kind)
    return f"{kind.replace('_', ' ')} of {day_of(event)}"


def plain(number: Decimal) -> str:
    """A number in words: no exponent, no zeros at its end; a ratio is cut, and marked so."""
    return cut(to_text(number))
