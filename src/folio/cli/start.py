"""The program's first module: Python is made ready for a command that ends at once.

Three things cost a short command more than its work, and none of them is of use to it.
Measured as parts of a command that only loads Typer, 47 ms beside 12 for Python with sqlite3:

* The garbage collector looks through all that is being loaded, again and again, though nothing
  loaded is ever let go (4 ms).  Here it starts later: at ``PATIENCE`` objects; so this module
  loads next to nothing itself.
* At the end Python looks through everything once more and takes it apart (10 ms), though all of it
  goes with the process: so the process ends itself, when its output is written.
* Typer loads what few commands need (7 ms): see :mod:`folio.cli.seldom`.
"""

import gc
import os
import sys

PATIENCE = 100_000  # objects: a report makes half as many, an import lets most of its own go


def main() -> None:
    """Run folio and leave with its exit code."""
    _open_what_is_closed()
    try:
        code = _run()
    except KeyboardInterrupt:  # while it loads; later it is told apart
        code = 130
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # a stream is closed, or nobody reads it
        sys.exit(code)
    os._exit(code)


def _open_what_is_closed() -> None:
    """A stream that the caller has closed gives nothing and takes everything.

    Else its number would be that of the next file to be opened, the book's perhaps.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nothing = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115  # ends with it all
            setattr(sys, name, nothing)


def _run() -> int:
    gc.set_threshold(PATIENCE)
    from folio.cli.seldom import put_off_what_is_seldom_used

    put_off_what_is_seldom_used()
    from folio.cli.app import main

    return main()
