"""A backup is the book, whole, or it is none; and a book is never lost to a restore."""

import base64
import contextlib
import datetime as dt
import errno
import gzip
import os
import shutil
import sqlite3
from pathlib import Path

import pyrage
import pytest

from bookkeeper import Bookkeeper
from folio.db.file import files
from folio.db.file.connection import open_book
from folio.db.file.files import unfinished_name
from folio.db.keeping.proof import head
from folio.errors import BookBusy, FolioError, UsageError
from folio.model.rotation import parse_keep
from folio.operations.keeping import back_up as backing_up
from folio.operations.keeping.back_up import back_up, backups, mark_of
from folio.operations.keeping.bring_back import bring_back
from folio.operations.keeping.create_book import init
from folio.operations.keeping.heal import findings, heal
from folio.operations.keeping.sealing import Key, Seal, unseal
from folio.operations.recording import Who

NOON = dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC)


@pytest.fixture
def book(keeper: Bookkeeper) -> Bookkeeper:
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=100)
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=9, price=5)
    keeper.roll_up("2025-01-20")
    return keeper


def everything(path: Path) -> list[str]:
    with contextlib.closing(open_book(path)) as db:
        return list(db.iterdump())


def made(book: Bookkeeper, folder: Path, **more: object) -> Path:
    return back_up(book.db, book.path, folder, NOON, **more).path  # type: ignore[arg-type]


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_backup_comes_back_whole(book: Bookkeeper, tmp_path: Path) -> None:
    done = back_up(book.db, book.path, tmp_path / "kept", NOON)
    assert done.path.name == f"book-20250630-120000Z-{mark_of(book.db)}.db.gz"
    assert done.path.stat().st_mode & 0o777 == 0o600
    assert done.head == head(book.db)
    assert done.bytes == done.path.stat().st_size
    back = bring_back(done.path, tmp_path / "new" / "back.db", NOON)
    assert back == (done.head, None)
    assert everything(tmp_path / "new" / "back.db") == list(book.db.iterdump())
    assert (tmp_path / "new" / "back.db").stat().st_mode & 0o777 == 0o600
    assert left_over(tmp_path) == left_over(tmp_path / "kept") == []


def test_what_others_record_meanwhile_is_in_the_log(book: Bookkeeper, tmp_path: Path) -> None:
    """The connection's own log counts: the file alone would lack the last commits."""
    book.add("deposit", "2025-01-03", "Broker", "EUR", quantity=7)
    path = made(book, tmp_path / "kept")
    bring_back(path, tmp_path / "back.db", NOON)
    assert everything(tmp_path / "back.db") == list(book.db.iterdump())


def test_a_book_that_is_there_is_refused_then_kept(book: Bookkeeper, tmp_path: Path) -> None:
    path = made(book, tmp_path / "kept")
    old = head(book.db)
    book.add("deposit", "2025-01-03", "Broker", "EUR", quantity=7)
    newer = list(book.db.iterdump())
    with pytest.raises(FolioError, match="--force"):
        bring_back(path, book.path, NOON)
    with pytest.raises(BookBusy):  # it is open here
        bring_back(path, book.path, NOON, force=True)
    assert list(book.db.iterdump()) == newer
    book.close()
    back = bring_back(path, book.path, NOON, force=True)
    assert back.head == old
    assert back.kept == tmp_path / "book-before-20250630-120000Z.db"
    assert everything(back.kept) == newer
    with contextlib.closing(open_book(book.path)) as db:
        assert head(db) == old
    again = bring_back(path, book.path, NOON, force=True)  # within the same second
    assert again.kept not in (None, back.kept)
    assert left_over(tmp_path) == []


def test_a_link_to_a_book_stays_one(book: Bookkeeper, tmp_path: Path) -> None:
    """Who names the file itself, and who goes by the link, are in one book afterwards, too."""
    path = made(book, tmp_path / "kept")
    old = head(book.db)
    book.add("deposit", "2025-01-03", "Broker", "EUR", quantity=7)
    book.close()
    link = tmp_path / "links" / "mine.db"
    link.parent.mkdir()
    link.symlink_to(book.path)
    back = bring_back(path, link, NOON, force=True)
    assert back.kept == tmp_path / "book-before-20250630-120000Z.db"
    assert (link.is_symlink(), back.kept.is_symlink()) == (True, False)
    assert [one.name for one in link.parent.iterdir()] == ["mine.db"]
    with contextlib.closing(open_book(book.path)) as db:
        assert head(db) == old
    link.unlink()
    link.symlink_to("away.db")  # which is not there yet
    bring_back(path, link, NOON)
    assert (link.is_symlink(), (tmp_path / "links" / "away.db").is_file()) == (True, True)


def test_a_book_that_no_longer_opens_is_kept_with_its_log(book: Bookkeeper, tmp_path: Path) -> None:
    path = made(book, tmp_path / "kept")
    book.close()
    book.path.write_bytes(b"torn" * 999)
    log = tmp_path / "book.db-wal"
    log.write_bytes(b"a log")
    kept = bring_back(path, book.path, NOON, force=True).kept
    assert kept is not None
    assert kept.read_bytes() == b"torn" * 999
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"a log"
    assert not log.exists()
    with contextlib.closing(open_book(book.path)) as db:
        assert head(db).startswith("7-")


def test_what_does_not_verify_is_no_backup(book: Bookkeeper, tmp_path: Path) -> None:
    book.db.execute("DELETE FROM lots WHERE transaction_id = 2")
    with pytest.raises(FolioError, match=r"does not verify.*folio doctor"):
        made(book, tmp_path / "kept", keep=parse_keep("1d"))
    assert list((tmp_path / "kept").iterdir()) == []
    assert left_over(tmp_path) == []


def test_what_was_packed_wrong_is_no_backup(
    book: Bookkeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backing_up, "_compress", lambda one, other: other.write_bytes(
        gzip.compress(one.read_bytes()[:-1] + b"?")))  # fmt: skip
    with pytest.raises(FolioError, match="not what was copied"):
        made(book, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_cannot_be_written(book: Bookkeeper, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolioError, match="cannot be written"):
        made(book, tmp_path / "file" / "below")


# -- what is no good backup ----------------------------------------------------------------


def bad(name: str, good: Path, target: Path) -> None:
    data = good.read_bytes()
    whole = gzip.decompress(data)
    made = {
        "cut short": data[: len(data) // 2],
        "a byte changed": data[:-200] + bytes([data[-200] ^ 1]) + data[-199:],
        "no gzip": b"PK\x03\x04" + data,
        "empty": b"",
        "another file": gzip.compress(b"SQL, but no book" * 500),
        "another database": gzip.compress(whole[:68] + b"????" + whole[72:]),
        "pages missing": gzip.compress(whole[:-4096]),
        "a bomb": gzip.compress(whole + bytes(20_000_000), 1),
        "a size beyond the disk": gzip.compress(whole[:28] + b"\xff\xff\xff\xf0" + whole[32:]),
        "a fact changed": gzip.compress(whole.replace(b"deposit 100", b"deposit 900")),
        "a key that is none": b"age-encryption.org/v1\n-> X25519 x\n" + data,
    }[name]
    if name == "a fact changed":
        made = tampered(whole, target)
    target.write_bytes(made)


def tampered(whole: bytes, target: Path) -> bytes:
    target.write_bytes(whole)
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as db:
        query = "SELECT sql FROM sqlite_master WHERE name = 'postings_are_never_changed'"
        (guard,) = db.execute(query).fetchone()
        db.execute("DROP TRIGGER postings_are_never_changed")
        db.execute("UPDATE postings SET quantity = '8' WHERE quantity = '9'")
        db.execute(guard)
        db.execute("PRAGMA journal_mode = DELETE")
    return gzip.compress(target.read_bytes())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("cut short", "damaged or cut short"),
        ("a byte changed", "damaged|does not verify|more than"),
        ("no gzip", "is no backup"),
        ("empty", "is no backup"),
        ("another file", "is no backup"),
        ("another database", "is not a folio book"),
        ("pages missing", "cut short"),
        ("a bomb", "more than the book that it says"),
        ("a size beyond the disk", "the disk has no such room"),
        ("a fact changed", "does not verify"),
        ("a key that is none", "does not open|passphrase"),
    ],
)
def test_what_is_no_good_backup_changes_nothing(
    book: Bookkeeper, tmp_path: Path, name: str, why: str
) -> None:
    good = made(book, tmp_path / "kept")
    book.close()
    before = book.path.read_bytes()
    bad(name, good, tmp_path / "bad.db.gz")
    key = Key(ask=lambda: "no matter")
    for force, path in ((True, book.path), (False, tmp_path / "other.db")):
        with pytest.raises(FolioError, match=why):
            bring_back(tmp_path / "bad.db.gz", path, NOON, force=force, key=key)
    assert book.path.read_bytes() == before
    assert not (tmp_path / "other.db").exists()
    assert left_over(tmp_path) == []
    assert not list(tmp_path.glob("*before*"))


def test_a_plain_copy_is_a_backup_too(book: Bookkeeper, tmp_path: Path) -> None:
    book.close()
    shutil.copyfile(book.path, tmp_path / "copy.db")
    bring_back(tmp_path / "copy.db", tmp_path / "back.db", NOON)
    assert everything(tmp_path / "back.db") == everything(book.path)


# -- encryption ----------------------------------------------------------------------------


def test_encrypted_for_recipients(book: Bookkeeper, tmp_path: Path) -> None:
    """The key of a file opens it, another does not, and age itself does without folio."""
    own, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    (tmp_path / "own.txt").write_text(f"# created: today\n{own}\n")
    (tmp_path / "other.txt").write_text(f"{other}\n")
    (tmp_path / "friends.txt").write_text(f"# friends\n{own.to_public()}\n")
    path = made(book, tmp_path / "kept", how=Seal((str(tmp_path / "friends.txt"),)))
    assert path.suffix == ".age"
    assert [one.name for one in (tmp_path / "kept").iterdir()] == [path.name]
    assert gzip.decompress(pyrage.decrypt(path.read_bytes(), [own]))[:15] == b"SQLite format 3"
    wrong = Key((tmp_path / "other.txt",))
    with pytest.raises(FolioError, match="does not open"):
        bring_back(path, tmp_path / "back.db", NOON, key=wrong)
    bring_back(path, tmp_path / "back.db", NOON, key=Key((tmp_path / "own.txt",)))
    assert everything(tmp_path / "back.db") == list(book.db.iterdump())
    assert left_over(tmp_path) == []


def test_encrypted_with_a_passphrase(
    book: Bookkeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Age stretches it for a second or more, and where the machine is busy it refuses what it
    stretched itself: here a stand-in remembers what age encrypted, and for whom."""
    known: dict[tuple[bytes, str], bytes] = {}
    encrypt = pyrage.passphrase.encrypt

    def remembered(data: bytes, phrase: str) -> bytes:
        known[sealed := encrypt(data, phrase), phrase] = data
        return bytes(sealed)

    monkeypatch.setattr(pyrage.passphrase, "encrypt", remembered)
    monkeypatch.setattr(pyrage.passphrase, "decrypt", lambda *sealed: known[sealed])
    path = made(book, tmp_path / "kept", how=Seal(passphrase="grüne Äpfel"))
    assert path.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    with pytest.raises(UsageError, match="--identity"):
        bring_back(path, tmp_path / "back.db", NOON)
    bring_back(path, tmp_path / "back.db", NOON, key=Key(ask=lambda: "grüne Äpfel"))
    assert everything(tmp_path / "back.db") == list(book.db.iterdump())


# "a book", for "grüne Äpfel" stretched by 2**10: made by the specification (age-encryption.org/v1)
# with hashlib's scrypt and ChaCha20-Poly1305 of another library.
STRETCHED_A_LITTLE = (
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBNNFdmZS9wcldNVDJrcWxVNmRjRVJBIDEwCjJpQktOM0hlTD"
    "QrTnkwTVVhdVFDQjhNVmdzOGJDKzFGM3dIYVZzd2NSamsKLS0tIEl4ZVlHcmZlY1ZTR25HNkJYelp1WjVCd0JoQzE5"
    "RWdFT21hVllZaFZycjgKWBWsnXbEchGWYErQocvTzS3tWPLu1/NiWdwrZV0u9U/kgOSbqU0="
)


def test_age_opens_what_a_passphrase_encrypted(tmp_path: Path) -> None:
    path, opened = tmp_path / "book.age", tmp_path / "opened"
    path.write_bytes(base64.b64decode(STRETCHED_A_LITTLE))
    unseal(path, opened, Key(ask=lambda: "grüne Äpfel"))
    assert opened.read_bytes() == b"a book"
    with pytest.raises(FolioError, match="does not open"):
        unseal(path, opened, Key(ask=lambda: "grüne Birnen"))


@pytest.mark.parametrize("recipient", ["age1nobody", "ssh-ed25519 AAAA", "no-such-file"])
def test_what_is_no_recipient_is_refused(book: Bookkeeper, tmp_path: Path, recipient: str) -> None:
    with pytest.raises(UsageError, match="is no recipient"):
        made(book, tmp_path / "kept", how=Seal((recipient,)))
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"AGE-SECRET-KEY-1{58 * 'Q'}", "key.txt:2 is a secret key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "key.txt:2 is a secret key"),
        ("hunter2", "key.txt:2 is no recipient of age"),
        ("", "has no recipient in it"),
    ],
)
def test_a_line_that_is_no_recipient_is_not_repeated(
    book: Bookkeeper, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "key.txt"
    file.write_text(f"# mine\n{text}\n")
    with pytest.raises(UsageError, match=said) as refused:
        made(book, tmp_path / "kept", how=Seal((str(file),)))
    assert not text or text not in str(refused.value)


def test_a_secret_in_place_of_a_recipient_is_not_repeated(book: Bookkeeper, tmp_path: Path) -> None:
    secret = str(pyrage.x25519.Identity.generate())
    with pytest.raises(UsageError, match="a secret key is no recipient") as refused:
        made(book, tmp_path / "kept", how=Seal((secret,)))
    assert secret not in str(refused.value)


def test_a_file_of_public_keys_opens_nothing(tmp_path: Path) -> None:
    sealed, public = tmp_path / "book.age", tmp_path / "friends.txt"
    sealed.write_bytes(base64.b64decode(STRETCHED_A_LITTLE))
    public.write_text(f"{pyrage.x25519.Identity.generate().to_public()}\n")
    with pytest.raises(UsageError, match=r"friends.txt holds no secret key"):
        unseal(sealed, tmp_path / "opened", Key((public,)))


# -- rotation ------------------------------------------------------------------------------


def test_older_ones_go_and_what_is_not_folios_stays(book: Bookkeeper, tmp_path: Path) -> None:
    folder, mark = tmp_path / "kept", mark_of(book.db)
    folder.mkdir()
    strange = [
        "book-20200101-000000Z-schema-1.db", f"book-20209901-000000Z-{mark}.db.gz", "other.txt",
        f"book2-20200101-000000Z-{mark}.db.gz", f"book-20200101-000000Z-{mark}.db.gz.part",
        "book-20200101-000000Z.db.gz", "book-20200101-000000Z-0123abcd.db.gz",
    ]  # fmt: skip
    goes, stays = (
        f"book-2020010{day}-000000Z-{mark}.db.gz{sealed}" for day, sealed in ((1, ""), (2, ".age"))
    )
    for name in (*strange, goes, stays):
        (folder / name).touch()
    done = back_up(book.db, book.path, folder, NOON, keep=parse_keep("2d"))
    assert [path.name for path in done.removed] == [goes]
    there = {path.name for path in folder.iterdir()}
    assert there == {*strange, stays, done.path.name}
    listed = [
        (one.path.name, one.encrypted, one.schema) for one in backups(book.path, folder, mark)
    ]
    assert listed == [
        ("book-20200101-000000Z-schema-1.db", False, 1),
        (stays, True, None),
        (done.path.name, False, None),
    ]


def test_books_of_one_name_share_a_folder(tmp_path: Path) -> None:
    """Each rotates its own; one that is gone is found by its name."""
    folder, paths = tmp_path / "kept", []
    for owner in ("hers", "his"):
        path = tmp_path / owner / "folio.db"
        path.parent.mkdir()
        with contextlib.closing(
            init(path, Who("init", owner, NOON), currency="EUR", time_zone="UTC")
        ) as db:
            paths.append(back_up(db, path, folder, NOON, keep=parse_keep("1d")).path)
            assert [one.path for one in backups(path, folder, mark_of(db))] == paths[-1:]
    assert all(path.exists() for path in paths)
    assert {one.path for one in backups(path, folder, None)} == set(paths)


def test_the_new_one_stays_though_the_clock_went_back(book: Bookkeeper, tmp_path: Path) -> None:
    """A backup of a wrong clock is newer by its name; what was just made is not removed for it."""
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / f"book-20990101-000000Z-{mark_of(book.db)}.db.gz").touch()
    done = back_up(book.db, book.path, folder, NOON, keep=parse_keep("1d"))
    assert done.path.exists()
    assert done.removed == []


def test_two_within_a_second_are_two(book: Bookkeeper, tmp_path: Path) -> None:
    first, second = (made(book, tmp_path / "kept") for _ in range(2))
    assert first != second
    assert len(backups(book.path, tmp_path / "kept", mark_of(book.db))) == 2


# -- what killed programs left ----------------------------------------------------------------


def test_what_a_killed_backup_left_goes_with_the_next(book: Bookkeeper, tmp_path: Path) -> None:
    """Not what a program makes that still runs, here or, for all one knows, elsewhere."""
    folder = tmp_path / "kept"
    folder.mkdir()
    mine = unfinished_name(folder / "book-20250629-120000Z.db.gz")
    left = folder / mine.name.replace(f"-{os.getpid()}-", "-999999999-")
    elsewhere = folder / ".book-20250629-120000Z.db.gz.new-00000000-1-00000000"
    for path in (mine, left, elsewhere):
        path.touch()
    made(book, folder)
    assert not left.exists()
    assert mine.exists()
    assert elsewhere.exists()
    os.utime(elsewhere, (0, 0))
    made(book, folder)
    assert not elsewhere.exists()


def test_the_doctor_sees_what_a_killed_restore_or_backup_left(
    book: Bookkeeper, tmp_path: Path
) -> None:
    """Half of a file in either folder, and the second name that a restore gives for a moment."""
    (tmp_path / "backups").mkdir()
    named = [tmp_path / "book.db", tmp_path / "backups" / "book-20250629-120000Z.db.gz"]
    for path in map(unfinished_name, named):
        path.with_name(path.name.replace(f"-{os.getpid()}-", "-999999999-")).touch()
    os.link(book.path, tmp_path / "book-before-20250630-120000Z.db")
    assert len([one for one in findings(book.db, book.path) if "was left by" in one.text]) == 3
    repaired, rest = heal(book.db, book.path)
    assert len([one for one in repaired if "was left by" in one.text]) == 3
    assert rest == []
    assert sorted(path.name for path in tmp_path.rglob("*book*")) == [
        "book.db", "book.db-shm", "book.db-wal",
    ]  # fmt: skip


def test_a_folder_that_does_not_come_to_the_disk_is_told(
    book: Bookkeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of a file is lost with its folder: such a backup is none."""

    def fails(folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error", str(folder))

    monkeypatch.setattr(files, "sync_folder", fails)
    with pytest.raises(FolioError, match=r"no backup was made .*: input/output error"):
        made(book, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []
