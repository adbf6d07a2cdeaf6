"""``folio web``: the book in a browser."""

import contextlib
import errno
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

from folio.cli import context, preferences
from folio.cli.options import flag, option
from folio.cli.text import visible
from folio.errors import FolioError, UsageError, system_says
from folio.model.extras import install_with

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


def command(
    port: int = option("--port", "N", "0: one that is free.", 0, min=0, max=65535),
    host: str = option("--host", "NAME", "Listen here; others can read it there.", "127.0.0.1"),
    opened: bool = flag("--open/--no-open", "Open a browser, or do not.", True),
) -> None:
    """Look at the book in a browser, read-only, until Ctrl-C: views, named questions, SQL.

    It listens on this machine alone. Needs Datasette, the extra web.
    """
    if preferences.value("private"):
        raise UsageError("folio web shows what is in the book; with --private use: -O html")
    try:
        import uvicorn

        from folio.cli.web.site import for_this_machine, site
    except ImportError as error:
        if (error.name or "").startswith("folio"):
            raise
        how = install_with("datasette>=0.65,<1")
        raise FolioError(f"folio web needs Datasette; install it with: {how}") from None
    with contextlib.closing(_listening(host, port)) as listener:
        with context.open_book() as db:
            made = site(context.book_path(), db)
        app = made.app()
        if host in _LOOPBACK:
            app = for_this_machine(app, _LOOPBACK)
        url = _url(listener)
        print(
            f"{visible(str(context.book_path()))} at {url}, read-only; Ctrl-C ends it", flush=True
        )
        if opened:
            _open(url)
        config = uvicorn.Config(app, log_level="warning", lifespan="on", access_log=False)
        try:
            with _signalled(), contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            made.get_database().close()
            with context.open_book():  # who only reads leaves a log; who is the last to close it
                pass


@contextlib.contextmanager
def _signalled() -> Iterator[None]:
    """A signal to end is an exit inside, which leaves everything in order.

    While it serves, uvicorn takes SIGTERM, and sends it again when all is answered.
    """
    names = ("SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    taken = [one for one in numbers if signal.getsignal(one) is signal.SIG_DFL]  # else: nohup
    for number in taken:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: object) -> None:
    if number == signal.SIGTERM:
        sys.exit(128 + number)
    signal.raise_signal(signal.SIGTERM)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        FolioError: where it cannot.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise FolioError(
            f"there is no host {host!r}: {system_says(error)}; leave out --host for this machine"
        ) from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(64)
    except OSError as error:
        listener.close()
        elsewhere = error.errno == errno.EADDRNOTAVAIL
        instead = "--host for this machine" if elsewhere else "--port for a free one"
        raise FolioError(f"{host} port {port}: {system_says(error)}; leave out {instead}") from None
    return listener


def _url(listener: socket.socket) -> str:
    name: Any = listener.getsockname()
    host = f"[{name[0]}]" if listener.family == socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}/"


def _open(url: str) -> None:
    import threading
    import webbrowser

    threading.Timer(0.5, webbrowser.open, [url]).start()  # when it answers
