"""Running a program that prints prices: no shell, a bound on time and on what it prints.

What it says of an error is shown, but no secret: values of variables whose names say that
they are keys, and the query of every address, are left out.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from typing import IO

from folio.quotes.trying import NoAnswer, Policy

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s'\")]*")
_POLL = 0.1  # seconds between two looks at how much was printed
_SHOWN = 160  # characters of what it said


def find(name: str) -> str | None:
    """A program beside the Python that runs folio, or in an absolute folder of the path."""
    own = os.path.dirname(sys.executable)
    folders = [own, *os.environ.get("PATH", "").split(os.pathsep)]
    return shutil.which(name, path=os.pathsep.join(one for one in folders if os.path.isabs(one)))


def resolve(name: str, who: str) -> str:
    """The program that a command of the user's starts with.

    Raises:
        NoAnswer: when it is not there, or depends on the folder in which somebody works.
    """
    path = os.path.expanduser(name)
    if os.path.isabs(path):
        return path
    found = None if os.path.dirname(name) else find(name)
    if found is None:
        raise NoAnswer(f"{who} is not there: no {name} on the path; name it from the root on")
    return found


def run(arguments: Sequence[str], policy: Policy, who: str) -> str:
    """What a program prints.

    Raises:
        NoAnswer: when it fails, takes too long or prints too much.
    """
    with _ended_too(), tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            started = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=os.name != "nt",
            )
        except (OSError, ValueError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise NoAnswer(f"{who} does not start: {words.lower()}") from None
        try:
            code = _watched(started, (out, err), policy, who)
        finally:
            _end(started)
        if code:
            said = last_words(_text(err) or _text(out))
            how = f"exit {code}" if code > 0 else f"ended by signal {-code}"
            raise NoAnswer(f"{who} failed: {said or how}")
        return _text(out)


@contextlib.contextmanager
def _ended_too() -> Iterator[None]:
    """Who ends folio ends what it runs: a signal to end is an exit, which cleans up."""
    names = ("SIGTERM", "SIGHUP") if threading.current_thread() is threading.main_thread() else ()
    before = {}
    for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores one of them
            before[number] = signal.signal(number, lambda got, _: sys.exit(128 + got))
    try:
        yield
    finally:
        for number, then in before.items():
            signal.signal(number, then)


def _watched(
    started: "subprocess.Popen[bytes]", files: tuple[IO[bytes], ...], policy: Policy, who: str
) -> int:
    """The exit code."""
    until = time.monotonic() + policy.longest
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = started.wait(_POLL)
        if any(os.fstat(file.fileno()).st_size > policy.most_bytes for file in files):
            raise NoAnswer(f"{who} printed more than {policy.most_bytes // 1_000_000} MB")
        if started.returncode is not None:
            return code
        if time.monotonic() > until:
            raise NoAnswer(f"{who} did not end within {policy.longest:.0f} seconds", passes=True)


def _end(started: "subprocess.Popen[bytes]") -> None:
    """Leave nothing running: neither the program nor what it started."""
    if os.name == "nt":
        started.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(started.pid, signal.SIGKILL)
    started.wait()


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def last_words(said: str) -> str:
    """The last line of what a program said, cut short, without secrets.

    >>> last_words("reading\\nERROR no answer of https://x.org/q?apikey=1 (429)\\n")
    'ERROR no answer of https://x.org/q (429)'
    """
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    text = _QUERY.sub("", lines[-1]) if lines else ""
    for name, value in os.environ.items():
        if len(value) > 3 and _SECRET.search(name):
            text = text.replace(value, "***")
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
