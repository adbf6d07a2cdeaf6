"""The basis of lots that change a few at a time is that of the lots there are."""

from decimal import Decimal
from itertools import chain, count

from hypothesis import given
from hypothesis import strategies as st

from folio.engine.prices import Market, PriceGraph
from folio.engine.valuation import RunningBasis, Teller, basis_of
from folio.model.ledger import Lot
from folio.model.numbers import minor_units, round_money

EUR, USD = 1, 2


class NoPrices:
    """A world in which nothing has a price."""

    def latest(self, asset: int, quote: int, day: object) -> None:
        return None

    def quotes(self, asset: int) -> tuple[int, ...]:
        return ()

    def has_pair(self, asset: int, quote: int) -> bool:
        return False


TELLER = Teller(
    PriceGraph(NoPrices(), Market(EUR, (EUR,), frozenset({EUR, USD}), {}, 7)),  # type: ignore[arg-type]
    EUR,
    2,
)
units = st.decimals("-3", "9", places=3)


@st.composite
def lots(draw: st.DrawFn) -> Lot:
    """Its own cost, another, one without a rate, or none; of any grade."""
    quantity = draw(units)
    cost = draw(st.sampled_from((quantity, None)) | units)
    currency = None if cost is None else draw(st.sampled_from((EUR, USD)))
    return Lot(1, 1, "2025-01-02", quantity, cost, currency, draw(st.integers(0, 2)))


# Each step: from where on how many lots go, and which come there.
changes = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.lists(lots(), max_size=3)), max_size=8
)


@given(changes)
def test_a_running_basis_is_the_basis(steps: list[tuple[int, int, list[Lot]]]) -> None:
    running, held, places = RunningBasis(TELLER), list[Lot](), count(1)
    for start, gone, new in steps:
        own = chain((lot.place for lot in held[start : start + gone]), places)  # what is left of it
        held[start : start + gone] = [lot._replace(place=next(own)) for lot in new]
        assert running.of(held) == basis_of(held, TELLER)


@given(units)
def test_minor_units_are_what_money_is_rounded_to(quantity: Decimal) -> None:
    assert minor_units(quantity, 2) == round_money(quantity, 2).scaleb(2)
