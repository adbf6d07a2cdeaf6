"""What reaches a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folio.cli.text import cut, pad, visible, width


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
