"""Pages that are longer than the terminal."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from typing import IO, cast

from folio.cli import preferences

_NONE = ("off", "no", "none", "cat", "-")
# Leave at once where all fits after all, keep colours, leave the page on the screen.
_LESS = "FRX"


def page(text: Iterable[str]) -> None:
    """Show a text in the user's pager, as it comes; without one, print it.

    FOLIO_PAGER and the configuration say which, else PAGER, else ``less -FRX``.  Leaving it
    early is no error, and Ctrl-C is the pager's.
    """
    words = command()
    if words is None:
        sys.stdout.writelines(text)
        return
    sys.stdout.flush()
    env = {"LESS": _LESS, "LV": "-c", **os.environ}
    # A handler that does nothing: the pager would inherit a signal that is ignored.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        pager = subprocess.Popen(words, stdin=subprocess.PIPE, env=env)
    except OSError:  # it cannot be run
        sys.stdout.writelines(text)
    else:
        _fill(pager, text)
    finally:
        signal.signal(signal.SIGINT, before)


def _fill(pager: "subprocess.Popen[bytes]", text: Iterable[str]) -> None:
    """Give a pager its text until it is left, and wait for that."""
    stdin = cast("IO[bytes]", pager.stdin)  # a pipe was asked for
    encoding = sys.stdout.encoding or "utf-8"
    try:
        with contextlib.suppress(BrokenPipeError), stdin:
            stdin.writelines(part.encode(encoding, "folio.legible") for part in text)
    finally:
        pager.wait()


def command() -> list[str] | None:
    """The words that start the pager; None where there is to be none, or none is there."""
    paged = preferences.value("paged")
    if paged is False:
        return None
    said = preferences.value("pager")
    if said in _NONE and not paged:
        return None
    named = said if said and said not in _NONE else os.environ.get("PAGER") or "less"
    try:
        words = shlex.split(named)
    except ValueError:
        return None
    return words if words and words[0] != "cat" and shutil.which(words[0]) else None
