"""Cold processes timed in turn with what they are compared with, and the arithmetic of it.

Contenders of one line of the table run round-robin: each round runs every one of them
once, so that a machine that is busy for a while is busy for all.  A ratio is the median
of the rounds' own ratios, never a ratio of medians from different minutes.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

MEGABYTE = 10**6
KEPT = 1 << 16  # bytes of output at either end: a large parent would count in a child's peak
ROWS, COLUMNS = 50, 120  # of the terminal


class Step(NamedTuple):
    """One process; ``proof`` is a pattern that its output must have."""

    command: Sequence[str | Path]
    env: Mapping[str, str]
    proof: str = ""
    terminal: bool = False
    folder: Path | None = None


class Run(NamedTuple):
    """What one or several processes cost: seconds, seconds of CPU, bytes at most."""

    wall: float
    cpu: float
    peak: int


class Contender(NamedTuple):
    """What is run in each round: ``steps`` one after the other, after ``prepare`` untimed."""

    name: str
    steps: Callable[[int], Sequence[Step]]
    prepare: Callable[[int], None] = lambda number: None


class Failed(Exception):
    """A command ended badly or did not print what it must."""


class TooLong(Exception):
    """A command was stopped at its time limit."""


class Measured(NamedTuple):
    """The runs of one contender, one a round (None: it was not run), and how they ended."""

    runs: list[Run | None]
    steps: list[list[float]]  # wall seconds of each step, for those of several steps
    stopped: float | None = None  # the limit that one process went over
    failed: str = ""

    @property
    def wall(self) -> float | None:
        return middle([run.wall for run in self.runs if run])

    @property
    def cpu(self) -> float | None:
        return middle([run.cpu for run in self.runs if run])

    @property
    def peak(self) -> int | None:
        return max((run.peak for run in self.runs if run), default=None)


def middle(values: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return median(values) if values else None


def ratio(own: Sequence[float | None], other: Sequence[float | None]) -> float | None:
    """The median of own / other over the rounds that have both."""
    pairs = zip(own, other, strict=True)
    return middle([a / b for a, b in pairs if a is not None and b is not None])


def measure(
    contenders: Sequence[Contender],
    *,
    rounds: int,
    limit: float,
    budget: float,
    watch: Callable[[str], None],
) -> dict[str, Measured]:
    """Run all contenders round-robin; no round starts once ``budget`` seconds are gone.

    A first round warms the caches and is left out, unless it took more than a tenth of the
    budget.  Who fails, or goes over ``limit`` seconds, is left out of the rounds after it.
    """
    found = {one.name: Measured([], []) for one in contenders}
    began = time.monotonic()
    number = counted = 0
    while counted < rounds and (not counted or time.monotonic() - began < budget):
        for one in contenders:
            watch(f"round {number}: {one.name}")
            found[one.name] = _one_more(found[one.name], one, number, limit)
        warming = number == 0 and rounds > 1 and time.monotonic() - began < budget / 10
        if warming:
            found = {name: kept._replace(runs=[], steps=[]) for name, kept in found.items()}
        number, counted = number + 1, counted + (not warming)
    return found


def _one_more(so_far: Measured, one: Contender, number: int, limit: float) -> Measured:
    if so_far.failed or so_far.stopped is not None:
        return so_far._replace(runs=[*so_far.runs, None])
    try:
        one.prepare(number)
        runs = [run(step, limit=limit) for step in one.steps(number)]
    except TooLong:
        return so_far._replace(runs=[*so_far.runs, None], stopped=limit)
    except Failed as error:
        return so_far._replace(runs=[*so_far.runs, None], failed=str(error))
    steps = [*so_far.steps, [each.wall for each in runs]] if len(runs) > 1 else []
    return so_far._replace(runs=[*so_far.runs, together(runs)], steps=steps)


def together(runs: Sequence[Run]) -> Run:
    """Processes one after the other as one: times add up, the largest is the peak."""
    return Run(
        sum(run.wall for run in runs), sum(run.cpu for run in runs), max(run.peak for run in runs)
    )


def run(step: Step, *, limit: float) -> Run:
    """Run a step to its end.

    The peak counts what the process had from its parent at its birth: some 20 MB.

    Raises:
        Failed: when it ends with another code than 0, or its output lacks the proof.
        TooLong: when it was stopped after ``limit`` seconds.
    """
    began = time.perf_counter()
    process, output = _start(step)
    ended = threading.Event()
    stopped = threading.Event()
    watch = threading.Thread(target=_stop, args=(process, limit, ended, stopped), daemon=True)
    watch.start()
    text = _read(output)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    ended.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if stopped.is_set():
        raise TooLong
    if process.returncode != 0 or not re.search(step.proof, text):
        words = " ".join(Path(str(word)).name for word in step.command)
        raise Failed(f"{words[:120]} ended with {process.returncode}: {text.strip()[-300:]}")
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def _stop(
    process: "subprocess.Popen[bytes]",
    limit: float,
    ended: threading.Event,
    stopped: threading.Event,
) -> None:
    if not ended.wait(limit):
        stopped.set()
        process.kill()


def _start(step: Step) -> "tuple[subprocess.Popen[bytes], int]":
    """The process and the descriptor that its output comes from: a pipe or a terminal."""
    if step.terminal:
        reading, writing = pty.openpty()
        fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    else:
        reading, writing = os.pipe()
    try:
        process = subprocess.Popen(
            step.command,
            env=dict(step.env),
            cwd=step.folder,
            stdin=writing if step.terminal else subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    return process, reading


def _read(output: int) -> str:
    """Everything that is written, but the middle of what is long."""
    first, last = b"", b""
    try:
        while piece := os.read(output, KEPT):
            room = KEPT - len(first)
            first += piece[:room]
            last = (last + piece[room:])[-KEPT:]
    except OSError:  # a terminal that its last writer has left
        pass
    finally:
        os.close(output)
    return (first + last).decode("utf-8", "replace")
