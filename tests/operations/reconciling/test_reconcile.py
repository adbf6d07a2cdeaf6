"""Gaps and their answers: every figure worked by hand from the rules of balances."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.reconciliation import HeldGap, held_gaps
from folio.book.snapshot import snapshot
from folio.db.derived.rollup import read_days
from folio.errors import FolioError, UsageError
from folio.model.assets import AssetRef
from folio.model.dates import Period
from folio.model.rollups import HOLDING, PORTFOLIO
from folio.operations.arranging.arrange import set_account
from folio.operations.importing.import_files import import_files
from folio.operations.importing.read_files import Choices
from folio.operations.reconciling.observe import take_back_balance
from folio.reports.attention.reconcile import reconcile
from folio.reports.attention.status import status
from folio.reports.held.coverage import coverage
from folio.reports.held.holdings import holdings
from folio.reports.query import Query
from folio.reports.recorded.register import register
from folio.reports.sold.gains import gains
from importing import PROFILES, WHO, load, new_book

END = day("2025-12-31")


def balance(keeper: Bookkeeper, on: str, account: str = "Broker", asset: str = "EUR") -> str | None:
    book = keeper.book()
    holding = book.catalog.holdings[keeper.holding_id(account, asset)]
    found = snapshot(book, day(on), [holding])
    return f"{found[0].balance.normalize():f}" if found else None


def unexplained(keeper: Bookkeeper, on: str, asset: str) -> Decimal:
    book = keeper.book()
    holding = book.catalog.holdings[keeper.holding_id("Broker", asset)]
    return snapshot(book, day(on), [holding])[0].unexplained


def open_gaps(keeper: Bookkeeper) -> list[HeldGap]:
    book = keeper.book()
    return [h for h in held_gaps(book, book.catalog.holdings.values(), END) if h.is_open]


def rows(keeper: Bookkeeper, **more: Any) -> list[dict[str, Any]]:
    book = keeper.book()
    return reconcile(book, Query(END, book.base), **more).rows


def registered(keeper: Bookkeeper) -> list[tuple[Any, ...]]:
    book = keeper.book()
    found = register(book, Query(END, book.base), Period(day("2020-01-01"), END)).rows
    moved = [r for r in found if r["quantity"] is not None]
    return [(r["kind"], str(r["date"]), r["quantity"].value) for r in moved]  # type: ignore


# -- balances and openings ---------------------------------------------------------------


@pytest.fixture
def drifting(keeper: Bookkeeper) -> Bookkeeper:
    """100 on day 0, +10 on day 4, 140 on day 10; the first 100 are an opening."""
    keeper.observe("Broker", "EUR", 100, "2025-01-01")
    keeper.add("deposit", "2025-01-05", "Broker", "EUR", quantity=10)
    keeper.observe("Broker", "EUR", 140, "2025-01-11")
    keeper.answer(1, "opening")
    return keeper


def test_the_example_of_the_rules(drifting: Bookkeeper) -> None:
    """30 of drift over 10 days, 3 a day: 100 + 2 × 3, 100 + 10 + 4 × 3, 100 + 10 + 5 × 3."""
    days = ("2025-01-01", "2025-01-03", "2025-01-05", "2025-01-06", "2025-01-11", "2025-02-01")
    found = [balance(drifting, on) for on in days]
    assert found == ["100", "106", "122", "125", "140", "140"]
    (held,) = open_gaps(drifting)
    assert (held.gap.since, held.gap.until) == (day("2025-01-01"), day("2025-01-11"))
    assert (held.gap.expected, held.gap.drift) == (Decimal(110), Decimal(30))


def test_an_opening_is_what_known_deposits_leave_over(keeper: Bookkeeper) -> None:
    """Observed 10, deposits of 4 by then: 6 were there on the day before the first deposit."""
    keeper.add("deposit", "2025-02-03", "Wallet", "COIN", quantity=4)
    keeper.add("deposit", "2025-02-20", "Wallet", "COIN", quantity=1)
    keeper.observe("Wallet", "COIN", 10, "2025-02-10")
    (row,) = rows(keeper)
    assert (row["proposal"], row["command"]) == ("opening", "folio reconcile answer 1 opening")
    keeper.answer(1, "opening", cost=Decimal(1200), acquired_on=day("2024-06-01"))
    assert registered(keeper)[0] == ("opening", "2025-02-02", Decimal(6))
    lot = keeper.lots("Wallet", "COIN")[0]
    assert (lot.acquired_on, lot.quantity, lot.cost) == ("2024-06-01", Decimal(6), Decimal(1200))
    found = [balance(keeper, on, "Wallet", "COIN") for on in ("2025-02-01", "2025-02-02")]
    assert found == [None, "6"]  # before it, not held
    assert balance(keeper, "2025-02-20", "Wallet", "COIN") == "11"
    assert open_gaps(keeper) == []


def test_before_the_first_observation_the_balance_is_unknown(keeper: Bookkeeper) -> None:
    keeper.observe("Broker", "EUR", 10, "2025-02-10")
    assert balance(keeper, "2025-02-09") is None


def test_an_opening_is_counted_back_through_splits(keeper: Bookkeeper) -> None:
    """10 observed after a 2:1 split, 2 of them bought as 1 before it: 4 were there, now 8."""
    keeper.add("buy", "2025-02-03", "Broker", "ACME", quantity=1, price=5)
    keeper.add("split", "2025-02-05", asset="ACME", ratio="2:1")
    keeper.observe("Broker", "ACME", 10, "2025-02-10")
    keeper.answer(1, "opening")
    assert registered(keeper)[0] == ("opening", "2025-02-02", Decimal(4))
    assert open_gaps(keeper) == []


def test_an_opening_that_a_split_makes_whole_is_taken(keeper: Bookkeeper) -> None:
    """13 observed after 3:1, 3 of them bought as 1: a third of 10, kept to 18 places, was there."""
    keeper.add("split", "2025-02-05", asset="ACME", ratio="3:1")
    keeper.add("buy", "2025-02-03", "Broker", "ACME", quantity=1, price=5)
    keeper.observe("Broker", "ACME", 13, "2025-02-10")
    keeper.answer(1, "opening")
    assert registered(keeper)[0] == ("opening", "2025-02-02", Decimal("3.333333333333333333"))
    assert balance(keeper, "2025-02-10", "Broker", "ACME") == "13"
    assert open_gaps(keeper) == []


def test_a_split_that_does_not_come_out_even_is_refused(keeper: Bookkeeper) -> None:
    keeper.add("split", "2025-02-05", asset="ACME", ratio="3:1")
    keeper.add("buy", "2025-02-03", "Broker", "ACME", quantity=1, price=5)
    # 10.0000000000001 of them unknown: a third of it before has no end, nor has it 12 places.
    keeper.observe("Broker", "ACME", "13.0000000000001", "2025-02-10")
    with pytest.raises(FolioError, match="does not come out even; record it after the split"):
        keeper.answer(1, "opening")
    keeper.answer(1, "flow", on=day("2025-02-05"))
    assert open_gaps(keeper) == []


def test_a_negative_opening_is_never_written(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-02-03", "Broker", "EUR", quantity=10)
    keeper.observe("Broker", "EUR", 4, "2025-02-10")
    (row,) = rows(keeper)
    assert "the ledger has more than was there" in str(row["causes"])
    with pytest.raises(FolioError, match="an opening of -6 would be negative: by 2025-02-10"):
        keeper.answer(1, "opening")
    keeper.answer(1, "flow", on=day("2025-02-06"))
    assert registered(keeper)[1] == ("withdraw", "2025-02-06", Decimal(-6))


def test_what_a_liability_owed_is_an_opening(keeper: Bookkeeper) -> None:
    keeper.account("Card", kind="credit-card")
    keeper.observe("Card", "EUR", -250, "2025-02-10")
    keeper.answer(1, "opening")
    assert registered(keeper) == [("opening", "2025-02-09", Decimal(-250))]


def test_a_complete_history_lacks_inflows_instead(keeper: Bookkeeper) -> None:
    keeper.write(lambda write: set_account(write, "Broker", complete_history=True))
    keeper.observe("Broker", "EUR", 40, "2025-02-10")
    (row,) = rows(keeper)
    assert str(row["causes"]).startswith("missing inflows")
    assert row["proposal"] == "flow"
    with pytest.raises(FolioError, match="history of North/Broker is said to be complete"):
        keeper.answer(1, "opening")
    table = coverage(keeper.book(), Query(END, keeper.book().base))
    assert [r["complete_history"] for r in table.rows] == ["yes"]


# -- flow, correction, unknown -----------------------------------------------------------


def test_a_flow_and_its_undo(drifting: Bookkeeper) -> None:
    before = drifting.derived()
    answered = drifting.answer(2, "flow", on=day("2025-01-08"))
    assert registered(drifting)[-1] == ("deposit", "2025-01-08", Decimal(30))
    assert [balance(drifting, f"2025-01-{n:02}") for n in (7, 8, 11)] == ["110", "140", "140"]
    assert open_gaps(drifting) == []
    taken = drifting.take_back(2)
    assert taken.answer.transaction_id == answered.transaction_id
    assert [h.gap.drift for h in open_gaps(drifting)] == [Decimal(30)]
    after = drifting.derived()
    assert {t: after[t] for t in after if t != "positions"} == {
        t: before[t] for t in before if t != "positions"
    }


def test_undoing_the_transaction_opens_the_gap_again(drifting: Bookkeeper) -> None:
    number = drifting.answer(2, "flow", on=day("2025-01-08")).transaction_id or 0
    reversal = drifting.undo(number)
    assert len(open_gaps(drifting)) == 1
    assert [r["answer"] for r in rows(drifting, everything=True)] == ["opening", None]
    again = drifting.undo(reversal)
    assert open_gaps(drifting) == []
    assert rows(drifting, everything=True)[1]["transaction"] == again
    assert drifting.take_back(2).answer.transaction_id == again
    assert len(open_gaps(drifting)) == 1


def test_the_same_answer_twice_is_there_already(drifting: Bookkeeper) -> None:
    drifting.answer(2, "flow", on=day("2025-01-08"))
    (commits,) = drifting.db.execute("SELECT max(id) FROM commits").fetchone()
    assert drifting.answer(2, "flow", on=day("2025-01-08")).already
    assert drifting.db.execute("SELECT max(id) FROM commits").fetchone() == (commits,)
    with pytest.raises(FolioError, match="answered already: flow; take that back with"):
        drifting.answer(2, "flow", on=day("2025-01-09"))
    with pytest.raises(FolioError, match="answered already: flow"):
        drifting.answer(2, "growth")


def test_another_cost_is_another_answer(drifting: Bookkeeper) -> None:
    drifting.answer(2, "flow", on=day("2025-01-08"), cost=Decimal(60))
    assert drifting.answer(2, "flow", cost=Decimal("60.00"), currency=AssetRef("EUR")).already
    for terms in ({"cost": Decimal(61)}, {"cost": Decimal(60), "currency": AssetRef("USD")}):
        with pytest.raises(FolioError, match="answered already: flow; take that back with"):
            drifting.answer(2, "flow", **terms)
    assert drifting.take_back(1).answer.answer == "opening"
    drifting.answer(1, "opening", acquired_on=day("2024-05-01"))
    assert drifting.answer(1, "opening", acquired_on=day("2024-05-01")).already
    with pytest.raises(FolioError, match="answered already: opening"):
        drifting.answer(1, "opening", acquired_on=day("2024-05-02"))


@pytest.mark.parametrize("on", ["2025-01-01", "2025-01-12"])
def test_a_flow_is_inside_its_gap(drifting: Bookkeeper, on: str) -> None:
    with pytest.raises(UsageError, match="is not in the gap; say a day after 2025-01-01 and up to"):
        drifting.answer(2, "flow", on=day(on))


def test_a_flow_needs_its_day_unless_there_is_one_only(drifting: Bookkeeper) -> None:
    with pytest.raises(UsageError, match="flow needs --on DAY: a day after 2025-01-01 up to"):
        drifting.answer(2, "flow")
    drifting.observe("Broker", "EUR", 135, "2025-01-12")
    drifting.answer(3, "flow")
    assert registered(drifting)[-1] == ("withdraw", "2025-01-12", Decimal(-5))


def test_a_correction_is_dated_the_last_day_and_is_no_gain(drifting: Bookkeeper) -> None:
    drifting.answer(2, "correction")
    assert registered(drifting)[-1] == ("correction", "2025-01-11", Decimal(30))
    table = holdings(drifting.book(), Query(END, drifting.book().base))
    assert table.rows[0]["unrealised_gain"].value == 0  # type: ignore[union-attr]


def test_unknown_stops_asking_and_the_grade_stays(drifting: Bookkeeper) -> None:
    before = holdings(drifting.book(), Query(END, drifting.book().base))
    drifting.answer(2, "unknown")
    assert rows(drifting) == []
    table = holdings(drifting.book(), Query(END, drifting.book().base))
    assert (table.grade, table.reasons) == (before.grade, before.reasons)
    assert table.reasons == ("1 of 1 without a full cost basis (1 observed beyond the ledger)",)
    drifting.take_back(2)
    assert len(rows(drifting)) == 1


def test_other_days_are_another_question(drifting: Bookkeeper) -> None:
    """An observation inside an answered gap makes two gaps of it, and both are open."""
    drifting.answer(2, "unknown")
    drifting.observe("Broker", "EUR", 115, "2025-01-06")
    drifts = [(str(h.gap.until), h.gap.drift) for h in open_gaps(drifting)]
    assert drifts == [("2025-01-06", Decimal(5)), ("2025-01-11", Decimal(25))]


# -- growth ------------------------------------------------------------------------------


@pytest.fixture
def staking(keeper: Bookkeeper) -> Bookkeeper:
    """10 for 1000 on 1 January; 10 seen on the 1st, 10.4 on the 11th, at 110 each then."""
    keeper.add("buy", "2025-01-01", "Broker", "COIN", quantity=10, price=100)
    keeper.observe("Broker", "COIN", 10, "2025-01-01")
    keeper.observe("Broker", "COIN", "10.4", "2025-01-11")
    keeper.price("COIN", "2025-01-11", 110)
    return keeper


def test_growth_opens_a_lot_that_cost_nothing(staking: Bookkeeper) -> None:
    before = [balance(staking, f"2025-01-{n:02}", asset="COIN") for n in range(1, 13)]
    assert before[5] == "10.2"  # half way
    staking.answer(2, "growth")
    assert [balance(staking, f"2025-01-{n:02}", asset="COIN") for n in range(1, 13)] == before
    assert staking.quantity("Broker", "COIN") == Decimal("10.4")
    lot = staking.lots("Broker", "COIN")[1]
    assert (lot.acquired_on, lot.quantity, lot.cost) == ("2025-01-11", Decimal("0.4"), 0)
    assert unexplained(staking, "2025-01-06", "COIN") == Decimal("0.2")
    assert unexplained(staking, "2025-01-11", "COIN") == 0
    row = holdings(staking.book(), Query(day("2025-01-11"), staking.book().base)).rows[0]
    assert row["unrealised_gain"].value == Decimal("144.00")  # 10.4 × 110 − 1000
    assert row["grade"] == "full"


def test_growth_is_no_flow(staking: Bookkeeper) -> None:
    staking.answer(2, "growth")
    staking.roll_up("2025-01-12")
    holding = staking.holding_id("Broker", "COIN")
    days = read_days(staking.db, HOLDING, holding, day("2025-01-02"), day("2025-01-12"))
    assert [row.flow for row in days] == [0] * 11
    assert (days[-1].value, days[-1].cost_basis) == (114400, 100000)
    whole = read_days(staking.db, PORTFOLIO, 0, day("2025-01-02"), day("2025-01-12"))
    assert {row.flow for row in whole} == {0}


def test_what_grew_is_sold_at_no_cost(staking: Bookkeeper) -> None:
    """Everything sold for 1144: 1100 on the lot of 1000, and 44 on that of 0."""
    staking.answer(2, "growth")
    staking.add("sell", "2025-01-12", "Broker", "COIN", quantity="10.4", price=110)
    table = gains(staking.book(), Query(END, staking.book().base), Period(day("2025-01-01"), END))
    sold = [r for r in table.rows if r["asset"] == "COIN"]
    assert [r["gain"].value for r in sold] == [Decimal("100.00"), Decimal("44.00")]  # type: ignore
    assert [r["lot"] for r in sold] == [1, None]  # which has no transaction


def test_negative_growth_shrinks_the_lots_and_keeps_their_cost(keeper: Bookkeeper) -> None:
    """Lots of 6 for 600 and 4 for 800; 10 become 9.5: 5.7 and 3.8, for 600 and 800 still."""
    keeper.add("buy", "2025-01-01", "Broker", "COIN", quantity=6, price=100)
    keeper.add("buy", "2025-01-02", "Broker", "COIN", quantity=4, price=200)
    keeper.observe("Broker", "COIN", 10, "2025-01-02")
    keeper.observe("Broker", "COIN", "9.5", "2025-01-12")
    keeper.answer(2, "growth")
    lots = [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "COIN")]
    assert lots == [(Decimal("5.7"), Decimal(600)), (Decimal("3.8"), Decimal(800))]
    assert keeper.disposals("Broker", "COIN") == []


def test_growth_that_leaves_nothing_is_a_loss(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2025-01-01", "Broker", "COIN", quantity=6, price=100)
    keeper.observe("Broker", "COIN", 6, "2025-01-02")
    keeper.observe("Broker", "COIN", 0, "2025-01-12")
    keeper.answer(2, "growth")
    assert keeper.lots("Broker", "COIN") == []
    (gone,) = keeper.disposals("Broker", "COIN")
    assert (gone.quantity, gone.proceeds, gone.cost, gone.realises) == (6, 0, 600, True)


def test_growth_is_what_the_gap_is_now(staking: Bookkeeper) -> None:
    """A purchase of 0.1 found later explains a part of it."""
    staking.answer(2, "growth")
    staking.add("buy", "2025-01-05", "Broker", "COIN", quantity="0.1", price=100)
    lots = [(lot.quantity, lot.cost) for lot in staking.lots("Broker", "COIN")]
    assert lots == [(10, 1000), (Decimal("0.1"), 10), (Decimal("0.3"), 0)]
    staking.take_back(2)
    assert [lot.quantity for lot in staking.lots("Broker", "COIN")] == [10, Decimal("0.1")]
    assert [h.gap.drift for h in open_gaps(staking)] == [Decimal("0.3")]


def test_nothing_grows_before_it_is_seen(keeper: Bookkeeper) -> None:
    keeper.observe("Broker", "COIN", 6, "2025-01-02")
    with pytest.raises(UsageError, match="nothing was observed before 2025-01-02"):
        keeper.answer(1, "growth")


# -- observations ------------------------------------------------------------------------


def test_an_older_statement_never_moves_todays_balance(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-05", "Broker", "EUR", quantity=10)
    keeper.observe("Broker", "EUR", 50, "2025-03-31", source="statement-close")
    keeper.add("deposit", "2025-04-05", "Broker", "EUR", quantity=5)
    assert balance(keeper, "2025-04-30") == "55"
    keeper.observe("Broker", "EUR", 999, "2025-02-28", source="statement-close")
    assert balance(keeper, "2025-04-30") == "55"
    assert balance(keeper, "2025-02-28") == "999"


def test_a_balance_of_a_day_to_come_is_refused(keeper: Bookkeeper) -> None:
    from folio.operations.reconciling.observe import observe_all

    words = {"account": "Broker", "asset": "EUR", "balance": "1", "on": "2025-03-01"}
    with pytest.raises(UsageError, match="2025-03-01 is still to come"):
        keeper.do(observe_all, words, today=day("2025-02-28"))


def test_status_names_a_negative_observation(keeper: Bookkeeper) -> None:
    keeper.account("Card", kind="credit-card")
    keeper.observe("Card", "EUR", -5, "2025-02-01")
    keeper.observe("Broker", "EUR", -5, "2025-02-01")
    keeper.observe("Broker", "EUR", 20, "2025-02-02")
    found = status(keeper.book(), Query(END, keeper.book().base)).rows
    negative = [(r["about"], r["what"]) for r in found if r["kind"] == "negative balance"]
    said = "user-entered said -5.00 EUR on 2025-02-01, and North/Broker is no credit card or loan"
    assert negative == [("North/Broker EUR", said)]


def test_coverage_says_from_when_to_when_and_by_whom(drifting: Bookkeeper) -> None:
    drifting.observe("Broker", "EUR", 140, "2025-01-11", source="statement-close")
    (row,) = coverage(drifting.book(), Query(END, drifting.book().base)).rows
    days = [str(row[key]) for key in ("first_posting", "last_posting", "first_observation")]
    assert days == ["2024-12-31", "2025-01-05", "2025-01-01"]
    assert row["sources"] == "hand, reconcile, statement-close, user-entered"
    assert (row["gaps"], row["drift"].value, row["complete_history"]) == (1, 30, None)


# -- statements --------------------------------------------------------------------------


def vanguard(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(["Date,Details,Amount,Balance", *lines]) + "\n", "utf-8")
    return path


def test_an_import_compares_the_balance_that_is_stated(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    summary = load(db, vanguard(tmp_path, "1.csv", "01/02/2024,Regular Deposit,100,100"))
    (one,) = summary.balances
    assert one.agrees
    assert (one.stated, one.ledger, one.gap) == (100, 100, None)
    missing = "01/04/2024,Regular Deposit,50,175"  # 25 came in between
    (two,) = load(db, vanguard(tmp_path, "2.csv", missing)).balances
    assert (two.day, two.stated, two.ledger) == (dt.date(2024, 4, 1), 175, 150)
    assert not two.agrees
    assert two.gap == 2


def test_a_trial_run_compares_and_leaves_no_trace(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    path = vanguard(tmp_path, "1.csv", "01/02/2024,Regular Deposit,100,130")
    choices = Choices(create=True, dry_run=True)
    ((one,),) = (s.balances for s in import_files(db, WHO, [path], PROFILES, choices))
    assert (one.stated, one.ledger) == (130, 100)
    assert db.execute("SELECT count(*) FROM observations").fetchone() == (0,)


# -- taking an observation back ------------------------------------------------------------


def test_an_observation_that_is_taken_back_leaves_no_trace_in_the_figures(
    drifting: Bookkeeper,
) -> None:
    """140 were there on the 11th; 150 are seen later, of another account: a drift of 10."""
    before = drifting.derived()
    drifting.observe("Broker", "EUR", 150, "2025-02-01")
    assert [gap.drift for gap in drifting.gaps("Broker", "EUR")] == [30, 10]
    take_back(drifting, "2025-02-01")
    assert (balance(drifting, "2025-02-01"), drifting.derived()) == ("140", before)
    drifting.observe("Broker", "EUR", 150, "2025-02-01")  # and may be said again
    assert len(drifting.gaps("Broker", "EUR")) == 2


def take_back(keeper: Bookkeeper, on: str, **more: str) -> Decimal:
    words = {"source": "user-entered", **more}
    return keeper.do(take_back_balance, "Broker", "EUR", day=day(on), **words)


@pytest.mark.parametrize(
    ("on", "more", "said"),
    [
        ("2025-01-02", {}, "user-entered said nothing of EUR in Broker on 2025-01-02; say --on"),
        ("2025-01-01", {"source": "sync"}, "sync said nothing of EUR in Broker"),
        ("2025-01-01", {"label": "pot"}, r"said nothing of EUR \(pot\) in Broker"),
        ("2025-01-01", {"source": "rumour"}, "'rumour' is no source; say one of: statement-close"),
    ],
)
def test_what_was_not_said_is_not_taken_back(
    drifting: Bookkeeper, on: str, more: dict[str, str], said: str
) -> None:
    before = drifting.everything()
    with pytest.raises(FolioError, match=said):
        take_back(drifting, on, **more)
    assert drifting.everything() == before


def test_money_that_was_only_observed_gains_nothing(keeper: Bookkeeper) -> None:
    """1000 EUR on 1 March and 1010 on 1 May, 61 days later: 10/61 = 0.163934… EUR a day.  The
    evenings are 1000.16, 1000.33 (0.327868…), 1000.49 (0.491803…) and 1000.66 (0.655737…), so that
    0.16, 0.17, 0.16 and 0.17 EUR flow in, and 10 in all; each day rounded alone it would be 9.76.
    """
    keeper.observe("Broker", "EUR", 1000, "2025-03-01")
    keeper.observe("Broker", "EUR", 1010, "2025-05-01")
    keeper.roll_up("2025-05-31")
    number = keeper.holding_id("Broker", "EUR")
    rows = read_days(keeper.db, HOLDING, number, day("2025-03-01"), day("2025-05-31"))
    assert [row.flow for row in rows[:5]] == [100000, 16, 17, 16, 17]
    assert [row.value for row in rows[1:5]] == [100016, 100033, 100049, 100066]
    assert sum(row.flow or 0 for row in rows) == 101000
    for before, row in pairwise(rows):
        assert row.flow == (row.value or 0) - (before.value or 0)
