"""What a sale would gain that was never recorded: told like one that was."""

from collections.abc import Callable, Iterator

from folio.book import Book
from folio.engine.fold import Fold
from folio.errors import FolioError
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.explanation import Node, Source, leaf, made, total
from folio.model.ledger import Event, State, Step
from folio.reports.explain.ground import Ground
from folio.reports.explain.rates import rate
from folio.reports.explain.sold.disposals import Disposals
from folio.reports.explain.trace import Gone, Trace
from folio.reports.query import Query
from folio.reports.sold.disposed import LONG, SHORT, UNCOVERED
from folio.reports.sold.what_if import NOWHERE, Quote, Sale, event_of, holdings_with, quote_of

_Figure = Callable[[Gone], Node]


class Assumed(Ground):
    """The facts, and after them a sale of the query's day by one lot method."""

    def __init__(self, book: Book, query: Query, sale: Sale, method: str | None) -> None:
        super().__init__(book, query)
        self.sale = sale
        found = holdings_with(book, query, sale)
        if len(found) > 1:
            raise FolioError("several holdings have the units; say of which: --account NAME")
        self.holding: Holding = found[0].holding
        self.quote: Quote = quote_of(book, query, sale, found[0])
        self.event: Event = event_of(query, sale, found[0], self.quote)
        if sale.named:
            self.event = self.event._replace(lots=tuple(sale.named))
        day = query.as_of.isoformat()
        self.method = method or book.lot_method(self.holding.id, day)
        self.source = Source("assumed", None, query.as_of)

    def trace(self, asset: int) -> Trace:
        family = self.book.family(asset)
        if family not in self._traces:
            self._traces[family] = Trace(self._steps(asset))
        return self._traces[family]

    def _steps(self, asset: int) -> Iterator[Step]:
        states: dict[int, State] = {}
        yield from self.book.walk(asset, until=self.query.as_of, states=states)
        if asset == self.holding.asset_id:
            terms = self.book.terms._replace(method=lambda holding, day: self.method)
            yield from Fold(terms, states).walk([self.event])

    def transaction(self, number: int) -> Source:
        return self.source if number == NOWHERE else super().transaction(number)

    def stated(self, event: Event) -> Node | None:
        if event.transaction_id != NOWHERE:
            return None
        money, asset = self.quote.currency, self.holding.asset_id
        units = leaf("units", self.sale.quantity, self.symbol(asset), self.source)
        gross = made("price × units", money.key, "product", [units, self.unit_price()],
                     rounded_to=money.precision)  # fmt: skip
        if not self.sale.fee or event.fees:
            return gross
        fee = leaf("fee", self.sale.fee, money.key, self.source)
        return made("received", money.key, "difference", [gross, fee])

    # -- the figures ---------------------------------------------------------------------

    def figure(self, name: str) -> Node:
        """A column of ``what-if``, over the slices that the sale would take."""
        column, term = _COLUMNS[name]
        slices = self._disposals().only(term)
        figure: _Figure = getattr(slices, column)
        parts = [figure(one) for one in slices.of(self.holding)]
        what = f"{name} of selling {self.name(self.holding)}, {self.method}"
        return total(what, self.unit, parts)

    def unit_price(self) -> Node:
        """The price of the sale."""
        if self.quote.rate is not None:
            return rate(self, self.holding.asset_id, self.quote.currency.id, self.query.as_of)
        return leaf("price", self.quote.price, self.quote.currency.key, self.source)

    def units(self) -> Node:
        """The units of the sale, slice by slice."""
        return self._disposals().units()

    def _disposals(self) -> Disposals:
        day = self.query.as_of
        return Disposals(self, Period(day, day), [self.holding], transaction=NOWHERE)


_COLUMNS: dict[str, tuple[str, str | None]] = {
    "proceeds": ("slice_proceeds", None),
    "cost": ("slice_cost", None),
    "gain": ("gain", None),
    "short-gain": ("gain", SHORT),
    "long-gain": ("gain", LONG),
    "uncovered-proceeds": ("slice_proceeds", UNCOVERED),
}
