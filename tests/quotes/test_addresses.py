"""Asking over HTTP, of a server that behaves as badly as servers do."""

from collections.abc import Iterator

import pytest

from folio.errors import UsageError
from folio.quotes.trying import Asker, NoAnswer, Policy
from folio.quotes.web import checked_url, get
from quotes_server import Reply, Server, serving

HASTE = Policy(timeout=0.3, longest=30, tries=3, backoff=0.01, delay=0, most_bytes=10_000)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


class Waits:
    """Notes the waits, and makes none."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def asker(policy: Policy = HASTE) -> tuple[Asker, Waits]:
    waits = Waits()
    return Asker(policy, waits), waits


def test_what_is_there_comes_whatever_its_type_is_said_to_be(server: Server) -> None:
    typed = Reply(b"Date,USD\n", headers=(("Content-Type", "image/png"),))
    assert get(server.says("/typed", typed), asker()[0]) == b"Date,USD\n"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_who_is_busy_is_asked_again(server: Server, status: int) -> None:
    url = server.says(f"/busy{status}", Reply(status=status), Reply(status=status), Reply(b"yes"))
    asking, waits = asker()
    assert get(url, asking) == b"yes"
    first, second = waits.seconds
    assert 0.005 <= first <= 0.01 <= second <= 0.02  # doubled, and half of it left to chance


def test_a_server_says_how_long_to_wait(server: Server) -> None:
    url = server.says("/after", Reply(status=429, headers=(("Retry-After", "7"),)), Reply(b"yes"))
    asking, waits = asker()
    assert get(url, asking) == b"yes"
    assert waits.seconds == [7]


def test_nobody_waits_an_hour(server: Server) -> None:
    url = server.says("/hour", Reply(status=503, headers=(("Retry-After", "3600"),)))
    asking, waits = asker()
    with pytest.raises(NoAnswer, match=r"503 Service Unavailable, and wants to be left .* 3600"):
        get(url, asking)
    assert waits.seconds == []
    with pytest.raises(NoAnswer, match="was left alone: it wants to be"):
        get(url, asking)
    assert server.asked.count("/hour") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_who_refuses_is_not_asked_again(server: Server, status: int) -> None:
    url = server.says(f"/no{status}", Reply(status=status))
    with pytest.raises(NoAnswer, match=f"answered {status}"):
        get(url, asker()[0])
    assert server.asked.count(f"/no{status}") == 1


def test_it_gives_up(server: Server) -> None:
    url = server.says("/down", Reply(status=500))
    with pytest.raises(NoAnswer, match="answered 500 Internal Server Error"):
        get(url, asker()[0])
    assert server.asked.count("/down") == HASTE.tries


def test_who_does_not_answer_is_left_alone(server: Server) -> None:
    url, fine = server.says("/dead", Reply(status=500)), server.says("/fine", Reply(b"yes"))
    asking, waits = asker()
    for _ in range(2):
        with pytest.raises(NoAnswer, match="answered 500"):
            get(url, asking)
        assert get(fine, asking) == b"yes"  # an answer in between: it is there
    for _ in range(2):
        with pytest.raises(NoAnswer, match="answered 500"):
            get(url, asking)
    with pytest.raises(NoAnswer, match="was left alone: it did not answer 2 questions in a row"):
        get(fine, asking)
    assert server.asked.count("/dead") == 3 * HASTE.tries + 1
    assert len(waits.seconds) == 3 * (HASTE.tries - 1)


@pytest.mark.parametrize(
    ("path", "reply", "message"),
    [
        ("/slow", Reply(b"late", wait=0.5), "said nothing for 0 seconds"),
        ("/short", Reply(b"half", length=8), "broke off after 4 of 8 bytes"),
    ],
)
def test_what_does_not_end_well_is_asked_again(
    server: Server, path: str, reply: Reply, message: str
) -> None:
    with pytest.raises(NoAnswer, match=message):
        get(server.says(path, reply), asker(HASTE._replace(tries=2))[0])
    assert server.asked.count(path) == 2
    server.says(path, reply, Reply(b"whole"))
    assert get(f"{server.url}{path}", asker()[0]) == b"whole"


def test_no_try_begins_when_the_time_is_over(server: Server) -> None:
    url = server.says("/drip", Reply(b"x" * 100, drip=0.05))
    with pytest.raises(NoAnswer, match="did not end within 1 seconds"):
        get(url, asker(HASTE._replace(longest=0.6))[0])
    assert server.asked.count("/drip") == 1


def test_a_page_is_no_answer(server: Server) -> None:
    for page in (b"\n<!DOCTYPE html><html>we are sorry</html>", b"<html></html>"):
        with pytest.raises(NoAnswer, match="answered with a web page"):
            get(server.says("/page", Reply(page)), asker()[0])


def test_a_huge_answer_is_not_taken(server: Server) -> None:
    url = server.says("/huge", Reply(b"0" * 200_000))
    with pytest.raises(NoAnswer, match="sent more than"):
        get(url, asker()[0])
    assert server.asked.count("/huge") == 1


def test_redirects_stay_with_the_host(server: Server) -> None:
    server.says("/end", Reply(b"there"))
    within = server.says("/within", Reply(status=302, headers=(("Location", "/end"),)))
    assert get(within, asker()[0]) == b"there"
    with serving() as other:
        theirs = other.says("/theirs", Reply(b"not yours"))
        away = server.says("/away", Reply(status=302, headers=(("Location", theirs),)))
        with pytest.raises(NoAnswer, match="which nobody named"):
            get(away, asker()[0])
        assert other.asked == []
    around = server.says("/around", Reply(status=302, headers=(("Location", "/around"),)))
    with pytest.raises(NoAnswer, match="answered 302"):
        get(around, asker()[0])


def test_files_and_plain_http_are_not_asked() -> None:
    for url in ("file:///etc/passwd", "http://example.org/x", "ftp://a/b", "https://", "rates"):
        with pytest.raises(UsageError, match="must start with https"):
            checked_url(url)
    assert checked_url("https://www.ecb.europa.eu/stats/eurofxref")


def test_nobody_there() -> None:
    with serving() as gone:
        url = f"{gone.url}/x"
    with pytest.raises(NoAnswer, match="could not be reached: connection refused"):
        get(url, asker()[0])


def test_a_host_is_asked_at_a_distance(server: Server) -> None:
    url = server.says("/polite", Reply(b"yes"))
    asking, waits = asker(HASTE._replace(delay=50))
    get(url, asking)
    get(url, asking)
    assert len(waits.seconds) == 1
    assert 49 < waits.seconds[0] <= 50
