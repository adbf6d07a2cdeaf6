"""A machine on which folio runs, and on which anything may go wrong at any step."""

import functools
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
SECONDS, BYTES = 10, 300_000_000  # of the processor and of memory, that a command may take
NOW = "2025-01-20T12:00:00+00:00"


class Ended(NamedTuple):
    """How a command ended."""

    code: int  # negative: by that signal
    out: str
    err: str
    seconds: float  # of the processor: others may be at work
    peak: int  # bytes of memory
    steps: int  # that were counted
    syncs: int


class Machine:
    """Runs commands in a folder, on the book ``folio.db`` in it."""

    def __init__(self, folder: Path, shim: Path | None = None) -> None:
        self.folder = folder / "here"
        self.folder.mkdir()
        self.book = self.folder / "folio.db"
        self.shim = shim
        self._out, self._err = folder / "out", folder / "err"
        env = {**os.environ, **({"LD_PRELOAD": str(shim)} if shim else {})}
        self._zygote = subprocess.Popen(
            [sys.executable, str(HERE / "zygote.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
        )  # fmt: skip
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._asks, self._answers = self._zygote.stdin, self._zygote.stdout
        self._answers.readline()

    def close(self) -> None:
        self._asks.close()
        self._zygote.wait()
        self._answers.close()

    def run(self, *words: str, seconds: int = 60, memory: int = 2 << 30, **more: Any) -> Ended:
        """Run a command; ``more`` says what goes wrong (:func:`zygote.arm`)."""
        env = {"FOLIO_DB": str(self.book), "FOLIO_NOW": NOW, "FOLIO_CONFIG": "", "COLUMNS": "100"}
        env |= {"HOME": str(self.folder), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
        env |= more.pop("env", {})
        asked = {
            "words": words, "env": env, "folder": str(self.folder), "seconds": seconds,
            "memory": memory, "out": str(self._out), "err": str(self._err), **more,
        }  # fmt: skip
        self._asks.write(json.dumps(asked) + "\n")
        self._asks.flush()
        said = json.loads(self._answers.readline())
        texts = (f.read_bytes().decode(errors="surrogateescape") for f in (self._out, self._err))
        out, err = texts
        return Ended(
            said["exit"], out, err, said["cpu"], said["peak"],
            said.get("steps", 0), said.get("syncs", 0),
        )  # fmt: skip

    def must(self, *words: str, **more: Any) -> Ended:
        """Run a command that ends well."""
        ended = self.run(*words, **more)
        assert ended.code == 0, f"folio {' '.join(words)}: {ended}"
        return ended

    def keep(self, copy: Path) -> None:
        """Copy the book, at rest, elsewhere."""
        settle(self.book)
        shutil.copyfile(self.book, copy)

    def restore(self, copy: Path) -> None:
        """Put a copy in the book's place."""
        for end in ("-wal", "-shm", "-journal"):
            Path(f"{self.book}{end}").unlink(missing_ok=True)
        shutil.copyfile(copy, self.book)

    def state(self) -> str:
        """A digest of every row of the book, as another program reads it."""
        return digest(self.book)


def settle(book: Path) -> None:
    """Move what is in the write-ahead log into the book."""
    db = sqlite3.connect(book)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def digest(book: Path, tables: Collection[str] = ()) -> str:
    """A digest of every row of a book and of its schema, or of some tables, by SQLite alone."""
    running = hashlib.sha256()
    db = sqlite3.connect(book)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not tables:
            schema = sorted(map(repr, db.execute("SELECT type, name, sql FROM sqlite_master")))
            version = db.execute("PRAGMA user_version").fetchone()
            running.update(f"{version} {schema}".encode())
        for (table,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall():
            if tables and table not in tables:
                continue
            rows = sorted(map(repr, db.execute(f'SELECT * FROM "{table}"')))
            running.update(f"{table} {rows}".encode())
    finally:
        db.close()
    return running.hexdigest()


@functools.cache
def kept_state(copy: Path) -> str:
    """A digest of a book that is kept, which many tests start from."""
    return digest(copy)


def compiled(folder: Path) -> Path | None:
    """The library that makes a disk fail; None where there is no C compiler, or no Linux."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    made = folder / "faults.so"
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "faults.c"), "-ldl"]
    ended = subprocess.run(words, capture_output=True)
    return made if ended.returncode == 0 else None
