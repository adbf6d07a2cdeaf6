"""Days, instants and periods as people type them."""

import datetime as dt

import pytest

from folio.errors import UsageError
from folio.model.dates import (
    EARLIEST,
    in_zone,
    parse_day,
    parse_instant,
    parse_moment,
    parse_period,
    time_zone,
)

TODAY = dt.date(2025, 6, 30)


@pytest.mark.parametrize(
    "text", ["2025-06-30", " 2025-06-30 ", "30 June 2025", "June 30, 2025", "2025/06/30"]
)
def test_days(text: str) -> None:
    assert parse_day(text) == TODAY


@pytest.mark.parametrize("text", ["05/06/2024", "05.06.24", "1/2/3"])
def test_an_ambiguous_day_is_asked_about(text: str) -> None:
    with pytest.raises(UsageError, match="several ways: do you mean"):
        parse_day(text)


@pytest.mark.parametrize(
    "text", ["3", "1.2", "Jan", "June 2025", "2025", "30 June", "", "now", "2025-02-30",
             "20250630x", "10:30 30 June 2025", "2025-06-3١"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-03", "2025-03-01", "2025-03-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2025-q1", "2025-01-01", "2025-03-31"),
        ("2025-01-01..2025-06-30", "2025-01-01", "2025-06-30"),
        ("2024..2025-03", "2024-01-01", "2025-03-31"),
        ("2025-02..", "2025-02-01", "2025-06-30"),
        ("..2024", None, "2024-12-31"),
        ("ytd", "2025-01-01", "2025-06-30"),
        ("mtd", "2025-06-01", "2025-06-30"),
        ("last-month", "2025-05-01", "2025-05-31"),
        ("last-quarter", "2025-01-01", "2025-03-31"),
        ("last-year", "2024-01-01", "2024-12-31"),
        ("this-month", "2025-06-01", "2025-06-30"),
        ("1y", "2024-07-01", "2025-06-30"),
        ("4m", "2025-03-01", "2025-06-30"),
        ("30d", "2025-06-01", "2025-06-30"),
        ("2025-06-30", "2025-06-30", "2025-06-30"),
        ("yesterday", "2025-06-29", "2025-06-29"),
    ],
)
def test_periods_include_both_ends(text: str, first: str | None, last: str) -> None:
    start, end = parse_period(text, TODAY)
    assert end.isoformat() == last
    assert start == (EARLIEST if first is None else dt.date.fromisoformat(first))


def test_periods_at_the_turn_of_the_year() -> None:
    assert parse_period("last-month", dt.date(2025, 1, 9)) == (
        dt.date(2024, 12, 1),
        dt.date(2024, 12, 31),
    )
    assert parse_period("1m", dt.date(2025, 3, 31)).start == dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    "text",
    "2025-13|0y|00d|2025-Q5|2025-06-30..2025-01-01|soon||05/06/2024|0000|9999".split("|"),
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_period(text, TODAY)


def test_instants() -> None:
    assert parse_moment("2025-06-30T18:00Z") == dt.datetime(2025, 6, 30, 18, tzinfo=dt.UTC)
    local = in_zone(parse_moment("2025-06-30"), time_zone("Europe/Berlin"))
    assert local.astimezone(dt.UTC) == dt.datetime(2025, 6, 30, 21, 59, 59, 999999, dt.UTC)
    with pytest.raises(UsageError):
        parse_moment("2025-06-30Tnoon")


@pytest.mark.parametrize("name", ["Mars/Base", "", "../UTC", "/etc/localtime"])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="time zone"):
        time_zone(name)


@pytest.mark.parametrize(
    ("text", "how_often", "meant"),
    [  # in 2025 clocks of Berlin went from 2 to 3 on 30 March, from 3 to 2 on 26 October
        ("2025-03-30T02:30", "never", "2025-03-30T00:30:00Z or 2025-03-30T01:30:00Z"),
        ("2025-10-26 02:30", "twice", "2025-10-26T00:30:00Z or 2025-10-26T01:30:00Z"),
    ],
)
def test_an_hour_in_which_clocks_are_changed_is_asked_about(
    text: str, how_often: str, meant: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_instant(text, time_zone("Europe/Berlin"))
    assert str(caught.value) == (
        f"clocks of Europe/Berlin showed {text!r} {how_often}, as they were changed; write {meant}"
    )
    for one in meant.split(" or "):
        instant = dt.datetime.fromisoformat(one)
        assert parse_instant(one, time_zone("Europe/Berlin")) == instant
    offset = parse_instant("2025-10-26T02:30+01:00", time_zone("Europe/Berlin"))
    assert offset == dt.datetime(2025, 10, 26, 1, 30, tzinfo=dt.UTC)
