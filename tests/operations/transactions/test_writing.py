"""What is recorded for each kind of words, what is refused, and how it is undone."""

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters, select
from folio.db.derived.positions import read_positions
from folio.errors import BadRows, FolioError, UnknownName, UsageError
from folio.model.assets import AssetRef
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.arranging.arrange import set_account
from folio.operations.transactions.add_transactions import add_batch, add_transaction
from folio.operations.transactions.record import ALREADY, CONFLICT, RECORDED, Recorder


def postings(keeper: Bookkeeper, number: int) -> list[str]:
    """``account asset role quantity [cost or proceeds]`` of each posting."""
    query = (
        "SELECT a.name, s.symbol, p.role, p.quantity, p.amount FROM postings p "
        "JOIN holdings h ON h.id = p.holding_id JOIN accounts a ON a.id = h.account_id "
        "JOIN assets s ON s.id = h.asset_id WHERE p.transaction_id = ? ORDER BY p.line"
    )
    return [
        " ".join(str(cell) for cell in row if cell is not None)
        for row in keeper.db.execute(query, [number])
    ]


@pytest.fixture
def stocked(keeper: Bookkeeper) -> Bookkeeper:
    """100 ACME and 100 COIN at the broker, with 1,000 EUR."""
    keeper.add("deposit", "2024-01-01", "Broker", "ACME", quantity=100, cost=1000)
    keeper.add("deposit", "2024-01-01", "Broker", "COIN", quantity=100, cost=1000)
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=1000)
    return keeper


A = "Broker"


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        (
            "buy",
            {"asset": "ACME", "quantity": "3", "price": "1.115", "fee": "1", "tax": "0.5"},
            # 3 × 1.115 = 3.345, booked half-up; the cost is all that was paid
            [
                f"{A} ACME asset 3 4.85",
                f"{A} EUR cash -3.35",
                f"{A} EUR fee -1",
                f"{A} EUR tax -0.5",
            ],
        ),
        (
            "buy",
            {"asset": "ACME", "quantity": "3", "amount": "10", "currency": "JPY"},
            [f"{A} ACME asset 3 10", f"{A} JPY cash -10"],
        ),
        (
            "buy",  # a yen has no cents
            {"asset": "ACME", "quantity": "3", "price": "33.5", "currency": "JPY"},
            [f"{A} ACME asset 3 101", f"{A} JPY cash -101"],
        ),
        (
            "sell",
            {"asset": "ACME", "quantity": "2", "price": "10", "fee": "1", "tax": "2"},
            [f"{A} ACME asset -2 17", f"{A} EUR cash 20", f"{A} EUR fee -1", f"{A} EUR tax -2"],
        ),
        (
            "sell",
            {"asset": "ACME", "quantity": "2", "price": "10", "fee": "1", "fee_currency": "COIN"},
            [f"{A} ACME asset -2 20", f"{A} EUR cash 20", f"{A} COIN fee -1"],
        ),
        (
            "swap",
            {"asset": "EUR", "quantity": "50", "to_asset": "COIN", "to_quantity": "2", "fee": "1"},
            [f"{A} EUR asset -50", f"{A} COIN asset 2 51", f"{A} EUR fee -1"],
        ),
        (
            "swap",
            {"asset": "COIN", "quantity": "2", "to_asset": "ACME", "to_quantity": "5"},
            [f"{A} COIN asset -2", f"{A} ACME asset 5"],
        ),
        ("deposit", {"asset": "EUR", "quantity": "5"}, [f"{A} EUR asset 5"]),
        ("deposit", {"asset": "COIN", "quantity": "5", "cost": "9"}, [f"{A} COIN asset 5 9"]),
        (
            "withdraw",
            {"asset": "EUR", "quantity": "5", "fee": "1"},
            [f"{A} EUR asset -5", f"{A} EUR fee -1"],
        ),
        (
            "transfer",
            {"asset": "COIN", "quantity": "5", "to_account": "Wallet", "to_quantity": "4.9"},
            [f"{A} COIN asset -5", "Wallet COIN asset 4.9"],
        ),
        ("transfer_in", {"asset": "COIN", "quantity": "5"}, [f"{A} COIN asset 5"]),
        ("transfer_out", {"asset": "COIN", "quantity": "5"}, [f"{A} COIN asset -5"]),
        (
            "dividend",
            {"related_asset": "ACME", "amount": "5", "tax": "1.25"},
            [f"{A} EUR cash 5", f"{A} EUR tax -1.25"],
        ),
        ("dividend", {"asset": "ACME", "quantity": "3", "price": "0.115"}, [f"{A} EUR cash 0.35"]),
        ("interest", {"asset": "EUR", "quantity": "5"}, [f"{A} EUR cash 5"]),
        ("interest", {"asset": "EUR", "quantity": "-5"}, [f"{A} EUR cash -5"]),
        ("coupon", {"asset": "ACME", "amount": "5"}, [f"{A} EUR cash 5"]),
        ("reward", {"asset": "COIN", "quantity": "0.1"}, [f"{A} COIN asset 0.1"]),
        (
            "reward",
            {"asset": "COIN", "quantity": "0.1", "price": "30"},
            [f"{A} COIN asset 0.1 3"],
        ),
        ("airdrop", {"asset": "COIN", "quantity": "7"}, [f"{A} COIN asset 7"]),
        ("stock_dividend", {"asset": "ACME", "quantity": "7"}, [f"{A} ACME asset 7"]),
        ("fee", {"amount": "2"}, [f"{A} EUR fee -2"]),
        ("fee", {"amount": "-2"}, [f"{A} EUR fee 2"]),
        ("fee", {"asset": "COIN", "quantity": "2"}, [f"{A} COIN fee -2"]),
        ("tax", {"amount": "2"}, [f"{A} EUR tax -2"]),
        ("opening", {"asset": "ACME", "quantity": "7", "cost": "70"}, [f"{A} ACME asset 7 70"]),
        ("correction", {"asset": "ACME", "quantity": "-7"}, [f"{A} ACME asset -7"]),
        ("unknown", {"asset": "ACME", "quantity": "-7"}, [f"{A} ACME asset -7"]),
        ("delisting", {"asset": "ACME", "quantity": "7"}, [f"{A} ACME asset -7 0"]),
        ("return_of_capital", {"asset": "ACME", "amount": "7"}, [f"{A} EUR cash 7"]),
        (
            "merger",
            {"asset": "ACME", "quantity": "7", "to_asset": "COIN", "to_quantity": "1"},
            [f"{A} ACME asset -7", f"{A} COIN asset 1"],
        ),
        (
            "spin_off",
            {"asset": "ACME", "quantity": "7", "related_asset": "COIN"},
            [f"{A} ACME asset 7"],
        ),
    ],
)
def test_words_of_every_kind(
    stocked: Bookkeeper, kind: str, words: dict[str, str], expected: list[str]
) -> None:
    number = stocked.add(kind, "2025-01-10", A, **words)
    assert postings(stocked, number) == expected
    before = stocked.derived()
    stocked.undo(number)
    redone = stocked.undo(number + 1)  # undoing the undo
    assert postings(stocked, redone) == expected
    assert figures(stocked) == figures_of(before)


def figures(keeper: Bookkeeper) -> dict[str, list[Any]]:
    return figures_of(keeper.derived())


def figures_of(derived: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[Any]]:
    """Derived tables without the ids of transactions, which a second recording renews."""
    cut = {
        "positions": lambda r: r[:9],
        "lots": lambda r: (r[0], r[1], *r[3:]),
        "disposals": lambda r: (*r[:2], r[4], *r[6:]),
        "trade_prices": lambda r: r[:4],
    }
    return {
        table: sorted((cut.get(table, tuple)(row) for row in rows), key=repr)
        for table, rows in derived.items()
    }


def test_without_tracking_cash_comes_from_outside(keeper: Bookkeeper) -> None:
    number = keeper.add("buy", "2025-01-10", "Wallet", "ACME", quantity=2, price=10, fee=1)
    assert postings(keeper, number) == [
        "Wallet ACME asset 2 21",
        "Wallet EUR cash -20",
        "Wallet EUR external 20",
        "Wallet EUR fee -1",
        "Wallet EUR external 1",
    ]
    assert keeper.quantity("Wallet", "EUR") == 0
    paid = keeper.add("dividend", "2025-01-11", "Wallet", amount=5, related_asset="ACME")
    assert postings(keeper, paid) == ["Wallet EUR cash 5", "Wallet EUR external -5"]


def test_the_choice_of_tracking_cash_is_dated(keeper: Bookkeeper) -> None:
    keeper.write(
        lambda write: set_account(write, "Wallet", tracks_cash=True, from_day=day("2025-02-01"))
    )
    before = keeper.add("buy", "2025-01-31", "Wallet", "ACME", quantity=1, price=10)
    after = keeper.add("buy", "2025-02-01", "Wallet", "ACME", quantity=1, price=10)
    assert [len(postings(keeper, n)) for n in (before, after)] == [3, 2]


# -- refusals ----------------------------------------------------------------------------

SWAP_OF_MONEY = {
    "kind": "swap", "asset": "EUR", "quantity": "50", "to_asset": "COIN", "to_quantity": "2"
}  # fmt: skip
REFUSED: list[tuple[dict[str, str], str]] = [
    ({"kind": "gift"}, "no kind"),
    ({"kind": "reversal"}, "folio undo"),
    ({"kind": "buy", "quantity": "-1", "price": "1"}, "negative"),
    ({"kind": "sell", "quantity": "-1", "price": "1"}, "negative"),
    ({"kind": "withdraw", "quantity": "-1"}, "negative"),
    ({"kind": "buy", "quantity": "0", "price": "1"}, "moves nothing"),
    ({"kind": "buy", "quantity": "1"}, "--price or --amount"),
    ({"kind": "buy", "quantity": "1", "price": "1,5"}, "decimal point"),
    ({"kind": "buy", "quantity": "1e3", "price": "1"}, "exponent"),
    ({"kind": "buy", "quantity": "1", "price": "1", "on": "05/06/2024"}, "several ways"),
    ({"kind": "buy", "quantity": "1", "price": "1", "currency": "XYZ"}, "ISO 4217"),
    ({"kind": "buy", "quantity": "1", "price": "1", "colour": "red"}, "unknown key"),
    ({"kind": "buy", "quantity": "1", "price": "1", "account": "Nowhere"}, "no account"),
    ({"kind": "buy", "quantity": "1", "price": "1", "asset": "NOPE"}, "no asset"),
    ({"kind": "buy", "quantity": "1", "price": "1", "asset": "EUR"}, "is a currency"),
    ({"kind": "sell", "quantity": "101", "price": "1"}, "cannot go out"),
    ({"kind": "withdraw", "quantity": "101"}, "cannot go out"),
    ({"kind": "transfer", "quantity": "101", "to_account": "Wallet"}, "cannot go out"),
    ({"kind": "transfer", "quantity": "1"}, "--to-account"),
    ({"kind": "transfer", "quantity": "1", "to_account": "Broker"}, "two places"),
    ({"kind": "transfer", "quantity": "1", "to_account": "Wallet", "to_quantity": "2"}, "arrive"),
    ({"kind": "swap", "quantity": "1"}, "--to-quantity"),
    ({"kind": "split", "ratio": "2"}, "NEW:OLD"),
    ({"kind": "split", "ratio": "0:1"}, "NEW:OLD"),
    ({"kind": "dividend", "amount": "0"}, "moves nothing"),
    ({"kind": "opening", "quantity": "1", "acquired_on": "2030-01-01"}, "after"),
    ({"kind": "sell", "quantity": "1", "price": "1", "lot": "999"}, "opened no lot"),
    # A word that the kind does not use is refused rather than ignored.
    ({"kind": "buy", "quantity": "1", "price": "1", "ratio": "2:1"}, "buy takes no --ratio"),
    ({"kind": "buy", "quantity": "1", "price": "1", "to_account": "Wallet"}, "no --to-account"),
    ({"kind": "buy", "quantity": "1", "price": "1", "lot": "1"}, "no --lot"),
    ({"kind": "sell", "quantity": "1", "price": "1", "acquired_on": "2020-01-01"}, "no --acq"),
    ({"kind": "buy", "quantity": "1", "price": "1", "fee_currency": "USD"}, "no --fee-currency"),
    ({"kind": "deposit", "quantity": "1", "fee": "1"}, "deposit takes no --fee"),
    ({"kind": "deposit", "asset": "EUR", "quantity": "1", "currency": "USD"}, "no --currency"),
    ({"kind": "split", "ratio": "2:1", "fee": "1"}, "split takes no --fee"),
    ({"kind": "dividend", "quantity": "2", "amount": "1"}, "takes no quantity here"),
    (
        {"kind": "swap", "quantity": "1", "to_asset": "COIN", "to_quantity": "1", "tax": "1"},
        "--tax",
    ),
    ({"kind": "swap", "quantity": "1", "to_asset": "ACME", "to_quantity": "2"}, "two assets"),
    # Base money is worth itself: 50 EUR are not 49, nor some dollars.
    ({**SWAP_OF_MONEY, "amount": "49"}, "amount 49 EUR contradicts the 50 EUR"),
    ({**SWAP_OF_MONEY, "amount": "50", "currency": "USD"}, "amount 50 USD contradicts"),
    ({"kind": "split", "asset": "EUR", "ratio": "2:1"}, "does not split"),
    ({"kind": "deposit", "asset": "EUR", "quantity": "1", "price": "4"}, "always 1"),
    ({"kind": "buy", "quantity": "1", "price": "1", "isin": "BADISIN"}, "no ISIN"),
    ({"kind": "buy", "quantity": "1", "price": "1", "type": "etf"}, "there is ACME, stock"),
    ({"kind": "deposit", "quantity": "1", "at": "2025-01-01T10:00"}, "not the same day"),
    # One day beside it is another zone's, where the instant says which: here it is a mistake.
    ({"kind": "deposit", "quantity": "1", "at": "2025-01-11T10:00"}, "on 2025-01-11, are not the"),
    ({"kind": "deposit", "quantity": "1", "at": "2025-01-11T10:00+09:00"}, "not the same day"),
]


def contents(keeper: Bookkeeper) -> str:
    """The SHA-256 of the book's file, once nothing is left beside it."""
    keeper.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not keeper.db.in_transaction
    return hashlib.sha256(keeper.path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_a_refusal_leaves_the_book_as_it_was(
    stocked: Bookkeeper, words: dict[str, str], said: str
) -> None:
    before = contents(stocked)
    words = {"on": "2025-01-10", "account": A, "asset": "ACME", **words}
    with pytest.raises(FolioError, match=said):
        stocked.do(add_transaction, words, today=stocked.today)
    assert contents(stocked) == before


Change = Callable[[Bookkeeper], Any]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda k: k.undo(99), "no transaction"),
        (lambda k: k.amend(99, price=1), "no transaction"),
        (lambda k: k.amend(1), "nothing to change"),
        (lambda k: k.amend(1, quantity=0), "moves nothing"),
        (lambda k: k.observe(A, "NOPE", 1, "2025-01-01"), "no asset"),
        (lambda k: k.observe(A, "ACME", 1, "2025-01-01", source="rumour"), "no source"),
        (lambda k: k.price("NOPE", "2025-01-01", 1), "no asset"),
        (lambda k: k.price("ACME", "2025-01-01", -1), "negative"),
        (lambda k: k.prices("date,asset,quote\n"), "lack the column"),
        (lambda k: k.prices("date,asset,quote,price\n2025-01-01,ACME,EUR,1\nx,A,EUR,2"), "line 3"),
    ],
)
def test_other_refusals_too(stocked: Bookkeeper, change: Change, said: str) -> None:
    before = contents(stocked)
    with pytest.raises(FolioError, match=said):
        change(stocked)
    assert contents(stocked) == before


@pytest.mark.parametrize(
    ("kind", "legs", "said"),
    [
        ("buy", [("asset", "ACME", "0"), ("cash", "EUR", "-5")], "asset of 0 ACME moves nothing"),
        ("buy", [("cash", "EUR", "-5")], "a buy of no units is none; say how many"),
        (
            "buy",
            [("asset", "COIN", "1"), ("cash", "ACME", "-1")],
            "ACME is no money to pay with; what is given for units is a swap",
        ),
        ("sell", [("cash", "EUR", "5"), ("fee", "EUR", "-1")], "a sell of no units is none; say"),
        ("deposit", [], "deposit moves nothing"),
        ("split", [], "a split needs its asset and --ratio NEW:OLD"),
    ],
)
def test_what_no_source_may_state(
    stocked: Bookkeeper, kind: str, legs: list[tuple[str, str, str]], said: str
) -> None:
    """Whichever reader of statements made it."""
    parts = tuple(Leg(role, AssetRef(symbol), Decimal(units)) for role, symbol, units in legs)
    draft = Draft(kind, day("2024-02-01"), AccountRef(A), parts)
    before = stocked.everything()
    with pytest.raises(UsageError) as caught:
        stocked.write(lambda write: Recorder(write, "statement").record(draft))
    assert str(caught.value).startswith(said)
    assert stocked.everything() == before


def test_a_reversal_is_not_amended(stocked: Bookkeeper) -> None:
    reversal = stocked.undo(1)
    said = f"transaction 1 is undone already, by {reversal}; record it again with: folio undo"
    with pytest.raises(FolioError, match=said):
        stocked.amend(reversal, price=1)
    again = stocked.undo(reversal)
    with pytest.raises(FolioError, match=f"transaction 1 was recorded anew; it is {again} now"):
        stocked.amend(reversal, price=1)


def test_frozen_and_closed_accounts(stocked: Bookkeeper) -> None:
    moved = stocked.add("transfer", "2025-01-10", "Broker", "ACME", quantity=1, to_account="Wallet")
    stocked.write(lambda write: set_account(write, "Wallet", status="frozen"))
    with pytest.raises(FolioError, match="frozen"):
        stocked.add("deposit", "2025-01-10", "Wallet", "EUR", quantity=1)
    with pytest.raises(FolioError, match="frozen"):
        stocked.add("transfer", "2025-01-10", "Broker", "ACME", quantity=1, to_account="Wallet")
    with pytest.raises(FolioError, match="frozen"):
        stocked.undo(moved)  # its other end is in the frozen account
    closed = day("2025-01-31")
    stocked.write(lambda write: set_account(write, "Wallet", status="closed", closed_on=closed))
    stocked.add("deposit", "2025-01-31", "Wallet", "EUR", quantity=1)
    with pytest.raises(FolioError, match="was closed"):
        stocked.add("deposit", "2025-02-01", "Wallet", "EUR", quantity=1)


def test_a_dry_run_records_nothing(stocked: Bookkeeper) -> None:
    before = stocked.everything()
    words = {"kind": "buy", "on": "2025-01-01", "account": A, "asset": "NEW", "quantity": "1"}
    words["price"] = "5"
    added = stocked.do(add_transaction, words, today=stocked.today, create=True, dry_run=True)
    assert added.count(RECORDED) == 1
    assert stocked.everything() == before


# -- the same row again ------------------------------------------------------------------


def test_the_same_id(keeper: Bookkeeper) -> None:
    words = {"quantity": 1, "price": 5, "id": "T-1"}
    first = keeper.outcome("buy", "2025-01-01", A, "ACME", **words)
    again = keeper.outcome("buy", "2025-01-01", A, "ACME", **words)
    assert (first.status, again.status) == (RECORDED, ALREADY)
    with pytest.raises(FolioError, match="other content"):
        keeper.outcome("buy", "2025-01-01", A, "ACME", **(words | {"price": 6}))
    keeper.undo(first.transaction_id)
    revised = keeper.outcome("buy", "2025-01-01", A, "ACME", **(words | {"price": 6}))
    assert revised.status == RECORDED
    query = "SELECT revision FROM transactions WHERE external_id = 'T-1' ORDER BY id"
    assert [r for (r,) in keeper.db.execute(query)] == [1, 2]


def lines(*rows: dict[str, Any]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


ROW = {"kind": "buy", "on": "2025-01-02", "account": A, "asset": "ACME", "quantity": 1, "price": 5}


def test_overlapping_batches_add_nothing_and_repeats_survive(keeper: Bookkeeper) -> None:
    """Two equal purchases of one day in one file are two; in the next file they are there."""
    twice = lines(ROW, ROW)
    assert [o.status for o in keeper.batch(twice).outcomes] == [RECORDED, RECORDED]
    before = keeper.everything()
    assert [o.status for o in keeper.batch(twice).outcomes] == [ALREADY, ALREADY]
    assert keeper.everything() == before
    more = keeper.batch(lines(ROW, ROW, ROW, ROW | {"on": "2025-01-03"}))
    assert (more.count(RECORDED), more.count(ALREADY), more.count(CONFLICT)) == (2, 2, 0)
    assert keeper.quantity(A, "ACME") == 4


def test_a_batch_knows_its_rows_after_the_account_tracks_cash(keeper: Bookkeeper) -> None:
    row = ROW | {"account": "Wallet"}
    keeper.batch(lines(row))
    keeper.write(lambda write: set_account(write, "Wallet", tracks_cash=True))
    assert keeper.batch(lines(row)).count(ALREADY) == 1


def test_a_batch_is_all_or_nothing(keeper: Bookkeeper) -> None:
    before = keeper.everything()
    bad = lines(ROW, ROW | {"quantity": "x"}, ROW | {"account": "Nowhere"}, ROW | {"kind": "sel"})
    with pytest.raises(BadRows) as caught:
        keeper.batch(bad)
    said = str(caught.value).splitlines()
    assert said[0] == "3 of 4 rows cannot be recorded, so none was:"
    assert [line.split(":")[0].strip() for line in said[1:]] == ["line 2", "line 3", "line 4"]
    assert keeper.everything() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing"),
        ('{"kind": "buy"\n', "line 1: not JSON"),
        ('{"kind": ["buy"]}', "line 1"),
        ("kind,when\nbuy,now", "unknown column 'when'"),
        ("kind,on\nbuy\n", "line 2: 1 cells under 2 columns"),
        ("kind,kind\nbuy,sell\n", "column 'kind' is there twice"),
        ('{"kind": "buy", "kind": "sell"}', "line 1: key 'kind' is there twice"),
    ],
)
def test_a_batch_that_cannot_be_read(keeper: Bookkeeper, text: str, said: str) -> None:
    with pytest.raises(FolioError, match=said):
        keeper.batch(text)


def test_numbers_in_json_keep_their_digits(keeper: Bookkeeper) -> None:
    text = lines(ROW).replace('"quantity": 1', '"quantity": 0.123456789012345678')
    keeper.batch(text)
    assert keeper.quantity(A, "ACME") == Decimal("0.123456789012345678")


def test_a_note_may_hold_any_line_end_but_a_line_feed(keeper: Bookkeeper) -> None:
    note = "one\u2028two\x85three"
    keeper.batch(json.dumps(ROW | {"note": note}, ensure_ascii=False))
    assert keeper.db.execute("SELECT note FROM transactions").fetchone() == (note,)


def test_create_makes_what_is_named(keeper: Bookkeeper) -> None:
    row = ROW | {"account": "New Bank/Savings", "asset": "NEWCO", "type": "etf", "market": "XETR"}
    with pytest.raises(BadRows, match="no account"):
        keeper.batch(lines(row))
    added = keeper.do(add_batch, lines(row), today=keeper.today, create=True)
    assert added.count(RECORDED) == 1
    assert keeper.quantity("Savings", "NEWCO") == 1


# -- undoing -----------------------------------------------------------------------------


def test_undo_takes_everything_back_once(stocked: Bookkeeper) -> None:
    before = figures(stocked)
    number = stocked.add("buy", "2025-01-10", A, "ACME", quantity=3, price=10)
    reversal = stocked.undo(number)
    after = figures(stocked)
    assert after["lots"] == before["lots"]
    assert after["trade_prices"] == before["trade_prices"]
    assert after["price_pairs"] == before["price_pairs"]
    assert postings(stocked, reversal) == [f"{A} ACME asset -3", f"{A} EUR cash 30"]
    with pytest.raises(FolioError, match=f"undone already, by {reversal}"):
        stocked.undo(number)
    stocked.undo(reversal)
    with pytest.raises(FolioError, match="recorded again already"):
        stocked.undo(reversal)


def test_undo_and_redo_keep_the_order_of_a_day(stocked: Bookkeeper) -> None:
    """The first of two purchases of one day is the first again, for lots and for prices."""
    stocked.add("withdraw", "2024-12-01", A, "ACME", quantity=100)
    first = stocked.add("buy", "2025-01-10", A, "ACME", quantity=1, price=10)
    stocked.add("buy", "2025-01-10", A, "ACME", quantity=1, price=20)
    stocked.add("sell", "2025-01-11", A, "ACME", quantity=1, price=30)
    before = figures(stocked)
    stocked.undo(stocked.undo(first))
    assert figures(stocked) == before
    assert stocked.disposals(A, "ACME")[-1].cost == 10


def test_undo_and_redo_keep_named_lots(stocked: Bookkeeper) -> None:
    """A sale names the lot of 20; it does so again after either was undone and redone."""
    bought = stocked.add("buy", "2025-01-10", A, "ACME", quantity=1, price=20)
    sold = stocked.add("sell", "2025-01-11", A, "ACME", quantity=1, price=30, lot=bought)
    before = figures(stocked)
    assert stocked.disposals(A, "ACME")[-1].cost == 20
    stocked.undo(stocked.undo(sold))
    assert figures(stocked) == before
    stocked.undo(stocked.undo(bought))
    assert figures(stocked) == before
    stocked.amend(stocked.disposals(A, "ACME")[-1].transaction_id, price=31)
    assert stocked.disposals(A, "ACME")[-1].cost == 20


def test_a_lot_of_another_account_is_no_lot_here(stocked: Bookkeeper) -> None:
    there = stocked.add("buy", "2024-01-02", "Wallet", "ACME", quantity=5, price=20)
    with pytest.raises(UsageError, match="opened no lot of ACME there"):
        stocked.add("sell", "2024-01-03", A, "ACME", quantity=1, price=30, lot=there)
    stocked.add("transfer", "2024-01-03", "Wallet", "ACME", quantity=5, to_account=A)
    stocked.add("sell", "2024-01-04", A, "ACME", quantity=1, price=30, lot=there)
    assert [lot.quantity for lot in stocked.lots(A, "ACME")] == [100, 4]


def test_undoing_a_split(stocked: Bookkeeper) -> None:
    before = figures(stocked)
    number = stocked.add("split", "2025-01-10", asset="ACME", ratio="3:1")
    assert stocked.quantity(A, "ACME") == 300
    stocked.undo(number)
    assert figures(stocked) == before


def test_amending_is_a_reversal_and_what_is_right(stocked: Bookkeeper) -> None:
    number = stocked.add("buy", "2025-01-10", A, "ACME", quantity=3, price=10, fee=1, note="mine")
    amended = stocked.amend(number, price=11, on="2025-01-11")
    assert amended == number + 2
    assert postings(stocked, amended) == [
        f"{A} ACME asset 3 34",
        f"{A} EUR cash -33",
        f"{A} EUR fee -1",
    ]
    row = stocked.db.execute(
        "SELECT occurred_on, revision, note, external_id = (SELECT external_id FROM transactions "
        "WHERE id = ?) FROM transactions WHERE id = ?",
        [number, amended],
    ).fetchone()
    assert row == ("2025-01-11", 2, "mine", 1)
    commits = "SELECT count(DISTINCT commit_id) FROM transactions WHERE id > ?"
    assert stocked.db.execute(commits, [number]).fetchone() == (1,)


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "sell", "asset": "ACME", "quantity": 3, "amount": "33.33", "tax": 1},
        {"kind": "deposit", "asset": "COIN", "quantity": 3, "cost": 5, "label": "pot"},
        {"kind": "transfer", "asset": "COIN", "quantity": 3, "to_account": "Wallet", "fee": 1},
        {"kind": "dividend", "related_asset": "ACME", "amount": 5, "tax": 1},
        {"kind": "fee", "asset": "COIN", "quantity": 2},
        {"kind": "reward", "asset": "COIN", "quantity": 2},
        {"kind": "correction", "asset": "COIN", "quantity": -2},
        {"kind": "opening", "asset": "COIN", "quantity": 2, "acquired_on": "2020-02-02"},
    ],
)
def test_amending_the_note_alone_changes_no_figure(
    stocked: Bookkeeper, words: dict[str, Any]
) -> None:
    number = stocked.add(on="2025-01-10", account=A, **words)
    before, said = figures(stocked), postings(stocked, number)
    amended = stocked.amend(number, note="a note")
    assert postings(stocked, amended) == said
    assert figures(stocked) == before


# -- observations and prices -------------------------------------------------------------


def test_observing(keeper: Bookkeeper) -> None:
    assert keeper.observe(A, "ACME", 5, "2025-01-10")
    assert not keeper.observe(A, "ACME", "5.0", "2025-01-10")
    with pytest.raises(FolioError, match="--supersede"):
        keeper.observe(A, "ACME", 6, "2025-01-10")
    assert keeper.observe(A, "ACME", 6, "2025-01-10", supersede=True)
    assert keeper.observe(A, "ACME", 7, "2025-01-10", source="sync")
    (found,) = keeper.book().observations(keeper.holding_id(A, "ACME"))
    assert (found.balance, found.source) == (7, "sync")
    with pytest.raises(UnknownName):
        keeper.observe("Nowhere", "ACME", 7, "2025-01-10")
    assert keeper.observe("Nowhere", "ACME", 7, "2025-01-10", create=True)


def test_importing_prices_twice(keeper: Bookkeeper) -> None:
    text = "date,asset,quote,price\n2025-01-02,ACME,EUR,5\n2025-01-03,ACME,EUR,6\n"
    counts = keeper.prices(text)
    assert (counts.read, counts.recorded, counts.already, counts.corrected) == (2, 2, 0, 0)
    before = keeper.everything()
    counts = keeper.prices(text)
    assert (counts.read, counts.recorded, counts.already, counts.corrected) == (2, 0, 2, 0)
    assert keeper.everything() == before
    with pytest.raises(BadRows, match=r"line 2.*--supersede"):
        keeper.prices(text.replace(",5", ",7"))
    counts = keeper.prices(text.replace(",5", ",7"), supersede=True)
    assert (counts.recorded, counts.already, counts.corrected) == (1, 1, 1)


def test_a_manual_correction_needs_a_reason(keeper: Bookkeeper) -> None:
    from folio.operations.pricing.prices_by_hand import add_price

    keeper.do(add_price, "ACME", day("2025-01-02"), Decimal(5))
    with pytest.raises(FolioError, match="--reason"):
        keeper.do(add_price, "ACME", day("2025-01-02"), Decimal(6))
    keeper.do(add_price, "ACME", day("2025-01-02"), Decimal(6), reason="a typo")
    query = "SELECT price, reason FROM prices ORDER BY commit_id"
    assert keeper.db.execute(query).fetchall() == [("5", None), ("6", "a typo")]


def test_two_accounts_of_one_name_must_be_told_apart(keeper: Bookkeeper) -> None:
    keeper.account("Broker", institution="South")
    with pytest.raises(UsageError, match="North/Broker or South/Broker"):
        keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=1)
    keeper.add("deposit", "2025-01-01", "South/Broker", "EUR", quantity=1)


def test_a_bare_code_is_the_currency(keeper: Bookkeeper) -> None:
    keeper.asset("ALL", "stock", market="XNYS")
    currency = keeper.add("deposit", "2025-01-01", A, "ALL", quantity=1)
    share = keeper.add("deposit", "2025-01-01", A, "ALL:XNYS", quantity=1)
    query = (
        "SELECT s.type FROM postings p JOIN holdings h ON h.id = p.holding_id "
        "JOIN assets s ON s.id = h.asset_id WHERE p.transaction_id = ?"
    )
    kinds = [keeper.db.execute(query, [n]).fetchone()[0] for n in (currency, share)]
    assert kinds == ["currency", "stock"]


def test_amending_the_day_leaves_the_instant_of_the_former_one_out(keeper: Bookkeeper) -> None:
    at = {"quantity": 5, "at": "2025-02-03T10:00"}
    number = keeper.fact("deposit", "2025-02-03", "Wallet", "COIN", **at)
    same = keeper.amend(number, on="2025-02-03", quantity=6)
    (instant,) = keeper.db.execute("SELECT occurred_at FROM transactions WHERE id = ?", [same])
    assert instant[0].startswith("2025-02-03T")
    later = keeper.amend(same, on="2025-03-04")
    query = "SELECT occurred_on, occurred_at FROM transactions WHERE id = ?"
    assert keeper.db.execute(query, [later]).fetchone() == ("2025-03-04", None)


def test_a_bare_code_of_a_currency_means_nothing_else(keeper: Bookkeeper) -> None:
    """Rules 4: bare, in any case, the currency; a token or share of that name has a market.

    So 7 + 3 euros are 10 of the currency, the 5 tokens are none of them, and where the code is
    said with a type, or a filter names it, only one of the two is meant.
    """
    for kind, symbol in (("crypto", "EUR"), ("stock", "usd")):
        with pytest.raises(UsageError, match=f"folio asset add {symbol}:MARKET --type {kind}"):
            keeper.asset(symbol, kind)
    with pytest.raises(UsageError, match="no ISO 4217 currency code"):
        keeper.asset("EURO", "currency")
    with pytest.raises(UsageError, match="alone is the currency EUR"):
        keeper.add("deposit", "2025-01-02", "Wallet", "EUR", quantity=5, type="crypto")
    keeper.asset("EUR", "crypto", market="kraken")
    keeper.add("deposit", "2025-01-02", "Wallet", "EUR:kraken", quantity=4)
    keeper.add("deposit", "2025-01-03", "Wallet", "EUR", quantity=1, type="crypto")
    keeper.add("deposit", "2025-01-04", "Wallet", "EUR", quantity=7)
    keeper.add("deposit", "2025-01-05", "Wallet", "eur", quantity=3)
    catalog = keeper.book().catalog
    held = select(catalog, Filters(asset=("eur",)))
    assert [catalog.assets[one.asset_id].type for one in held] == ["currency"]
    assert keeper.quantity("Wallet", "EUR") == 10
    (tokens,) = select(catalog, Filters(asset=("EUR:kraken",)))
    assert read_positions(keeper.db, [tokens.id])[tokens.id].quantity == 5
