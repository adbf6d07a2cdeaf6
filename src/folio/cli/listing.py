"""Listings: a command that asks the book one question and shows the table.

A listing is written as a function from the book, the query and its own options to a
table; the options that many listings share are added to its signature here, so that they
are the same everywhere.
"""

import inspect
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from folio.cli import options, preferences
from folio.cli.asking import asking, filters, show
from folio.cli.options import option
from folio.errors import UsageError

if TYPE_CHECKING:
    from folio.book import Book as Book
    from folio.model.table import Table as Table
    from folio.reports.query import Query as Query
else:
    Book = Query = Table = Any  # the words of every listing, which load nothing

Gate = Annotated[
    str | None,
    option(
        "--fail-on",
        "GRADE",
        "Exit with 3 where the grade is this or worse: estimated, partial, unknown.",
        ...,
    ),
]
Shared = dict[str, tuple[Any, Any]]  # parameter: (annotation, default)

KNOWN: Shared = {"known_at": (options.KnownAt, None)}
WHEN: Shared = {"as_of": (options.AsOf, None), **KNOWN}
MONEY: Shared = {"currency": (options.Currency, None)}
WHICH: Shared = {
    "group": (options.GroupFilter, None),
    "account": (options.AccountFilter, None),
    "institution": (options.InstitutionFilter, None),
    "asset": (options.AssetFilter, None),
    "type": (options.TypeFilter, None),
}
HOW: Shared = {
    "output": (options.Output, None),
    "file": (options.File, None),
    "columns": (options.Columns, None),
}
CHART: Shared = {"chart": (options.Chart, False)}
DIGITS: Shared = {"exact": (options.Exact, False)}
GATE: Shared = {"fail_on": (Gate, None)}
PROFILE: Shared = {
    "profile": (
        Annotated[bool, typer.Option("--profile", hidden=True, help="Where the time went.")],
        False,
    )
}
FIGURES = WHEN | MONEY | WHICH | HOW | DIGITS | GATE

_ALL = FIGURES | CHART | PROFILE
_GRADES = ("full", "estimated", "partial", "unknown")


def listing(
    shared: Shared, *, findings: "Callable[[Table], bool] | None" = None, records: bool = False
) -> "Callable[[Callable[..., Table]], Callable[..., None]]":
    """Make a command of a function (book, query, own options) → table.

    ``findings`` says whether a table has any: exit code 3 where it does.  All of a table is of
    one moment of the book, unless its command ``records``.
    """

    def decorate(make: "Callable[..., Table]") -> Callable[..., None]:
        def command(**given: Any) -> None:
            from folio.db.file.connection import reading

            common = {name: given.pop(name, default) for name, (_, default) in _ALL.items()}
            chosen = filters(*(common[name] for name in WHICH))
            how = {name: common[name] for name in ("as_of", "known_at", "currency", "exact")}
            preferences.say("columns", preferences.names_in(common["columns"]))
            how |= _written(common["chart"], common["output"], common["file"])
            _check_gate(common["fail_on"])
            end_of = _stages(common["profile"])
            with asking(chosen=chosen, **how, timed=common["profile"]) as (book, query):
                end_of("opening", book)
                with ExitStack() as moment:
                    moment.enter_context(nullcontext() if records else reading(book.db))
                    table = make(book, query, **given)
                    end_of("computing", book)
                    if not table.more:  # nothing is left to be read
                        moment.close()
                    show(table, common["output"], common["file"], common["exact"])
                end_of("rendering", book)
            if findings is not None and findings(table):
                raise typer.Exit(3)
            _gate(table, common["fail_on"])

        return _Listing(make, command, shared)

    return decorate


class _Listing:
    """A command made of a function, whose options are put together when it is used: of all the
    reports one is."""

    def __init__(
        self, make: "Callable[..., Table]", run: Callable[..., None], shared: Shared
    ) -> None:
        self._make, self._run, self._shared = make, run, shared
        self.__annotations__: dict[str, Any] = {}  # the signature says it all
        self.__name__, self.__doc__ = make.__name__, make.__doc__

    def __call__(self, **given: Any) -> None:
        self._run(**given)

    @cached_property
    def __signature__(self) -> inspect.Signature:
        own = list(inspect.signature(self._make).parameters.values())[2:]
        added = [_parameter(name, *shape) for name, shape in self._shared.items()]
        return inspect.Signature([*own, *added])


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=default, annotation=annotation)


def _stages(profile: bool) -> "Callable[[str, Book], None]":
    """What is told where a stage of a command ends."""
    if not profile:
        return lambda stage, book: None
    from folio.cli.profiling import Stages

    return Stages().end


def _written(chart: bool, output: options.Format | None, file: Path | None) -> dict[str, bool]:
    """Whether a report is drawn, whether it is a page to look around in, or one to read.

    Raises:
        UsageError: where a chart is asked for in a format that has none.
    """
    from folio.cli.render import format_for

    asked = output or format_for(file)
    if chart and asked not in ("table", "html", "svg"):
        raise UsageError(f"--chart draws, and {asked} is text; leave one out, or say -O svg")
    to_read = asked == "table" and not preferences.picks_columns()
    return {"drawn": chart or asked == "html", "whole": asked == "html", "to_read": to_read}


def _check_gate(worst: str | None) -> None:
    if worst is not None and worst not in _GRADES[1:]:
        raise UsageError(f"--fail-on {worst!r} is no grade; say estimated, partial or unknown")


def _gate(table: "Table", worst: str | None) -> None:
    """Leave with exit code 3 where a figure is not good enough for who asked."""
    if worst is None:
        return
    grades = [one.grade for one in (table, *table.children) if one.grade in _GRADES]
    if any(_GRADES.index(grade) >= _GRADES.index(worst) for grade in grades):
        raise typer.Exit(3)
