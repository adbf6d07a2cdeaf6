"""Measure folio beside its references and its peers, and write RESULTS.md.

    python tests/bench/run.py --sizes 1k,20k,100k,1M
    python tests/bench/run.py --sizes 20k --only report,import --rounds 3

Histories and books are made first and kept for the next run; a book is made anew when
folio's code has changed.  hledger, ledger, bean-query, fava and the sqlite3 shell take part
where they are on the path.
"""

import argparse
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import results
from books import ROOT, Place, parse_size, size_text
from measuring import Contender, Failed, TooLong, measure
from peers import START, version_of
from work import BYTES, FOLIO, LINES, SMALL, Line, bytes_each

from folio import __version__

NAMES = [line.name for line in [*LINES, BYTES]]
REFERENCES = (FOLIO, START, SMALL, "sqlite3 .import")


def versions() -> dict[str, str]:
    """The machine and the programs, in words."""
    said = {
        "folio": __version__,
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        platform.system(): f"on {os.cpu_count()} cores, {platform.machine()}",
    }
    for program in ("sqlite3", "hledger", "ledger", "bean-query", "fava"):
        if number := version_of(program):
            said[f"`{program}`"] = number
    return said


def code() -> str:
    """The last commit of folio's own code, marked where files differ from it."""
    of = ["--", "src", "schema.sql"]
    commit = _git("log", "-1", "--format=%h", *of) or "of no commit"
    return commit + ("-dirty" if _git("status", "--porcelain", *of) else "")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def contenders(line: Line, place: Place, size: int, peers_most: int) -> list[Contender]:
    made = [make(place, size) for make in line.others]
    there = [line.folio(place, size), *(one for one in made if one is not None)]
    return [one for one in there if size <= peers_most or one.name in REFERENCES]


def measured(line: Line, place: Place, size: int, said: argparse.Namespace) -> results.Record:
    """A line at a size; what cannot be done is told in its record."""

    def watch(text: str) -> None:
        print(f"\r{line.name} {size_text(size)}: {text}".ljust(78), end="", file=sys.stderr)

    watch("making what it needs")
    try:
        if line is BYTES:
            own = {"seconds": None, "cpu": None, "peak": None, "bytes": bytes_each(place, size)}
            return {"code": code(), "rounds": 1, "of": {FOLIO: own}}
        found = measure(
            contenders(line, place, size, said.peers_most),
            rounds=said.rounds, limit=said.limit, budget=said.budget, watch=watch,
        )  # fmt: skip
    except (Failed, TooLong) as error:
        print(f"\n    {error}")
        own = {"seconds": None, "cpu": None, "peak": None}
        own |= {"failed": True} if isinstance(error, Failed) else {"stopped": said.limit}
        return {"code": code(), "rounds": 0, "of": {FOLIO: own}}
    for name, one in found.items():
        if one.failed:
            print(f"\n    {name} failed: {one.failed}")
    return results.record(found, code())


def tell(name: str, size: int, of: results.Record) -> None:
    beside = [
        f"{other} {results.seconds_text(was['seconds'])}" if was["seconds"] else f"{other} –"
        for other, was in of["of"].items()
        if other != FOLIO
    ]
    print(f"\r{name} {size_text(size)}: {results.own_text(of)}; {', '.join(beside)}".ljust(78))


def main() -> None:
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = asked.add_argument
    add("--sizes", default="1k,20k,100k,1M", help="transactions: 1k,20k,100k,1M")
    add("--only", default=",".join(NAMES), help="lines to run, of: %(default)s")
    add("--rounds", type=int, default=5, help="of each line (%(default)s)")
    add("--limit", type=float, default=600, help="seconds for one command (%(default)s)")
    add("--budget", type=float, default=300, help="no new round after so many (%(default)s)")
    add("--peers-most", type=parse_size, default="100k", help="the largest size for the peers")
    add("--work", type=Path, default=Path(tempfile.gettempdir()) / "folio-bench",
        help="where histories and books are kept (%(default)s)")  # fmt: skip
    said = asked.parse_args()
    only = said.only.split(",")
    if unknown := [name for name in only if name not in NAMES]:
        asked.error(f"there is no line {unknown[0]!r}; say some of {', '.join(NAMES)}")
    place, now = Place(said.work.absolute(), said.limit), versions()
    lines = results.load(now)
    for size in map(parse_size, said.sizes.split(",")):
        for line in [*LINES, BYTES]:
            if line.name in only:
                one = measured(line, place, size, said)
                lines[f"{line.name} {size}"] = one
                tell(line.name, size, one)
                results.save(now, lines)


if __name__ == "__main__":
    main()
