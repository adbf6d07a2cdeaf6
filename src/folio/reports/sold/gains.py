"""What was gained and lost by selling: each slice of a lot, and their sum."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from folio.book import Book
from folio.engine.grades import Judged, as_one, together
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.reports.query import HELD, Query, begun, judged_cells, namesakes, title_of
from folio.reports.sold.disposed import (
    CASH,
    EFFECTS,
    LONG,
    SHORT,
    UNCOVERED,
    Disposal,
    Disposing,
    Sum,
    held_since,
    lot_of,
)
from folio.reports.sold.realised import disposals

_WHOSE = (
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account", optional=3),
    Column("asset", "Asset"),
    Column("label", "Label", machine_only=True),
)
_TRUST = (
    Column("grade", "Grade", "grade", optional=6),
    Column("reasons", "Why", machine_only=True),
)
_APART = Column("listed", "", people_only=True)
COLUMNS = (
    *_WHOSE,
    Column("acquired_on", "Acquired", "day", optional=2),
    Column("disposed_on", "Disposed", "day"),
    Column("quantity", "Quantity", "quantity", optional=1),
    Column("proceeds", "Proceeds", "money"),
    Column("cost", "Cost", "money"),
    Column("gain", "Gain", "gain"),
    *EFFECTS,
    Column("days_held", "Days", "count", optional=4),
    Column("term", "Term", optional=5),
    *_TRUST,
    Column("transaction", "Transaction", "number", machine_only=True),
    Column("lot", "Lot", "number", machine_only=True),
)
_SUMS = (
    Column("disposals", "Disposals", "count", optional=4),
    Column("proceeds", "Proceeds", "money"),
    Column("cost", "Cost", "money"),
    Column("gain", "Gain", "gain"),
    Column("short_gain", "Short term", "gain", optional=1),
    Column("long_gain", "Long term", "gain", optional=1),
    Column("cash_gain", "Cash", "gain", optional=2),
    Column("uncovered_proceeds", "Uncovered", "money", optional=3),
    *EFFECTS,
    *_TRUST,
)
BY: dict[str, tuple[Column, ...]] = {  # what each row of a summary is about
    "lot": (
        *_WHOSE,
        Column("lot", "Lot", "number"),
        Column("acquired_on", "Acquired", "day", optional=5),
        Column("quantity", "Sold", "quantity", optional=5),
    ),
    "asset": (Column("asset", "Asset"), Column("quantity", "Sold", "quantity", optional=5)),
    "account": (
        Column("institution", "Institution", machine_only=True),
        Column("account", "Account"),
    ),
    "year": (Column("year", "Year", "number"),),
    "term": (Column("term", "Term"),),
}
HEADLINE = (
    Column("short_gain", "Short term", "gain"),
    Column("long_gain", "Long term", "gain"),
    Column("cash_gain", "Cash", "gain"),
    Column("uncovered_proceeds", "Uncovered", "money"),
)


def gains(
    book: Book,
    query: Query,
    period: Period,
    *,
    by: str = "disposal",
    effects: bool = False,
) -> Table:
    """Every disposal of the period per lot, or their sums ``by`` one of ``BY``.

    What was sold beyond what was recorded stands apart, with its proceeds and no gain.
    """
    found = _Found(book, query, period, effects=effects)
    places = query.currency.precision
    singly = by == "disposal"
    keys = () if singly else tuple(column.key for column in BY[by] if column.key != "quantity")
    groups = found.summed(keys)
    totals = found.whole.cells(places, effects=effects)
    judged = found.judged
    apart = singly and bool(found.uncovered)
    columns = (_APART, *COLUMNS) if apart else COLUMNS if singly else (*BY[by], *_SUMS)
    rows = found.rows() if singly else iter(_summary(book, query, groups, keys, effects=effects))
    held, more = begun(rows)
    return Table(
        "gains",
        title_of("Realised gains", period, query),
        columns if effects else tuple(c for c in columns if c not in EFFECTS),
        held,
        totals,
        **query.told(*judged, money=True),
        group_by="listed" if apart else None,
        headline=_by_term(totals) if singly and len(found.terms) > 1 else {},
        headline_columns=HEADLINE,
        more=more,
        namesakes=namesakes(book),
        empty="nothing was disposed of in that period",
    )


class _Found:
    """The disposals of the period by day, added up as they are read.

    Money that neither gained nor lost is left out, which only its last one tells: of each holding
    of money the sums stand apart until then.
    """

    def __init__(self, book: Book, query: Query, period: Period, *, effects: bool) -> None:
        self.book, self.query, self.effects = book, query, effects
        self.days = period.start, min(period.end, query.as_of)
        self.teller = query.teller(book)
        self.whole = Sum()
        self.cash: dict[int, Sum] = {}  # by holding: cash has a slice for every payment
        self.uncovered: list[Disposal] = []
        self.terms: set[str] = set()
        self._first: list[Disposal] = []  # of those that are neither, as many as are held
        self._others = 0  # of them
        self._alike: Counter[Judged] = Counter()  # none of them cash, by how they are judged

    def _read(self, holdings: list[Holding]) -> Iterator[Disposal]:
        found = disposals(self.book, holdings, *self.days, currency=self.teller.currency)
        return map(Disposing(self.book, self.teller, effects=self.effects).of, found)

    def summed(self, keys: tuple[str, ...]) -> dict[tuple[Cell, ...], Sum]:
        """The sums of those that have these keys in common."""
        groups: dict[tuple[Cell, ...], Sum] = {}
        of_cash: dict[tuple[int, tuple[Cell, ...]], Sum] = {}
        names = _Names(self.book, keys)
        for place, one in enumerate(self._read(self.query.holdings(self.book))):
            own = names.of(one)
            if one.term == CASH:
                holding = one.part.holding_id
                kept = of_cash.get((holding, own))
                if kept is None:
                    kept = of_cash[holding, own] = Sum()
                kept.add(one, place)
                continue
            group = groups.get(own)
            if group is None:
                group = groups[own] = Sum()
            group.add(one, place)
            self._take(one)
        for group in groups.values():
            self.whole.join(group)
        self._alike = self.whole.judged
        for (holding, _), spent in of_cash.items():
            self.cash.setdefault(holding, Sum()).join(spent)
        self.cash = {h: spent for h, spent in self.cash.items() if spent.moved}
        for (holding, own), spent in of_cash.items():
            if holding in self.cash:
                groups.setdefault(own, Sum()).join(spent)
        for spent in self.cash.values():
            self.whole.join(spent)
            self.terms.add(CASH)
        return groups

    def _take(self, one: Disposal) -> None:
        self.terms.add(one.term)
        if one.term == UNCOVERED:
            self.uncovered.append(one)
            return
        self._others += 1
        if self._others <= HELD:
            self._first.append(one)

    @property
    def judged(self) -> Judged:
        """The grade of the whole, over what is listed: of cash, a row for each holding."""
        alike = self._alike + Counter(as_one(spent.judged) for spent in self.cash.values())
        return together(alike) if alike else Judged("full")

    def rows(self) -> Iterator[dict[str, Cell]]:
        """A row for each disposal, then for what rates did to cash, then for what is uncovered.

        The currency gains of spending cash stand in one row per holding: nobody reads a thousand
        of them.  More disposals than are held are read again.
        """
        shown: Iterable[Disposal] = self._first
        if self._others > len(self._first):
            assets = self.book.catalog.assets
            units = [
                h for h in self.query.holdings(self.book) if not assets[h.asset_id].is_currency
            ]
            shown = (one for one in self._read(units) if one.term != UNCOVERED)
        yield from (_row(self.book, self.query, one) for one in shown)
        for spent in self.cash.values():
            yield _cash_row(self.book, self.query, spent, effects=self.effects)
        yield from (_row(self.book, self.query, one) for one in self.uncovered)


def _by_term(totals: dict[str, Cell]) -> dict[str, Cell]:
    keys = [column.key for column in HEADLINE]
    return {key: totals[key] for key in keys if totals[key] is not None}


# -- one by one --------------------------------------------------------------------------


def _row(book: Book, query: Query, one: Disposal) -> dict[str, Cell]:
    part, places = one.part, query.currency.precision
    precision = book.catalog.assets[book.catalog.holdings[part.holding_id].asset_id].precision
    figures = {
        "proceeds": one.proceeds,
        "cost": one.cost,
        "gain": one.gain,
        "price_effect": one.effects[0],
        "currency_effect": one.effects[1],
    }
    return {
        "listed": "Uncovered" if one.term == UNCOVERED else "Disposals",
        **_whose(book, part.holding_id),
        "acquired_on": held_since(part),
        "disposed_on": dt.date.fromisoformat(part.disposed_on),
        "quantity": Amount(part.quantity, precision),
        **{k: optional_amount(v, places) for k, v in figures.items()},
        "days_held": one.days_held,
        "term": one.term,
        **judged_cells(one.judged),
        "transaction": part.transaction_id,
        "lot": lot_of(part),
    }


def _cash_row(book: Book, query: Query, spent: Sum, *, effects: bool) -> dict[str, Cell]:
    """What the rates did to cash between receiving and spending it."""
    row = {} if spent.last is None else _row(book, query, spent.last)
    row |= spent.cells(query.currency.precision, effects=effects)
    row |= judged_cells(as_one(spent.judged))
    row["quantity"] = _units(book, spent)
    return row | dict.fromkeys(("acquired_on", "days_held", "transaction", "lot"))


def _whose(book: Book, number: int) -> dict[str, Cell]:
    holding = book.catalog.holdings[number]
    account = book.catalog.accounts[holding.account_id]
    return {
        "institution": account.institution,
        "account": account.name,
        "asset": book.catalog.assets[holding.asset_id].key,
        "label": holding.label or None,
    }


# -- summed up ---------------------------------------------------------------------------


def _summary(
    book: Book,
    query: Query,
    groups: dict[tuple[Cell, ...], Sum],
    keys: tuple[str, ...],
    *,
    effects: bool,
) -> list[dict[str, Cell]]:
    return [
        {
            **dict(zip(keys, names, strict=True)),
            "quantity": _units(book, parts),
            "disposals": parts.disposals,
            **parts.cells(query.currency.precision, effects=effects),
            **judged_cells(together(parts.judged)),
        }
        for names, parts in sorted(groups.items(), key=lambda group: _sortable(group[0]))
    ]


class _Names:
    """What disposals are summed by: of its holding what is asked, then of each its own."""

    def __init__(self, book: Book, keys: tuple[str, ...]) -> None:
        self._own = [_OWN[key] for key in keys if key in _OWN]
        self._whose = {
            number: tuple(known[key] for key in keys if key in known)
            for number in book.catalog.holdings
            if (known := _whose(book, number))
        }

    def of(self, one: Disposal) -> tuple[Cell, ...]:
        whose = self._whose[one.part.holding_id]
        return (*whose, *(own(one) for own in self._own)) if self._own else whose


_OWN: dict[str, Callable[[Disposal], Cell]] = {
    "lot": lambda one: lot_of(one.part),
    "acquired_on": lambda one: held_since(one.part),
    "year": lambda one: int(one.part.disposed_on[:4]),
    "term": lambda one: one.term,
}
_TERMS = {SHORT: "1", LONG: "2", CASH: "3", UNCOVERED: "4"}


def _sortable(names: Iterable[Cell]) -> list[str]:
    """By name and number; terms in their order."""
    texts = (f"{name:012}" if isinstance(name, int) else str(name or "") for name in names)
    return [_TERMS.get(text, text) for text in texts]


def _units(book: Book, parts: Sum) -> Amount:
    """The units of one asset."""
    if parts.last is None:
        return Amount(parts.units)
    holding = book.catalog.holdings[parts.last.part.holding_id]
    return Amount(parts.units, book.catalog.assets[holding.asset_id].precision)
