"""Incremental = rebuild, to the last digit, whatever is written in whatever order.

Random sequences of commands run against a real book; then every derived table is compared
with what ``rebuild`` computes from the facts alone.
"""

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper, evenings_every
from folio.book import Book
from folio.book.later import runs_in
from folio.book.selection import Filters
from folio.book.snapshot import Held, snapshot
from folio.book.transfers import unanswered
from folio.db.arrangements.sources import find_source
from folio.db.prices.prices import NewPrice, prices_of_commit, row_below
from folio.db.recording.since import last_commit
from folio.db.statements.observations import add_observation
from folio.db.transactions.legs import deposits_and_withdrawals
from folio.db.transactions.links import read_links
from folio.engine.grades import worst
from folio.errors import FolioError
from folio.model.assets import AssetRef
from folio.model.dates import Period
from folio.model.gaps import ANSWERS
from folio.model.ledger import Lot, Slice
from folio.model.rollups import each_day
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.arranging.arrange import set_account, set_setting
from folio.operations.arranging.lot_methods import set_lot_method
from folio.operations.arranging.merge_assets import merge_assets, unmerge_asset
from folio.operations.recording import Recording
from folio.operations.transactions.record import Recorder
from folio.reports.held.holdings import holdings, lines
from folio.reports.over_time.history import daily, grade_of
from folio.reports.query import Query
from folio.reports.sold.realised import disposals, realised_gains

START = dt.date(2025, 1, 1)
ACCOUNTS = ("Alpha", "Beta", "Gamma")  # Gamma tracks no cash, Beta is at Alpha's institution
ASSETS = ("ACME", "COIN", "FUND")

END = dt.date(2025, 3, 10)  # a run over more than 40 days reads prices in another way
near = st.integers(0, 24)
days = st.one_of(near, near, near, st.sampled_from((40, 41, 60))).map(
    lambda n: (START + dt.timedelta(days=n)).isoformat()
)
OF_A_LEG = ("internal", "left-control", "untracked")
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
    _words(
        "sell",
        asset=assets,
        quantity=units,
        price=prices,
        currency=currencies,
        lot=st.just("short"),
        **fee,
    ),
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
    _words("transfer_out", asset=assets, quantity=units, fee=maybe(small)),
    _words("transfer_in", asset=assets, quantity=units),
    _words(
        "spin_off",
        asset=assets,
        quantity=units,
        related_asset=assets,
        cost_share=st.sampled_from(("", "0.1", "25%")),
    ),
    _words(
        "merger",
        asset=assets,
        quantity=units,
        to_asset=assets,
        to_quantity=units,
        amount=maybe(prices),
        currency=currencies,
    ),
    _words("symbol_change", asset=assets, quantity=units, to_asset=assets),
    _words(
        "exercise",
        asset=assets,
        quantity=st.one_of(units, units.map(lambda u: "-" + u)),
        to_asset=assets,
        to_quantity=st.one_of(units, units.map(lambda u: "-" + u)),
        amount=prices,
        currency=currencies,
        lot=maybe(st.just("short")),
        **fee,
    ),
    _words("return_of_capital", asset=assets, amount=prices, currency=currencies),
)
# Few sizes and days, so that many a departure has an arrival that fits it, or two.
LEGS = st.one_of(
    *(
        _words(
            kind,
            asset=st.sampled_from(("ACME", "COIN", "USD", "EUR")),
            quantity=st.sampled_from(("2", "1.99", "1", "0.995", "5")),
            on=st.sampled_from(range(0, 12, 2)).map(
                lambda n: (START + dt.timedelta(days=n)).isoformat()
            ),
            label=labels,
            cost=maybe(prices),
            **more,
        )
        for kind, more in (("transfer_out", {"fee": maybe(small)}), ("transfer_in", {}))
    )
)
# From, to and (if in two parts) to where else, of what, when, how long after, sent, arrived,
# into a pot, with a split on the way or not.
MOVES = st.tuples(
    accounts,
    st.tuples(accounts, st.one_of(st.none(), accounts)),
    st.sampled_from(("ACME", "COIN", "USD", "EUR")),
    days,
    st.sampled_from((0, 0, 1, 2, -1)),
    st.sampled_from(("2", "5", "0.5")),
    st.sampled_from(("1", "0.995", "0.95", "1.002")),
    labels,
    st.sampled_from(("", "", "", "2:1", "1:25")),
)
SPREAD = (
    st.tuples(  # kind, when, where it is, where the rest is, of what, for what, units, money, costs
        st.sampled_from(
            "buy buy sell sell swap swap dividend dividend interest fee tax return_of_capital "
            "spin_off merger reward deposit".split()
        ),
        days,
        accounts,
        st.tuples(accounts, accounts),
        st.one_of(assets, currencies),
        st.one_of(assets, currencies),
        units,
        prices,
        maybe(small),
    )
)
SPLITS = st.tuples(
    st.just("split"),
    st.fixed_dictionaries(
        {
            "on": days,
            "asset": assets,
            "ratio": st.sampled_from(("2:1", "1:25", "3:7", "10:1")),
            "account": accounts,
            "amount": st.sampled_from((None, None, "3.5")),
        }
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
    "observe": (4, st.tuples(accounts, st.one_of(assets, currencies), units, days, labels)),
    "cash": (1, st.tuples(accounts, st.booleans(), st.one_of(st.none(), days))),
    "undo": (4, st.integers(0, 12)),
    "leg": (5, LEGS),
    "move": (10, MOVES),
    "pair": (4, st.tuples(*[st.integers(0, 8)] * 3)),
    "answer_leg": (2, st.tuples(st.integers(0, 8), st.sampled_from(OF_A_LEG), accounts)),
    "undo_leg": (2, st.integers(0, 8)),
    "link": (1, st.none()),
    "amend": (2, st.tuples(st.integers(0, 12), days)),
    "method": (
        1,
        st.tuples(
            st.sampled_from(("book", "account", "holding")),
            st.sampled_from(("fifo", "lifo", "hifo", "average", None)),
            st.one_of(st.none(), days),
        ),
    ),
    "stale": (1, st.sampled_from(("1", "3", "7"))),
    "take_back": (2, st.tuples(st.sampled_from(("observations", "prices")), st.integers(0, 5))),
    "exchange": (2, st.tuples(accounts, days, units, units, prices)),
    "merge": (1, st.tuples(assets, assets, st.booleans())),
    "name_lot": (2, st.tuples(st.integers(0, 12), days, units)),
    "adjusted": (1, st.tuples(st.sampled_from(ASSETS), days, prices)),
    "explain": (
        5,
        st.tuples(
            accounts,
            st.one_of(assets, currencies),
            st.tuples(units, days),
            st.tuples(units, days),
            st.sampled_from(("growth", "growth", "flow", "correction", "unknown")),
        ),
    ),
    "answer": (4, st.tuples(st.integers(0, 6), st.sampled_from(ANSWERS), days, maybe(prices))),
    "take_back_answer": (2, st.integers(0, 6)),
    "roll_up": (5, st.integers(0, 45)),
}
COMMANDS = st.sampled_from(
    [name for name, (weight, _) in CHOICES.items() for _ in range(weight)]
).flatmap(lambda name: st.tuples(st.just(name), CHOICES[name][1]))
SEVERAL = st.one_of(COMMANDS, COMMANDS, COMMANDS, st.tuples(st.just("spread"), SPREAD))


@pytest.fixture(scope="module", autouse=True)
def _many_evenings() -> Iterator[None]:
    with evenings_every(2), patch("folio.book.money_lots._SPANS", (3, 9, 30)):
        yield


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def new_book(folder: Path) -> Bookkeeper:
    for old in folder.glob("law.db*"):
        old.unlink()
    return Bookkeeper(folder / "law.db", begin=_three_accounts)


def _three_accounts(keeper: Bookkeeper) -> None:
    keeper.account("Alpha", institution="North")
    keeper.account("Beta", institution="North")
    keeper.account("Gamma", institution="South", cash=False)
    keeper.asset("ACME", "stock")
    keeper.asset("COIN", "crypto")
    keeper.asset("FUND", "fund")
    for code in ("USD", "JPY"):
        keeper.asset(code, "currency")


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


def _observe(keeper: Bookkeeper, what: tuple[str, str, str, str, str]) -> None:
    account, asset, balance, on, label = what
    keeper.observe(account, asset, balance, on, label=label, supersede=True)


def _cash(keeper: Bookkeeper, what: tuple[str, bool, str | None]) -> None:
    """From a day on an account keeps its money, or does not."""
    name, kept, text = what
    since = None if text is None else dt.date.fromisoformat(text)
    keeper.write(lambda write: set_account(write, name, tracks_cash=kept, from_day=since))


def _leg(keeper: Bookkeeper, what: tuple[str, dict[str, Any]]) -> None:
    kind, words = what
    keeper.fact(kind, **{key: value for key, value in words.items() if value})


Moved = tuple[str, tuple[str, str | None], str, str, int, str, str, str, str]


def _move(keeper: Bookkeeper, what: Moved) -> None:
    """A departure and what arrives of it, paired by hand where that is not done unasked."""
    here, (there, elsewhere), asset, on, after, sent, share, label, split = what
    arrived = Decimal(sent) * Decimal(share)
    later = (dt.date.fromisoformat(on) + dt.timedelta(days=after)).isoformat()
    if split and after > 0:
        keeper.add("split", later, asset=asset, ratio=split)
        new, old = map(int, split.split(":"))
        arrived = arrived * new / old
    left = keeper.fact("transfer_out", on, here, asset, quantity=sent)
    parts = {there: arrived}
    came = []
    if elsewhere is not None:
        came.append(keeper.fact("transfer_in", later, elsewhere, asset, quantity=arrived / 4))
        parts[there] -= arrived / 4
    words = {"label": label} if label else {}
    came += [
        keeper.fact("transfer_in", later, where, asset, quantity=part, **words)
        for where, part in parts.items()
    ]
    if left in keeper.open_legs():
        keeper.pair(left, *came)


Spread = tuple[str, str, str, tuple[str, str], str, str, str, str, str]


def _spread(keeper: Bookkeeper, what: Spread) -> None:
    """A transaction of several accounts, as a journal or a statement of all of them has it."""
    kind, on, here, (there, payer), asset, other, few, price, cost = what
    money = "EUR" if other in ASSETS else other
    legs: list[tuple[str, str, str, Any]] = {
        "buy": [("asset", here, asset, few), ("cash", there, money, f"-{price}")],
        "sell": [("asset", here, asset, f"-{few}"), ("cash", there, money, price)],
        "swap": [("asset", here, asset, f"-{few}"), ("asset", there, other, price)],
        "spin_off": [("asset", there, other, few)],
        "merger": [
            ("asset", here, asset, f"-{few}"), ("asset", there, other, few),
            ("cash", payer, "EUR", price),
        ],
        "reward": [("asset", here, asset, few)],
        "deposit": [("asset", here, asset, few)],
        "fee": [],
        "tax": [],
    }.get(kind, [("cash", there, money, price)])  # fmt: skip
    cost = cost or ("0.5" if kind in ("fee", "tax") else "")
    legs += [("tax" if kind == "tax" else "fee", payer, other, f"-{cost}")] if cost else []
    trades = ("buy", "sell", "swap", "merger", "reward", "deposit")
    keeper.spread(kind, on, here, *legs, of="" if kind in trades else asset)


def _nth(legs: list[int], back: int) -> int:
    """The leg so many before the last, or one that is none."""
    return legs[-1 - back] if back < len(legs) else 1


def _pair(keeper: Bookkeeper, what: tuple[int, int, int]) -> None:
    """A departure or withdrawal with one arrival or deposit or two, however ill they fit."""
    out, first, second = what
    legs = [*deposits_and_withdrawals(keeper.db, None), *unanswered(keeper.book())]
    left = [leg.transaction_id for leg in legs if leg.departs]
    came = [leg.transaction_id for leg in legs if not leg.departs]
    arrivals = dict.fromkeys([_nth(came, first), *([_nth(came, second)] if second < 3 else [])])
    keeper.pair(_nth(left, out), *arrivals)


def _answer_leg(keeper: Bookkeeper, what: tuple[int, str, str]) -> None:
    back, word, account = what
    number = _nth(keeper.open_legs(), back)
    keeper.answer_leg(number, word, account if word == "internal" else None)


def _undo_leg(keeper: Bookkeeper, back: int) -> None:
    legs = [leg for link in read_links(keeper.db, None) for leg in link.legs]
    keeper.undo_leg(_nth(legs, back))


def _link(keeper: Bookkeeper, what: None) -> None:
    keeper.link()


def _undo(keeper: Bookkeeper, back: int) -> None:
    (last,) = keeper.db.execute("SELECT ifnull(max(id), 0) FROM transactions").fetchone()
    if last > back:
        keeper.undo(last - back)


def _amend(keeper: Bookkeeper, what: tuple[int, str]) -> None:
    back, on = what
    (last,) = keeper.db.execute("SELECT ifnull(max(id), 0) FROM transactions").fetchone()
    if last > back:
        keeper.amend(last - back, on=on)


def _method(keeper: Bookkeeper, what: tuple[str, str | None, str | None]) -> None:
    scope, method, text = what
    of = ("book", 0) if scope == "book" else (scope, 1)
    since = None if text is None else dt.date.fromisoformat(text)
    keeper.write(lambda write: set_lot_method(write, of, method, since))


def _stale(keeper: Bookkeeper, limit: str) -> None:
    keeper.write(lambda write: set_setting(write, ("book", 0), "stale_days", limit))


def _take_back(keeper: Bookkeeper, what: tuple[str, int]) -> None:
    """Take back one of the last observations or prices, as undoing an import does."""
    table, back = what
    if table == "observations":
        found = list(keeper.db.execute("SELECT holding_id, day, source FROM observations"))
        for holding, on, source in found[-back - 1 :][:1]:
            _forget_observation(keeper, holding, dt.date.fromisoformat(on), source)
        return
    (commits,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    said = [p for c in range(1, commits + 1) for p in prices_of_commit(keeper.db, c)]
    for price in said[-back - 1 :][:1]:
        below = row_below(keeper.db, price)
        if below is not None:
            keeper.write(lambda write, again=below[1]: write.price(again))


def _forget_observation(keeper: Bookkeeper, holding: int, on: dt.date, source: str) -> None:
    def change(write: Recording) -> None:
        add_observation(write.commit, holding, on, source, None)
        write.touched.observation(holding, on)

    keeper.write(change)


def _exchange(keeper: Bookkeeper, what: tuple[str, str, str, str, str]) -> None:
    """ACME goes for FUND at a price in COIN, as some statements say it."""
    account, on, gave, got, price = what
    legs = (
        Leg("asset", AssetRef("ACME"), -Decimal(gave), Decimal(price), AssetRef("COIN")),
        Leg("asset", AssetRef("FUND"), Decimal(got)),
    )
    draft = Draft("swap", dt.date.fromisoformat(on), AccountRef(account), legs)
    keeper.write(lambda write: Recorder(write, "exchange", repeats=True).record(draft))


def _merge(keeper: Bookkeeper, what: tuple[str, str, bool]) -> None:
    """Say that two assets are one, or take it back."""
    one, other, undo = what
    if undo:
        keeper.write(lambda write: unmerge_asset(write, one))
    else:
        keeper.write(lambda write: merge_assets(write, one, other))


def _name_lot(keeper: Bookkeeper, what: tuple[int, str, str]) -> None:
    back, on, units = what
    (last,) = keeper.db.execute("SELECT ifnull(max(id), 0) FROM transactions").fetchone()
    lot = max(1, last - back)
    named = f"{lot - 1}:{Decimal(units) / 2},{lot}" if lot > 1 and back % 2 else lot
    keeper.fact("sell", on, "Alpha", "ACME", quantity=units, price="4", lot=named)


def _adjusted(keeper: Bookkeeper, what: tuple[str, str, str]) -> None:
    """A price from a source that restates its history after a split."""
    symbol, on, price = what
    asset, quote = keeper.asset_id(symbol), keeper.asset_id("EUR")

    def change(write: Recording) -> None:
        known = find_source(write.db, "adjusting")
        source = known or write.commit.add("sources", name="adjusting", split_adjusted=1)
        write.price(NewPrice(asset, quote, dt.date.fromisoformat(on), Decimal(price), source))

    keeper.write(change)


Seen = tuple[str, str]  # a balance, and its day


def _explain(keeper: Bookkeeper, what: tuple[str, str, Seen, Seen, str]) -> None:
    """Two balances of one holding, and an answer to the gap before the later one."""
    account, asset, *seen, word = what
    for balance, on in seen:
        keeper.observe(account, asset, balance, on, supersede=True)
    last = dt.date.fromisoformat(max(on for _, on in seen))
    for gap in keeper.gaps(account, asset):
        if gap.until == last:
            day = last if word in ("flow", "correction") else None
            keeper.answer(gap.observation_id, word, on=day)


def _answer(keeper: Bookkeeper, what: tuple[int, str, str, str]) -> None:
    """Answer one of the gaps that are there, in whatever way fits."""
    which, word, on, cost = what
    gaps = list(keeper.db.execute("SELECT observation_id FROM gaps ORDER BY holding_id, to_day"))
    for (gap,) in gaps[which % len(gaps) :][:1] if gaps else ():
        day = dt.date.fromisoformat(on) if word in ("flow", "correction") else None
        paid = Decimal(cost) if cost and word in ("flow", "opening") else None
        keeper.answer(gap, word, on=day, cost=paid)


def _take_back_answer(keeper: Bookkeeper, back: int) -> None:
    query = (
        "SELECT o.id FROM gap_answers a JOIN observations o ON o.holding_id = a.holding_id "
        "AND o.day = a.to_day WHERE a.answer IS NOT NULL ORDER BY a.id DESC LIMIT 1 OFFSET ?"
    )
    for (gap,) in list(keeper.db.execute(query, [back])):
        keeper.take_back(gap)


def _roll_up(keeper: Bookkeeper, after: int) -> None:
    keeper.roll_up((START + dt.timedelta(days=after)).isoformat())


_DO = {
    "add": _add,
    "split": _add,
    "fact": _fact,
    "batch": _batch,
    "price": _price,
    "observe": _observe,
    "cash": _cash,
    "undo": _undo,
    "leg": _leg,
    "move": _move,
    "spread": _spread,
    "pair": _pair,
    "answer_leg": _answer_leg,
    "undo_leg": _undo_leg,
    "link": _link,
    "amend": _amend,
    "method": _method,
    "stale": _stale,
    "take_back": _take_back,
    "exchange": _exchange,
    "merge": _merge,
    "name_lot": _name_lot,
    "adjusted": _adjusted,
    "explain": _explain,
    "answer": _answer,
    "take_back_answer": _take_back_answer,
    "roll_up": _roll_up,
}


@settings(
    max_examples=160,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(SEVERAL, min_size=6, max_size=30))
@example(  # the rate of a tax that was paid elsewhere, for a coin that was never there
    commands=[
        ("fact", ("deposit", {"account": "Alpha", "on": "2025-01-01", "asset": "EUR",
                              "quantity": "1"})),
        ("price", (("JPY", "EUR"), "2025-01-01", "1")),
        ("roll_up", 24),
        ("spread", ("tax", "2025-01-10", "Alpha", ("Alpha", "Beta"), "COIN", "JPY", "1", "1", "")),
        ("roll_up", 24),
        ("take_back", ("prices", 0)),
    ]
)  # fmt: skip
@example(  # money from outside, on two days, for what another account got
    commands=[
        ("spread", ("buy", day, "Alpha", ("Gamma", "Alpha"), "ACME", "EUR", "1", "1", ""))
        for day in ("2025-01-01", "2025-01-02")
    ]
)
@example(  # an arrival that counts on the day of its departure, which is after the last evening
    commands=[
        ("fact", ("deposit", {"account": "Alpha", "on": "2025-01-01", "asset": "EUR",
                              "quantity": "10"})),
        ("move", ("Alpha", ("Beta", None), "EUR", "2025-01-08", -1, "2", "1", "", "")),
        ("roll_up", 6),
        ("roll_up", 9),
    ]
)  # fmt: skip
@example(  # base money that was on its way for a day, until its arrival is undone
    commands=[
        ("move", ("Alpha", ("Beta", None), "EUR", "2025-01-01", 1, "2", "1", "", "")),
        ("undo", 0),
    ]
)
@example(  # shares of which money is spun off: from then on its lots are folded with theirs
    commands=[
        ("fact", ("buy", {"account": "Alpha", "on": "2025-01-01", "asset": "ACME",
                          "quantity": "1", "price": "1", "currency": "EUR"})),
        ("fact", ("withdraw", {"account": "Alpha", "on": "2025-01-01", "asset": "EUR",
                               "quantity": "1"})),
        ("fact", ("deposit", {"account": "Alpha", "on": "2025-01-01", "asset": "EUR",
                              "quantity": "5"})),
        ("spread", ("spin_off", "2025-01-02", "Alpha", ("Alpha", "Alpha"), "ACME", "EUR", "1", "1",
                    "")),
    ]
)  # fmt: skip
def test_incremental_is_rebuild(folder: Path, commands: list[tuple[str, Any]]) -> None:
    keeper = new_book(folder)
    try:
        for command in commands:
            run(keeper, command)
        keeper.roll_up(END.isoformat())
        incremental = keeper.derived()
        keeper.rebuild()
        rebuilt = keeper.derived()
        for table, rows in rebuilt.items():
            assert incremental[table] == rows, table
    finally:
        keeper.close()


TRADES = st.one_of(
    _words("buy", asset=assets, quantity=units, price=prices, currency=currencies),
    _words("buy", asset=assets, quantity=units, price=prices, currency=currencies),
    _words("sell", asset=assets, quantity=small, price=prices, currency=currencies),
    _words("deposit", asset=currencies, quantity=units, cost=maybe(prices)),
    _words("transfer", asset=assets, quantity=units, to_account=accounts),
    _words("reward", asset=assets, quantity=units),
)
RATES = st.tuples(st.sampled_from((("USD", "EUR"), ("EUR", "USD"), ("JPY", "EUR"))), days, prices)
PRICES = st.one_of(RATES, st.tuples(PAIRS, days, prices))
LATE = st.one_of(
    PRICES.map(lambda price: ("price", price)),
    PRICES.map(lambda price: ("price", price)),
    st.tuples(st.just("fact"), TRADES),
    st.tuples(st.just("undo"), st.integers(0, 12)),
)


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    trades=st.lists(TRADES, min_size=3, max_size=10),
    known=st.lists(PRICES, min_size=6, max_size=16),
    late=st.lists(LATE, min_size=1, max_size=2),
    after=st.integers(0, 3),
)
def test_late_facts_mark_all_the_days_that_they_change(
    folder: Path,
    trades: list[tuple[str, dict[str, Any]]],
    known: list[tuple[tuple[str, str], str, str]],
    late: list[tuple[str, Any]],
    after: int,
) -> None:
    """A price holds until the next one: where many are known, most marks end soon."""
    keeper = new_book(folder)
    try:
        for command in [*(("fact", fact) for fact in trades), *(("price", p) for p in known)]:
            run(keeper, command)
        keeper.roll_up(END.isoformat())
        for command in late:
            run(keeper, command)
        keeper.roll_up((END + dt.timedelta(days=after)).isoformat())
        incremental = keeper.derived()
        keeper.rebuild()
        assert incremental == keeper.derived()
    finally:
        keeper.close()


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    commands=st.lists(COMMANDS, min_size=2, max_size=15),
    rolled=st.integers(0, 45),
    later=st.lists(COMMANDS, max_size=6),
    which=st.sampled_from(("everything", "account", "asset")),
)
def test_what_the_rollup_lacks_is_worked_out_as_it_will_have_it(
    folder: Path,
    commands: list[tuple[str, Any]],
    rolled: int,
    later: list[tuple[str, Any]],
    which: str,
) -> None:
    keeper = new_book(folder)
    try:
        acme = keeper.asset_id("ACME")  # which may become another's
        for command in commands:
            run(keeper, command)
        run(keeper, ("roll_up", rolled))
        for command in later:
            run(keeper, command)
        filters = {
            "everything": Filters(),
            "account": Filters(account=("Alpha",)),
            "asset": Filters(asset=(keeper.book().catalog.assets[acme].symbol, "USD")),
        }[which]
        before = told(keeper, filters)
        keeper.roll_up(END.isoformat())
        assert told(keeper, filters) == before
    finally:
        keeper.close()


def told(keeper: Bookkeeper, filters: Filters) -> dict[str, Any]:
    """The history's rows, each holding's own, the gains realised, and what is held."""
    whole = Period(START - dt.timedelta(days=3), END)
    found: dict[str, Any] = {}
    for start in (whole.start, START + dt.timedelta(days=20), END):
        book = keeper.book()
        query = Query(END, book.base, filters)
        rows = daily(book, query, Period(start, END))
        found[f"sums from {start}"] = [row[:12] + row[15:] for row in rows]
    book = keeper.book()
    held, yen = query.holdings(book), book.catalog.assets[keeper.asset_id("JPY")]
    runs = runs_in(book, held, whole, book.teller(book.base))
    found["of each"] = {holding: each_day(own) for holding, own in runs.items()}
    found["realised"] = realised_gains(keeper.book(), query, held)
    for day in (START + dt.timedelta(days=20), END):
        for currency in (book.base, yen):
            asked = query._replace(as_of=day, currency=currency)
            worth = [line.worth for line in lines(keeper.book(), asked)]
            by_lots = lines(keeper.book(), asked, with_lots=True)
            assert worth == [line.worth for line in by_lots]
            folded = snapshot(keeper.book(), day, held, currency=currency.id)  # from nothing
            assert _lots(line.held for line in by_lots) == _lots(folded)
            found[f"worth on {day} in {currency.symbol}"] = worth
    _in_another_currency(keeper, query._replace(currency=yen))
    every = disposals(keeper.book(), held, dt.date.min, END, currency=yen.id)
    gone = [*map(_unplaced, every)]
    for start in (whole.start, START + dt.timedelta(days=12), START + dt.timedelta(days=41)):
        later = disposals(keeper.book(), held, start, END, currency=yen.id)
        since = [part for part in gone if part.disposed_on >= start.isoformat()]
        assert [*map(_unplaced, later)] == since
    return found


def _in_another_currency(keeper: Bookkeeper, query: Query) -> None:
    """A part of the days, for which no more is folded than they need, is as in all of them.

    Of a book as known at a commit everything is folded from nothing.
    """
    last = last_commit(keeper.db)
    for start in (START + dt.timedelta(days=days) for days in (5, 20, 45)):
        days = Period(start, END)
        folded = daily(Book(keeper.db, known_at=last), query, days)
        assert daily(keeper.book(), query, days) == folded
        rows = daily(keeper.book(), query, days, realised=False)
        unasked = {"realised": 0, "gainless": 0}
        assert [r._replace(**unasked) for r in rows] == [r._replace(**unasked) for r in folded]


def _lots(snapshot: Iterable[Held]) -> list[tuple[int, list[Lot], object]]:
    """The open lots, but for their places among those that were opened before."""
    found = ((held.holding.id, held.lots, held.days) for held in snapshot if held.lots)
    return [(h, [lot._replace(place=0) for lot in lots], held) for h, lots, held in found]


def _unplaced(part: Slice) -> Slice:
    return part._replace(place=min(part.place, 1))  # 0: no lot


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, min_size=4, max_size=20), after=st.integers(0, 30))
def test_the_headline_is_the_last_point_of_the_history(
    folder: Path, commands: list[tuple[str, Any]], after: int
) -> None:
    keeper = new_book(folder)
    try:
        for command in commands:
            run(keeper, command)
        as_of = START + dt.timedelta(days=after)
        compare_headline(keeper, as_of)  # walked in memory, mostly
        keeper.roll_up(END.isoformat())
        compare_headline(keeper, as_of)  # read from the rollup
        compare_headline(keeper, END)
    finally:
        keeper.close()


def compare_headline(keeper: Bookkeeper, as_of: dt.date) -> None:
    book = keeper.book()
    query = Query(as_of, book.base)
    page = holdings(book, query)
    totals = page.totals
    rows = daily(keeper.book(), query, Period(as_of, as_of))
    if not rows:
        assert not totals["value"] or totals["value"].value == 0  # type: ignore[union-attr]
        return
    (last,) = rows
    of_page = worst([page.grade, "partial"]) if last.gainless else page.grade
    assert grade_of(last) == of_page  # the history's rows tell what was realised, too
    for column, units in (
        ("value", last.value),
        ("cost_basis", last.cost_basis),
        ("unrealised_gain", last.unrealised),
        ("realised_gain", last.realised_gain),
    ):
        shown = totals[column]
        stated = None if shown is None else shown.value.scaleb(2)  # type: ignore[union-attr]
        if last.held and units is None:
            assert not stated, column  # an emptied holding with lots and debts makes it a zero
        elif last.held:
            assert stated == units, column


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, max_size=15), last=st.one_of(TRANSACTIONS, LEGS))
def test_undo_and_redo_restore_every_figure(
    folder: Path, commands: list[tuple[str, Any]], last: tuple[str, dict[str, Any]]
) -> None:
    keeper = new_book(folder)
    try:
        for command in commands:
            run(keeper, command)
        try:
            number = keeper.fact(last[0], **last[1])
        except FolioError:
            return  # such as a transfer to where it comes from
        keeper.roll_up(END.isoformat())
        before = figures(keeper)
        keeper.undo(keeper.undo(number))
        keeper.roll_up(END.isoformat())
        assert figures(keeper) == before
    finally:
        keeper.close()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    commands=st.lists(COMMANDS, max_size=12),
    legs=st.lists(LEGS, min_size=4, max_size=8),
    what=st.tuples(*[st.integers(0, 3)] * 3),
)
def test_pairing_and_its_undo_restore_every_figure(
    folder: Path,
    commands: list[tuple[str, Any]],
    legs: list[tuple[str, dict[str, Any]]],
    what: tuple[int, int, int],
) -> None:
    keeper = new_book(folder)
    try:
        for command in [*commands, *(("leg", leg) for leg in legs)]:
            run(keeper, command)
        keeper.roll_up(END.isoformat())
        before = figures(keeper)
        links = len(read_links(keeper.db, None))
        run(keeper, ("pair", what))
        if len(read_links(keeper.db, None)) == links:
            return  # refused
        keeper.roll_up(END.isoformat())
        newest = max(read_links(keeper.db, None), key=lambda link: link.id)
        keeper.undo_leg(newest.arrival_id or 0)
        keeper.roll_up(END.isoformat())
        assert figures(keeper) == before
    finally:
        keeper.close()


def figures(keeper: Bookkeeper) -> dict[str, list[Any]]:
    """The derived figures, without the ids of transactions, which a redo renews."""
    tables = {
        "positions": "holding_id, quantity, unexplained, basis, first_day, last_day, postings",
        "lots": "holding_id, place, acquired_on, quantity, cost, cost_currency_id, grade",
        "disposals": "holding_id, disposed_on, place, quantity, proceeds, cost, realises, grade",
        "trade_prices": "asset_id, quote_id, day, price",
        "price_pairs": "*",
        "daily_runs": "*",
    }
    return {
        table: sorted(keeper.db.execute(f"SELECT {names} FROM {table}"), key=repr)
        for table, names in tables.items()
    }


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(TRANSACTIONS, min_size=1, max_size=6))
@example(  # of the first row nobody knew that the account would have dollars alone
    rows=[
        ("deposit", {"account": "Alpha", "on": "2025-01-01", "asset": "ACME", "quantity": "1",
                     "cost": "1"}),
        ("deposit", {"account": "Alpha", "on": "2025-01-01", "asset": "USD", "quantity": "1"}),
    ]
)  # fmt: skip
def test_the_same_batch_twice_adds_nothing(
    folder: Path, rows: list[tuple[str, dict[str, Any]]]
) -> None:
    keeper = new_book(folder)
    try:
        try:
            _batch(keeper, rows)
        except FolioError:
            return
        before = keeper.everything()
        _batch(keeper, rows)
        assert keeper.everything() == before
    finally:
        keeper.close()
