"""What was answered a moment ago, so that a command that is run again asks nobody.

One file an answer in the user's cache folder, readable by the user alone.  An answer is
good for minutes, by the clock of the command; what cannot be read is not there.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

GOOD_FOR = dt.timedelta(minutes=15)
_OLD = 24 * 3600  # seconds after which a file is thrown away


class Cached(NamedTuple):
    """An answer, and the first day that it was about."""

    start: dt.date
    data: bytes


class Cache:
    """Answers by question; with no folder nothing is kept."""

    def __init__(self, folder: Path | None, now: dt.datetime) -> None:
        self._folder = folder
        self._now = now

    def find(self, question: tuple[str, ...], start: dt.date) -> Cached | None:
        """The answer to a question, where it is young and reaches back to ``start``."""
        path = self._path(question)
        if path is None:
            return None
        try:
            head, _, data = path.read_bytes().partition(b"\n")
            said = json.loads(head)
            age = self._now - dt.datetime.fromisoformat(said["asked_at"])
            first = dt.date.fromisoformat(said["start"])
            whole = said["sha256"] == hashlib.sha256(data).hexdigest()
        except (OSError, ValueError, KeyError, TypeError):
            return None
        young = dt.timedelta(0) <= age <= GOOD_FOR
        return Cached(first, data) if young and whole and first <= start else None

    def keep(self, question: tuple[str, ...], start: dt.date, data: bytes) -> None:
        """Remember an answer; a folder that cannot be written to is no reason to fail."""
        path = self._path(question)
        if path is None:
            return
        digest = hashlib.sha256(data).hexdigest()
        head = {"asked_at": self._now.isoformat(), "start": start.isoformat(), "sha256": digest}
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._throw_away(path.parent)
            number, name = tempfile.mkstemp(dir=path.parent, suffix=".new")  # 0600
            with open(number, "wb") as file:
                file.write(json.dumps(head).encode() + b"\n" + data)
            os.replace(name, path)

    def _path(self, question: tuple[str, ...]) -> Path | None:
        if self._folder is None:
            return None
        name = hashlib.sha256("\0".join(question).encode()).hexdigest()
        return self._folder / f"{name}.answer"

    def _throw_away(self, folder: Path) -> None:
        ages = [(path, path.stat().st_mtime) for path in folder.iterdir()]
        newest = max((at for _, at in ages), default=0)
        for path, at in ages:
            if path.suffix in (".answer", ".new") and newest - at > _OLD:
                path.unlink(missing_ok=True)
