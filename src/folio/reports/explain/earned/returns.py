"""Rates of return: the values before and after each flow, and the equation that a rate solves."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from folio.engine.returns.risk import links_of, weekday_moves
from folio.engine.returns.twr import YEAR, Stretch, stretches
from folio.engine.returns.xirr import present_value
from folio.model.accounts import Holding
from folio.model.assets import Asset
from folio.model.dates import Period
from folio.model.explanation import Node, defined, made, missing, together, total
from folio.model.numbers import ONE, ZERO, how_many, round_money
from folio.reports.explain.earned.measured import ONE_DAY, Measured
from folio.reports.explain.earned.mornings import Morning
from folio.reports.explain.ground import Ground
from folio.reports.explain.rates import rate, split_factor


class Returns(Measured):
    """The returns of a query's holdings over a period."""

    # -- time-weighted -------------------------------------------------------------------

    def time_weighted(self) -> Node:
        """The stretches between flows, linked."""
        return self._time_weighted(self.places)

    def _time_weighted(self, places: int | None) -> Node:
        found = self.figures.twr
        if found.total is None:
            why = "no day could be valued" if found.gaps else "nothing was invested"
            return self._none("time-weighted return", why)
        return self._linked("time-weighted return", stretches(self.chain), found.total, places)

    def a_year(self) -> Node:
        """The same, annualised."""
        what, found = "time-weighted return a year", self.figures.twr
        if found.per_year is None:
            return self._none(what, f"only from {YEAR} days on, and {found.days} are measured")
        days = defined(f"days from {found.since} to {found.until}", found.days, "days")
        parts = self._time_weighted(None), days
        return self._rate(what, "annual", parts, found.per_year)

    def fall(self) -> Node:
        """The largest fall: the stretches from its peak to its trough, linked."""
        what, fall = "largest fall", self.figures.fall
        if not self.figures.twr.days:
            return self._none(what, "no day is measured from the evening before")
        if fall is None:
            return defined(self._named(what), 0, "ratio", "it never fell")
        fell = stretches(links_of(fall, self.chain))
        node = self._linked(what, fell, fall.depth, self.places)
        ended = "not recovered" if fall.recovery is None else f"recovered {fall.recovery}"
        return node._replace(note=f"{fall.peak} to {fall.trough}, {ended}")

    def _linked(
        self, what: str, found: Sequence[Stretch], figure: Decimal, places: int | None
    ) -> Node:
        parts = tuple(map(self._stretch, found))
        left_out = len(self.figures.twr.gaps)
        note = f"{how_many(left_out, 'day')} left out for want of a value" if left_out else ""
        rounded = round_money(figure, places)
        return Node(
            self._named(what), rounded, "ratio", "linked", parts, None, note, rounded_to=places
        )

    def _stretch(self, one: Stretch) -> Node:
        """What was there right before the next flow over what was there after the last one."""
        parts = [self._end(one), self._start(one)]
        return made(f"{one.since} to {one.until}", "", "quotient", parts)

    def _start(self, one: Stretch) -> Node:
        day = self.on[one.since]
        if not one.within:
            return self.value(day)
        return total(f"with the flow of {day.day}", self.unit, [self.before(day), self.flow(day)])

    def _end(self, one: Stretch) -> Node:
        day = self.on[one.until]
        flow = day.flow or ZERO
        if flow > ZERO and not (one.within and one.since == one.until):
            return self.before(day)
        return self.without_flow(day) if flow < ZERO else self.value(day)

    # -- money-weighted ------------------------------------------------------------------

    def money_weighted(self) -> Node:
        """The rate over the span."""
        found = self.figures.xirr
        return self._solved("money-weighted return", found.total, None)

    def xirr(self) -> Node:
        """The rate a year."""
        found = self.figures.xirr
        return self._solved("money-weighted return a year", found.per_year, YEAR)

    def _solved(self, what: str, found: Decimal | None, over: int | None) -> Node:
        if found is None:
            return self._none(what, self.figures.xirr.why or "beyond all measure")
        amounts = [(day, node) for day, node in self._amounts() if node.figure]
        net: dict[dt.date, Decimal] = {}
        for day, node in amounts:
            net[day] = net.get(day, ZERO) + (node.figure or ZERO)
        dated = sorted(day for day, amount in net.items() if amount)
        first, over = dated[0], over or (dated[-1] - dated[0]).days
        parts = [self._discounted(node, found, (day - first).days, over) for day, node in amounts]
        what_then = f"worth on {first}, at that rate"
        if found > -ONE:
            places = self.ground.teller.places
            equation = made(what_then, self.unit, "sum", parts, rounded_to=places)
        else:
            equation = together(what_then, parts)
        note = "at which what was put in and what came back are worth the same"
        if self.figures.xirr.roots > 1:
            note += f"; one of {self.figures.xirr.roots} such rates, the nearest to 0"
        return self._rate(what, "rate", (equation,), found)._replace(note=note)

    def _amounts(self) -> list[tuple[dt.date, Node]]:
        """What was put in, negative, and what came back or is there, by day."""
        first, last = self.days[0], self.days[-1]
        put = [(first.day, self.value(first))]
        put += [(day.day, self.flow(day)) for day in self.days[1:] if day.flow]
        return [(day, self._put(node)) for day, node in put] + [(last.day, self.value(last))]

    def _put(self, node: Node) -> Node:
        nothing = defined("nothing", 0, self.unit)
        went = "came back" if (node.figure or ZERO) < ZERO else "put in"
        return made(f"{went}: {node.what}", self.unit, "difference", [nothing, node])

    def _discounted(self, amount: Node, found: Decimal, days: int, over: int) -> Node:
        parts = (
            amount,
            defined("the rate", found, "ratio"),
            defined("days", days, "days"),
            defined("days of the rate", over, "days"),
        )
        if found == -ONE:  # up to the last digit of a float
            return missing(amount.what, self.unit, "all was lost at once", parts)
        worth = present_value(amount.figure or ZERO, found, days, over)
        return Node(f"{amount.what}", worth, self.unit, "discounted", parts)

    def dietz(self) -> Node:
        """The gain over the average capital."""
        what = "Modified Dietz return"
        if self.figures.dietz is None:
            return self._none(what, "average capital is not positive, or not known")
        first, length = self.days[0], max((self.days[-1].day - self.days[0].day).days, 1)
        weighed = [
            made(
                f"in for {length - (day.day - first.day).days} of {length} days",
                self.unit,
                "share",
                [
                    self.flow(day),
                    defined("days left", length - (day.day - first.day).days, "days"),
                    defined("days of the period", length, "days"),
                ],
            )
            for day in self.days[1:]
            if day.flow
        ]
        capital = total("average capital", self.unit, [self.value(first), *weighed])
        parts = (self.gain(), capital)
        return self._rate(what, "quotient", parts, self.figures.dietz)

    # -- risk ----------------------------------------------------------------------------

    def volatility(self) -> Node:
        """The returns of single days, and how far they are spread."""
        if self.figures.volatility is None:
            return self._none("volatility", "fewer than two days are measured")
        moves = weekday_moves(self.chain)
        parts = tuple(
            self.ground.asked_for(
                f"return of {move.until}", move.rate, "ratio", "twr",
                str(move.until) if move.since == move.until else f"{move.since}..{move.until}",
                day=move.until,
            )
            for move in moves
        )  # fmt: skip
        node = self._rate("volatility", "volatility", parts, self.figures.volatility)
        return node._replace(note=f"standard deviation of {len(moves)} daily returns × √252")

    # -- its two parts: see folio.engine.returns.currency --------------------------------

    def currency(self) -> Node:
        """What exchange rates made of the return, day by day."""
        return self._currency(self.places)

    def _currency(self, places: int | None) -> Node:
        what, found = "return by currency", self.figures.currency
        if found is None or self.figures.twr.total is None:
            return self._none(what, self.figures.reasons.get("currency", "nothing is measured"))
        told = self._rates_of if self.span.start == self.span.end else self._rates_on
        parts = tuple(
            told(link.day, moved)
            for link, moved in zip(self.chain, self.track.rates[self.place][1:], strict=True)
            if link.factor is not None and link.since is not None and moved not in (None, ONE)
        )
        rounded = round_money(found, places)
        return Node(self._named(what), rounded, "ratio", "linked", parts, rounded_to=places)

    def _rates_on(self, day: dt.date, moved: Decimal | None) -> Node:
        """What rates did on a day of many."""
        what = f"by currency on {day}"
        own = self.ground.asked_for(what, (moved or ONE) - ONE, "ratio", "currency-part",
                        str(day), day=day)  # fmt: skip
        return made(what, "ratio", "sum", [defined("the evening before", 1, "ratio"), own])

    def _rates_of(self, day: dt.date, _: Decimal | None) -> Node:
        """What was held, over what it would have been worth at the rates of the evening."""
        morning = Morning(self.ground, self.tracks, day)
        here, still = [], []
        for currency, holdings in self._by_currency().items():
            symbol = self.ground.symbol(currency)
            node = morning.before(f"priced in {symbol}", holdings)
            if not node.figure:
                continue
            here.append(node)
            still.append(self._at_rates_before(node, currency, day))
        parts = [
            total(f"held the evening before {day}, at its prices and rates", self.unit, here),
            total("the same at the rates of the evening before", self.unit, still),
        ]
        return made(f"by currency on {day}", "", "quotient", parts)

    def _at_rates_before(self, node: Node, currency: int, day: dt.date) -> Node:
        into = self.ground.query.currency.id
        if currency == into:
            return node
        now, last = (rate(self.ground, currency, into, d) for d in (day, day - ONE_DAY))
        moved = made(f"{self.ground.symbol(currency)} in {self.unit}", "", "quotient", [now, last])
        return made(node.what, self.unit, "quotient", [node, moved])

    def _by_currency(self) -> dict[int, list[Holding]]:
        found: dict[int, list[Holding]] = {}
        for holding in self.tracks.holdings:
            found.setdefault(self.tracks.currency_of(holding), []).append(holding)
        return found

    def assets(self) -> Node:
        """What the assets made of it: (1 + the whole) ÷ (1 + the currency) − 1."""
        what, found = "return by assets", self.figures.asset
        if found is None:
            return self._none(what, self.figures.reasons.get("currency", "nothing is measured"))
        one = defined("1", 1, "ratio")
        sides = [
            made("1 + the return", "ratio", "sum", [one, self._time_weighted(None)]),
            made("1 + its part by currency", "ratio", "sum", [one, self._currency(None)]),
        ]
        factor = made("1 + its part by assets", "ratio", "quotient", sides)
        return self._rate(what, "difference", (factor, one), found)


class Compared(Returns):
    """The returns beside the price of an asset: see :mod:`folio.reports.earned.return_figures`."""

    def __init__(self, ground: Ground, period: Period, asset: Asset) -> None:
        super().__init__(ground, period, asset)
        self.asset = asset

    def benchmark_twr(self) -> Node:
        """What the price did over the days that are measured."""
        return self._benchmark_twr(self.places)

    def _benchmark_twr(self, places: int | None) -> Node:
        what, found = f"return of the price of {self.asset.key}", self.figures.benchmark
        mine = self.figures.twr
        if found.total is None or mine.since is None or mine.until is None:
            why = found.reasons.get("benchmark", "nothing is measured")
            return missing(self._named(what), "ratio", why)
        moved = made("price at the end over price at the start", "", "quotient",
                     [self._price(mine.until), self._price(mine.since)])  # fmt: skip
        rounded = round_money(found.total, places)
        parts = (moved,)
        return Node(self._named(what), rounded, "ratio", "linked", parts, rounded_to=places)

    def difference(self) -> Node:
        """How far ahead of it."""
        what, found = "ahead of the benchmark", self.figures.benchmark.difference(self.figures.twr)
        parts = (self._time_weighted(None), self._benchmark_twr(None))
        if found is None:
            return missing(self._named(what), "ratio", "one of the two is not known", parts)
        return self._rate(what, "difference", parts, found)

    def benchmark_value(self) -> Node:
        """What would be there, had the same money gone into it."""
        what, found = self._named(f"the same flows into {self.asset.key}"), self.figures.benchmark
        if found.value is None or self.figures.twr.since is None:
            why = found.reasons.get("benchmark", "a value, a flow or a price is not known")
            return missing(what, self.unit, why)
        since = self.figures.twr.since
        put = [(since, self.value(self.days[0]))]
        put += [(day.day, self.flow(day)) for day in self.days[1:] if day.flow]
        units = total("units", self.asset.key, [self._bought(*one) for one in put])
        parts = [units, self._price(self.span.end)]
        return made(what, self.unit, "product", parts, rounded_to=self.ground.teller.places)

    def _bought(self, day: dt.date, amount: Node) -> Node:
        """The units that an amount would have bought on a day."""
        unit = self.asset.key
        if not amount.figure:
            return made(f"for {amount.what}", unit, "product", [amount._replace(unit=unit)])
        return made(f"for {amount.what}", unit, "quotient", [amount, self._price(day)])

    def _price(self, day: dt.date) -> Node:
        """The price on ``day`` of one unit of the last day."""
        node = rate(self.ground, self.asset.id, self.ground.query.currency.id, day)
        factor = self.ground.book.split_factor(self.asset.id, day, self.span.end)
        if factor == ONE:
            return node
        splits = split_factor(self.ground, self.asset.id, day, self.span.end, factor)
        return made(f"{node.what}, in units of {self.span.end}", node.unit, "quotient",
                    [node, splits])  # fmt: skip
