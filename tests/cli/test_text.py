"""What reaches a terminal."""

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folio.cli.text import cut, for_people, for_programs, pad, visible, width


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("Zürich 株式 👩‍👩‍👧", "Zürich 株式 👩‍👩‍👧"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x9b31m", "\\x9b31m"),
        ("invoice\u202excod.exe", "invoice\\u202excod.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("caf\udce9", "caf\\xe9"),  # a byte that is not UTF-8, as in an argument
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_control_characters_are_made_visible(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_a_message_keeps_its_lines() -> None:
    assert visible("a\n\x1bb", lines=True) == "a\n\\x1bb"


@given(st.text())
def test_nothing_unsafe_is_left(text: str) -> None:
    seen = visible(text)
    assert visible(seen) == seen
    assert not set(seen) & set(map(chr, [*range(32), *range(127, 160), *range(0x202A, 0x202F)]))


@given(st.text(), st.integers(0, 30))
def test_what_is_cut_fits(text: str, columns: int) -> None:
    assert width(cut(visible(text), columns)) <= columns


def test_wide_characters_take_two_columns() -> None:
    assert width("株式") == 4
    assert width("e\u0301") == 1
    assert pad("株", 4) + "|" == "株  |"
    assert cut("株式会社", 5) == "株式…"


@pytest.mark.parametrize(
    ("encoding", "people"),
    [
        ("utf-8", "├─ Zürich · −1 ×2 → █░ 株".encode()),
        ("iso-8859-1", "|- Zürich · -1 ×2 > #. \\u682a".encode("iso-8859-1")),
        ("ascii", b"|- Z\\xfcrich - -1 x2 > #. \\u682a"),
    ],
)
def test_what_an_encoding_lacks_is_as_wide_where_it_is_drawn(
    encoding: str, people: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    stream = io.TextIOWrapper(out, encoding=encoding, write_through=True)
    monkeypatch.setattr(sys, "stdout", stream)
    for_people()
    stream.write("├─ Zürich · −1 ×2 → █░ 株")
    assert out.getvalue() == people
    for_programs()  # JSON of another encoding is none
    stream.write("Zürich")
    assert out.getvalue() == people + "Zürich".encode()
