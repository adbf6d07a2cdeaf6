"""What a return is made of: the values and flows of a period, evening by evening.

Values and flows of single days are named with the command that tells them: of years there are
hundreds.
"""

import datetime as dt
from decimal import Decimal

from folio.engine.returns.twr import Day, links
from folio.errors import FolioError
from folio.model.assets import Asset
from folio.model.dates import Period
from folio.model.explanation import Node, defined, made, missing, total
from folio.model.numbers import ZERO, round_money
from folio.model.rollups import DayRow
from folio.reports.earned.return_days import LEAST, Tracks
from folio.reports.earned.return_figures import figures_of
from folio.reports.earned.returns import RATE_PLACES
from folio.reports.explain.earned.mornings import Morning
from folio.reports.explain.ground import Ground
from folio.reports.explain.over_time.days import Days

ONE_DAY = dt.timedelta(days=1)


class Measured:
    """The days of a query's holdings over a period, both ends inclusive, as returns have them.

    Raises:
        FolioError: for a period in which nothing was held.
    """

    def __init__(self, ground: Ground, period: Period, benchmark: Asset | None = None) -> None:
        query = ground.query
        span = Period(period.start, min(period.end, query.as_of))
        self.ground = ground
        if span.start > span.end:
            raise FolioError(f"{span.start} is after {query.as_of}; ask for days up to it")
        self.tracks = Tracks(ground.book, query, span)
        track = self.tracks.track(self.tracks.holdings)
        if track is None:
            raise FolioError("nothing was held in that period; see: folio report history")
        self.track = track
        self.span = Period(track.first, span.end)
        self.figures = figures_of(self.tracks, track, self.span, benchmark)
        self.place = track.between(track.first - ONE_DAY, span.end)
        self.days = track.days[self.place]
        self.chain = links(self.days, LEAST)
        self.on = {day.day: day for day in self.days}
        self.places = None if query.exact else RATE_PLACES

    def _named(self, figure: str) -> str:
        start, end = self.span
        return f"{figure} of {end}" if start == end else f"{figure}, {start} to {end}"

    def _none(self, what: str, why: str) -> Node:
        """A rate that cannot be told, with the gain that there was."""
        return missing(self._named(what), "ratio", why, [self.gain()])

    def _rate(self, what: str, operation: str, parts: tuple[Node, ...], figure: Decimal) -> Node:
        """A rate, as many digits of it as the report shows."""
        rounded = round_money(figure, self.places)
        return Node(self._named(what), rounded, "ratio", operation, parts, rounded_to=self.places)

    # -- amounts -------------------------------------------------------------------------

    @property
    def unit(self) -> str:
        return self.ground.unit

    def _amount(self, units: Decimal) -> Decimal:
        return units.scaleb(-(self.tracks.teller.places or 0))

    def gain(self) -> Node:
        """What was neither there before nor came in from outside."""
        first, last = self.days[0], self.days[-1]
        parts = [self.value(last), self.value(first), self._flows()]
        return made(self._named("gain"), self.unit, "difference", parts)

    def flows(self) -> Node:
        """What came in from outside, less what went out: of one day in full, else by day."""
        if self.span.start < self.span.end:
            return self._flows()
        return Morning(self.ground, self.tracks, self.span.end).flows(self._named("flow"))

    def _flows(self) -> Node:
        parts = [self.flow(day) for day in self.days[1:] if day.flow != ZERO]
        lacking = next((part for part in parts if part.figure is None), None)
        if lacking is not None:
            return missing(self._named("flows"), self.unit, lacking.note, parts)
        return total(self._named("flows"), self.unit, parts)

    def start_value(self) -> Node:
        return self._told_value(self.days[0])

    def end_value(self) -> Node:
        return self._told_value(self.days[-1])

    def _told_value(self, day: Day) -> Node:
        if not day.value:
            return self.value(day)
        return Days(self.ground, Period(day.day, day.day)).value()

    def value_before(self) -> Node:
        """What was held the evening before the period's last day, at that day's prices."""
        day = self.days[-1].day
        what = f"held the evening before {day}, at its prices"
        return Morning(self.ground, self.tracks, day).before(what, self.tracks.holdings)

    def value(self, day: Day) -> Node:
        what = f"value on {day.day}"
        if day.value is None:
            return missing(what, self.unit, "it cannot be told")
        if not self._row(day.day).held:
            return defined(what, 0, self.unit, "nothing was held")
        words = ("value",)
        return self.ground.asked_for(what, self._amount(day.value), self.unit, *words,
                         day=day.day, as_of=day.day)  # fmt: skip

    def flow(self, day: Day) -> Node:
        what = f"flow of {day.day}"
        if day.flow is None:
            return missing(what, self.unit, "it is not known")
        return self._asked(what, day.flow, "flows", day.day)

    def before(self, day: Day) -> Node:
        """What was held the evening before, at the day's own price."""
        if day.before is None:
            return self.without_flow(day)
        what = f"before the flow of {day.day}"
        return self._asked(what, day.before, "value-before", day.day)

    def without_flow(self, day: Day) -> Node:
        """The value of a day without what flowed."""
        what = f"without the flow of {day.day}"
        return made(what, self.unit, "difference", [self.value(day), self.flow(day)])

    def _asked(self, what: str, units: Decimal, figure: str, day: dt.date) -> Node:
        amount = self._amount(units)
        return self.ground.asked_for(what, amount, self.unit, figure, str(day), day=day)

    def _row(self, day: dt.date) -> DayRow:
        return self.track.rows[self.place][(day - self.days[0].day).days]
