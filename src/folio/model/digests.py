"""SHA-256 for who hashes a few rows, without OpenSSL.

The module ``hashlib`` loads OpenSSL, which takes 2.5 ms of a short command's 70, and makes the
hash of a row in half the time of the module that Python brings for where there is none.  Who
reads files has loaded it, to hash the file, and gets its hashes here too.

>>> sha256(b"abc").hexdigest()[:16]
'ba7816bf8f01cfea'
"""

import importlib
import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash


def sha256(data: bytes = b"") -> "_Hash":
    """The running hash of ``data``, as that of ``hashlib``."""
    loaded = sys.modules.get("hashlib")
    return _small()(data) if loaded is None else loaded.sha256(data)


@cache
def _small() -> "Callable[[bytes], _Hash]":
    for name in ("_sha2", "_sha256"):  # from Python 3.12 on, and before
        try:
            found: Callable[[bytes], _Hash] = importlib.import_module(name).sha256
        except ImportError:
            continue
        return found
    from hashlib import sha256  # a Python built without

    return sha256
