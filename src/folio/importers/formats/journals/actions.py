"""What companies did to their shares, in a journal of folio's own.

Its lots go out and come in again at other costs, or as another company's.  Where a draft leads to
just these lots, to the last digit, it is what the entry is; else the entry is what it did to lots.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from folio.importers.formats.journals.entries import Event, Unit
from folio.importers.formats.journals.legs import ACTIONS
from folio.importers.formats.journals.parcels import Parcel, Taken
from folio.importers.formats.journals.splits import Split, Splits
from folio.importers.formats.journals.units import as_kept, lot_key
from folio.model.numbers import ONE, RATIO, ZERO, divide
from folio.model.transactions import Draft, Leg, LotRef

Pairs = list[tuple[Unit, Unit]]  # lots that went, and what came for each
Part = Callable[[Decimal, Decimal, Decimal], Decimal]  # cost, units and share → what came along
_NEAR = 9  # digits in the last place by which a share is looked for


class Actions(Splits):
    """Makes the drafts of exercises, mergers, new symbols, spin-offs, delistings and returns of
    capital."""

    def _exercise(
        self, event: Event, inside: list[Unit], outside: list[Unit]
    ) -> tuple[Draft, list[Unit]] | None:
        """An entry as an exercise, where it names its option; nothing of it is left."""
        options = [u for u in inside if u.commodity == event.payer]
        shares = [u for u in inside if u not in options and not self._is_money(u)]
        money = [u for u in inside if u not in options and u not in shares]
        strike = next((u.commodity for u in money if u.units > ZERO), "")
        strike = next((u.cost_in for u in shares if u.units > ZERO and u.cost), strike)
        fees = self._charges(event, money, outside, strike) if strike else {}
        paid = [u for u in money if u not in fees]
        if not options or len({u.commodity for u in shares}) != 1 or len(paid) != 1:
            return None
        if any(u.cost is None for u in shares if u.units > ZERO):  # they end what nobody owes
            return None
        account, label = self.names.holding(options[0].account, options[0].commodity)
        _, other = self.names.holding(shares[0].account, shares[0].commodity)
        wholes = [sum((u.units for u in units), ZERO) for units in (options, shares)]
        gone, came = (
            Leg("asset", self.names.asset(units[0].commodity), whole, label=pot)
            for units, whole, pot in zip((options, shares), wholes, (label, other), strict=True)
        )
        cash = [self._cash(u, account) for u in paid]
        costs, pays = self._paid(fees, account)
        draft = self._draft(event, "exercise", account, gone, came, *as_kept(paid, cash), *costs)
        own = LotRef(account, draft.external_id or "")
        lots, short = self._sold_lots([u for u in shares if u.units < ZERO], event)
        for unit in (*options, *shares):
            if unit.units > ZERO and self._is_owed(unit):
                self._give_back(unit)
            elif unit.units > ZERO:
                self._brought(unit, own)
            elif unit in options:
                self._taken(unit)
        takes = (*lots, *([(own, short)] if short else []))
        return draft._replace(takes=takes, pays=pays), []

    def _action(self, event: Event, inside: list[Unit]) -> Draft | None:
        """An entry as what a company did; None where it is not sure to lead to the same lots."""
        money = [u for u in inside if self._is_money(u)]
        lots = [u for u in inside if u not in money]
        gone = [u for u in lots if u.units < ZERO]
        came = [u for u in lots if u.units > ZERO]
        if event.kind == "return_of_capital" and not lots:
            return self._returned_for_nothing(event, money)
        if event.kind not in ACTIONS or not gone or not self._are_plain(lots, money):
            return None
        if not all(self._there(u) >= -u.units for u in gone):
            return None
        if event.kind in ("merger", "symbol_change", "delisting"):
            return self._exchanged(event, gone, came, money)
        again = [u for u in came if u.commodity == gone[0].commodity]
        new = [u for u in came if u not in again]
        if event.payer != gone[0].commodity or not self._are_all(gone):
            return None
        if event.kind == "spin_off":
            return self._spun_off(event, gone, again, new) if new and not money else None
        return self._returned(event, gone, again, money[0]) if money and not new else None

    def _are_plain(self, lots: list[Unit], money: list[Unit]) -> bool:
        """Whether all is of one account, with lots and costs that are known, and each lot once."""
        places = {(u.commodity, self.names.holding(u.account, u.commodity)) for u in lots}
        gone = [lot_key(u) for u in lots if u.units < ZERO]
        return (
            all(u.has_lot and u.cost is not None for u in lots)
            and len({u.commodity for u in lots}) == len(places)
            and len({where[0] for _, where in places}) == 1
            and len({u.commodity for u in lots if u.units < ZERO}) == 1
            and len(set(gone)) == len(gone)
            and [u.units > ZERO for u in money] in ([], [True])
        )

    def _there(self, unit: Unit) -> Decimal:
        """What is left of a lot."""
        waiting = self.parcels.get((self._holding(unit), lot_key(unit)), ())
        return sum((parcel.units for parcel in waiting), ZERO)

    def _are_all(self, gone: list[Unit]) -> bool:
        """Whether nothing else is held of them."""
        own = self._holding(gone[0])
        kept = (p.units for key, parcels in self.parcels.items() if key[0] == own for p in parcels)
        return sum(kept, ZERO) == -_units(gone) and not any(
            units for key, units in self.owed.items() if key[0] == own
        )

    def _exchanged(
        self, event: Event, gone: list[Unit], came: list[Unit], money: list[Unit]
    ) -> Draft | None:
        """Lots that became another company's, or money, or both; a delisting's bring no units."""
        part = of_disposal if money else whole
        share, pairs = self._shared(self._named_order(gone), came, part) if came else (ONE, [])
        if not (pairs or not came) or not (money or share == ONE):
            return None
        if not came and not (event.kind == "delisting" or (event.kind == "merger" and money)):
            return None
        if came and event.kind == "delisting":
            return None
        account, label = self.names.holding(gone[0].account, gone[0].commodity)
        legs = [Leg("asset", self.names.asset(gone[0].commodity), _units(gone), label=label)]
        legs += [self._new_units(came)] if came else []
        cash = as_kept(money, [self._cash(u, account) for u in money])
        draft = self._draft(event, event.kind, account, *legs, *cash)
        takes = self._carried(pairs) if came else self._taken_by(gone)
        return draft._replace(takes=takes, cost_share=share if came and money else None)

    def _shared(self, gone: list[Unit], came: list[Unit], part: Part) -> tuple[Decimal, Pairs]:
        """The share of the cost that came along, and each lot with what came for it.

        As the fold of a book hands them on: in this order, of each lot's day, as large a part of
        all units, the last with the remainder.  No pairs: it would come to other lots.
        """
        old, new = -_units(gone), _units(came)
        sizes = [divide(-out.units * new, old) for out in gone[:-1]]
        sizes.append(new - sum(sizes, ZERO))
        for out, size in zip(gone, sizes, strict=True):
            several = len(self.parcels[self._holding(out), lot_key(out)]) > 1
            if several and size * old != -out.units * new:  # of which one has a remainder
                return ONE, []
        for share in _shares(gone, came):
            wanted = [
                out._replace(units=size, cost=part(out.cost or ZERO, -out.units, share))
                for out, size in zip(gone, sizes, strict=True)
            ]
            pairs = _paired(gone, wanted, came)
            if pairs:
                return share, pairs
        return ONE, []

    def _named_order(self, gone: list[Unit]) -> list[Unit]:
        """As lots go that are named: by what brought them in, the first first."""
        first = {id(u): self.parcels[self._holding(u), lot_key(u)][0].opened_by for u in gone}
        return sorted(gone, key=lambda unit: self.serial[first[id(unit)]])

    def _new_units(self, came: list[Unit]) -> Leg:
        _, label = self.names.holding(came[0].account, came[0].commodity)
        return Leg("asset", self.names.asset(came[0].commodity), _units(came), label=label)

    def _carried(self, pairs: Pairs) -> Taken:
        """The lots that went, which are those of what came."""
        taken = dict[LotRef, Decimal]()
        for out, into in pairs:
            for ref, units in self._taken(out):
                taken[ref] = taken.get(ref, ZERO) + units
                self._arrived(into, Parcel(ref, divide(into.units * units, -out.units)))
        return tuple(taken.items())

    def _spun_off(
        self, event: Event, gone: list[Unit], again: list[Unit], new: list[Unit]
    ) -> Draft | None:
        """A part of the cost of each lot, with as large a part of the new units."""
        held = sorted(gone, key=lambda unit: unit.acquired_on or event.day)
        share, pairs = self._shared(held, new, of_cost)
        kept = _same_units(pairs, again)
        if not kept:
            return None
        account, _ = self.names.holding(gone[0].account, gone[0].commodity)
        draft = self._draft(event, event.kind, account, self._new_units(new))
        for out, into in pairs:
            for parcel in self.parcels[self._holding(out), lot_key(out)]:
                units = divide(into.units * parcel.units, -out.units)
                self._arrived(into, Parcel(parcel.opened_by, units))
        return self._of_payer(event, draft, kept)._replace(cost_share=share)

    def _returned(
        self, event: Event, gone: list[Unit], again: list[Unit], paid: Unit
    ) -> Draft | None:
        """Money that lowers the cost of each lot by its units' part of it."""
        if {u.cost_in for u in gone} != {paid.commodity}:
            return None
        left, whole = paid.units, -_units(gone)
        kept = []
        for place, out in enumerate(gone, 1):
            part = left if place == len(gone) else divide(paid.units * -out.units, whole)
            left -= part
            now = out._replace(units=-out.units, cost=max(ZERO, (out.cost or ZERO) - part))
            into = next((u for u in again if _is_same(u, now)), None)
            if into is None:
                return None
            kept.append((out, into))
        account, label = self.names.holding(gone[0].account, gone[0].commodity)
        if label or len(again) != len(gone):
            return None
        cash = as_kept([paid], [self._cash(paid, account)])
        return self._of_payer(event, self._draft(event, event.kind, account, *cash), kept)

    def _of_payer(self, event: Event, draft: Draft, kept: Pairs) -> Draft:
        """What a company did to lots that stay, which are known by other costs from here on."""
        self._rescale(Split(event.payer, (1, 1), kept, [], []))
        return draft._replace(related_asset=self.names.asset(event.payer))


def whole(cost: Decimal, units: Decimal, share: Decimal) -> Decimal:
    """All of a lot's cost goes along."""
    return cost


def of_cost(cost: Decimal, units: Decimal, share: Decimal) -> Decimal:
    """A spin-off's part of a lot's cost."""
    return divide(cost * share, ONE)


def of_disposal(cost: Decimal, units: Decimal, share: Decimal) -> Decimal:
    """What is left of a lot's cost when so much of its units goes for money."""
    gone = divide(units * (ONE - share), ONE)
    return ZERO if gone == units else cost - divide(cost * gone, units)


def _units(several: list[Unit]) -> Decimal:
    return sum((unit.units for unit in several), ZERO)


def _paired(gone: list[Unit], wanted: list[Unit], came: list[Unit]) -> Pairs:
    """Each lot that went with what came for it; none where something else came."""
    left, pairs = list(came), []
    for out, one in zip(gone, wanted, strict=True):
        into = next((u for u in left if _is_same(u, one)), None)
        if into is None:
            return []
        left.remove(into)
        pairs.append((out, into))
    return [] if left else pairs


def _shares(gone: list[Unit], came: list[Unit]) -> Iterator[Decimal]:
    """What part of the cost may have come along, by the lots of one currency.

    Of a part that does not end the costs tell all but the last digit or two.
    """
    money = gone[0].cost_in
    old, new = (
        sum((u.cost or ZERO for u in units if u.cost_in == money), ZERO) for units in (gone, came)
    )
    about = divide(new, old) if old else ONE
    last = Decimal(1).scaleb(about.adjusted() + 1 - RATIO.prec)
    yield from (about + n * last for n in sorted(range(-_NEAR, _NEAR + 1), key=abs))


def _same_units(pairs: Pairs, again: list[Unit]) -> Pairs:
    """Each lot that stays, at what it cost less what went along; none where one is another."""
    left, kept = list(again), []
    for out, new in pairs:
        now = out._replace(units=-out.units, cost=(out.cost or ZERO) - (new.cost or ZERO))
        into = next((u for u in left if _is_same(u, now)), None)
        if into is None:
            return []
        left.remove(into)
        kept.append((out, into))
    return [] if left else kept


def _is_same(unit: Unit, other: Unit) -> bool:
    said = (unit.units, unit.cost, unit.cost_in, unit.acquired_on)
    return said == (other.units, other.cost, other.cost_in, other.acquired_on)
