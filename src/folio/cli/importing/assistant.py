"""``folio import --map``: a profile for a file that none knows, asked for or given by options."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from folio.cli import context
from folio.cli.dialogue import ask, can_ask, choose
from folio.cli.profiles import all_profiles
from folio.cli.text import say
from folio.errors import FolioError, UsageError, system_says

if TYPE_CHECKING:
    from folio.importers import Profile
    from folio.importers.mapping.proposed import Given, Proposal, Question
    from folio.importers.mapping.table import Found
    from folio.model.table import Table

SAMPLE = 24  # characters of a value that are shown


class Made(NamedTuple):
    """A profile that was made, and is not saved yet."""

    name: str
    text: str
    kept: bool = False  # it is there already, just so

    @property
    def profiles(self) -> "Mapping[str, Profile]":
        from folio.importers import parse_profile

        return {self.name: parse_profile(self.text, self.name)}


class Words(NamedTuple):
    """What the options say, as they were written: KEY=VALUE each."""

    name: str | None
    columns: list[str]
    settings: list[str]
    kinds: list[str]


def make_profile(path: Path, words: Words, *, show_columns: bool) -> Made:
    """The profile of a file; what it does not tell is asked, or said where nobody can answer.

    One of the user's that has the name already learns the words that are new to it.

    Raises:
        UsageError: where nobody can answer, or an option makes no sense.
        FolioError: when the file has no table.
    """
    from folio.importers.language.catalogue import parse_profile
    from folio.importers.mapping.proposal import propose
    from folio.importers.mapping.table import find_table
    from folio.importers.mapping.writing import profile_text

    given = _given(words)
    found = find_table(path, given.settings.get("encoding", ""))
    pupil = _pupil(words.name, found, given)
    if pupil is not None:
        given = pupil.given
    proposal = propose(found, given)
    if show_columns:
        _show(_columns_table(proposal))
    while asked := proposal.questions if pupil is None else pupil.asks(proposal):
        if not can_ask():
            raise UsageError(_listed(path, asked, words))
        answered = _answered(given, asked[0])
        try:
            found = find_table(path, answered.settings.get("encoding", ""))
            proposal, given = propose(found, answered), answered
        except UsageError as fault:
            say(f"  {fault}")
    if pupil is not None:
        return pupil.taught(proposal)
    while True:
        name = words.name or _asked_name(path, proposal, words)
        text = profile_text(name, proposal)
        try:
            parse_profile(text, name)
            _check_free(name, text)
            return Made(name, text)
        except FolioError as fault:
            if words.name:
                raise
            say(f"  {fault}")


class _Pupil(NamedTuple):
    """A profile of the user's that may learn from a file."""

    name: str
    text: str
    profile: "Profile"
    given: "Given"  # what it was told before, with what is given now

    def asks(self, proposal: "Proposal") -> "Sequence[Question]":
        """What is asked of a file: of money alone, how it is read is settled but for states."""
        from folio.importers.mapping.proposed import STATES

        if proposal.has_units:
            return proposal.questions
        return [one for one in proposal.questions if one.choices == STATES]

    def taught(self, proposal: "Proposal") -> Made:
        """The profile with what is new to it."""
        from folio.importers.language.catalogue import parse_profile
        from folio.importers.mapping.teaching import new_states, new_words, taught

        words = new_words(self.profile, proposal)
        states = new_states(self.profile, proposal)
        new = {**words, **states}
        text = taught(self.text, words, proposal, states) if new else self.text
        parse_profile(text, self.name)
        if new:
            said = ", ".join(f"{word} is {kind}" for word, kind in new.items())
            say(f"{self.name} learns: {said}")
        return Made(self.name, text)


def _pupil(name: str | None, found: "Found", given: "Given") -> _Pupil | None:
    """The user's profile of a name, where it is of the same table and has words to learn."""
    from folio.importers.language.catalogue import parse_profile
    from folio.importers.mapping.teaching import told_before

    path = None if name is None else all_profiles().files.get(name)
    if name is None or path is None:
        return None
    text = path.read_text("utf-8")
    profile = parse_profile(text, str(path))
    told = told_before(profile, found, given)
    return None if told is None else _Pupil(name, text, profile, told)


def _given(words: Words) -> "Given":
    from folio.importers.mapping.proposed import Given

    return Given(pairs(words.columns), pairs(words.settings), pairs(words.kinds))


def pairs(words: list[str]) -> dict[str, str]:
    """``date=Datum``, taken apart.

    Raises:
        UsageError: for what is no KEY=VALUE.
    """
    pairs = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"{word!r} is not KEY=VALUE, such as date=Datum")
        pairs[key.strip()] = value.strip()
    return pairs


def _answered(given: "Given", question: "Question") -> "Given":
    """What was given, with the answer to one more question."""
    said = choose(question.text, question.choices) if question.choices else ask(question.text)
    part = {"column": "columns", "set": "settings", "kind": "kinds"}[question.part]
    answers = {**getattr(given, part), question.key: said}
    return given._replace(**{part: answers})


def _listed(path: Path, questions: "Sequence[Question]", words: Words) -> str:
    from folio.importers.mapping.proposed import STATES

    lines = [f"\n  {one.text} {one.option}" for one in questions]
    asked = (one.choices for one in questions if one.part == "kind")
    kinds = next((choices for choices in asked if choices != STATES), ())
    lines += [f"\n  a row can be: {', '.join(kinds)}"] if kinds else []
    lines += [] if words.name else ["\n  what shall the profile be called? --name NAME"]
    return f"{path} does not tell all of how it is read; say:{''.join(lines)}"


def _asked_name(path: Path, proposal: "Proposal", words: Words) -> str:
    if not can_ask():
        raise UsageError(_listed(path, proposal.questions, words))
    stem = re.sub(r"[^a-z]+", "_", path.stem.casefold()).strip("_") or "mine"
    return ask("what shall the profile be called?", stem)


def _check_free(name: str, text: str) -> None:
    """Refuse the name of another profile, or of its file.

    Raises:
        FolioError: when one has it.
    """
    from folio.importers.recognition.signatures import FORMATS

    path, profiles = profile_path(name), all_profiles()
    same = path.is_file() and path.read_text("utf-8") == text
    if not same and (name in FORMATS or name in profiles):
        raise FolioError(f"there is a profile {name!r} already; say another --name")
    if path.exists() and name not in profiles.files:
        raise FolioError(f"{path} is the file of another profile; say another --name")


def profile_path(name: str) -> Path:
    """Where a profile of the user's is kept: in the file that has it, else in one of its name."""
    return all_profiles().files.get(name) or context.book_path().parent.joinpath(
        "profiles", f"{name}.toml"
    )


def save(made: Made) -> Path:
    """Keep the profile in the user's folder."""
    from folio.cli.render import write_file
    from folio.db.file.files import own_folder

    path = profile_path(made.name)
    try:
        own_folder(path.parent)
    except OSError as error:
        raise FolioError(f"{path} cannot be written: {system_says(error)}") from None
    write_file(path, made.text)
    say(f"saved the profile {made.name} as {path}")
    return path


def _show(table: "Table") -> None:
    from folio.cli.asking import show

    show(table, None, None, False)


def _columns_table(proposal: "Proposal") -> "Table":
    """The file's columns, some of their values, and what they are read as."""
    from folio.importers.mapping.table import SAMPLES
    from folio.model.table import Cell, Column, Table

    found = proposal.found
    read_as = {name: field for field, name in proposal.columns.items()}
    read_as |= dict.fromkeys(proposal.notes, "note")
    rows: list[dict[str, Cell]] = []
    for name in found.names:
        values = list(dict.fromkeys(found.values(name)))[:SAMPLES] if name else []
        shown = [value if len(value) <= SAMPLE else value[:SAMPLE] + "…" for value in values]
        row: dict[str, Cell] = {"column": name, "samples": " · ".join(shown)}
        rows.append({**row, "read_as": read_as.get(name)})
    columns = (
        Column("column", "Column"),
        Column("samples", "Such as"),
        Column("read_as", "Read as"),
    )
    title = f"Columns of {found.path.name}: {len(found.rows)} rows"
    return Table("columns", title, columns, rows)
