"""A web server on this machine that answers what a test says, and counts what it is asked."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None  # that is stated; None: the body's own
    wait: float = 0  # seconds before the first byte
    drip: float = 0  # seconds between two bytes


class Server:
    """Answers each path with its replies in turn, the last one for ever."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                left = outer.replies.get(self.path, [Reply(status=404)])
                outer.answer(self, left.pop(0) if len(left) > 1 else left[0])

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def says(self, path: str, *replies: Reply) -> str:
        self.replies[path] = list(replies)
        return f"{self.url}{path}"

    def answer(self, to: BaseHTTPRequestHandler, reply: Reply) -> None:
        time.sleep(reply.wait)
        with contextlib.suppress(OSError):  # who asked may have gone
            to.send_response(reply.status)
            for name, value in reply.headers:
                to.send_header(name, value)
            length = len(reply.body) if reply.length is None else reply.length
            to.send_header("Content-Length", str(length))
            to.end_headers()
            if not reply.drip:
                to.wfile.write(reply.body)
                return
            for byte in reply.body:
                to.wfile.write(bytes([byte]))
                time.sleep(reply.drip)


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        thread.join()
