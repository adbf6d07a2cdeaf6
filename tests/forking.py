"""A process that has loaded folio, and forks for each command that it is told to run.

Most commands of the documentation's sessions run ``folio …`` once; to load the program for every
one of them would take longer than all that they do.  A session's shell asks here instead:

    arguments, their count first; the folder; the files for what is read, printed and said; the
    environment, as ``env -0`` prints it; nothing.  Each ends in NUL.

The answer is the exit code in a line, so that only one command at a time can be asked for.  It runs
from the program's entry point on, in a process of its own that ends as the program does, so that a
book is closed as it always is.
"""

import atexit
import functools
import gc
import importlib
import os
import pkgutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

# The shell's side.
ASK = r"""
folio_forked() {
    local streams=(/dev/null "$FORKED_PRINTS" "$FORKED_PRINTS") code
    if [ -e "/proc/$BASHPID/fd/200" ]; then
        streams=("/proc/$BASHPID/fd/"{200..202})
    fi
    { printf '%s\0' $# "$@" "$PWD" "${streams[@]}"; env -0; printf '\0'; } >&"$FORKED_ASK"
    read -r -u "$FORKED_TOLD" code
    return "$code"
} 200<&0 201>&1 202>&2  # which stay, while the shell turns its own elsewhere
"""


class Forking:
    """The process and the pipes to it; ``close`` ends it.

    ``program`` asks, for scripts that start one; it is the real one where no other process can
    print for it.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.program = Path(sys.executable).parent / "folio"
        if Path("/proc/self/fd").exists():
            self.program = Path(self._folder.name) / "folio"
            self.program.write_text(f'#!/usr/bin/env bash\n{ASK}\nfolio_forked "$@"\n', "utf-8")
            self.program.chmod(0o755)
        asked, self.ask = os.pipe()
        self.told, tells = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(asked), str(tells)],
            stdin=subprocess.DEVNULL,
            pass_fds=(asked, tells),
            env={"LANG": "C.UTF-8", "PATH": os.environ["PATH"]},  # no habits of the developer
        )
        os.close(asked)
        os.close(tells)

    @property
    def pipes(self) -> tuple[int, int]:
        """What a shell that asks must have open."""
        return self.ask, self.told

    def environment(self, prints: str) -> dict[str, str]:
        """What ``ASK`` reads: the pipes, and the file to which commands print."""
        return {
            "FORKED_ASK": str(self.ask),
            "FORKED_TOLD": str(self.told),
            "FORKED_PRINTS": prints,
        }

    def close(self) -> None:
        """Let it go: there is nothing more to ask."""
        os.close(self.ask)
        os.close(self.told)
        self._process.wait(timeout=30)
        self._folder.cleanup()


@functools.cache
def shared() -> Forking:
    """The one of all tests of this process."""
    made = Forking()
    atexit.register(made.close)
    return made


def never_sync(put: Callable[[Any, str, Any], None]) -> None:
    """From now on books do not wait for the disk; ``put`` sets an attribute."""
    from folio.db.file import connection

    prepare = connection._prepare

    def prepared(db: sqlite3.Connection) -> None:
        prepare(db)
        db.execute("PRAGMA synchronous = OFF")

    put(connection, "_prepare", prepared)


def _load() -> None:
    """Everything that a command may need, so that it is there already in each of them."""
    import folio
    from folio.importers import load_profiles

    for module in pkgutil.walk_packages(folio.__path__, "folio."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    load_profiles(None)
    never_sync(setattr)
    gc.freeze()  # what a collection does not look through is not copied for it either


def _texts(pipe: BinaryIO) -> Iterator[str]:
    """What comes through the pipe, NUL by NUL."""
    left = b""
    while read := os.read(pipe.fileno(), 65536):
        *whole, left = (left + read).split(b"\0")
        yield from (os.fsdecode(text) for text in whole)


def _run(
    arguments: list[str], folder: str, streams: list[str], environment: dict[str, str]
) -> None:
    """Be that command: in the forked process."""
    for place, path in enumerate(streams):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND if place else os.O_RDONLY), place)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, way) for n, way in enumerate("rww"))
    sys.stderr.reconfigure(line_buffering=True, errors="backslashreplace")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["folio", *arguments]
    from folio.cli.start import main

    main()


def _serve(asked: int, tells: int) -> None:
    _load()
    with os.fdopen(asked, "rb", buffering=0) as pipe:
        texts = _texts(pipe)
        for count in texts:
            arguments = [next(texts) for _ in range(int(count))]
            folder, *streams = (next(texts) for _ in range(4))
            environment = dict(pair.split("=", 1) for pair in iter(texts.__next__, ""))
            if not (process := os.fork()):
                _run(arguments, folder, streams, environment)
                return
            _, status = os.waitpid(process, 0)
            os.write(tells, b"%d\n" % os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
