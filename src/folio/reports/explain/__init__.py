"""``explain``: from a figure of a report to the facts that make it.

Every figure is told by the functions that computed it: the snapshot and its valuation, the
price graph, the fold of the lots.  What is told is checked again, part by part
(:mod:`folio.engine.explanation`), so that arithmetic that does not add up is never shown as if
it did.
"""

import datetime as dt
import difflib
from collections.abc import Callable
from typing import NamedTuple

from folio.book import Book
from folio.book.selection import Filters, asset_ids
from folio.engine.explanation import faults
from folio.engine.grades import grade, reasons
from folio.errors import FolioError, UsageError
from folio.model.dates import EARLIEST, Period, parse_period, year_before
from folio.model.explanation import Node, made, total
from folio.model.transactions import INCOME_KINDS
from folio.reports.disposed import CASH, LONG, SHORT, UNCOVERED
from folio.reports.explain.days import Days
from folio.reports.explain.disposals import Disposals
from folio.reports.explain.grading import Grading
from folio.reports.explain.ground import Ground
from folio.reports.explain.holdings import Holdings
from folio.reports.explain.incomes import Incomes
from folio.reports.explain.open_lots import OpenLots
from folio.reports.explain.rates import age, quote, rate
from folio.reports.explain.vaults import VaultFigures
from folio.reports.holdings import Line
from folio.reports.holdings import total as total_of
from folio.reports.query import Query


class Asked(NamedTuple):
    """One figure, and what it is about."""

    figure: str
    what: str | None = None  # an asset, a vault or a period
    period: str | None = None
    transaction: int | None = None  # that sold: its slices alone
    lot: int | None = None  # the transaction that opened it
    kind: str | None = None  # of income


class Explanation(NamedTuple):
    """A figure, told and checked."""

    figure: str
    root: Node
    grade: str | None  # of the holdings whose figure it is; None: it is no sum over holdings
    reasons: tuple[str, ...]
    faults: tuple[str, ...]  # what does not add up; never anything, if folio is right


def explain(book: Book, query: Query, asked: Asked) -> Explanation:
    """What a figure of a report is made of.

    Raises:
        UsageError: for a figure that folio does not know, or one that needs to be told of what.
        FolioError: where nothing is held that the question could be about.
    """
    name = asked.figure.replace("_", "-").lower()
    name = _ALIASES.get(name, name)
    if name not in FIGURES:
        raise UsageError(_unknown(name, asked.figure))
    told = FIGURES[name]
    _check(name, told, asked)
    if told.about == "asset" and asked.what is not None:
        query = query._replace(filters=query.filters._replace(asset=(asked.what,)))
    ground = Ground(book, query)
    root = told.tell(_Question(ground, asked))
    wrong = tuple(faults(root))
    if name not in _GRADED or asked.period is not None or asked.transaction is not None:
        return Explanation(name, root, None, (), wrong)
    counts = total_of(ground.lines).counts
    if ground.lines and not counts.held:  # emptied, which is known
        return Explanation(name, root, None, (), wrong)
    return Explanation(name, root, grade(counts), tuple(reasons(counts)), wrong)


def _unknown(name: str, said: str) -> str:
    """What to say of a figure that cannot be told: a misspelt one, or another report's."""
    elsewhere = next((told for words, told in _ELSEWHERE.items() if name in words.split()), None)
    if elsewhere is not None:
        return f"explain does not tell {said}; {elsewhere}"
    close = difflib.get_close_matches(name, [*FIGURES, *_ALIASES], n=2)
    if close:
        return f"{said!r} is no figure; did you mean {' or '.join(close)}?"
    return f"{said!r} is no figure; say one of: {', '.join(FIGURES)}"


def _check(name: str, told: "Told", asked: Asked) -> None:
    """Refuse what a figure cannot be asked about, rather than leave it unsaid."""
    if asked.what is not None and not told.about:
        raise UsageError(f"{name} is about nothing in particular; leave out {asked.what!r}")
    options = {"period": "--period", "transaction": "--tx", "lot": "--lot", "kind": "--kind"}
    for field, option in options.items():
        if getattr(asked, field) is not None and field not in told.takes.split():
            able = [other for other, one in FIGURES.items() if field in one.takes.split()]
            raise UsageError(f"{option} is for {', '.join(able)}; {name} takes none")


class _Question:
    """A question, with the facts at hand."""

    def __init__(self, ground: Ground, asked: Asked) -> None:
        self.ground = ground
        self.asked = asked

    @property
    def holdings(self) -> Holdings:
        return Holdings(self.ground)

    def period(self, default: str) -> Period:
        """The period that is asked about."""
        return parse_period(self.asked.period or default, self.ground.query.as_of)

    def days(self) -> Days:
        """The days that the question names, be it as an option; else its day."""
        if self.asked.what is not None and self.asked.period is not None:
            raise UsageError(f"say the period once: {self.asked.what!r} or --period")
        said = self.asked.what or self.asked.period
        day = self.ground.query.as_of
        return Days(self.ground, Period(day, day) if said is None else parse_period(said, day))

    def lines(self) -> list[Line]:
        """The holdings that are listed.

        Raises:
            FolioError: when nothing is held that was asked for.
        """
        if not self.ground.lines and (self.asked.what or self.ground.query.filters):
            day = self.ground.query.as_of
            raise FolioError(f"nothing of that is held on {day}; see: folio report --as-of {day}")
        return self.ground.lines

    def each(self, one: Callable[[Line], Node], several: Callable[[], Node]) -> Node:
        """The figure of the holding that is named, else that of all together."""
        lines = self.lines()
        return one(lines[0]) if len(lines) == 1 and self.ground.query.filters else several()

    def disposals(self, term: str | None = None) -> Disposals:
        """The slices that were sold.

        Raises:
            FolioError: when a sale or a lot is named of which there are none.
        """
        asked, period = self.asked, self.period("all")
        named = Disposals(self.ground, period, transaction=asked.transaction, lot=asked.lot)
        if (asked.transaction, asked.lot) != (None, None) and not any(
            map(named.of, self.ground.query.holdings(self.ground.book))
        ):
            sold = "nothing was sold"
            if asked.transaction is not None:
                sold = f"transaction {asked.transaction} sold nothing"
            of = "there" if asked.lot is None else f"of lot {asked.lot} there"
            raise FolioError(f"{sold} {of}; see: folio report gains --period all")
        return named.only(term)

    def sold(self) -> bool:
        """Whether it is about what was sold, rather than about what is held."""
        return self.asked.period is not None or self.asked.transaction is not None

    def lots(self) -> OpenLots | None:
        return None if self.asked.lot is None else OpenLots(self.ground, self.asked.lot)

    def asset(self) -> int:
        """The only asset that it is about.

        Raises:
            UsageError: when it names none, or several.
        """
        found = asset_ids(self.ground.book.catalog, self.ground.query.filters.asset) or set()
        if len(found) != 1:
            raise UsageError(f"say one asset: folio explain {self.asked.figure} ASSET")
        return next(iter(found))

    def vault(self) -> VaultFigures:
        if self.asked.what is None:
            raise UsageError(f"say which vault: folio explain {self.asked.figure} NAME")
        return VaultFigures(self.ground, self.asked.what)

    def incomes(self) -> Incomes:
        kind = self.asked.kind
        if kind is not None and kind not in INCOME_KINDS:
            raise UsageError(
                f"{kind!r} is no income; say one of: {', '.join(sorted(INCOME_KINDS))}"
            )
        return Incomes(self.ground, self.period("all"), kind)


# -- the figures -----------------------------------------------------------------------------


def _value(q: _Question) -> Node:
    lots = q.lots()
    return lots.value() if lots else q.each(q.holdings.value, q.holdings.values)


def _cost(q: _Question) -> Node:
    if q.sold():
        return q.disposals().costs(q.ground.query.holdings(q.ground.book))
    lots = q.lots()
    return lots.cost() if lots else q.each(q.holdings.cost, q.holdings.costs_of)


def _gain(q: _Question) -> Node:
    if q.sold():
        return q.disposals().gains(q.ground.query.holdings(q.ground.book))
    lots = q.lots()
    return lots.gain() if lots else q.each(q.holdings.gain, q.holdings.gains)


def _gain_percent(q: _Question) -> Node:
    return q.each(q.holdings.gain_percent, q.holdings.gains_percent)


def _proceeds(q: _Question) -> Node:
    return q.disposals().proceeds(q.ground.query.holdings(q.ground.book))


def _gain_of(term: str) -> Callable[[_Question], Node]:
    """What sales of one term realised."""

    def gain(q: _Question) -> Node:
        return q.disposals(term).gains(q.ground.query.holdings(q.ground.book), f"{term} gain")

    return gain


def _uncovered(q: _Question) -> Node:
    holdings = q.ground.query.holdings(q.ground.book)
    return q.disposals(UNCOVERED).proceeds(holdings, "uncovered proceeds")


def _own_cost(q: _Question) -> Node:
    lots = q.lots()
    if lots is None:
        raise UsageError("say which lot: folio explain own-cost --lot N; see: folio report lots")
    return lots.own_cost()


def _realised(q: _Question) -> Node:
    holdings = q.ground.query.holdings(q.ground.book)
    disposals = Disposals(q.ground, Period(EARLIEST, q.ground.query.as_of))
    if len(holdings) == 1 and q.ground.query.filters:
        return disposals.realised(holdings[0])
    return disposals.all_realised(holdings)


def _weight(q: _Question) -> Node:
    """The share of everything included, whatever the filters choose."""
    everything = q.ground.again(q.ground.query._replace(filters=Filters()))
    return q.holdings.weight(q.lines(), Holdings(everything).values("everything"))


def _balance(q: _Question) -> Node:
    if q.sold():
        return q.disposals().units(q.ground.query.holdings(q.ground.book))
    lots = q.lots()
    if lots:
        return lots.units()
    lines = q.lines()
    if len(lines) == 1:
        return q.holdings.balance(lines[0])
    unit = q.ground.symbol(q.asset())
    return total(f"balance of {unit}", unit, [q.holdings.balance(line) for line in lines])


def _unit_cost(q: _Question) -> Node:
    lots = q.lots()
    if lots:
        return lots.unit_cost()
    lines = q.lines()
    if len(lines) != 1:
        raise UsageError("say which holding: folio explain unit-cost ASSET --account NAME")
    return q.holdings.unit_cost(lines[0])


def _days_held(q: _Question) -> Node:
    lots = q.lots() if q.asked.transaction is None else None
    if lots:
        return lots.days_held()
    return q.disposals().days_held(q.ground.query.holdings(q.ground.book))


def _holdings(q: _Question) -> Node:
    """How many holdings are in the totals."""
    parts = [q.holdings.balance(line) for line in q.lines() if line.holding.included]
    return made("holdings", "", "count", parts)


def _price(q: _Question) -> Node:
    query = q.ground.query
    return rate(q.ground, q.asset(), query.currency.id, query.as_of)


def _year_change(q: _Question) -> Node:
    day = q.ground.query.as_of
    start = year_before(day) + dt.timedelta(days=1)
    return Days(q.ground, Period(start, day)).change()


class Told(NamedTuple):
    """A figure that can be told, and what the question may say of it."""

    tell: Callable[[_Question], Node]
    about: str  # what may follow its name: asset, vault, period; "": nothing
    takes: str  # which of period, transaction, lot and kind


_SOLD = "period transaction lot"

FIGURES: dict[str, Told] = {
    "value": Told(_value, "asset", "lot"),
    "cost": Told(_cost, "asset", _SOLD),
    "gain": Told(_gain, "asset", _SOLD),
    "gain-percent": Told(_gain_percent, "asset", ""),
    "realised": Told(_realised, "asset", ""),
    "proceeds": Told(_proceeds, "asset", _SOLD),
    "uncovered-proceeds": Told(_uncovered, "asset", _SOLD),
    "short-gain": Told(_gain_of(SHORT), "asset", _SOLD),
    "long-gain": Told(_gain_of(LONG), "asset", _SOLD),
    "cash-gain": Told(_gain_of(CASH), "asset", _SOLD),
    "disposals": Told(
        lambda q: q.disposals().count(q.ground.query.holdings(q.ground.book)),
        "asset",
        _SOLD,
    ),
    "weight": Told(_weight, "asset", ""),
    "balance": Told(_balance, "asset", _SOLD),
    "own-cost": Told(_own_cost, "asset", "lot"),
    "unit-cost": Told(_unit_cost, "asset", "lot"),
    "days-held": Told(_days_held, "asset", _SOLD),
    "holdings": Told(_holdings, "asset", ""),
    "price": Told(_price, "asset", ""),
    "quote": Told(lambda q: quote(q.ground, q.asset()), "asset", ""),
    "age": Told(lambda q: age(q.ground, q.asset()), "asset", ""),
    "income": Told(lambda q: q.incomes().gross(), "asset", "period kind"),
    "tax": Told(lambda q: q.incomes().tax(), "asset", "period kind"),
    "net": Told(lambda q: q.incomes().net(), "asset", "period kind"),
    "payments": Told(lambda q: q.incomes().count(), "asset", "period kind"),
    "rollup": Told(lambda q: q.days().row(), "period", "period"),
    "flow": Told(lambda q: q.days().flow(), "period", "period"),
    "change": Told(lambda q: q.days().change(), "period", "period"),
    "day-change": Told(lambda q: q.days().change(), "", ""),
    "year-change": Told(_year_change, "", ""),
    "vault": Told(lambda q: q.vault().whole(), "vault", ""),
    "current": Told(lambda q: q.vault().current(), "vault", ""),
    "target": Told(lambda q: q.vault().target(), "vault", ""),
    "progress": Told(lambda q: q.vault().progress(), "vault", ""),
    "monthly": Told(lambda q: q.vault().monthly(), "vault", ""),
    "grade": Told(lambda q: Grading(q.ground).grade(), "asset", ""),
}
_GRADED = frozenset({"value", "cost", "gain", "gain-percent", "weight", "grade"})
_ELSEWHERE = {
    "return returns twr xirr dietz modified-dietz annualised drawdown volatility benchmark":
    "the values, flows and days that a return rests on are in: folio report history --by day",
    "accrued accrued-interest expected booked":
    "what accrues, payment by payment, is in: folio yield payments",
    "drift gap gaps": "what each gap is made of is in: folio reconcile --all",
}  # fmt: skip
_ALIASES = {
    "cost-basis": "cost",
    "unrealised-gain": "gain",
    "unrealised": "gain",
    "realised-gain": "realised",
    "quantity": "balance",
    "history": "rollup",
    "gross": "income",
}
