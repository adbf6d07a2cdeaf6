"""``folio import FILE --kind WORD=KNOWN``: a shipped profile learns words of a file."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from folio.cli.importing.assistant import Made
from folio.cli.profiles import all_profiles
from folio.errors import BadRows, FolioError, UnknownWords, UsageError
from folio.importers.language.lessons import lesson_text
from folio.importers.mapping.lessons import lessons
from folio.importers.recognition.signatures import Format
from folio.model.shell_words import shell_word
from folio.operations.importing.read_files import choose_profile


def taught(files: Sequence[Path], profile: str | None, words: Mapping[str, str]) -> Made:
    """What the profile of a file learned, with what it is taught now.

    Raises:
        UsageError: when it does not know what a word is to be read as, or is no shipped one.
    """
    if len(files) != 1:
        raise UsageError("--kind is of one file: folio import FILE --kind WORD=KNOWN")
    (path,), profiles = files, all_profiles()
    how = choose_profile(path, profiles, profile)
    if isinstance(how, Format):
        raise UsageError(f"{path} is read as {how.name}, which --kind says nothing of")
    own = profiles.files.get(how.name)
    if not _shipped(own):
        lesson = _mapping(path, how.name)
        raise UsageError(f"{how.name} is a profile of yours; it learns with: {lesson}")
    there = "" if own is None else own.read_text("utf-8")
    before = tomllib.loads(there)
    alike = {text: dict(said) for text, said in before.get("alike", {}).items()}
    for text, said in lessons(how, words).items():
        alike.setdefault(text, {}).update(said)
    text = lesson_text(how.name, alike)
    return Made(how.name, text, kept=text == there)


def with_a_lesson(fault: UnknownWords) -> FolioError:
    """The refusal, with how the profile learns what it does not know."""
    name, profiles = fault.profile, all_profiles()
    if name not in profiles:
        return fault
    if _shipped(profiles.files.get(name)):
        lesson = (
            f"{name} learns it with --kind WORD=KNOWN, where KNOWN is a word that it knows (see: "
            f"folio profile show {name}), or skip"
        )
    else:
        lesson = f"{name} learns what is new to it with: {_mapping(fault.path, name)}"
    return BadRows(f"{fault}\n  {lesson}")


def _shipped(own: Path | None) -> bool:
    """Whether a profile is folio's, of which the user keeps no more than lessons in a file."""
    return own is None or "of" in tomllib.loads(own.read_text("utf-8"))


def _mapping(path: Path, name: str) -> str:
    return f"folio import --map {shell_word(path)} --name {name}"
