"""What ``explain`` tells of returns and of interest: published examples, and figures by hand."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accruing import accrues, earns, saver
from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.cli.render.tree import Shape, tree
from folio.engine.explanation import faults
from folio.errors import FolioError
from folio.model.explanation import Node, result
from folio.reports.explain import Asked, Explanation, explain
from folio.reports.query import Query
from told import named, near, nodes, wrong

D = Decimal


def told(keeper: Bookkeeper, figure: str, on: str, **more: Any) -> Explanation:
    """What is told, which must hold; so must what asking for its leaves tells."""
    book = keeper.book()
    exact, whole = more.pop("exact", False), more.pop("whole", True)
    query = Query(day(on), book.base, Filters(), exact=exact)
    found = explain(book, query, Asked(figure, **more), whole=whole)
    if whole:
        assert not list(wrong(book, query, found.root))
    return found


def fund(keeper: Bookkeeper) -> None:
    """Investopedia, "Time-Weighted Rate of Return (TWR)", investor 1: a million is worth
    1,162,484 on 15 August, when 100,000 are put in, and with them 1,192,328 at the end."""
    keeper.asset("FUND", "fund")
    keeper.account("Bank")
    keeper.add("opening", "2023-12-31", "Bank", "FUND", quantity=1, cost=1000000)
    keeper.price("FUND", "2023-12-31", 1000000)
    keeper.price("FUND", "2024-08-15", 1162484)
    keeper.add("deposit", "2024-08-15", "Bank", "EUR", quantity=100000)
    keeper.price("FUND", "2024-12-31", 1092328)


def test_the_stretches_between_flows_are_linked(keeper: Bookkeeper) -> None:
    """1,162,484 ÷ 1,000,000 × 1,192,328 ÷ 1,262,484 − 1 = 9.79 %, as Investopedia has it."""
    fund(keeper)
    root = told(keeper, "twr", "2024-12-31", period="2024").root
    assert near(root.figure, "0.0979")
    assert root.operation == "linked"
    values = [[part.figure for part in stretch.children] for stretch in root.children]
    assert values == [[1162484, 1000000], [1192328, 1262484]]
    asked = {command.split()[2] for command in named(root)}
    assert asked == {"value", "value-before", "flows"}


def test_the_equation_that_a_rate_solves(keeper: Bookkeeper) -> None:
    """The example of Microsoft's and LibreOffice's documentation of XIRR: 0.373362535."""
    keeper.account("Bank")
    keeper.add("deposit", "2008-01-01", "Bank", "EUR", quantity=10000)
    for on, amount in (("2008-03-01", 2750), ("2008-10-30", 4250), ("2009-02-15", 3250)):
        keeper.add("withdraw", on, "Bank", "EUR", quantity=amount)
    keeper.add("interest", "2009-01-31", "Bank", "EUR", quantity=3000)  # no flow: 2750 are left
    root = told(keeper, "xirr", "2009-04-01").root
    assert near(root.figure, "0.37336253")
    (equation,) = root.children
    assert equation.figure == 0
    assert [part.children[0].figure for part in equation.children] == [
        -10000, 2750, 4250, 3250, 2750
    ]  # fmt: skip
    assert [part.children[2].figure for part in equation.children] == [0, 60, 303, 411, 456]


def test_dietz_weighs_each_flow_by_the_days_it_was_in(keeper: Bookkeeper) -> None:
    """Gain 92,328 over 1,000,000 + 100,000 × 138 ÷ 366: 15 August is the 228th day of 366."""
    fund(keeper)
    root = told(keeper, "modified-dietz", "2024-12-31", period="2024").root
    gain, capital = root.children
    assert (gain.figure, round(capital.figure or 0, 2)) == (92328, D("1037704.92"))
    assert near(root.figure, "0.08897")
    share = capital.children[1]
    assert [part.figure for part in share.children] == [100000, 138, 366]


def test_a_year_is_said_from_the_total_and_its_days(keeper: Bookkeeper) -> None:
    fund(keeper)
    root = told(keeper, "twr-per-year", "2024-12-31", period="2024").root
    assert root.operation == "annual"
    assert root.children[1].figure == 366
    short = told(keeper, "twr-per-year", "2024-12-31", period="2024-Q4", whole=False).root
    assert (short.operation, "from 365 days on" in short.note) == ("missing", True)


def test_a_period_without_holdings_is_refused(keeper: Bookkeeper) -> None:
    keeper.account("Bank")
    with pytest.raises(FolioError, match="nothing was held"):
        told(keeper, "twr", "2024-12-31", period="2020")


def test_of_many_parts_the_largest_are_shown_and_the_rest_adds_up(keeper: Bookkeeper) -> None:
    """1 + 2 + … + 20 = 210; the eleven largest, 10 to 20, are 165, and the nine others 45."""
    keeper.account("Bank")
    for n in range(1, 21):
        keeper.add("deposit", f"2025-01-{n:02}", "Bank", "EUR", quantity=n)
    root = told(keeper, "balance", "2025-01-31", what="EUR").root
    lines = ["".join(span.text for span in line) for line in tree(root, Shape(200))]
    shown = [line for line in lines if "deposit of" in line]
    assert [line.split(": ")[1].split(" ")[0] for line in shown] == [
        f"{n}.00" for n in range(20, 9, -1)
    ]
    assert any("9 others: 45.00 EUR = the sum of 9" in line for line in lines)
    every = ["".join(s.text for s in line) for line in tree(root, Shape(200, depth=1))]
    assert sum("deposit of" in line for line in every) == 20


def test_many_holdings_are_told_once_they_are_looked_at(keeper: Bookkeeper) -> None:
    """14 shares of 10 EUR: 140; none is told before it is shown, and what is told adds up."""
    for n in range(14):
        keeper.asset(f"S{n:02}")
        keeper.add("buy", "2025-01-02", "Wallet", f"S{n:02}", quantity=1, price=10)
    found = told(keeper, "value", "2025-01-31", whole=False)
    assert found.root.figure == 140
    assert all(part.tell is not None for part in found.root.children)
    assert result("sum", found.root.children, None) == 140
    whole = found.root.whole
    assert not [node for node in nodes(whole) if node.tell is not None]
    assert {node.figure for node in whole.children} == {D("10.00")}
    assert not found.faults


# -- interest ----------------------------------------------------------------------------


def factors(node: Node) -> list[Decimal | None]:
    return [part.figure for part in node.children]


def test_interest_is_balance_rate_and_days(keeper: Bookkeeper) -> None:
    """10,000 × 3.5 % × 31 ÷ 365 = 29.726 and 10,029.73 × 3.5 % × 15 ÷ 365 = 14.426: what is due
    is rounded, 29.73, and what runs is not; 44.156 in all."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01", pay_day="31")
    root = told(keeper, "accrued-interest", "2024-02-15").root
    assert root.figure == D("44.16")
    due, running = root.children[0].children if root.operation == "same" else root.children
    assert due.figure == D("29.73")
    product, year = due.children
    assert (year.figure, factors(product)) == (365, [10000, D("0.035"), 31])
    assert factors(running.children[0]) == [D("10029.73"), D("0.035"), 15]
    assert any(command.startswith("folio explain balance EUR") for command in named(root))


def test_an_effective_rate_is_told_as_the_nominal_one(keeper: Bookkeeper) -> None:
    """5 % effective is 4.8889 % over twelve payments (Formulae and Tables, i = 5 %)."""
    saver(keeper)
    earns(keeper, "5%", "2024-01-01", pay_day="31", rate_type="effective")
    root = told(keeper, "expected", "2024-01-31").root
    rate = next(node for node in nodes(root) if node.operation == "nominal")
    assert near(rate.figure, "0.048889")
    assert factors(rate) == [D("0.05"), 12]


def test_what_was_booked_names_its_transaction(keeper: Bookkeeper) -> None:
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01", pay_day="31")
    accrues(keeper, "2024-02-15")
    root = told(keeper, "booked", "2024-02-15").root
    assert root.figure == D("29.73")
    source = root.children[0].source
    assert source is not None
    assert (source.kind, source.by, source.day) == ("transaction", "accrual", dt.date(2024, 1, 31))
    assert told(keeper, "booked-difference", "2024-02-15").root.figure == 0


def test_interest_of_what_has_no_rule_is_refused(keeper: Bookkeeper) -> None:
    keeper.account("Bank")
    keeper.add("deposit", "2025-01-02", "Bank", "EUR", quantity=1)
    with pytest.raises(FolioError, match="no yield rule"):
        told(keeper, "accrued-interest", "2025-01-31")


def test_a_balance_seen_later_explains_what_was_not_booked(keeper: Bookkeeper) -> None:
    """Seen on 30 April: 10,200.  What is due is a part of the gap then, and the balance of each
    stretch lies on the line to it: what is told still adds up, to each payment and in all."""
    saver(keeper)
    earns(keeper, "3.5%", "2024-01-01", pay_day="31")
    keeper.observe("Savings", "EUR", "10200", "2024-04-30")
    for figure in ("accrued-interest", "expected", "booked-difference"):
        found = told(keeper, figure, "2024-05-15", whole=False)
        assert found.root.figure is not None
        assert not list(faults(found.root.whole))
    lines = list(nodes(told(keeper, "accrued-interest", "2024-05-15", whole=False).root))
    assert any(node.what == "observed later" for node in lines)
