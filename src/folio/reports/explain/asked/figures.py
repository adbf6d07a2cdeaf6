"""The figures that can be told, by the name by which they are asked for."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from folio.book.selection import Filters
from folio.engine.changes import Change
from folio.errors import UsageError
from folio.model.dates import EARLIEST, Period, year_before
from folio.model.explanation import Node, made, missing, total
from folio.reports.explain.asked.question import Question
from folio.reports.explain.held.grading import Grading
from folio.reports.explain.held.holdings import Holdings
from folio.reports.explain.over_time import revised
from folio.reports.explain.over_time.days import Days
from folio.reports.explain.rates import age, quote, rate
from folio.reports.explain.sold.disposals import Disposals
from folio.reports.over_time.history import change_since_measured
from folio.reports.sold.disposed import CASH, LONG, SHORT, UNCOVERED


def _value(q: Question) -> Node:
    lots = q.lots()
    return lots.value() if lots else q.each(q.holdings.value, q.holdings.values)


def _cost(q: Question) -> Node:
    if q.sold():
        return q.disposals().costs()
    lots = q.lots()
    return lots.cost() if lots else q.each(q.holdings.cost, q.holdings.costs_of)


def _gain(q: Question) -> Node:
    if q.sold():
        return q.disposals().gains()
    lots = q.lots()
    return lots.gain() if lots else q.each(q.holdings.gain, q.holdings.gains)


def _gain_of(term: str) -> Callable[[Question], Node]:
    """What sales of one term realised."""
    return lambda q: q.disposals(term).gains(f"{term} gain")


def _own_cost(q: Question) -> Node:
    lots = q.lots()
    if lots is None:
        raise UsageError("say which lot: folio explain own-cost --lot N; see: folio report lots")
    return lots.own_cost()


def _realised(q: Question) -> Node:
    disposals = Disposals(q.ground, Period(EARLIEST, q.ground.query.as_of))
    if len(disposals.holdings) == 1 and q.ground.query.filters:
        return disposals.realised(disposals.holdings[0])
    return disposals.all_realised()


def _weight(q: Question) -> Node:
    """The share of the report: of all that it is asked for where a row is named, else of the book.

    So a row of a filtered report has its weight there, and filters alone say which part of the
    whole is asked for.
    """
    named = (q.asked.what, q.asked.within) != (None, None)
    filters = q.report.filters if named else Filters()
    whole = q.ground.again(q.ground.query._replace(filters=filters))
    return q.holdings.weight(q.lines(), Holdings(whole).values("everything"))


def _balance(q: Question) -> Node:
    if q.sold():
        return q.disposals().units()
    lots = q.lots()
    if lots:
        return lots.units()
    lines = q.lines()
    if len(lines) == 1:
        return q.holdings.balance(lines[0])
    unit = q.ground.symbol(q.asset())
    return total(f"balance of {unit}", unit, q.holdings.balances(lines))


def _unit_cost(q: Question) -> Node:
    lots = q.lots()
    if lots:
        return lots.unit_cost()
    lines = q.lines()
    if len(lines) != 1:
        raise UsageError("say which holding: folio explain unit-cost ASSET --account NAME")
    return q.holdings.unit_cost(lines[0])


def _days_held(q: Question) -> Node:
    lots = q.lots() if q.asked.transaction is None else None
    if lots:
        return lots.days_held()
    return q.disposals().days_held()


def _holdings(q: Question) -> Node:
    """How many holdings are in the totals."""
    parts = q.holdings.balances([line for line in q.lines() if line.holding.included])
    return made("holdings", "", "count", parts)


def _price(q: Question) -> Node:
    query = q.ground.query
    return rate(q.ground, q.asset(), query.currency.id, query.as_of)


def _year_change(q: Question) -> Node:
    day = q.ground.query.as_of
    start = year_before(day) + dt.timedelta(days=1)
    return Days(q.ground, Period(start, day)).change()


def _measured_change(q: Question) -> Node:
    """What the days brought since the last one that could not be measured."""
    day = q.ground.query.as_of
    found = change_since_measured(q.ground.book, q.ground.query, year_before(day))
    if found is None:
        return missing(
            "change", q.ground.unit, "every day of the year can be measured, or nothing since"
        )
    return Days(q.ground, Period(found[0] + dt.timedelta(days=1), day)).change()


class Told(NamedTuple):
    """A figure that can be told, and what the question may say of it."""

    tell: Callable[[Question], Node]
    about: str  # what may follow its name: asset, vault, period; "": nothing
    takes: str  # which of period, transaction, lot and kind


_SOLD = "period transaction lot term"
_BESIDE = "period benchmark"

FIGURES: dict[str, Told] = {
    "value": Told(_value, "asset", "lot within"),
    "cost": Told(_cost, "asset", _SOLD),
    "gain": Told(_gain, "asset", _SOLD),
    "gain-percent": Told(
        lambda q: q.each(q.holdings.gain_percent, q.holdings.gains_percent), "asset", ""
    ),
    "realised": Told(_realised, "asset", ""),
    "proceeds": Told(lambda q: q.disposals().proceeds(), "asset", _SOLD),
    "uncovered-proceeds": Told(
        lambda q: q.disposals(UNCOVERED).proceeds("uncovered proceeds"), "asset", _SOLD
    ),
    "short-gain": Told(_gain_of(SHORT), "asset", _SOLD),
    "long-gain": Told(_gain_of(LONG), "asset", _SOLD),
    "cash-gain": Told(_gain_of(CASH), "asset", _SOLD),
    "disposals": Told(lambda q: q.disposals().count(), "asset", _SOLD),
    "price-effect": Told(lambda q: q.effects(of_currency=False), "asset", _SOLD),
    "currency-effect": Told(lambda q: q.effects(of_currency=True), "asset", _SOLD),
    "weight": Told(_weight, "asset", "within"),
    "balance": Told(_balance, "asset", _SOLD),
    "own-cost": Told(_own_cost, "asset", "lot"),
    "unit-cost": Told(_unit_cost, "asset", "lot"),
    "days-held": Told(_days_held, "asset", _SOLD),
    "holdings": Told(_holdings, "asset", "within"),
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
    "measured-change": Told(_measured_change, "", ""),
    "twr": Told(lambda q: q.returns().time_weighted(), "asset", "period"),
    "twr-per-year": Told(lambda q: q.returns().a_year(), "asset", "period"),
    "xirr": Told(lambda q: q.returns().xirr(), "asset", "period"),
    "money-weighted": Told(lambda q: q.returns().money_weighted(), "asset", "period"),
    "modified-dietz": Told(lambda q: q.returns().dietz(), "asset", "period"),
    "asset-part": Told(lambda q: q.returns().assets(), "asset", "period"),
    "currency-part": Told(lambda q: q.returns().currency(), "asset", "period"),
    "max-drawdown": Told(lambda q: q.returns().fall(), "asset", "period"),
    "volatility": Told(lambda q: q.returns().volatility(), "asset", "period"),
    "period-gain": Told(lambda q: q.returns().gain(), "asset", "period"),
    "start-value": Told(lambda q: q.returns().start_value(), "asset", "period"),
    "end-value": Told(lambda q: q.returns().end_value(), "asset", "period"),
    "flows": Told(lambda q: q.returns().flows(), "asset", "period"),
    "value-before": Told(lambda q: q.returns().value_before(), "asset", "period"),
    "benchmark-twr": Told(lambda q: q.compared().benchmark_twr(), "asset", _BESIDE),
    "difference": Told(lambda q: q.compared().difference(), "asset", _BESIDE),
    "benchmark-value": Told(lambda q: q.compared().benchmark_value(), "asset", _BESIDE),
    "accrued-interest": Told(lambda q: q.interest().accrued(), "asset", ""),
    "expected": Told(lambda q: q.interest().expected(), "asset", "period"),
    "booked": Told(lambda q: q.interest().booked(), "asset", "period"),
    "booked-difference": Told(lambda q: q.interest().difference(), "asset", "period"),
    "postings": Told(lambda q: q.evidence().postings(), "asset", ""),
    "observations": Told(lambda q: q.evidence().observations(), "asset", ""),
    "gaps": Told(lambda q: q.evidence().gaps(), "asset", ""),
    "drift": Told(lambda q: q.evidence().drift(), "asset", ""),
    "unexplained": Told(lambda q: q.evidence().unexplained(), "asset", ""),
    "vault": Told(lambda q: q.vault().whole(), "vault", ""),
    "current": Told(lambda q: q.vault().current(), "vault", ""),
    "target": Told(lambda q: q.vault().target(), "vault", ""),
    "progress": Told(lambda q: q.vault().progress(), "vault", ""),
    "monthly": Told(lambda q: q.vault().monthly(), "vault", ""),
    "pace": Told(lambda q: q.vault().pace(), "vault", ""),
    "projected-date": Told(lambda q: q.vault().projected(), "vault", ""),
    "grade": Told(lambda q: Grading(q.ground).grade(), "asset", "within"),
}


def _changed(column: str) -> Told:
    return Told(lambda q: q.changed.told(column), "asset", "since")


GAP = {  # of one gap
    "expected": Told(lambda q: q.gap().expected(), "", "gap"),
    "observed": Told(lambda q: q.gap().observed(), "", "gap"),
    "drift": Told(lambda q: q.gap().drift(), "", "gap"),
    "value": Told(lambda q: q.gap().value(), "", "gap"),
}
VAULT = {  # of one vault, in its history too
    "value": Told(lambda q: q.vault().current(), "", "period vault"),
    "current": Told(lambda q: q.vault().current(), "", "period vault"),
    "target": Told(lambda q: q.vault().target(), "", "period vault"),
    "progress": Told(lambda q: q.vault().progress(), "", "period vault"),
    "monthly": Told(lambda q: q.vault().monthly(), "", "vault"),
    "pace": Told(lambda q: q.vault().pace(), "", "vault"),
    "projected-date": Told(lambda q: q.vault().projected(), "", "vault"),
    "flow": Told(lambda q: q.vault().flow(q.vault_period()), "", "period vault"),
    "change": Told(lambda q: q.vault().change(q.vault_period()), "", "period vault"),
}


def _assumed(name: str) -> Told:
    return Told(lambda q: q.assumed().figure(name), "asset", "sale method")


SALE = {  # of a sale that is only thought of
    **{
        name: _assumed(name)
        for name in ("proceeds", "cost", "gain", "short-gain", "long-gain", "uncovered-proceeds")
    },
    "price": Told(lambda q: q.assumed().unit_price(), "asset", "sale method"),
    "balance": Told(lambda q: q.assumed().units(), "asset", "sale method"),
}
_REVISED = "since commits"
SINCE = {  # what changed since an instant; and what a day's own figures did
    **{column: _changed(column) for column in Change._fields},
    "value": Told(lambda q: q.revised.told("value", revised.values), "asset", _REVISED),
    "cost-basis": Told(lambda q: q.revised.told("cost", revised.costs), "asset", _REVISED),
    "realised-gain": Told(
        lambda q: q.revised.told("realised gain", revised.realised), "asset", _REVISED
    ),
}
SINCE_ALIASES = {"new-knowledge": "knowledge", "cost": "costs"}
GRADED = frozenset({"value", "cost", "gain", "gain-percent", "weight", "grade"})
SOLD = frozenset({"gain", "cost", "proceeds", "price-effect", "currency-effect"})  # as in gains
ALIASES = {
    "cost-basis": "cost",
    "unrealised-gain": "gain",
    "unrealised": "gain",
    "realised-gain": "realised",
    "quantity": "balance",
    "history": "rollup",
    "benchmark": "benchmark-twr",
    "accrued": "accrued-interest",
    "gross": "income",
    "return": "twr",
    "returns": "twr",
    "annualised": "twr-per-year",
    "mwr": "money-weighted",
    "dietz": "modified-dietz",
    "drawdown": "max-drawdown",
}
