"""Which files a folder means that is named in place of statements."""

import os
from pathlib import Path

import pytest

from folio.cli import folders
from folio.cli.folders import files_in
from folio.errors import FolioError, UsageError


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
    monkeypatch.setattr(folders, "MOST", 9)  # five files, two folders, a pipe, two links astray
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
