"""What is known of each holding, from when to when, and how well."""

import datetime as dt

from folio.book import Book
from folio.book.reconciliation import complete_history, held_gaps
from folio.book.snapshot import snapshot, valuation
from folio.db.arrangements.sources import sources_of
from folio.engine.grades import Counts, grade, reasons
from folio.model.accounts import Holding
from folio.model.gaps import Gap
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.query import ACCOUNT_ABOVE, Query, account_title, grade_cells, names

COLUMNS = (
    *ACCOUNT_ABOVE,
    Column("asset", "Asset"),
    Column("label", "Label", optional=1),
    Column("postings", "Postings", "count", optional=2),
    Column("first_posting", "First", "day", optional=1),
    Column("last_posting", "Last", "day"),
    Column("observations", "Observed", "count", optional=3),
    Column("first_observation", "First observed", "day", optional=6),
    Column("last_observation", "Last observed", "day", optional=1),
    Column("sources", "Sources", optional=5),
    Column("complete_history", "Complete", optional=4),
    Column("gaps", "Gaps", "count", optional=1),
    Column("drift", "Open drift", "quantity", optional=1),
    Column("unexplained", "Unexplained", "quantity", machine_only=True),
    Column("grade", "Grade", "grade"),
    Column("reasons", "Why", optional=3),
)


_WORDS: dict[bool | None, str | None] = {True: "yes", False: "no", None: None}


def coverage(book: Book, query: Query) -> Table:
    """One row per holding: its evidence, the gaps in it, and its grade.

    The open drift is the sum of what open gaps add or take away, answered ones left out.
    """
    teller = query.teller(book)
    found = snapshot(book, query.as_of, query.holdings(book), currency=teller.currency)
    sources = _sources(book, [held.holding for held in found], query.as_of)
    gaps: dict[int, list[Gap]] = {}
    for one in held_gaps(book, [h.holding for h in found], query.as_of):
        if one.is_open:
            gaps.setdefault(one.holding.id, []).append(one.gap)
    whole = Counts()
    rows: list[dict[str, Cell]] = []
    for held in found:
        holding, evidence, extra = held.holding, held.evidence, held.unexplained
        asset = book.catalog.assets[holding.asset_id]
        open_ones = gaps.get(holding.id, [])
        drift = sum(  # in units of the day
            (g.drift * book.split_factor(asset.id, g.until, query.as_of) for g in open_ones), ZERO
        )
        counts = valuation(held, teller, query.as_of).counts
        whole += counts
        rows.append(
            {
                "heading": account_title(book, holding),
                **names(book, holding),
                "postings": evidence.postings,
                "first_posting": evidence.first_posting,
                "last_posting": evidence.last_posting,
                "observations": evidence.observations,
                "first_observation": evidence.first_observation,
                "last_observation": evidence.last_observation,
                "sources": ", ".join(sorted(sources.get(holding.id, ()))) or None,
                "complete_history": _WORDS[complete_history(book, holding)],
                "gaps": len(open_ones) or None,
                "drift": Amount(drift, asset.precision) if open_ones else None,
                "unexplained": Amount(extra, asset.precision) if extra else None,
                **grade_cells(counts),
            }
        )
    return Table(
        "coverage",
        "Coverage",
        COLUMNS,
        rows,
        **query.told(grade(whole), reasons(whole)),
        group_by="heading",
        empty="nothing is known of any holding yet",
    )


def _sources(book: Book, holdings: list[Holding], until: dt.date) -> dict[int, set[str]]:
    """Who speaks of each holding up to a day, and of those that are read as it."""
    catalog = book.catalog
    ids = [member for holding in holdings for member in catalog.members(holding.id)]
    sources: dict[int, set[str]] = {}
    for number, said in sources_of(book.db, ids, until.isoformat(), book.known_at).items():
        sources.setdefault(catalog.holdings[number].id, set()).update(said)
    return sources
