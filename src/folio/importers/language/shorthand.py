"""Lists and patterns that a profile names once and uses often.

A profile of many languages says the same words again and again.  ``[words]`` names lists
of texts, ``[patterns]`` parts of patterns; ``{name}`` stands for them::

    [words]
    date = ["Datum", "Date", "Fecha"]
    [patterns]
    units = "(?P<quantity>[0-9.,]{1,20})"

    [date]
    column = ["{date}"]
    [[rules]]
    when = { text = { pattern = "Bought {units} (?P<name>.+)" } }

A list is put in the place of a text that is nothing but its name; ``Total ({currency})``
in the name of a column is no such text.

>>> expanded({"words": {"a": ["x", "y"]}, "patterns": {"n": "[0-9]+"},
...           "column": "{a}", "list": ["{a}", "z"], "pattern": "no {n}"})
{'column': ['x', 'y'], 'list': ['x', 'y', 'z'], 'pattern': 'no [0-9]+'}
"""

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"\{([a-z][a-z0-9_]{0,40})\}")
MAX_LENGTH = 4000  # characters of a pattern made of others


def expanded(data: Mapping[str, Any]) -> dict[str, Any]:
    """The profile's tables with every name in place of what it stands for.

    Raises:
        ValueError: when a list or a pattern is none, or a pattern grows without bound.
    """
    words, patterns = data.get("words", {}), data.get("patterns", {})
    if not _of(words, list) or not all(isinstance(text, str) for w in words.values() for text in w):
        raise ValueError("words: each name has a list of texts")
    if not _of(patterns, str):
        raise ValueError("patterns: each name has a pattern")
    shorthands: dict[str, str] = {}
    for name, text in patterns.items():  # one may use those above it
        shorthands[name] = _filled(text, shorthands)
    rest = {key: value for key, value in data.items() if key not in ("words", "patterns")}
    found = _replaced(rest, words, shorthands)
    assert isinstance(found, dict)
    return found


def _of(table: object, sort: type) -> bool:
    return isinstance(table, dict) and all(isinstance(value, sort) for value in table.values())


def _replaced(value: Any, words: Mapping[str, list[str]], patterns: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: _filled(item, patterns)
            if key == "pattern" and isinstance(item, str)
            else _replaced(item, words, patterns)
            for key, item in value.items()
        }
    if isinstance(value, list):
        listed = []
        for item in value:
            found = _replaced(item, words, patterns)
            listed += found if isinstance(item, str) and isinstance(found, list) else [found]
        return listed
    name = _NAME.fullmatch(value) if isinstance(value, str) else None
    return list(words[name[1]]) if name and name[1] in words else value


def _filled(text: str, patterns: Mapping[str, str]) -> str:
    filled = _NAME.sub(lambda match: patterns.get(match[1], match[0]), text)
    if len(filled) > MAX_LENGTH:
        raise ValueError(f"the pattern {text[:40]!r} is longer than {MAX_LENGTH} characters")
    return filled
