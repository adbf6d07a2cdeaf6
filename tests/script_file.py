"""A program of Python's, as a file that can be run."""

import stat
import sys
from pathlib import Path

# A first line with a path of its own ends at the first space in it: the shell takes another.
_BEGIN = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
"""


def write_script(path: Path, code: str) -> str:
    """Write a program that the Python of the tests runs, wherever that is; returns its path."""
    path.write_text(_BEGIN.format(python=sys.executable) + code, "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)
