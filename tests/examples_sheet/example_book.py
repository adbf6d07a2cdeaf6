"""Running folio on the examples, as a person at a terminal would."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from forking import shared

DAY = "2025-06-30"


def environment(place: Path, **more: str) -> dict[str, str]:
    """Only what folio needs: no book but the one named, no settings of whoever runs the tests."""
    return shared().environment(os.devnull) | {
        "PATH": f"{shared().program.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(place),
        "TMPDIR": str(place),
        "USER": "ada",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "FOLIO_TODAY": DAY,
        **more,
    }


def run(place: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=place,
        env=environment(place, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        pass_fds=shared().pipes,
        encoding="utf-8",
        timeout=120,
    )


def folio(place: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return run(place, str(shared().program), *arguments, **more)


def asked(place: Path, *arguments: str, db: str) -> dict[str, Any]:
    """What a report answers, as JSON."""
    ended = folio(place, *arguments, "-O", "json", "--db", db)
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer
