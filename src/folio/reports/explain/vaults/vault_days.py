"""A vault over time: what was put in, what it grew by, and when it is full at that pace."""

import datetime as dt
from decimal import Decimal

from folio.db.values import from_day_number
from folio.engine.vaults import Point, layers, projected_day
from folio.model.dates import Period, year_before
from folio.model.explanation import Node, defined, made, missing, total
from folio.model.numbers import ZERO, to_text
from folio.reports.explain.over_time.days import UNMEASURED, Days
from folio.reports.explain.vaults.vaults import VaultFigures
from folio.reports.over_time.history import is_measured
from folio.reports.vaults.vault_history import first_held, vault_days

_ONE_DAY = dt.timedelta(days=1)


class VaultDays(VaultFigures):
    """One vault over a period, in its own currency."""

    def on(self, day: dt.date) -> "VaultDays":
        """The same vault on another day."""
        return VaultDays(self.ground.again(self.ground.query._replace(as_of=day)), self.vault.name)

    # -- a period ------------------------------------------------------------------------

    def flow(self, period: Period) -> Node:
        """What was put in, day by day, each day's rounded."""
        name = self.vault.name
        what = f"put into {name}, {period.start} to {period.end}"
        rows, _ = vault_days(self.ground.book, self.ground.query, self.filled, period)
        parts = [self._put_in(from_day_number(row.day)) for row in rows if row.flow != 0]
        lacking = next((part for part in parts if part.figure is None), None)
        if lacking is not None:
            return missing(what, self.ground.unit, f"{lacking.what}: {lacking.note}", parts)
        return total(what, self.ground.unit, parts)

    def change(self, period: Period) -> Node:
        """What it grew by: value at the end, less the value before, less what was put in."""
        what = f"growth of {self.vault.name}, {period.start} to {period.end}"
        ends = [self.on(day).current()._replace(what=f"in {self.vault.name} on {day}")
                for day in (period.end, period.start - _ONE_DAY)]  # fmt: skip
        rows, before = vault_days(self.ground.book, self.ground.query, self.filled, period)
        if before is not None and not is_measured([before, *rows]):
            return missing(what, self.ground.unit, UNMEASURED, [*ends, self.flow(period)])
        return made(what, self.ground.unit, "difference", [*ends, self.flow(period)])

    def _put_in(self, day: dt.date) -> Node:
        """A day's flow into each set of whole holdings, and what new percentages moved."""
        before, shares = self.filled.shares(day - _ONE_DAY), self.filled.shares(day)
        parts = []
        for layer in layers(self._included(shares)):
            node = self._flow(day, layer.holdings)
            if node.figure != ZERO:
                parts.append(self._part_of(node, layer.percent))
        evening = self.on(day - _ONE_DAY)
        for line in evening.holdings.page:
            number = line.holding.id
            change = shares.get(number, ZERO) - before.get(number, ZERO)
            if change and line.holding.included and line.worth.balance:
                parts.append(self._part_of(evening.holdings.value(line), change))
        places = self.ground.teller.places
        return made(f"put in on {day}", self.ground.unit, "sum", parts, rounded_to=places)

    def _included(self, shares: dict[int, Decimal]) -> dict[int, Decimal]:
        known = self.ground.book.catalog.holdings
        return {h: percent for h, percent in shares.items() if h in known and known[h].included}

    def _flow(self, day: dt.date, holdings: frozenset[int]) -> Node:
        known = self.ground.book.catalog.holdings
        included = [known[number] for number in sorted(holdings)]
        days = Days(self.ground, Period(day, day), included)
        return total(f"flow of {day}", self.ground.unit, days.flows_of(included))

    def _part_of(self, node: Node, percent: Decimal) -> Node:
        share = defined(f"{to_text(percent)} %", percent / 100)
        what = f"{to_text(percent)} % of {node.what}"
        return made(what, self.ground.unit, "product", [node, share])

    # -- its pace ------------------------------------------------------------------------

    def pace(self) -> Node:
        """What was put in and gained a day, over the year before."""
        what = f"pace of {self.vault.name}, a day"
        found = self._year(what, self.ground.unit)
        if isinstance(found, Node):
            return found
        _, gained, days = found
        return made(what, self.ground.unit, "quotient", [gained, days])

    def projected(self) -> Node:
        """The days until the target is reached at that pace, the last one begun."""
        what = f"days until {self.vault.name} is full, at its pace"
        found = self._year(what, "days")
        if isinstance(found, Node):
            return found
        start, gained, days = found
        current, day = self.current(), self.ground.query.as_of
        now = Point(day, current.figure or ZERO)
        full = projected_day(start, now, self.vault.amount)
        if full is None:
            return missing(what, "days", f"no date at its pace since {start.day}", [gained])
        if full == day:
            return defined(what, 0, "days", "the target is reached")
        lacking = made("still lacking", self.ground.unit, "difference", [self.target(), current])
        return made(what, "days", "share", [lacking, days, gained], note=f"so it is full on {full}")

    def _year(self, what: str, unit: str) -> tuple[Point, Node, Node] | Node:
        """Its first value of the year before, what came since, and in how many days."""
        day = self.ground.query.as_of
        year = Period(year_before(day), day)
        rows, _ = vault_days(self.ground.book, self.ground.query, self.filled, year)
        begun = first_held(rows)
        if begun is None:
            return missing(what, unit, "nothing filled it in the year before")
        start = begun[0]
        if any(row.value is None or row.priceless for row in (begun[1], rows[-1])):
            return missing(what, unit, f"its value on {start} or now is not known")
        if start == day:
            return missing(what, unit, "it is filled since today")
        first = self.on(start).current()._replace(what=f"in {self.vault.name} on {start}")
        gained = made("put in and gained", self.ground.unit, "difference", [self.current(), first])
        days = defined(f"days since {start}", (day - start).days, "days")
        return Point(start, first.figure or ZERO), gained, days
