"""Where a book lies: on a disk of this machine, or where SQLite's promises may not hold.

A network folder keeps locks badly or not at all, and programs on two machines share no memory,
which the write-ahead log needs.  A program that keeps a folder in step with the cloud copies
the book and its log one after the other, so that another machine gets halves of two moments.
There a book is written with a rollback journal: between two commands it is one file.

Folders are known by their names, by what such programs leave in them, and on Linux by the file
system; what has another name is not found out.
"""

import contextlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from folio.errors import FolioError

# Looked at whenever a book is opened: patterns would take longer to compile than to ask.
_SYNCED = frozenset(
    (
        "dropbox", "onedrive", "googledrive", "google drive", "iclouddrive", "icloud drive",
        "mobile documents", "cloudstorage", "nextcloud", "owncloud", "pclouddrive",
        "pcloud drive", "protondrive", "proton drive", "synologydrive", "seafile",
    )
)  # fmt: skip
_MARKS = {".stfolder": "Syncthing", ".dropbox": "Dropbox", ".dropbox.cache": "Dropbox"}
_NETWORK = frozenset(
    "nfs cifs smb smbfs afs ncpfs 9p drvfs virtiofs vboxsf prl_fs vmhgfs davfs ceph glusterfs "
    "lustre beegfs".split()
)
_NUMBERED = ("nfs", "smb")  # nfs4, smb3
_LOCAL_FUSE = ("lxcfs", "snapfuse", "squashfuse", "portal")
_MOUNTS = Path("/proc/self/mounts")


def check_there(path: Path, *, named: bool) -> None:
    """See that there is a file; ``named``: folio does not find it by itself.

    Raises:
        FolioError: where there is none.
    """
    if path.is_dir():
        raise FolioError(f"{path} is a folder; name a file with --db")
    if not path.exists():
        from folio.model.shell_words import shell_word

        option = f" --db {shell_word(path)}" if named else ""
        raise FolioError(f"there is no book at {path}; make one with: folio init{option}")


def unbar(path: Path) -> None:
    """Let what was left beside a book that was read-only be written again, as the book is.

    SQLite gives the files of its log the book's mode, and who may not write cannot take them away.
    """
    shared = f"{os.path.realpath(path)}-shm"
    if not os.path.exists(shared) or os.access(shared, os.W_OK) or not os.access(path, os.W_OK):
        return
    for left in (shared, f"{shared[:-4]}-wal"):
        with contextlib.suppress(OSError):  # it is gone, or somebody else's
            os.chmod(left, path.stat().st_mode & 0o777)


def unsafe_place(path: Path) -> str | None:
    """What kind of folder a book lies in, where that is not a disk of this machine: None."""
    folder = path.resolve().parent
    return synced_by(folder) or network_of(folder, _mounts())


def synced_by(folder: Path) -> str | None:
    """The program that keeps a folder in step with other machines, in words."""
    for part in folder.parts:
        name, *_ = part.casefold().split(" (")[0].split(" - ")  # Dropbox (Personal)
        if name in _SYNCED:
            return f"a folder that is kept in step with a cloud ({part})"
    for parent in (folder, *folder.parents):
        for mark, program in _MARKS.items():
            if os.path.exists(f"{parent}/{mark}"):
                return f"a folder that {program} keeps in step with other machines"
    return None


def network_of(folder: Path, mounts: Iterable[str]) -> str | None:
    """The network file system that a folder lies on, by the lines of ``/proc/mounts``.

    The mount with the longest path counts, of equals the later one, which covers the other.
    """
    if folder.drive.startswith("\\\\"):
        return f"a network folder ({folder.drive})"
    longest, kind, inside = -1, "", f"{folder.as_posix()}/"
    for line in mounts:
        place, system = [*line.split(" "), "", "", ""][1:3]
        if "\\" in place:
            place = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), place)
        if len(place) >= longest and place and inside.startswith(f"{place.rstrip('/')}/"):
            longest, kind = len(place), system
    return f"a network folder ({kind})" if _is_network(kind) else None


def _is_network(kind: str) -> bool:
    if kind.startswith("fuse."):
        program = kind.removeprefix("fuse.")
        return bool(program) and not program.startswith(_LOCAL_FUSE)
    return kind in _NETWORK or (kind[:-1] in _NUMBERED and kind[-1].isdecimal())


def _mounts() -> list[str]:
    try:
        return _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:  # no Linux
        return []


def place_warning(path: Path, place: str) -> str:
    """What a user should know who keeps a book in such a folder."""
    return (
        f"{path} lies in {place}: never let two machines write to it at once, for locks may not "
        "hold there; it is kept as one file between commands, and a disk of this machine with a "
        "folio backup into that folder is safer"
    )
