"""A bookkeeper for tests: writes an invented book through folio's operations."""

import datetime as dt
import functools
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from folio.book import Book
from folio.book.transfers import other_ends, unanswered
from folio.db.arrangements.catalog import Catalog
from folio.db.derived.disposals import read_disposals
from folio.db.derived.gaps import read_gaps
from folio.db.derived.positions import read_lots, read_positions
from folio.db.file.connection import open_book
from folio.model.assets import AssetRef
from folio.model.gaps import Gap
from folio.model.ledger import Lot, Slice
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.deriving.roll_up import rebuild, roll_up
from folio.operations.keeping.create_book import init
from folio.operations.names import add_account, add_asset
from folio.operations.pricing.import_prices import Choices, import_prices
from folio.operations.pricing.prices_by_hand import add_price
from folio.operations.reconciling.observe import observe_all
from folio.operations.reconciling.reconcile import (
    Answered,
    TakenBack,
    Terms,
    answer_gap,
    undo_answer,
)
from folio.operations.recording import Recording, Who, recording
from folio.operations.transactions.add_transactions import Added, add_batch, add_transaction
from folio.operations.transactions.amend import amend_transaction
from folio.operations.transactions.record import Outcome
from folio.operations.transactions.undo import undo_transaction
from folio.operations.transfers import answer_transfers
from folio.operations.transfers.link_transfers import link_all

TODAY = dt.date(2026, 1, 1)
_Done = TypeVar("_Done")
DERIVED = (
    "positions gaps lots disposals evenings trade_prices price_pairs mispriced daily_runs "
    "rollup_days dirty rollup_state"
).split()
START = dt.datetime(2025, 1, 20, tzinfo=dt.UTC)


def evenings_every(events: int) -> AbstractContextManager[Any]:
    """Meanwhile evenings are kept after so many events, and of short months: books are small."""
    changed = {"EVERY": events, "A_LOT": 0, "month_of": _four_days}
    return mock.patch.multiple("folio.operations.deriving.evenings_to_keep", **changed)


def _four_days(day: dt.date) -> tuple[dt.date, dt.date]:
    """So long are months then."""
    first = dt.date.fromordinal(day.toordinal() // 4 * 4)
    return first, first + dt.timedelta(days=3)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def did(
    db: sqlite3.Connection,
    who: Who,
    verb: Callable[..., _Done],
    *said: Any,
    dry_run: bool = False,
    **more: Any,
) -> _Done:
    """What a verb of folio's operations does, in a commit of its own."""
    with recording(db, who, dry_run=dry_run) as write:
        return verb(write, *said, **more)


@functools.cache
def _begun(currency: str, begin: Callable[["Bookkeeper"], None] | None) -> tuple[Path, dt.datetime]:
    """A book as those with this base begin, made once; and when that was done."""
    path = Path(tempfile.mkdtemp(prefix="folio-tests-")) / "begun.db"
    if begin is None:
        who = Who("init", "tester", dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        init(path, who, currency=currency, time_zone="Europe/Berlin").close()
        return path, START
    keeper = Bookkeeper(path, currency)
    begin(keeper)
    keeper.close()
    return path, keeper.now


class Bookkeeper:
    """One book in a file of its own, and short ways to write into it and to read it.

    ``begin`` records what many books have in common, and does so once for all of them.
    """

    def __init__(
        self,
        path: Path,
        currency: str = "EUR",
        begin: Callable[["Bookkeeper"], None] | None = None,
    ) -> None:
        self.path = path
        begun, self.now = _begun(currency, begin)
        shutil.copyfile(begun, path)
        self.db = open_book(path)
        self.db.execute("PRAGMA synchronous = OFF")  # tests need no disk
        self.today = TODAY

    def close(self) -> None:
        self.db.close()

    @property
    def who(self) -> Who:
        self.now += dt.timedelta(seconds=1)
        return Who("test", "tester", self.now)

    def do(self, verb: Callable[..., _Done], *said: Any, **more: Any) -> _Done:
        """Let a verb of folio's operations record something, in a commit of its own."""
        return did(self.db, self.who, verb, *said, **more)

    def write(self, change: Callable[[Recording], Any]) -> Any:
        return self.do(change)

    # -- names ---------------------------------------------------------------------------

    def account(
        self,
        name: str,
        *,
        institution: str | None = None,
        kind: str = "brokerage",
        cash: bool = True,
    ) -> int:
        ref = AccountRef(name, institution, kind)
        made = self.write(lambda write: add_account(write, ref, tracks_cash=cash))
        return int(made.id)

    def asset(self, symbol: str, kind: str = "stock", **more: Any) -> int:
        return int(self.write(lambda write: add_asset(write, AssetRef(symbol, kind, **more))).id)

    def asset_id(self, symbol: str) -> int:
        """The asset of that symbol, or the one that it was merged into."""
        catalog = Catalog(self.db)
        number = next(a.id for a in catalog.every_asset.values() if a.symbol == symbol)
        return catalog.assets[number].id

    def holding_id(self, account: str, symbol: str, label: str = "") -> int:
        catalog, asset = Catalog(self.db), self.asset_id(symbol)
        return next(
            h.id
            for h in catalog.holdings.values()
            if catalog.accounts[h.account_id].name == account
            and h.asset_id == asset
            and h.label == label
        )

    # -- writing -------------------------------------------------------------------------

    def add(self, kind: str, on: str, account: str = "", asset: str = "", **words: Any) -> int:
        """Record one transaction by hand; returns its id."""
        return self.outcome(kind, on, account, asset, **words).transaction_id

    def outcome(
        self, kind: str, on: str, account: str = "", asset: str = "", **words: Any
    ) -> Outcome:
        said = {"kind": kind, "on": on, "account": account, "asset": asset}
        said |= {key: str(value) for key, value in words.items()}
        added = self.do(add_transaction, said, today=self.today)
        return added.outcomes[0]

    def batch(self, text: str, *, create: bool = False) -> Added:
        return self.do(add_batch, text, today=self.today, create=create)

    def fact(self, kind: str, on: str, account: str = "", asset: str = "", **words: Any) -> int:
        """Record one transaction as a statement would: it may take out more than there is."""
        from folio.operations.transactions.add_transactions import drafting_context
        from folio.operations.transactions.drafting import draft_from
        from folio.operations.transactions.record import Recorder
        from folio.operations.transfers.link_transfers import settle_new_legs

        said = {"kind": kind, "on": on, "account": account, "asset": asset}
        said |= {key: str(value) for key, value in words.items()}

        def change(write: Recording) -> int:
            draft = draft_from(said, drafting_context(write.catalog, self.today))
            number = Recorder(write, "statement", repeats=True).record(draft).transaction_id
            settle_new_legs(write)
            return number

        return int(self.write(change))

    def spread(
        self, kind: str, on: str, account: str, *legs: tuple[str, str, str, Any], of: str = ""
    ) -> int:
        """Record a transaction of several accounts, ``of`` a holding of the first.

        A leg is its role, its account, its asset and how many units.
        """
        from folio.operations.transactions.record import Recorder

        parts = tuple(
            Leg(role, AssetRef(asset), Decimal(str(units)), account=AccountRef(where))
            for role, where, asset, units in legs
        )
        paid_by = AssetRef(of) if of else None
        draft = Draft(kind, day(on), AccountRef(account), parts, related_asset=paid_by)

        def change(write: Recording) -> int:
            return Recorder(write, "statement", repeats=True).record(draft).transaction_id

        return int(self.write(change))

    def undo(self, number: int) -> int:
        return self.do(undo_transaction, number)[1]

    def amend(self, number: int, **changes: Any) -> int:
        said = {key: str(value) for key, value in changes.items()}
        return self.do(amend_transaction, number, said, today=self.today)

    # -- transfers -----------------------------------------------------------------------

    def pair(self, departure: int, *arrivals: int) -> str:
        return self.do(answer_transfers.pair_legs, departure, arrivals)

    def answer_leg(self, number: int, word: str, account: str | None = None) -> list[str]:
        return self.do(answer_transfers.answer_legs, [number], word, account=account)

    def undo_leg(self, number: int) -> list[int]:
        return [leg.id for leg in self.do(answer_transfers.undo_answer, number)]

    def link(self) -> list[str]:
        return self.do(link_all)

    def linked_to(self, number: int) -> list[int]:
        return other_ends(self.book(), [number]).get(number, [])

    def open_legs(self) -> list[int]:
        return [leg.transaction_id for leg in unanswered(self.book())]

    # -- prices --------------------------------------------------------------------------

    def price(self, asset: str, on: str, price: Any, quote: str | None = None) -> None:
        self.do(
            add_price,
            asset,
            day(on),
            Decimal(str(price)),
            currency=quote,
            reason="test",
        )

    def prices(self, text: str, **choices: bool) -> Any:
        return self.do(import_prices, text, today=self.today, choices=Choices(**choices))

    def observe(self, account: str, asset: str, balance: Any, on: str, **more: Any) -> bool:
        words = {"account": account, "asset": asset, "balance": str(balance), "on": on}
        words |= {key: more.pop(key, "") for key in ("source", "label")}
        return self.do(observe_all, words, today=day(on), **more).recorded == 1

    def answer(self, gap: int, word: str, **terms: Any) -> Answered:
        return self.do(answer_gap, gap, word, Terms(**terms))

    def take_back(self, gap: int) -> TakenBack:
        return self.do(undo_answer, gap)

    def gaps(self, account: str, symbol: str, label: str = "") -> list[Gap]:
        """A holding's gaps with a drift, answered or not."""
        holding = self.holding_id(account, symbol, label)
        return read_gaps(self.db, [holding]).get(holding, [])

    def roll_up(self, until: str) -> Any:
        return roll_up(self.db, day(until))

    def rebuild(self) -> Any:
        return rebuild(self.db)

    # -- reading -------------------------------------------------------------------------

    def book(self, **more: Any) -> Book:
        return Book(self.db, **more)

    def lots(self, account: str, symbol: str, label: str = "") -> list[Lot]:
        holding = self.holding_id(account, symbol, label)
        return read_lots(self.db, [holding]).get(holding, [])

    def disposals(self, account: str, symbol: str, label: str = "") -> list[Slice]:
        holding = self.holding_id(account, symbol, label)
        return list(read_disposals(self.db, holding_ids=[holding]))

    def quantity(self, account: str, symbol: str, label: str = "") -> Decimal:
        holding = self.holding_id(account, symbol, label)
        found = read_positions(self.db, [holding]).get(holding)
        return Decimal(0) if found is None else found.quantity

    def derived(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every derived table, whole; but not when the rollup was made, which is no figure."""
        found = {table: dump(self.db, table) for table in DERIVED}
        return found | {"rollup_state": [row[:2] for row in found["rollup_state"]]}

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table of the book, whole."""
        names = self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name: dump(self.db, name) for (name,) in list(names)}


def dump(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    rows = list(db.execute(f"SELECT * FROM {table}"))
    return sorted(rows, key=repr)
