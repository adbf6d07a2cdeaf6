"""What was paid, month by month: the payments of ``folio report income``, added up by month."""

import datetime as dt
from decimal import Decimal

from folio.model.charts import Chart
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.reports.over_time.drawing import month_of, months_between
from folio.reports.query import Query

COLUMNS = (
    Column("month", "Month"),
    Column("payments", "Payments", "count", optional=1),
    Column("gross", "Gross", "money"),
    Column("tax", "Tax", "money"),
    Column("net", "Net", "money"),
)


class Months:
    """Sums by month.  A payment without a rate adds nothing, as in the report."""

    def __init__(self) -> None:
        self.found: dict[dt.date, tuple[int, Decimal | None, Decimal]] = {}

    def take(self, day: dt.date, gross: Decimal | None, tax: Decimal | None) -> None:
        """Count a payment; ``tax`` is what was kept of it, positive."""
        count, sum_gross, sum_tax = self.found.get(month_of(day), (0, None, ZERO))
        if gross is not None:
            sum_gross = (sum_gross or ZERO) + gross
        self.found[month_of(day)] = count + 1, sum_gross, sum_tax + (tax or ZERO)

    def chart(self, query: Query) -> Chart | None:
        """What came in by month, after tax; a month without payments has none: 0."""
        if not self.found:
            return None
        months = months_between(min(self.found), max(self.found))
        return Chart(
            "Income by month, after tax",
            "columns",
            tuple(months),
            tuple(self._net(month) for month in months),
            query.currency.symbol,
            query.currency.precision,
        )

    def _net(self, month: dt.date) -> Decimal | None:
        if month not in self.found:
            return ZERO
        _, gross, tax = self.found[month]
        return None if gross is None else gross - tax

    def table(self, query: Query, totals: dict[str, Cell]) -> Table:
        """A row for each month in which something was paid, the newest first."""
        places = query.currency.precision
        rows: list[dict[str, Cell]] = []
        for month in sorted(self.found, reverse=True):
            count, gross, tax = self.found[month]
            net = self._net(month)
            rows.append(
                {
                    "month": f"{month:%Y-%m}",
                    "payments": count,
                    "gross": optional_amount(gross, places),
                    "tax": Amount(tax, places) if tax else None,
                    "net": optional_amount(net, places),
                }
            )
        chart = self.chart(query)
        return Table(
            "income_by_month",
            "Income by month",
            COLUMNS,
            rows,
            totals,
            as_of=query.as_of,
            known_at=query.known_at,
            currency=query.currency.symbol,
            charts=(chart,) if chart else (),
            empty="nothing was paid yet",
        )
