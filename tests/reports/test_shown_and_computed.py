"""What is shown and what is computed: flags, scopes, gaps and dirty days, by hand.

On 2025-01-02 Broker is given 1000 EUR and buys 10 ACME at 50; a day later Wallet, of another
institution, is given 4 COIN that had cost 100.  ACME is 60 from the 5th on and COIN 30 from the
4th; 4 ACME are sold for 70 each on the 6th,
which is their price from then on.
"""

from decimal import Decimal

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.cli.app import run
from folio.cli.render import as_text
from folio.cli.render.columns import View
from folio.db.arrangements.groups import tag
from folio.db.arrangements.settings import add_setting
from folio.db.values import day_number
from folio.errors import FolioError, UsageError
from folio.model.dates import EVER, Period
from folio.model.rollups import ACCOUNT, HOLDING, INSTITUTION, PORTFOLIO
from folio.model.table import Amount
from folio.model.transactions import AccountRef
from folio.operations.arranging.arrange import set_asset
from folio.operations.arranging.shown import add_group
from folio.operations.names import add_account
from folio.reports.explain import Asked, explain
from folio.reports.held.holdings import holdings
from folio.reports.held.page import page
from folio.reports.over_time.history import daily, history
from folio.reports.query import Query
from folio.reports.sold.gains import gains

LAST = "2025-01-10"
Row = tuple[int | None, ...]


@pytest.fixture
def held(keeper: Bookkeeper) -> Bookkeeper:
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=10, price=50)
    keeper.add("deposit", "2025-01-03", "Wallet", "COIN", quantity=4, cost=100)
    keeper.price("ACME", "2025-01-05", 60)
    keeper.price("COIN", "2025-01-04", 30)
    keeper.add("sell", "2025-01-06", "Broker", "ACME", quantity=4, price=70)
    keeper.roll_up(LAST)
    return keeper


def flag(keeper: Bookkeeper, account: str, asset: str, name: str) -> None:
    scope = ("holding", keeper.holding_id(account, asset))
    keeper.write(lambda write: add_setting(write.commit, scope, name, "yes"))


def query(keeper: Bookkeeper, on: str = LAST, **filters: tuple[str, ...]) -> Query:
    return Query(day(on), keeper.book().base, Filters(**filters))


def stored(keeper: Bookkeeper, scope: int, on: str = LAST) -> list[Row]:
    """(value, cost, realised, unrealised) of a scope's rows of a day, in cents."""
    columns = "value, cost_basis, realised, unrealised"
    rows = f"SELECT {columns} FROM portfolio_value_daily WHERE scope = ? AND day = ?"
    return list(keeper.db.execute(f"{rows} ORDER BY scope_id", [scope, day_number(day(on))]))


def value(keeper: Bookkeeper, on: str = LAST, **filters: tuple[str, ...]) -> Decimal | None:
    cell = holdings(keeper.book(), query(keeper, on, **filters)).totals["value"]
    assert cell is None or isinstance(cell, Amount)
    return None if cell is None else cell.value


def last_value(keeper: Bookkeeper, on: str = LAST, **filters: tuple[str, ...]) -> Decimal:
    rows = daily(keeper.book(), query(keeper, on, **filters), Period(day(on), day(on)))
    return Decimal(rows[-1].value or 0) / 100


# -- rules 11: scopes ------------------------------------------------------------------------


def test_each_scope_has_its_sums(held: Bookkeeper) -> None:
    """780 EUR, 6 ACME at 70 that cost 300, 4 COIN at 30 that cost 100; (70 − 50) × 4 realised."""
    broker, wallet = (120000, 108000, 8000, 12000), (12000, 10000, 0, 2000)
    assert stored(held, ACCOUNT) == stored(held, INSTITUTION) == [broker, wallet]
    assert stored(held, PORTFOLIO) == [(132000, 118000, 8000, 14000)]
    assert sorted(stored(held, HOLDING)) == sorted(
        [(78000, 78000, 0, 0), (42000, 30000, 8000, 12000), wallet]
    )


def test_flow_and_income_of_a_day(held: Bookkeeper) -> None:
    """A deposit is a flow of its own day, a dividend income: neither is a gap of the next day."""
    held.add("dividend", "2025-01-08", "Broker", related_asset="ACME", amount=12, tax=2)
    held.roll_up(LAST)
    rows = list(
        held.db.execute(
            "SELECT flow, income FROM portfolio_value_daily WHERE scope = 0 AND day "
            f"BETWEEN {day_number(day('2025-01-02'))} AND {day_number(day('2025-01-08'))}"
        )
    )
    # 4 COIN without a price on the 3rd: what came in is not known.
    assert rows == [(100000, 0), (None, 0), *[(0, 0)] * 4, (0, 1200)]


def test_a_day_that_cannot_be_valued_is_a_gap(held: Bookkeeper) -> None:
    """On the 3rd nobody knows what a COIN is worth: its value is missing, not 0."""
    assert stored(held, ACCOUNT, "2025-01-03")[1] == (None, 10000, 0, None)
    assert value(held, "2025-01-03", account=("Wallet",)) is None
    assert value(held, "2025-01-02") == 1000  # before it came


def test_a_holding_that_lacks_price_and_cost_is_counted_once(held: Bookkeeper) -> None:
    """An opening of a share that nobody prices, at no known cost: of three holdings at the broker
    and in the wallet and this one, three of four are known, and of it and the COIN one of two."""
    held.asset("HUSK")
    held.add("opening", "2025-01-07", "Wallet", "HUSK", quantity=5)
    held.roll_up(LAST)
    assert graded(held) == ("partial", "partial")
    assert graded(held, account=("Wallet",)) == ("partial", "partial")
    assert graded(held, asset=("HUSK",)) == ("unknown", "unknown")
    counts = "SELECT held, unknown, priceless, baseless FROM portfolio_value_daily"
    on = f"{counts} WHERE scope = {PORTFOLIO} AND day = {day_number(day(LAST))}"
    assert held.db.execute(on).fetchall() == [(4, 1, 1, 1)]


def graded(keeper: Bookkeeper, **filters: tuple[str, ...]) -> tuple[str | None, object]:
    """The grade of the report's headline, and of the history's last point."""
    asked, every = query(keeper, **filters), Period(day("2025-01-01"), day(LAST))
    last = history(keeper.book(), asked, every, "day").rows[-1]
    return holdings(keeper.book(), asked).grade, last["grade"]


def test_a_group_is_the_sum_of_its_holdings(held: Bookkeeper) -> None:
    def change(write: object) -> None:
        group = add_group(write, "Core")  # type: ignore[arg-type]
        for account, asset in (("Broker", "ACME"), ("Wallet", "COIN")):
            number = held.holding_id(account, asset)
            tag(write.commit, group, "member", holding_id=number)  # type: ignore[attr-defined]

    held.write(change)
    assert value(held, group=("Core",)) == last_value(held, group=("Core",)) == 540


def test_rolling_up_twice_changes_nothing(held: Bookkeeper) -> None:
    before = held.everything()
    held.roll_up(LAST)
    assert held.everything() == before


def test_a_dirty_range_is_never_shown_as_fresh(held: Bookkeeper) -> None:
    """ACME is 65 on the 7th: 30 EUR less from there on, before any rollup and after it."""
    held.price("ACME", "2025-01-07", 65)
    for _ in range(2):
        days = ("2025-01-06", "2025-01-07", LAST)
        assert [last_value(held, on) for on in days] == [1320, 1290, 1290]
        assert value(held) == 1290
        held.roll_up(LAST)
    assert stored(held, PORTFOLIO)[0][0] == 129000


# -- rules 4: flags --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hidden", "inactive"])
def test_flags_change_what_is_shown_and_never_what_is_computed(held: Bookkeeper, name: str) -> None:
    """Without ACME 900 are left in the total, and in the history, on every day of it."""
    before = held.derived()
    flag(held, "Broker", "ACME", name)
    held.roll_up(LAST)
    assert held.derived() == before
    listed = {row["asset"] for row in holdings(held.book(), query(held)).rows}
    assert ("ACME" in listed) == (name == "inactive")
    assert value(held) == last_value(held) == 900
    assert value(held, "2025-01-05") == last_value(held, "2025-01-05") == 500 + 120
    held.rebuild()
    assert held.derived() == before
    assert stored(held, PORTFOLIO)[0][0] == 132000  # every holding is in it


def test_what_an_emptied_holding_realised_stays(held: Bookkeeper) -> None:
    held.add("sell", "2025-01-09", "Broker", "ACME", quantity=6, price=40)
    held.roll_up(LAST)
    total = holdings(held.book(), query(held)).totals["realised_gain"]
    assert isinstance(total, Amount)
    assert total.value == 80 - 60  # (40 − 50) × 6
    assert stored(held, PORTFOLIO)[0][2] == 2000
    flag(held, "Broker", "ACME", "inactive")
    listed = gains(held.book(), query(held), EVER)
    assert [row["quantity"].value for row in listed.rows] == [4, 6]  # type: ignore[union-attr]


def test_a_first_price_is_no_gain(held: Bookkeeper) -> None:
    """COIN came on the 3rd and has a price since the 4th; ACME rose by 10 × 10 on the 5th, COIN not
    at all since the 4th, so by the 6th 10 × 10 more were gained."""
    book = held.book()
    told = explain(book, query(held), Asked("change", period="2025-01-04"))
    assert (told.root.figure, told.faults) == (None, ())
    days = history(book, query(held), Period(day("2025-01-03"), day("2025-01-06")), "day").rows
    assert [row["change"] for row in days] == [None, None, Amount(100, 2), Amount(100, 2)]
    heads = [page(book, query(held, f"2025-01-0{n}")).headline["day_change"] for n in (4, 5, 6)]
    assert heads == [None, Amount(100, 2), Amount(100, 2)]
    table = page(book, query(held))
    assert table.headline["year_change"] is None  # some of it is not known
    (since,) = [c.title for c in table.headline_columns if c.key == "measured_change"]
    assert (since, table.headline["measured_change"]) == (
        "Since 2025-01-04",
        Amount(Decimal(200), 2),
    )
    told = explain(book, query(held), Asked("measured_change"))
    assert (told.root.figure, told.faults) == (200, ())
    first = page(book, query(held, "2025-01-04"))
    assert "measured_change" not in first.headline
    assert [text.partition(":")[0] for text in first.footnotes] == [
        "changes by day and year cannot be told"
    ]
    assert table.footnotes == ()


def test_what_becomes_something_without_a_price_is_no_loss(held: Bookkeeper) -> None:
    """6 ACME at 70 are merged into NEWCO, which nobody has a price of: their 420 are not lost, but
    not known; what an airdrop of it is worth is not known either, and it was given for nothing."""
    held.asset("NEWCO")
    merged = {"to_asset": "NEWCO", "to_quantity": 5}
    held.add("merger", "2025-01-07", "Broker", "ACME", quantity=6, **merged)
    held.add("airdrop", "2025-01-09", "Wallet", "NEWCO", quantity=1)
    book, days = held.book(), Period(day("2025-01-06"), day("2025-01-10"))

    def changes(held: Bookkeeper) -> list[object]:
        return [row["change"] for row in history(held.book(), query(held), days, "day").rows]

    before = changes(held)
    assert before[1] is None
    assert None not in before[2:]
    told = explain(book, query(held), Asked("change", period="2025-01-07"))
    assert (told.root.figure, told.faults) == (None, ())
    held.roll_up("2025-01-10")
    assert changes(held) == before
    headline = page(held.book(), query(held, "2025-01-10")).headline
    assert (headline["year_change"], headline["day_change"]) == (None, before[-1])
    # Since the 7th; the airdrop is no reason to begin anew.
    measured = sum((cell.value for cell in before[2:] if isinstance(cell, Amount)), Decimal(0))
    assert headline["measured_change"] == Amount(measured, 2)


MACHINE = {"realised_gain", "grade", "reasons"}


def test_a_page_to_read_lacks_only_what_programs_are_told(held: Bookkeeper) -> None:
    held.add("sell", "2025-01-09", "Wallet", "COIN", quantity=4, price=40)
    whole = page(held.book(), query(held))
    read = page(held.book(), query(held)._replace(to_read=True))
    shown = {column.key for column in whole.columns if not column.machine_only}
    assert not shown & MACHINE
    rows = [*whole.rows, whole.totals]
    left = [{key: cell for key, cell in row.items() if key not in MACHINE} for row in rows]
    assert [*read.rows, read.totals] == left
    assert (read.headline, read.grade, read.reasons) == (whole.headline, whole.grade, whole.reasons)
    assert (len(whole.machine_rows), read.machine_rows) == (1, ())
    assert as_text(read, "table", View()) == as_text(whole, "table", View())


@pytest.mark.parametrize(
    ("words", "variable"),
    [(["--columns=asset,realised_gain"], ""), ([], "asset,realised_gain")],
)
def test_who_asks_for_a_programs_column_gets_it(
    held: Bookkeeper,
    words: list[str],
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FOLIO_DB", str(held.path))
    monkeypatch.setenv("FOLIO_TODAY", LAST)
    if variable:
        monkeypatch.setenv("FOLIO_COLUMNS_HOLDINGS", variable)
    assert run(["report", *words]) == 0
    assert "80.00" in capsys.readouterr().out  # (70 − 50) × 4


# -- rules 4: who is who ---------------------------------------------------------------------


def test_an_asset_is_one_of_its_symbol_type_and_market(held: Bookkeeper) -> None:
    held.asset("ACME", "stock", market="XLON")
    held.asset("ACME", "bond")
    with pytest.raises(UsageError, match="ACME:XLON") as refused:
        held.add("buy", "2025-01-07", "Broker", "ACME", quantity=1, price=1)
    assert str(refused.value).count("ACME") >= 3
    with pytest.raises(FolioError, match="already"):
        held.asset("ACME", "stock", market="XLON")


def test_an_isin_is_of_one_asset(held: Bookkeeper) -> None:
    held.asset("GLOBAL", "etf", isin="IE00B3RBWM25")
    with pytest.raises(FolioError, match="GLOBAL"):
        held.write(lambda write: set_asset(write, "ACME", isin="IE00B3RBWM25"))


def test_an_account_is_one_of_its_institution(held: Bookkeeper) -> None:
    held.account("Broker", institution="South")
    with pytest.raises(FolioError, match="already"):
        held.write(lambda write: add_account(write, AccountRef("broker", "South", "brokerage")))


def test_named_pots_are_holdings_of_their_own(held: Bookkeeper) -> None:
    held.add("buy", "2025-01-07", "Broker", "ACME", quantity=2, price=60, label="school")
    assert (held.quantity("Broker", "ACME"), held.quantity("Broker", "ACME", "school")) == (6, 2)


def test_what_moved_plain_money_is_not_read_for_a_past_day(keeper: Bookkeeper) -> None:
    """1 EUR more each day from the 1st to the 9th: 5 on the 5th, by the rollup of that day."""
    for on in range(1, 10):
        keeper.add("deposit", f"2025-01-0{on}", "Broker", "EUR", quantity=1)
    keeper.roll_up("2025-01-10")
    book, read = keeper.book(), list[str]()
    keeper.db.set_trace_callback(read.append)
    table = holdings(book, Query(day("2025-01-05"), book.base, Filters()))
    keeper.db.set_trace_callback(None)
    (row,) = table.rows
    assert [row[key] for key in ("quantity", "value", "cost_basis")] == [Amount(Decimal(5), 2)] * 3
    assert not any("postings p" in text and "quantity" in text for text in read)


def test_a_weight_that_six_places_do_not_hold_is_not_shown_as_none(keeper: Bookkeeper) -> None:
    """Of 30,000,000, 3 are 0.0000001, which is less than 0.1 %, and no 0; 9,000,000 are 0.3."""
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity="20999997")
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity="9000000", label="pot")
    keeper.add("deposit", "2025-01-02", "Wallet", "EUR", quantity=3)
    table = holdings(keeper.book(), query(keeper))
    weights = [row["weight"] for row in table.rows]
    whole = [weight.value for weight in weights if isinstance(weight, Amount)]
    assert whole == [Decimal("0.7"), Decimal("0.3"), Decimal("0.0000001")]
    shown = as_text(table, "table", View()).split()
    assert [word for word in shown if word.endswith("%") and word != "%"] == [
        *("70.0%", "0.0%"),  # its weight, and its gain, which is none
        *("30.0%", "0.0%"),
        *("<0.1%", "0.0%"),
        *("100.0%", "0.0%"),
    ]
    told = explain(keeper.book(), query(keeper), Asked("weight", "Wallet/EUR"))
    assert (told.root.figure, list(told.faults)) == (Decimal("0.0000001"), [])


def test_the_rows_after_a_payment_are_those_of_any_period(keeper: Bookkeeper) -> None:
    """5 are paid on the 3rd by ACME, of which nothing is held: what it earned that day is 5, then
    nothing, whether the period begins before that day, on the next, or later."""
    keeper.add("dividend", "2025-01-03", "Broker", related_asset="ACME", amount=5)
    flag(keeper, "Broker", "EUR", "hidden")
    book = keeper.book()
    for first, earned in (("01", 5), ("03", 5), ("04", 0), ("05", 0), ("10", 0)):
        rows = daily(book, query(keeper), Period(day(f"2025-01-{first}"), day(LAST)))
        assert [row.day for row in rows] == list(
            range(day_number(day("2025-01-03" if earned else f"2025-01-{first}")), rows[-1].day + 1)
        )
        assert rows[-1].day == day_number(day(LAST))
        assert sum(row.income or 0 for row in rows) == earned * 100  # cents
        told = explain(book, query(keeper), Asked("rollup", f"2025-01-{first}..{LAST}"))
        assert [node.figure for node in told.root.children] == [0, 0, 0, 0, -earned, earned]
