"""A question about a figure, with the facts at hand."""

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from folio.book.selection import asset_ids
from folio.book.snapshot import snapshot
from folio.engine.changes import Change
from folio.engine.grades import Judged, together
from folio.errors import FolioError, UsageError, one_of
from folio.model.assets import Asset
from folio.model.dates import Period, parse_period
from folio.model.explanation import Node
from folio.model.shell_words import shell_word
from folio.model.table import Cell, Phrases
from folio.reports.explain.earned.returns import Compared, Returns
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.evidence import Evidence, Gap
from folio.reports.explain.held.holdings import Holdings
from folio.reports.explain.held.open_lots import ALL, NONE, OpenLots
from folio.reports.explain.over_time.changed import Changed
from folio.reports.explain.over_time.days import Days
from folio.reports.explain.over_time.revised import Revised
from folio.reports.explain.paid.incomes import Incomes
from folio.reports.explain.paid.interest import Interest
from folio.reports.explain.sold.assumed import Assumed
from folio.reports.explain.sold.disposals import Disposals
from folio.reports.explain.vaults.vault_days import VaultDays
from folio.reports.held.holdings import Line
from folio.reports.paid.income import PAID_OR_KEPT
from folio.reports.query import Query, Since
from folio.reports.sold.disposed import TERMS
from folio.reports.sold.what_if import NAMED, Sale


class Asked(NamedTuple):
    """One figure, and what it is about."""

    figure: str
    what: str | None = None  # an asset, a vault or a period
    period: str | None = None
    transaction: int | None = None  # that sold: its slices alone
    lot: int | str | None = None  # the transaction that opened it; ALL of them, or NONE
    term: str | None = None  # of what was sold: short, long, cash or uncovered
    kind: str | None = None  # of income
    since: Since | None = None  # of what changed
    within: tuple[str, str] | None = None  # a class of an allocation: by, name
    commits: str | None = None  # of those since, such as 13 or 4-9
    gap: int | None = None  # the observation that ends it
    benchmark: Asset | None = None  # beside which a return stands
    vault: str | None = None  # instead of holdings
    sale: Sale | None = None  # that is only thought of
    method: str | None = None  # by which it takes lots; None: the one in force


class Question:
    """A question, with the facts at hand."""

    def __init__(self, ground: Ground, asked: Asked, report: Query) -> None:
        """``report`` is what the report is asked in which the figure stands."""
        self.ground = ground
        self.asked = asked
        self.report = report

    @property
    def holdings(self) -> Holdings:
        return Holdings(self.ground)

    def period(self, default: str) -> Period:
        """The period that is asked about."""
        return parse_period(self.asked.period or default, self.ground.query.as_of)

    def days(self) -> Days:
        """The days that the question names, be it as an option; else its day."""
        if self.asked.what is not None and self.asked.period is not None:
            raise UsageError(f"say the period once: {self.asked.what!r} or --period")
        said = self.asked.what or self.asked.period
        day = self.ground.query.as_of
        return Days(self.ground, Period(day, day) if said is None else parse_period(said, day))

    def returns(self) -> Returns:
        return Returns(self.ground, self.period("all"))

    def compared(self) -> Compared:
        """The returns beside a benchmark.

        Raises:
            UsageError: where none is named.
        """
        if self.asked.benchmark is None:
            raise UsageError(
                f"say beside which asset: folio explain {self.asked.figure} --benchmark ASSET"
            )
        return Compared(self.ground, self.period("all"), self.asked.benchmark)

    def effects(self, *, of_currency: bool) -> Node:
        """A gain's part by price or by currency: of what was sold, else of open lots."""
        if not self.sold():
            opened = self.lots() or OpenLots(self.ground, ALL)
            return opened.effects(of_currency=of_currency)
        return self.disposals().effects(of_currency=of_currency)

    def lines(self) -> list[Line]:
        """The holdings that are listed.

        Raises:
            FolioError: when nothing is held that was asked for.
        """
        if not self.ground.lines and (self.asked.what or self.ground.query.filters):
            day = self.ground.query.as_of
            why = f"nothing of that is held on {day}; see: folio report --as-of {day}"
            raise FolioError(self._hidden() or why)
        return self.ground.lines

    def _hidden(self) -> str:
        """That what is asked about is hidden, and so on no page; "" where nothing of it is."""
        for holding in self.ground.hidden():
            catalog = self.ground.book.catalog
            account, asset = catalog.accounts[holding.account_id], catalog.assets[holding.asset_id]
            words = f"{shell_word(account.key)} {shell_word(asset.key)}"
            words += f" --label {shell_word(holding.label)}" if holding.label else ""
            return (
                f"{self.ground.name(holding)} is hidden, so it is in no total and on no page; "
                f"bring it back with: folio holding show {words}"
            )
        return ""

    def each(self, one: Callable[[Line], Node], several: Callable[[], Node]) -> Node:
        """The figure of the holding that is named, else that of all together."""
        lines = self.lines()
        return one(lines[0]) if len(lines) == 1 and self.ground.query.filters else several()

    def disposals(self, term: str | None = None) -> Disposals:
        """The slices that were sold.

        Raises:
            FolioError: when a sale or a lot is named of which there are none.
        """
        asked, period = self.asked, self.period("all")
        if asked.term is not None:
            one_of(asked.term, TERMS, "term")
        named = Disposals(self.ground, period, transaction=asked.transaction, lot=asked.lot)
        one_named = (asked.transaction, asked.lot) != (None, None)
        if one_named and not any(map(named.of, named.holdings)):
            sold = "nothing was sold"
            if asked.transaction is not None:
                sold = f"transaction {asked.transaction} sold nothing"
            of = "there" if asked.lot is None else f"of lot {asked.lot} there"
            raise FolioError(f"{sold} {of}; see: folio report gains --period all")
        return named.only(term, asked.term)

    def sold(self) -> bool:
        """Whether it is about what was sold, rather than about what is held."""
        said = (self.asked.period, self.asked.transaction, self.asked.term)
        return any(word is not None for word in said)

    def lots(self) -> OpenLots | None:
        return None if self.asked.lot is None else OpenLots(self.ground, self.asked.lot)

    def asset(self) -> int:
        """The only asset that it is about.

        Raises:
            UsageError: when it names none, or several.
        """
        found = asset_ids(self.ground.book.catalog, self.ground.query.filters.asset) or set()
        if len(found) != 1:
            raise UsageError(f"say one asset: folio explain {self.asked.figure} ASSET")
        return next(iter(found))

    def vault(self) -> VaultDays:
        """The vault, at the end of the period that is asked for."""
        name = self.asked.vault or self.asked.what
        if name is None:
            raise UsageError(f"say which vault: folio explain {self.asked.figure} NAME")
        end = self.days().period.end if self.asked.period is not None else self.ground.query.as_of
        query = self.ground.query._replace(as_of=end)
        return VaultDays(self.ground.again(query), name)

    def vault_period(self) -> Period:
        """The period of a vault's flow and growth, up to the day that is asked for."""
        if self.asked.period is None:
            raise UsageError(
                f"say when: folio explain {self.asked.figure} --vault NAME --period 2025"
            )
        return self.days().period

    def judged_since(self, name: str) -> Judged:
        """How well what changed since is known, as the report has it in which the figure stands."""
        return (self.changed if name in Change._fields else self.revised).judged()

    def judged_sold(self) -> Judged | None:
        """How well it is known what was sold, as the report of gains has it; None of nothing."""
        from folio.reports.sold.gains import gains

        asked, query = self.asked, self.ground.query
        table = gains(self.ground.book, query, self.period("all"))
        if asked.transaction is None and asked.lot is None and asked.term is None:
            return None if table.grade is None else Judged(table.grade, table.reasons)
        return _judged_rows(
            row
            for row in chain(table.rows, table.more)
            if asked.transaction in (None, row["transaction"])
            and asked.lot in (None, ALL, row["lot"] or NONE)
            and asked.term in (None, row["term"])
        )

    def judged_beside(self, name: str) -> Judged | None:
        """The same of a vault's figures today, and of a sale that is only thought of."""
        query = self.ground.query
        if self.asked.sale is not None and name not in ("price", "balance"):
            from folio.reports.sold.what_if import what_if_sell

            method = NAMED if self.asked.sale.named else self.assumed().method
            rows = what_if_sell(self.ground.book, query, self.asked.sale).rows
            return _judged_rows(row for row in rows if row["method"] == method)
        if self.asked.vault is not None and name in ("value", "current", "progress", "monthly"):
            from folio.reports.vaults.vaults import vaults

            inside = self.vault()
            rows = vaults(self.ground.book, inside.ground.query, projecting=False).rows
            return _judged_rows(row for row in rows if row["vault"] == inside.vault.name)
        return None

    @cached_property
    def changed(self) -> Changed:
        assert self.asked.since is not None
        return Changed(self.ground, self.asked.since)

    @cached_property
    def revised(self) -> Revised:
        assert self.asked.since is not None
        return Revised(self.ground, self.asked.since, self.asked.commits)

    def evidence(self) -> Evidence:
        """What is known of the holdings.

        Raises:
            FolioError: where nothing is known of what is named.
        """
        query = self.ground.query
        found = snapshot(self.ground.book, query.as_of, query.holdings(self.ground.book))
        if not found and query.filters:
            why = f"nothing is known of that by {query.as_of}; see: folio coverage"
            raise FolioError(self._hidden() or why)
        return Evidence(self.ground, found)

    def gap(self) -> Gap:
        assert self.asked.gap is not None
        return Gap.numbered(self.ground, self.asked.gap)

    def assumed(self) -> Assumed:
        assert self.asked.sale is not None
        return Assumed(self.ground.book, self.ground.query, self.asked.sale, self.asked.method)

    def interest(self) -> Interest:
        return Interest(self.ground, self.period("all"))

    def incomes(self) -> Incomes:
        kind = self.asked.kind
        if kind is not None:
            one_of(kind, sorted(PAID_OR_KEPT), "income")
        return Incomes(self.ground, self.period("all"), kind)


def _judged_rows(rows: Iterable[dict[str, Cell]]) -> Judged | None:
    """How well a sum over rows of a report is known; None over none."""
    said = [(row["grade"], row["reasons"]) for row in rows]
    parts = [Judged(str(name), why.words if isinstance(why, Phrases) else ()) for name, why in said]
    return together(parts) if parts else None
