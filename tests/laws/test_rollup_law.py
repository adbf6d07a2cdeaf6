"""Incremental = rebuild, to the last digit, whatever is written in whatever order.

Random sequences of commands run against a real book; then every derived table is compared
with what ``rebuild`` computes from the facts alone.
"""

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper
from folio.db.settings import add_setting
from folio.errors import FolioError
from folio.operations.arrange import set_setting

START = dt.date(2025, 1, 1)
ACCOUNTS = ("Alpha", "Beta", "Gamma")  # Gamma tracks no cash, Beta is at Alpha's institution
ASSETS = ("ACME", "COIN", "FUND")

days = st.integers(0, 24).map(lambda n: (START + dt.timedelta(days=n)).isoformat())
accounts = st.sampled_from(ACCOUNTS)
assets = st.sampled_from(ASSETS)
currencies = st.sampled_from(("EUR", "USD", "JPY"))
units = st.sampled_from(("1", "2", "3", "5", "10", "0.5", "0.333", "7.000000000000000001"))
prices = st.sampled_from(("1", "2.5", "3.333", "10", "99.99", "0.07"))
small = st.sampled_from(("0.01", "0.5", "1"))
labels = st.sampled_from(("", "", "", "pot"))
maybe_at = st.sampled_from((None, None, None, "09:00", "15:30"))


def _words(kind: str, **keys: Any) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    keys = {"account": accounts, "on": days, **keys}

    @st.composite
    def build(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
        words = {key: draw(value) for key, value in keys.items()}
        at = draw(maybe_at)
        if at is not None:
            words["at"] = f"{words['on']}T{at}"
        return kind, {key: value for key, value in words.items() if value}

    return build()


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), strategy)


fee = {"fee": maybe(small), "fee_currency": st.sampled_from(("", "EUR", "USD", "COIN"))}

TRANSACTIONS = st.one_of(
    _words("buy", asset=assets, quantity=units, price=prices, currency=currencies, **fee),
    _words("buy", asset=assets, quantity=units, price=prices, currency=currencies, label=labels),
    _words("sell", asset=assets, quantity=units, price=prices, currency=currencies, **fee),
    _words("sell", asset=assets, quantity=units, price=prices, currency=currencies, tax=small),
    _words("deposit", asset=st.one_of(assets, currencies), quantity=units, cost=maybe(prices)),
    _words("withdraw", asset=st.one_of(assets, currencies), quantity=units, fee=maybe(small)),
    _words(
        "transfer",
        asset=st.one_of(assets, currencies),
        quantity=units,
        to_account=accounts,
        to_quantity=maybe(small),
        label=labels,
        fee=maybe(small),
    ),
    _words(
        "swap",
        asset=st.one_of(assets, currencies),
        quantity=units,
        to_asset=st.one_of(assets, currencies),
        to_quantity=units,
        amount=maybe(prices),
        currency=currencies,
        **fee,
    ),
    _words("reward", asset=assets, quantity=units, label=labels),
    _words("stock_dividend", asset=assets, quantity=units),
    _words("dividend", related_asset=assets, amount=prices, currency=currencies, tax=maybe(small)),
    _words("interest", asset=currencies, quantity=units),
    _words("fee", asset=assets, amount=small, currency=currencies),
    _words("fee", asset=assets, quantity=small),
    _words("tax", amount=small, currency=currencies),
    _words("opening", asset=assets, quantity=units, cost=maybe(prices), acquired_on=maybe(days)),
    _words("correction", asset=assets, quantity=st.one_of(units, units.map(lambda u: "-" + u))),
    _words("unknown", asset=assets, quantity=st.one_of(units, units.map(lambda u: "-" + u))),
    _words("delisting", asset=assets, quantity=units),
)
SPLITS = st.tuples(
    st.just("split"),
    st.fixed_dictionaries(
        {"on": days, "asset": assets, "ratio": st.sampled_from(("2:1", "1:25", "3:7", "10:1"))}
    ),
)
PAIRS = st.sampled_from(
    [(a, c) for a in ASSETS for c in ("EUR", "USD")]
    + [("USD", "EUR"), ("EUR", "USD"), ("JPY", "EUR"), ("USD", "JPY")]
)
CHOICES: dict[str, tuple[int, st.SearchStrategy[Any]]] = {  # name: weight, of what
    "fact": (12, TRANSACTIONS),
    "add": (8, TRANSACTIONS),
    "split": (2, SPLITS),
    "batch": (2, st.lists(TRANSACTIONS, min_size=2, max_size=3)),
    "price": (5, st.tuples(PAIRS, days, prices)),
    "observe": (4, st.tuples(accounts, st.one_of(assets, currencies), units, days)),
    "undo": (4, st.integers(0, 12)),
    "amend": (2, st.tuples(st.integers(0, 12), days)),
    "method": (
        1,
        st.tuples(
            st.sampled_from(("book", "account", "holding")),
            st.sampled_from(("fifo", "lifo", "hifo", "average", None)),
        ),
    ),
    "stale": (1, st.sampled_from(("1", "3", "7"))),
    "roll_up": (5, st.integers(0, 30)),
}
COMMANDS = st.sampled_from(
    [name for name, (weight, _) in CHOICES.items() for _ in range(weight)]
).flatmap(lambda name: st.tuples(st.just(name), CHOICES[name][1]))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def new_book(folder: Path) -> Bookkeeper:
    for old in folder.glob("law.db*"):
        old.unlink()
    keeper = Bookkeeper(folder / "law.db")
    keeper.account("Alpha", institution="North")
    keeper.account("Beta", institution="North")
    keeper.account("Gamma", institution="South", cash=False)
    keeper.asset("ACME", "stock")
    keeper.asset("COIN", "crypto")
    keeper.asset("FUND", "fund")
    for code in ("USD", "JPY"):
        keeper.asset(code, "currency")
    return keeper


def run(keeper: Bookkeeper, command: tuple[str, Any]) -> None:
    """Do one command; one that folio refuses does nothing."""
    name, what = command
    try:
        _DO[name](keeper, what)
    except FolioError:
        assert not keeper.db.in_transaction


def _add(keeper: Bookkeeper, what: tuple[str, dict[str, Any]]) -> None:
    kind, words = what
    keeper.add(kind, **words)


def _fact(keeper: Bookkeeper, what: tuple[str, dict[str, Any]]) -> None:
    kind, words = what
    keeper.fact(kind, **words)


def _batch(keeper: Bookkeeper, rows: list[tuple[str, dict[str, Any]]]) -> None:
    import json

    keeper.batch("\n".join(json.dumps({"kind": kind, **words}) for kind, words in rows))


def _price(keeper: Bookkeeper, what: tuple[tuple[str, str], str, str]) -> None:
    (asset, quote), on, price = what
    keeper.price(asset, on, price, quote)


def _observe(keeper: Bookkeeper, what: tuple[str, str, str, str]) -> None:
    account, asset, balance, on = what
    keeper.observe(account, asset, balance, on, supersede=True)


def _undo(keeper: Bookkeeper, back: int) -> None:
    (last,) = keeper.db.execute("SELECT ifnull(max(id), 0) FROM transactions").fetchone()
    if last > back:
        keeper.undo(last - back)


def _amend(keeper: Bookkeeper, what: tuple[int, str]) -> None:
    back, on = what
    (last,) = keeper.db.execute("SELECT ifnull(max(id), 0) FROM transactions").fetchone()
    if last > back:
        keeper.amend(last - back, on=on)


def _method(keeper: Bookkeeper, what: tuple[str, str | None]) -> None:
    scope, method = what

    def change(write: Any) -> None:
        if scope == "book":
            set_setting(write, ("book", 0), "lot_method", method)
        else:
            add_setting(write.commit, (scope, 1), "lot_method", method, START)
            write.touched.everything = True

    keeper.write(change)


def _stale(keeper: Bookkeeper, limit: str) -> None:
    keeper.write(lambda write: set_setting(write, ("book", 0), "stale_days", limit))


def _roll_up(keeper: Bookkeeper, after: int) -> None:
    keeper.roll_up((START + dt.timedelta(days=after)).isoformat())


_DO = {
    "add": _add,
    "split": _add,
    "fact": _fact,
    "batch": _batch,
    "price": _price,
    "observe": _observe,
    "undo": _undo,
    "amend": _amend,
    "method": _method,
    "stale": _stale,
    "roll_up": _roll_up,
}


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, min_size=6, max_size=30))
def test_incremental_is_rebuild(folder: Path, commands: list[tuple[str, Any]]) -> None:
    keeper = new_book(folder)
    try:
        for command in commands:
            run(keeper, command)
        keeper.roll_up("2025-01-31")
        incremental = keeper.derived()
        keeper.rebuild()
        rebuilt = keeper.derived()
        for table, rows in rebuilt.items():
            assert incremental[table] == rows, table
    finally:
        keeper.close()
