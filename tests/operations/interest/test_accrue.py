"""Booking what yield rules owe: each figure is worked by hand in its test's docstring."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accruing import accrued, accrues, earns, listed, payments, query, saver, stops
from bookkeeper import Bookkeeper, day
from folio.db.recording.commits import commit_at
from folio.errors import FolioError, UsageError
from folio.model.assets import currency_ref
from folio.model.dates import EVER
from folio.model.table import Amount
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.arranging.arrange import set_account
from folio.operations.arranging.merge_assets import merge_assets
from folio.operations.interest.yields import parse_rate
from folio.operations.recording import Recording
from folio.operations.transactions.record import ALREADY, HELD, RECORDED, Recorder
from folio.operations.transactions.twins import Twins
from folio.reports.attention.status import status
from folio.reports.held.holdings import holdings
from folio.reports.paid.income import income
from folio.reports.paid.yields import rules


def commits(keeper: Bookkeeper) -> int:
    return int(keeper.db.execute("SELECT count(*) FROM commits").fetchone()[0])


def figure(cell: Any) -> str:
    assert isinstance(cell, Amount), cell
    return str(cell.value)


# -- what is booked ----------------------------------------------------------------------

SPRING = [  # 10,000 at 3.5 %, day 31
    ("2024-01-31", "29.73"),
    ("2024-02-29", "27.89"),
    ("2024-03-31", "29.90"),
    ("2024-04-30", "29.02"),
]


def test_missed_months_are_booked_at_once_and_compound(keeper: Bookkeeper) -> None:
    """10,000.00 × 0.035 × 31/365 = 29.726; 10,029.73 × 0.035 × 29/365 = 27.891;
    10,057.62 × 0.035 × 31/365 = 29.897; 10,087.52 × 0.035 × 30/365 = 29.019."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01", pay_day="31")
    before = commits(keeper)
    assert accrues(keeper, "2024-05-15") == SPRING
    assert commits(keeper) == before + 1
    assert keeper.quantity("Savings", "EUR") == Decimal("10116.54")
    assert accrues(keeper, "2024-05-15") == []
    assert commits(keeper) == before + 1


def test_a_dry_run_books_nothing(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    before = keeper.everything()
    done = accrued(keeper, "2024-05-15", dry_run=True)
    assert [(str(b.payment.due), str(b.payment.expected)) for b in done.bookings] == SPRING
    assert {b.transaction_id for b in done.bookings} == {None}
    assert keeper.everything() == before


def test_each_day_earns_on_its_own_balance(keeper: Bookkeeper) -> None:
    """March at 3.65 %: 10,000 on 1 to 10 March, 4,000 from the 11th on, each day the
    ten-thousandth part: 10 × 1.00 + 21 × 0.40 = 18.40."""
    saver(keeper, on="2024-03-01")
    keeper.add("withdraw", "2024-03-11", "Savings", "EUR", quantity=6000)
    earns(keeper, "3.65%", "2024-03-01")
    assert accrues(keeper, "2024-03-31") == [("2024-03-31", "18.40")]


def test_a_payment_rounds_half_up_and_carries_nothing_over(keeper: Bookkeeper) -> None:
    """At nominal 1.2 % a month is the thousandth part: of 4.50 it is 0.0045, which is nothing,
    each month; of 5.00 it is 0.005, which is 0.01."""
    saver(keeper, "4.50")
    earns(keeper, "1.2%", "2024-01-01", day_count="nominal")
    assert accrues(keeper, "2024-06-30") == []
    keeper.add("deposit", "2024-06-30", "Savings", "EUR", quantity="0.50")
    assert accrues(keeper, "2024-06-30") == []  # of that day alone: 0.0045 + 0.50/30/1000
    keeper.today = day("2024-08-01")
    assert accrues(keeper, "2024-07-31") == [("2024-07-31", "0.01")]


def test_a_loan_costs_interest_and_an_empty_account_pays_none(keeper: Bookkeeper) -> None:
    """−12,000 at 6 %, nominal: −60.00 in January, −12,060 × 0.005 = −60.30 in February."""
    keeper.account("Loan", kind="loan")
    keeper.add("opening", "2024-01-01", "Loan", "EUR", quantity=-12000)
    keeper.account("Empty", kind="savings")
    keeper.add("deposit", "2024-01-01", "Empty", "EUR", quantity=1)
    keeper.add("withdraw", "2024-01-01", "Empty", "EUR", quantity=1)
    earns(keeper, "6%", "2024-01-01", account="Loan", day_count="nominal")
    earns(keeper, "6%", "2024-01-01", account="Empty")
    assert accrues(keeper, "2024-02-29") == [("2024-01-31", "-60.00"), ("2024-02-29", "-60.30")]
    kinds = keeper.db.execute(
        "SELECT DISTINCT kind FROM transactions WHERE occurred_on > '2024-01-01'"
    )
    assert kinds.fetchall() == [("interest",)]


def test_what_no_ledger_tells_is_seen_in_observations(keeper: Bookkeeper) -> None:
    """Seen to be 3,650 on 1 and on 31 March, without a posting: 31 days × 0.10 at 1 %.  What is
    booked is in what was seen: the balance of the 31st stays 3,650."""
    keeper.account("Savings", kind="savings")
    keeper.observe("Savings", "EUR", 3650, "2024-03-01")
    keeper.observe("Savings", "EUR", 3650, "2024-03-31")
    earns(keeper, "1%", "2024-03-01")
    booked = accrues(keeper, "2024-03-31")
    assert booked == [("2024-03-31", "3.10")]
    assert listed(keeper, "2024-03-31") == [("2024-03-31", "3.10", "3.1", "booked")]


def test_units_earn_units(keeper: Bookkeeper) -> None:
    """36.5 COIN at 4 %, each day 0.004: 0.124 in March, to eight places."""
    keeper.add("deposit", "2024-03-01", "Wallet", "COIN", quantity="36.5")
    earns(keeper, "4%", "2024-03-01", account="Wallet", asset="COIN")
    assert accrues(keeper, "2024-03-31") == [("2024-03-31", "0.12400000")]
    assert keeper.quantity("Wallet", "COIN") == Decimal("36.624")
    keeper.fact("reward", "2024-04-01", "Wallet", "COIN", quantity="0.125")
    assert [p[2:] for p in listed(keeper, "2024-03-31")] == [("0.125", "stated")]


def test_units_after_a_split_earn_as_many(keeper: Bookkeeper) -> None:
    """10 days of 100, then 20 of 200 after 2:1, at 36.5 %: 10 × 0.1, which are twice as many after
    the split, as they are where each day is paid at once, and 20 × 0.2 make 6."""
    keeper.add("deposit", "2024-04-01", "Wallet", "COIN", quantity="100")
    keeper.add("split", "2024-04-11", asset="COIN", ratio="2:1")
    earns(keeper, "36.5%", "2024-04-01", account="Wallet", asset="COIN")
    assert accrues(keeper, "2024-04-30") == [("2024-04-30", "6.00000000")]


def test_a_frozen_account_is_left_alone_and_named(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    keeper.write(lambda write: set_account(write, "Savings", status="frozen"))
    done = accrued(keeper, "2024-02-29")
    assert not done.bookings
    assert done.notes[0].startswith("not booked from 2024-01-31 on: account Savings is frozen")


# -- once, and not again -----------------------------------------------------------------


def test_what_was_undone_is_booked_again_when_asked_for(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-02-29")
    undone = payments(keeper, "2024-02-29")[1].transactions[0]
    keeper.undo(undone)
    assert accrues(keeper, "2024-02-29") == []
    assert [p.state for p in payments(keeper, "2024-02-29")] == ["booked", "undone"]
    assert not status(keeper.book(), query(keeper, "2024-02-29")).rows
    assert accrues(keeper, "2024-02-29", again=True) == [("2024-02-29", "27.89")]
    assert accrues(keeper, "2024-02-29", again=True) == []


def test_undo_takes_a_payment_out_of_what_earns(keeper: Bookkeeper) -> None:
    """Without January's 29.73, March earns on 10,000: 10,000 × 0.035 × 31/365 = 29.73."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-01-31")
    keeper.undo(payments(keeper, "2024-01-31")[0].transactions[0])
    earns(keeper, "0%", "2024-02-01", "2024-02-29")
    assert accrues(keeper, "2024-03-31") == [("2024-03-31", "29.73")]


def test_a_row_of_interest_takes_the_place_of_the_accrual(keeper: Bookkeeper) -> None:
    """Whatever its amount, within three days; and once undone, the accrual is due again."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-02-29")
    before = commits(keeper)
    row = keeper.fact("interest", "2024-02-03", "Savings", "EUR", quantity="29.00")
    assert commits(keeper) == before + 1
    assert listed(keeper, "2024-02-29")[0] == ("2024-01-31", "29.73", "29", "stated")
    assert keeper.quantity("Savings", "EUR") == Decimal("10056.89")
    assert accrues(keeper, "2024-02-29") == []
    keeper.undo(row)
    assert accrues(keeper, "2024-02-29") == [("2024-01-31", "29.73")]


def test_a_row_of_the_same_amount_is_not_held_back(keeper: Bookkeeper) -> None:
    """What an import holds back as probably there is what somebody said, not what folio booked;
    a second statement that says the same is held back as ever."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-01-31")

    def imported(source: str) -> Any:
        def change(write: Recording) -> Any:
            leg = Leg("cash", currency_ref("EUR"), Decimal("29.73"))
            draft = Draft("interest", day("2024-02-01"), AccountRef("Savings"), (leg,), "i-1")
            twins = Twins(write, write.source(source))
            return Recorder(write, source, twins=twins).record(draft)

        return keeper.write(change)

    first = imported("bank-csv")
    assert (first.status, first.in_place_of) == (RECORDED, 2)
    again = imported("bank-csv")
    assert (again.status, again.in_place_of) == (ALREADY, None)
    other = imported("bank-ofx")
    assert (other.status, other.in_place_of) == (HELD, None)


def test_a_row_further_off_is_something_else(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-01-31")
    keeper.fact("interest", "2024-02-04", "Savings", "EUR", quantity="29.73")
    found = listed(keeper, "2024-02-28")
    assert found == [
        ("2024-01-31", "29.73", "29.73", "booked"),
        ("2024-02-04", "0.00", "29.73", "stated"),
    ]


def test_a_row_that_is_there_is_not_accrued(keeper: Bookkeeper) -> None:
    """February then earns on 10,029.00: 10,029 × 0.035 × 29/365 = 27.889, but on 10,000 on the
    1st, before the row came: 0.0028 less."""
    saver(keeper)
    keeper.fact("interest", "2024-02-02", "Savings", "EUR", quantity="29.00")
    earns(keeper, "3.5%", "2024-01-01")
    assert accrues(keeper, "2024-02-29") == [("2024-02-29", "27.89")]


def test_interest_that_a_bond_paid_is_not_the_accounts_own(keeper: Bookkeeper) -> None:
    saver(keeper)
    keeper.asset("BOND", "bond")
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-01-31")
    keeper.fact("interest", "2024-01-31", "Savings", "BOND", amount="50")
    keeper.fact("interest", "2024-01-30", "Savings", "EUR", quantity="-5")  # a charge
    assert listed(keeper, "2024-01-31")[0][1:] == ("29.73", "24.73", "booked")


def test_an_accrual_amended_is_a_persons_word(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-01-31")
    keeper.amend(payments(keeper, "2024-01-31")[0].transactions[0], quantity="30")
    assert listed(keeper, "2024-01-31") == [("2024-01-31", "29.73", "30", "stated")]
    assert accrues(keeper, "2024-01-31") == accrues(keeper, "2024-01-31", again=True) == []
    assert not status(keeper.book(), query(keeper, "2024-01-31")).rows


def test_a_deposit_found_late_is_told_and_booked_again(keeper: Bookkeeper) -> None:
    """5,000 more from 10 January on.  January: (10,000 × 9 + 15,000 × 22) × 0.035 / 365 =
    40.2740; February: 15,040.27 × 0.035 × 29/365 = 41.8243."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    assert accrues(keeper, "2024-02-29") == [("2024-01-31", "29.73"), ("2024-02-29", "27.89")]
    keeper.add("deposit", "2024-01-10", "Savings", "EUR", quantity=5000)
    asked = query(keeper, "2024-02-29")
    (found,) = status(keeper.book(), asked).rows
    # Each on the balances as they are now: February has 15,029.73 × 0.035 × 29/365 = 41.7950.
    assert found["what"] == ("2 payments since 2024-01-31: 57.62 EUR booked, now it would be 82.07")
    assert str(found["settle"]).startswith("folio accrue --again, or folio amend ")
    assert accrues(keeper, "2024-02-29") == []
    again = [("2024-01-31", "40.27"), ("2024-02-29", "41.82")]
    assert accrues(keeper, "2024-02-29", again=True, dry_run=True) == again
    assert accrues(keeper, "2024-02-29", again=True) == again
    assert [entry[1:3] for entry in listed(keeper, "2024-02-29")] == [
        ("40.27", "40.27"), ("41.82", "41.82"),
    ]  # fmt: skip
    assert not status(keeper.book(), asked).rows


def test_payments_before_an_observation_leave_no_cent_over(keeper: Bookkeeper) -> None:
    """What is booked in December explains a part of what was seen at the end of the year, and so
    less is left to have come in in January: booked one after the other, all but the last
    would be too much."""
    keeper.account("Savings", kind="savings")
    keeper.observe("Savings", "EUR", 36500, "2024-01-01")
    keeper.observe("Savings", "EUR", 73000, "2024-12-31")
    earns(keeper, "10%", "2024-01-01")
    assert len(accrues(keeper, "2024-12-30")) == 11
    assert [one.difference for one in payments(keeper, "2024-12-30")] == [0] * 11


# -- rules that change -------------------------------------------------------------------


def test_another_rate_for_booked_days_is_a_difference(keeper: Bookkeeper) -> None:
    """January at 3 %: 10,000 × 0.03 × 31/365 = 25.479, so 4.25 too much is booked.  February
    is not booked: 10,029.73 × 0.03 × 29/365 = 23.906."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-01-31")
    earns(keeper, "3%", "2024-01-01")
    assert accrues(keeper, "2024-02-29") == [("2024-02-29", "23.91")]
    assert [str(p.difference) for p in payments(keeper, "2024-02-29")] == ["4.25", "0.00"]
    row = rules(keeper.book(), query(keeper, "2024-02-29")).rows[0]
    assert [figure(row[k]) for k in ("expected", "booked", "difference")] == [
        "49.39", "53.64", "4.25",
    ]  # fmt: skip


def test_another_day_of_payment_pays_no_day_twice(keeper: Bookkeeper) -> None:
    """Booked until 29 February by day 31; day 15 instead, from the beginning: 15 March pays
    for 1 to 15 March alone: 10,057.62 × 0.035 × 15/365 = 14.466."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-02-29")
    earns(keeper, "3.5%", "2024-01-01", pay_day="15")
    assert accrues(keeper, "2024-03-20") == [("2024-03-15", "14.47")]
    assert accrues(keeper, "2024-03-20") == []
    assert [p.first for p in payments(keeper, "2024-03-20")] == [
        day("2024-01-01"), day("2024-02-01"), day("2024-03-01"),
    ]  # fmt: skip


def test_a_rule_that_begins_earlier_owes_the_days_before(keeper: Bookkeeper) -> None:
    """1 to 31 December at 3.65 % on 10,000: 31.00."""
    saver(keeper, on="2023-12-01")
    earns(keeper, "3.65%", "2024-01-01")
    assert accrues(keeper, "2024-01-31") == [("2024-01-31", "31.00")]
    earns(keeper, "3.65%", "2023-12-01")
    assert accrues(keeper, "2024-01-31") == [("2023-12-31", "31.00")]
    # January would have earned on 10,031 by now: 31.096.
    assert [str(p.difference) for p in payments(keeper, "2024-01-31")] == ["0.00", "-0.10"]


def test_a_rate_for_a_while_gives_way_to_the_one_before(keeper: Bookkeeper) -> None:
    """3.65 % is 1.00 a day, 7.30 % is 2.00."""
    saver(keeper)
    earns(keeper, "3.65%", "2024-01-01", day_count="nominal", frequency="daily")
    earns(keeper, "7.3%", "2024-01-02", "2024-01-03")
    assert [amount for _, amount in accrues(keeper, "2024-01-04")] == [
        "1.00", "2.00", "2.00", "1.00",
    ]  # fmt: skip


def test_a_rate_for_a_while_that_is_corrected_is_so_for_all_its_days(keeper: Bookkeeper) -> None:
    """1.00 a day, 2.00 from the 3rd; from the 2nd to the 5th 3.00, in truth 10.00."""
    saver(keeper)
    earns(keeper, "3.65%", "2024-01-01", day_count="nominal", frequency="daily")
    earns(keeper, "7.3%", "2024-01-03")
    earns(keeper, "10.95%", "2024-01-02", "2024-01-05")
    earns(keeper, "36.5%", "2024-01-02")
    told = [str(Decimal(amount).to_integral()) for _, amount in accrues(keeper, "2024-01-06")]
    assert told == ["1", "10", "10", "10", "10", "2"]


def test_a_rule_that_ended_and_begins_again_earns_on(keeper: Bookkeeper) -> None:
    """It ended for days from which on another rate was said already."""
    saver(keeper)
    earns(keeper, "3.65%", "2024-01-01", day_count="nominal", frequency="daily")
    earns(keeper, "7.3%", "2024-01-05")
    stops(keeper, "2024-01-01")
    earns(keeper, "10.95%", "2024-01-04")
    assert accrues(keeper, "2024-01-06") == [
        ("2024-01-01", "1.00"), ("2024-01-04", "3.00"), ("2024-01-05", "3.00"),
        ("2024-01-06", "3.00"),
    ]  # fmt: skip


def test_a_rule_that_stops_pays_on_its_last_day(keeper: Bookkeeper) -> None:
    """1 to 10 March at 3.65 %: 10.00."""
    saver(keeper, on="2024-03-01")
    earns(keeper, "3.65%", "2024-03-01")
    stops(keeper, "2024-03-10")
    assert accrues(keeper, "2024-06-30") == [("2024-03-10", "10.00")]
    with pytest.raises(FolioError, match="earns nothing after 2024-03-10 already"):
        stops(keeper, "2024-03-10")


def test_one_rule_alone_is_in_force_on_a_day(keeper: Bookkeeper) -> None:
    """10,000 + 42.47 + 39.89 (10,042.47 × 0.05 × 29/365) earn 42.82 in March; 10,125.18 ×
    0.0365 × 30/365 = 30.376 in April, by the other rule."""
    saver(keeper)
    earns(keeper, "5%", "2024-01-01", "2024-03-31", name="teaser")
    with pytest.raises(FolioError, match="rule 'teaser' from 2024-01-01 to 2024-03-31"):
        earns(keeper, "3%", "2024-03-31")
    earns(keeper, "3.65%", "2024-04-01")
    assert accrues(keeper, "2024-04-30")[2:] == [("2024-03-31", "42.82"), ("2024-04-30", "30.38")]
    with pytest.raises(FolioError, match="rule 'interest' from 2024-04-01, and one rule"):
        earns(keeper, "5%", "2024-05-01", name="Teaser")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"frequency": "hourly"}, "no frequency"),
        ({"pay_day": "32"}, "no day of the month"),
        ({"pay_day": "monday"}, "no day of the month"),
        ({"frequency": "weekly", "pay_day": "8"}, "no day of the week"),
        ({"frequency": "daily", "pay_day": "1"}, "not for what pays daily"),
        ({"pay_month": 3}, "--month is for what pays quarterly"),
        ({"day_count": "actual/360"}, "no day count"),
    ],
)
def test_words_that_contradict_are_refused(
    keeper: Bookkeeper, words: dict[str, Any], said: str
) -> None:
    saver(keeper)
    with pytest.raises(UsageError, match=said):
        earns(keeper, "5%", "2024-01-01", **words)


@pytest.mark.parametrize("text", ["3.5", "x%", "-100%", "1001%", "3,5%", "%"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_rate(text)


def test_a_weekday_can_be_named(keeper: Bookkeeper) -> None:
    """5 January 2024 was a Friday; 365 at 100 % is 1.00 a day."""
    saver(keeper, 365)
    earns(keeper, "100%", "2024-01-01", frequency="weekly", pay_day="fri")
    assert accrues(keeper, "2024-01-11") == [("2024-01-05", "5.00")]


# -- what reports say --------------------------------------------------------------------


def test_accrued_interest_adds_up_in_rows_and_columns(keeper: Bookkeeper) -> None:
    """On 15 February, January is not booked: 31.00, and 15 days on 10,031 are 15.0465; of the
    emptied account 5 days of 1.00 are left."""
    saver(keeper)
    keeper.account("Gone", kind="savings")
    keeper.add("deposit", "2024-02-01", "Gone", "EUR", quantity=10000)
    keeper.add("withdraw", "2024-02-06", "Gone", "EUR", quantity=10000)
    earns(keeper, "3.65%", "2024-01-01")
    earns(keeper, "3.65%", "2024-02-01", account="Gone")
    asked = query(keeper, "2024-02-15")
    plain = holdings(keeper.book(), asked)
    table = holdings(keeper.book(), asked, accrued=True)
    assert [figure(row["accrued_interest"]) for row in table.rows] == ["5.00", "46.05"]
    assert [figure(row["value"]) for row in table.rows] == ["5.00", "10046.05"]
    assert [figure(row["unrealised_gain"]) for row in table.rows] == ["5.00", "46.05"]
    sums = {k: figure(table.totals[k]) for k in ("accrued_interest", "value", "cost_basis")}
    assert sums == {"accrued_interest": "51.05", "value": "10051.05", "cost_basis": "10000.00"}
    assert figure(plain.totals["value"]) == "10000.00"
    assert "accrued_interest" not in {column.key for column in plain.columns}


def test_accrued_interest_begins_anew_when_it_is_paid(keeper: Bookkeeper) -> None:
    """A row of 30 January pays January, so nothing has accrued on the 30th; 1.00 on 1 February."""
    saver(keeper)
    earns(keeper, "3.65%", "2024-01-01")
    keeper.fact("interest", "2024-01-30", "Savings", "EUR", quantity="31")

    def owed(on: str) -> Any:
        return holdings(keeper.book(), query(keeper, on), accrued=True).totals["accrued_interest"]

    assert figure(owed("2024-01-29")) == "29.00"
    assert owed("2024-01-30") is None or figure(owed("2024-01-30")) == "0"
    assert figure(owed("2024-02-01")) == "1.00"


def test_status_names_what_is_due(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    (row,) = status(keeper.book(), query(keeper, "2024-03-01")).rows
    assert row["what"] == "2 payments of 57.62 EUR since 2024-01-31 not booked"
    assert row["settle"] == "folio accrue"
    accrues(keeper, "2024-03-01")
    assert not status(keeper.book(), query(keeper, "2024-03-01")).rows


def test_status_says_what_settles_interest_of_an_account_that_takes_none(
    keeper: Bookkeeper,
) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")

    def settle(status_of: str, closed_on: dt.date | None = None) -> Any:
        keeper.write(
            lambda write: set_account(write, "Savings", status=status_of, closed_on=closed_on)
        )
        (row,) = status(keeper.book(), query(keeper, "2024-03-01")).rows
        return row["settle"]

    assert settle("frozen").startswith("folio account set ")
    assert settle("closed", day("2024-02-10")) == "folio accrue"  # the January payment is owed
    accrues(keeper, "2024-03-01")
    (row,) = status(keeper.book(), query(keeper, "2024-03-01")).rows
    assert str(row["settle"]).endswith(" EUR --on 2024-02-10")
    stops(keeper, "2024-02-10")
    accrues(keeper, "2024-03-01")
    assert [row["what"] for row in status(keeper.book(), query(keeper, "2024-03-01")).rows] == []


def test_income_has_expected_beside_booked(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    assert not income(keeper.book(), query(keeper, "2024-01-30"), EVER).children
    keeper.fact("interest", "2024-01-31", "Savings", "EUR", quantity="30")
    (child,) = income(keeper.book(), query(keeper, "2024-02-29"), EVER).children
    (row,) = child.rows
    assert [figure(row[k]) for k in ("expected", "booked", "difference")] == [
        "57.62", "30", "-27.62",
    ]  # fmt: skip


def test_a_past_state_of_knowledge_knows_its_own_rule(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01")
    accrues(keeper, "2024-01-31")
    known = commit_at(keeper.db, keeper.now)
    earns(keeper, "1%", "2024-01-01")
    keeper.undo(payments(keeper, "2024-01-31")[0].transactions[0])
    (then,) = payments(keeper, "2024-01-31", known_at=known)
    assert (str(then.expected), str(then.booked)) == ("29.73", "29.73")


def test_two_pots_of_one_account_are_booked_apart(keeper: Bookkeeper) -> None:
    saver(keeper)
    keeper.account("Second", kind="savings")
    keeper.add("deposit", "2024-01-01", "Second", "EUR", quantity=365)
    earns(keeper, "3.65%", "2024-01-01")
    earns(keeper, "100%", "2024-01-01", account="Second", name="interest:2")
    earns(keeper, "0%", "2024-02-01", account="Second", name="interest:2")
    assert accrues(keeper, "2024-01-31") == [("2024-01-31", "31.00"), ("2024-01-31", "31.00")]
    assert accrues(keeper, "2024-02-29") == [("2024-02-29", "29.09")]


def test_assets_that_are_one_earn_as_one(keeper: Bookkeeper) -> None:
    """10 of what is later found to be COIN, at 36.5 %: 10 × 0.001 × 31 in January; what was booked
    stays booked, and a row of COIN is its own."""
    keeper.asset("XCOIN", "crypto")
    keeper.add("deposit", "2024-01-01", "Wallet", "COIN", quantity=10)
    keeper.add("deposit", "2024-01-01", "Wallet", "XCOIN", quantity=10)
    earns(keeper, "36.5%", "2024-01-01", account="Wallet", asset="XCOIN")
    assert accrues(keeper, "2024-01-31") == [("2024-01-31", "0.31000000")]
    keeper.write(lambda write: merge_assets(write, "XCOIN", "COIN"))
    assert [str(p.booked) for p in payments(keeper, "2024-01-31")] == ["0.31"]
    assert accrues(keeper, "2024-01-31") == []
    keeper.fact("interest", "2024-02-01", "Wallet", "COIN", quantity="0.6")
    assert [p[2:] for p in listed(keeper, "2024-01-31")] == [("0.6", "stated")]


def test_where_cash_is_not_in_the_ledger_interest_leaves_and_earns_nothing(
    keeper: Bookkeeper,
) -> None:
    """10,000 at 3.65 % are 1 a day and 31, 28, 31 in three months: nothing stays to earn more."""
    keeper.account("Elsewhere", kind="other", cash=False)
    keeper.add("deposit", "2025-01-01", "Elsewhere", "EUR", quantity=Decimal(10000))
    earns(keeper, "3.65%", "2025-01-01", account="Elsewhere")
    booked = [("2025-01-31", "31.00"), ("2025-02-28", "28.00"), ("2025-03-31", "31.00")]
    assert accrues(keeper, "2025-03-31") == booked
    assert [p.difference for p in payments(keeper, "2025-03-31")] == [0, 0, 0]


def test_tax_that_a_bank_kept_earned_nothing_that_is_left_out(keeper: Bookkeeper) -> None:
    """20,000 × 2.5 % × 31/365 = 42.466, 42.47.  The row of the 31st brings 31.27 after tax: the
    balance without it is 20,000 that day too, not 11.20 less, which would earn 42.465."""
    saver(keeper, 20000, "2024-12-31")
    earns(keeper, "2.5%", "2025-01-01")
    keeper.fact("interest", "2025-01-31", "Savings", "EUR", quantity="42.47", tax="11.20")
    assert listed(keeper, "2025-01-31") == [("2025-01-31", "42.47", "42.47", "stated")]


def test_what_was_earned_before_a_split_is_split_with_it(keeper: Bookkeeper) -> None:
    """100 at 36.5 % earn 0.1 a day: of 27 days 2.7, which are 0.9 after 1:3; and of the last day
    33.333… earn a third of 0.1."""
    keeper.add("deposit", "2025-02-01", "Wallet", "COIN", quantity=100)
    keeper.add("split", "2025-02-28", asset="COIN", ratio="1:3")
    earns(keeper, "36.5%", "2025-02-01", account="Wallet", asset="COIN")
    assert accrues(keeper, "2025-02-28") == [("2025-02-28", "0.93333333")]


def test_a_day_is_not_paid_twice_though_its_payment_is_due_later(keeper: Bookkeeper) -> None:
    """January was paid on its last day; that the rule ended on the 15th is known afterwards."""
    saver(keeper)
    earns(keeper, "3.65%", "2024-01-01", pay_day="31")
    assert accrues(keeper, "2024-01-31") == [("2024-01-31", "31.00")]
    stops(keeper, "2024-01-15")
    assert accrues(keeper, "2024-01-20") == []
    assert accrues(keeper, "2024-02-29") == []
