"""One file over HTTPS: bounded in time, in size and in where it leads.

Nothing but https is spoken, but to this machine itself.  A redirect to another host is
not followed: nobody named it.  What an answer is, its content says, not its header.
"""

import contextlib
import http.client
import ssl
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from folio import __version__
from folio.errors import UsageError
from folio.quotes.trying import Asker, NoAnswer, Policy, retry_after

_HERE = ("localhost", "127.0.0.1", "::1")
_PASSES = (408, 425, 429, 500, 502, 503, 504)
_CHUNK = 1 << 16


def checked_url(url: str) -> str:
    """An address that may be asked.

    Raises:
        UsageError: when it is neither https nor of this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    plain = host in _HERE and url.startswith("http://")
    if not host or not (url.startswith("https://") or plain):
        raise UsageError(f"{url!r} is no address of a source; it must start with https://")
    return url


def get(url: str, asker: Asker) -> bytes:
    """What is at an address.

    Raises:
        NoAnswer: when nothing that can be used came.
    """
    host = urlsplit(checked_url(url)).netloc
    return asker.ask(host, lambda: _once(url, host, asker.policy))


def _once(url: str, host: str, policy: Policy) -> bytes:
    opener = urllib.request.build_opener(_Redirects)
    request = urllib.request.Request(url, headers={"User-Agent": f"folio/{__version__}"})
    until = time.monotonic() + policy.longest
    try:
        with opener.open(request, timeout=policy.timeout) as answer:
            return _body(answer, host, policy, until)
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            raise _refused(error, host) from None
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise _failed(error, host, policy) from None


def _body(answer: Any, host: str, policy: Policy, until: float) -> bytes:
    """An answer, whole."""
    stated = answer.headers.get("Content-Length", "")
    length = int(stated) if stated.isdecimal() else None
    found = bytearray()
    while chunk := answer.read1(_CHUNK):
        found += chunk
        if len(found) > policy.most_bytes:
            raise NoAnswer(f"{host} sent more than {policy.most_bytes // 1_000_000} MB")
        if time.monotonic() > until:
            raise NoAnswer(f"{host} did not end within {policy.longest:.0f} seconds", passes=True)
    if length is not None and len(found) < length:
        raise NoAnswer(f"{host} broke off after {len(found)} of {length} bytes", passes=True)
    if bytes(found[:512]).lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise NoAnswer(f"{host} answered with a web page in place of prices")
    return bytes(found)


def _refused(error: urllib.error.HTTPError, host: str) -> NoAnswer:
    after = retry_after(error.headers.get("Retry-After"), error.headers.get("Date"))
    text = f"{host} answered {error.code} {http.client.responses.get(error.code, '')}".strip()
    return NoAnswer(text, passes=error.code in _PASSES, after=after)


def _failed(error: Exception, host: str, policy: Policy) -> NoAnswer:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return NoAnswer(f"{host} could not prove that it is {host}: {reason.verify_message}")
    if isinstance(reason, TimeoutError):
        return NoAnswer(f"{host} said nothing for {policy.timeout:.0f} seconds", passes=True)
    if isinstance(reason, http.client.IncompleteRead):
        return NoAnswer(f"{host} broke off", passes=True)
    words = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return NoAnswer(f"{host} could not be reached: {words.lower()}", passes=True)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects within one host."""

    max_redirections = max_repeats = 3

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        here, there = urlsplit(req.full_url), urlsplit(newurl)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise NoAnswer(f"{here.netloc} sends on to {there.netloc}, which nobody named")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
