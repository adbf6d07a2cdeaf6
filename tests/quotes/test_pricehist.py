"""pricehist itself, with recorded answers: its Yahoo asks a server of this machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from folio.quotes import pricehist
from folio.quotes.rows import Answer
from folio.quotes.trying import NoAnswer, Policy
from quotes_server import Reply, Server, serving
from script_file import write_script

pytest.importorskip("pricehist")
pytestmark = pytest.mark.usefixtures("through_the_server")
PROGRAM = """\
import sys, requests
get = requests.get
at = {{"https://query1.finance.yahoo.com": {url!r}, "https://www.ecb.europa.eu": {url!r}}}
def local(url, **how):
    for far, near in at.items():
        url = url.replace(far, near)
    how.pop("params", None)
    return get(url, **how)
requests.get = local
from pricehist.cli import cli
cli(sys.argv)
"""


def chart(currency: str, closes: list[Any]) -> bytes:
    """An answer in the shape of Yahoo's chart, its days from 2025-06-26 on, 09:00 in Berlin."""
    stamps = [1750921200 + n * 86_400 for n in range(len(closes))]
    quote = dict.fromkeys(("open", "high", "low", "close"), closes)
    meta = {"currency": currency, "symbol": "X", "gmtoffset": 7200, "priceHint": 2}
    result = {"meta": meta, "timestamp": stamps,
              "indicators": {"quote": [quote], "adjclose": [{"adjclose": closes}]}}  # fmt: skip
    return json.dumps({"chart": {"result": [result], "error": None}}).encode()


def failed(code: str, text: str) -> bytes:
    error = {"code": code, "description": text}
    return json.dumps({"chart": {"result": None, "error": error}}).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture
def through_the_server(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = write_script(tmp_path / "pricehist", PROGRAM.format(url=server.url))
    monkeypatch.setattr(pricehist, "find", lambda name: program)


def ask(symbol: str, source: str = "yahoo", type: str = "close") -> Answer:
    words = pricehist.arguments(source, symbol, type, "2025-06-26", "2025-06-30")
    return pricehist.read(pricehist.ask(words, Policy(longest=30)), source)


def test_a_share_in_london(server: Server) -> None:
    """Yahoo prints single precision in double; the day without a price is left out."""
    closes = [73.0999984741211, None, None, None, 74.25]
    server.says("/v8/finance/chart/VOD.L", Reply(chart("GBp", closes)))
    rows = ask("VOD.L").rows
    assert [(str(row.day), row.quote, str(row.price)) for row in rows] == [
        ("2025-06-26", "GBp", "73.1"),
        ("2025-06-30", "GBp", "74.25"),
    ]


def test_a_symbol_that_there_is_not(server: Server) -> None:
    reply = Reply(failed("Not Found", "No data found, symbol may be delisted"), status=404)
    server.says("/v8/finance/chart/NOPE", reply)
    with pytest.raises(NoAnswer, match=r"^Invalid pair 'NOPE'. Symbol not found$") as caught:
        ask("NOPE")
    assert not caught.value.passes


def test_days_without_trade_are_no_failure(server: Server) -> None:
    text = "Data doesn't exist for startDate = 1750921200, endDate = 1751007600"
    server.says("/v8/finance/chart/VWCE.DE", Reply(failed("Bad Request", text), status=400))
    assert ask("VWCE.DE") == Answer(())


def test_who_is_asked_too_often_passes(server: Server) -> None:
    server.says("/v8/finance/chart/BUSY", Reply(b"Too Many Requests", status=429))
    with pytest.raises(NoAnswer, match="429 Client Error") as caught:
        ask("BUSY")
    assert caught.value.passes


def test_its_ecb(server: Server) -> None:
    xml = (
        b'<e xmlns:g="x"><Cube><Cube time="2025-06-30"><Cube currency="USD" rate="1.1720"/></Cube>'
        b'<Cube time="2025-06-27"><Cube currency="USD" rate="1.1704"/></Cube></Cube></e>'
    )
    for name in ("eurofxref-hist.xml", "eurofxref-hist-90d.xml"):
        server.says(f"/stats/eurofxref/{name}", Reply(xml))
    rows = ask("EUR/USD", "ecb", "reference").rows
    assert [(str(r.day), r.asset, r.quote, str(r.price)) for r in rows] == [
        ("2025-06-27", "EUR", "USD", "1.1704"),
        ("2025-06-30", "EUR", "USD", "1.1720"),
    ]
