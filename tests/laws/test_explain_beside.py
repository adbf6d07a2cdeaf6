"""Of an invented book with vaults and interest, every figure is told, of what was known then too.

The books are the daybook's; each is asked as it is and as it was known at a commit, in a currency
and on a day of its own.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import test_explain_law as law

from bookkeeper import Bookkeeper
from daybook_inventor import FIRST, VAULTS, Inventor, begin, enter
from folio.book import Book
from folio.model.dates import Period
from folio.reports.explain import Asked, explain
from folio.reports.held.holdings import holdings
from folio.reports.paid.yields import interest
from folio.reports.query import Query
from folio.reports.vaults.vault_history import vault_history
from folio.reports.vaults.vaults import vaults

REPORTS = (law._page, law._gains, law._income, law._lots, law._evidence)


class KnownThen:
    """A keeper whose books are those of a commit."""

    def __init__(self, keeper: Bookkeeper, commit: int) -> None:
        self.keeper, self.commit = keeper, commit

    def book(self) -> Book:
        return self.keeper.book(known_at=self.commit)


def of_vaults(book: Book, query: Query) -> Iterator[str]:
    """The page of vaults, and each week of each of them."""
    for row in vaults(book, query).rows:
        for key in ("current", "progress", "target"):
            root = explain(book, query, Asked(key, str(row["vault"]))).root
            yield from law._compared(f"{key} of {row['vault']}", root, row[key])
    rounded = query._replace(exact=False)
    for name in VAULTS:
        begun = FIRST
        for row in vault_history(book, rounded, name, Period(FIRST, query.as_of), "week").rows:
            day: Any = row["date"]
            for key in ("value", "progress"):
                on = rounded._replace(as_of=day)
                root = explain(book, on, Asked(key, vault=name)).root
                yield from law._compared(f"{key} of {name} on {day}", root, row[key])
            for key in ("flow", "change"):
                asked = Asked(key, vault=name, period=f"{begun}..{day}")
                root = explain(book, rounded, asked).root
                yield from law._compared(f"{key} of {name} {begun}..{day}", root, row[key])
            begun = day + timedelta(1)


def of_interest(book: Book, query: Query) -> Iterator[str]:
    """What is owed to each holding, and what was paid of it."""
    for row in holdings(book, query, accrued=True).rows:
        if row["accrued_interest"] is not None:
            root = explain(book, law._row_of(query, row), Asked("accrued-interest")).root
            yield from law._compared(f"owed to {row['asset']}", root, row["accrued_interest"])
    period = Period(FIRST, query.as_of)
    for row in interest(book, query, period).rows:
        for key, cell in (("expected", "expected"), ("booked", "booked"),
                          ("booked-difference", "difference")):  # fmt: skip
            asked = Asked(key, period=f"{period.start}..{period.end}")
            root = explain(book, law._row_of(query, row), asked).root
            yield from law._compared(f"{key} of {row['account']} {row['asset']}", root, row[cell])


@pytest.mark.parametrize("seed", [0, 19])  # 19: money that was owed, in dollars
def test_every_figure_of_a_book_with_vaults_and_interest_is_told(tmp_path: Path, seed: int) -> None:
    wrong = list(
        told_wrongly(tmp_path, seed, many=seed == 19, vaults=True, interest=True, methods=True)
    )
    assert not wrong, "\n".join(wrong)


def told_wrongly(folder: Path, seed: int, **kinds: bool) -> Iterator[str]:
    invented, keeper = Inventor(seed, **kinds), Bookkeeper(folder / "book.db")
    begin(keeper, invented)
    rng = random.Random(seed)
    _, commits = enter(keeper, invented, rng)
    known: Any = KnownThen(keeper, rng.choice(commits[len(commits) // 2 :]))
    for asked in (keeper, known):
        book, exact = asked.book(), rng.random() < 0.5
        currency = book.catalog.currency(rng.choice(("EUR", "USD")))
        then = None if asked is keeper else keeper.now
        query = Query(rng.choice(invented.days[30:]), currency, known_at=then, exact=exact)
        for report in REPORTS:
            yield from report(asked, query)
        yield from of_vaults(book, query)
        yield from of_interest(book, query)
    keeper.close()
