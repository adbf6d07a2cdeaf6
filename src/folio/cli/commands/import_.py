"""``folio import``: record statements."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from folio.cli import context, options
from folio.cli.asking import recording, show, who
from folio.cli.dialogue import agree, ask, can_ask, choose
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, KNOWN, Book, Query, Table, listing
from folio.cli.options import argument, flag, option
from folio.cli.text import say
from folio.errors import UnknownStatement, UnknownWords, UsageError
from folio.model.numbers import how_many

if TYPE_CHECKING:
    import sqlite3

    from folio.cli.importing.assistant import Words
    from folio.cli.importing.laid_out import LaidOut
    from folio.importers import Profile
    from folio.operations.importing.import_statement import Summary
    from folio.operations.importing.read_files import Choices

MADE = 20  # accounts and assets that are named
LINKED = 10  # transfers that are named
app = new_app("Record statements: folio import FILE…", default="files")

Named = Annotated[str, argument("IMPORT", "The import's number, or the name of its file.")]
Supersede = Annotated[bool, flag("--supersede", "Replace what the same id said before.", ...)]


@app.command("files")
def files_(
    files: Annotated[
        list[Path], argument("FILE...", "Statements, folders and zips of them, or - for a pipe.")
    ],
    profile: str | None = option("--profile", "NAME", "How to read it; else the one that fits."),
    account: str | None = option("--account", "NAME", "Whose statement it is."),
    create: options.Create = False,
    skip_bad: bool = flag("--skip-bad", "Set rows aside that cannot be read."),
    supersede: Supersede = False,
    dry_run: options.DryRun = False,
    map_: bool = flag("--map", "Make a profile for the file, then import it."),
    name: str | None = option(
        "--name", "NAME", "What the profile is called; yours of that name learns what is new."
    ),
    column: list[str] | None = option(
        "--column",
        "PART=COLUMN",
        "What a column is: date=Datum, amount=Betrag; nothing after = for none.",
    ),
    setting: list[str] | None = option(
        "--set",
        "KEY=VALUE",
        "currency=EUR, fee=inside … Of any file: decimal=comma, date=%d.%m.%Y, encoding=cp1252.",
    ),
    kind: list[str] | None = option(
        "--kind",
        "WORD=KIND",
        "What a row that says WORD is: Kauf=buy, Journal=skip, Fertig=booked; without --map a word "
        "that the profile knows.",
    ),
    output: options.Output = None,
) -> None:
    """Record statements, as folio import FILE… does: folio import files wise.csv --create."""
    from folio.cli.importing.assistant import Words, pairs
    from folio.cli.importing.laid_out import laid_out
    from folio.operations.importing.read_files import WRITTEN, Choices

    choices = Choices(profile, account, create, skip_bad, supersede, dry_run)
    words = Words(name, column or [], setting or [], kind or [])
    if not map_ and any((name, column)):
        raise UsageError("--name and --column are of --map FILE")
    settings = {} if map_ else pairs(words.settings)
    if settings.keys() - WRITTEN:
        raise UsageError("without --map, --set takes decimal=…, date=… and encoding=… alone")
    with laid_out(files) as paths:
        if map_:
            _map(paths, choices, words, output)
        else:
            choices = choices._replace(written=settings)
            _import_all(files, paths, choices, pairs(words.kinds), output)


def _import_all(
    named: list[Path],
    paths: "LaidOut",
    choices: "Choices",
    words: "Mapping[str, str]",
    output: options.Format | None,
) -> None:
    """Import the files; of one that nobody knows the user is asked how to read it.

    The profile of one with ``words`` learns them.
    """
    made = None
    if words:
        from folio.cli.importing.lesson import taught

        made = taught(paths, choices.profile, words)
    try:
        passed_over = _import(paths, choices, output, made and made.profiles, paths.as_named)
    except UnknownWords as fault:
        from folio.cli.importing.lesson import with_a_lesson

        raise with_a_lesson(fault) from None
    except UnknownStatement as unknown:
        if len(paths) > 1 or choices.profile or not (can_ask() and unknown.is_text):
            raise
        _ask_how(paths, unknown, choices, output)
        return
    if made and not (made.kept or choices.dry_run):
        from folio.cli.importing.assistant import save

        save(made)
    if any(path in passed_over for path in named):
        raise typer.Exit(3)


def _import(
    paths: list[Path],
    choices: "Choices",
    output: options.Format | None,
    made: "Mapping[str, Profile] | None" = None,
    as_named: "Callable[[str], str]" = str,
) -> dict[Path, str]:
    """Import the files and say what became of them; returns those that were passed over."""
    from folio.cli.profiles import all_profiles
    from folio.cli.progress import bar
    from folio.operations.importing.import_files import import_files

    profiles = all_profiles(made)
    passed_over: dict[Path, str] = {}
    pass_over = passed_over.__setitem__ if len(paths) > 1 else None
    with context.open_book() as db, bar() as watch:
        shown = partial(_preview, output, watch.close) if choices.dry_run else None
        summaries = import_files(db, who(), paths, profiles, choices, shown, watch, pass_over)
    for summary in summaries:
        _say(summary, dry_run=choices.dry_run)
    for fault in passed_over.values():
        say(f"passed over: {as_named(fault)}")
    if len(paths) > 1:
        _say_total(summaries, len(passed_over))
    return passed_over


def _ask_how(
    paths: "LaidOut", unknown: UnknownStatement, choices: "Choices", output: options.Format | None
) -> None:
    """Ask which of several profiles a file is of, or make one."""
    from folio.cli.importing.assistant import Words

    if unknown.profiles:
        path = paths.as_named(str(paths[0]))
        name = choose(f"{path} could be read by several profiles; by which?", unknown.profiles)
        _import(paths, choices._replace(profile=name), output)
        return
    say(paths.as_named(str(unknown)))
    if not agree("make a profile now?"):
        raise typer.Exit(1)
    _map(paths, choices, Words(None, [], [], []), output)


def _map(
    files: list[Path], choices: "Choices", words: "Words", output: options.Format | None
) -> None:
    """Make a profile for a file, show what it makes of it, save it and import."""
    from folio.cli.importing.assistant import make_profile, save

    if len(files) != 1:
        raise UsageError("--map is of one file: folio import --map FILE")
    if choices.profile is not None:
        raise UsageError("--map makes a profile; leave --profile out, or --map")
    made = make_profile(files[0], words, show_columns=output is None)
    profiles = made.profiles
    choices = choices._replace(profile=made.name)
    unnamed = choices.account is None and not choices.create
    if can_ask() and unnamed and profiles[made.name].account is None:
        whose = ask("whose statement is it? an account; a new one is made", made.name)
        choices = choices._replace(account=whose, create=True)
    if can_ask() and not choices.dry_run:
        _import(files, choices._replace(dry_run=True), output, profiles)
        if not agree(f"save the profile {made.name} and record this?"):
            raise typer.Exit(1)
    if choices.dry_run and output is None:
        print(made.text)
    _import(files, choices, output, profiles)
    if not choices.dry_run:
        save(made)


def _preview(
    output: options.Format | None,
    ready: Callable[[], None],
    db: "sqlite3.Connection",
    numbers: list[int],
) -> None:
    """Show the transactions that an import would record; ``ready`` to show is said before."""
    from folio.book import Book
    from folio.cli.asking import book_today
    from folio.reports.query import Query
    from folio.reports.recorded.register import transactions_table

    ready()
    book = Book(db)
    query = Query(book_today(db), book.base)
    show(transactions_table(book, query, numbers), output, None, False)


def _say(summary: "Summary", *, dry_run: bool) -> None:
    from folio.operations.importing.read_files import kept_name

    verb = "would be recorded" if dry_run else "recorded"
    parts = [f"{summary.recorded} {verb}", f"{summary.already} already there"]
    for count, what in (
        (summary.conflicts, "in conflict with what is there"),
        (summary.held, "held back, probably there already"),
        (summary.skipped, "skipped"),
        (summary.rejected, "rejected"),
    ):
        if count:
            parts.append(f"{count} {what}")
    agreeing = sum(one.agrees for one in summary.balances)
    if agreeing:
        parts.append(f"{agreeing} {'balance agrees' if agreeing == 1 else 'balances agree'}")
    where = f" into {_short(summary.account)}" if summary.account else ""
    number = f", import {summary.statement_id}" if summary.statement_id and not dry_run else ""
    counts = ", ".join(parts)
    read = f"{kept_name(summary.path)} ({summary.profile}){where}"
    say(f"{read}: {how_many(summary.rows, 'row')} read: {counts}{number}")
    if summary.made:
        more = [f"{len(summary.made) - MADE} more"] if len(summary.made) > MADE else []
        names = ", ".join([*summary.made[:MADE], *more])
        say(f"  {'would make' if dry_run else 'made'} {names}")
    verb = "would link" if dry_run else "linked"
    for linked in summary.linked[:LINKED]:
        say(f"  {verb} {linked}")
    if more_linked := len(summary.linked[LINKED:]) + summary.more_linked:
        say(f"  {verb} {more_linked} more; see: folio transfers --all")
    if summary.replaced:
        verb = "would take" if dry_run else "took"
        rows = how_many(summary.replaced, "row of interest")
        say(f"  {rows} {verb} the place of what was accrued")
    for note in summary.notes:
        say(f"  note: {note}")
    _say_gaps(summary)
    if summary.conflicts or summary.held or summary.rejected:
        say("  see: folio status")


def _say_gaps(summary: "Summary") -> None:
    """The stated balances to which the ledger does not lead."""
    from folio.model.numbers import to_text

    apart = [one for one in summary.balances if not one.agrees]
    for one in apart[:MADE]:
        off = one.stated - one.ledger
        way = "more" if off > 0 else "less"
        say(
            f"  gap: {one.holding} on {one.day}: stated {to_text(one.stated)}, the ledger leads to "
            f"{to_text(one.ledger)}: {to_text(abs(off))} {one.asset} {way}"
        )
    if len(apart) > MADE:
        say(f"  gap: and {len(apart) - MADE} more balances")
    if apart:
        say("  see: folio reconcile")


def _short(account: str) -> str:
    """``Wise`` for ``Wise/Wise``: an account that is called as its institution."""
    institution, _, name = account.partition("/")
    return name if institution == name else account


def _say_total(summaries: "list[Summary]", passed_over: int) -> None:
    rows = sum(s.rows for s in summaries)
    recorded = sum(s.recorded for s in summaries)
    transactions = sum(len(s.transactions) for s in summaries)
    new = f"{recorded} of them new: {how_many(transactions, 'transaction')}"
    left = f"; {passed_over} passed over" if passed_over else ""
    say(f"{how_many(len(summaries), 'file')}, {how_many(rows, 'row')}, {new}{left}")


@app.command("list")
@listing(KNOWN | HOW)
def list_(book: Book, query: Query) -> Table:
    """List what was imported."""
    from folio.reports.recorded.imports import imports

    return imports(book, query)


@app.command("show")
@listing(KNOWN | HOW)
def show_(book: Book, query: Query, number: Named) -> Table:
    """Show an import's rows as they stood, and what became of each: folio import show 1."""
    from folio.operations.importing.which_import import which_import
    from folio.reports.recorded.imports import import_rows

    return import_rows(book, query, which_import(book.db, number, book.known_at))


@app.command("undo")
def undo(number: Named, dry_run: options.DryRunOfUndo = False) -> None:
    """Undo all that an import recorded; its file can be imported again: folio import undo 1."""
    from folio.cli.progress import bar
    from folio.operations.importing.undo_import import undo_import
    from folio.operations.importing.which_import import which_import

    with bar() as watch, recording(dry_run=dry_run) as write:
        undone = undo_import(write, which_import(write.db, number), watch=watch)
    verb = "would undo" if dry_run else "undid"
    count = f"{how_many(undone.reversed, 'transaction')} reversed"
    again = f", {undone.again} recorded again that it had superseded" if undone.again else ""
    stated = f", {how_many(undone.balances, 'balance')} taken back"
    said = f"{count}{again}{stated if undone.balances else ''}"
    say(f"{verb} import {undone.imported.id} ({undone.imported.file_name}): {said}")
    for name, rows in undone.elsewhere:
        say(f"  note: {name} states {rows} of its rows, too; import that one again to keep them")


@app.command("retry")
def retry(number: Named, create: options.Create = False, supersede: Supersede = False) -> None:
    """Read an import's kept rows again, with the profile as it is now: folio import retry 1."""
    from folio.cli.profiles import all_profiles
    from folio.operations.importing.settle_rows import retry_import
    from folio.operations.importing.which_import import which_import

    with recording() as write:
        summary = retry_import(
            write,
            which_import(write.db, number),
            all_profiles(),
            create=create,
            supersede=supersede,
        )
    _say(summary, dry_run=False)


@app.command("answer")
def answer(
    row: Annotated[
        str,
        argument(
            "IMPORT:LINE",
            "The row, as folio status names it; IMPORT alone: all that were held back.",
        ),
    ],
    word: Annotated[
        str,
        argument(
            "ANSWER", "same: it is there already; different; ignored: leave it out, now and later."
        ),
    ],
) -> None:
    """Say whether a row held back is there, or leave it out: folio import answer 7:3 same."""
    from folio.cli.profiles import all_profiles
    from folio.operations.importing.settle_rows import answer_row

    with recording() as write:
        recorded = answer_row(write, row, word, all_profiles())
    if word == "ignored":
        again = f"include {row}" if ":" in row else "include IMPORT:LINE"
        return say(f"left out {row}; take it in again with: folio import {again}")
    return say(f"answered{': ' + str(recorded) + ' recorded' if recorded else ''}")


@app.command("exclusions")
@listing(KNOWN | HOW)
def exclusions(book: Book, query: Query) -> Table:
    """List the rows that are left out of every file that states them."""
    from folio.reports.recorded.imports import left_out

    return left_out(book, query)


@app.command("include")
def include(
    row: Annotated[str, argument("IMPORT:LINE", "The row, as exclusions names it.")],
) -> None:
    """Take in a row that was left out, or have it wait again: folio import include 7:3."""
    from folio.operations.importing.exclude_rows import include_row

    with recording() as write:
        again = include_row(write, row)
    say(f"took in {row}{f': {again} recorded again' if again else '; see: folio status'}")
