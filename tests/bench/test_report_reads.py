"""A report's cost depends on what is held, not on how often it was bought and sold; that of a
back-dated purchase on what happened to what was bought.

SQLite counts the steps of its virtual machine: a step or more for each row it visits,
whatever the disk and the machine do.  Two books hold the same at the end, one after ten
times the transactions of the other; a scan of the transactions, the postings, the prices of
trades or the rows of statements would cost ten times the steps.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.model.dates import Period
from folio.model.rollups import HOLDING
from folio.operations.keeping.verify import faults
from folio.reports.held.holdings import lines
from folio.reports.held.page import page
from folio.reports.paid.payers import crossing
from folio.reports.query import Query
from folio.reports.recorded.register import register

ASSETS = ("AAA", "BBB", "CCC", "DDD")
RARE = "EEE"  # bought once, in either book
APART = "FFF"  # bought once, and traded as the others are in another account
END = "2025-01-17"
ALL = Period(day("2020-01-01"), day(END))
DAYS = 6  # on which each asset is traded
PAID = (("deposit", "2024-03-04"), ("withdraw", "2024-12-05"))
FEW, MANY = 1, 10  # purchases of each asset on such a day, each with a sale


def _book(path: Path, turns: int) -> Bookkeeper:
    """Each asset is bought and sold ``turns`` times on each of the same days, then bought.

    The cash is in the ledger, and as many deposits lie there as lots of their own.
    """
    keeper = Bookkeeper(path)
    keeper.account("Broker", institution="North")
    keeper.account("Elsewhere", institution="South")
    for symbol in (*ASSETS, RARE, APART):
        keeper.asset(symbol)
    row = '{{"kind": "{}", "on": "{}", "account": "Broker", "asset": "{}", "quantity": "{}"{}}}'
    other = row.replace("Broker", "Elsewhere")
    money = '{"kind": "deposit", "on": "2024-01-02", "account": "Broker", "asset": "EUR", '
    rows = [f'{money}"quantity": "{30 + n}"}}' for n in range(DAYS * turns * len(ASSETS))]
    for symbol in ASSETS:
        for number in range(DAYS):
            on = f"2024-{1 + number * 10 // DAYS:02d}-{3 + number:02d}"
            turn = [row.format(kind, on, symbol, 2, ', "price": "10"') for kind in ("buy", "sell")]
            rows += turn * turns
            apart = [
                other.format(kind, on, APART, 2, ', "price": "10"') for kind in ("buy", "sell")
            ]
            rows += apart * turns if symbol == ASSETS[0] else []
        rows.append(row.format("buy", "2024-12-02", symbol, 3, ', "price": "11"'))
    for symbol in (RARE, APART):
        rows.append(row.format("buy", "2024-01-02", symbol, 3, ', "price": "11"'))
    keeper.batch("\n".join(rows))
    # What is paid into another account is spent there, but for the last 6 euros: 6.60 dollars.
    keeper.account("Purse", institution="South")
    purse = '{{"kind": "{}", "on": "{}", "account": "Purse", "asset": "EUR", "quantity": "{}"}}'
    spent = [purse.format(kind, on, 9) for kind, on in PAID for _ in range(DAYS * turns)]
    keeper.batch("\n".join([*spent, purse.format("deposit", END, 6)]))
    for symbol in (*ASSETS, RARE, APART):
        keeper.price(symbol, "2025-01-16", "12")
    keeper.asset("USD", "currency")
    keeper.price("EUR", "2024-03-01", "1.2", "USD")
    keeper.price("EUR", END, "1.1", "USD")
    keeper.roll_up(END)
    return keeper


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bookkeeper, Bookkeeper]]:
    folder = tmp_path_factory.mktemp("reads")
    with pytest.MonkeyPatch.context() as patch:
        kept = "folio.operations.deriving.evenings_to_keep"
        patch.setattr(f"{kept}.EVERY", DAYS)  # books are small here …
        patch.setattr(f"{kept}.month_of", lambda day: (day, day))  # and time
        made = _book(folder / "few.db", FEW), _book(folder / "many.db", MANY)
        yield made
    for one in made:
        one.close()


def _report(keeper: Bookkeeper) -> None:
    """A report's page, catalogue and all."""
    book = keeper.book()
    query = Query(day(END), book.base, Filters(), None, False, day(END))
    assert page(book, query).rows


def _steps(keeper: Bookkeeper, work: Callable[[Bookkeeper], object] = _report) -> int:
    """The steps of SQLite's virtual machine that some work takes."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1

    keeper.db.set_progress_handler(step, 1)
    try:
        work(keeper)
    finally:
        keeper.db.set_progress_handler(None, 0)
    return count


def test_a_report_reads_no_more_after_ten_times_the_transactions(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    few, many = (_steps(keeper) for keeper in books)
    assert few > 1000
    assert many <= few * 1.03


def _abroad(keeper: Bookkeeper) -> None:
    """What is held, in a currency in which money has gained and lost."""
    book = keeper.book()
    dollars = book.catalog.assets[keeper.asset_id("USD")]
    query = Query(day(END), dollars, Filters(asset=("EUR",), account=("Purse",)))
    (line,) = lines(book, query)
    assert str(line.worth.cost) == "6.60"


def test_nor_does_one_in_another_currency_of_money_that_comes_and_goes(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    few, many = (_steps(keeper, _abroad) for keeper in books)
    assert many <= few * 1.03


def test_nor_after_a_transaction_of_today_on_top_of_them(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    steps = []
    for keeper in books:
        keeper.add("deposit", END, "Broker", "EUR", quantity="7")
        keeper.add("sell", END, "Broker", ASSETS[0], quantity="1", price="12")
        steps.append(_steps(keeper))
    few, many = steps
    assert many <= few * 1.03


def _paid(keeper: Bookkeeper) -> list[Decimal]:
    """What one share paid after tax, looked at apart from the cash beside it."""
    border = {keeper.holding_id("Broker", "ASKED"): HOLDING}
    return [one.paid.net for one in crossing(keeper.book(), border, ALL.start, ALL.end)]


def test_what_one_share_paid_is_read_without_what_others_beside_it_paid(tmp_path: Path) -> None:
    """Two dividends of one share, and of another as many, or twenty times as many."""
    steps = []
    paid = '{{"kind": "dividend", "on": "2024-03-{:02d}", "account": "Broker", "asset": "EUR", '
    paid += '"quantity": "{}", "related_asset": "{}"}}'
    for times in (2, 40):
        keeper = Bookkeeper(tmp_path / f"{times}.db")
        keeper.account("Broker")
        for symbol in ("PAYS", "ASKED"):
            keeper.asset(symbol)
            keeper.add("buy", "2024-01-02", "Broker", symbol, quantity="1", price="10")
        others = [paid.format(1 + n % 28, 1 + n, "PAYS") for n in range(times)]
        keeper.batch("\n".join([*others, *(paid.format(n, n, "ASKED") for n in (5, 7))]))
        assert _paid(keeper) == [5, 7]
        steps.append(_steps(keeper, _paid))
        keeper.close()
    few, many = steps
    assert many <= few * 1.03


def _past(keeper: Bookkeeper) -> None:
    """What is traded, a week before the last purchase: none of it is as it was then."""
    book, on = keeper.book(), day("2024-11-25")
    query = Query(on, book.base, Filters(asset=ASSETS), None, False, on)
    assert len(lines(book, query, emptied=True)) == len(ASSETS)


def test_a_day_of_the_past_is_folded_from_an_evening_before_it(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    few, many = (_steps(keeper, _past) for keeper in books)
    assert many <= few * 1.2


def _listed(keeper: Bookkeeper) -> None:
    book = keeper.book()
    query = Query(day(END), book.base, Filters(asset=(RARE,)), None, False, day(END))
    assert register(book, query, ALL, last=20).rows


def test_a_rare_asset_is_listed_without_a_walk_over_all_days(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    few, many = (_steps(keeper, _listed) for keeper in books)
    assert many <= few * 1.03


def _back_date(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-03", "Broker", RARE, quantity="2", price="10")


def test_nor_does_a_purchase_of_last_year_with_its_lots_and_its_year_of_days(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    """The account's cash moved ten times as often; what it moved is not read again."""
    few, many = (_steps(keeper, _back_date) for keeper in books)
    assert many <= few * 1.03
    few, many = (_steps(keeper, lambda one: one.roll_up(END)) for keeper in books)
    assert 10_000 < few < 20_000  # rows of a year, of which no other holding's is read
    assert many <= few * 1.05
    for keeper in books:
        assert not list(faults(keeper.db))


def test_nor_do_the_days_of_what_another_account_trades_too(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    """No transfer joins the two holdings: the days of the other one are what they were."""
    for keeper in books:
        keeper.add("buy", "2024-02-06", "Broker", APART, quantity="2", price="10")
    few, many = (_steps(keeper, lambda one: one.roll_up(END)) for keeper in books)
    assert many <= few * 1.03 < 20_000
    for keeper in books:
        assert not list(faults(keeper.db))


def test_a_late_price_costs_the_days_up_to_the_next_one(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    """The asset was traded again within six weeks of that day; a year of days follows it."""
    for keeper in books:
        _back_date(keeper)
        year = _steps(keeper, lambda one: one.roll_up(END))
        keeper.price(ASSETS[2], "2024-01-04", "9")
        assert _steps(keeper, lambda one: one.roll_up(END)) < year / 3
        assert not list(faults(keeper.db))


def test_nor_does_taking_back_money_of_last_year(books: tuple[Bookkeeper, Bookkeeper]) -> None:
    """What was paid in is taken out of what was counted, and of the days that are stored."""
    numbers = [
        keeper.add("deposit", "2024-01-03", "Broker", "EUR", quantity="5") for keeper in books
    ]
    for keeper in books:
        keeper.roll_up(END)
    pairs = list(zip(books, numbers, strict=True))
    few, many = (_steps(keeper, lambda one, n=n: one.undo(n)) for keeper, n in pairs)
    assert many <= few * 1.03
    few, many = (_steps(keeper, lambda one: one.roll_up(END)) for keeper in books)
    assert many < few + 3000 < 15_000  # what else was traded on that day is read
    for keeper in books:
        assert not list(faults(keeper.db))


@pytest.mark.parametrize("on", [END, "2025-01-18"], ids=["with others", "alone on its day"])
def test_nor_does_taking_back_the_last_money_that_moved(
    books: tuple[Bookkeeper, Bookkeeper], on: str
) -> None:
    """What is the last one then is found on its own day, or on the one before."""
    steps = []
    for keeper in books:
        number = keeper.add("deposit", on, "Broker", "EUR", quantity="5")
        steps.append(_steps(keeper, lambda one, n=number: one.undo(n)))
        assert not list(faults(keeper.db))
    few, many = steps
    assert many <= few * 1.03 < 5_000


def _back_date_often_traded(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-12-01", "Broker", ASSETS[1], quantity="2", price="10")


def test_nor_does_one_of_what_was_traded_often_before(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    """The fold goes on from an evening that is kept, and its days from the evening before.

    Between the two are as many events as come between two that are kept.
    """
    few, many = (_steps(keeper, _back_date_often_traded) for keeper in books)
    assert many <= few * 1.2
    few, many = (_steps(keeper, lambda one: one.roll_up(END)) for keeper in books)
    assert many <= few * 1.2
    for keeper in books:
        assert not list(faults(keeper.db))


def _observe_and_pay_in(keeper: Bookkeeper) -> None:
    """What is seen of an account that was observed before, and moves on the same day."""
    assert keeper.observe("Broker", "EUR", "5000", END)
    keeper.add("deposit", END, "Broker", "EUR", quantity="7")


def test_a_balance_is_compared_from_the_one_observed_before_it(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    """So is a transaction of its day, and so are the days that the next report lacks."""
    for keeper in books:
        keeper.observe("Broker", "EUR", "4000", "2025-01-14")
        keeper.roll_up(END)
    few, many = (_steps(keeper, _observe_and_pay_in) for keeper in books)
    assert many <= few * 1.03
    few, many = (_steps(keeper) for keeper in books)
    assert many <= few * 1.03
    for keeper in books:
        assert not list(faults(keeper.db))
        keeper.roll_up(END)
        assert not list(faults(keeper.db))
