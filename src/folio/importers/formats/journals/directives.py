"""A journal's directives as they stand in its file, which are the rows that are kept of it."""

from collections.abc import Sequence


def directive_at(lines: Sequence[str], number: int) -> str:
    """What begins on a line (the first is 1), with the indented ones below it.

    >>> directive_at(["2025-01-02 * tea", "  Assets:Bank  -3 EUR", "", "  x"], 1).count("EUR")
    1
    """
    end = number
    while end < len(lines) and lines[end][:1].isspace() and lines[end].strip():
        end += 1
    return "\n".join(lines[number - 1 : end])
