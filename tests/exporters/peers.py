"""What the real programs make of exported journals, beside folio's own lots.

beancount is a library of the tests; hledger and ledger run where they are installed.
"""

import csv
import datetime as dt
import io
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

from beancount import loader
from beancount.core.data import Balance, Transaction
from beancount.core.inventory import Inventory

from folio.book import Book
from folio.book.journal import make_journal
from folio.db.derived.positions import read_lots, read_positions
from folio.exporters import beancount, hledger
from folio.exporters.names import (
    Names,
    legal_commodity,
    legal_component,
    plain_commodity,
    plain_component,
    quoted,
)
from folio.model.assets import Asset
from folio.model.journal import Journal
from folio.model.ledger import Lot

LAST = dt.date(9999, 12, 30)
HLEDGER, LEDGER = shutil.which("hledger"), shutil.which("ledger")
UNITS = Context(prec=26, rounding=ROUND_HALF_EVEN)  # of what is added up of its parts
DIGITS = Context(prec=25, rounding=ROUND_HALF_EVEN)  # of the 28 in which beancount computes
Held = dict[tuple[str, str, str, str], tuple[Decimal, Decimal]]


def journal_of(book: Book) -> Journal:
    return make_journal(book, LAST, set(book.catalog.holdings))


def _own(lot: Lot, asset: Asset) -> bool:
    """Whether a lot is no more than money: its own, or money that is owed."""
    owed = asset.is_currency and lot.quantity < 0
    return owed or (lot.currency == asset.id and lot.cost == lot.quantity)


def folio_lots(book: Book, names: Names) -> Held:
    """Open lots by account, label, day and cost currency: units and cost; money as one sum."""
    held: dict[tuple[str, str, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 2)
    stored = read_lots(book.db)
    for number, position in read_positions(book.db).items():
        if number not in names.places:
            continue
        asset = book.catalog.assets[book.catalog.holdings[number].asset_id]
        lots = stored.get(number, [])
        if position.plain:
            lots = [Lot(1, 0, "", position.quantity, position.quantity, asset.id, 0)]
        for lot in lots:
            key = (names.places[number], "", "", "")
            cost = Decimal(0)
            if lot.cost is not None and lot.cost * lot.quantity >= 0 and not _own(lot, asset):
                opened = lot.opened_by
                label = f"t{opened}" if opened > 0 else f"g{-opened}"
                key = (key[0], label, lot.acquired_on, names.commodities[lot.currency or 0])
                cost = lot.cost
            held[key] = [held[key][0] + lot.quantity, held[key][1] + cost]
    return _rounded(held)


def _rounded(held: dict[tuple[str, str, str, str], list[Decimal]]) -> Held:
    return {
        key: (UNITS.plus(units).normalize(), DIGITS.plus(cost).normalize())
        for key, (units, cost) in sorted(held.items())
        if units or cost
    }


def check_beancount(book: Book) -> int:
    """Load it as bean-check does, and compare every lot; returns the number of balances."""
    journal = journal_of(book)
    names = Names(journal, legal_component, legal_commodity)
    text = "".join(beancount.write(journal))
    with localcontext(Context(prec=28)):
        entries, errors, _ = loader.load_string(text, dedent=False)
        assert not errors, [e.message for e in errors][:5]
        inventories: dict[str, Inventory] = defaultdict(Inventory)
        for entry in entries:
            for posting in entry.postings if isinstance(entry, Transaction) else ():
                inventories[posting.account].add_position(posting)
        held: dict[tuple[str, str, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 2)
        for account in names.places.values():
            for one in inventories[account]:
                key, cost = (account, "", "", ""), Decimal(0)
                if one.cost is not None:
                    label = one.cost.label or ""
                    key = (account, label, one.cost.date.isoformat(), one.cost.currency)
                    cost = one.units.number * one.cost.number
                held[key] = [held[key][0] + one.units.number, held[key][1] + cost]
    assert _rounded(held) == folio_lots(book, names), text
    return sum(isinstance(entry, Balance) for entry in entries)


def costs(lots: Held) -> dict[tuple[str, str], Decimal]:
    """What each account's units cost, by currency; units without a cost stay themselves."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (account, label, _, currency), (units, cost) in lots.items():
        found[account, currency if label else "units"] += cost if label else units
    return {key: amount.normalize() for key, amount in found.items() if amount}


def run(program: str, text: str, *words: str) -> str:
    ended = subprocess.run(
        [program, "-f", "-", *words],
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        input=text,
        capture_output=True,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stderr + text
    return ended.stdout


def check_hledger(book: Book) -> None:
    """``hledger check``, and its balances at cost with every digit."""
    assert HLEDGER
    journal = journal_of(book)
    names = Names(journal, plain_component, plain_commodity)
    text = "".join(hledger.write(journal))
    run(HLEDGER, text, "check", "--strict")
    styles = [f"-c=1000.{'0' * 60} {quoted(name)}" for name in names.commodities.values()]
    csv_text = run(HLEDGER, text, "balance", "-B", "-O", "csv", "-N", "--flat", "--layout=bare",
                   "-E", *styles, "^(Assets|Liabilities):")  # fmt: skip
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in list(csv.reader(io.StringIO(csv_text)))[1:]:
        found[row[0], row[1]] += DIGITS.plus(Decimal(row[2]))
    assert {k: v.normalize() for k, v in found.items() if v} == _named(book, names), text


def _named(book: Book, names: Names) -> dict[tuple[str, str], Decimal]:
    """Folio's costs, units without one under the name of their asset."""
    of = {name: book.catalog.holdings[n].asset_id for n, name in names.places.items()}
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (account, currency), amount in costs(folio_lots(book, names)).items():
        where = names.commodities[of[account]] if currency == "units" else currency
        found[account, where] += amount
    return {k: DIGITS.plus(v).normalize() for k, v in found.items() if v}


def check_ledger(book: Book) -> None:
    """``ledger balance`` at cost with every digit, and the units by lot."""
    assert LEDGER
    journal = journal_of(book)
    names = Names(journal, plain_component, plain_commodity)
    text = "".join(hledger.write_ledger(journal))
    words = ("balance", "-B", "--unround", "--flat", "--no-total", "-E", "^Assets|^Liabilities")
    shown = run(LEDGER, text, *words, "--format", "%(account)\t%(display_total)\n")
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account, amount in _ledger_amounts(shown):
        number, _, commodity = amount.strip().partition(" ")
        found[account, commodity.strip('"')] += Decimal(number)
    mine = _named(book, names)
    places = Decimal("1e-12")
    left = {k: v.quantize(places) for k, v in found.items() if v.quantize(places)}
    assert left == {k: v.quantize(places) for k, v in mine.items() if v.quantize(places)}, text


def _ledger_amounts(shown: str) -> Iterator[tuple[str, str]]:
    """Each account's amounts; those after the first stand on lines of their own."""
    account = ""
    for line in shown.splitlines():
        name, tab, amount = line.partition("\t")
        account = name if tab else account
        if re.search(r"\d", amount or line):
            yield account, amount or line
