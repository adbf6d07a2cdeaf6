"""Exported journals, read by the real programs: lots, holdings and costs are folio's."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from exporters.peers import HLEDGER, LEDGER, check_beancount, check_hledger, check_ledger
from laws.test_rollup_law import COMMANDS, new_book, run


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@settings(
    max_examples=25,
    report_multiple_bugs=False,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a book is read sooner than shrunk
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, min_size=5, max_size=30))
def test_any_book_is_the_same_in_beancount_hledger_and_ledger(
    folder: Path, commands: list[Any]
) -> None:
    keeper = new_book(folder)
    try:
        for command in commands:
            run(keeper, command)
        book = keeper.book(walks=True)
        check_beancount(book)
        if HLEDGER:
            check_hledger(book)
        if LEDGER:
            check_ledger(book)
    finally:
        keeper.close()
