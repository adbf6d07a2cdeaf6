"""What may lie behind a gap: each cause from numbers worked by hand, and none that does not fit."""

import datetime as dt
from decimal import Decimal

import pytest

from folio.engine.causes import Cause, Evidence, Moved, likely_causes
from folio.model.gaps import Gap

START, END = dt.date(2025, 1, 1), dt.date(2025, 1, 31)  # 30 days


def gap(expected: str, observed: str, *, opening: bool = False) -> Gap:
    return Gap(None if opening else START, END, Decimal(expected), Decimal(observed), 1)


def moved(number: int, units: str, kind: str = "deposit", where: str = "", day: int = 9) -> Moved:
    return Moved(number, kind, dt.date(2025, 1, day), Decimal(units), where)


def causes(
    seen: Gap,
    *inside: Moved,
    elsewhere: tuple[Moved, ...] = (),
    currency: bool = True,
    splits: bool = False,
) -> list[Cause]:
    return likely_causes(Evidence(seen, inside, elsewhere, currency, splits))


def phrases(*args: object, **more: object) -> list[str]:
    return [cause.phrase for cause in causes(*args, **more)]  # type: ignore[arg-type]


def test_a_deposit_that_is_there_twice() -> None:
    """The ledger has 40.37 twice, the bank once: 40.37 too few; the later of the two goes."""
    twins = moved(7, "40.37"), moved(8, "40.37", day=10)
    (cause,) = causes(gap("580.74", "540.37"), *twins)
    assert (cause.phrase, cause.remedy) == ("transactions 7 and 8 may be one", "undo")
    assert cause.transaction_id == 8


def test_a_single_posting_of_the_size_of_the_drift() -> None:
    (cause,) = causes(gap("540.37", "500"), moved(7, "40.37"), moved(8, "12.20"))
    assert cause.phrase == "transaction 7 may be there twice, or too much"


def test_a_sign_that_slipped() -> None:
    """31.85 paid out, written as paid in: the ledger is 63.70 too high."""
    seen = gap("1031.85", "968.15")
    assert "transaction 7 may have the wrong sign" in phrases(seen, moved(7, "31.85"))
    assert phrases(seen, moved(7, "31.85"), moved(8, "31.85", day=20)) == []  # which of them?


@pytest.mark.parametrize(
    ("written", "right", "said"),
    [
        ("517", "571", "may be mistyped: 517 for 571"),
        ("-45.93", "-54.93", "may be mistyped: 45.93 for 54.93"),
        ("120.5", "1205", "may have its decimal point in the wrong place: 120.5 for 1205"),
        ("3000", "30", "may have its decimal point in the wrong place: 3000 for 30"),
    ],
)
def test_a_slip_of_the_pen(written: str, right: str, said: str) -> None:
    off = Decimal(right) - Decimal(written)
    seen = gap("4000", str(4000 + off))
    assert f"transaction 7 {said}" in phrases(seen, moved(7, written), moved(8, "8.13"))


def test_divisible_by_nine_alone_is_no_slip() -> None:
    """571 − 463 = 108 = 9 × 12, but no two adjacent digits of 463 make 571."""
    assert not any("mistyped" in p for p in phrases(gap("4003", "4111"), moved(7, "463")))


def test_a_balance_that_was_mistyped() -> None:
    assert phrases(gap("2745.70", "2754.70"))[0] == "the balance may be mistyped: 2754.7 for 2745.7"


@pytest.mark.parametrize(
    ("expected", "observed", "ratio"),
    [("10", "20", (2, 1)), ("7.5", "22.5", (3, 1)), ("100", "4", (1, 25)), ("12", "18", (3, 2))],
)
def test_a_split_that_is_missing(expected: str, observed: str, ratio: tuple[int, int]) -> None:
    found = causes(gap(expected, observed), currency=False, splits=True)
    assert [(c.remedy, c.ratio) for c in found if c.remedy == "split"] == [("split", ratio)]


@pytest.mark.parametrize(("expected", "observed"), [("10", "17"), ("2", "4"), ("10", "0")])
def test_no_split_where_the_ratio_is_not_one_of_splits(expected: str, observed: str) -> None:
    found = causes(gap(expected, observed), currency=False, splits=True)
    assert not [c for c in found if c.remedy == "split"]


def test_the_other_side_of_a_transfer_within_one_percent() -> None:
    """0.5 left, 0.4975 came: 0.5 % less, and 0.49 would be 2 % less."""
    leg = moved(7, "-0.5", "transfer_out", "Kraken BTC", day=12)
    (cause,) = causes(gap("1", "1.4975"), elsewhere=(leg,), currency=False)
    said = "transaction 7 may be the other side: transfer out of 0.5 at Kraken BTC on 2025-01-12"
    assert (cause.phrase, cause.remedy, cause.day) == (said, "flow", dt.date(2025, 1, 12))
    assert causes(gap("1", "1.49"), elsewhere=(leg,), currency=False) == []


def test_a_fee_for_the_one_movement_that_is_large_enough() -> None:
    """1.50 is 0.3 % of 500 and 7.5 % of 20."""
    seen = gap("980", "978.5")
    (cause,) = causes(seen, moved(7, "-500", "withdraw"), moved(8, "-20", "withdraw"))
    assert (cause.phrase, cause.remedy) == ("a fee for transaction 7", "growth")


def test_interest_by_its_yearly_rate() -> None:
    """2.55 on 1000 in 30 days is 2.55 × 365 / 30 / 1000 = 3.1 % a year."""
    assert phrases(gap("1000", "1002.55")) == ["interest, at 3.1 % a year, never recorded"]
    assert phrases(gap("1000", "1052.55")) == []  # 64 % a year


def test_a_round_amount() -> None:
    (cause,) = causes(gap("83.17", "283.17"))
    assert (cause.phrase, cause.remedy) == (
        "a deposit that was never recorded, a round amount",
        "flow",
    )
    assert phrases(gap("83.17", "294.49")) == []


def test_before_all_evidence_neither_growth_nor_splits_are_told() -> None:
    assert phrases(gap("1000", "1002.55", opening=True)) == []
    assert causes(gap("10", "20", opening=True), currency=False, splits=True) == []
