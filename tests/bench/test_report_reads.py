"""A report's cost depends on what is held, not on how often it was bought and sold.

SQLite counts the steps of its virtual machine: a step or more for each row it visits,
whatever the disk and the machine do.  Two books hold the same at the end, one after ten
times the transactions of the other; a scan of the transactions, the postings, the prices of
trades or the rows of statements would cost ten times the steps.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.reports.page import page
from folio.reports.query import Query

ASSETS = ("AAA", "BBB", "CCC", "DDD")
END = "2025-01-17"
FEW, MANY = 6, 60  # purchases of each asset, each with a sale


def _book(path: Path, turns: int) -> Bookkeeper:
    """Each asset is bought and sold ``turns`` times in the same months, then bought.

    The cash is in the ledger, and as many deposits lie there as lots of their own.
    """
    keeper = Bookkeeper(path)
    keeper.account("Broker", institution="North")
    for symbol in ASSETS:
        keeper.asset(symbol)
    row = '{{"kind": "{}", "on": "{}", "account": "Broker", "asset": "{}", "quantity": "{}"{}}}'
    money = '{"kind": "deposit", "on": "2024-01-02", "account": "Broker", "asset": "EUR", '
    rows = [f'{money}"quantity": "{30 + n}"}}' for n in range(turns * len(ASSETS))]
    for symbol in ASSETS:
        for turn in range(turns):
            on = f"2024-{1 + turn * 10 // turns:02d}-{3 + turn % 20:02d}"
            rows += [row.format(kind, on, symbol, 2, ', "price": "10"') for kind in ("buy", "sell")]
        rows.append(row.format("buy", "2024-12-02", symbol, 3, ', "price": "11"'))
    keeper.batch("\n".join(rows))
    for symbol in ASSETS:
        keeper.price(symbol, "2025-01-16", "12")
    keeper.roll_up(END)
    return keeper


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bookkeeper, Bookkeeper]]:
    folder = tmp_path_factory.mktemp("reads")
    made = _book(folder / "few.db", FEW), _book(folder / "many.db", MANY)
    yield made
    for one in made:
        one.close()


def _steps(keeper: Bookkeeper) -> int:
    """The steps of SQLite's virtual machine that a report takes, catalogue and all."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1

    keeper.db.set_progress_handler(step, 1)
    try:
        book = keeper.book()
        query = Query(day(END), book.base, Filters(), None, False, day(END))
        table = page(book, query)
    finally:
        keeper.db.set_progress_handler(None, 0)
    assert table.rows
    return count


def test_a_report_reads_no_more_after_ten_times_the_transactions(
    books: tuple[Bookkeeper, Bookkeeper],
) -> None:
    few, many = (_steps(keeper) for keeper in books)
    assert few > 1000
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
