"""Open lots and disposals beside beancount's, which books the same histories on its own.

Random histories of two accounts (buys with fees, sales, transfers, splits) are written to folio
as a person would, and to beancount (https://github.com/beancount/beancount, its booking module:
``STRICT``, ``FIFO``, ``LIFO``, ``HIFO``).  There a lot has a label, the number of the transaction
that opened it; a fee joins its cost (``{price # fee USD}``); what moves is taken out by the
account's method and put in as it came out; a split takes each lot out and puts it in rescaled.
Units and ratios are of twos and fives alone, so that every unit cost ends, and the figures are
compared to the last digit.  At average cost beancount books nothing.
"""

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from beancount.core.data import Posting, Transaction
from beancount.core.inventory import Inventory
from beancount.parser import booking, parser

from bookkeeper import Bookkeeper
from folio.db.derived.disposals import read_disposals
from folio.model.accounts import Holding
from folio.operations.arranging.arrange import set_setting

ACCOUNTS = ("One", "Two")
UNITS = (1, 2, 4, 5, 8, 10, 16, 20, 25, 40, 50, 100, 125, 200)
RATIOS = ((2, 1), (5, 1), (1, 2), (5, 2), (1, 4), (10, 1), (1, 5))
STEPS = 24
D = Decimal


class Part(NamedTuple):
    """Units of one lot and what they cost, all told."""

    opened_by: int
    acquired_on: str
    units: Decimal
    cost: Decimal


def summed(parts: list[Part]) -> list[Part]:
    """One part a lot."""
    found: dict[tuple[int, str], Part] = {}
    for part in parts:
        key = part[:2]
        was = found.get(key, Part(*key, D(0), D(0)))
        found[key] = Part(*key, was.units + part.units, was.cost + part.cost)
    return sorted(found.values())


class Beancount:
    """A ledger that grows, booked anew after each entry."""

    def __init__(self, method: str) -> None:
        self.lines = [f'2020-01-01 open Assets:{a} USD,ACME "{method}"' for a in ACCOUNTS]
        self.lines.append("2020-01-01 open Equity:Rest")
        self.entry: Transaction | None = None
        self.held = {account: Inventory() for account in ACCOUNTS}

    def post(self, day: dt.date, postings: list[str]) -> list[Posting]:
        """Book one more entry; returns its postings of ACME."""
        legs = [f"  Assets:{posting}" for posting in postings]
        self.lines += [f'{day} * ""', *legs, "  Equity:Rest"]
        parsed, faults, options = parser.parse_string("\n".join(self.lines) + "\n")
        entries, wrong = booking.book(parsed, options)
        assert (faults, wrong) == ([], [])
        booked = [e for e in entries if isinstance(e, Transaction)]
        self.held = {account: Inventory() for account in ACCOUNTS}
        for posting in (p for entry in booked for p in entry.postings if p.cost is not None):
            self.held[posting.account.removeprefix("Assets:")].add_position(posting)
        return [p for p in booked[-1].postings if p.cost is not None]

    def lots(self, account: str) -> list[Part]:
        return sorted(_part(position) for position in self.held[account])


def _part(position: Posting) -> Part:
    cost, units = position.cost, position.units.number
    return Part(int(cost.label[1:]), cost.date.isoformat(), units, units * cost.number)


def _exactly(part: Part, units: Decimal) -> str:
    """A lot as beancount writes it, as so many units."""
    unit_cost = f"{part.cost / units:f} USD"
    return f'{units:f} ACME {{{unit_cost}, {part.acquired_on}, "t{part.opened_by}"}}'


class History:
    """A random history, told to both."""

    def __init__(self, keeper: Bookkeeper, method: str, seed: int) -> None:
        self.keeper, self.named = keeper, method == "STRICT"
        self.beancount = Beancount(method)
        self.random = random.Random(seed)
        self.day = dt.date(2024, 1, 1)
        self.gone: dict[int, list[Part]] = {}  # by transaction, as beancount booked it

    def step(self) -> None:
        self.day += dt.timedelta(days=self.random.randint(1, 40))
        account = self.random.choice(ACCOUNTS)
        if not self.beancount.lots(account):
            self.buy(account)
            return
        acts: tuple[Callable[[str], None], ...]
        acts = (self.buy, self.buy, self.sell, self.sell, self.transfer, self.split)
        self.random.choice(acts)(account)

    def buy(self, account: str) -> None:
        units = self.random.choice(UNITS)
        price = D(self.random.randint(1, 99_999)) / 100
        fee = D(self.random.randint(0, 999)) / 100
        words = {"quantity": units, "price": price, "fee": fee}
        number = self.keeper.add("buy", str(self.day), account, "ACME", **words)
        cost = f'{price:f} # {fee:f} USD, "t{number}"'
        self.beancount.post(self.day, [f"{account}  {units} ACME {{{cost}}}"])

    def sell(self, account: str) -> None:
        leaving, named = self._leaving(account)
        units = sum((part.units for part in leaving), D(0))
        words = {"quantity": f"{units:f}", "price": 1, "fee": "0.5"} | named
        number = self.keeper.add("sell", str(self.day), account, "ACME", **words)
        self.gone[number] = self._take_out(account, leaving)

    def transfer(self, account: str) -> None:
        leaving, named = self._leaving(account)
        units = sum((part.units for part in leaving), D(0))
        other = next(a for a in ACCOUNTS if a != account)
        words = {"quantity": f"{units:f}", "to_account": other} | named
        self.keeper.add("transfer", str(self.day), account, "ACME", **words)
        moved = self._take_out(account, leaving)
        self.beancount.post(self.day, [f"{other}  {_exactly(p, p.units)}" for p in moved])

    def split(self, account: str) -> None:
        new, old = self.random.choice(RATIOS)
        self.day += dt.timedelta(days=8)  # within 7 equal ratios would be one split, told twice
        self.keeper.add("split", str(self.day), "", "ACME", ratio=f"{new}:{old}")
        for one in ACCOUNTS:
            lots = self.beancount.lots(one)
            taken = [f"{one}  -{_exactly(part, part.units)}" for part in lots]
            put = [f"{one}  {_exactly(part, part.units * new / old)}" for part in lots]
            if lots:
                self.beancount.post(self.day, taken)
                self.beancount.post(self.day, put)

    def _leaving(self, account: str) -> tuple[list[Part], dict[str, str]]:
        """What leaves: lots by name, or so many units of whichever, and the words that say it."""
        held = self.beancount.lots(account)
        if not self.named:
            units = self._some(sum((part.units for part in held), D(0)))
            return [Part(0, "", units, D(0))], {}
        chosen = self.random.sample(held, self.random.randint(1, len(held)))
        leaving = [part._replace(units=self._some(part.units)) for part in chosen]
        return leaving, {"lot": ",".join(f"{p.opened_by}:{p.units:f}" for p in leaving)}

    def _some(self, units: Decimal) -> Decimal:
        return units * self.random.choice((1, 5, 10, 15, 19, 20)) / 20

    def _take_out(self, account: str, leaving: list[Part]) -> list[Part]:
        label = {p: f'"t{p.opened_by}"' if self.named else "" for p in leaving}
        postings = [f"{account}  -{part.units:f} ACME {{{label[part]}}}" for part in leaving]
        booked = [_part(posting) for posting in self.beancount.post(self.day, postings)]
        return [part._replace(units=-part.units, cost=-part.cost) for part in booked]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("method", ["STRICT", "FIFO", "LIFO", "HIFO"])
def test_the_lots_are_beancounts(tmp_path: Path, method: str, seed: int) -> None:
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    for account in ACCOUNTS:
        keeper.account(account, cash=False)
    keeper.asset("ACME")
    if method != "STRICT":
        keeper.write(lambda write: set_setting(write, ("book", 0), "lot_method", method.lower()))
    history = History(keeper, method, seed)
    for _ in range(STEPS):
        history.step()
        for account in ACCOUNTS:
            assert _open_lots(keeper, account) == history.beancount.lots(account), history.day
    sold = {number: _disposed(keeper, number) for number in history.gone}
    assert sold == {number: summed(parts) for number, parts in history.gone.items()}
    assert sold
    keeper.close()


def _open_lots(keeper: Bookkeeper, account: str) -> list[Part]:
    if not any(h.asset_id == keeper.asset_id("ACME") for h in _holdings(keeper, account)):
        return []
    lots = keeper.lots(account, "ACME")
    return summed([Part(p.opened_by, p.acquired_on, p.quantity, p.cost or D(0)) for p in lots])


def _holdings(keeper: Bookkeeper, account: str) -> list[Holding]:
    catalog = keeper.book().catalog
    number = next(a.id for a in catalog.accounts.values() if a.name == account)
    return [h for h in catalog.holdings.values() if h.account_id == number]


def _disposed(keeper: Bookkeeper, number: int) -> list[Part]:
    """What a sale took, by lot."""
    parts = [p for p in read_disposals(keeper.db) if p.transaction_id == number]
    return summed(
        [Part(p.opened_by or 0, p.acquired_on or "", p.quantity, p.cost or D(0)) for p in parts]
    )
