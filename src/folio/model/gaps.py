"""A gap: what an observation says beyond the observation before it and the ledger."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from folio.model.named import NamedTuple
from folio.model.numbers import ZERO

GROWTH = "growth"  # an answer, and the kind of the event that it makes
ANSWERS = ("flow", "correction", GROWTH, "opening", "unknown")


class Gap(NamedTuple):
    """The days (since, until] of one holding; quantities are in units of ``until``."""

    since: dt.date | None  # the observation before, exclusive; None: before all evidence
    until: dt.date  # the observation, inclusive
    expected: Decimal  # the balance at the end of ``until``, by what came before it
    observed: Decimal
    observation_id: int  # by which commands name the gap

    @property
    def drift(self) -> Decimal:
        """Units there beyond what was expected; negative where there are fewer."""
        return self.observed - self.expected

    @property
    def is_opening(self) -> bool:
        """Whether nothing was observed before it."""
        return self.since is None

    @property
    def days(self) -> int | None:
        """The days in it; None where nothing was observed before."""
        return None if self.since is None else (self.until - self.since).days


class Observed(NamedTuple):
    """What the observations of a holding say beyond its ledger."""

    unexplained: Decimal = ZERO  # at the end of the ledger
    observations: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    gaps: Sequence[Gap] | None = ()  # with a drift; None: those that are stored
