"""What ``explain`` tells, worked by hand; and the checker that everything told has to pass."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.cli.render.tree import as_object
from folio.db.arrangements.settings import add_setting
from folio.engine.explanation import faults
from folio.errors import FolioError
from folio.model.dates import EVER
from folio.model.explanation import DEFINITION, Node, Source, leaf, made, total
from folio.model.transactions import AccountRef
from folio.operations.names import account_for
from folio.operations.transfers.link_transfers import record_link
from folio.reports.explain import Asked, explain
from folio.reports.explain.held import balances
from folio.reports.prices.prices import prices
from folio.reports.query import Query
from folio.reports.sold.gains import gains

D = Decimal


def ask(keeper: Bookkeeper, figure: str, what: str | None = None, **more: Any) -> Node:
    """The tree of a figure, which must hold."""
    on = dt.date.fromisoformat(more.pop("on", "2025-12-31"))
    account = more.pop("account", None)
    filters = Filters(account=() if account is None else (account,))
    book = keeper.book(known_at=more.pop("known_at", None))
    told = explain(book, Query(on, book.base, filters), Asked(figure, what, **more))
    assert told.faults == ()
    return told.root


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from nodes(child)


def find(root: Node, words: str) -> Node:
    """The first node about something."""
    return next(node for node in nodes(root) if words in node.what)


def leaves(root: Node) -> list[Node]:
    return [node for node in nodes(root) if node.operation == "leaf"]


def sold_by(root: Node) -> set[int | None]:
    """The transactions that leaves name."""
    return {n.source.id for n in leaves(root) if n.source and n.source.kind == "transaction"}


# -- the checker -----------------------------------------------------------------------------


def said(figure: str, unit: str = "EUR") -> Node:
    return leaf("said", D(figure), unit, Source("transaction", 1, commit=1))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (total("sum", "EUR", [said("1"), said("2")])._replace(figure=D("3.01")), "make 3"),
        (made("times", "EUR", "product", [said("3"), said("2")])._replace(figure=D(5)), "make 6"),
        (made("rounded", "EUR", "same", [said("1.005")])._replace(rounded_to=2), "make 1.01"),
        (made("mixed", "EUR", "sum", [said("1"), said("2", "USD")]), "made of USD"),
        (Node("lonely", D(1), "EUR"), "no source"),
        (leaf("unsigned", D(1), "EUR", Source("price")), "nobody recorded"),
        (Node("empty", None, "EUR", source=DEFINITION), "without a figure"),
        (Node("lost", None, "EUR", "missing"), "nobody says why"),
    ],
)
def test_the_checker_finds(wrong: Node, why: str) -> None:
    around = total("around", "EUR", [wrong])
    assert any(why in fault for fault in faults(around))


def test_the_checker_agrees_with_a_split_and_what_is_not_counted() -> None:
    three = [said("10", "ACME"), said("3", ""), said("1", "")]
    assert made("after", "ACME", "split", three).figure == 30
    beside = total("sum", "EUR", [said("1"), said("5")._replace(counted=False)])
    assert beside.figure == 1
    assert list(faults(beside)) == []


# -- figures worked by hand ------------------------------------------------------------------


def test_programs_are_told_as_deep_as_they_ask() -> None:
    """What is told later costs nothing until somebody asks for that level."""
    asked = []

    def tell() -> Node:
        asked.append("told")
        return total("one", "EUR", [said("2"), said("1")])

    root = total("value", "EUR", [Node("one", D(3), "EUR", "untold", tell=tell), said("4")])
    for depth, operation, parts, listed in ((None, "untold", None, 0), (2, "sum", "2", 2)):
        (child, other) = as_object(root, depth, private=False)["children"]
        assert (child["operation"], child["parts"], len(child["children"])) == (
            operation, parts, listed,
        )  # fmt: skip
        assert other["parts"] == "0"
        assert len(asked) == bool(depth)
    assert as_object(root, 0, private=False)["parts"] == "2"
    assert as_object(root, 0, private=False)["children"] == []


def test_a_fee_in_another_currency_joins_the_cost(keeper: Bookkeeper) -> None:
    """10 × 20 EUR and a fee of 3 USD at 0.90: 202.70; sold half: 101.35 out, 101.35 left."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2025-01-02", "0.90", "EUR")
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=10, price=20, fee=3,
               fee_currency="USD")  # fmt: skip
    keeper.add("sell", "2025-01-10", "Broker", "ACME", quantity=5, price=30)
    cost = ask(keeper, "cost", "ACME")
    assert cost.figure == D("101.35")
    assert find(cost, "fee at the day's rate").figure == D("2.70")
    assert find(cost, "one USD in EUR on 2025-01-03").source == Source(
        "price", None, dt.date(2025, 1, 2), cost_commit(keeper), "manual", "test"
    )
    gain = ask(keeper, "gain", "ACME", period="2025")
    assert gain.figure == D("48.65")  # 150 − 101.35
    assert find(gain, "cost of 5").operation == "share"


def cost_commit(keeper: Bookkeeper) -> int:
    (number,) = keeper.db.execute("SELECT commit_id FROM prices").fetchone()
    return int(number)


def test_a_split_stands_between_the_postings(keeper: Bookkeeper) -> None:
    """10 bought, split 3:1, 6 sold: 10 × 3 ÷ 1 − 6 = 24; and 24 × 40 ÷ 2 after one more 2:1."""
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=10, price=90)
    keeper.add("split", "2025-02-03", "Broker", "ACME", ratio="3:1")
    keeper.add("sell", "2025-02-10", "Broker", "ACME", quantity=6, price=40)
    balance = ask(keeper, "balance", "ACME", on="2025-03-01")
    assert balance.figure == 24
    split = find(balance, "split of 2025-02-03")
    assert [child.figure for child in split.children] == [10, 3, 1]
    keeper.price("ACME", "2025-03-01", 40)
    keeper.add("split", "2025-03-05", "Broker", "ACME", ratio="2:1")
    value = ask(keeper, "value", "ACME", on="2025-03-10")
    assert value.figure == 48 * 20
    assert find(value, "one ACME in EUR on 2025-03-10").figure == 20
    # 720 of 900 is left of the cost: 24 of 30 units
    assert ask(keeper, "cost", "ACME").figure == 720


def test_a_linked_transfer_leads_back_to_the_purchase(keeper: Bookkeeper) -> None:
    """10 for 500 at the broker, all 10 sent; 9.9 arrive two days later, with no price known.

    Of what was lost the cost stays: the 9.9 units that arrive cost 500.
    """
    bought = keeper.add("deposit", "2025-01-03", "Broker", "COIN", quantity=10, cost=500)
    left = keeper.add("transfer_out", "2025-02-01", "Broker", "COIN", quantity=10)
    came = keeper.add("transfer_in", "2025-02-03", "Wallet", "COIN", quantity="9.9")
    keeper.write(lambda write: record_link(write, left, came, "paired"))
    cost = ask(keeper, "cost", "COIN", account="Wallet")
    assert cost.figure == 500
    assert ask(keeper, "balance", "COIN", account="Wallet").figure == D("9.9")
    keeper.price("COIN", "2025-02-01", 60)
    # With a price the 0.1 is disposed of at 60: 6 for a cost of 5; 495 goes on.
    cost = ask(keeper, "cost", "COIN", account="Wallet")
    assert cost.figure == 495
    assert bought in sold_by(cost)
    assert left in sold_by(cost) or came in sold_by(cost)
    realised = ask(keeper, "realised", "COIN", account="Wallet")
    assert realised.figure == 1
    assert find(realised, "units lost on the way").figure == D("0.1")


def test_the_parts_of_a_lot_have_their_own_unit_costs(keeper: Bookkeeper) -> None:
    """By hand: of 10 bought for 100, 4 go to the wallet and come back: 6 and 4, each unit at 10,
    and not at 20."""
    bought = keeper.add("deposit", "2024-01-02", "Broker", "COIN", quantity=10, cost=100)
    keeper.add("transfer", "2024-02-01", "Broker", "COIN", quantity=4, to_account="Wallet")
    keeper.add("transfer", "2024-03-01", "Wallet", "COIN", quantity=4, to_account="Broker")
    told = ask(keeper, "unit-cost", "COIN", lot=bought)
    assert told.figure is None
    assert [part.figure for part in told.children] == [10, 10]
    assert ask(keeper, "cost", "COIN", lot=bought).figure == 100


def test_a_spin_off_shares_the_cost(keeper: Bookkeeper) -> None:
    """IRS Publication 550, "Spin-off": of a basis of 1000 the new shares take 10 %."""
    bought = keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=100, price=10)
    keeper.asset("CHIP", "stock")
    keeper.add("spin_off", "2025-03-03", "Broker", "CHIP", quantity=25, related_asset="ACME",
               cost_share="10%")  # fmt: skip
    child, parent = ask(keeper, "cost", "CHIP"), ask(keeper, "cost", "ACME")
    assert (child.figure, parent.figure) == (100, 900)
    assert find(child, "share of the cost that moves").figure == D("0.1")
    assert bought in sold_by(child)
    assert find(parent, "spin off of 2025-03-03").operation == "share"


def test_a_spin_off_by_market_values(keeper: Bookkeeper) -> None:
    """100 ACME at 9 and 25 CHIP at 12 on the day: 300 ÷ (900 + 300) = a quarter of 1000."""
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=100, price=10)
    keeper.asset("CHIP", "stock")
    keeper.price("ACME", "2025-03-03", 9)
    keeper.price("CHIP", "2025-03-03", 12)
    keeper.add("spin_off", "2025-03-03", "Broker", "CHIP", quantity=25, related_asset="ACME")
    child = ask(keeper, "cost", "CHIP")
    assert child.figure == 250
    share = find(child, "share of the cost that moves")
    assert (share.operation, share.figure) == ("quotient", D("0.25"))
    assert find(share, "value of CHIP").figure == 300
    assert ask(keeper, "cost", "ACME").figure == 750


def test_a_return_of_capital_takes_from_each_lot(keeper: Bookkeeper) -> None:
    """10 for 100 and 30 for 600; 40 paid back, 1 a unit: 90 and 570 are left."""
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=10, price=10)
    keeper.add("buy", "2025-01-04", "Broker", "ACME", quantity=30, price=20)
    keeper.add("return_of_capital", "2025-03-03", "Broker", "ACME", amount=40)
    cost = ask(keeper, "cost", "ACME")
    assert cost.figure == 660
    first = find(cost, "return of capital of 2025-03-03")
    assert (first.operation, first.figure) == ("share", 10)
    assert [child.figure for child in first.children] == [40, 10, 40]


def test_a_merger_for_shares_and_cash(keeper: Bookkeeper) -> None:
    """Section 129 TCGA 1992: of a cost of 1000, with 20 CHIP at 45 and 300 in cash, 900 ÷ 1200
    goes to the shares, 750; the cash disposes of 250 for 300."""
    bought = keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=100, price=10)
    keeper.asset("CHIP", "stock")
    keeper.price("CHIP", "2025-03-03", 45)
    keeper.add("merger", "2025-03-03", "Broker", "ACME", quantity=100, to_asset="CHIP",
               to_quantity=20, amount=300, currency="EUR")  # fmt: skip
    cost = ask(keeper, "cost", "CHIP")
    assert cost.figure == 750
    assert bought in sold_by(cost)
    gain = ask(keeper, "gain", "ACME", period="2025")
    assert gain.figure == 50


def test_an_exercise_moves_the_premium(keeper: Bookkeeper) -> None:
    """By hand: a call for 40 brings 10 shares for 100, and one written for 30 sends them away for
    120: they cost 140 and fetch 150."""
    call = keeper.add("buy", "2025-01-03", "Broker", "COIN", quantity=1, amount=40)
    keeper.add("exercise", "2025-02-03", "Broker", "COIN", quantity=1, to_asset="ACME",
               to_quantity=10, amount=100)  # fmt: skip
    cost = ask(keeper, "cost", "ACME")
    assert (cost.figure, call in sold_by(cost)) == (140, True)
    wrote = keeper.add("sell", "2025-02-04", "Broker", "COIN", quantity=1, amount=30, lot="short")
    keeper.add("exercise", "2025-03-03", "Broker", "COIN", quantity=-1, to_asset="ACME",
               to_quantity=-10, amount=120)  # fmt: skip
    gain = ask(keeper, "gain", "ACME", period="2025")
    proceeds = find(gain, "proceeds")
    assert (gain.figure, proceeds.figure) == (10, 150)
    assert wrote in sold_by(proceeds)
    assert ask(keeper, "gain", "COIN", period="2025").figure == 0


def test_the_average_draws_from_every_lot(keeper: Bookkeeper) -> None:
    """10 at 10 and 10 at 20, 5 sold: 2.5 of each, 25 + 50 of cost; 225 is left."""
    keeper.write(lambda w: add_setting(w.commit, ("book", 0), "lot_method", "average"))
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=10, price=10)
    keeper.add("buy", "2025-02-03", "Broker", "ACME", quantity=10, price=20)
    keeper.add("sell", "2025-03-03", "Broker", "ACME", quantity=5, price=30)
    assert ask(keeper, "cost", "ACME").figure == 225
    gain = ask(keeper, "gain", "ACME", period="2025")
    assert gain.figure == 75
    assert [find(child, "cost of").figure for child in gain.children] == [25, 50]


def test_what_is_hidden_or_inactive_is_named_and_counts_nothing(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-03", "Broker", "EUR", quantity=100)
    keeper.add("deposit", "2025-01-03", "Wallet", "EUR", quantity=7)
    keeper.add("deposit", "2025-01-03", "Broker", "ACME", quantity=1, cost=5)
    for name, flag in (("EUR", "inactive"), ("ACME", "hidden")):
        account = "Wallet" if name == "EUR" else "Broker"
        scope = ("holding", keeper.holding_id(account, name))
        keeper.write(lambda w, scope=scope, flag=flag: add_setting(w.commit, scope, flag, "yes"))
    value = ask(keeper, "value")
    assert value.figure == 100
    beside = {child.what: child.note for child in value.children if not child.counted}
    assert beside == {
        "value of South/Wallet EUR": "not in the totals",
        "North/Broker ACME": "hidden",
    }


def test_a_holding_is_named_as_reports_and_trees_name_it(keeper: Bookkeeper) -> None:
    """Two accounts of one name, and a pot in one of them: 100, 20 and 3."""
    for where, label, units in (("North", "", 100), ("South", "", 20), ("South", "Pot", 3)):
        keeper.write(lambda w, at=where: account_for(w, AccountRef("Joint", at), create=True,
                                                     tracks_cash=False))  # fmt: skip
        keeper.add("deposit", "2025-01-03", f"{where}/Joint", "EUR", quantity=units, label=label)
    names = {"North/Joint EUR": 100, "South/Joint EUR": 20, "South/Joint EUR [Pot]": 3}
    assert {name: ask(keeper, "value", name).figure for name in names} == names
    assert ask(keeper, "value", "South/Joint EUR").what == "value of South/Joint EUR"
    assert ask(keeper, "twr", "South/Joint EUR [Pot]", period="2025-01").figure == 0


def test_an_earlier_state_of_knowledge_is_explained_as_it_was(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=10, price=10)
    (known,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    keeper.add("buy", "2025-01-04", "Broker", "ACME", quantity=5, price=12)
    assert ask(keeper, "value", "ACME").figure == 180  # at the trade of the 4th
    before = ask(keeper, "value", "ACME", known_at=known)
    assert before.figure == 100
    assert len(find(before, "balance").children) == 1


def test_no_price_says_which_pairs_were_tried(keeper: Bookkeeper) -> None:
    keeper.asset("USD", "currency")
    keeper.add("deposit", "2025-01-03", "Broker", "ACME", quantity=2, cost=5)
    keeper.price("ACME", "2025-01-03", 10, "USD")
    keeper.price("USD", "2025-06-01", "0.9", "EUR")
    value = ask(keeper, "value", "ACME", on="2025-02-01")
    assert value.figure is None
    route = find(value, "ACME → USD → EUR")
    assert route.note == "no price of USD in EUR by 2025-02-01"


def test_growth_names_its_observation(keeper: Bookkeeper) -> None:
    """10 staked, 10.4 seen a year later and answered with growth: 0.4 that cost nothing."""
    keeper.add("deposit", "2025-01-01", "Wallet", "COIN", quantity=10, cost=1000)
    keeper.observe("Wallet", "COIN", 10, "2025-01-05")
    keeper.observe("Wallet", "COIN", "10.4", "2025-06-05")
    (number,) = keeper.db.execute("SELECT max(id) FROM observations").fetchone()
    keeper.answer(number, "growth")
    balance = ask(keeper, "balance", "COIN")
    assert balance.figure == D("10.4")
    grown = find(balance, "growth")
    assert grown.source is not None
    assert (grown.source.kind, grown.source.id) == ("observation", number)
    assert ask(keeper, "cost", "COIN").figure == 1000


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Asked("worth"), "is no figure"),
        (Asked("valeu"), "did you mean value or vault"),
        (Asked("benchmark"), "--benchmark ASSET"),
        (Asked("market"), "say since when"),
        (Asked("observed"), "say of which gap"),
        (Asked("observed", gap=99), "there is no gap 99"),
        (Asked("cost", gap=1), "--gap is for expected, observed, drift, value"),
        (Asked("value", gap=1, vault="House"), "of different reports"),
        (Asked("flow", vault="House"), "there is no vault 'House'"),
        (Asked("price"), "say one asset"),
        (Asked("vault"), "say which vault"),
        (Asked("weight", "ACME", period="2025"), "weight takes none"),
        (Asked("value", "ACME", transaction=1), "--tx is for"),
        (Asked("grade", kind="dividend"), "--kind is for"),
        (Asked("year_change", "ACME"), "leave out 'ACME'"),
        (Asked("rollup", "2025", period="2024"), "say the period once"),
        (Asked("income", kind="wages"), "'wages' is no income; say one of: airdrop, coupon"),
    ],
)
def test_what_cannot_be_asked_is_refused(keeper: Bookkeeper, asked: Asked, why: str) -> None:
    keeper.add("deposit", "2025-01-03", "Broker", "ACME", quantity=2, cost=5)
    book = keeper.book()
    with pytest.raises(FolioError, match=why):
        explain(book, Query(dt.date(2025, 2, 1), book.base), asked)


def test_what_was_sold_is_as_well_known_as_its_report_says(keeper: Bookkeeper) -> None:
    """3 of unknown cost and 1 that was bought for 10 are sold for 20 each."""
    keeper.add("opening", "2025-01-03", "Broker", "ACME", quantity=3)
    keeper.add("buy", "2025-01-04", "Broker", "ACME", quantity=1, price=10)
    first = keeper.add("sell", "2025-02-03", "Broker", "ACME", quantity=2, price=20)
    keeper.add("sell", "2025-02-04", "Broker", "ACME", quantity=2, price=20)
    book = keeper.book()
    query = Query(dt.date(2025, 3, 1), book.base, Filters(asset=("ACME",)))

    def known(figure: str, **more: Any) -> tuple[str | None, tuple[str, ...]]:
        told = explain(book, query, Asked(figure, **more))
        return told.grade, told.reasons

    # By disposals: of the first sale's one, and of two of the second one, one is known.
    whole = ("unknown", ("2 of 3 of unknown cost",))
    report = gains(book, query, EVER)
    assert (report.grade, tuple(report.reasons)) == whole
    for asked in ({"period": "2025"}, {"term": "short"}):
        assert known("gain", **asked) == whole
    assert known("proceeds") == whole
    assert known("gain", transaction=first) == ("partial", ("of unknown cost",))
    assert known("gain", lot=2, period="2025") == ("full", ())
    assert known("gain", period="2024") == ("full", ())


def test_a_day_that_has_not_come_is_refused(keeper: Bookkeeper) -> None:
    book = keeper.book()
    with pytest.raises(FolioError, match="2026-01-01 is after 2025-02-01"):
        explain(book, Query(dt.date(2025, 2, 1), book.base), Asked("rollup", "2026"))


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"transaction": 99}, "transaction 99 sold nothing there"),
        ({"transaction": 1}, "transaction 1 sold nothing there"),  # it paid in
        ({"transaction": 3, "lot": 99}, "transaction 3 sold nothing of lot 99 there"),
        ({"period": "2025", "lot": 99}, "nothing was sold of lot 99 there"),
        ({"period": "2024", "transaction": 3}, "transaction 3 sold nothing there"),
    ],
)
def test_a_sale_that_was_none_is_refused(
    keeper: Bookkeeper, terms: dict[str, Any], why: str
) -> None:
    keeper.add("deposit", "2025-01-03", "Broker", "EUR", quantity=100)
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=2, price=5)
    keeper.add("sell", "2025-01-04", "Broker", "ACME", quantity=1, price=7)
    assert ask(keeper, "gain", transaction=3).figure == 2
    assert ask(keeper, "long-gain", transaction=3).figure == 0  # it was of the short term
    for figure in ("gain", "short-gain", "proceeds"):
        with pytest.raises(FolioError, match=why):
            ask(keeper, figure, **terms)


def test_a_price_that_was_worked_out_says_so(keeper: Bookkeeper) -> None:
    """2 for 10 are 5 for one; then 1 at a stated 5."""
    keeper.add("deposit", "2025-01-03", "Broker", "EUR", quantity=100)
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=2, amount=10)
    keeper.add("buy", "2025-01-04", "Broker", "ACME", quantity=1, price=5)
    said = [ask(keeper, "price", "ACME", on=f"2025-01-0{day}") for day in (3, 4)]
    assert [(one.figure, one.note) for one in said] == [
        (5, "the money a trade moved for a unit"),
        (5, "a trade's price"),
    ]
    for on, kind in (("2025-01-03", "worked out"), ("2025-01-04", "trade")):
        book = keeper.book()
        assert [row["granularity"] for row in prices(book, Query(day(on), book.base)).rows] == [
            kind
        ]


def test_what_was_emptied_is_zeros(keeper: Bookkeeper) -> None:
    """The rows of sold holdings are in the report for programs."""
    keeper.add("deposit", "2025-01-03", "Broker", "EUR", quantity=100)
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=2, price=5)
    keeper.add("sell", "2025-01-04", "Broker", "ACME", quantity=2, price=7)
    for figure in ("value", "cost", "gain", "weight", "balance"):
        assert ask(keeper, figure, "ACME").figure == 0
    assert ask(keeper, "value", "ACME", on="2025-01-03").figure == 10
    with pytest.raises(FolioError, match="nothing of that is held on 2025-01-02"):
        ask(keeper, "value", "ACME", on="2025-01-02")


def test_very_many_postings_are_not_read_before_they_are_asked_for(
    keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3 + 4 + 5 EUR came in: below a sum they are one figure, until its parts are asked for."""
    for on, quantity in (("2025-01-02", 3), ("2025-01-03", 4), ("2025-01-04", 5)):
        keeper.add("deposit", on, "Broker", "EUR", quantity=quantity)
    monkeypatch.setattr(balances, "_MANY", 2)
    book = keeper.book()
    query = Query(dt.date(2025, 12, 31), book.base, Filters())
    for figure, what in (("cost", "money costs itself"), ("value", "balance")):
        read: list[str] = []
        keeper.db.set_trace_callback(read.append)
        money = find(explain(book, query, Asked(figure, "EUR"), whole=False).root, what)
        keeper.db.set_trace_callback(None)
        assert (money.operation, money.figure) == ("untold", 12)
        assert not any("FROM postings" in text for text in read)
        assert [child.figure for child in money.told.children] == [3, 4, 5]
    asked = explain(book, query, Asked("balance", "EUR"), whole=False).root
    assert [child.figure for child in asked.children] == [3, 4, 5]


def test_the_lots_of_money_that_was_owed_are_told_as_they_are_listed(keeper: Bookkeeper) -> None:
    """5 and 3 EUR are owed; 20 come, of which 12 are left, and 30: in dollars they are two lots."""
    keeper.asset("USD", "currency")
    keeper.price("EUR", "2025-01-01", "1.25", "USD")
    for on, size in (("2025-01-02", 5), ("2025-01-03", 3)):
        keeper.fact("fee", on, "Broker", "EUR", quantity=size)
    keeper.roll_up("2025-01-31")
    came = [
        (keeper.add("deposit", on, "Broker", "EUR", quantity=size), left)
        for on, size, left in (("2025-02-10", 20, 12), ("2025-02-12", 30, 30))
    ]
    book = keeper.book()
    query = Query(dt.date(2025, 2, 20), book.catalog.currency("USD"), Filters())
    for number, left in came:
        for figure, amount in (("balance", D(left)), ("cost", left * D("1.25"))):
            told = explain(book, query, Asked(figure, "EUR", lot=number))
            assert (told.root.figure, told.faults) == (amount, ())
