"""What goes out by hand must be there, and in the lots that it names.

A statement's rows are facts, whatever was there.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from folio.book import Book
from folio.db.derived.positions import read_lots, read_positions
from folio.db.transactions.postings import Posting
from folio.errors import FolioError
from folio.model.ledger import Event
from folio.model.numbers import ZERO, to_text
from folio.operations.recording import Recording
from folio.operations.transactions.named_lots import Promises

_SETTLE = "record first what came in, or check the day and the quantity"
_END_SHORT = (
    "what was sold short ends where it is, with a buy at what it fetched; what comes instead, or "
    "elsewhere, is a sell of its own with --lot short"
)


class Cover:
    """Remembers what holdings owed before a command, and refuses what makes it more.

    So it does with what lots lack for the sales that name them.
    """

    def __init__(self, write: Recording) -> None:
        self.write = write
        self._owed: dict[int, Decimal] = {}
        self._lacked: dict[int, dict[int, Decimal]] = {}  # of splits: by holding and transaction
        self._promises = Promises(write)

    def note(self, holding_id: int, *, goes_out: bool) -> None:
        """Remember a holding that is about to change."""
        self._promises.watch(holding_id)
        if goes_out and holding_id not in self._owed:
            self._owed[holding_id] = _owed(self.write, holding_id)

    def note_all(self, postings: Iterable[Posting]) -> None:
        """Remember the holdings of postings that may go: money may be owed, units may not."""
        catalog = self.write.catalog
        for posting in postings:
            holding = catalog.holdings[posting.holding_id]
            self.note(holding.id, goes_out=not catalog.assets[holding.asset_id].is_currency)

    def note_split(self, asset_id: int) -> None:
        """Remember every holding of an asset, whose units a split is about to change."""
        first = self.write.touched.first_transaction
        for holding in self.write.catalog.holdings.values():
            if holding.asset_id == asset_id and holding.id not in self._lacked:
                self.note(holding.id, goes_out=True)
                events = Book(self.write.db).events([holding.id])
                before = [event for event in events if event.transaction_id < first]
                self._lacked[holding.id] = _lacking(before)

    def refuse_uncovered(self) -> None:
        """Refuse what went out beyond what there was or its lots had; called after deriving.

        Raises:
            FolioError: naming the holding or the lot, the day and what it had.
        """
        for _, text in self.faults():
            raise FolioError(text)

    def faults(self, lacks: str = "would lack") -> Iterator[tuple[int, str]]:
        """Each transaction that goes beyond what there is, and how; called after deriving.

        ``lacks`` says it where the command is not refused for it.
        """
        yield from self._promises.broken()
        for holding_id, before in self._owed.items():
            short = _owed(self.write, holding_id) - before
            if short > ZERO and short > self._unexplained(holding_id):
                yield from self._uncovered(holding_id, short, lacks)

    def _unexplained(self, holding_id: int) -> Decimal:
        """What was observed beyond the ledger, which may go out, too."""
        return read_positions(self.write.db, [holding_id])[holding_id].unexplained

    def _is_short(self, holding_id: int) -> bool:
        lots = read_lots(self.write.db, [holding_id]).get(holding_id, [])
        return any(lot.quantity < ZERO and lot.cost is not None for lot in lots)

    def _uncovered(self, holding_id: int, short: Decimal, lacks: str) -> Iterator[tuple[int, str]]:
        """Which transactions take more than there is, and how much there is."""
        catalog = self.write.catalog
        holding = catalog.holdings[holding_id]
        pot = f" [{holding.label}]" if holding.label else ""
        asset = f"{catalog.assets[holding.asset_id].key}{pot}"
        account = catalog.accounts[holding.account_id].key
        first = self.write.touched.first_transaction
        events = Book(self.write.db).events([holding_id])
        undone_on = self.write.touched.holdings.get(holding_id) if self.write.reversals else None
        beyond = _beyond(events, first, undone_on)
        if (lacked := self._lacked.get(holding_id)) is not None:
            # What a split makes more of was owed before it, too.
            now = _lacking(events)
            more = {one for one, units in now.items() if units > lacked.get(one, ZERO)}
            beyond = [(event, there) for event, there in beyond if event.transaction_id in more]
            if not beyond:
                return
        for event, there in beyond:
            if event.transaction_id >= first:
                has, settle = f"has {to_text(max(there, ZERO))}", _SETTLE
                if event.kind == "sell":
                    settle += ", or say --lot short, if they are sold short"
                elif there < ZERO and self._is_short(holding_id):
                    has, settle = f"owes {to_text(-there)}", _END_SHORT
                yield (
                    event.transaction_id,
                    f"{account} {has} {asset} on {event.key[0]}, so "
                    f"{to_text(-event.quantity)} cannot go out; {settle}",
                )
        if all(event.transaction_id < first for event, _ in beyond):
            event, there = beyond[0] if beyond else (events[-1], ZERO)
            units = -event.quantity - max(there, ZERO) if beyond else short
            own = [e.transaction_id for e in events if e.transaction_id >= first]
            yield (
                max(own, default=event.transaction_id),
                f"then {account} {lacks} {to_text(units)} {asset} for transaction "
                f"{event.transaction_id} of {event.key[0]}; check the day and the quantity",
            )


def _beyond(
    events: Sequence[Event], first: int, undone_on: dt.date | None
) -> list[tuple[Event, Decimal]]:
    """What takes out more than there is, and how much there is (below 0: owed), from
    transaction ``first`` on.

    Or from the day on of what was undone, of which something else may stand in another place.

    What was short before any of these is not theirs, unless none is in the walk, as after an
    undoing; units that one may not take are there for the next.
    """
    from folio.engine.splits import scaled

    there, found = ZERO, []
    is_new = all(event.transaction_id < first for event in events)
    for event in events:
        is_new = is_new or event.transaction_id >= first
        is_new = is_new or (undone_on is not None and event.key[0] >= undone_on.isoformat())
        if event.ratio is not None:
            there = scaled(there, *event.ratio)
            continue
        beyond = event.quantity < ZERO and there + event.quantity < ZERO
        if is_new and beyond and not event.is_short:
            found.append((event, there))
        else:
            there += event.quantity
    return found


def _lacking(events: Sequence[Event]) -> dict[int, Decimal]:
    """How many units more than there were each transaction took, by its id, in units of its day."""
    from folio.engine.splits import scaled

    there, found = ZERO, dict[int, Decimal]()
    for event in events:
        if event.ratio is not None:
            there = scaled(there, *event.ratio)
            continue
        before, there = there, there + event.quantity
        short = min(before, ZERO) - min(there, ZERO)
        if short > ZERO and not event.is_short:
            found[event.transaction_id] = found.get(event.transaction_id, ZERO) + short
    return found


def _owed(write: Recording, holding_id: int) -> Decimal:
    """The units that ever went out of a holding beyond what there was, and were not sold short."""
    from folio.db.derived.disposals import given_back  # what comes in owes nothing

    lots = read_lots(write.db, [holding_id]).get(holding_id, [])
    owed = -sum((lot.quantity for lot in lots if lot.quantity < ZERO and lot.cost is None), ZERO)
    return owed + given_back(write.db, holding_id)
