"""Text from a file or from standard input."""

import os
import sys
from pathlib import Path

from folio.errors import FolioError, system_says

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
        elif Path(source).is_fifo():
            data = _of_pipe(Path(source))
        else:
            with Path(source).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FolioError(f"{source}: {system_says(error)}") from None
    if len(data) > MAX_BYTES:
        raise FolioError(f"{name} has more than {MAX_BYTES:,} bytes; record it in parts")
    return data


def _of_pipe(path: Path) -> bytes:
    """What somebody writes to a named pipe; of one without a writer the end would never come.

    Raises:
        FolioError: for such a pipe.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        try:
            first = os.read(handle, 1)
        except BlockingIOError:  # somebody has it open, and has written nothing yet
            first = None
        if first == b"":
            raise FolioError(f"{path} is a pipe that nobody writes to; start what does first")
        os.set_blocking(handle, True)
        return (first or b"") + file.read(MAX_BYTES)
