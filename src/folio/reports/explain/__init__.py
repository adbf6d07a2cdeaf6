"""``explain``: from a figure of a report to the facts that make it.

Every figure is told by the functions that computed it: the snapshot and its valuation, the
price graph, the fold of the lots.  What is told is checked again, part by part
(:mod:`folio.engine.explanation`), so that arithmetic that does not add up is never shown as if
it did.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from folio.book import Book
from folio.book.selection import Filters
from folio.engine.explanation import faults
from folio.engine.grades import Judged, grade, reasons
from folio.errors import FolioError, UsageError, near
from folio.model.assets import parse_asset_ref
from folio.model.dates import parse_period
from folio.model.explanation import Node
from folio.reports.explain.asked.figures import (
    ALIASES,
    FIGURES,
    GAP,
    GRADED,
    SALE,
    SINCE,
    SINCE_ALIASES,
    SOLD,
    VAULT,
    Told,
)
from folio.reports.explain.asked.question import Asked, Question
from folio.reports.explain.ground import Ground
from folio.reports.held.holdings import total as total_of
from folio.reports.query import Query

__all__ = ["FIGURES", "Asked", "Explanation", "explain"]

OPTIONS = {  # by the field of what is asked
    "period": "--period",
    "transaction": "--tx",
    "lot": "--lot",
    "term": "--term",
    "within": "--class",
    "commits": "--commit",
    "kind": "--kind",
    "benchmark": "--benchmark",
    "method": "--method",
}
# Of these, the figures are those of another report.
CONTEXTS = {
    "--since": ("since", SINCE),
    "--gap": ("gap", GAP),
    "--vault": ("vault", VAULT),
    "--sell": ("sale", SALE),
}


class Explanation(NamedTuple):
    """A figure, told and checked."""

    figure: str
    root: Node
    grade: str | None  # as the report has it where the figure stands; None: that has none
    reasons: tuple[str, ...]
    faults: Sequence[str]  # what does not add up; never anything, if folio is right


def explain(book: Book, query: Query, asked: Asked, *, whole: bool = True) -> Explanation:
    """What a figure of a report is made of.

    Unless it is to be ``whole``, what each of many holdings has in it is told, and checked, once
    it is looked at: ``faults`` is what was found so far.

    Raises:
        UsageError: for a figure that folio does not know, or one that needs to be told of what.
        FolioError: where nothing is held that the question could be about.
    """
    name, told = _figure(asked)
    _check(name, told, asked)
    if told.about == "asset" and "period" in told.takes.split():
        asked = _period_or_asset(book, asked)
    report = query
    if told.about == "asset" and asked.what is not None:
        query = query._replace(filters=_row_of(book, query.filters, asked.what))
        report = report._replace(filters=report.filters._replace(label=()))
    ground = Ground(book, query)
    ground.within = asked.within
    question = Question(ground, asked, report)
    root = told.tell(question)
    root = root.whole if whole else root
    ground.wrong += faults(root)
    wrong: Sequence[str] = tuple(ground.wrong) if whole else ground.wrong
    known = _judged(name, question)
    if known is None:
        return Explanation(name, root, None, (), wrong)
    return Explanation(name, root, *known, wrong)


def _judged(name: str, question: Question) -> Judged | None:
    """How well a figure is known; None where no report says so of its like."""
    asked, ground = question.asked, question.ground
    if asked.since is not None:
        return question.judged_since(name)
    if asked.vault is not None or asked.sale is not None or asked.gap is not None:
        return question.judged_beside(name)
    if name in SOLD and (question.sold() or name not in GRADED):
        return question.judged_sold()
    if name not in GRADED or question.sold():
        return None
    counts = total_of(ground.lines).counts
    if ground.lines and not counts.held:  # emptied, which is known
        return None
    return Judged(grade(counts), tuple(reasons(counts)))


def _figure(asked: Asked) -> tuple[str, Told]:
    """The figure that is asked for, of the report that the question is about."""
    name = asked.figure.replace("_", "-").lower()
    for option, (field, figures) in CONTEXTS.items():
        if getattr(asked, field) is not None:
            names = (name, ALIASES.get(name), SINCE_ALIASES.get(name))
            known = next((one for one in names if one in figures), None)
            if known is None:
                raise UsageError(f"{option} is for {', '.join(figures)}; {asked.figure} takes none")
            return known, figures[known]
    name = ALIASES.get(name, name)
    if name not in FIGURES:
        raise UsageError(_unknown(name, asked.figure))
    return name, FIGURES[name]


def _unknown(name: str, said: str) -> str:
    """What to say of a figure that cannot be told: a misspelt one, or another report's."""
    if name in GAP:
        return f"say of which gap: folio explain {said} --gap N; see: folio reconcile --all"
    if SINCE_ALIASES.get(name, name) in SINCE:
        return f"say since when: folio explain {said} --since DAY; see: folio changes --help"
    return f"{said!r} is no figure{near(name, [*FIGURES, *ALIASES])}; see: folio explain"


def _row_of(book: Book, filters: Filters, what: str) -> Filters:
    """The filters with the row that is named.

    ``ASSET``, ``ACCOUNT/ASSET`` of several, or a holding's name as a report or a tree has it.
    """
    if _is_asset(book, what):
        return filters._replace(asset=(what,))
    for one in book.catalog.holdings.values():
        if what == book.catalog.describe(one):
            account = book.catalog.accounts[one.account_id].key
            asset = book.catalog.assets[one.asset_id].key
            return filters._replace(asset=(asset,), account=(account,), label=(one.label,))
    account, slash, asset = what.rpartition("/")
    if not slash:
        return filters._replace(asset=(what,))
    return filters._replace(asset=(asset,), account=(account,))


def _is_asset(book: Book, said: str) -> bool:
    symbol = parse_asset_ref(said).symbol.casefold()
    return any(symbol in (a.symbol.casefold(), a.isin) for a in book.catalog.assets.values())


def _period_or_asset(book: Book, asked: Asked) -> Asked:
    """The question, with what it is about as a period, unless that is the name of an asset."""
    said = asked.what
    if said is None or _is_asset(book, said):
        return asked
    try:
        parse_period(said, dt.date.max)
    except FolioError:
        return asked
    if asked.period is not None:
        raise UsageError(f"say the period once: {said!r} or --period")
    return asked._replace(what=None, period=said)


def _check(name: str, told: Told, asked: Asked) -> None:
    """Refuse what a figure cannot be asked about, rather than leave it unsaid."""
    if asked.what is not None and not told.about:
        raise UsageError(f"{name} is about nothing in particular; leave out {asked.what!r}")
    said = [option for option, (field, _) in CONTEXTS.items() if getattr(asked, field) is not None]
    if len(said) > 1:
        raise UsageError(f"{' and '.join(said)} are of different reports; say one of them")
    for field, option in OPTIONS.items():
        if getattr(asked, field) is not None and field not in told.takes.split():
            able = _taking(field, FIGURES) or [
                f"{', '.join(names)} with {context}"
                for context, (_, figures) in CONTEXTS.items()
                if (names := _taking(field, figures))
            ]
            raise UsageError(f"{option} is for {', '.join(able)}; {name} takes none")


def _taking(field: str, figures: Mapping[str, Told]) -> list[str]:
    """The figures of which a field may be said."""
    return [name for name, told in figures.items() if field in told.takes.split()]
