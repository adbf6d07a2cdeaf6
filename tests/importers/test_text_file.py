"""Lines and cells: what is read in bulk is what the slow way reads."""

import csv
import io
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folio.importers import load_profiles, read_statement
from folio.importers.cells.rows import MAX_KNOWN, Known
from folio.importers.files import text_file

# All that str.splitlines breaks lines at, and what a statement does not.
SIGNS = "ab,;\"' \t\n\r\x0b\x0c\x1c\x85\u2028é"


@given(st.text(SIGNS, max_size=60), st.integers(1, 9))
def test_lines_do_not_depend_on_where_a_chunk_ends(text: str, chunk: int) -> None:
    expected = [line.rstrip("\n") for line in io.StringIO(text, newline=None)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_file, "_CHUNK", chunk)
        found = list(text_file.numbered_lines(io.StringIO(text, newline=None)))
    assert found == list(enumerate(expected, 1))


def test_a_long_line_is_cut_and_the_next_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "_CHUNK", 4)
    monkeypatch.setattr(text_file, "MAX_LINE", 10)
    lines = text_file.numbered_lines(io.StringIO("x" * 35 + "\nshort\n" + "y" * 12))
    assert list(lines) == [(1, "x" * 11), (2, "short"), (3, "y" * 11)]


def test_how_much_is_read_is_told() -> None:
    told: list[int] = []
    list(text_file.numbered_lines(io.StringIO("one\ntwo\n"), told.append))
    assert told == [8]


@given(st.text(SIGNS.replace("\n", "").replace("\r", "").replace('"', ""), min_size=1))
def test_a_line_without_quotes_has_the_cells_of_the_csv_module(text: str) -> None:
    for delimiter in ",;\t":
        expected = next(csv.reader([text], delimiter=delimiter, strict=True))
        assert text_file.Splitter(delimiter, '"').cells(text) == expected


def test_what_is_known_is_worked_out_once_and_is_bounded() -> None:
    asked: list[int] = []

    def square(key: int) -> int:
        asked.append(key)
        return key * key

    known = Known(square)
    assert [known[7], known[7], known[8]] == [49, 49, 64]
    assert asked == [7, 8]
    assert [known[key] for key in range(3 * MAX_KNOWN)] == [n * n for n in range(3 * MAX_KNOWN)]
    assert len(known) <= MAX_KNOWN


def test_a_file_names_an_asset_and_an_account_by_one_object_each(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "date,account,kind,asset,quantity,price,currency,fee\n"
        "2025-01-02,Broker,buy,ACME,2,5,EUR,1\n"
        "2025-01-03,Broker,sell,ACME,1,6,EUR,1\n"
        "2025-01-04,Broker,deposit,EUR,1,,EUR,\n"
    )
    profile = load_profiles(None)["generic"]
    drafts = read_statement(path, profile, zoneinfo.ZoneInfo("UTC")).drafts
    legs = [leg for draft in drafts for leg in draft.legs]
    named = [leg.asset for leg in legs] + [leg.price_currency for leg in legs if leg.price]
    assert {str(asset) for asset in named} == {"ACME", "EUR"}
    assert len({id(asset) for asset in named}) == 2
    assert len({id(draft.account) for draft in drafts}) == 1


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"a","b","c"', ["a", "b", "c"]),
        ('a","b","c"', None),
        ('"a",b","c"', None),
        ('"a","b",1.000,00"', None),
        ('"a",2" nail,c', ["a", '2" nail', "c"]),
        ('a,nail 2",c', ["a", 'nail 2"', "c"]),  # of a file that quotes nothing
        ('"a","nail 2""",c', ["a", 'nail 2"', "c"]),
    ],
)
def test_a_cell_whose_first_quote_is_lost_is_no_cell(line: str, cells: list[str] | None) -> None:
    assert text_file.Splitter(",", '"').cells(line) == cells
