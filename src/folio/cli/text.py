"""Text on its way to a terminal: made visible, measured, cut; and messages beside the figures.

Text of data and of arguments can hold characters that move the cursor, colour the screen
or turn the order of what follows.  None of them reaches a terminal: each is shown as an
escape.

>>> visible("A\\x1b[31mB\\u202ec")
'A\\\\x1b[31mB\\\\u202ec'
"""

import codecs
import contextlib
import os
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import TextIO

# C0 and C1 controls, bidirectional marks, line separators, invisible and half characters.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
MASK = "***"  # for an amount that is hidden: as wide for a cent as for a million
# What is drawn and written beside figures, for a terminal that has ASCII alone: of one width.
IN_ASCII = str.maketrans("─│├└┤┬┼·−–×÷→…◐○█▉▊▋▌▍▎▏░▁▂▃▄▅▆▇", "-||`|++---x/>~%o########._.,-=+*")
_edit: Callable[[str], str] = str  # what messages go through
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def visible(text: str, *, lines: bool = False) -> str:
    """``text`` with every unsafe character shown as an escape.

    ``lines`` lets line ends stand, for a message of several lines.
    """
    if text.isprintable():  # which nothing unsafe is; a pattern takes 20 times as long
        return text
    return re.sub(_UNSAFE, lambda m: m[0] if lines and m[0] == "\n" else _escape(m[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    long = f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return _NAMED.get(character) or (f"\\x{code:02x}" if code < 0x100 else long)


def width(text: str) -> int:
    """The columns that ``text`` takes on a terminal."""
    return len(text) if text.isascii() else _wide(text)


def widest(texts: list[str]) -> int:
    """The columns that the widest of some texts takes; 0 of none."""
    measure = len if all(map(str.isascii, texts)) else width
    return max(map(measure, texts), default=0)


@lru_cache(1024)  # a name stands in many rows, and is measured, cut and padded
def _wide(text: str) -> int:
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if character < "\u0300" and character != "\xad":  # Latin letters and marks: all are one wide
        return 1
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """``text`` filled with spaces to ``columns``; ``right`` puts them before it."""
    if text.isascii():  # nearly all: each character is one wide
        return text.rjust(columns) if right else text.ljust(columns)
    spaces = " " * (columns - width(text))
    return spaces + text if right else text + spaces


def padded(texts: list[str], columns: int, *, right: bool = False) -> list[str]:
    """Each text filled as :func:`pad` does, all of a column at once."""
    if not all(map(str.isascii, texts)):
        return [pad(text, columns, right=right) for text in texts]
    return [text.rjust(columns) if right else text.ljust(columns) for text in texts]


def cut(text: str, columns: int, *, middle: bool = False) -> str:
    """``text`` with an ellipsis at its end, or in its ``middle``, where it is too wide.

    >>> cut("northbank-checking", 12), cut("northbank-checking", 12, middle=True)
    ('northbank-c…', 'northb…cking')
    """
    if width(text) <= columns:
        return text
    if columns < 1:
        return ""
    end = _begun(text[::-1], (columns - 1) // 2)[::-1] if middle else ""
    return f"{_begun(text, columns - 1 - width(end)).rstrip()}…{end}"


def _begun(text: str, columns: int) -> str:
    """As much of the beginning as ``columns`` have room for."""
    kept = ""
    for character in text:
        columns -= _character_width(character)
        if columns < 0:
            break
        kept += character
    return kept


def wrapped(text: str, columns: int) -> list[str]:
    """``text`` in lines of at most ``columns``, broken between words; one line at least.

    A word that is wider than that stands in a line of its own, whole.

    >>> wrapped("partial: 2 of 31 without a price", 16)
    ['partial: 2 of 31', 'without a price']
    """
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and width(joined) > columns:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines


def _legible(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that an encoding lacks: ASCII for what is drawn, else escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacked = error.object[error.start : error.end].translate(IN_ASCII)
    return lacked.encode("ascii", "backslashreplace").decode("ascii"), error.end


codecs.register_error("folio.legible", _legible)


def for_people() -> None:
    """A character that the terminal or the locale lacks is no error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="folio.legible")


def for_programs() -> None:
    """What goes to standard output from now on is UTF-8, as its readers expect in any locale."""
    if hasattr(sys.stdout, "reconfigure") and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def has_unicode() -> bool:
    """Whether standard output has the characters that charts are drawn with."""
    try:
        "⣿█".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def say(text: str) -> None:
    """A message beside the figures: what was done, and what can be done next.

    Where the disk of a log is full nobody reads it, and what was done stays done: a script that
    were told otherwise would do it again.
    """
    try:
        print(visible(_edit(text), lines=True), file=sys.stderr)
    except BrokenPipeError:
        raise
    except OSError:
        drop(sys.stderr)


def drop(stream: TextIO) -> None:
    """What is still to be written there goes nowhere, or Python would complain when it ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def edit_messages(edit: Callable[[str], str]) -> None:
    """Have each message go through this function from now on."""
    global _edit
    _edit = edit


def warn(text: str) -> None:
    """A message that starts with the name of the program: an error or a warning."""
    say(f"folio: {text}")
