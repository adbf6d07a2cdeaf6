"""Linking legs, answering for them, and taking it all back; figures worked by hand.

The book of every test but the imports': 10 COIN bought at 100 EUR on 2025-01-02 at Broker, of
the institution North; Wallet is of South.
"""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, day, did
from folio.book import Book
from folio.book.timeline import walked
from folio.book.transfers import other_ends, unanswered
from folio.db.derived.positions import read_positions
from folio.db.values import day_number
from folio.errors import FolioError, UsageError
from folio.model.dates import EVER
from folio.model.ledger import Lot
from folio.model.numbers import to_text
from folio.model.rollups import each_day
from folio.operations.importing.undo_import import undo_import
from folio.operations.transfers.link_transfers import link_all
from folio.reports.attention.status import status
from folio.reports.attention.transfers import transfers
from folio.reports.query import Query
from folio.reports.recorded.register import register
from importing import WHO, load, load_all, new_book

D = Decimal
HASH = "0123456789abcdef" * 4


@pytest.fixture
def stocked(keeper: Bookkeeper) -> Bookkeeper:
    keeper.add("buy", "2025-01-02", "Broker", "COIN", quantity=10, price=100)
    return keeper


def lots(keeper: Bookkeeper, account: str) -> list[tuple[str, str, str | None]]:
    """Day acquired, units and cost of the open lots of COIN."""

    def of(lot: Lot) -> tuple[str, str, str | None]:
        cost = None if lot.cost is None else to_text(lot.cost)
        return lot.acquired_on, to_text(lot.quantity), cost

    return [of(lot) for lot in keeper.lots(account, "COIN")]


def out(keeper: Bookkeeper, units: str, on: str = "2025-03-04", **more: str) -> int:
    return keeper.add("transfer_out", on, "Broker", "COIN", quantity=units, **more)


def into(
    keeper: Bookkeeper, units: str, on: str = "2025-03-04", account: str = "Wallet", **more: str
) -> int:
    return keeper.add("transfer_in", on, account, "COIN", quantity=units, **more)


def asked(keeper: Bookkeeper, **more: bool) -> list[tuple[object, object, object]]:
    """The rows of the listing: leg, candidate, why (or the state)."""
    book = keeper.book()
    rows = transfers(book, Query(keeper.today, book.base), **more).rows
    return [(row["id"], row["with"], row["why"] or row["state"]) for row in rows]


# -- links made unasked ------------------------------------------------------------------


def test_a_lot_moved_twice_keeps_its_day_and_cost(stocked: Bookkeeper) -> None:
    """10 at 100 go to Wallet and 4 of them on to Third: 400 of cost, acquired on 2025-01-02."""
    stocked.account("Third")
    first, second = out(stocked, "10"), into(stocked, "10", "2025-03-06")
    third = stocked.add("transfer_out", "2025-05-01", "Wallet", "COIN", quantity=4)
    fourth = into(stocked, "4", "2025-05-01", "Third")
    assert [stocked.linked_to(n) for n in (first, third)] == [[second], [fourth]]
    assert lots(stocked, "Broker") == []
    assert lots(stocked, "Wallet") == [("2025-01-02", "6", "600")]
    assert lots(stocked, "Third") == [("2025-01-02", "4", "400")]
    stocked.add("sell", "2025-06-01", "Third", "COIN", quantity=4, price=150)
    (sold,) = stocked.disposals("Third", "COIN")
    assert (sold.acquired_on, sold.proceeds, sold.cost) == ("2025-01-02", D(600), D(400))


def test_what_is_said_of_a_link(stocked: Bookkeeper) -> None:
    number = out(stocked, "10")
    words = {"kind": "transfer_in", "on": "2025-03-04", "account": "Wallet", "asset": "COIN"}
    from folio.operations.transactions.add_transactions import add_transaction

    added = stocked.do(add_transaction, {**words, "quantity": "9.99"}, today=stocked.today)
    assert added.linked == [
        f"{number} → {number + 1}, 10 COIN from North/Broker to South/Wallet, 0.01 less arrived"
    ]


@pytest.mark.parametrize("arrived", ["09:45", "10:15"])
def test_an_arrival_whose_clock_is_before_its_departure(stocked: Bookkeeper, arrived: str) -> None:
    into(stocked, "10", at=f"2025-03-04T{arrived}")
    out(stocked, "10", at="2025-03-04T10:00")
    assert lots(stocked, "Wallet") == [("2025-01-02", "10", "1000")]


def test_an_arrival_of_the_day_before(stocked: Bookkeeper) -> None:
    into(stocked, "10", "2025-03-03")
    out(stocked, "10", "2025-03-04")
    assert lots(stocked, "Wallet") == [("2025-01-02", "10", "1000")]


def test_a_network_fee_in_kind_is_disposed_of_at_market(stocked: Bookkeeper) -> None:
    """0.01 of 10 is lost when one is worth 120: proceeds 1.20, cost 1, a gain of 0.20."""
    stocked.price("COIN", "2025-03-04", 120)
    out(stocked, "10")
    into(stocked, "9.99")
    assert lots(stocked, "Wallet") == [("2025-01-02", "9.99", "999")]
    found = stocked.disposals("Wallet", "COIN")
    assert [(s.quantity, s.proceeds, s.cost) for s in found] == [(D("0.01"), D("1.2"), D(1))]


def test_without_a_price_the_cost_of_a_fee_stays_with_what_arrives(keeper: Bookkeeper) -> None:
    """Nothing says what COIN is worth: 9.99 arrive with the 1000 that 10 had cost."""
    keeper.add("opening", "2025-01-02", "Broker", "COIN", quantity=10, cost=1000)
    out(keeper, "10")
    into(keeper, "9.99")
    assert lots(keeper, "Wallet") == [("2025-01-02", "9.99", "1000")]
    assert keeper.disposals("Wallet", "COIN") == []


def test_two_equal_departures_and_two_equal_arrivals_are_asked_about(stocked: Bookkeeper) -> None:
    legs = [stocked.fact("transfer_out", "2025-03-04", "Broker", "COIN", quantity=5)]
    legs += [stocked.fact("transfer_out", "2025-03-04", "Broker", "COIN", quantity=5)]
    text = '{"kind": "transfer_in", "on": "2025-03-04", "account": "Wallet", "asset": "COIN"'
    added = stocked.batch("\n".join(f'{text}, "quantity": "5", "id": "{n}"}}' for n in (1, 2)))
    legs += [outcome.transaction_id for outcome in added.outcomes]
    assert added.linked == []
    assert stocked.open_legs() == legs
    why = "the same units; the same day"
    assert asked(stocked) == [(a, str(b), why) for a in legs[:2] for b in legs[2:]]
    stocked.pair(legs[1], legs[2])
    assert stocked.link() == [f"{legs[0]} → {legs[3]}, 5 COIN from North/Broker to South/Wallet"]
    assert asked(stocked) == []


def test_a_second_departure_makes_it_a_question(stocked: Bookkeeper) -> None:
    out(stocked, "5")
    out(stocked, "4.99", "2025-03-02")
    into(stocked, "4.98")
    assert len(stocked.open_legs()) == 3


def test_a_hash_tells_equals_apart(stocked: Bookkeeper) -> None:
    first, second = out(stocked, "5"), out(stocked, "5", note=f"tx {HASH}")
    arrival = into(stocked, "5", note=f"from 0x{HASH.upper()}")
    assert stocked.linked_to(arrival) == [second]
    assert stocked.open_legs() == [first]


def test_more_than_left_is_asked_about(stocked: Bookkeeper) -> None:
    number, arrival = out(stocked, "5"), into(stocked, "5.01")
    why = "0.01 more than left (0.2 %): a fee stated apart?; the same day"
    assert asked(stocked) == [(number, str(arrival), why)]


def test_a_fee_stated_apart_is_no_part_of_what_was_sent(stocked: Bookkeeper) -> None:
    """5 sent and 0.1 of fee taken beside it; 5 arrive, and 0.1 was lost on the way."""
    stocked.price("COIN", "2025-03-04", 100)
    out(stocked, "5", fee="0.1", fee_currency="COIN")
    arrival = into(stocked, "5")
    assert stocked.linked_to(arrival)
    assert lots(stocked, "Broker") == [("2025-01-02", "4.9", "490")]
    assert lots(stocked, "Wallet") == [("2025-01-02", "5", "500")]


def test_what_was_taken_apart_stays_apart(stocked: Bookkeeper) -> None:
    number, arrival = out(stocked, "5"), into(stocked, "5")
    assert stocked.undo_leg(arrival) == [number, arrival]
    assert stocked.link() == []
    stocked.undo(stocked.undo(number))  # as another revision too
    assert stocked.link() == []
    ((left, came, why),) = asked(stocked)
    assert (came, why) == (str(arrival), "the same units; the same day; you took them apart")
    stocked.pair(int(str(left)), arrival)
    assert asked(stocked) == []


def test_a_dry_run_links_nothing(stocked: Bookkeeper) -> None:
    first, second, arrival = out(stocked, "5"), out(stocked, "5"), into(stocked, "5")
    stocked.answer_leg(second, "untracked")  # what was a question is none now
    before = stocked.everything()
    said = [f"{first} → {arrival}, 5 COIN from North/Broker to South/Wallet"]
    assert stocked.do(link_all, dry_run=True) == said
    assert stocked.everything() == before
    assert stocked.link() == said


# -- pairs made by hand ------------------------------------------------------------------


def test_one_departure_to_two_arrivals_is_proposed_and_never_linked_unasked(
    stocked: Bookkeeper,
) -> None:
    """10 at 100 leave; 4 and 6 arrive in two places, with 400 and 600 of cost."""
    stocked.account("Third")
    number, first = out(stocked, "10"), into(stocked, "4")
    second = into(stocked, "6", "2025-03-05", "Third")
    assert asked(stocked) == [
        (number, f"{first} {second}", "2 arrivals together; the same units; a day later")
    ]
    said = stocked.pair(number, first, second)
    assert (
        said == f"{number} → {first}, {second}, 10 COIN from North/Broker to South/Wallet and Third"
    )
    assert lots(stocked, "Wallet") == [("2025-01-02", "4", "400")]
    assert lots(stocked, "Third") == [("2025-01-02", "6", "600")]
    assert stocked.linked_to(number) == [first, second]
    assert stocked.linked_to(second) == [number]


def test_two_arrivals_of_the_day_before_come_one_after_the_other(stocked: Bookkeeper) -> None:
    """10 at 100 leave; 4 and 6 had arrived by other clocks: 400 and 600 of cost, nothing lost.
    The one that comes last is at the holding that was there first."""
    stocked.account("Third")
    stocked.add("deposit", "2025-01-03", "Third", "COIN", quantity=1, cost=90)
    number, first = out(stocked, "10"), into(stocked, "4", "2025-03-03")
    second = into(stocked, "6", "2025-03-03", "Third")
    stocked.pair(number, first, second)
    assert lots(stocked, "Wallet") == [("2025-01-02", "4", "400")]
    assert lots(stocked, "Third") == [("2025-01-02", "6", "600"), ("2025-01-03", "1", "90")]
    assert stocked.disposals("Third", "COIN") == stocked.disposals("Wallet", "COIN") == []


def flows(keeper: Bookkeeper, account: str, on: str) -> tuple[object, ...]:
    """What crossed the borders of the portfolio, the institution and the account, in cents."""
    book = keeper.book()
    holding = keeper.holding_id(account, "COIN")
    since = {holding: day("2025-01-01")}
    ((_, runs),) = walked(book, since, day("2025-04-01"), book.teller(book.base))
    found = next(row for row in each_day(runs) if row.day == day_number(day(on)))
    return found.flow_portfolio, found.flow_institution, found.flow_account


def test_a_linked_leg_is_no_flow_from_outside(stocked: Bookkeeper) -> None:
    """10 at 100 leave North for South: a flow of each, and none of the portfolio once linked."""
    number = out(stocked, "10")
    assert flows(stocked, "Broker", "2025-03-04") == (-100000, -100000, -100000)
    into(stocked, "10")
    assert flows(stocked, "Broker", "2025-03-04") == (0, -100000, -100000)
    assert flows(stocked, "Wallet", "2025-03-04") == (0, 100000, 100000)
    stocked.undo_leg(number)
    assert flows(stocked, "Broker", "2025-03-04") == (-100000, -100000, -100000)
    assert flows(stocked, "Wallet", "2025-03-04") == (100000, 100000, 100000)


def test_two_arrivals_cross_their_own_borders(stocked: Bookkeeper) -> None:
    """4 go to another account of North, 6 to South: 600 leaves North, 1000 the account."""
    stocked.account("Depot", institution="North")
    number, near = out(stocked, "10"), into(stocked, "4", account="Depot")
    far = into(stocked, "6")
    stocked.pair(number, near, far)
    assert flows(stocked, "Broker", "2025-03-04") == (0, -60000, -100000)
    assert flows(stocked, "Depot", "2025-03-04") == (0, 0, 40000)
    assert flows(stocked, "Wallet", "2025-03-04") == (0, 60000, 60000)


def test_what_is_lost_on_the_way_is_lost_where_the_last_of_it_arrives(stocked: Bookkeeper) -> None:
    """Of 10 at 100, 5.9 reach South and then 4 North's other account, which loses 0.1; and of 2
    that it sends to a third one, that loses 0.1."""
    stocked.account("Depot", institution="North")
    stocked.account("Third", institution="West")
    number, far = out(stocked, "10"), into(stocked, "5.9", account="Wallet")
    near = into(stocked, "4", account="Depot")
    stocked.pair(number, far, near)
    assert flows(stocked, "Broker", "2025-03-04") == (0, -59000, -100000)
    assert flows(stocked, "Wallet", "2025-03-04") == (0, 59000, 59000)
    assert flows(stocked, "Depot", "2025-03-04") == (0, 0, 41000)
    assert [str(s.quantity) for s in stocked.disposals("Depot", "COIN")] == ["0.1"]
    sent = {"quantity": "2", "to_account": "Third", "to_quantity": "1.9"}
    stocked.add("transfer", "2025-03-05", "Depot", "COIN", **sent)
    assert flows(stocked, "Depot", "2025-03-05") == (0, -20000, -20000)
    assert flows(stocked, "Third", "2025-03-05") == (0, 20000, 20000)


def test_units_under_way_are_split(stocked: Bookkeeper) -> None:
    """10 that cost 1000 leave and are 20 on their way; half of them arrive, and of what are 15 by
    then 12; 3 are lost."""
    stocked.account("Third", institution="North")
    number = out(stocked, "10", "2025-03-01")
    stocked.add("split", "2025-03-02", asset="COIN", ratio="2:1")
    first = into(stocked, "10", "2025-03-03", "Wallet")
    stocked.add("split", "2025-03-04", asset="COIN", ratio="3:2")
    second = into(stocked, "12", "2025-03-04", "Third")
    stocked.pair(number, first, second)
    assert lots(stocked, "Wallet") == [("2025-01-02", "15", "500")]
    assert lots(stocked, "Third") == [("2025-01-02", "12", "400")]
    assert [str(s.quantity) for s in stocked.disposals("Third", "COIN")] == ["3"]
    assert stocked.quantity("In transit", "COIN") == 0
    assert incremental_is_rebuild(stocked)


# -- answers -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["untracked", "left-control"])
def test_an_answer_ends_the_asking_and_changes_no_figure(stocked: Bookkeeper, word: str) -> None:
    number = out(stocked, "5")
    assert asked(stocked) == [(number, None, "nothing like it arrived within a week")]
    before = stocked.derived()
    stocked.answer_leg(number, word)
    assert stocked.derived() == before
    assert asked(stocked) == []
    assert asked(stocked, everything=True) == [(number, None, word)]
    into(stocked, "5")  # what comes later is another matter
    assert len(stocked.open_legs()) == 1
    stocked.undo_leg(number)
    assert stocked.open_legs()[0] == number


def test_internal_records_the_missing_arrival(stocked: Bookkeeper) -> None:
    number = out(stocked, "5")
    before = stocked.derived()
    said = stocked.answer_leg(number, "internal", "Wallet")
    assert said == [f"{number} → {number + 1}, 5 COIN from North/Broker to South/Wallet"]
    assert lots(stocked, "Wallet") == [("2025-01-02", "5", "500")]
    assert asked(stocked, everything=True) == [(number, str(number + 1), "internal")]
    assert stocked.undo_leg(number) == [number]  # what the answer recorded is undone
    assert stocked.derived() == before
    assert stocked.open_legs() == [number]
    stocked.answer_leg(number, "internal", "Wallet")
    assert lots(stocked, "Wallet") == [("2025-01-02", "5", "500")]


def test_internal_records_the_missing_departure(stocked: Bookkeeper) -> None:
    arrival = into(stocked, "5")
    assert lots(stocked, "Wallet") == [("2025-03-04", "5", None)]
    stocked.answer_leg(arrival, "internal", "Broker")
    assert lots(stocked, "Wallet") == [("2025-01-02", "5", "500")]
    assert lots(stocked, "Broker") == [("2025-01-02", "5", "500")]


def test_internal_takes_no_more_than_there_was(stocked: Bookkeeper) -> None:
    arrival = into(stocked, "11")
    before = stocked.everything()
    with pytest.raises(FolioError, match="North/Broker has 10 COIN on 2025-03-04, so 11 cannot"):
        stocked.answer_leg(arrival, "internal", "Broker")
    assert stocked.everything() == before


# -- undo --------------------------------------------------------------------------------


def test_undoing_a_leg_opens_the_other_and_redoing_it_links_them_again(
    stocked: Bookkeeper,
) -> None:
    number, arrival = out(stocked, "5"), into(stocked, "5", "2025-03-05")
    reversal = stocked.undo(arrival)
    assert stocked.open_legs() == [number]
    stocked.undo(reversal)
    assert stocked.open_legs() == []
    (other,) = stocked.linked_to(number)
    assert stocked.linked_to(other) == [number]
    assert lots(stocked, "Wallet") == [("2025-01-02", "5", "500")]


def test_undoing_one_arrival_of_two_opens_all_three(stocked: Bookkeeper) -> None:
    """4 of 10 alone would look like 6 lost on the way."""
    number, first, second = out(stocked, "10"), into(stocked, "4"), into(stocked, "6")
    stocked.pair(number, first, second)
    reversal = stocked.undo(second)
    assert stocked.open_legs() == [number, first]
    assert lots(stocked, "Wallet") == [("2025-03-04", "4", None)]
    stocked.undo(reversal)
    assert stocked.open_legs() == []
    assert lots(stocked, "Wallet") == [("2025-01-02", "4", "400"), ("2025-01-02", "6", "600")]


def test_a_redo_does_not_take_back_what_was_said_meanwhile(stocked: Bookkeeper) -> None:
    number, arrival = out(stocked, "5"), into(stocked, "5")
    reversal = stocked.undo(number)
    other = out(stocked, "5")
    assert stocked.linked_to(arrival) == [other]
    stocked.undo(reversal)
    assert stocked.linked_to(arrival) == [other]
    assert len(stocked.open_legs()) == 1


def test_undoing_a_leg_takes_the_one_with_it_that_an_answer_recorded(stocked: Bookkeeper) -> None:
    number = out(stocked, "5")
    stocked.answer_leg(number, "internal", "Wallet")
    reversal = stocked.undo(number)
    assert stocked.open_legs() == []
    assert stocked.quantity("Wallet", "COIN") == 0
    stocked.undo(reversal)
    assert stocked.open_legs() == []
    assert lots(stocked, "Wallet") == [("2025-01-02", "5", "500")]


def test_amending_a_leg_keeps_its_link_while_it_fits(stocked: Bookkeeper) -> None:
    number, arrival = out(stocked, "5"), into(stocked, "5")
    number = stocked.amend(number, note="to the wallet")
    assert stocked.linked_to(arrival) == [number]
    number = stocked.amend(number, quantity="5.2")
    assert stocked.linked_to(arrival) == [number]
    number = stocked.amend(number, on="2025-03-02")  # under way for two days now
    assert stocked.linked_to(arrival) == [number]
    assert lots(stocked, "Wallet") == [("2025-01-02", "5", "500")]
    assert incremental_is_rebuild(stocked)
    number = stocked.amend(number, quantity="8")
    assert stocked.open_legs() == [number, arrival]
    assert incremental_is_rebuild(stocked)


def incremental_is_rebuild(keeper: Bookkeeper) -> bool:
    keeper.roll_up("2025-04-01")
    before = keeper.derived()
    keeper.rebuild()
    return keeper.derived() == before


def test_what_was_known_before_a_link(stocked: Bookkeeper) -> None:
    number, arrival = out(stocked, "5"), into(stocked, "5")
    stocked.undo_leg(number)
    (unlinked,) = stocked.db.execute("SELECT max(id) FROM commits").fetchone()
    stocked.pair(number, arrival)
    past = stocked.book(known_at=unlinked)
    assert [leg.transaction_id for leg in unanswered(past)] == [number, arrival]
    assert other_ends(past, [number]).get(number, []) == []
    assert other_ends(stocked.book(), [number]).get(number, []) == [arrival]


# -- refusals ----------------------------------------------------------------------------


def test_refusals(stocked: Bookkeeper) -> None:
    number, arrival = out(stocked, "2"), into(stocked, "4")
    stocked.asset("OTHER", "crypto")
    foreign = stocked.add("transfer_in", "2025-03-04", "Wallet", "OTHER", quantity=2)
    same = into(stocked, "2.5", account="Broker")
    early = into(stocked, "2", "2025-02-01")
    gone = into(stocked, "3")
    reversal = stocked.undo(gone)
    linked, there = out(stocked, "1"), into(stocked, "1")
    before = stocked.everything()
    for departure, arrivals, said in (
        (number, [foreign], f"{number} moves COIN and {foreign} OTHER; a transfer keeps its asset"),
        (number, [same], f"{number} and {same} are both of North/Broker COIN; a transfer has two"),
        (number, [early], f"{early} came 31 days before {number} left"),
        (
            number,
            [gone],
            f"{gone} is undone already, by {reversal}; record it again with: folio undo {reversal}",
        ),
        (arrival, [number], f"{arrival} is a transfer_in, not a transfer_out or a withdraw; say"),
        (1, [arrival], "transaction 1 is a buy, not a transfer_out or a withdraw; see: folio"),
        (number, [99], "there is no transaction 99; see: folio transfers"),
        (number, [there], f"{there} is linked with {linked} already; take that back with: folio"),
        (linked, [arrival], f"{linked} is linked with {there} already"),
        (number, [arrival, arrival], "an arrival is named twice"),
    ):
        with pytest.raises(FolioError, match=said):
            stocked.pair(departure, *arrivals)
    for leg, word, account, said in (
        (number, "paired", None, "'paired' is no answer; .*pair legs with: folio transfers pair"),
        (number, "lost", None, "'lost' is no answer; say one of: internal, left-control, untr"),
        (number, "internal", None, "internal needs --account"),
        (number, "untracked", "Wallet", "internal needs --account"),
        (number, "internal", "Broker", f"{number} is of North/Broker COIN itself"),
        (number, "internal", "Nowhere", "there is no account 'Nowhere'"),
        (arrival, "left-control", None, f"{arrival} came in, so it did not leave your control"),
        (there, "untracked", None, f"{there} is linked with {linked} already"),
        (1, "untracked", None, "transaction 1 is a buy, not a transfer_out or a transfer_in"),
    ):
        with pytest.raises(FolioError, match=said):
            stocked.answer_leg(leg, word, account)
    with pytest.raises(FolioError, match=f"{number} has no answer to take back"):
        stocked.undo_leg(number)
    assert stocked.everything() == before
    with pytest.raises(UsageError):
        stocked.answer_leg(number, "lost")


# -- status, register, imports -----------------------------------------------------------


def test_the_status_lists_legs_that_wait(stocked: Bookkeeper) -> None:
    number, arrival = out(stocked, "5"), into(stocked, "4.8")
    lone = [into(stocked, units, "2025-05-01") for units in ("1", "2")]
    book = stocked.book()
    rows = status(book, Query(stocked.today, book.base)).rows
    assert [
        (row["about"], row["what"], row["settle"]) for row in rows if row["kind"] == "transfer"
    ] == [
        (
            "North/Broker COIN",
            f"5 COIN left on 2025-03-04, and may have arrived as {arrival}",
            f"folio transfers pair {number} {arrival}",
        ),
        (
            "South/Wallet",
            f"nothing fits what left or arrived: transactions {lone[0]}, {lone[1]}",
            "folio transfers answer TX untracked, left-control or internal; "
            "see: folio transfers --account South/Wallet",
        ),
    ]
    table = register(book, Query(stocked.today, book.base), EVER)
    assert {row["linked_to"] for row in table.rows} == {None}
    stocked.pair(number, arrival)
    table = register(stocked.book(), Query(stocked.today, book.base), EVER)
    linked = {row["id"]: row["linked_to"] for row in table.rows if row["linked_to"]}
    assert linked == {number: str(arrival), arrival: str(number)}


HEAD = "date,account,institution,kind,asset,quantity,price,currency,fee,external_id"
EXCHANGE = ["2025-01-02,Spot,Kraken,buy,BTC,1,30000,EUR,,k1"]
EXCHANGE += ["2025-03-04,Spot,Kraken,transfer_out,BTC,0.5,,,,k2"]
VAULT = ["2025-03-05,Cold,Ledger,transfer_in,BTC,0.4999,,,,l1"]


def written(folder: Path, name: str, rows: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("together", [True, False])
def test_an_import_links_what_two_statements_tell_of(tmp_path: Path, together: bool) -> None:
    db = new_book(tmp_path)
    files = [written(tmp_path, "spot.csv", EXCHANGE), written(tmp_path, "cold.csv", VAULT)]
    found = load_all(db, files) if together else [load(db, path) for path in files]
    said = "2 → 3, 0.5 BTC from Kraken/Spot to Ledger/Cold, 0.0001 less arrived"
    assert [one.linked for one in found] == [(), (said,)]
    assert load(db, files[1]).linked == ()  # again: nothing new


def test_ids_that_are_made_of_rows_are_no_hashes_of_a_blockchain(tmp_path: Path) -> None:
    nameless = [[row.rpartition(",")[0] + "," for row in rows] for rows in (EXCHANGE, VAULT)]
    files = [written(tmp_path, f"{number}.csv", rows) for number, rows in enumerate(nameless)]
    found = load_all(new_book(tmp_path), files)
    assert [len(one.linked) for one in found] == [0, 1]


def test_importing_again_after_an_undo_links_again(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    spot, cold = written(tmp_path, "spot.csv", EXCHANGE), written(tmp_path, "cold.csv", VAULT)
    load_all(db, [spot, cold])

    def figures() -> list[tuple[object, ...]]:
        book = Book(db)
        lots = book.db.execute("SELECT holding_id, acquired_on, quantity, cost FROM lots")
        return sorted(lots, key=repr)

    before = figures()
    for statement, path in ((2, cold), (1, spot)):
        did(db, WHO, undo_import, statement)
        assert len(unanswered(Book(db))) == 1
        load(db, path)
        assert unanswered(Book(db)) == []
        assert figures() == before
    assert {p.basis for p in read_positions(db).values()} <= {0, 1}


def test_taking_apart_holds_for_a_file_imported_again(tmp_path: Path) -> None:
    from folio.operations.transfers.answer_transfers import undo_answer

    db = new_book(tmp_path)
    cold = written(tmp_path, "cold.csv", VAULT)
    load_all(db, [written(tmp_path, "spot.csv", EXCHANGE), cold])
    did(db, WHO, undo_answer, 3)
    did(db, WHO, undo_import, 2)
    assert load(db, cold).linked == ()
    assert len(unanswered(Book(db))) == 2
    assert dt.date(2025, 3, 5) in {leg.day for leg in unanswered(Book(db))}


def test_a_hash_tells_equals_apart_whichever_comes_first(tmp_path: Path) -> None:
    """Both departures fit the arrival; one of them names its hash."""
    rows = [
        "2025-03-04,transfer_out,Spot,COIN,0.5,1,",
        f"2025-03-04,transfer_out,Spot,COIN,0.5,2,tx {HASH}",
        f"2025-03-04,transfer_in,Cold,COIN,0.5,3,tx {HASH}",
    ]
    file = tmp_path / "coins.csv"
    file.write_text("\n".join(["date,kind,account,asset,quantity,id,note", *rows]) + "\n")
    assert load(new_book(tmp_path), file).linked == ("2 → 3, 0.5 COIN from Spot to Cold",)
