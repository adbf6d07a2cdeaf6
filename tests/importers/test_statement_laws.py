"""What may change in a file without changing what it says."""

import csv
import io
import json
import random
import zoneinfo
from functools import cache
from pathlib import Path

import pytest

from folio.errors import FolioError
from folio.importers import find_profiles, load_profiles, read_statement
from folio.model.statements import BAD, Statement
from folio.model.transactions import Draft
from importing import byte_encoding

PROFILES = load_profiles(None)
FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))
ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
CUTS = 6  # of a sample at most, all over it: places where it may be cut are alike
OTHERS = 3  # profiles that a sample is given to, each next to its own for as many samples
# All tests of one sample run in a row, for it is read once.
every_sample = pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda folder: folder.name, scope="module"
)


def profile_of(folder: Path) -> str:
    return str(json.loads((folder / "expected.json").read_text(encoding="utf-8"))["profile"])


def read(folder: Path, path: Path) -> Statement:
    return read_statement(path, PROFILES[profile_of(folder)], ZONE)


@cache
def as_it_stands(folder: Path) -> Statement:
    """What the sample says."""
    return read(folder, folder / "sample.csv")


def content(statement: Statement) -> list[Draft]:
    """What would be recorded, whatever the lines it stands on."""
    drafts = [draft._replace(lines=()) for draft in statement.drafts]
    return sorted(drafts, key=lambda draft: str(draft.external_id))


def stated(statement: Statement) -> list[str]:
    return sorted(str(balance._replace(lines=())) for balance in statement.balances)


def split_file(folder: Path) -> tuple[str, list[str]]:
    """The preamble with the header, and the rows."""
    statement = as_it_stands(folder)
    lines = (folder / "sample.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    first = statement.rows[0].line - 1
    return "".join(lines[:first]), lines[first:]


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "renamed statement.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def below_headers(rows: list[str], seed: int) -> list[str]:
    """The rows in another order, each still below the header of its section."""
    blocks: list[list[str]] = [[]]
    for row in rows:
        blocks += [[row], []] if row.split(",")[1] == "Header" else []
        blocks[-1] += [] if row.split(",")[1] == "Header" else [row]
    for block in blocks:
        random.Random(seed).shuffle(block)
    return [row for block in blocks for row in block]


@every_sample
def test_bytes_do_not_matter(folder: Path, tmp_path: Path) -> None:
    original = as_it_stands(folder)
    text = (folder / "sample.csv").read_text(encoding="utf-8")
    for variant in (
        ("\ufeff" + text.replace("\n", "\r\n")).encode(),
        ("\ufeff\ufeff" + text.replace("\n", "\r")).encode(),
        text.encode("utf-16"),
        text.rstrip("\n").encode(byte_encoding(profile_of(folder))),
    ):
        again = read(folder, written(tmp_path, variant))
        assert content(again) == content(original)
        assert again.rows == original.rows
        assert again.balances == original.balances


@every_sample
def test_order_of_rows_does_not_matter(folder: Path, tmp_path: Path) -> None:
    head, rows = split_file(folder)
    original = as_it_stands(folder)
    for seed in range(2):
        shuffled = [row.rstrip("\n") + "\n" for row in rows]
        if PROFILES[profile_of(folder)].sections:
            shuffled = below_headers(shuffled, seed)
        else:
            random.Random(seed).shuffle(shuffled)
        again = read(folder, written(tmp_path, head + "".join(shuffled)))
        assert content(again) == content(original)
        days = [draft.occurred_on for draft in again.drafts]
        assert days == sorted(days)
        assert stated(again) == stated(original)


@every_sample
def test_order_of_columns_does_not_matter(folder: Path, tmp_path: Path) -> None:
    head, rows = split_file(folder)
    if folder.name == "ibkr_activity":
        pytest.skip("its sections have columns of their own")
    original = as_it_stands(folder)
    above, _, header = head.rstrip("\n").rpartition("\n")
    sign = max(",;\t", key=header.count)
    table = list(csv.reader(io.StringIO(header + "\n" + "".join(rows)), delimiter=sign))
    width = len(table[0])
    table = [row + [""] * (width - len(row)) for row in table]
    # A column without a name of its own belongs to the one on its left.
    blocks: list[list[int]] = []
    for place, name in enumerate(table[0]):
        shared = not name or name in table[0][:place] + table[0][place + 1 :]
        blocks[-1:] = [[*blocks[-1], place]] if shared and blocks else [*blocks[-1:], [place]]
    # The cells that say which section a row is of stay where they are.
    fixed = blocks[:2] if PROFILES[profile_of(folder)].sections else []
    blocks = blocks[len(fixed) :]
    random.Random(7).shuffle(blocks)
    blocks = fixed + blocks
    order = [place for block in blocks for place in block]
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator="\n").writerows(
        [row[i] for i in order] for row in table
    )
    again = read(folder, written(tmp_path, above + "\n" + out.getvalue()))
    assert content(again) == content(original)


@every_sample
def test_halves_make_the_whole(folder: Path, tmp_path: Path) -> None:
    head, rows = split_file(folder)
    original = as_it_stands(folder)
    offset = head.count("\n") + 1
    # Not between rows of one event, and not between identical rows of one day.
    together = {line for draft in original.drafts for line in draft.lines[1:]}
    cuts = [
        at
        for at in range(1, len(rows))
        if offset + at not in together and rows[at][:10] != rows[at - 1][:10]
    ]
    for cut in cuts[:: len(cuts) // CUTS + 1]:
        ids: set[str | None] = set()
        headers = [row for row in rows if row.split(",")[1:2] == ["Header"]]
        for part in (rows[: cut + 1], [*headers, *rows[cut:]]):  # they overlap in one row
            again = read(folder, written(tmp_path, head + "".join(part)))
            ids |= {draft.external_id for draft in again.drafts if draft.kind != "unknown"}
        known = {draft.external_id for draft in original.drafts}
        joined = {draft.external_id for draft in original.drafts if len(draft.lines) > 1}
        single = {draft.external_id for draft in original.drafts if draft.kind == "unknown"}
        assert known - joined - single <= ids


@every_sample
def test_a_repeated_row_is_a_second_booking_and_is_said(folder: Path, tmp_path: Path) -> None:
    head, rows = split_file(folder)
    original = as_it_stands(folder)
    offset = head.count("\n") + 1
    alone = {draft.lines[0]: draft for draft in original.drafts if len(draft.lines) == 1}
    pairs = {row.line for row in original.rows} - set(alone)
    line = next(line for line in alone if line not in pairs)
    copied = [*rows]
    copied.insert(line - offset, rows[line - offset].rstrip("\n") + "\n")
    again = read(folder, written(tmp_path, head + "".join(copied)))
    assert len(again.drafts) == len(original.drafts) + 1
    assert {draft.external_id for draft in original.drafts} < {
        draft.external_id for draft in again.drafts
    }
    assert any("repeats" in note for note in again.notes)


@every_sample
@pytest.mark.parametrize("garbage", [["garbage", "x,y,z", "§§§;;;\t|"], ['"never closed']], ids=len)
def test_garbage_rows_are_reported_with_their_lines(
    folder: Path, tmp_path: Path, garbage: list[str]
) -> None:
    head, rows = split_file(folder)
    original = as_it_stands(folder)
    text = head + rows[0] + "".join(f"{row}\n" for row in garbage) + "".join(rows[1:])
    again = read(folder, written(tmp_path, text))
    assert content(again) == content(original)
    bad = [row for row in again.rows if row.status == BAD]
    first = head.count("\n") + 2
    assert [(row.line, row.text) for row in bad] == list(enumerate(garbage, first))
    assert all(row.reason for row in bad)


@every_sample
def test_every_other_profile_refuses_the_file(folder: Path) -> None:
    path = folder / "sample.csv"
    assert [profile.name for profile in find_profiles(path, PROFILES)] == [profile_of(folder)]
    names = [*PROFILES, *PROFILES]
    after = names.index(profile_of(folder)) + 1
    for name in names[after : after + OTHERS]:
        with pytest.raises(FolioError, match="is not a statement of the profile"):
            read_statement(path, PROFILES[name], ZONE)


def test_another_running_balance_is_the_same_row(tmp_path: Path) -> None:
    folder = Path(__file__).parent / "vanguard_uk"
    text = (folder / "sample.csv").read_text(encoding="utf-8")
    again = read(folder, written(tmp_path, text.replace(",369.75", ",369.76")))
    assert content(again) == content(read(folder, folder / "sample.csv"))
    (note,) = [note for note in again.notes if "balance" in note]
    assert note.startswith("line 4: the printed balance 369.76 GBP does not follow")


def test_the_form_of_a_number_is_not_its_identity(tmp_path: Path) -> None:
    folder = Path(__file__).parent / "schwab"
    text = (folder / "sample.csv").read_text(encoding="utf-8")
    other = text.replace('"-$1,202.50"', '"($1202.5)"').replace('"$100.125"', '"100.1250"')
    assert content(read(folder, written(tmp_path, other))) == content(
        read(folder, folder / "sample.csv")
    )
