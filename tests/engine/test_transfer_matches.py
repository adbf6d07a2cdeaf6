"""Which legs may be one transfer: windows, rivals, hashes and several arrivals, by hand."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from folio.engine.transfers import candidates, match, partners, reasons
from folio.model.transfers import ARRIVAL, DEPARTURE, TransferLeg

HASH, OTHER = "ab" * 32, "cd" * 32
START = dt.date(2025, 3, 10)


def leg(number: int, kind: str, units: str, day: int = 0, at: str = "", **more: Any) -> TransferLeg:
    """A leg so many days after the start; departures are of holding 1, arrivals of 2."""
    on = START + dt.timedelta(day)
    instant = dt.datetime.fromisoformat(f"{on}T{at}+00:00") if at else None
    holding = more.pop("holding", 1 if kind == DEPARTURE else 2)
    text = more.pop("text", "")
    return TransferLeg(number, kind, on, instant, holding, 7, Decimal(units), text, **more)


def out(number: int, units: str, day: int = 0, at: str = "", **more: Any) -> TransferLeg:
    return leg(number, DEPARTURE, units, day, at, **more)


def into(number: int, units: str, day: int = 0, at: str = "", **more: Any) -> TransferLeg:
    return leg(number, ARRIVAL, units, day, at, **more)


@pytest.mark.parametrize(
    ("arrival", "close"),
    [
        (into(2, "100"), True),
        (into(2, "99"), True),  # 1 % is within
        (into(2, "98.999"), False),
        (into(2, "101"), True),  # near, though only by clocks or fees
        (into(2, "90"), False),  # 10 % is a candidate
        (into(2, "89.999"), None),
        (into(2, "110"), False),
        (into(2, "110.001"), None),
        (into(2, "100", 3), True),
        (into(2, "100", -3), True),
        (into(2, "100", 4), False),
        (into(2, "100", 7), False),
        (into(2, "100", 8), None),
        (into(2, "100", -8), None),
    ],
)
def test_windows_by_days(arrival: TransferLeg, close: bool | None) -> None:
    found = match(out(1, "100"), (arrival,))
    assert (None if found is None else found.close) is close


@pytest.mark.parametrize(
    ("at", "day", "close"),
    [
        ("12:30", 0, True),  # 30 minutes are within
        ("12:30:01", 0, False),
        ("11:30", 0, True),  # clocks disagree
        ("11:29", 0, False),
        ("12:00", 1, False),
        ("", 1, True),  # days count where one side has no instant
    ],
)
def test_windows_by_instants(at: str, day: int, close: bool) -> None:
    found = match(out(1, "100", at="12:00"), (into(2, "100", day, at),))
    assert found is not None
    assert found.close is close


def numbers(leg: TransferLeg, others: list[TransferLeg]) -> list[tuple[int, ...]]:
    return [tuple(a.transaction_id for a in m.arrivals) for m in candidates(leg, others)]


def test_candidates_stand_by_fit_then_time() -> None:
    others = [
        into(2, "99.5", 1),
        into(3, "100", 2),
        into(4, "95", 0),  # out of 1 %
        into(5, "100", 5),  # out of 3 days
        into(6, "100", 1),
        into(7, "100.5", 0),  # more than left
        into(8, "100", 0, holding=1),  # where it left from
        out(9, "100"),
        into(10, "100", 9),
    ]
    assert numbers(out(1, "100"), others) == [(6,), (3,), (2,), (7,), (5,), (4,)]


def test_two_equal_departures_and_two_equal_arrivals_are_no_partners_of_one_another() -> None:
    legs = [out(1, "10"), out(2, "10"), into(3, "10"), into(4, "10")]
    assert [len(partners(one, legs)) for one in legs] == [2, 2, 2, 2]


def test_a_hash_settles_between_equals_and_another_rules_out() -> None:
    legs = [
        out(1, "10", text=f"w-1 0x{HASH.upper()}"),
        out(2, "10", text=OTHER),
        into(3, "10", text=f"from somebody, tx {HASH}"),
        into(4, "10"),
    ]
    assert [[a.transaction_id for m in partners(one, legs) for a in m.legs] for one in legs] == [
        [1, 3],
        [2, 4],
        [1, 3],
        [1, 4, 2, 4],  # 4 says nothing of a hash
    ]
    assert reasons(candidates(legs[0], legs)[0])[-1] == "the same hash"
    assert reasons(candidates(legs[1], legs)[-1])[-1] == "another hash"


def test_what_is_no_hash() -> None:
    one, other = out(1, "10", text="ab" * 31), into(2, "10", text="ab" * 31)
    found = match(one, (other,))
    assert found is not None
    assert not found.same_hash
    assert not found.other_hash


def test_several_arrivals_that_make_one_departure() -> None:
    others = [into(2, "4"), into(3, "5.95", 1), into(4, "3", holding=3), into(5, "3", 2)]
    # 4 + 5.95 is 0.5 % less; 4 + 3 + 3 is all of it; 5.95 + 4 in either order is one proposal
    assert numbers(out(1, "10"), others) == [(2, 4, 5), (2, 3)]
    found = candidates(out(1, "10"), others)[1]
    assert reasons(found) == ["2 arrivals together", "0.05 less (0.5 %)", "a day later"]
    assert numbers(into(6, "10"), others) == []  # arrivals have no arrivals


def test_arrivals_of_one_departure_days_apart() -> None:
    """4 arrive at once and 5.95 within the week; not a week and a day later, nor 1.1 % short."""
    assert numbers(out(1, "10"), [into(2, "4"), into(3, "5.95", 7)]) == [(2, 3)]
    assert numbers(out(1, "10"), [into(2, "4"), into(3, "5.95", 8)]) == []
    assert numbers(out(1, "10"), [into(2, "4"), into(3, "5.89", 7)]) == []


def test_a_split_on_the_way() -> None:
    """10 leave, 2:1 in between, 20 arrive: a scale of 2 is what became of one."""
    found = match(out(1, "10", scale=Decimal(2)), (into(2, "19.9", 1),))
    assert found is not None
    assert found.close
    assert (found.lost, found.share) == (Decimal("0.1"), Decimal("0.005"))


@pytest.mark.parametrize(
    ("arrival", "said"),
    [
        (into(2, "100"), ["the same units", "the same day"]),
        (into(2, "99.95", 2), ["0.05 less (0.05 %)", "2 days later"]),
        (into(2, "99.9999", -1), ["0.0001 less (<0.01 %)", "a day before it left"]),
        (into(2, "101"), ["1 more than left (1 %): a fee stated apart?", "the same day"]),
        (into(2, "100", at="12:00"), ["the same units", "the same instant"]),
        (into(2, "100", at="12:12"), ["the same units", "12 minutes later"]),
        (into(2, "100", at="10:59"), ["the same units", "an hour before it left"]),
    ],
)
def test_reasons_in_words(arrival: TransferLeg, said: list[str]) -> None:
    found = match(out(1, "100", at="12:00"), (arrival,))
    assert found is not None
    assert reasons(found) == said
