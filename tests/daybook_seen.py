"""What was observed of the holdings of a daybook beyond its ledger, from rules 6 alone."""

import datetime as dt
from fractions import Fraction
from functools import cache
from typing import Protocol

NONE = Fraction(0)
ONE_DAY = dt.timedelta(days=1)
Where = tuple[str, str]  # an account and an asset


class Lot(Protocol):
    @property
    def units(self) -> Fraction: ...


class Split(Protocol):
    @property
    def on(self) -> dt.date: ...
    @property
    def asset(self) -> str: ...
    @property
    def ratio(self) -> tuple[int, int]: ...


class Seen:
    """Balances by holding and day; the evenings' lots are filled in as they come."""

    def __init__(self, days: list[dt.date], splits: list[Split]) -> None:
        self.days, self.splits = days, splits
        self.evenings: list[dict[Where, list[Lot]]] = []
        self.balances: dict[Where, dict[dt.date, Fraction]] = {}
        self.grown: dict[
            Where, dict[dt.date, Fraction]
        ] = {}  # units that came so, of the first day
        self.growing: dict[Where, list[tuple[dt.date, dt.date]]] = {}  # (after, until]
        self.offsets: dict[Where, dict[dt.date, Fraction]] = {}  # beyond the ledger, likewise
        self.held: dict[Where, dict[dt.date, Fraction]] = {}  # what locks keep of that
        self.locks: list[tuple[dt.date, Seen]] = []  # and all that was known by each

    def compare(self) -> None:
        """What each balance says beyond the ledger without growth."""
        for where, balances in self.balances.items():
            self.offsets[where] = {
                day: (balances[day] - self.booked(where, day)) / self.units(where, day)
                + self._grown(where, day)
                for day in sorted(balances)
                if day in self.days
            }

    @cache  # noqa: B019  # it is looked at through many scopes, and goes when the test does
    def units(self, where: Where, day: dt.date) -> Fraction:
        """How many there are on a day's evening of one on the first day."""
        made = Fraction(1)
        for one in self.splits:
            if one.asset == where[1] and one.on <= day:
                made *= Fraction(*one.ratio)
        return made

    def booked(self, where: Where, day: dt.date) -> Fraction:
        lots = self.evenings[self.days.index(day)].get(where, [])
        return sum((lot.units for lot in lots), NONE)

    def _grown(self, where: Where, day: dt.date) -> Fraction:
        return sum((n for on, n in self.grown.get(where, {}).items() if on <= day), NONE)

    @cache  # noqa: B019
    def begun(self, where: Where) -> dt.date:
        """The day of the first evidence of a holding."""
        booked = (day for day, held in zip(self.days, self.evenings, strict=True) if where in held)
        return min([*booked, *self.balances.get(where, ())], default=dt.date.max)

    def _beyond(self, where: Where, day: dt.date) -> Fraction:
        """What is there on a day beyond the ledger without growth, in units of the first day: of
        what an observation shows beyond the one before each day has its share; what is seen after
        a lock leaves the days up to it as they were known."""
        offsets = self.held.get(where, {}) | self.offsets.get(where, {})
        before = max((on for on in offsets if on < day), default=None)
        after = min((on for on in offsets if on >= day), default=None)
        if after is None or before is None:
            end = before if after is None else after
            return NONE if end is None else offsets[end]
        drift = offsets[after] - offsets[before]
        return offsets[after] - drift * (after - day).days / (after - before).days

    @cache  # noqa: B019
    def unexplained(self, where: Where, day: dt.date) -> Fraction:
        """Balance less ledger on a day's evening, in units of then."""
        if day < self.begun(where):
            return NONE
        beyond = self._beyond(where, day) - self._grown(where, day)
        return beyond * self.units(where, day)

    @cache  # noqa: B019
    def appeared(self, where: Where, day: dt.date) -> Fraction:
        """The units that flowed in on a day, for they were observed, and nobody says they grew."""
        begun = self.begun(where)
        if day <= begun:
            return self.unexplained(where, day) if day == begun else NONE
        if self.grows(where, day):
            return NONE
        eve = day - ONE_DAY
        return (self._beyond(where, day) - self._beyond(where, eve)) * self.units(where, day)

    def grows(self, where: Where, day: dt.date) -> bool:
        """Whether somebody says so; of a day that is locked, whether somebody had."""
        for until, then in reversed(self.locks):
            if then.begun(where) <= day <= until:
                return then.grows(where, day)
        return any(since < day <= until for since, until in self.growing.get(where, ()))

    def lock(self, day: dt.date, then: "Seen") -> None:
        """Keep what was known ``then`` of a day, and of those before it."""
        self.locks.append((day, then))
        for where in {key for evening in then.evenings for key in evening} | set(then.balances):
            if then.begun(where) <= day:
                self.held.setdefault(where, {})[day] = then._beyond(where, day)

    def gaps(self) -> dict[tuple[Where, dt.date], Fraction]:
        """What each observation shows beyond the one before, growth apart, in units of its day."""
        found = {}
        for where, offsets in self.offsets.items():
            for at, (day, offset) in enumerate(offsets.items()):
                drift = offset - ([NONE, *offsets.values()][at])
                if drift and (day not in self.grown.get(where, {})):
                    found[where, day] = drift * self.units(where, day)
        return found
