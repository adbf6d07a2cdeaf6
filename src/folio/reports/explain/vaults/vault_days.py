"""A vault over time: what was put in, what it grew by, and when it is full at that pace."""

import datetime as dt
from decimal import Decimal

from folio.book.selection import Filters
from folio.book.vaults import filled_vault
from folio.db.statements.provenance import share_commit, target_commit
from folio.db.values import from_day_number
from folio.engine.vaults import Point, layers, monthly_needed, months_left, projected_day
from folio.model.dates import Period, year_before
from folio.model.explanation import (
    Node,
    Source,
    defined,
    leaf,
    made,
    missing,
    together,
    total,
    total_of_all,
    total_of_known,
)
from folio.model.numbers import ZERO, to_text
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.holdings import Holdings, ratio
from folio.reports.explain.over_time.days import UNMEASURED, Days
from folio.reports.over_time.history import is_measured
from folio.reports.vaults.vault_history import first_held, vault_days

_ONE_DAY = dt.timedelta(days=1)


class VaultDays:
    """One vault on a day and over a period, in its own currency."""

    def __init__(self, ground: Ground, name: str) -> None:
        self.filled = filled_vault(ground.book, name)
        self.vault = self.filled.vault
        currency = ground.book.catalog.assets[self.vault.currency_id]
        self.ground = ground.again(ground.query._replace(currency=currency, filters=Filters()))
        self.holdings = Holdings(self.ground)

    def whole(self) -> Node:
        """What is in it, its progress, and what it takes each month."""
        figures = [self.current(), self.progress(), self.monthly()]
        return together(f"vault {self.vault.name}", figures)

    def current(self) -> Node:
        """Σ value × percentage, each rounded."""
        ground, vault = self.ground, self.vault
        shares = self.filled.shares(ground.query.as_of)
        parts = []
        for line in self.holdings.page:
            percent = shares.get(line.holding.id)
            if percent is None:
                continue
            part = self._part(line.holding.id, self.holdings.value(line), percent)
            if not line.holding.included:
                part = part._replace(counted=False, note="not in the totals")
            parts.append(part)
        return total_of_known(f"in {vault.name}", ground.unit, parts)

    def _part(self, holding: int, value: Node, percent: Decimal) -> Node:
        ground = self.ground
        said = share_commit(
            ground.book.db,
            self.vault.id,
            ground.book.catalog.members(holding),
            ground.query.as_of,
            ground.book.known_at,
        )
        commit, since = said if said is not None else (None, None)
        source = Source("share", None, since, commit)
        share = leaf(f"{to_text(percent)} %", percent / 100, "", source)
        name = ground.name(ground.book.catalog.holdings[holding])
        what = f"{to_text(percent)} % of {name}"
        places = ground.teller.places
        return made(what, ground.unit, "product", [value, share], rounded_to=places)

    def target(self) -> Node:
        """The target, as it was said."""
        commit = target_commit(self.ground.book.db, self.vault.id, self.ground.book.known_at)
        source = Source("target", self.vault.id, self.vault.target_day, commit)
        return leaf(f"target of {self.vault.name}", self.vault.amount, self.ground.unit, source)

    def progress(self) -> Node:
        """What is there, over the target; not capped."""
        return ratio(f"progress of {self.vault.name}", self.current(), self.target())

    def monthly(self) -> Node:
        """What must be put in each month until the target's day."""
        what, unit, vault = f"a month into {self.vault.name}", self.ground.unit, self.vault
        if vault.target_day is None:
            return missing(what, unit, "the vault has no target day")
        day = self.ground.query.as_of
        months = months_left(day, vault.target_day)
        current, target = self.current(), self.target()
        needed = monthly_needed(current.figure or ZERO, vault.amount, months)
        if needed is None:
            return missing(what, unit, f"no month is left before {vault.target_day}")
        if not needed:
            return defined(what, ZERO, unit, "the target is reached")
        lacking = made("still lacking", unit, "difference", [target, current])
        left = defined(f"months from {day} to {vault.target_day}", months)
        places = self.ground.teller.places
        return made(what, unit, "quotient", [lacking, left], rounded_to=places)

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
        return total_of_all(what, self.ground.unit, parts)

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
