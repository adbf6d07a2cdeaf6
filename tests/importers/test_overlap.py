"""Rows that an earlier file had just so are not read again, and nothing else is different."""

import random
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.keeping.proof import chain_faults
from folio.errors import FolioError
from folio.model.statements import KnownRows
from folio.operations.arranging.arrange import rename_thing, set_asset
from folio.operations.arranging.merge_assets import merge_assets
from folio.operations.importing import import_statement, overlap, read_files
from folio.operations.importing.fates import Links
from folio.operations.recording import Recording, recording
from folio.operations.transactions.undo import undo_transaction
from importing import WHO, facts, load_all, new_book, written

HEADER = "date,account,institution,kind,asset,quantity,price,currency,fee,external_id,note"
Change = Callable[[sqlite3.Connection], object]


def row(day: int, name: str, account: str = "Cash", asset: str = "EUR", note: str = "") -> str:
    """A deposit, or a purchase of anything but money."""
    what = "deposit" if asset == "EUR" else "buy"
    return f"2025-01-{day:02},{account},Bank,{what},{asset},{day},5,EUR,0,{name},{note}"


FIRST = [row(1, "a"), row(1, "b"), row(2, "c", "Depot", "ACME"), row(3, "d"), row(3, "e")]
FIRST += [row(day, f"f{day}", "Depot", "ACME") for day in range(4, 14)]
FIRST += [row(day, f"g{day}") for day in range(14, 20)]
NEW = row(20, "new")


@pytest.fixture
def skipped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rows that were not read, in imports in pieces of seven rows."""
    monkeypatch.setattr(import_statement, "LOOKED_UP", 7)
    monkeypatch.setattr(overlap, "BLOCK", 7)
    texts: list[str] = []
    end = Links.end_piece

    def noted(self: Links, known: KnownRows) -> None:
        texts.extend(known.texts)
        end(self, known)

    monkeypatch.setattr(Links, "end_piece", noted)
    return texts


def outcome(
    folder: Path, files: Sequence[Path], between: Change, **choices: object
) -> list[object]:
    """What two imports say and leave, with something else between them."""
    folder.mkdir()
    db = new_book(folder)
    (first,) = load_all(db, files[:1])
    between(db)
    try:
        (second,) = load_all(db, files[1:], **choices)
    except FolioError as error:
        return [str(error), facts(db)]
    assert list(chain_faults(db)) == []
    said = [one._replace(transactions=tuple(one.transactions)) for one in (first, second)]
    return [*said, facts(db)]


def check(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    texts: Sequence[Sequence[str]],
    between: Change = lambda db: None,
    **choices: object,
) -> None:
    """Both imports leave what they leave where every row is read."""
    folder.mkdir(exist_ok=True)
    files = [written(folder, [HEADER, *rows], f"{n}.csv") for n, rows in enumerate(texts)]
    monkeypatch.setattr(read_files, "LONG", 1 << 20)
    whole = outcome(folder / "whole", files, between, **choices)
    monkeypatch.setattr(read_files, "LONG", 0)
    assert outcome(folder / "pieces", files, between, **choices) == whole


def write(change: Callable[[Recording], object]) -> Change:
    def run(db: sqlite3.Connection) -> None:
        with recording(db, WHO) as recorded:
            change(recorded)

    return run


def test_known_rows_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skipped: list[str]
) -> None:
    """Of each piece of seven the first and the last are read, and the first of each account, c."""
    check(monkeypatch, tmp_path, [FIRST, [*FIRST, NEW]])
    assert skipped == [FIRST[1], *FIRST[3:6], *FIRST[8:13], *FIRST[15:20]]


@pytest.mark.parametrize(
    "second",
    [
        [*FIRST[9:], NEW],  # begins later
        [row(1, "0"), *FIRST, NEW],  # and earlier
        [*FIRST[:4], *FIRST[9:15], NEW],  # a gap
        [*FIRST[:10], row(9, "late"), *FIRST[10:], NEW],  # something between
        [*FIRST[:4], FIRST[4], *FIRST[4:], NEW],  # twice, as it was not
        [*FIRST[:5], row(3, "d", note="again"), *FIRST[5:], NEW],  # an id twice
        [row(1, "b", note="again"), *FIRST, NEW],  # the first time in another row
        [*FIRST[:8], row(7, "f7", note="otherwise"), *FIRST[9:], NEW],  # said otherwise
        [*FIRST[:8], row(8, "f7", "Depot", "ACME"), *FIRST[9:], NEW],  # a conflict
        [*FIRST[1::-1], *FIRST[2:], NEW],  # in another order of the same day
        [*FIRST, row(4, "late")],  # goes back
        [*FIRST[:9], "", *FIRST[9:], NEW],
        [*FIRST[:9], row(8, "m", note='"two'), f'{FIRST[9]}"', *FIRST[9:], NEW],  # of two lines
        [*FIRST[:9], row(8, "m", note='"quoted"'), *FIRST[9:], NEW],
        [*FIRST[:9], "2025-01-09,Cash,Bank,x,EUR,1,1,EUR,0,bad,", *FIRST[9:], NEW],
        [*FIRST[:9], row(9, "s", account="Safe"), *FIRST[9:], NEW],
    ],
)
@pytest.mark.parametrize("skip_bad", [True, False])
def test_what_is_otherwise_is_seen(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    skipped: list[str],
    second: Sequence[str],
    skip_bad: bool,
) -> None:
    check(monkeypatch, tmp_path, [FIRST, second], skip_bad=skip_bad)
    assert skipped


@pytest.mark.parametrize(
    "change",
    [
        lambda db: did(db, WHO, undo_transaction, 5),
        write(lambda book: rename_thing(book, "accounts", 1, "Other")),
        write(lambda book: merge_assets(book, "ODD", "NEWCO")),
        write(lambda book: set_asset(book, "ACME", isin="IE00B3RBWM25")),
    ],
)
def test_what_changed_in_the_book_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skipped: list[str], change: Change
) -> None:
    odd = row(9, "o", "Depot", "ODD")
    first = [row(1, "n", "Depot", "NEWCO"), *FIRST[:10], odd, *FIRST[10:]]
    check(monkeypatch, tmp_path, [first, [*first, NEW]], change)


REPEATS = [
    row(1, "a"),
    row(1, "b"),
    row(1, "b"),
    row(2, "c"),
    row(2, "d"),
    row(2, "b"),
    row(3, "e"),
]


@pytest.mark.parametrize(
    ("first", "second"),
    [(REPEATS, REPEATS), (REPEATS, REPEATS[2:]), (REPEATS[2:], REPEATS), (REPEATS[3:], REPEATS)],
)
def test_repeats_are_counted_as_ever(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    skipped: list[str],
    first: Sequence[str],
    second: Sequence[str],
) -> None:
    check(monkeypatch, tmp_path, [first, [*second, NEW]])


@pytest.mark.parametrize("seed", range(6))
def test_any_two_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skipped: list[str], seed: int
) -> None:
    choice = random.Random(seed)

    def made(count: int) -> list[str]:
        return [
            row(
                choice.randint(1, 9),
                choice.choice("abcdefghij") + str(choice.randint(1, 9)),
                *choice.choice([("Cash", "EUR"), ("Depot", "ACME"), ("Depot", "NEWCO")]),
                choice.choice(["", "", "", "note", '"quoted"']),
            )
            for _ in range(count)
        ]

    first = sorted(made(40), key=lambda text: text[:10])
    start = choice.randint(0, 20)
    kept = [text for text in first[start:] if choice.random() > 0.03]
    second = sorted([*kept, *made(choice.randint(0, 3))], key=lambda text: text[:10])
    undone = choice.randint(1, 30)

    def change(db: sqlite3.Connection) -> None:
        if undone < 10:
            did(db, WHO, undo_transaction, undone)

    check(monkeypatch, tmp_path, [first, second], change)
