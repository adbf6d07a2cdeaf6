"""Options of the test run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-sessions",
        action="store_true",
        help="write what the commands of the documentation print into the documentation",
    )


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Bookkeeper]:
    """A book in EUR with a broker that tracks cash, a wallet, and two assets."""
    made = Bookkeeper(tmp_path / "book.db")
    made.account("Broker", institution="North")
    made.account("Wallet", institution="South", kind="wallet", cash=False)
    made.asset("ACME", "stock")
    made.asset("COIN", "crypto")
    yield made
    made.close()
