"""What folio makes is its owner's alone, whatever the umask says, and at every step of the way."""

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crashes import KEY, Book, broken
from machine import Machine, compiled


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("modes")
    machine = Machine(folder, compiled(folder))
    yield machine
    machine.close()


def open_to_others(folder: Path, given: set[Path]) -> list[str]:
    """Files and folders below, but those that were given, that others may read or write."""
    return [
        f"{path.relative_to(folder)} {path.lstat().st_mode & 0o777:o}"
        for path in folder.rglob("*")
        if path not in given and path.lstat().st_mode & 0o077 and not path.is_symlink()
    ]


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_files_are_their_owners(machine: Machine, umask: int) -> None:
    book = Book(machine, "import")  # its folder as it is before the command, with the statements
    book.restore()
    machine.book.chmod(0o600)
    folder = machine.folder
    (folder / "prices.sh").write_text("#!/bin/sh\necho '2024-01-02,5'\n")
    (folder / "odd.csv").write_text("When;What;How much\n2024-01-02;salary;5.00\n")
    given = set(folder.rglob("*"))
    config = {"FOLIO_CONFIG": str(folder / "likes" / "config.toml")}
    for words in (
        ("import", "--create", "second.csv"), ("rollup",), ("backup",),
        ("backup", "--recipient", str(KEY.to_public()), "sealed"),
        ("restore", "backups/folio-*.db.gz", "--force"),
        ("restore", "backups/folio-*.db.gz", "--to", "deep/er/other.db"),
        ("export", "json", "-o", "whole.json"), ("export", "csv", "-o", "tables"),
        ("export", "hledger", "-o", "book.journal"), ("report", "-o", "report.html"),
        ("report", "holdings", "-o", "holdings.csv"), ("config", "set", "output", "json"),
        ("completion", "bash", "--install"),
        ("--db", "mine/book.db", "init", "--currency", "EUR", "--timezone", "UTC"),
        ("--db", "mine/whole.db", "init", "--from", "whole.json"),
    ):  # fmt: skip
        named = (str(next(folder.glob(word))) if "*" in word else word for word in words)
        ended = machine.run(*named, umask=umask, env=config)
        assert ended.code == 0, (words, ended)
        found = open_to_others(folder, given)
        assert [one for one in found if one != ".bashrc 644"] == [], words  # the shell's own


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_what_sqlite_keeps_beside_is_its_owners(machine: Machine, mode: str) -> None:
    """The log and the memory of a book that is in use, or the journal of one that is written."""
    Book(machine, "add-tx").restore()
    given = set(machine.folder.rglob("*")) - {machine.book}
    machine.book.chmod(0o600)
    was = os.umask(0)
    try:
        with closing(sqlite3.connect(machine.book, isolation_level=None)) as db:
            db.execute(f"PRAGMA journal_mode = {mode}")
            db.execute("BEGIN IMMEDIATE")
            db.execute("PRAGMA cache_size = 1")
            db.execute("CREATE TABLE mine AS SELECT * FROM postings")
            assert len(list(machine.folder.glob("folio.db-*"))) >= 1
            assert open_to_others(machine.folder, given) == []
    finally:
        os.umask(was)


@pytest.mark.parametrize("name", ["import", "backup", "encrypted backup", "restore", "export"])
def test_at_every_step_too(machine: Machine, name: str) -> None:
    """What a command that was killed leaves behind shows what it had made by then."""
    if machine.shim is None:
        pytest.skip("there is no C compiler, or no Linux")
    book = Book(machine, name)
    book.copy.joinpath("folio.db").chmod(0o600)
    steps, _ = book.steps("kill")
    luck = random.Random(3)
    for at in sorted(luck.sample(range(1, steps + 1), min(steps, 6))):
        book.restore()
        given = set(machine.folder.rglob("*"))
        broken(book, "kill", at, umask=0)
        found = open_to_others(machine.folder, given - {machine.book})
        assert found == [], at
