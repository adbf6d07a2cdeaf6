"""folio as a process that heeds an interrupt, also where the tests themselves run in the
background: a shell has those, and all that they start, pass over it."""

import sys

INTERRUPTIBLE = [
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from folio.cli.start import main; main()",
]
