"""A command that is ended at any step leaves the book as it was, or as it is after."""

import random
import sqlite3
from collections.abc import Iterator

import pytest
from crashes import FAULTS, Book, trials
from machine import Machine, compiled


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("crashes")
    machine = Machine(folder, compiled(folder))
    yield machine
    machine.close()


@pytest.fixture(scope="module")
def book(machine: Machine) -> Book:
    return Book(machine, "import")


@pytest.mark.parametrize("fault", FAULTS)
def test_before_or_after_and_never_between(book: Book, fault: str) -> None:
    if book.machine.shim is None and fault not in ("statement", "vm", "size", "read-only"):
        pytest.skip("there is no C compiler, or no Linux")
    luck = random.Random(7)
    found = [trial for trial in trials(book, fault, 3, luck) if trial.wrong]
    assert not found


def test_a_write_that_is_lost_would_be_seen(book: Book) -> None:
    """The harness itself: a commit that is not synced is lost when the power is cut."""
    if book.machine.shim is None:
        pytest.skip("there is no C compiler, or no Linux")
    states = set()
    for seed in range(4):
        book.restore()
        book.run(fault="power", at=0, seed=seed, cut_at_end=True, lazy=True)
        try:
            states.add(book.state())
        except (AssertionError, sqlite3.DatabaseError):
            states.add("broken")
    assert states - {"after"}
