"""Statement files, read and ready to be recorded."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from folio.db.arrangements.catalog import Catalog
from folio.db.statements.exclusions import excluded_texts
from folio.db.statements.statements import Imported, account_profiles, is_whole, known_file
from folio.errors import (
    BadRows,
    FolioError,
    UnknownName,
    UnknownStatement,
    UnknownWords,
    UsageError,
    near,
)
from folio.importers.files.text_file import file_sha256
from folio.model.shell_words import shell_word
from folio.model.statements import BAD, SKIPPED, UNKNOWN_WORD, UNSTATED, RawRow, Statement
from folio.model.transactions import parse_account_ref
from folio.operations.names import find_account
from folio.operations.watching import Watch, unwatched

if TYPE_CHECKING:
    from folio.importers import Profile
    from folio.importers.recognition.signatures import Format
    from folio.importers.tables.stream import Stream

# Bytes; of a file with more, never all of it is in memory where that can be, and of the rows that
# an earlier file had, most are not read again.
LONG = 1 << 14
LEFT_OUT = "you said to leave it out"
_HOLDERS = frozenset([".zip", ".xlsx", ".xlsb", ".xls", ".ods"])  # of files, and of sheets
FEW = 3  # events, of which one would be understood
LISTED = 50  # rows that cannot be read, in one message


WRITTEN = frozenset(["date", "decimal", "encoding"])  # what --set says of a file


class Choices(NamedTuple):
    """How to import."""

    profile: str | None = None  # None: the one that fits
    account: str | None = None
    create: bool = False
    skip_bad: bool = False
    supersede: bool = False
    dry_run: bool = False
    written: Mapping[str, str] = MappingProxyType({})  # how numbers and days are: decimal, date


INCLUDING = frozenset({"beancount", "hledger", "ledger"})  # formats whose files include others


class File(NamedTuple):
    """A file, read and ready to be recorded."""

    path: Path
    sha256: str
    size: int
    profile: str  # its name
    statement: "Statement | Stream | None"  # None: it was imported whole already
    notes: tuple[str, ...] = ()  # on how it was read

    @property
    def name(self) -> str:
        """The name under which it is kept."""
        return kept_name(self.path)


def kept_name(path: Path) -> str:
    """The name of a file: of one in a zip, and of a sheet, with that of what holds it."""
    held = [one for one in path.parents if one.suffix.lower() in _HOLDERS]
    return path.relative_to(held[-1].parent).as_posix() if held else path.name


def read_file(
    db: sqlite3.Connection,
    path: Path,
    profiles: "Mapping[str, Profile]",
    choices: Choices,
    zone: ZoneInfo,
    watch: Watch = unwatched,
    *,
    whole: bool = False,
) -> File:
    """A file by its profile; the profiles are not looked at for one that is known.

    A long one is read when it is recorded, unless it must be seen ``whole`` before.

    Raises:
        BadRows: when it has rows that cannot be read, unless ``skip_bad``.
        FolioError: when it cannot be read at all.
    """
    sha256 = file_sha256(path)
    size = path.stat().st_size
    known = _imported_whole(db, sha256, choices)
    if known is not None:
        return File(path, sha256, size, known, None)
    from folio.importers import written_as
    from folio.importers.recognition.signatures import Format, open_by, read_by
    from folio.operations.importing.place_accounts import placed, with_currencies

    how, notes = _chosen(db, path, profiles, choices)
    if not isinstance(how, Format):
        how = written_as(how, choices.written)
    elif choices.written:
        raise UsageError(f"{path} is read as {how.name}, which --set says nothing of")
    if size > LONG and not whole:
        stream = open_by(how, path, zone, lambda done: watch(f"recording {path.name}", done, size))
        if stream is not None and (choices.profile is not None or stream.is_understood()):
            return File(path, sha256, size, how.name, stream, notes)
    statement = read_by(how, path, zone, lambda done: watch(f"reading {path.name}", done, size))
    if isinstance(how, Format):
        statement = placed(db, statement, choices.account, path)
    elif any(text.default == UNSTATED.symbol for text in how.texts.values()):
        statement = with_currencies(Catalog(db), statement, choices.account, path)
    statement = _without_excluded(db, statement)
    by_columns = not isinstance(how, Format) and choices.profile is None
    if by_columns and _nothing_understood(statement):
        raise UnknownStatement(
            f"{path} has the columns of {how.name}, and no row of it is understood; if it is one, "
            f"say --profile {shell_word(how.name)}, else make a profile with: folio import --map "
            f"{shell_word(path)}"
        )
    bad = [row for row in statement.rows if row.status == BAD]
    if bad and not choices.skip_bad:
        raise bad_rows(path, how.name, bad, len(bad), len(statement.rows))
    return File(path, sha256, size, how.name, statement, notes)


def _nothing_understood(statement: Statement) -> bool:
    """Whether all of several events are unknown: another's file with columns of the same names."""
    drafts = statement.drafts
    return len(drafts) >= FEW and all(draft.kind == "unknown" for draft in drafts)


def read_files(
    db: sqlite3.Connection,
    paths: Sequence[Path],
    profiles: "Mapping[str, Profile]",
    choices: Choices,
    zone: ZoneInfo,
    watch: Watch = unwatched,
    pass_over: Callable[[Path, str], None] | None = None,
    whole: Collection[Path] = (),
) -> list[File]:
    """The files, those that tell of the oldest days first: their order is of no account.

    Those of ``whole`` are not read in pieces.
    ``pass_over`` is told of each that is no statement, and why; None: such a file refuses all.

    Raises:
        BadRows: when one has rows that cannot be read, unless ``skip_bad``.
        FolioError: when one cannot be read, or none is a statement.
    """
    files, unknown = [], []
    for path in paths:
        try:
            known = path in whole
            files.append(read_file(db, path, profiles, choices, zone, watch, whole=known))
        except UnknownStatement as fault:
            if pass_over is None:
                raise
            unknown.append((path, str(fault)))
    if not files:
        listed = "".join(f"\n  {why}" for _, why in unknown)
        raise UnknownStatement(f"none of these files is a statement that folio knows:{listed}")
    for path, why in unknown:
        if pass_over is not None:
            pass_over(path, why)
    return sorted(_with_one_name(files), key=_age)


def _with_one_name(files: list[File]) -> list[File]:
    """The files, where banks' own formats call one account by one name."""
    from folio.importers.recognition.signatures import FORMATS
    from folio.operations.importing.place_accounts import as_one

    named = {
        place: file.statement
        for place, file in enumerate(files)
        if file.profile in FORMATS and isinstance(file.statement, Statement)
    }
    if len(named) < 2:
        return files
    for place, statement in zip(named, as_one(list(named.values())), strict=True):
        files[place] = files[place]._replace(statement=statement)
    return files


def _age(file: File) -> tuple[str, str, str]:
    """What orders files: their first day, their last, and then what is in them."""
    statement = file.statement
    if statement is None:
        return "", "", ""  # it records nothing
    if not isinstance(statement, Statement):
        return str(statement.first_day()), "", file.sha256
    days = [statement.drafts[at].occurred_on.isoformat() for at in (0, -1) if statement.drafts]
    return (*(days or ("", "")), file.sha256)


def _imported_whole(db: sqlite3.Connection, sha256: str, choices: Choices) -> str | None:
    """The profile by which the file was imported, where all of it is in the book already."""
    if choices.dry_run or choices.supersede:
        return None
    for imported in known_file(db, sha256, choices.profile):
        if imported.profile in INCLUDING:
            continue  # it is the same, what it includes may not be
        if is_whole(db, imported) and _same_account(db, imported, choices):
            return imported.profile
    return None


def _without_excluded(db: sqlite3.Connection, statement: Statement) -> Statement:
    """Rows that cannot be read are no fault where the user said to leave them out."""
    if not any(row.status == BAD for row in statement.rows):
        return statement
    texts = excluded_texts(db, statement.profile)
    return statement._replace(rows=tuple(but_excluded(statement.rows, texts)))


def but_excluded(rows: Iterable[RawRow], texts: Collection[str]) -> Iterator[RawRow]:
    """The rows; those that cannot be read and have one of the ``texts`` are skipped."""
    for row in rows:
        if row.status == BAD and row.text in texts:
            row = row._replace(status=SKIPPED, reason=LEFT_OUT)
        yield row


def _same_account(db: sqlite3.Connection, imported: Imported, choices: Choices) -> bool:
    """Whether the file would go where it went before."""
    if choices.account is None:
        return True
    account = find_account(Catalog(db), parse_account_ref(choices.account))
    return account is not None and account.id == imported.account_id


def choose_profile(
    path: Path, profiles: "Mapping[str, Profile]", name: str | None
) -> "Profile | Format":
    """The profile or format of this name, else the only one that the file fits.

    Raises:
        UnknownStatement: when there is none, or several fit.
    """
    if name is not None:
        return named_profile(profiles, name)
    len(profiles)  # the user's own are read now: a broken one is no fault of the file
    try:
        fitting = _fitting(path, profiles)
    except FolioError as fault:
        raise UnknownStatement(str(fault), is_text=False) from None
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = tuple(sorted(one.name for one in fitting))
        raise UnknownStatement(
            f"{path} could be read as {' or '.join(names)}; say which with --profile", names
        )
    from folio.importers.recognition.csv_file import headless

    named = " or ".join(f"--profile {shell_word(one)}" for one in headless(path, profiles))
    bare = f"if it has no header, say whose it is with {named}, else " if named else ""
    raise UnknownStatement(
        f"{path} is a statement that no profile knows (see: folio profile list); {bare}"
        f"make one with: folio import --map {shell_word(path)}"
    )


def _chosen(
    db: sqlite3.Connection, path: Path, profiles: "Mapping[str, Profile]", choices: Choices
) -> "tuple[Profile | Format, tuple[str, ...]]":
    """A file's profile, and what to say of the choice: of a list without a header, whose columns
    tell too little, the account that the user names tells by which one its last file was read.
    """
    from folio.importers.recognition.csv_file import headless

    try:
        return choose_profile(path, profiles, choices.profile), ()
    except UnknownStatement as fault:
        if choices.account is None or fault.profiles or not fault.is_text:
            raise
        account = find_account(Catalog(db), parse_account_ref(choices.account))
        names = headless(path, profiles) if account else ()
        for name, file in account_profiles(db, account.id) if account else ():
            if name in names:
                said = f"it has no header, and is read as {name}, as {file} of this account was"
                return profiles[name], (said,)
        raise


def _fitting(path: Path, profiles: "Mapping[str, Profile]") -> "Sequence[Profile | Format]":
    from folio.importers.recognition.csv_file import find_profiles
    from folio.importers.recognition.signatures import find_format

    found = find_format(path)
    if found is not None and found.name not in ("hledger", "ledger"):
        return [found]
    # What a bank says above its table may begin as a journal does: 2024-01-01 (exported).
    return find_profiles(path, profiles) or ([found] if found else [])


def named_profile(profiles: "Mapping[str, Profile]", name: str) -> "Profile | Format":
    """The profile of this name, else the format.

    Raises:
        UnknownName: when there is neither.
    """
    from folio.importers.recognition.signatures import FORMATS

    found = profiles.get(name) or FORMATS.get(name)
    if found is None:
        raise no_profile(name, [*profiles, *FORMATS])
    return found


def no_profile(name: str, known: Iterable[str]) -> UnknownName:
    """The refusal of a profile's name that nothing has."""
    return UnknownName(f"there is no profile {name!r}{near(name, known)}; see: folio profile list")


def bad_rows(
    path: Path, profile: str, first: Sequence[RawRow], bad: int, rows: int, *, whole: bool = True
) -> BadRows:
    """The refusal of a file with ``bad`` rows of so many; the ``first`` of them are listed.

    ``whole`` says that the file was read to its end.
    """
    lines = [f"\n  line {row.line}: {row.reason}" for row in first[:LISTED]]
    more = f"\n  … and {bad - LISTED} more" if bad > LISTED else ""
    of = rows if whole else f"the first {rows}"
    said = (
        f"{path}: {bad} of {of} rows cannot be read, so nothing was "
        f"recorded; mend them, or leave them out with --skip-bad:{''.join(lines)}{more}"
    )
    if any(row.reason.startswith(UNKNOWN_WORD) for row in first):
        return UnknownWords(said, path, profile)
    return BadRows(said)
