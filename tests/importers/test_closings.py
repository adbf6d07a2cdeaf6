"""The balances between which statements book, of one account, worked by hand."""

from decimal import Decimal

from bookkeeper import day
from folio.importers.checking.closings import Period, Printed, check
from folio.model.assets import currency_ref


def period(on: str, opening: int | None, closing: int | None, moved: int = 0) -> Period:
    printed = [
        None if amount is None else Printed(Decimal(amount), day(on), line)
        for line, amount in enumerate((opening, closing), 1)
    ]
    return Period(None, currency_ref("EUR"), *printed, Decimal(moved), day(on), ())


def closed(*periods: Period) -> list[tuple[str, Decimal]]:
    return [(one.day.isoformat(), one.balance) for one in check(periods).balances]


def test_a_statement_that_only_closes_is_observed() -> None:
    assert closed(period("2025-01-31", None, 40)) == [("2025-01-31", Decimal(40))]


def test_of_two_statements_of_a_day_the_last_one_closes_it() -> None:
    """10 and 5 are 15, whichever way round the days of the file run."""
    first, second = period("2025-01-31", 0, 10, 10), period("2025-01-31", 10, 15, 5)
    later = period("2025-02-01", 15, 20, 5)
    assert closed(first, second) == [("2025-01-31", Decimal(15))]
    ends = [("2025-01-31", Decimal(15)), ("2025-02-01", Decimal(20))]
    assert closed(first, second, later) == closed(later, second, first) == ends
    assert not check([later, second, first]).notes


def test_what_the_file_lacks_is_said_with_the_sum() -> None:
    """From 0 by 10 to 12: 2 are missing; from 12 to 13 between two statements: a gap."""
    gaps = check([period("2025-01-31", 0, 12, 10), period("2025-02-28", 13, 14, 1)]).notes
    assert len(gaps) == 1
    assert "closes with 12: 2 EUR of it is not in the file" in gaps[0]
    assert gaps[0].endswith(" (gaps in this account: 2)")
