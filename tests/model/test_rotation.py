"""Which backups stay: by a table worked by hand, and by laws."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folio.errors import UsageError
from folio.model.rotation import kept, parse_keep

# Every day of 2025 at 6 in the morning, with an earlier one at 5.
YEAR = [
    dt.datetime(2025, 1, 1, hour, tzinfo=dt.UTC) + dt.timedelta(days=day)
    for day in range(365)
    for hour in (5, 6)
]


def at(text: str) -> list[dt.datetime]:
    return [dt.datetime.fromisoformat(f"2025-{day} 06:00Z") for day in text.split()]


@pytest.mark.parametrize(
    ("keep", "days"),
    [
        # Wednesday 31 December is the newest, of its week and month, too.
        ("3d", "12-29 12-30 12-31"),
        # Sundays end weeks: 28 and 21 December.
        ("3w", "12-21 12-28 12-31"),
        ("3m", "10-31 11-30 12-31"),
        ("2d,2w,2m", "11-30 12-28 12-30 12-31"),
        ("1y", "12-31"),
    ],
)
def test_the_newest_of_each_period_stays(keep: str, days: str) -> None:
    assert sorted(kept(YEAR, parse_keep(keep))) == at(days)


def test_periods_without_a_backup_do_not_count() -> None:
    """Two months away: seven days are the last seven with a backup."""
    moments = at("01-01 01-02 01-03 03-09 03-10")
    assert sorted(kept(moments, parse_keep("4d"))) == at("01-02 01-03 03-09 03-10")
    assert sorted(kept(moments, parse_keep("3m"))) == at("01-03 03-10")


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    """2024-12-30 and 2025-01-01 are both in week 1 of 2025 (ISO 8601)."""
    monday, wednesday = (dt.datetime(*day, tzinfo=dt.UTC) for day in ((2024, 12, 30), (2025, 1, 1)))
    assert kept([monday, wednesday], parse_keep("2w")) == {wednesday}
    assert kept([monday, wednesday], parse_keep("2y")) == {monday, wednesday}


def test_days_are_those_of_the_zone() -> None:
    """Clocks are set back in Berlin on 2024-10-27 at 01:00 UTC: 02:30 comes twice that night.

    A day begins at 22:00 UTC there in summer and at 23:00 in winter; 29 February has 24 hours.
    """
    zone = ZoneInfo("Europe/Berlin")

    def instants(text: str) -> list[dt.datetime]:
        return [dt.datetime.fromisoformat(f"{one}Z") for one in text.split()]

    twice = instants("2024-10-27T00:30 2024-10-27T01:30 2024-10-28T12:00")
    assert sorted(kept(twice, parse_keep("7d"), zone)) == twice[1:]
    assert sorted(kept(twice[:1], parse_keep("7d"), zone)) == twice[:1]
    late = instants("2024-02-28T22:59 2024-02-28T23:00 2024-02-29T22:59 2024-02-29T23:00")
    assert sorted(kept(late, parse_keep("3d"), zone)) == [late[0], *late[2:]]
    assert sorted(kept(late, parse_keep("3d"))) == [late[1], late[3]]


@pytest.mark.parametrize(
    "text", ["", "7", "d", "0d", "-1d", "7d,7d", "7h", "7d 4", "99999d", "7d,"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="7d,4w,12m"):
        parse_keep(text)


START = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
MOMENTS = st.lists(
    st.integers(0, 3 * 365 * 24).map(lambda hours: START + dt.timedelta(hours=hours)), max_size=40
)
RULES = st.dictionaries(st.sampled_from("dwmy"), st.integers(1, 9), min_size=1)


@given(moments=MOMENTS, keep=RULES, more=RULES)
def test_laws_of_rotation(
    moments: list[dt.datetime], keep: dict[str, int], more: dict[str, int]
) -> None:
    """The newest stays; not more than the rules say do; to rotate again removes nothing."""
    stay = kept(moments, keep)
    assert stay <= set(moments)
    assert not moments or max(moments) in stay
    assert len(stay) <= max(sum(keep.values()), 1)
    assert kept(stay, keep) == stay
    larger = {unit: max(keep.get(unit, 0), more.get(unit, 0)) for unit in {*keep, *more}}
    assert stay <= kept(moments, larger)
    if "d" in keep:
        days = sorted({m.date() for m in moments}, reverse=True)[: keep["d"]]
        assert {m.date() for m in stay} >= set(days)
