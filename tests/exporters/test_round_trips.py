"""Out to another program and back: the same holdings, lots and costs, to the last digit."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper
from exporters.peers import HLEDGER, journal_of
from folio.book import Book
from folio.db.derived import read_lots, read_positions
from folio.exporters import beancount, hledger
from folio.operations.import_statement import import_files
from folio.operations.read_files import Choices
from laws.test_rollup_law import COMMANDS, new_book, run

PROGRAMS = ["beancount"] + ["hledger"] * bool(HLEDGER)
WRITERS = {"beancount": beancount.write, "hledger": hledger.write}
Lots = dict[tuple[str, ...], list[Decimal]]


def lots_of(book: Book) -> Lots:
    """Open lots by account, asset, day and cost currency: units and cost; money as one sum."""
    found: Lots = defaultdict(lambda: [Decimal(0), Decimal(0)])
    catalog, stored = book.catalog, read_lots(book.db)
    for number, position in read_positions(book.db).items():
        holding = catalog.holdings[number]
        asset = catalog.assets[holding.asset_id]
        where = (catalog.accounts[holding.account_id].name, asset.symbol)
        if position.plain:
            found[where][0] += position.quantity
            continue
        for lot in stored.get(number, []):
            key = where
            own = lot.currency == asset.id and lot.cost == lot.quantity
            if not own and lot.quantity > 0:
                currency = "" if lot.currency is None else catalog.assets[lot.currency].symbol
                key = (*where, lot.acquired_on, currency)
            found[key][0] += lot.quantity
            found[key][1] += Decimal(0) if own or lot.cost is None else lot.cost
    return {k: [n.normalize() for n in v] for k, v in sorted(found.items()) if any(v)}


def back(keeper: Bookkeeper, folder: Path, program: str) -> Bookkeeper:
    """A new book of what a book's journal says."""
    for old in folder.glob("back.*"):
        old.unlink()
    file = folder / f"back.{program}"
    file.write_text("".join(WRITERS[program](journal_of(keeper.book(walks=True)))), "utf-8")
    other = Bookkeeper(folder / "back.db")
    import_files(other.db, other.who, [file], {}, Choices(create=True))
    return other


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.parametrize("program", PROGRAMS)
@settings(
    max_examples=8,
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a book is read sooner than shrunk
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, min_size=5, max_size=30))
def test_any_book_comes_back(folder: Path, program: str, commands: list[Any]) -> None:
    keeper = new_book(folder)
    for command in commands:
        run(keeper, command)
    other = back(keeper, folder, program)
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()
