"""The lots that a sale names, kept and held to.

Naming asks for exactly what is sold: a sale by hand whose lots lack units is refused, and
so is whatever would take units away from a sale that named them; a statement's is a fact,
and the method in force chooses what its lots lack.
"""

from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, Decimal

from folio.book import Book
from folio.db.derived.positions import read_lots
from folio.db.transactions.ledger import Known
from folio.db.transactions.lot_choices import Lacking, lacking
from folio.db.transactions.postings import NewPosting, postings_of
from folio.errors import FolioError, UsageError
from folio.model.lot_names import SHORT, lot_text, parse_lots
from folio.model.numbers import ZERO, to_text
from folio.model.shell_words import shell_word
from folio.model.transactions import Draft, LotRef
from folio.operations.recording import Recording

_SHOWN = Decimal("0.00000001")  # what an average leaves of a lot may have fifty digits
Named = list[tuple[int, int, Decimal | None]]  # holding, lot, units


def lots_of(
    write: Recording,
    draft: Draft,
    postings: list[NewPosting],
    find: Callable[[LotRef], Known | None],
) -> Named:
    """The lots that a draft names: by their numbers, or by the rows that opened them.

    Of a row that was not recorded the method chooses others.

    Raises:
        UsageError: when numbers name none, one twice, or other units than are sold.
    """
    if draft.kind == "exercise":  # of the shares, not of the option
        option = next((p.holding_id for p in postings if p.role == "asset"), None)
        postings = [p for p in postings if p.holding_id != option]
    if draft.lot:
        return named_lots(write, draft.lot, postings)
    named: dict[tuple[int, int], Decimal] = {}
    for out, taken in (
        (_taken_out(postings), draft.takes),
        (_paid_in_kind(write, postings), draft.pays),
    ):
        for ref, units in taken if out is not None else ():
            own = ref == (draft.account, draft.external_id)  # what it sells short
            known = SHORT if own else _number(find(ref))
            if out is not None and known is not None:
                key = (out.holding_id, known)
                named[key] = named.get(key, ZERO) + units
    return [(holding, lot, units) for (holding, lot), units in sorted(named.items())]


def _number(known: Known | None) -> int | None:
    return None if known is None else known[0]


def _taken_out(postings: list[NewPosting]) -> NewPosting | None:
    return next((p for p in postings if p.role == "asset" and p.quantity.startswith("-")), None)


def _paid_in_kind(write: Recording, postings: list[NewPosting]) -> NewPosting | None:
    """What a fee in units took."""
    catalog = write.catalog
    for posting in postings:
        money = catalog.assets[catalog.holdings[posting.holding_id].asset_id].is_currency
        if posting.role == "fee" and posting.quantity.startswith("-") and not money:
            return posting
    return None


def named_lots(write: Recording, text: str, postings: list[NewPosting]) -> Named:
    """The lots that a draft names, for the first of its postings that takes units out.

    What brings units in alone may say that it ends a short sale.

    Raises:
        UsageError: when it names none, names one twice, or names other units than are sold.
    """
    out = _taken_out(postings)
    if out is None:
        return _ending(text, postings)
    said = parse_lots(text, -Decimal(out.quantity))
    for lot, _ in said:
        if lot != SHORT:
            _check_lot(write, lot, out.holding_id)
    return [(out.holding_id, lot, units) for lot, units in said]


def _ending(text: str, postings: list[NewPosting]) -> Named:
    """Of a purchase: that it ends a short sale; it names no other lot."""
    if text != lot_text(SHORT, None):
        raise UsageError(f"a purchase takes no --lot {text}, but --lot short: it ends that")
    into = next((p.holding_id for p in postings if p.role == "asset"), None)
    return [] if into is None else [(into, SHORT, None)]


def _check_lot(write: Recording, number: int, holding_id: int) -> None:
    """The named lot is there, was opened there, or may have been carried there."""
    catalog = write.catalog
    postings = postings_of(write.db, number)
    came = {catalog.holdings[p.holding_id].id for p in postings if p.quantity > ZERO}
    if holding_id in came or _is_known(write, number, holding_id):
        return
    asset = catalog.holdings[holding_id].asset_id
    same = any(catalog.holdings[h].asset_id == asset for h in came)
    carried = ("transfer", "merger", "spin_off", "symbol_change")
    if same and any(e.kind.startswith(carried) for e in Book(write.db).events([holding_id])):
        return
    raise UsageError(
        f"transaction {number} opened no lot of {catalog.assets[asset].key} "
        "there; folio lots lists them"
    )


def _is_known(write: Recording, number: int, holding_id: int) -> bool:
    lots = read_lots(write.db, [holding_id]).get(holding_id, [])
    if any(lot.opened_by == number for lot in lots):
        return True
    from folio.db.derived.disposals import read_disposals

    return any(s.opened_by == number for s in read_disposals(write.db, holding_ids=[holding_id]))


class Promises:
    """What sales were promised by naming lots, watched over one command by hand."""

    def __init__(self, write: Recording) -> None:
        self.write = write
        self._before: dict[int, dict[tuple[int, int], Lacking]] = {}

    def watch(self, holding_id: int) -> None:
        """Remember what named lots lack before the command; called before deriving."""
        if holding_id not in self._before:
            self._before[holding_id] = self._lacking(holding_id)

    def _lacking(self, holding_id: int) -> dict[tuple[int, int], Lacking]:
        return lacking(self.write.db, holding_id, self.write.catalog.members(holding_id))

    def check(self) -> None:
        """Refuse what leaves a sale without the lots it names; called after deriving.

        Raises:
            FolioError: naming the lot and the units that it has.
        """
        for _, text in self.broken():
            raise FolioError(text)

    def broken(self) -> Iterator[tuple[int, str]]:
        """Each sale that is left without the lots it names, and how; called after deriving."""
        for holding_id, before in self._before.items():
            for key, now in self._lacking(holding_id).items():
                known = before.get(key)
                if known is None or now.units > known.units:
                    yield now.transaction, self._refusal(holding_id, now)

    def _refusal(self, holding_id: int, lack: Lacking) -> str:
        catalog = self.write.catalog
        asset = catalog.assets[catalog.holdings[holding_id].asset_id].key
        there = to_text((lack.asked - lack.units).quantize(_SHOWN, ROUND_DOWN))
        first = self.write.touched.first_transaction
        lot = f"lot {lack.lot}" if lack.lot < first else "the lot"  # its number is not to be
        has = f"{lot} has {there} {asset} on {lack.day}"
        if lack.transaction >= first:
            such = "" if there == "0" else f" for the rest, such as --lot {lack.lot}:{there},…"
            more = f"name others{such}; folio lots {shell_word(asset)} lists them"
            return f"{has}, not {to_text(lack.asked)}; {more}"
        return (
            f"then {has}, and transaction {lack.transaction} names {to_text(lack.asked)} of it; "
            f"correct that one first, with: folio amend {lack.transaction} --lot …"
        )
