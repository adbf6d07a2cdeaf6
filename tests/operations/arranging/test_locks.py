"""Locks: what would change a locked figure is refused, or let in visibly; the rest passes."""

import datetime as dt
import shlex
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.snapshot import snapshot
from folio.cli.app import run
from folio.db.arrangements.locks import read_entries, read_locks
from folio.operations.arranging.lock import lock_book, unlock_book

Folio = Callable[[str], tuple[int, str]]

# A book with a year's worth of facts on both sides of 2024-12-31, then locked through that day.
BOOK = """
init --currency EUR --timezone UTC
account add Broker --type brokerage --cash
account add Wallet --type wallet --no-cash
asset add ACME --type stock
asset add COIN --type crypto
asset add USD
price add USD 0.90 --on 2024-01-01
add-tx deposit 5000 EUR --account Broker --on 2024-01-02
add-tx buy 10 ACME --price 50 --account Broker --on 2024-02-01
add-tx buy 10 ACME --price 60 --account Broker --on 2024-03-01
add-tx sell 5 ACME --price 70 --account Broker --on 2024-06-03
add-tx transfer_out 1 EUR --account Broker --on 2024-07-01 --id gone
add-tx buy 1 ACME --price 80 --account Broker --on 2025-02-03
add-tx deposit 2 COIN --cost 100 --account Wallet --on 2025-01-05
observe Broker ACME 16 --on 2024-09-30
price add ACME 75 --on 2024-12-30
price add COIN 55 --on 2025-01-06
group add Core
vault add House --target 4000
lock 2024
rollup
"""
# What changes a figure on or before 2024-12-31, and from which day on it does.
INTO = {
    "add-tx buy 1 ACME --price 50 --account Broker --on 2024-11-01": "2024-11-01",
    "add-tx deposit 1 EUR --account Broker --on 2024-12-31": "2024-12-31",
    "add-tx split ACME --ratio 2:1 --on 2024-12-02": "2024-12-02",
    "price add ACME 70 --on 2024-12-31": "2024-12-31",
    "price add ACME 76 --on 2024-12-30 --reason typo": "2024-12-30",
    "price add USD 0.95 --on 2024-05-01": "2024-05-01",
    "undo 3": "2024-02-01",
    "amend 4 --price 71": "2024-02-01",  # before the first observation
    "observe Broker ACME 17 --on 2024-12-31": "2024-10-01",
    "observe Broker ACME 17 --on 2024-09-30 --supersede": "2024-02-01",
    "config set lot_method lifo": "2024-01-02",
    "config set stale_days 30": "2024-01-02",
    "asset set ACME --type etf": "2024-02-01",
    "holding hide Broker ACME": "2024-02-01",
    "holding deactivate Broker ACME": "2024-02-01",
    "group tag Core --account Broker": "2024-01-02",
    "group exclude Core --account Broker --asset ACME": "2024-02-01",
    "vault fill House --account Broker --asset ACME --from 2024-12-31": "2024-12-31",
}
AFTER = """
add-tx buy 1 ACME --price 50 --account Broker --on 2025-01-01
add-tx deposit 1 EUR --account Broker --on 2025-03-01
add-tx split ACME --ratio 2:1 --on 2025-04-01
price add ACME 70 --on 2025-01-01
price add USD 0.95 --on 2025-05-01
price add COIN 50 --on 2024-12-30
undo 6
undo 7
amend 6 --price 81
amend 7 --on 2025-01-01
observe Broker ACME 20 --on 2025-05-31
observe Wallet COIN 3 --on 2025-01-31
observe Wallet EUR 9 --on 2025-01-31
vault fill House --account Broker --asset ACME --from 2025-01-01
vault set House --target 5000
group tag Core --account Wallet
holding hide Wallet COIN
holding deactivate Wallet COIN
holding show Broker ACME
holding activate Broker ACME
account set Broker --no-cash --from 2024-06-01
account set Broker --note closed
asset add NEW --type stock
lock 2025-03
"""


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The book, locked, as its file's bytes."""
    path = tmp_path_factory.mktemp("locked") / "book.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLIO_DB", str(path))
        patch.setenv("FOLIO_TODAY", "2025-06-30")
        for line in BOOK.strip().splitlines():
            assert run(shlex.split(line)) == 0, line
    return path.read_bytes()


@pytest.fixture
def folio(
    locked: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Folio:
    """Run a command line on a copy of the locked book; returns its code and what it prints."""
    path = tmp_path / "book.db"
    path.write_bytes(locked)
    monkeypatch.setenv("FOLIO_DB", str(path))
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")

    def ask(line: str) -> tuple[int, str]:
        code = run(shlex.split(line))
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return ask


def past(folio: Folio) -> str:
    """Every figure of the locked days: each day's history, and the holdings of the last."""
    daily = folio("report history --by day --period 2024-01-01..2024-12-31 -O csv")[1]
    scopes = folio("report history --account Broker --by day --period 2024 -O csv")[1]
    page = folio("report holdings --as-of 2024-12-31 --exact -O csv")[1]
    return daily + scopes + page + folio("report gains --period 2024 -O csv")[1]


@pytest.fixture(scope="module")
def untouched() -> dict[str, str]:
    """What ``past`` told of the book as all tests find it, once it was asked."""
    return {}


@pytest.mark.parametrize("line", INTO)
def test_what_changes_locked_figures_is_refused(folio: Folio, line: str, tmp_path: Path) -> None:
    before = (tmp_path / "book.db").read_bytes()
    code, said = folio(line)
    assert code == 1
    assert f"from {INTO[line]} on" in said
    assert "locked through 2024-12-31" in said
    assert "--into-lock" in said
    assert said.count("\n") == 1
    assert (tmp_path / "book.db").read_bytes() == before


@pytest.mark.parametrize("line", INTO)
@pytest.mark.parametrize("front", [False, True])
def test_into_lock_records_it_visibly(folio: Folio, line: str, front: bool) -> None:
    code, said = folio(f"--into-lock {line}" if front else f"{line} --into-lock")
    assert code == 0, said
    _, listed = folio("lock list -O json")
    assert f'"from": "{INTO[line]}"' in listed
    assert line.split()[0] in listed.split("lock-entries")[1]
    assert folio("verify")[0] == 0


@pytest.mark.parametrize("line", AFTER.strip().splitlines())
def test_what_leaves_locked_figures_alone_passes(
    folio: Folio, untouched: dict[str, str], line: str
) -> None:
    before = untouched.get("past") or past(folio)
    untouched["past"] = before
    code, said = folio(line)
    assert code == 0, said
    assert "lock-entries" not in folio("lock list -O json")[1]
    code, said = folio("verify")
    assert (code, said) == (0, said), said
    assert past(folio) == before
    folio("rollup")
    assert past(folio) == before
    assert folio("verify")[0] == 0


def test_a_batch_into_the_lock_is_refused_whole(folio: Folio, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "kind,on,account,asset,quantity,price\nbuy,2025-05-01,Broker,ACME,1,9\n"
        "buy,2024-05-01,Broker,ACME,1,9\nbuy,2024-05-02,Broker,ACME,1,9\n"
    )
    code, said = folio(f"add-tx --batch {rows}")
    assert code == 1
    assert "buy 1 ACME at 9 EUR in Broker on 2024-05-01 (and 1 more)" in said
    assert folio(f"add-tx --batch {rows} --into-lock")[0] == 0


def test_locks_are_listed_and_taken_back(folio: Folio) -> None:
    code, said = folio("lock 2024-06")
    assert code == 1
    assert "locked through 2024-12-31 already" in said
    assert folio("lock 2025-06-30")[0] == 0
    code, said = folio("lock 2025")
    assert code == 1
    assert "has not come" in said
    assert "2025-06-30" in folio("lock list")[1]
    assert folio("lock undo") == (
        0,
        "took back lock 2, through 2025-06-30; the book is locked through 2024-12-31 now\n",
    )
    assert folio("lock undo")[0] == 0
    code, said = folio("lock undo")
    assert code == 1
    assert "nothing is locked" in said
    assert folio("undo 3")[0] == 0


def test_a_listing_has_nothing_to_let_in(folio: Folio) -> None:
    assert folio("report --into-lock")[0] == 2


# -- drift -------------------------------------------------------------------------------


def balance(keeper: Bookkeeper, on: str) -> Decimal:
    book = keeper.book()
    holding = book.catalog.holdings[keeper.holding_id("Wallet", "COIN")]
    (held,) = snapshot(book, day(on), [holding])
    return held.balance


@pytest.fixture
def coin(keeper: Bookkeeper) -> Bookkeeper:
    """100 COIN on the 10th, 10 more on the 14th; 140 seen on the 20th."""
    keeper.observe("Wallet", "COIN", 100, "2025-01-10")
    keeper.add("deposit", "2025-01-14", "Wallet", "COIN", quantity=10)
    return keeper


def lock(keeper: Bookkeeper, on: str) -> None:
    keeper.do(lock_book, day(on), today=keeper.today)


def test_drift_spreads_over_the_days_after_the_lock(coin: Bookkeeper) -> None:
    """30 COIN are missing when 140 are seen on the 20th.

    Without a lock they spread over the ten days since the 10th, 3 a day: 106 on the 12th, 122 on
    the 14th, 125 on the 15th (the rule's own example).  With the 14th locked at 110, they spread
    over the six days after it, 5 a day: 115 on the 15th, 135 on the 19th, 140 on the 20th.
    """
    lock(coin, "2025-01-14")
    coin.roll_up("2025-01-25")
    coin.observe("Wallet", "COIN", 140, "2025-01-20")
    days = ("2025-01-12", "2025-01-14", "2025-01-15", "2025-01-19", "2025-01-20")
    assert [balance(coin, d) for d in days] == [100, 110, 115, 135, 140]
    coin.do(unlock_book)
    days = ("2025-01-12", "2025-01-14", "2025-01-15", "2025-01-20")
    assert [balance(coin, d) for d in days] == [106, 122, 125, 140]
    assert not read_entries(coin.db, None)


def test_what_was_bent_before_the_lock_stays_bent(coin: Bookkeeper) -> None:
    """140 on the 20th are known when the 15th is locked at 125; then 15 came on the 18th.

    From 125 on the 15th, with 15 on the 18th, nothing is left to spread: 125 through the 17th,
    and 140 from the 18th on.  Without the lock, 15 missing over ten days make 1.5 a day: 117.5
    on the 15th.
    """
    coin.observe("Wallet", "COIN", 140, "2025-01-20")
    lock(coin, "2025-01-15")
    before = [balance(coin, d) for d in ("2025-01-12", "2025-01-14", "2025-01-15")]
    coin.add("deposit", "2025-01-18", "Wallet", "COIN", quantity=15)
    assert before == [106, 122, 125]
    assert [balance(coin, d) for d in ("2025-01-12", "2025-01-14", "2025-01-15")] == before
    assert [balance(coin, d) for d in ("2025-01-17", "2025-01-18", "2025-01-20")] == [125, 140, 140]
    coin.do(unlock_book)
    assert balance(coin, "2025-01-15") == Decimal("117.5")


def test_a_first_observation_after_the_lock(keeper: Bookkeeper) -> None:
    """10 were bought on the 10th, and 16 are seen on the 20th.

    Without a lock the 6 were always there: 16 from the 10th on.  With the 14th locked at 10 they
    came after it, 1 a day.
    """
    keeper.add("deposit", "2025-01-10", "Wallet", "COIN", quantity=10)
    lock(keeper, "2025-01-14")
    keeper.observe("Wallet", "COIN", 16, "2025-01-20")
    days = ("2025-01-10", "2025-01-14", "2025-01-17", "2025-01-20", "2025-01-25")
    assert [balance(keeper, d) for d in days] == [10, 10, 13, 16, 16]
    keeper.do(unlock_book)
    assert balance(keeper, "2025-01-10") == 16


def test_capital_that_is_returned_tells_that_its_share_was_held(keeper: Bookkeeper) -> None:
    """Capital of COIN is returned on the 10th, and 12 are seen on the 20th.

    Without a lock they were there from the 10th on, the first day that tells of them.  With the
    14th locked, when nobody knew how many there were, they came after it: 2 a day.
    """
    keeper.add("return_of_capital", "2025-01-10", "Wallet", "COIN", amount=1, currency="EUR")
    lock(keeper, "2025-01-14")
    keeper.observe("Wallet", "COIN", 12, "2025-01-20")
    days = ("2025-01-14", "2025-01-17", "2025-01-20")
    assert [balance(keeper, d) for d in days] == [0, 6, 12]
    keeper.do(unlock_book)
    assert [balance(keeper, d) for d in days] == [12, 12, 12]


def test_an_observation_taken_back_after_the_lock_leaves_its_balance(coin: Bookkeeper) -> None:
    """125 are locked on the 15th, because 140 were seen on the 20th; 130 were, says the source."""
    coin.observe("Wallet", "COIN", 140, "2025-01-20")
    lock(coin, "2025-01-15")
    coin.observe("Wallet", "COIN", 130, "2025-01-20", supersede=True)
    assert [balance(coin, d) for d in ("2025-01-12", "2025-01-15")] == [106, 125]
    assert [balance(coin, d) for d in ("2025-01-16", "2025-01-20")] == [126, 130]


def test_two_locks_hold_one_balance_each(coin: Bookkeeper) -> None:
    """The 12th is locked at 100; 118 on the 16th; the 17th is locked at them; 142 on the 20th.

    8 beside the 10 of the 14th are 2 a day over the 13th to the 16th, and 24 are 8 a day over the
    18th to the 20th.
    """
    lock(coin, "2025-01-12")
    coin.observe("Wallet", "COIN", 118, "2025-01-16")
    lock(coin, "2025-01-17")
    coin.observe("Wallet", "COIN", 142, "2025-01-20")
    days = [f"2025-01-{d}" for d in (12, 13, 14, 16, 17, 18, 19, 20)]
    assert [balance(coin, d) for d in days] == [100, 102, 114, 118, 118, 126, 134, 142]


def test_known_at_before_a_lock_knows_no_lock(coin: Bookkeeper) -> None:
    coin.observe("Wallet", "COIN", 140, "2025-01-20")
    (commit,) = coin.db.execute("SELECT max(id) FROM commits").fetchone()
    lock(coin, "2025-01-15")
    assert read_locks(coin.db, commit) == []
    assert [one.day for one in read_locks(coin.db)] == [dt.date(2025, 1, 15)]
