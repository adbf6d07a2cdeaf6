"""``demo``: the example book, from the statements that folio ships.

Does what ``import-all.sh`` and ``setup.sh`` of the examples do, through the same operations.
"""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from folio.book import Book
from folio.book.transfers import unanswered
from folio.importers import Profile
from folio.model.dates import parse_day
from folio.operations.arranging.arrange import (
    add_vault,
    fill_vault,
    get_holding,
    set_asset,
)
from folio.operations.arranging.shown import add_group, tag_group
from folio.operations.deriving.roll_up import roll_up
from folio.operations.importing.import_files import import_files
from folio.operations.importing.read_files import Choices
from folio.operations.keeping.create_book import init
from folio.operations.pricing.import_prices import import_prices
from folio.operations.recording import Recording, Who, recording
from folio.operations.transfers.answer_transfers import answer_legs

LAST_DAY = dt.date(2025, 6, 30)  # of the statements
CURRENCY = "EUR"  # of the book
INSTITUTIONS = ("wise", "kraken", "trading212")  # the bank first, then what its money went to
TYPES = {"stock": ("AAPL", "ASML", "MSFT", "SAP"), "etf": ("CSPX", "VWCE")}
VAULTS = (  # name, target, by, percentage of the cash at the bank
    ("Emergency fund", "9000", None, "30"),
    ("House deposit", "40000", "2028-06-30", "60"),
)
_BESIDE = Path(__file__).parents[2] / "examples"  # in a wheel
EXAMPLES = _BESIDE if _BESIDE.is_dir() else Path(__file__).parents[4] / "examples"


def make_example(path: Path, who: Who, profiles: Mapping[str, Profile]) -> sqlite3.Connection:
    """Make the example book at ``path``; returns it, open.

    Raises:
        FolioError: where a file is there already.
    """
    db = init(path, who, currency=CURRENCY, time_zone="Europe/Berlin")
    for name in INSTITUTIONS:
        files = sorted((EXAMPLES / "statements").glob(f"{name}_*.csv"))
        import_files(db, who, files, profiles, Choices(create=True))
    with recording(db, who) as write:
        import_prices(write, (EXAMPLES / "prices.csv").read_text("utf-8"), today=LAST_DAY)
    with recording(db, who) as write:
        went_to_a_wallet = [leg.transaction_id for leg in unanswered(Book(db))]
        answer_legs(write, went_to_a_wallet, "untracked")
    with recording(db, who) as write:
        _arrange(write)
    roll_up(db, LAST_DAY)
    return db


def _arrange(write: Recording) -> None:
    """Types, two vaults, filled from the bank, and a group of what is at the broker."""
    for kind, symbols in TYPES.items():
        for symbol in symbols:
            set_asset(write, symbol, type=kind)
    cash = get_holding(write, "Wise", "EUR")
    for name, target, by, percent in VAULTS:
        day = None if by is None else parse_day(by, LAST_DAY)
        vault = add_vault(write, name, target=Decimal(target), currency=write.catalog.base, by=day)
        fill_vault(write, vault, cash, Decimal(percent), dt.date(2024, 1, 1))
    tag_group(write, add_group(write, "longterm"), "member", account="Trading 212")
