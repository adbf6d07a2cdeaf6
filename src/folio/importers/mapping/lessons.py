"""What a shipped profile is taught: words that are read as those that its rules know."""

from collections import Counter
from collections.abc import Mapping

from folio.errors import UsageError, near
from folio.importers.cells.rows import normalised
from folio.importers.cells.states import is_booked
from folio.importers.interpreting.conditions import text_tests
from folio.importers.language.lessons import SKIP
from folio.importers.language.profile import STATE, Profile

COMPLETED = "completed"  # what is said of rows that were booked, whatever their source


def lessons(profile: Profile, words: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Of each text the words that it learns, and those that they are read as.

    Raises:
        UsageError: when a profile does not know the word that another is to be read as.
    """
    found: dict[str, dict[str, str]] = {}
    for word, said in words.items():
        known = COMPLETED if said == "booked" else said
        name = _text_of(profile, known)
        if not name:
            raise UsageError(
                f"{profile.name} does not know {said!r} itself{near(said, _words(profile))}; "
                f"see: folio profile show {profile.name}"
            )
        found.setdefault(name, {})[word] = known
    return found


def _text_of(profile: Profile, known: str) -> str:
    """The text that rows say a word in that is known, the one that most rules ask for first."""
    asked = Counter(name for rule in profile.rules for name in rule.when if name in profile.texts)
    names = [name for name, _ in asked.most_common()]
    if known == SKIP:
        return names[0] if names else ""
    state = profile.booked.text if profile.booked else STATE
    told = state if is_booked(known) is not None else ""
    return next((name for name in [*names, state] if _knows(profile, name, known)), told)


def _knows(profile: Profile, name: str, word: str) -> bool:
    """Whether a rule is for rows whose text is that word, or it says whether they were booked."""
    forms = [rule.when[name] for rule in profile.rules if name in rule.when]
    if any(
        (form.equals or form.like) and all(test(word) for test in text_tests(form))
        for form in forms
    ):
        return True
    booked = profile.booked
    states = booked.yes + booked.no if booked and booked.text == name else ()
    return normalised(word) in map(normalised, states)


def _words(profile: Profile) -> list[str]:
    forms = [form for rule in profile.rules for form in rule.when.values()]
    return [word for form in forms for word in (*form.equals, *form.like) if "*" not in word]
