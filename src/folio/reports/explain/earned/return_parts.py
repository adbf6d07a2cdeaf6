"""How much of a return the exchange rates made, and how much the assets."""

import datetime as dt
from decimal import Decimal

from folio.model.accounts import Holding
from folio.model.explanation import Node, defined, made, total
from folio.model.numbers import ONE, round_money
from folio.reports.explain.asked.asking import asked_for
from folio.reports.explain.earned.measured import ONE_DAY
from folio.reports.explain.earned.mornings import Morning
from folio.reports.explain.earned.returns import Returns
from folio.reports.explain.rates import rate


class Parts(Returns):
    """The two parts of a return: see :mod:`folio.engine.returns.currency`."""

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
        own = asked_for(self.ground, what, (moved or ONE) - ONE, "ratio", "currency-part",
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
