"""folio as a process that heeds an interrupt and a hang-up, also where the tests themselves run in
the background or under nohup: those, and all that they start, pass over them."""

import sys

INTERRUPTIBLE = [
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "hasattr(signal, 'SIGHUP') and signal.signal(signal.SIGHUP, signal.SIG_DFL); "
    "from folio.cli.start import main; main()",
]
