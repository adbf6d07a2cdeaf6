"""The user's own commands: a program ``folio-NAME`` on the path runs as ``folio NAME``.

It finds the book in FOLIO_DB, the folio that called it in FOLIO_BIN and, where they were asked
for, hidden amounts in FOLIO_PRIVATE; its exit code is handed on.  A command of folio's own is
never taken for another, and folders of the path that are not absolute are passed over, so that
no folder in which somebody works brings commands along.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence

from folio.cli import context, preferences

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_PREFIX = "folio-"


def find(name: str) -> str | None:
    """The program of a command, if there is one."""
    if not _NAME.fullmatch(name):
        return None
    found = shutil.which(_PREFIX + name, path=os.pathsep.join(_folders()))
    return None if found is None or os.path.isdir(found) else found


def _folders() -> list[str]:
    return [one for one in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(one)]


def names(own: Iterable[str]) -> list[str]:
    """The names of all of them, those left out that folio has itself."""
    found = set()
    for folder in _folders():
        try:
            listed = os.listdir(folder)
        except OSError:
            continue
        found |= {os.path.splitext(n)[0] if os.name == "nt" else n for n in listed
                  if n.startswith(_PREFIX)}  # fmt: skip
    wanted = (name.removeprefix(_PREFIX) for name in found)
    return sorted(name for name in wanted if name not in own and find(name))


def run(program: str, arguments: Sequence[str]) -> int:
    """Run a program in place of folio; on Windows beside it.  Returns its exit code."""
    env = {**os.environ, "FOLIO_DB": str(context.book_path().absolute()), "FOLIO_BIN": _folio()}
    if (private := preferences.value("private")) is not None:
        env["FOLIO_PRIVATE"] = "1" if private else "0"
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(program, [program, *arguments], env)
    return subprocess.run([program, *arguments], env=env, check=False).returncode


def _folio() -> str:
    """The folio that is running, by a path that can be run."""
    typed = sys.argv[0]
    beside = os.path.join(os.path.dirname(sys.executable), "folio")
    for one in (shutil.which(typed) if os.path.basename(typed).startswith("folio") else None,
                beside, shutil.which("folio")):  # fmt: skip
        if one and os.access(one, os.X_OK):
            return os.path.abspath(one)
    return "folio"
