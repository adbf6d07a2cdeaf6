"""What was earned: rates of return of any holdings over any period.

A period goes from the evening before its first day to the evening of its last, so that the
gain is what the days in it made: end − start − flows.  Annualised rates and the benchmark
run from the day on which there was something to measure.

A row of an account, an asset … counts as a flow what moves between it and the others; the
total does not, so that flows and gains of rows add up to it where both ends of a movement
fall on one day.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from folio.book import Book
from folio.engine.grades import worst
from folio.model.accounts import Holding
from folio.model.assets import Asset
from folio.model.dates import Period
from folio.model.numbers import ZERO, round_money
from folio.model.table import Amount, Cell, Column, Phrases, Table, minor_amount
from folio.reports.earned.return_days import Track, Tracks
from folio.reports.earned.return_figures import Figures, figures_of, total_of
from folio.reports.query import Query, account_title, title_of

RATE_PLACES = 8  # of a rate; --exact has all digits
_SHOWN = 3  # reasons of rows that are said one by one

COLUMNS = (
    Column("from", "From", "day", machine_only=True),
    Column("to", "To", "day", machine_only=True),
    Column("days", "Days", "count", machine_only=True),
    Column("start_value", "Start", "money", optional=5),
    Column("flows", "Flows", "gain", optional=4),
    Column("end_value", "End", "money"),
    Column("gain", "Gain", "gain"),
    Column("twr", "TWR", "return"),
    Column("twr_per_year", "a year", "return", optional=3),
    Column("money_weighted", "MWR", "return", optional=11),
    Column("xirr", "XIRR", "return", optional=2),
    Column("modified_dietz", "Mod. Dietz", "return", optional=12),
    Column("asset_part", "Assets", "return", optional=8),
    Column("currency_part", "Currency", "return", optional=7),
    Column("income", "Income", "money", optional=6),
    Column("max_drawdown", "Drawdown", "return", optional=9),
    Column("drawdown_from", "Peak", "day", machine_only=True),
    Column("drawdown_to", "Trough", "day", machine_only=True),
    Column("recovered_on", "Recovered", "day", machine_only=True),
    Column("volatility", "Volatility", "percent", optional=10),
    Column("benchmark_twr", "Benchmark", "return", optional=1),
    Column("difference", "Ahead", "return", optional=1),
    Column("benchmark_value", "Same flows", "money", optional=13),
    Column("grade", "Grade", "grade", optional=14),
    Column("skipped_days", "Skipped", "count", machine_only=True),
    Column("gap_days", "Gaps", "count", machine_only=True),
    Column("reasons", "Reasons", machine_only=True),
)
HEADLINE = (
    Column("twr", "Time-weighted", "return"),
    Column("twr_per_year", "Time-weighted a year", "return"),
    Column("money_weighted", "Money-weighted", "return"),
    Column("xirr", "Money-weighted a year", "return"),
    Column("volatility", "Volatility", "percent"),
    Column("fall", "Largest fall"),
)


def returns(
    book: Book, query: Query, period: Period, by: str = "none", benchmark: Asset | None = None
) -> Table:
    """Rates of return: one row for all, by year, quarter or month, or by kind of holding."""
    span = Period(period.start, min(period.end, query.as_of))
    found: list[tuple[str, Figures]] = []
    total: Figures | None = None
    tracks = Tracks(book, query, span) if span.start <= span.end else None
    if tracks is not None and (track := tracks.track(tracks.holdings)) is not None:
        span = Period(track.first, span.end)
        total = figures_of(tracks, track, span, benchmark)
        found = [(name, one) for name, one in _rows(tracks, track, total, by, benchmark) if one]
    rows = [{by_key(by): name, **_cells(one, query)} for name, one in found]
    figures = [one for _, one in found]
    why = _said(total, found, benchmark) if total is not None else ("nothing was held",)
    return Table(
        "returns",
        title_of("Returns", span if span.start <= span.end else period, query),
        (Column(by_key(by), by_key(by).capitalize(), "text" if by in SCOPES else "day"), *COLUMNS),
        rows,
        _cells(total, query) if total is not None and by != "none" and rows else {},
        **query.told(
            worst([one.grade for one in figures]) if figures else "unknown", why, money=True
        ),
        headline=_headline(total, query) if total is not None and rows else {},
        headline_columns=HEADLINE,
        empty="nothing was held in that period",
    )


def by_key(by: str) -> str:
    """The key of the column that says what a row is about."""
    return by if by in SCOPES else "period"


# -- rows ------------------------------------------------------------------------------------


def _rows(
    tracks: Tracks, whole: Track, total: Figures, by: str, benchmark: Asset | None
) -> Iterator[tuple[str, Figures]]:
    span = total.period
    if by not in SCOPES:
        for name, period in PERIODS[by](span):
            yield name, total if period == span else figures_of(tracks, whole, period, benchmark)
        return
    chosen: dict[str, list[Holding]] = {}
    for holding in tracks.holdings:
        chosen.setdefault(SCOPES[by](tracks.book, holding), []).append(holding)
    for name in sorted(chosen, key=str.casefold):
        track = tracks.track(chosen[name])
        if track is not None:
            yield name, figures_of(tracks, track, Period(track.first, span.end), benchmark)


SCOPES: dict[str, Callable[[Book, Holding], str]] = {
    "account": account_title,
    "institution": lambda book, h: book.catalog.accounts[h.account_id].institution,
    "asset": lambda book, h: book.catalog.assets[h.asset_id].key,
    "holding": lambda book, h: book.catalog.describe(h),
    "type": lambda book, h: book.catalog.assets[h.asset_id].type,
}


def _whole(span: Period) -> Iterator[tuple[str, Period]]:
    yield f"{span.start}..{span.end}", span


def _months(count: int) -> Callable[[Period], Iterator[tuple[str, Period]]]:
    """The calendar's stretches of so many months, cut at the ends of the span."""

    def stretches(span: Period) -> Iterator[tuple[str, Period]]:
        start = span.start
        while start <= span.end:
            place = start.year * 12 + (start.month - 1) // count * count + count  # of the next
            following = dt.date(place // 12, place % 12 + 1, 1)
            yield (
                _NAMES[count](start),
                Period(start, min(span.end, following - dt.timedelta(days=1))),
            )
            start = following

    return stretches


_NAMES: dict[int, Callable[[dt.date], str]] = {
    1: lambda day: f"{day:%Y-%m}",
    3: lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    12: lambda day: str(day.year),
}
PERIODS: dict[str, Callable[[Period], Iterator[tuple[str, Period]]]] = {
    "none": _whole,
    "year": _months(12),
    "quarter": _months(3),
    "month": _months(1),
}


def _said(
    total: Figures, rows: list[tuple[str, Figures]], benchmark: Asset | None
) -> tuple[str, ...]:
    """The reasons of the whole, then those of rows about what the whole has none."""
    said = list(total.reasons.values())
    own = [
        f"{name}: {reason}"
        for name, one in rows
        for about, reason in one.reasons.items()
        if about not in total.reasons
    ]
    said += own[:_SHOWN]
    said += [f"{len(own) - _SHOWN} more, by row in JSON"] if len(own) > _SHOWN else []
    gains = total_of([one.gain for _, one in rows])
    if None not in (gains, total.gain) and gains != total.gain:
        said.append("rows do not add up where what moved between them had two days or two prices")
    if benchmark is not None:
        said.append(f"the benchmark is the price of {benchmark.key} alone, without what it pays")
    return tuple(said)


# -- cells -----------------------------------------------------------------------------------


def _cells(one: Figures, query: Query) -> dict[str, Cell]:
    money = partial(minor_amount, places=query.currency.precision)

    def rate(value: Decimal | None) -> Amount | None:
        if value is None:
            return None
        return Amount(value if query.exact else round_money(value, RATE_PLACES))

    fall = one.fall
    return {
        "from": one.period.start,
        "to": one.period.end,
        "days": one.twr.days if one.twr.total is not None else None,
        "start_value": money(one.start),
        "flows": money(one.flows),
        "end_value": money(one.end),
        "gain": money(one.gain),
        "twr": rate(one.twr.total),
        "twr_per_year": rate(one.twr.per_year),
        "money_weighted": rate(one.xirr.total),
        "xirr": rate(one.xirr.per_year),
        "modified_dietz": rate(one.dietz),
        "asset_part": rate(one.asset),
        "currency_part": rate(one.currency if one.twr.total is not None else None),
        "income": money(one.income),
        "max_drawdown": rate(ZERO if fall is None else fall.depth) if one.twr.days else None,
        "drawdown_from": None if fall is None else fall.peak,
        "drawdown_to": None if fall is None else fall.trough,
        "recovered_on": None if fall is None else fall.recovery,
        "volatility": rate(one.volatility),
        "benchmark_twr": rate(one.benchmark.total),
        "difference": rate(one.benchmark.difference(one.twr)),
        "benchmark_value": money(one.benchmark.value),
        "grade": one.grade,
        "skipped_days": one.twr.skipped,
        "gap_days": len(one.twr.gaps),
        "reasons": Phrases(tuple(one.reasons.values())),
    }


def _headline(one: Figures, query: Query) -> dict[str, Cell]:
    cells = _cells(one, query)
    keys = ("twr", "twr_per_year", "money_weighted", "xirr", "volatility")
    shown = {key: cells[key] for key in keys}
    if one.twr.per_year is None:
        shown["xirr"] = None  # a good month is no year
    if one.fall is None:
        return shown
    depth = round_money(one.fall.depth * 100, 2)
    ended = one.fall.recovery
    recovered = "not recovered" if ended is None else f"recovered {ended}"
    return shown | {"fall": f"{depth}%, {one.fall.peak} to {one.fall.trough}, {recovered}"}
