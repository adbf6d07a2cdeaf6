"""The profiles there are: those shipped with folio, and the user's own over them."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from folio.errors import FolioError, UsageError, one_of, system_says
from folio.importers.cells.dates import compile_format
from folio.importers.cells.rows import normalised
from folio.importers.language.checks import check_names
from folio.importers.language.lessons import learned, words_text
from folio.importers.language.profile import Profile, Signature
from folio.importers.language.profile_types import ENCODINGS
from folio.importers.language.shorthand import expanded
from folio.importers.language.turned import turned

MAX_SIZE = 200_000  # bytes of a profile
_BEFORE_TABLE = re.compile(r"^(?=\[)", re.MULTILINE)
# The columns that a shipped profile asks for, and each of them, by its name or its variants.
_REQUIRE = re.compile(
    r"^\[header\]\n(?:#.*\n)*require = \[((?:[^\[\]]|\[[^\[\]]*\])*)\]", re.MULTILINE
)
_COLUMN = re.compile(r'"[^"]*"|\[[^\[\]]*\]')
_NAME = re.compile(r'"([^"]*)"')
_OF_SIGNATURE = ("[words]", "[file]", "[header]", "[sections]", "[tables]", "[tables.read]")


class Catalogue(Mapping[str, Profile]):
    """Profiles by name; a shipped one is parsed when it is asked for."""

    def __init__(self, own: Mapping[str, Profile], files: Mapping[str, Path]) -> None:
        self.own = own
        self.files = files  # of the user's own, by the name of the profile
        self.names = sorted({*_shipped(), *own})

    def __getitem__(self, name: str) -> Profile:
        own = self.own.get(name)
        return own or parse_profile(_text(name), f"{name}.toml")

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def signatures(self, head: str | None = None) -> dict[str, Signature]:
        """What tells the files of each, without the rest of the shipped ones.

        Without those of which a file with that ``head``, normalised, cannot be.
        """
        found: dict[str, Signature] = {}
        for name in self.names:
            if own := self.own.get(name):
                found[name] = own
                continue
            text = _text(name)
            if head is None or may_be_of(text, head):
                found[name] = _signature(text)
        return found


def signatures(profiles: Mapping[str, Profile], head: str | None = None) -> Mapping[str, Signature]:
    """What tells the files of each profile that one with that ``head``, normalised, may be of."""
    told: Callable[[str | None], Mapping[str, Signature]] | None
    told = getattr(profiles, "signatures", None)
    return profiles if told is None else told(head)


def load_profiles(user_folder: Path | None, made: Mapping[str, Profile] | None = None) -> Catalogue:
    """Every profile by its name; one in ``user_folder`` takes the place of a shipped one, and one
    that was ``made`` of either.

    Raises:
        FolioError: when one of the user's is broken; it names the file and the key.
    """
    own = {path: parse_profile(text, str(path)) for path, text in _own(user_folder)}
    files = {profile.name: path for path, profile in own.items()}
    return Catalogue({profile.name: profile for profile in own.values()} | dict(made or {}), files)


@cache
def _shipped() -> dict[str, Path]:
    """The files of the shipped profiles, each called by the name of its profile."""
    folder = Path(__file__).parents[1] / "profiles"
    return {file.stem: file for file in folder.iterdir() if file.suffix == ".toml"}


@cache
def _text(name: str) -> str:
    return _shipped()[name].read_text(encoding="utf-8")


def may_be_of(text: str, head: str) -> bool:
    """Whether a file with that head, normalised, may have the columns that the text of a shipped
    profile asks for; so it may where this takes more than a glance.
    """
    return all(any(name in head for name in variants) for variants in _asked(text))


@cache
def _asked(text: str) -> list[list[str]]:
    """Of each column that is asked for, but for those that take more than a glance, its names."""
    asked = _REQUIRE.search(text)
    columns = [_NAME.findall(column[0]) for column in _COLUMN.finditer(asked[1] if asked else "")]
    return [
        [normalised(name) for name in variants]
        for variants in columns
        if not any("{" in name or not name.isascii() for name in variants)
    ]


@cache
def _signature(text: str) -> Signature:
    """The signature in the text of a shipped profile, whose tables begin at the left margin."""
    tables = [part for part in _BEFORE_TABLE.split(text) if part.startswith(_OF_SIGNATURE)]
    return Signature.model_validate(_with_tuples(expanded(tomllib.loads("".join(tables)))))


def _own(folder: Path | None) -> Iterator[tuple[Path, str]]:
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.toml")):
        try:
            if path.stat().st_size > MAX_SIZE:
                raise FolioError(
                    f"{path} has more than {MAX_SIZE:,} bytes and is no profile; remove it"
                )
            yield path, path.read_text(encoding="utf-8")
        except OSError as error:
            raise FolioError(f"{path} cannot be read: {system_says(error)}") from None
        except UnicodeError:
            raise FolioError(f"{path} is not text in UTF-8; save it so") from None


@cache
def parse_profile(text: str, where: str) -> Profile:
    """The profile that a TOML text states, the same each time; ``where`` names it in messages.

    Raises:
        FolioError: naming the first key that is wrong.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FolioError(f"the profile {where} is no TOML: {error}") from None
    try:
        data = learned(data, _text)
        profile = Profile.model_validate(_with_tuples(turned(expanded(data))))
        check_names(profile)
    except ValidationError as error:
        raise FolioError(f"the profile {where} is wrong: {_first(error)}") from None
    except ValueError as error:
        raise FolioError(f"the profile {where} is wrong: {error}") from None
    return profile


def written_as(profile: Profile, settings: Mapping[str, str]) -> Profile:
    """The profile for a file of which somebody says how its numbers and days are written.

    ``settings`` are of ``decimal``, ``date`` and ``encoding`` alone.

    Raises:
        UsageError: when one of them makes no sense.
    """
    changed: dict[str, object] = {}
    for key, value in settings.items():
        if key == "decimal":
            one_of(value, ("point", "comma"), "decimal sign")
            changed["numbers"] = profile.numbers.model_copy(
                update={"decimal": value, "stated": True}
            )
            changed["amounts"] = {
                name: one.model_copy(update={"decimal": None}) if one.decimal == "auto" else one
                for name, one in profile.amounts.items()
            }
        elif key == "date":
            try:
                compile_format(value, profile.date.months)
            except ValueError as fault:
                raise UsageError(str(fault)) from None
            update = {"formats": (value,), "by_column": False}
            changed["date"] = profile.date.model_copy(update=update)
        else:  # encoding: no other key is taken
            one_of(value, ENCODINGS, "encoding")
            changed["file"] = profile.file.model_copy(update={"encodings": (value,)})
    return profile.model_copy(update=changed) if changed else profile


def _with_tuples(value: Any) -> Any:
    """Lists as tuples: a profile never changes."""
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value


def _first(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_context=False)
    key = ".".join(str(part) for part in faults[0]["loc"] if not _is_form(part))
    message = faults[0]["msg"].removeprefix("Value error, ")
    more = sum(not any(map(_is_form, fault["loc"][-1:])) for fault in faults[1:])
    return f"{key + ': ' if key else ''}{message}" + (f" ({more} more)" if more else "")


def _is_form(part: int | str) -> bool:
    """Whether it is pydantic's name for one of the forms that may stand in a place, and no key."""
    return "[" in str(part)


def profile_text(name: str, user_folder: Path | None) -> str:
    """The TOML of a profile: the user's own of that name, else the shipped one with its lessons.

    Raises:
        KeyError: when there is none.
    """
    for where, text in _own(user_folder):
        if parse_profile(text, where).name == name:
            said = tomllib.loads(text)
            return _text(name) + words_text(said.get("alike", {})) if "of" in said else text
    return _text(name)
