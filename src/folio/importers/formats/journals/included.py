"""What a ledger would read and run beside itself, looked at before another program loads it.

Every file that is included must be a file: a device has no end.  What is named in any other
way than as a path or a pattern of paths is left to the program that loads the ledger.
"""

import glob
import os
import re
from collections.abc import Callable
from pathlib import Path

from folio.errors import FolioError, system_says
from folio.importers.files.text_file import MAX_AT_ONCE, check_file

MOST = 10_000  # files


def check_included(
    path: Path, include: re.Pattern[str], look: Callable[[Path, str], None] | None = None
) -> None:
    """Look at the ledger in ``path`` and at all that it includes.

    ``include`` matches a line that includes what its group names; ``look`` is shown every line.

    Raises:
        FolioError: where one of them is no file that ends, or there are too many.
    """
    waiting, seen = [path], set()
    while waiting:
        one = waiting.pop()
        if (real := os.path.realpath(one)) in seen:
            continue
        seen.add(real)
        if len(seen) > MOST:
            raise FolioError(f"{path} includes more than {MOST} files")
        for line in _lines(one):
            if look is not None:
                look(one, line)
            if match := include.match(line):
                named = os.path.join(one.parent, os.path.expanduser(match[1]))
                waiting += map(Path, glob.iglob(named, recursive=True))


def _lines(path: Path) -> list[str]:
    try:
        if path.is_dir():
            return []  # the program that loads the ledger says so
        check_file(path, MAX_AT_ONCE)
        return path.read_text("utf-8", errors="replace").splitlines()
    except OSError as error:
        raise FolioError(f"{path} cannot be read: {system_says(error)}") from None
