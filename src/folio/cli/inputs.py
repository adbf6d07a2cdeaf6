"""Text from a file or from standard input."""

import sys
from pathlib import Path

from folio.errors import FolioError

MAX_BYTES = 64_000_000  # all of it is in memory


def read_text(source: str) -> str:
    """What FILE holds, or standard input for ``-``; always UTF-8.

    Raises:
        FolioError: when it cannot be read, or is not text.
    """
    data = read_data(source)
    name = "standard input" if source == "-" else source
    if b"\0" in data:
        raise FolioError(f"{name} is not text; it must be NDJSON or CSV in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FolioError(f"{name} is not UTF-8, from line {line} on; convert it first") from None


def read_data(source: str) -> bytes:
    """The bytes of FILE, or of standard input for ``-``.

    Raises:
        FolioError: when it cannot be read, or is longer than MAX_BYTES.
    """
    name = "standard input" if source == "-" else source
    try:
        if source == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FolioError(f"{source}: {(error.strerror or str(error)).lower()}") from None
    if len(data) > MAX_BYTES:
        raise FolioError(f"{name} has more than {MAX_BYTES:,} bytes; record it in parts")
    return data
