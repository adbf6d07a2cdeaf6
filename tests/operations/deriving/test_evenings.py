"""Evenings that are kept to fold on from, where holdings of one asset are folded apart."""

import datetime as dt
from collections.abc import Iterable
from random import Random
from unittest import mock

import pytest

from bookkeeper import Bookkeeper, evenings_every
from folio.operations.deriving.evenings_that_stay import KeptEvenings, rewrite_evenings
from folio.operations.recording import Recording
from folio.operations.transactions.add_transactions import drafting_context
from folio.operations.transactions.drafting import draft_from
from folio.operations.transactions.record import Recorder

ACCOUNTS = ("Alpha", "Beta", "Gamma")
START, DAYS = dt.date(2025, 1, 1), 60
END = (START + dt.timedelta(days=DAYS)).isoformat()


def some_trade(of: Random) -> dict[str, str]:
    """A trade, or a transfer between the first two; the third has nothing to do with them."""
    words = {
        "kind": of.choice(("buy", "buy", "buy", "sell", "transfer")),
        "on": (START + dt.timedelta(days=of.randrange(DAYS))).isoformat(),
        "asset": "ACME",
        "quantity": str(of.randint(1, 4)),
    }
    if words["kind"] == "transfer":
        return words | {"account": "Alpha", "to_account": "Beta"}
    return words | {"account": of.choice(ACCOUNTS), "price": str(of.randint(9, 12))}


def record(book: Bookkeeper, trades: Iterable[dict[str, str]]) -> None:
    def change(write: Recording) -> None:
        recorder = Recorder(write, "statement", repeats=True)
        for trade in trades:
            recorder.record(draft_from(trade, drafting_context(write.catalog, book.today)))

    book.write(change)


@pytest.mark.parametrize("a_lot", [0, 1])
def test_late_trades_keep_the_evenings_of_a_rebuild(keeper: Bookkeeper, a_lot: int) -> None:
    of, stayed = Random(a_lot), mock.Mock(side_effect=rewrite_evenings)
    folded = mock.Mock(side_effect=KeptEvenings._fold_all)
    for account in ACCOUNTS:
        keeper.account(account)
    with (
        evenings_every(6),
        mock.patch("folio.operations.deriving.evenings_to_keep.A_LOT", a_lot),
        mock.patch("folio.operations.deriving.evenings_that_stay.rewrite_evenings", stayed),
        mock.patch.object(KeptEvenings, "_fold_all", lambda self: folded(self)),
    ):
        record(keeper, [some_trade(of) for _ in range(40)])
        keeper.roll_up(END)
        for _ in range(6):
            record(keeper, [some_trade(of)])
            keeper.roll_up(END)
            incremental = keeper.derived()
            keeper.rebuild()
            assert keeper.derived() == incremental
    assert stayed.called
    assert folded.called
