"""Words that a profile learns: each is read as one that it knows.

A file of the user's may say nothing but what a shipped profile learned, which stays folio's own
otherwise, later versions of it too::

    of = "trading212"
    [alike.action]                    # of the text that the rules know as action
    "Flash buy" = "Market buy"        # a row that says the one is read as if it said the other
    "Price alert" = "skip"            # such a row moves nothing
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

SKIP = "skip"
_WHY = "you said that it moves nothing"
Alike = Mapping[str, Mapping[str, str]]  # by text, words and those that they are read as


def learned(data: Mapping[str, Any], shipped: Callable[[str], str]) -> dict[str, Any]:
    """The tables of a profile with its lessons; of a file of lessons alone, those of the profile
    that they are ``of``, whose text ``shipped`` gives.

    Raises:
        ValueError: when a file of lessons says anything else, or of what there is not.
    """
    alike = data.get("alike", {})
    if "of" in data:
        if set(data) - {"of", "alike"}:
            raise ValueError("of: a file that says what a profile learned has [alike] alone")
        try:
            data = tomllib.loads(shipped(str(data["of"])))
        except KeyError:
            raise ValueError(f"of: no shipped profile is called {data['of']!r}") from None
    if not (isinstance(alike, dict) and all(isinstance(said, dict) for said in alike.values())):
        return {**data, "alike": alike}  # is refused for its form
    skipped = [
        {"when": {text: word}, "skip": _WHY}
        for text, words in alike.items()
        for word, known in words.items()
        if known == SKIP
    ]
    read = {
        text: {word: known for word, known in words.items() if known != SKIP}
        for text, words in alike.items()
    }
    return {**data, "alike": read, "rules": [*skipped, *data.get("rules", [])]}


def lesson_text(name: str, alike: Alike) -> str:
    """The file of what a shipped profile learned."""
    head = f"# What {name} learned; the rest of it is folio's own.\nof = {_quoted(name)}\n"
    return head + words_text(alike)


def words_text(alike: Alike) -> str:
    """The tables of words, as they stand in a profile's file."""
    lines = []
    for text, words in alike.items():
        lines += [f"\n[alike.{text}]"]
        lines += [f"{_quoted(word)} = {_quoted(known)}" for word, known in words.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
