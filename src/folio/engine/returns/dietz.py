"""Modified Dietz: the gain over the capital that was in on average.

    r = (V₁ − V₀ − ΣF) ÷ (V₀ + Σ w·F),   w = (CD − D) ÷ CD

CD are the calendar days of the period, and a flow on its day D (1 is the first, CD the
last) counts for the days left after it: at the end of its day.  It needs no valuation but
the first and the last, and no iteration, so it stands in where valuations are sparse; it is
not time-weighted.  Average capital of 0 or less has no return.

Source: Dietz, Pension Funds: Measuring Investment Performance (1966), as modified; CFA
Institute, Guidance Statement on Calculation Methodology (2011).  Of 100, with 50 put in in
the middle of two years that end at 300: 150 ÷ (100 + 50 × ½) = 120 %.

>>> str(modified_dietz(Decimal(100), Decimal(300), [(365, Decimal(50))], days=730))
'1.2'
"""

from collections.abc import Iterable
from decimal import Decimal

from folio.model.numbers import ZERO, divide


def modified_dietz(
    start: Decimal, end: Decimal, flows: Iterable[tuple[int, Decimal]], *, days: int
) -> Decimal | None:
    """The return of a period of ``days``; ``flows`` by day after its start (1 to ``days``).

    None where the average capital is not positive.
    """
    gain, capital = end - start, start
    for day, flow in flows:
        gain -= flow
        capital += divide(flow * (days - day), Decimal(days))
    return divide(gain, capital) if capital > ZERO else None
