"""What is known of each holding, from when to when, and how well."""

from folio.book import Book
from folio.db.derived import read_positions
from folio.engine.grades import Counts, grade, reasons
from folio.model.table import Amount, Column, Table
from folio.reports.holdings import lines
from folio.reports.query import Query, account_title, grade_cells, names

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
    valued = {line.holding.id: line for line in lines(book, query)}
    positions = read_positions(book.db)
    rows = []
    whole = Counts()
    for holding in query.holdings(book):
        position = positions.get(holding.id)
        if position is None:
            continue
        line = valued.get(holding.id)
        asset = book.catalog.assets[holding.asset_id]
        counts = line.worth.counts if line is not None else Counts()
        whole += counts
        extra = line.held.unexplained if line is not None else position.unexplained
        rows.append(
            {
                "heading": account_title(book, holding),
                **names(book, holding),
                "postings": position.postings,
                "first_posting": position.first_day,
                "last_posting": position.last_day,
                "observations": position.observations,
                "last_observation": position.last_observation,
                "unexplained": Amount(extra, asset.precision) if extra else None,
                **grade_cells(counts),
            }
        )
    return Table(
        "coverage",
        "Coverage",
        COLUMNS,
        rows,
        as_of=query.as_of,
        known_at=query.known_at,
        grade=grade(whole),
        reasons=tuple(reasons(whole)),
        group_by="heading",
        empty="nothing is known of any holding yet",
    )
