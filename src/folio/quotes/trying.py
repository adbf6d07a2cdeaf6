"""Asking again, with patience: what passes is waited for, a bounded number of times.

The wait doubles with each try, and a part of it is left to chance, so that many who were
sent away together do not come back together ("full jitter": M. Brooker, *Exponential
Backoff And Jitter*, AWS Architecture Blog, 2015).  Who says how long to wait is heeded
(RFC 9110, 10.2.3), unless that is longer than anybody at a terminal would wait.

One question gets so long, with all its tries.  Where a host did not answer one, the next is
asked once; where that one fails as well, nobody waits for it a third time: without a
network three hundred assets would take an hour.
"""

import datetime as dt
import random
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import NamedTuple, TypeVar

from folio.errors import FolioError

T = TypeVar("T")


class Policy(NamedTuple):
    """How long to wait, how often to ask, how much to take."""

    timeout: float = 20  # seconds until a connection is there, or more of an answer
    longest: float = 90  # seconds for one answer as a whole
    tries: int = 4
    backoff: float = 1  # seconds, at most, before the second try; doubled before each next
    longest_wait: float = 60  # seconds that are waited where a server asks for it
    delay: float = 1  # seconds between two questions to one host
    most_bytes: int = 32_000_000  # of an answer


class NoAnswer(FolioError):
    """A source did not say what was asked; the message is one sentence without its full stop."""

    def __init__(self, message: str, *, passes: bool = False, after: float | None = None) -> None:
        super().__init__(message)
        self.passes = passes  # it may answer when it is asked again
        self.after = after  # seconds that it wants to be left alone


class Asker:
    """Asks, and asks again; keeps a distance between questions to one host."""

    def __init__(
        self,
        policy: Policy = Policy(),  # noqa: B008  # a NamedTuple never changes
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.policy = policy
        self.sleep = sleep
        self._asked: dict[str, float] = {}
        self._failed: dict[str, int] = {}  # questions in a row that a host did not answer
        self._left: dict[str, str] = {}  # the hosts that are left alone, and why

    def ask(self, host: str, question: Callable[[], T]) -> T:
        """The answer of a host.

        Raises:
            NoAnswer: when it will not answer, or did not in as many tries as the policy allows.
        """
        if host in self._left:
            raise NoAnswer(f"{host} was left alone: {self._left[host]}")
        failed = self._failed.get(host, 0)
        tries = 1 if failed else self.policy.tries
        until = time.monotonic() + self.policy.longest
        for number in range(tries):
            self._keep_distance(host)
            try:
                answer = question()
            except NoAnswer as error:
                if not error.passes:
                    raise
                if number == tries - 1 or time.monotonic() > until:
                    self._note_failure(host, failed)
                    raise
                self._wait(host, error, number)
            else:
                self._failed[host] = 0
                return answer
            finally:
                self._asked[host] = time.monotonic()
        raise AssertionError("a policy allows one try at least")

    def _keep_distance(self, host: str) -> None:
        last = self._asked.get(host)
        if last is not None:
            rest = last + self.policy.delay - time.monotonic()
            if rest > 0:
                self.sleep(rest)

    def _note_failure(self, host: str, before: int) -> None:
        self._failed[host] = before + 1
        if before:
            self._left[host] = f"it did not answer {before + 1} questions in a row"

    def _wait(self, host: str, error: NoAnswer, before: int) -> None:
        if error.after is not None:
            if error.after > self.policy.longest_wait:
                self._left[host] = "it wants to be"
                raise NoAnswer(
                    f"{error}, and wants to be left alone for {error.after:.0f} seconds"
                ) from None
            self.sleep(error.after)
            return
        most = min(self.policy.backoff * 2**before, self.policy.longest_wait)
        self.sleep(random.uniform(most / 2, most))


def retry_after(text: str | None, date: str | None) -> float | None:
    """The seconds of a ``Retry-After`` header: a number, or an instant against the ``Date``.

    >>> retry_after("7", None), retry_after("soon", None), retry_after(None, None)
    (7, None, None)
    >>> retry_after("Wed, 04 Mar 2026 12:00:30 GMT", "Wed, 04 Mar 2026 12:00:00 GMT")
    30.0
    """
    if text is None:
        return None
    if text.strip().isdecimal():
        return min(int(text), 10**6)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(date or "")
    except (TypeError, ValueError):
        return None
    return max(wait / dt.timedelta(seconds=1), 0)
