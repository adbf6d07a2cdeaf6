"""Which legs are proposed does not depend on how they are looked for."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from folio.engine.transfers import Alike, partners
from folio.model.transfers import ARRIVAL, DEPARTURE, TransferLeg

DAYS = st.integers(0, 20).map(lambda days: dt.date(2025, 2, 24) + dt.timedelta(days))
UNITS = st.sampled_from(["97", "98.5", "99", "99.9", "100", "100.5", "101", "103", "10", "0.001"])
SCALES = st.sampled_from(["1", "2", "0.5"])  # splits since
TEXTS = st.sampled_from(["", "ab" * 32, "cd" * 32])


@st.composite
def legs(draw: st.DrawFn) -> list[TransferLeg]:
    """Legs of two assets at three holdings each, with and without instants."""
    found = []
    for number in range(1, draw(st.integers(2, 12))):
        asset, day = draw(st.integers(1, 2)), draw(DAYS)
        at = draw(st.none() | st.times())
        found.append(
            TransferLeg(
                number,
                draw(st.sampled_from([DEPARTURE, ARRIVAL])),
                day,
                None if at is None else dt.datetime.combine(day, at, dt.UTC),
                asset * 10 + draw(st.integers(1, 3)),
                asset,
                Decimal(draw(UNITS)),
                draw(TEXTS),
                Decimal(draw(SCALES)),
            )
        )
    return found


@given(legs())
def test_legs_alike_are_all_that_may_be_proposed(found: list[TransferLeg]) -> None:
    alike = Alike(found)
    for leg in found:
        others = [one for one in found if one.asset_id == leg.asset_id and one is not leg]
        proposed = {match.legs for match in partners(leg, others)}
        assert {match.legs for match in partners(leg, alike.to(leg))} == proposed
