"""``folio register``: list transactions."""

from folio.cli.listing import DIGITS, HOW, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import flag, option


@listing(WHEN | WHICH | HOW | DIGITS)
def command(
    book: Book,
    query: Query,
    period: str | None = option("--period", "PERIOD", "Such as 2025, 2025-Q1, ytd."),
    kind: list[str] | None = option("--kind", "KIND", "Only this kind; repeatable."),
    note: str | None = option("--note", "TEXT", "Whose note contains this."),
    last: int | None = option("--last", "N", "Only the newest so many.", min=1),
    everything: bool = flag("--all", "Reversed transactions and their reversals too."),
) -> Table:
    """List transactions by day, later ones than today too unless a day is named.

    folio register --account wise --period 2025-06 --kind withdraw
    """
    from folio.errors import one_of
    from folio.model.dates import EVER, parse_period
    from folio.model.transactions import KINDS
    from folio.reports.recorded.register import register

    kinds = [one_of(one, KINDS, "kind of transaction") for one in kind or ()]
    span = EVER if period is None else parse_period(period, query.as_of)
    return register(book, query, span, everything=everything, last=last, kinds=kinds, text=note)
