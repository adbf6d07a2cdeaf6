"""What goes out by hand must be there, and in the lots that it names.

A statement's rows are facts, whatever was there.
"""

from decimal import Decimal

from folio.book import Book
from folio.db.derived import given_back, read_lots, read_positions
from folio.engine.lots import scaled
from folio.errors import FolioError
from folio.model.ledger import Event
from folio.model.numbers import ZERO, to_text
from folio.operations.named_lots import Promises
from folio.operations.recording import Recording


class Cover:
    """Remembers what holdings owed before a command, and refuses what makes it more.

    So it does with what lots lack for the sales that name them.
    """

    def __init__(self, write: Recording) -> None:
        self.write = write
        self._owed: dict[int, Decimal] = {}
        self._promises = Promises(write)

    def note(self, holding_id: int, *, goes_out: bool) -> None:
        """Remember a holding that is about to change."""
        self._promises.watch(holding_id)
        if goes_out and holding_id not in self._owed:
            self._owed[holding_id] = _owed(self.write, holding_id)

    def refuse_uncovered(self) -> None:
        """Refuse what went out beyond what there was or its lots had; called after deriving.

        Raises:
            FolioError: naming the holding or the lot, the day and what it had.
        """
        self._promises.check()
        for holding_id, before in self._owed.items():
            short = _owed(self.write, holding_id) - before
            extra = read_positions(self.write.db, [holding_id])[holding_id].unexplained
            if short > max(extra, ZERO):
                raise FolioError(self._uncovered(holding_id, short))

    def _uncovered(self, holding_id: int, short: Decimal) -> str:
        """Which transaction takes more than there is, and how much there is."""
        catalog = self.write.catalog
        holding = catalog.holdings[holding_id]
        asset = catalog.assets[holding.asset_id].key
        account = catalog.accounts[holding.account_id].key
        event, there = self._beyond(holding_id)
        if event.transaction_id >= self.write.touched.first_transaction:
            return (
                f"{account} has {to_text(there)} {asset} on {event.key[0]}, so "
                f"{to_text(-event.quantity)} cannot go out; record first what came in, or check "
                "the day and the quantity"
            )
        return (
            f"then {account} would lack {to_text(short)} {asset} for transaction "
            f"{event.transaction_id} of {event.key[0]}; check the day and the quantity"
        )

    def _beyond(self, holding_id: int) -> tuple[Event, Decimal]:
        """What takes out more than there is, and how much there is.

        The first from the command's own events on: what was short before them is not theirs.
        """
        events = Book(self.write.db).events([holding_id])
        first = self.write.touched.first_transaction
        there, is_new = ZERO, False
        found = events[-1], ZERO
        for event in events:
            if event.ratio is not None:
                there = scaled(there, *event.ratio)
                continue
            is_new = is_new or event.transaction_id >= first
            if event.quantity < ZERO and there + event.quantity < ZERO:
                found = event, max(there, ZERO)
                if is_new:
                    break
            there += event.quantity
        return found


def _owed(write: Recording, holding_id: int) -> Decimal:
    """The units that ever went out of a holding beyond what there was."""
    lots = read_lots(write.db, [holding_id]).get(holding_id, [])
    owed = -sum((lot.quantity for lot in lots if lot.quantity < ZERO), ZERO)
    return owed + given_back(write.db, holding_id)
