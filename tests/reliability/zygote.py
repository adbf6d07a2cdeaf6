"""Runs folio's commands, each in a fork of one process that has loaded folio already.

A request is a line of JSON, and so is the answer: how the command ended, how long it took and
how much memory it had.  What a command cannot outlive (kill -9, a failing disk) is armed in
the fork, just before it runs.  Started by :mod:`reliability.machine`.
"""

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folio
from folio.cli import app
from folio.db.file import connection, migrations
from folio.db.keeping import proof
from folio.importers import load_profiles

MODES = {"count": 0, "kill": 1, "torn": 2, "power": 3, "sync": 4, "full": 5, "short": 6}
INSTRUCTIONS = 50  # of SQLite's machine, in one step of "vm"
_NOT_LOADED = ("folio.cli.start", "folio.__main__")


def load() -> None:
    """Load all of folio: a fork has no more to read than what it works on."""
    for found in pkgutil.walk_packages(folio.__path__, "folio."):
        if found.name not in _NOT_LOADED:
            importlib.import_module(found.name)
    for other in ("beancount.loader", "ofxtools.Parser"):
        try:
            importlib.import_module(other)
        except ImportError:
            continue
    load_profiles(None)
    gc.freeze()  # what a collection does not look through is not copied for it either


class Steps:
    """Counts the steps of a command, and kills it at one of them."""

    def __init__(self, kind: str, at: int) -> None:
        self.at = at
        self.reached = 0
        connect = connection._connect

        def connected(*words: Any, **how: Any) -> sqlite3.Connection:
            db = connect(*words, **how)
            if kind == "statement":
                db.set_trace_callback(self.step)
            else:
                db.set_progress_handler(self.step, INSTRUCTIONS)
            return db

        connection._connect = connected  # type: ignore[assignment]

    def step(self, _: str = "") -> int:
        self.reached += 1
        if self.reached == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0


def arm(asked: dict[str, Any]) -> Callable[[], dict[str, int]]:
    """Prepare what goes wrong; returns what tells how many steps there were."""
    kind = asked.get("fault", "")
    if kind in ("statement", "vm"):
        steps = Steps(kind, asked["at"])
        return lambda: {"steps": steps.reached}
    if kind in MODES:
        shim = ctypes.CDLL(None)
        shim.fault_arm(
            MODES[kind], ctypes.c_long(asked["at"]), asked["folder"].encode(), asked.get("seed", 0)
        )

        def told() -> dict[str, int]:
            if asked.get("cut_at_end"):
                shim.fault_cut()
            return {"steps": shim.fault_calls(), "syncs": shim.fault_syncs()}

        return told
    return dict


def never_sync() -> None:
    """Open books as a careless program would: what is committed is synced some day."""
    prepare = connection._prepare

    def prepared(db: sqlite3.Connection, **how: bool) -> None:
        prepare(db, **how)
        db.execute("PRAGMA synchronous = OFF")

    connection._prepare = prepared


def be_newer(folder: Path) -> None:
    """Be the next release, whose schema has a column more."""
    sys.path.append(str(Path(__file__).parents[1] / "db"))
    from second_schema import NEXT, add_colours

    (file := folder / "next.sql").write_text(NEXT, "utf-8")
    up = migrations.bring_up
    migrations.bring_up = lambda db, path: up(db, path, steps={1: add_colours})  # type: ignore[assignment,misc]
    for module in (migrations, proof):
        module.SCHEMA_FILE = file
    for name, module in list(sys.modules.items()):
        if name.startswith("folio.") and hasattr(module, "SCHEMA_VERSION"):
            module.SCHEMA_VERSION = 2


def be_nobody_special() -> None:
    """Give up what lets the superuser read and write whatever modes say."""
    if os.geteuid() or not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)  # capset(2): version 3, this process
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the higher ones
    libc.capget(head, sets)
    for place in range(3):
        sets[place] &= ~0b1110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
    libc.capset(head, sets)


def child(asked: dict[str, Any], report: int) -> None:
    """Run the command in this process, and end it."""
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["folder"])
    for fd, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(asked[name], os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), fd)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if asked.get("next_schema"):
        be_newer(Path(asked["out"]).parent)
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    if asked.get("file_size"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["file_size"], asked["file_size"]))
    signal.alarm(asked["seconds"])
    if asked.get("lazy"):
        never_sync()
    be_nobody_special()
    os.umask(asked.get("umask", 0o022))
    told = arm(asked)
    code = app.run(asked["words"])
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(report, json.dumps(told()).encode())
    os._exit(code)


def serve(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one command in a fork."""
    read, write = os.pipe()
    began = time.monotonic()
    pid = os.fork()
    if not pid:
        try:
            child(asked, write)
        finally:
            os._exit(70)  # what is raised here never comes back
    os.close(write)
    _, status, used = os.wait4(pid, 0)
    with os.fdopen(read, "rb") as pipe:
        told = pipe.read()
    return {
        "exit": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss * 1024,
        **(json.loads(told) if told else {}),
    }


def main() -> None:
    load()
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(serve(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
