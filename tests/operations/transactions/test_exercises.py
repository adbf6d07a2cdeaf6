"""Options that were exercised or assigned: their premium goes with the shares.

The premium is that of IRS Publication 550 (2024), "Puts and Calls", examples 1 and 3: ten calls for
$4,000, exercised; the buyer adds the $4,000 to the basis of the stock, the writer to the amount
realized.  The table and the text before it say the same of puts: less of the amount realized by
who held one, less of the basis of who wrote one.  The strike price, 50 for a share, is ours.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper
from folio.errors import FolioError
from folio.model.ledger import FULL, PARTIAL
from folio.operations.importing.import_files import import_files
from folio.operations.importing.read_files import Choices
from importing import PROFILES

A, OPTION, SHARE = "Broker", "JJJ 241220C00050000", "JJJ"
ISSUED, EXERCISED = "2024-04-08", "2024-05-27"
D = Decimal


@pytest.fixture
def keeper(tmp_path: Path) -> Any:
    keeper = Bookkeeper(tmp_path / "book.db", "USD", begin=_with_shares)
    yield keeper
    keeper.close()


def _with_shares(keeper: Bookkeeper) -> None:
    """1,000 shares for 30,000, and money."""
    keeper.account(A)
    keeper.asset(SHARE)
    keeper.asset(OPTION, "other")
    keeper.add("deposit", "2024-01-02", A, "USD", quantity=200000)
    keeper.add("buy", "2024-01-02", A, SHARE, quantity=1000, amount=30000)


def exercise(keeper: Bookkeeper, options: int, shares: int, **more: Any) -> int:
    words: dict[str, Any] = {"to_asset": SHARE, "to_quantity": shares, "price": 50} | more
    return keeper.add("exercise", EXERCISED, A, OPTION, quantity=options, **words)


def bought(keeper: Bookkeeper) -> None:
    keeper.add("buy", ISSUED, A, OPTION, quantity=10, amount=4000)


def wrote(keeper: Bookkeeper) -> None:
    keeper.add("sell", ISSUED, A, OPTION, quantity=10, amount=4000, lot="short")


def costs(keeper: Bookkeeper, symbol: str = SHARE) -> list[tuple[str, Decimal, Decimal | None]]:
    return [(lot.acquired_on, lot.quantity, lot.cost) for lot in keeper.lots(A, symbol)]


def realised(
    keeper: Bookkeeper, symbol: str = SHARE
) -> list[tuple[Decimal | None, Decimal | None]]:
    return [(p.proceeds, p.cost) for p in keeper.disposals(A, symbol) if p.realises]


OWN = ("2024-01-02", D(1000), D(30000))


@pytest.mark.parametrize(("begin", "options"), [(bought, 10), (wrote, -10)])
def test_shares_that_came(keeper: Bookkeeper, begin: Any, options: int) -> None:
    """A call that was held: 50,000 + 4,000; a put that was written: 50,000 − 4,000."""
    begin(keeper)
    exercise(keeper, options, 1000)
    cost = D(54000) if options > 0 else D(46000)
    assert costs(keeper) == [OWN, (EXERCISED, D(1000), cost)]
    assert costs(keeper, OPTION) == realised(keeper, OPTION) == realised(keeper) == []
    assert keeper.quantity(A, "USD") == 200000 - 30000 - 4000 * options // abs(options) - 50000
    assert keeper.lots(A, SHARE)[1].grade == FULL


@pytest.mark.parametrize(("begin", "options"), [(bought, 10), (wrote, -10)])
def test_shares_that_went(keeper: Bookkeeper, begin: Any, options: int) -> None:
    """A put that was held: 50,000 − 4,000; a call that was written: 50,000 + 4,000."""
    begin(keeper)
    exercise(keeper, options, -1000)
    proceeds = D(46000) if options > 0 else D(54000)
    assert (costs(keeper), realised(keeper)) == ([], [(proceeds, D(30000))])
    assert costs(keeper, OPTION) == realised(keeper, OPTION) == []


def test_a_part_takes_its_part_and_the_rest_expires(keeper: Bookkeeper) -> None:
    """By hand: 4 of 10 contracts carry 1,600; the others are lost with 2,400.  Fees of the
    exercise are costs of the shares."""
    bought(keeper)
    exercise(keeper, 4, 400, fee=5)
    keeper.add("delisting", "2024-12-21", A, OPTION, quantity=6)
    assert costs(keeper) == [OWN, (EXERCISED, D(400), D(20000 + 1600 + 5))]
    assert realised(keeper, OPTION) == [(D(0), D(2400))]


def test_an_option_of_another_currency_goes_at_the_days_rate(keeper: Bookkeeper) -> None:
    """By hand: 3,000 EUR at 1.10 on the day of the exercise are 3,300 USD."""
    keeper.add("deposit", "2024-01-02", A, "EUR", quantity=5000)
    keeper.price("EUR", EXERCISED, "1.10", "USD")
    keeper.add("buy", ISSUED, A, OPTION, quantity=10, amount=3000, currency="EUR")
    exercise(keeper, 10, 1000)
    assert costs(keeper) == [OWN, (EXERCISED, D(1000), D(53300))]


@pytest.mark.parametrize("shares", [1000, -1000])
def test_an_unknown_premium_grades_the_shares(keeper: Bookkeeper, shares: int) -> None:
    """An option that nobody bought in this book: the shares are at the strike price, partial."""
    keeper.fact("exercise", EXERCISED, A, OPTION, quantity=10, to_asset=SHARE, to_quantity=shares,
                amount=50000)  # fmt: skip
    if shares > 0:
        assert costs(keeper)[1] == (EXERCISED, D(1000), D(50000))
        assert keeper.lots(A, SHARE)[1].grade == PARTIAL
    else:
        (part,) = keeper.disposals(A, SHARE)
        assert (part.proceeds, part.grade) == (D(50000), PARTIAL)


def test_shares_that_a_writer_has_not_are_sold_short(keeper: Bookkeeper) -> None:
    """By hand: 1,500 go at 50 and 6 of premium a share (9,000): 1,000 at a cost of 30,000 for
    56,000, and 500 are owed that fetched 28,000."""
    keeper.add("sell", ISSUED, A, OPTION, quantity=15, amount=9000, lot="short")
    exercise(keeper, -15, -1500, lot="short")
    assert realised(keeper) == [(D(56000), D(30000))]
    assert costs(keeper) == [(EXERCISED, D(-500), D(-28000))]


def test_lots_named_are_of_the_shares(keeper: Bookkeeper) -> None:
    bought(keeper)
    second = keeper.add("buy", "2024-02-01", A, SHARE, quantity=1000, amount=40000)
    exercise(keeper, 10, -1000, lot=second)
    assert realised(keeper) == [(D(46000), D(40000))]


def test_what_it_did_is_the_same_from_nothing_undone_and_amended(keeper: Bookkeeper) -> None:
    """A premium that is corrected later changes the shares; the derived tables are those of a
    rebuild; undone, everything is as it was."""
    bought(keeper)
    keeper.roll_up("2024-06-01")
    before = keeper.derived()
    number = exercise(keeper, 10, 1000)
    keeper.undo(number)
    keeper.rebuild()
    assert keeper.derived()["lots"] == before["lots"]
    number = exercise(keeper, 10, 1000)
    premium = keeper.add("buy", "2024-05-01", A, OPTION, quantity=10, amount=1000)
    number = keeper.amend(number, quantity=20, price=51)
    assert costs(keeper) == [OWN, (EXERCISED, D(1000), D(56000))]
    keeper.amend(premium, amount=2000)
    assert costs(keeper) == [OWN, (EXERCISED, D(1000), D(57000))]
    derived = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == derived


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"quantity": 1}, "exercise needs --to-asset and --to-quantity"),
        ({"quantity": 1, "to_asset": SHARE, "to_quantity": 0}, "exercise needs --to-asset"),
        ({"quantity": 1, "to_asset": SHARE, "to_quantity": 100}, "exercise needs --price or"),
        ({"quantity": 1, "to_asset": "USD", "to_quantity": 100, "price": 50}, "USD is a currency"),
        ({"quantity": 1, "to_asset": OPTION, "to_quantity": 100, "price": 50}, "an option and its"),
        (
            {"quantity": 1, "to_asset": SHARE, "to_quantity": 100, "price": 50},
            "0 JJJ .* so 1 cannot go out",
        ),
    ],
)
def test_refusals(keeper: Bookkeeper, words: dict[str, Any], said: str) -> None:
    with pytest.raises(FolioError, match=said):
        keeper.add("exercise", EXERCISED, A, OPTION, **words)


def test_a_file_of_folios_own_says_it_too(keeper: Bookkeeper, tmp_path: Path) -> None:
    """A call for 400 brings 100 shares at 50, one written for 300 sends them away at 60."""
    file = tmp_path / "own.csv"
    file.write_text(
        "date,kind,account,asset,type,quantity,price,amount,fee,currency,to_asset,to_quantity,lot\n"
        f"2024-04-01,buy,{A},CALL,other,1,,400,,USD,,,\n"
        f"2024-05-01,exercise,{A},CALL,other,1,50,,7,USD,JJJ,100,\n"
        f"2024-06-03,sell,{A},CALL,other,1,,300,,USD,,,short\n"
        f"2024-07-01,exercise,{A},CALL,other,-1,,66000,,USD,JJJ,-1100,\n"
    )
    (summary,) = import_files(keeper.db, keeper.who, [file], PROFILES, Choices(create=True))
    assert (summary.recorded, keeper.quantity(A, SHARE)) == (4, 0)
    assert [cost for _, cost in realised(keeper)] == [D(30000), D(5407)]
    assert round(sum(proceeds for proceeds, _ in realised(keeper)), 20) == 66300
