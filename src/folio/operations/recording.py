"""One command, one database transaction: facts go in, and what follows from them is derived.

    with recording(db, who) as write:
        undo_transaction(write, 17)

Everything inside is recorded, or nothing.  The verbs take the recording, so that several can be
one commit; but those open theirs that first read files or ask the network (``import_files``,
``fetch_prices``), while others may write, or make a book.

On the way out, positions, lots, disposals and trade prices are brought up to date for what was
touched, the rollup's dirty days are marked, and the commit is closed, unless it changes figures of
locked days.
"""

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from folio.book import Book
from folio.db.arrangements.catalog import Catalog
from folio.db.arrangements.sources import find_source, source_id
from folio.db.file.connection import writing
from folio.db.recording.commits import Commit
from folio.db.transactions.postings import NewTransaction, add_transaction
from folio.model.assets import Asset, AssetRef
from folio.model.named import NamedTuple
from folio.model.transactions import AccountRef
from folio.operations.collector import collector_at_rest
from folio.operations.deriving.derive import derive
from folio.operations.deriving.touched import Touched
from folio.operations.lock_guard import LockGuard

if TYPE_CHECKING:
    from folio.db.prices.prices import NewPrice
    from folio.operations.transactions.shape import Shape, ShapeKey


class Who(NamedTuple):
    """Who asks, for what, and when: what a commit keeps of a command."""

    command: str
    user: str
    now: dt.datetime  # aware
    into_lock: bool = False  # figures of locked days may change


class Recording:
    """What a command records, while its database transaction is open."""

    def __init__(self, db: sqlite3.Connection, who: Who, *, dry_run: bool = False) -> None:
        self._db = db
        self.dry_run = dry_run  # all of it is only tried, to be taken back
        self.commit = Commit(db, command=who.command, user=who.user, now=who.now)
        self.into_lock = who.into_lock
        self.touched = Touched()
        self.reversals = 0  # recorded so far
        self.has_revisions = False  # of transactions that were reversed
        self.prices: list[NewPrice] = []
        self.made: list[str] = []  # accounts and assets that are new, in words
        self.checks: list[Callable[[], None]] = []  # run when everything is derived
        # Looked up before; until one may mean something else.
        self.accounts_named: dict[AccountRef, int] = {}
        self.assets_named: dict[AssetRef, int] = {}
        self._words: set[str] = set()  # by which assets were called
        self.shapes: dict[ShapeKey, Shape] = {}  # of drafts
        self._sources: dict[str, int] = {}
        self._known_sources: dict[str, int | None] = {}  # as they were before this command

    @property
    def db(self) -> sqlite3.Connection:
        """The book, with all that was recorded so far."""
        self.commit.flush()
        return self._db

    @property
    def stored(self) -> sqlite3.Connection:
        """The book without the transactions that wait to be written, for what is none."""
        return self._db

    @cached_property
    def catalog(self) -> Catalog:
        """The names of the book; new ones are added to it as they are recorded."""
        return Catalog(self._db)

    def name_asset(self, ref: AssetRef, asset: Asset) -> None:
        """Remember which asset a name means."""
        self.assets_named[ref] = asset.id
        self._words |= _words(ref)

    def meet(self, asset: Asset) -> None:
        """Take in a new asset: what was called as it is may mean that one now."""
        if not self._words.isdisjoint(_words(asset)):
            self.forget_names()

    def forget_names(self) -> None:
        """Look names up anew, for one may have another meaning."""
        self.accounts_named.clear()
        self.assets_named.clear()
        self.shapes.clear()

    def source(self, name: str, *, split_adjusted: bool = False) -> int:
        """The id of a source, recorded at its first use.

        ``split_adjusted`` says that its prices are restated after each split.

        Raises:
            FolioError: when it was recorded as one that is not.
        """
        number = self._sources.get(name)
        if number is None:
            number = source_id(self.commit, name, split_adjusted=split_adjusted)
            self._sources[name] = number
        return number

    def known_source(self, name: str) -> int | None:
        """The id of a source, None where nothing is of it; asked once."""
        if name not in self._known_sources:
            self._known_sources[name] = find_source(self._db, name)
        return self._sources.get(name) or self._known_sources[name]

    def transaction(self, new: NewTransaction, *, replay: bool = False) -> int:
        """Record a transaction; ``replay`` says that it changes what was already folded.

        So does a later revision: the links and the lots of the first hold for it.
        """
        number = add_transaction(self.commit, new)
        self.reversals += new.reverses is not None
        if new.revision > 1:
            self.has_revisions = replay = True
        self.touched.transaction(number, new.occurred_on, new.postings)
        if replay:
            self.touched.again.update([p[0] for p in new.postings])
        if new.related_asset_id is not None and any(p.across for p in new.postings):
            self.touch_payer(new.account_id, new.related_asset_id, new.occurred_on, replay=replay)
        if new.action is not None:
            self.touched.asset(new.action.asset_id, new.occurred_on)
        return number

    def touch_payer(self, account: int | None, asset: int, day: dt.date, *, replay: bool) -> None:
        """Say that what was paid from a holding into other accounts changed."""
        payer = self.catalog.holding_of(account or 0, asset)
        if payer is not None:
            self.touched.holding(payer.id, day)
            self.touched.again.update([payer.id] if replay else [])

    def link(self, statement_id: int, links: Iterable[tuple[int, int]]) -> None:
        """Say which lines of a statement state which transactions: (transaction, line)."""
        self.commit.link((transaction, statement_id, line) for transaction, line in links)

    def price(self, new: "NewPrice") -> None:
        """Record a price when the command ends."""
        self.prices.append(new)

    def finish(self) -> None:
        """Derive what follows from the facts, and close the commit."""
        if self.prices:
            from folio.db.prices.prices import add_prices

            add_prices(self.commit, self.prices)
            for price in self.prices:
                self.touched.price(price.asset_id, price.quote_id, (price.day, price.day))
        guard = LockGuard(self.db)
        self.commit.write_links()
        if not self.touched.nothing:
            known = self.catalog if self.commit.has_events_alone else None
            at = self.commit.recorded_at
            book = Book(self.db, walks=self.touched.many, recorded_at=at, catalog=known)
            derive(book, self.touched, tried=self.dry_run)
        for check in self.checks:
            check()
        guard.check(self.commit, self.touched, into_lock=self.into_lock)
        self.commit.close()


def _words(asset: Asset | AssetRef) -> set[str]:
    """What an asset may be called: by its symbol in any case, by its ISIN as a symbol, too."""
    return {asset.symbol.casefold(), (asset.isin or asset.symbol).casefold()}


@contextlib.contextmanager
def recording(db: sqlite3.Connection, who: Who, *, dry_run: bool = False) -> Iterator[Recording]:
    """Record facts: all of them or, when anything is raised or ``dry_run``, none."""
    with contextlib.suppress(_DryRun), collector_at_rest(), writing(db):
        write = Recording(db, who, dry_run=dry_run)
        yield write
        write.finish()
        if dry_run:
            raise _DryRun


class _DryRun(Exception):
    """Rolls the transaction back after everything was tried."""
