"""``folio export``: the book for other programs, or whole."""

import datetime as dt
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from folio.cli import context, options
from folio.cli.asking import asking, filters
from folio.cli.options import flag
from folio.cli.text import for_programs, say, warn
from folio.errors import UsageError

if TYPE_CHECKING:
    from folio.book import Book
    from folio.db.keeping.duck import Sheet
    from folio.model.table import Table
    from folio.reports.query import Query


Target = Literal["beancount", "hledger", "ledger", "csv", "json", "parquet", "duckdb"]


class Out(NamedTuple):
    """Where it goes."""

    file: Path | None
    force: bool


def command(
    format: Annotated[
        Target,
        typer.Argument(
            metavar="FORMAT",
            help="beancount, hledger or ledger: a journal; csv, parquet: a folder of tables; "
            "duckdb: a database; json: the whole book.",
        ),
    ],
    file: Path | None = typer.Option(
        None,
        "-o",
        "--file",
        metavar="PATH",
        help="Write there; csv and parquet make a folder.",
        callback=options.unless_dash,
    ),
    force: bool = flag("--force", "Replace what is there."),
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    group: options.GroupFilter = None,
    account: options.AccountFilter = None,
    institution: options.InstitutionFilter = None,
    asset: options.AssetFilter = None,
    type: options.TypeFilter = None,
) -> None:
    """Write the book for another program; json is all of it, for: folio init --from FILE.

    folio export hledger -o book.journal

    To standard output without -o, of the tables the postings.  A file is written whole or not at
    all, and over another only with --force.
    """
    chosen = filters(group, account, institution, asset, type)
    if force and file is None:
        raise UsageError("--force replaces what is there; name it with -o")
    out = Out(file, force)
    if format == "json":
        if chosen or as_of is not None or known_at is not None:
            raise UsageError("json is the whole book; filters and days are for the other formats")
        _whole(out)
        return
    with asking(as_of, known_at, None, chosen) as (book, query):
        if format in ("beancount", "hledger", "ledger"):
            _journal(book, query, format, out)
        else:
            _tables(book, query, format, out)


def _whole(out: Out) -> None:
    from folio.operations.keeping.export import export_whole

    with context.open_book() as db:
        db.execute("BEGIN")  # one state of the book, whoever writes meanwhile
        _write(export_whole(db), out)


def _journal(book: "Book", query: "Query", format: Target, out: Out) -> None:
    from folio.book import Book
    from folio.book.selection import select
    from folio.operations.keeping.export import export_journal

    book = Book(book.db, known_at=book.known_at, walks=True)
    wanted = {holding.id for holding in select(book.catalog, query.filters)}
    text, notes = export_journal(book, format, _until(query), wanted)
    _write(text, out)
    for note in notes:
        warn(note)


def _until(query: "Query") -> dt.date:
    """The day that was named, else all that is there."""
    return min(query.last_day, dt.date(9999, 12, 30))


def _write(pieces: Iterable[str], out: Out) -> None:
    if out.file is None:
        for_programs()
        sys.stdout.writelines(pieces)
        return
    from folio.cli.files import new_file, write_pieces

    with new_file(out.file, force=out.force) as path:
        write_pieces(path, pieces)
    say(f"wrote {out.file}")


def _tables(book: "Book", query: "Query", format: Target, out: Out) -> None:
    from folio.cli.render import pieces
    from folio.cli.render.columns import View
    from folio.operations.keeping.left_out import left_out
    from folio.reports.recorded import exported

    def csv(table: "Table") -> Iterable[str]:
        return pieces(table, "csv", View(None, True))

    if out.file is None:
        if format != "csv":
            raise UsageError(f"{format} is not for a terminal or a pipe; name it with -o")
        for_programs()
        sys.stdout.writelines(csv(exported.postings(book, query)))
        return
    found = exported.tables(book, query)
    if format == "csv":
        from folio.cli.files import new_folder, write_pieces

        with new_folder(out.file, force=out.force) as folder:
            for name, table in found:
                write_pieces(folder / f"{name}.csv", csv(table))
        say(f"wrote {out.file}")
    else:
        _typed(found, format, out.file, force=out.force)
    for note in left_out(book, times=False):
        warn(note)


def _typed(
    found: "Iterable[tuple[str, Table]]", format: Target, file: Path, *, force: bool
) -> None:
    from folio.cli.files import new_file, new_folder
    from folio.db.keeping import duck

    duck.engine()
    sheets = (_sheet(name, table) for name, table in found)
    place, write = (
        (new_file, duck.write_database) if format == "duckdb" else (new_folder, duck.write_parquet)
    )
    with place(file, force=force) as path:
        kept = write(path, sheets)
    say(f"wrote {file}")
    if kept:
        warn(f"text, for amounts beyond DECIMAL(38, 18): {', '.join(kept)}")


def _sheet(name: str, table: "Table") -> "Sheet":
    """A table as text with types."""
    from folio.cli.render.machine import plain
    from folio.db.keeping.duck import DAY, DECIMAL, TEXT, WHOLE, Sheet

    kinds = dict.fromkeys(("text", "grade", "flag", "instant"), TEXT)
    kinds |= {"day": DAY} | dict.fromkeys(("number", "count", "age"), WHOLE)
    # What a unit cost is the cost by the units, and most often a fraction that does not end.
    left_out = {"unit_cost", "unit_currency"}
    columns = [c for c in table.columns if not c.people_only and c.key not in left_out]
    keys = [column.key for column in columns]
    rows = (
        [None if cell is None else plain(cell) for cell in map(row.get, keys)]
        for row in chain(table.rows, table.more, table.machine_rows)
    )
    return Sheet(name, [(c.key, kinds.get(c.kind, DECIMAL)) for c in columns], rows)
