"""Options of the test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-sessions",
        action="store_true",
        help="write what the commands of the documentation print into the documentation",
    )
