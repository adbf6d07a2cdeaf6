"""What running balances prove and what they do not, worked by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from folio.importers.cells.dates import When
from folio.importers.checking.balances import RunningBalance, check
from folio.model.assets import currency_ref

EUR = currency_ref("EUR")
Rows = list[tuple[int, int | None, int]]  # day of the month, movement, balance as printed

BROKEN = "the printed balance {} EUR does not follow from the rows before it ({} balances checked)"


@pytest.mark.parametrize(
    ("rows", "closes", "note"),
    [
        pytest.param([(1, 100, 100), (2, -30, 70)], {2: 70}, "", id="in order"),
        pytest.param([(1, -30, 70), (1, 100, 100)], {1: 70}, "", id="a day in any order"),
        pytest.param(
            [(1, 100, 100), (2, 30, 100), (2, -30, 70)], {2: 100}, "", id="back where it began"
        ),
        pytest.param([(1, -50, 0), (1, 50, 50)], {1: 0}, "", id="nothing before, nothing after"),
        pytest.param(
            [(1, 10, 10), (1, 5, 105)],
            {},
            f"line 1: {BROKEN.format(10, 'gaps on 1 day, 2')}",
            id="a day that is no chain",
        ),
        pytest.param(
            [(1, 100, 0), (2, -30, 100), (3, 5, 70)],
            {3: 75},
            "each EUR balance is the one before its row",
            id="before each row",
        ),
        pytest.param(
            [(1, 100, 100), (2, -30, 60), (3, 5, 65)],
            {3: 65},
            f"line 2: {BROKEN.format(60, 'gaps on 1 day, 3')}",
            id="10 are missing",
        ),
        pytest.param([(1, -10, 90), (2, 100, 100)], {2: 90}, "", id="one chain, by another date"),
        pytest.param(
            [(1, -10, 90), (2, 100, 100), (3, 1, 501)],
            {},
            f"line 2: {BROKEN.format(100, 'gaps on 2 days, 3')}",
            id="neither the days nor the rows are a chain",
        ),
        pytest.param([(1, 100, 100), (5, None, 42)], {1: 100, 5: 42}, "", id="stated for its day"),
    ],
)
def test_what_a_chain_proves(rows: Rows, closes: dict[int, int], note: str) -> None:
    printed = [
        RunningBalance(line, When(day, dt.datetime.combine(day, dt.time())), (None, EUR, ()),
                Decimal(balance), None if moved is None else Decimal(moved))
        for line, (number, moved, balance) in enumerate(rows, 1)
        for day in [dt.date(2025, 1, number)]
    ]  # fmt: skip
    found = check(printed)
    assert {one.day.day: one.balance for one in found.balances} == closes
    assert found.notes == [note] * bool(note)
