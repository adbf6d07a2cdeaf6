"""A real terminal, at which somebody types."""

import os
import pty
import subprocess
import sys
from pathlib import Path


def typed_at(book: Path, typed: str, *words: str) -> tuple[int, str]:
    """Run a command on a terminal and type; the exit code, and what it shows beside figures."""
    terminal, its_end = pty.openpty()
    os.write(terminal, typed.encode())
    ended = subprocess.Popen(
        [sys.executable, "-m", "folio", "--db", str(book), *words],
        stdin=its_end,
        stdout=subprocess.DEVNULL,
        stderr=its_end,
        env=os.environ | {"FOLIO_TODAY": "2025-06-30"},
    )
    os.close(its_end)
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
    os.close(terminal)
    return ended.wait(60), shown.decode().replace("\r\n", "\n")
