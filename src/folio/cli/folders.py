"""The files in a folder that somebody names."""

import os
from pathlib import Path

from folio.errors import FolioError, UsageError

MOST = 10_000  # files and folders, which a folder of statements stays far below


def files_in(folder: Path) -> list[Path]:
    """The files in a folder and in its folders, in the order of their paths; nothing hidden.

    A link to a file counts as the file; a link to a folder is followed where it is named, and
    not further down, so that none leads in a circle.

    Raises:
        UsageError: where there is no file, or there is more than MOST of files and folders.
        FolioError: where a folder cannot be looked into.
    """
    found: list[Path] = []
    waiting, seen = [folder], 0
    while waiting:
        within = waiting.pop()
        try:
            with os.scandir(within) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    seen += 1
                    if seen > MOST:
                        raise UsageError(
                            f"{folder} has more than {MOST:,} files and folders in it; "
                            "name one that holds statements"
                        )
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(within / entry.name)
                    elif os.path.isfile(entry):
                        found.append(within / entry.name)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise FolioError(
                f"{within} cannot be read: {why}; name the folders beside it"
            ) from None
    if not found:
        raise UsageError(f"{folder} is an empty folder; name a statement")
    return sorted(found)
