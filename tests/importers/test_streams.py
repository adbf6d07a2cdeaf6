"""A file that is read while it is recorded leaves the book that reading it whole leaves."""

import gc
import json
import zoneinfo
from collections.abc import Sequence
from pathlib import Path

import pytest

from folio.db.keeping.proof import chain_faults
from folio.db.statements.statements import read_rows
from folio.errors import FolioError
from folio.importers import load_profiles, read_statement
from folio.importers.checking.repeats import SeenIdentities
from folio.importers.language.profile import ClosingForm
from folio.importers.recognition.csv_file import open_stream
from folio.model.statements import NotInOrder, RawRow
from folio.model.transactions import Draft, Leg
from folio.operations.importing import import_statement, read_files
from folio.operations.importing.import_statement import Summary
from folio.operations.transactions.record import Recorder
from importing import facts, load_all, new_book

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))
HEADER = "date,account,institution,kind,asset,quantity,price,currency,fee,external_id\n"
ROWS = """
2025-01-01,Cash,Bank,deposit,EUR,5000,1,EUR,0,a1
2025-01-02,Depot,Broker,buy,ACME,10,5,EUR,1,a3
2025-01-02,Depot,Broker,buy,ACME,10,5,EUR,1,a3

2025-01-04,Cash,Bank,transfer,EUR,-70,1,EUR,0,a5
2025-01-04,Cash,Bank,note,EUR,-70,1,EUR,0,a6
2025-01-05,Depot,Broker,transfer,EUR,70,1,EUR,0,a7
2025-01-05,Depot,Broker,buy,ACME,10,5,EUR,1,a3
2025-01-06,Depot,Broker,sell,ACME,-4,6,EUR,1,a8
2025-01-07,Depot,Broker,sell,ACME,4,6,EUR,1,a9
"""


def outcome(folder: Path, paths: Sequence[Path], **choices: object) -> list[object]:
    """What the imports of these files, one after another, say and leave."""
    folder.mkdir()
    db = new_book(folder)
    said: list[object] = []
    for path in paths:
        try:
            (found,) = load_all(db, [path], **choices)
        except FolioError as error:
            said.append(str(error))
        else:
            said.append(found._replace(transactions=tuple(found.transactions)))
    assert list(chain_faults(db)) == []
    return [*said, facts(db)]


def both(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *paths: Path, **choices: object
) -> tuple[list[object], list[object]]:
    """The outcome of reading files whole, and of reading each of them in pieces of two rows."""
    whole = outcome(folder / "whole", paths, **choices)
    monkeypatch.setattr(read_files, "LONG", 0)
    monkeypatch.setattr(import_statement, "LOOKED_UP", 2)
    return whole, outcome(folder / "pieces", paths, **choices)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_samples_leave_the_same_book(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = folder / "sample.csv"
    whole, pieces = both(monkeypatch, tmp_path, sample, sample, profile=_profile(folder))
    assert pieces == whole


def _profile(folder: Path) -> str:
    return str(json.loads((folder / "expected.json").read_text("utf-8"))["profile"])


def written(folder: Path, name: str, rows: str) -> Path:
    path = folder / name
    path.write_text(HEADER + rows, "utf-8")
    return path


@pytest.mark.parametrize("skip_bad", [True, False])
def test_bad_rows_and_repeats_are_told_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skip_bad: bool
) -> None:
    """Lines 7 (no kind) and 10 (a sale of minus four) cannot be read; a3 stands there thrice."""
    first = written(tmp_path, "first.csv", ROWS)
    more = written(tmp_path, "more.csv", ROWS + "2025-01-08,Cash,Bank,interest,EUR,1,1,EUR,0,b\n")
    whole, pieces = both(monkeypatch, tmp_path, first, more, first, skip_bad=skip_bad)
    assert pieces == whole
    if skip_bad:
        said = whole[0]
        assert isinstance(said, Summary)
        assert (said.rows, said.recorded, said.rejected) == (9, 7, 2)
        assert "line 5 repeats line 4; both are booked" in said.notes[0]
    else:
        assert "2 of 9 rows cannot be read" in str(whole[0])
        assert "\n  line 8: " in str(whole[0])
        assert "\n  line 11: " in str(whole[0])


@pytest.mark.parametrize(
    "rows",
    [
        "2025-01-02,,,deposit,EUR,1,1,EUR,0,a\n",  # nothing says whose
        "2025-01-02,Cash,Bank,buy,NEW,1,1,EUR,0,a\n" * 3,  # no such asset
        ROWS + "2025-01-02,Cash,Bank,deposit,EUR,1,1,EUR,0,late\n",  # back to an earlier day
        "",
    ],
)
def test_refusals_are_told_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str
) -> None:
    path = written(tmp_path, "a.csv", rows)
    whole, pieces = both(monkeypatch, tmp_path, path, create=not rows.count("NEW"), skip_bad=True)
    assert pieces == whole


def test_a_file_that_goes_back_is_read_whole(tmp_path: Path) -> None:
    rows = "2025-01-02,Cash,Bank,deposit,EUR,1,1,EUR,0,a\n"
    path = written(tmp_path, "a.csv", rows + rows.replace("01-02", "01-01"))
    db = new_book(tmp_path)
    profile = load_profiles(None)["generic"]
    zone = zoneinfo.ZoneInfo("UTC")
    stream = open_stream(path, profile, zone)
    assert stream is not None
    with pytest.raises(NotInOrder, match="line 3"):
        list(stream.pieces(9))
    assert open_stream(path, profile.model_copy(update={"joins": {"a": None}}), zone) is None
    closing = ClosingForm(balance="amount", day="date", currency=("currency",))
    assert open_stream(path, profile.model_copy(update={"closing": closing}), zone) is None
    assert load_all(db, [path])[0].recorded == 2


def test_a_file_that_adds_nothing_leaves_no_rows_to_the_next(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    row = "2025-01-02,Cash,Bank,deposit,EUR,1,1,EUR,0,a\n"
    first = written(tmp_path, "first.csv", row)
    load_all(db, [first])
    known = written(tmp_path, "known.csv", row.replace(",a\n", ",a\n\n"))
    new = written(tmp_path, "new.csv", row.replace("01-02", "01-03").replace(",a", ",b"))
    summaries = load_all(db, [known, new])
    assert [one.statement_id for one in summaries] == [None, 2]
    assert [row.text for row in read_rows(db, 2)] == [
        HEADER.strip(),
        new.read_text().split("\n")[1],
    ]


def test_few_rows_are_in_memory_however_long_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 600 rows in pieces of 20, never more than two pieces' drafts and rows are alive."""
    rows = [
        f"2025-01-{day:02},Cash,Bank,deposit,EUR,{n},1,EUR,0,{day}-{n}\n"
        for day in range(1, 31)
        for n in range(1, 21)
    ]
    path = written(tmp_path, "a.csv", "".join(rows))
    alive: list[int] = []
    looked_up = Recorder.look_up

    def counted(self: Recorder, drafts: Sequence[Draft]) -> None:
        alive.append(sum(type(thing) in (Draft, RawRow) for thing in gc.get_objects()))
        looked_up(self, drafts)

    monkeypatch.setattr(Recorder, "look_up", counted)
    monkeypatch.setattr(read_files, "LONG", 0)
    monkeypatch.setattr(import_statement, "LOOKED_UP", 20)
    before = sum(type(thing) in (Draft, RawRow) for thing in gc.get_objects())
    assert load_all(new_book(tmp_path), [path])[0].recorded == 600
    assert len(alive) >= 600 // 20
    assert max(alive) - before <= 2 * 2 * 20


def test_drafts_and_legs_made_of_tuples_have_all_their_fields(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "2025-01-02,Depot,Bank,buy,ACME,10,5,EUR,1,a\n")
    profile = load_profiles(None)["generic"]
    (draft,) = read_statement(path, profile, zoneinfo.ZoneInfo("UTC")).drafts
    assert draft == Draft(*draft)
    assert (draft.lines, draft.note, len(draft)) == ((2,), "", len(Draft._fields))
    for leg in draft.legs:
        assert (leg.label, leg.acquired_on, len(leg)) == ("", None, len(Leg._fields))


def test_identities_are_told_apart_in_any_number() -> None:
    seen = SeenIdentities().seen
    assert [seen(("a", n), n + 1) for n in range(20_000)] == [(0, 1)] * 20_000
    assert [seen(("a", n), 7) for n in (0, 1, 19_999)] == [(1, 2), (2, 2), (20_000, 2)]
    assert seen(("a", 1), 9) == (2, 3)
