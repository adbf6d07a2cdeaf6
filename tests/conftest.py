"""Options of the test run."""

import gc
import os
import sqlite3
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from bookkeeper import Bookkeeper
from folio.cli import app, preferences
from folio.db.file import connection
from forking import never_sync

# The same examples at each run: whoever changes nothing breaks nothing.  New ones are sought with
# pytest --hypothesis-profile=random
# No example has to be done in so many milliseconds: others may be at work on the machine.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("random", derandomize=False, deadline=None)
settings.load_profile("same")

os.environ["FOLIO_CONFIG"] = ""  # how the developer likes folio is not what is tested


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-sessions",
        action="store_true",
        help="write what the commands of the documentation print into the documentation",
    )


# What takes longest: begun last, one of them would keep one core busy while the others wait.
_LONGEST = frozenset({"test_house.py", "test_sessions.py", "test_known_at.py", "test_fuzz.py"})


# beancount is not built for every Python yet: without it these modules have nothing to compare
# with, and of others these tests.
collect_ignore: list[str] = []
_BESIDE_BEANCOUNT: frozenset[str] = frozenset()
if find_spec("beancount") is None:
    collect_ignore = [
        "engine/test_against_beancount.py",
        "exporters/test_journals.py",
        "exporters/test_round_trips.py",
    ]
    _BESIDE_BEANCOUNT = frozenset(
        {
            "test_documentation_prints_what_it_says[tests/sessions/export.md]",
            "test_a_beancount_ledger",
            "test_what_beancount_cannot_book_is_refused_by_its_line",
            "test_an_included_file_that_grew_is_read_again",
            "test_purchases_of_beancount",
            "test_a_balance_of_several_accounts_is_of_none",
            "test_a_fault_in_an_included_file_says_where",
        }
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore:
        terminalreporter.write_line(f"not run without beancount: {', '.join(collect_ignore)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in _LONGEST)
    for item in items:
        if item.name in _BESIDE_BEANCOUNT:
            item.add_marker(pytest.mark.skip("beancount is not installed"))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: no collection has to look through it."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_is_preferred() -> None:
    """What a test says on its command line, or makes of a command, is not left to the next one."""
    preferences.begin()
    app._commands.cache_clear()


@pytest.fixture(autouse=True)
def _mistakes_in_sql_are_not_shown() -> None:
    """Datasette turns that on for the whole process, once a test has loaded it."""
    sqlite3.enable_callback_tracebacks(False)


@pytest.fixture(autouse=True)
def _nothing_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is committed may be lost with the machine: so are the tests."""
    never_sync(monkeypatch.setattr)


@pytest.fixture(autouse=True)
def _books_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test opened: from Python 3.13 on, a connection left open is a warning."""
    opened: list[sqlite3.Connection] = []
    connect = connection._connect

    def noting(path: Path, **how: bool) -> sqlite3.Connection:
        opened.append(connect(path, **how))
        return opened[-1]

    monkeypatch.setattr(connection, "_connect", noting)
    yield
    for one in opened:
        one.close()


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Bookkeeper]:
    """A book in EUR with a broker that tracks cash, a wallet, and two assets."""
    made = Bookkeeper(tmp_path / "book.db", begin=_two_accounts)
    yield made
    made.close()


def _two_accounts(keeper: Bookkeeper) -> None:
    keeper.account("Broker", institution="North")
    keeper.account("Wallet", institution="South", kind="wallet", cash=False)
    keeper.asset("ACME", "stock")
    keeper.asset("COIN", "crypto")
