"""The views say what the reports say."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book import Book
from folio.db.derived.rollup import sum_days
from folio.db.queries.select import Answer, ask
from folio.db.queries.web_queries import QUERIES
from folio.importers import load_profiles
from folio.model.dates import EVER, Period
from folio.model.rollups import DayRow
from folio.model.table import Amount, Table
from folio.operations.arranging.merge_assets import merge_assets
from folio.operations.keeping.make_example import LAST_DAY, make_example
from folio.operations.reconciling.observe import take_back_balance
from folio.operations.recording import Who
from folio.reports.held.holdings import holdings
from folio.reports.held.lots import lots
from folio.reports.held.names import accounts, assets
from folio.reports.over_time.history import borders, history, summed_up
from folio.reports.prices.prices import prices
from folio.reports.query import Query
from folio.reports.recorded.register import register
from folio.reports.recorded.sql import answer_table
from folio.reports.sold.gains import gains

HOLDING = "institution, account, asset, label"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    path = tmp_path_factory.mktemp("views") / "demo.db"
    who = Who("folio demo", "ada", dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC))
    db = make_example(path, who, load_profiles(None))
    yield Book(db)
    db.close()


def seen(book: Book, question: str) -> list[tuple[Any, ...]]:
    return sorted(ask(book.db, question).rows, key=repr)


def told(table: Table, *keys: str) -> list[tuple[Any, ...]]:
    """The rows of a report as a view writes them."""
    return sorted((tuple(map(_written, map(row.get, keys))) for row in table.rows), key=repr)


def _written(cell: Any) -> Any:
    if isinstance(cell, Amount):
        return f"{cell.value.normalize():f}" if cell.value else "0"
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def test_holdings(example: Book) -> None:
    """Those that are held: value, cost and gains at the last rollup's day."""
    keys = (*HOLDING.split(", "), "name", "type", "quantity", "value", "cost_basis",
            "unrealised_gain", "realised_gain")  # fmt: skip
    report = holdings(example, Query(LAST_DAY, example.base))
    held = report._replace(rows=[r for r in report.rows if _written(r["quantity"]) != "0"])
    question = f"SELECT {', '.join(keys)} FROM v1_holdings WHERE quantity <> '0'"
    assert seen(example, question) == told(held, *keys)
    total = ask(example.db, "SELECT decimal_sum(value), max(as_of) FROM v1_holdings").rows[0]
    assert Decimal(total[0]) == report.totals["value"].value  # type: ignore[union-attr]
    assert total[1] == LAST_DAY.isoformat()


def test_daily_figures(example: Book) -> None:
    """Those of the portfolio, and those of one holding."""
    query = Query(LAST_DAY, example.base)
    period = Period(dt.date(2025, 5, 1), LAST_DAY)
    keys = ("date", "value", "cost_basis", "realised_gain", "unrealised_gain", "flow", "income")
    question = f"SELECT {', '.join(keys)} FROM v1_daily WHERE date >= '2025-05-01'"
    report = history(example, query, period, "day")
    assert len(report.rows) == 61
    assert seen(example, f"{question} AND scope = 'portfolio'") == told(report, *keys)
    scopes = "SELECT scope, count(*) FROM v1_daily WHERE date = '2025-06-30' GROUP BY scope"
    assert dict(ask(example.db, scopes).rows)["account"] == 3


@pytest.mark.parametrize(
    "question",
    [
        "ORDER BY date DESC LIMIT 10",
        "WHERE date = '2025-06-30'",
        "WHERE scope = 'portfolio' ORDER BY date DESC LIMIT 10",
        "WHERE asset = 'VWCE' LIMIT 10",
    ],
)
def test_some_days_are_found_without_reading_all(example: Book, question: str) -> None:
    steps: Counter[str] = Counter()
    for asked in (question, ""):
        example.db.set_progress_handler(partial(steps.update, [asked]), 50)
        assert example.db.execute(f"SELECT * FROM v1_daily {asked}").fetchall()
    example.db.set_progress_handler(None, 0)
    assert steps[question] * 20 < steps[""]


@pytest.mark.parametrize("choice", ["accounts", "an account and half of another", "all"])
def test_sums_of_whole_accounts_are_those_of_their_holdings(example: Book, choice: str) -> None:
    holdings = list(example.catalog.holdings.values())
    sizes = Counter(h.account_id for h in holdings)
    (most, _), (more, _) = sizes.most_common(2)
    chosen = {
        "accounts": [h for h in holdings if h.account_id in (most, more)],
        "an account and half of another": [h for h in holdings if h.account_id == most]
        + [h for h in holdings if h.account_id == more][1:],
        "all": holdings,
    }[choice]
    border = borders(example, chosen)
    span = Period(day("2025-01-01"), LAST_DAY)
    rows = summed_up(example, border, span)
    by_holding = sum_days(example.db, border, span.start, span.end)
    figures = [row[: DayRow._fields.index("flow_account")] for row in rows]
    assert figures == [row[: DayRow._fields.index("flow_account")] for row in by_holding]
    assert len(rows) == (LAST_DAY - span.start).days + 1


def test_what_changed_since_the_rollup_is_not_shown(keeper: Bookkeeper) -> None:
    """A sum of what was and what is would be neither; what was not touched stays."""
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=100)
    keeper.add("deposit", "2025-01-02", "Wallet", "EUR", quantity=50)
    keeper.roll_up("2025-01-05")
    keeper.add("withdraw", "2025-01-04", "Broker", "EUR", quantity=30)
    held = "SELECT account, quantity, value, as_of FROM v1_holdings ORDER BY 1"
    day = "2025-01-05"
    assert ask(keeper.db, held).rows == [("Broker", "70", None, None), ("Wallet", "50", "50", day)]
    days = "SELECT scope, account, value, max(date) FROM v1_daily GROUP BY 1, 2 ORDER BY 1, 2"
    evening = "2025-01-03"
    assert ask(keeper.db, days).rows == [
        ("account", "Broker", "100", evening), ("account", "Wallet", "50", day),
        ("holding", "Broker", "100", evening), ("holding", "Wallet", "50", day),
        ("institution", None, "50", day),
        ("portfolio", None, "150", evening),
    ]  # fmt: skip
    assert ask(keeper.db, QUERIES["without_price"].sql).rows == []


def test_transactions_and_postings(example: Book) -> None:
    keys = ("id", "date", "kind", "institution", "account", "external_id", "source", "note")
    report = register(example, Query(LAST_DAY, example.base), EVER)
    assert seen(example, f"SELECT {', '.join(keys)} FROM v1_transactions WHERE in_force") == told(
        report, *keys
    )
    trades = report._replace(rows=[r for r in report.rows if r["kind"] in ("buy", "sell")])
    more = ("id", "asset", "quantity")
    assert len(trades.rows) > 30
    assert seen(
        example, f"SELECT {', '.join(more)} FROM v1_transactions WHERE kind IN ('buy', 'sell')"
    ) == told(trades, *more)


def test_open_lots_and_disposals(example: Book) -> None:
    query = Query(LAST_DAY, example.base)
    keys = (*HOLDING.split(", "), "lot", "acquired_on", "quantity", "cost", "cost_currency")
    foreign = lots(example, query)
    foreign = foreign._replace(rows=[r for r in foreign.rows if r["lot"] is not None])
    assert seen(
        example, f"SELECT {', '.join(keys)} FROM v1_lots WHERE asset <> 'EUR'"
    ) == told(foreign, *keys)  # fmt: skip
    sold = gains(example, query, EVER)
    rows = ask(
        example.db,
        "SELECT disposed_on, asset, acquired_on, quantity FROM v1_disposals "
        "WHERE realises AND asset <> 'EUR' ORDER BY 1, 2, 3, 4",
    ).rows
    assert rows == sorted(told(sold, "disposed_on", "asset", "acquired_on", "quantity"))


def test_names_and_prices(example: Book) -> None:
    query = Query(LAST_DAY, example.base)
    keys = ("institution", "account", "type", "status")
    assert seen(example, f"SELECT {', '.join(keys)} FROM v1_accounts") == told(
        accounts(example, query), *keys
    )
    named = ("type", "market", "isin", "name")
    assert seen(example, f"SELECT symbol, digits, {', '.join(named)} FROM v1_assets") == told(
        assets(example, query), "asset", "precision", *named
    )
    stated = prices(example, query)
    stated = stated._replace(rows=[r for r in stated.rows if r["granularity"] == "daily"])
    assert len(stated.rows) >= 5
    last = (
        "SELECT asset, max(date), price, currency FROM v1_prices WHERE granularity = 'daily' "
        "GROUP BY asset, currency"
    )
    assert seen(example, last) == told(stated, "asset", "date", "price", "quote")


def test_rows_of_statements_lead_to_their_transactions(example: Book) -> None:
    question = (
        "SELECT s.profile, count(*) FROM v1_statement_rows r "
        "JOIN v1_statements s ON s.id = r.statement_id "
        "JOIN v1_transactions t ON t.id = r.transaction_id WHERE t.source = s.profile GROUP BY 1"
    )
    found = dict(ask(example.db, question).rows)
    assert set(found) == {"wise", "trading212", "kraken_ledgers"}
    assert found["wise"] == 63  # the rows of the bank's statement


def test_what_was_undone_merged_corrected_or_taken_back(keeper: Bookkeeper) -> None:
    """The postings in force add up to what is held; a merged asset goes by the other's name."""
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity="2.5", price=10, fee="0.10")
    undone = keeper.add("buy", "2025-01-04", "Broker", "ACME", quantity=3, price=11)
    keeper.undo(undone)
    keeper.price("ACME", "2025-01-05", "12.5")
    keeper.prices("date,asset,quote,price\n2025-01-05,ACME,EUR,13\n", supersede=True)
    keeper.observe("Broker", "ACME", "2.5", "2025-01-06")
    keeper.observe("Broker", "EUR", "900", "2025-01-06")
    said = {"day": day("2025-01-06"), "source": "user-entered"}
    keeper.do(take_back_balance, "Broker", "EUR", **said)
    keeper.asset("ACNE", "stock")
    keeper.add("buy", "2025-01-07", "Broker", "ACNE", quantity=1, price=10)
    keeper.write(lambda write: merge_assets(write, "ACNE", "ACME"))
    keeper.roll_up("2025-01-20")
    held = "SELECT asset, quantity FROM v1_holdings ORDER BY 1"
    summed = (
        "SELECT asset, decimal_sum(quantity) FROM v1_postings "
        "WHERE in_force AND role <> 'external' GROUP BY 1 ORDER BY 1"
    )
    assert ask(keeper.db, held).rows == [("ACME", "3.5"), ("EUR", "964.9")]
    assert ask(keeper.db, summed).rows == [("ACME", "3.5"), ("EUR", "964.9")]
    states = "SELECT id, in_force, reverses, reversed_by FROM v1_transactions "
    rows = ask(keeper.db, f"{states} WHERE id BETWEEN {undone} AND {undone + 1}").rows
    assert rows == [(undone, 0, None, undone + 1), (undone + 1, 0, undone, None)]
    assert [r[0] for r in ask(keeper.db, "SELECT balance FROM v1_balances").rows] == ["2.5"]
    stated = "SELECT price, source FROM v1_prices WHERE granularity = 'daily'"
    assert sorted(ask(keeper.db, stated).rows) == [("12.5", "manual"), ("13", "import")]


def test_base_currencies_with_other_places(tmp_path: Path) -> None:
    """Yen have none: 1,500 units are 1500 yen; a cent more or less than zero is said whole."""
    for code, deposit, shown in (("JPY", "1500", "1500"), ("EUR", "0.05", "0.05"),
                                 ("KWD", "1.234", "1.234")):  # fmt: skip
        keeper = Bookkeeper(tmp_path / f"{code}.db", currency=code)
        keeper.account("Bank", institution="Bank", kind="checking")
        keeper.add("deposit", "2025-01-02", "Bank", code, quantity=deposit)
        keeper.roll_up("2025-01-02")
        rows = ask(keeper.db, "SELECT DISTINCT currency, value FROM v1_daily").rows
        assert rows == [(code, shown)], code
        keeper.close()


def test_columns_are_told_apart_and_numbers_stand_right() -> None:
    table = answer_table(Answer(("a", "a", "b"), [(1, "x", b"\x01"), (None, "1.5", None)], False))
    assert [column.key for column in table.columns] == ["a", "a_2", "b"]
    assert [column.kind for column in table.columns] == ["number", "text", "text"]
    assert table.rows[0] == {"a": 1, "a_2": "x", "b": "01"}
