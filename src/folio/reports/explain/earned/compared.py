"""What another asset did meanwhile: see :mod:`folio.reports.earned.benchmarks`."""

import datetime as dt

from folio.model.assets import Asset
from folio.model.dates import Period
from folio.model.explanation import Node, made, missing, total
from folio.model.numbers import ONE, round_money
from folio.reports.explain.earned.return_parts import Parts
from folio.reports.explain.ground import Ground
from folio.reports.explain.rates import rate, split_factor


class Compared(Parts):
    """The returns of a query's holdings beside the price of an asset."""

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
