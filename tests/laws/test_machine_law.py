"""Random commands against folio and a model that keeps nothing but lists and sums.

The model: cash is what went in, less what was paid; units are lots by first in, first out; an
id that comes twice counts once; what is undone never was.
"""

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bookkeeper import Bookkeeper
from folio.errors import FolioError

Move = tuple[str, int, int, int]  # kind, day, quantity, price in whole euros
DAYS = st.integers(1, 28)
SMALL = st.integers(1, 9)


class AgainstModel(RuleBasedStateMachine):
    """One account with euros and one share, in folio and in a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.book = Bookkeeper(Path(self._folder.name) / "folio.db")
        self.book.account("broker")
        self.book.asset("X")
        self.moves: dict[int, Move] = {}  # what is in force, by folio's number
        self.stated: dict[int, int] = {}  # balances of X, by day

    def teardown(self) -> None:
        self.book.close()
        self._folder.cleanup()

    def _lots(self, moves: list[Move]) -> list[list[int]] | None:
        """Open lots as [units, unit cost]; None where more is sold than there is."""
        lots: list[list[int]] = []
        for kind, _, quantity, price in moves:
            if kind == "buy":
                lots.append([quantity, price])
            if kind != "sell":
                continue
            while quantity:
                if not lots:
                    return None
                taken = min(quantity, lots[0][0])
                quantity -= taken
                lots[0][0] -= taken
                lots = lots if lots[0][0] else lots[1:]
        return lots

    def _in_order(self, more: dict[int, Move] | None = None) -> list[Move]:
        moves = {**self.moves, **(more or {})}
        return [moves[number] for number in sorted(moves, key=lambda n: (moves[n][1], n))]

    @rule(day=DAYS, amount=st.integers(1, 5000))
    def deposit(self, day: int, amount: int) -> None:
        number = self.book.add("deposit", f"2024-01-{day:02}", "broker", "EUR", quantity=amount)
        self.moves[number] = ("deposit", day, amount, 1)

    @rule(day=DAYS, quantity=SMALL, price=st.integers(1, 99))
    def buy(self, day: int, quantity: int, price: int) -> None:
        words = {"quantity": quantity, "price": price, "currency": "EUR"}
        number = self.book.fact("buy", f"2024-01-{day:02}", "broker", "X", **words)
        self.moves[number] = ("buy", day, quantity, price)

    @rule(day=DAYS, quantity=SMALL, price=st.integers(1, 99))
    def sell(self, day: int, quantity: int, price: int) -> None:
        """Only what is there on that day, and then on."""
        move = ("sell", day, quantity, price)
        if self._lots(self._in_order({1 << 40: move})) is None:
            return
        number = self.book.fact(
            "sell", f"2024-01-{day:02}", "broker", "X", quantity=quantity, price=price,
            currency="EUR",
        )  # fmt: skip
        self.moves[number] = move

    @precondition(lambda self: self.moves)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.moves)))
        without = {n: move for n, move in self.moves.items() if n != number}
        kept, self.moves = self.moves, without
        if self._lots(self._in_order()) is None:
            self.moves = kept  # what was sold later would be missing
            return
        self.book.undo(number)

    @rule(day=DAYS, balance=st.integers(0, 50))
    def observe(self, day: int, balance: int) -> None:
        try:
            self.book.observe("broker", "X", balance, f"2024-01-{day:02}")
        except FolioError:
            assert self.stated.get(day, balance) != balance
            return
        self.stated[day] = balance

    @rule(day=DAYS, amount=SMALL, name=st.sampled_from("abc"))
    def batch_twice(self, day: int, amount: int, name: str) -> None:
        """The same rows twice: the second time nothing is recorded."""
        what = f"2024-02-{day:02},broker,EUR,{amount},{name}"
        row = f"kind,on,account,asset,quantity,id\ndeposit,{what}"
        before = self.book.everything()
        try:
            added = self.book.batch(row)
        except FolioError:  # the id said something else before
            assert self.book.everything() == before
            return
        for outcome in added.outcomes:
            if outcome.status == "recorded":
                self.moves[outcome.transaction_id] = ("deposit", 100 + day, amount, 1)
        before = self.book.everything()
        self.book.batch(row)
        assert self.book.everything() == before

    @rule()
    def rebuild(self) -> None:
        tables = ("positions", "lots", "disposals", "gaps", "trade_prices", "mispriced")
        before = [self.book.derived()[table] for table in tables]
        self.book.rebuild()
        assert [self.book.derived()[table] for table in tables] == before

    @invariant()
    def cash_and_lots_are_the_models(self) -> None:
        moves = self._in_order()
        if not moves:
            return
        sign = {"deposit": 1, "sell": 1, "buy": -1}
        cash = sum(sign[kind] * quantity * price for kind, _, quantity, price in moves)
        assert self.book.quantity("broker", "EUR") == cash
        lots = self._lots(moves) or []
        if any(kind == "buy" for kind, *_ in moves):
            found = [(lot.quantity, lot.cost) for lot in self.book.lots("broker", "X")]
            expected = [(Decimal(units), Decimal(units * cost)) for units, cost in lots]
            assert sorted(found) == sorted(expected)


AgainstModel.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAgainstModel = AgainstModel.TestCase
