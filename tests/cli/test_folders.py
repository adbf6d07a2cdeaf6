"""Which files a folder, a zip or standard input means that is named in place of statements."""

import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

from folio.cli.importing import laid_out as laying_out
from folio.cli.importing.laid_out import STDIN, files_in, laid_out
from folio.errors import FolioError, UnknownStatement, UsageError
from folio.operations.importing.read_files import File, choose_profile
from workbooks import written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Statements beside and below one another, and what is none."""
    made = tmp_path / "statements"
    for name in ("b.csv", "a.csv", "2024/a.csv", "2024/q1/z.csv", ".git/config", ".hidden.csv"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).touch()
    os.mkfifo(made / "pipe.csv")
    (made / "gone.csv").symlink_to("nowhere")
    (made / "linked.csv").symlink_to("a.csv")
    (made / "2024" / "up").symlink_to(made)
    return made


def test_files_of_all_depths_in_the_order_of_their_paths(folder: Path) -> None:
    named = [str(path.relative_to(folder)) for path in files_in(folder)]
    assert named == ["2024/a.csv", "2024/q1/z.csv", "a.csv", "b.csv", "linked.csv"]


def test_a_link_that_is_named_is_followed(folder: Path) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder)
    assert files_in(link) == [link / path.relative_to(folder) for path in files_in(folder)]


def test_only_so_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying_out, "MOST", 9)  # five files, two folders, a pipe, two links astray
    with pytest.raises(UsageError, match="more than 9 files and folders"):
        files_in(folder)
    (folder / "pipe.csv").unlink()
    assert files_in(folder)


def test_what_cannot_be_looked_into_is_no_silence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = os.scandir

    def refusing(path: Path) -> object:
        if path == folder / "2024" / "q1":
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(FolioError, match=r"2024/q1 cannot be read: permission denied; name"):
        files_in(folder)


def zipped(path: Path, *names: str) -> Path:
    """A zip in which each file holds its own name."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return path


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_the_files_of_a_zip(folder: Path) -> None:
    """None is taken from elsewhere, and all are gone afterwards."""
    names = ("a.xml", "2024/b.xml", "__MACOSX/a.xml", ".DS_Store", "../../up.xml")
    banks = zipped(folder / "c.zip", *names)
    portfolio = zipped(folder / "d.zip", "data.portfolio")
    (folder / "e.zip").write_bytes(b"PK\x03\x04 and no more")
    with laid_out([banks, banks, portfolio]) as found:
        assert [path.read_text() for path in found[:3]] == ["a.xml", "2024/b.xml", "../../up.xml"]
        assert [path.name for path in found[:3]] == ["a.xml", "b.xml", "up.xml"]
        assert found[-1] == portfolio
        apart = found[0].parents[2]
        assert all(path.is_relative_to(apart) for path in found[:-1])
    assert not apart.exists()
    with laid_out([folder]) as found:
        assert [path.name for path in found][-6:-1] == [
            "a.xml",
            "b.xml",
            "up.xml",
            "d.zip",
            "e.zip",
        ]
    with pytest.raises(FolioError, match=r"e\.zip is a zip that cannot be read"):
        refused([folder / "e.zip"])
    with pytest.raises(UsageError, match=r"f\.zip is an empty zip"):
        refused([zipped(folder / "f.zip")])
    with pytest.raises(FolioError, match=r"g\.zip has several files of one name in it"):
        refused([zipped(folder / "g.zip", "up.xml", "../up.xml")])


def test_a_zip_of_too_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying_out, "MOST", 2)
    path = zipped(folder / "h.zip", "a.csv", "b.csv", "c.csv")
    with pytest.raises(UsageError, match=r"h\.zip has more than 2 files or .* bytes in it; unpack"):
        refused([path])


def test_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement, or a zip of them; messages name it so."""
    piped(monkeypatch, b"date,amount")
    with laid_out([STDIN]) as found:
        assert [path.read_bytes() for path in found] == [b"date,amount"]
    piped(monkeypatch, zipped(folder / "c.zip", "a.xml").read_bytes())
    with pytest.raises(FolioError, match=r"^standard input/a\.xml is none$"):
        refused([STDIN])
    piped(monkeypatch, b"")
    with pytest.raises(UsageError, match="standard input is empty"):
        refused([STDIN])


def test_no_command_names_what_is_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile cannot be made of a pipe, nor of a file of a zip before it is taken out."""
    for named in (STDIN, zipped(folder / "c.zip", "mine.csv")):
        piped(monkeypatch, b"date,amount")
        with (
            pytest.raises(UnknownStatement, match=r"with: folio import --map FILE, once it is a"),
            laid_out([named]) as found,
        ):
            choose_profile(found[0], {}, None)


def test_a_file_of_a_zip_is_kept_with_its_name(folder: Path) -> None:
    """Two zips may have a file of one name each, and what led to a figure says which it was."""
    with laid_out([zipped(folder / "c.zip", "2024/mine.csv")]) as found:
        names = [File(path, "", 0, "", None).name for path in found]
    assert names == ["c.zip/2024/mine.csv"]


def refused(named: list[Path]) -> None:
    with laid_out(named) as found:
        raise FolioError(f"{found[0]} is none")


def test_the_sheets_of_a_spreadsheet(folder: Path) -> None:
    """Alone, of a zip, and one of them that is named; what is said of one names it so."""
    rows = "<x:row><c><v>1</v></c><c><v>2</v></c></x:row>" * 2
    book = written(folder / "e.xlsx", rows)
    sheet = book / "Some rows"
    for named in (book, sheet):
        with laid_out([named]) as found:
            (path,) = found
            assert path.read_text() == "1,2\n1,2\n"
            assert found.as_named(f"--map '{path}', {path}") == f"--map '{sheet}', {sheet}"
            assert File(path, "", 0, "", None).name == "e.xlsx/Some rows"
    with zipfile.ZipFile(folder / "c.zip", "w") as archive:
        archive.write(book, "2024/e.xlsx")
        archive.writestr("a.csv", "date,amount")
    with laid_out([folder / "c.zip"]) as found:
        names = [File(path, "", 0, "", None).name for path in found]
        assert names == ["c.zip/2024/e.xlsx/Some rows", "c.zip/a.csv"]
        said = found.as_named(f"{found[1]} is none; make one with: folio import --map {found[1]}")
    assert said == "c.zip/a.csv is none; make one with: folio import --map FILE, once it is a file"
    with pytest.raises(UsageError, match=r"e\.xlsx has no sheet 'Rows'; it has 'Some rows'"):
        refused([book / "Rows"])
    with pytest.raises(FolioError, match=r"f\.xlsx has no sheet with a table"):
        refused([written(folder / "f.xlsx", "<x:row><c><v>1</v></c></x:row>")])
