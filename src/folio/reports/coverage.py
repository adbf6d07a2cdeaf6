"""What is known of each holding, from when to when, and how well."""

from folio.book import Book
from folio.book.snapshot import snapshot, valuation
from folio.engine.grades import grade, reasons
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.query import Query, account_title, names

COLUMNS = (
    Column("heading", "Account", people_only=True),
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account", machine_only=True),
    Column("asset", "Asset"),
    Column("label", "Label", optional=4),
    Column("postings", "Postings", "count"),
    Column("first_posting", "First", "day"),
    Column("last_posting", "Last", "day"),
    Column("observations", "Observed", "count", optional=2),
    Column("last_observation", "Last observed", "day", optional=1),
    Column("unexplained", "Unexplained", "quantity"),
    Column("grade", "Grade", "grade"),
    Column("reasons", "Why", optional=3),
)


def coverage(book: Book, query: Query) -> Table:
    """One row per holding: its evidence and its grade."""
    teller = query.teller(book)
    rows: list[dict[str, Cell]] = []
    for held in snapshot(book, query.as_of, query.holdings(book)):
        holding, evidence, extra = held.holding, held.evidence, held.unexplained
        asset = book.catalog.assets[holding.asset_id]
        counts = valuation(held, teller, query.as_of).counts
        rows.append(
            {
                "heading": account_title(book, holding),
                **names(book, holding),
                "postings": evidence.postings,
                "first_posting": evidence.first_posting,
                "last_posting": evidence.last_posting,
                "observations": evidence.observations,
                "last_observation": evidence.last_observation,
                "unexplained": Amount(extra, asset.precision) if extra else None,
                "grade": grade(counts) if counts.held else None,
                "reasons": "; ".join(reasons(counts)) if held.balance or held.lots else None,
            }
        )
    return Table(
        "coverage",
        "Coverage",
        COLUMNS,
        rows,
        as_of=query.as_of,
        known_at=query.known_at,
        group_by="heading",
        empty="nothing is known of any holding yet",
    )
