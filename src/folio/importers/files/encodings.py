"""Which encoding a text that is not UTF-8 is in, as its letters tell.

One byte is ``é`` in one encoding, ``È`` in another and a sign in a third.  A capital after a
small letter, a sign between two letters and a control character are none of anybody's words;
a letter that goes with its neighbours, and a sign that prices and names use, speak for an
encoding.  What nothing speaks against and most speaks for is taken; where several are level,
the file does not tell.

>>> by_letters("Müller, Café 5 €".encode("cp1252"), SINGLE)
['cp1252']
>>> by_letters("Müller, Café 5 €".encode("mac_roman"), SINGLE)
['mac_roman']
"""

import codecs
import re
from collections.abc import Iterable, Sequence

SINGLE = ("cp1252", "mac_roman", "cp850")  # of one byte a character, as computers wrote them
_SIGNS = frozenset("€£¥§°´·’‘“”„«»–—…™®©")
_LETTERS = frozenset("ŠšŽžŒœŸ")  # of western words, beside those of Latin-1
_JOINING = frozenset("’‘·–—-")  # between the letters of a word

_DECLARED = re.compile(r"(?:CHARSET|ENCODING)\s*[:=]\s*[\"']?([A-Za-z0-9_.-]+)", re.IGNORECASE)

_of_cp1252 = re.compile(rb"[\x80-\x9f]").search  # where ISO 8859 has no signs


def declared_encodings(head: str) -> list[str]:
    """UTF-8, then what the head of a file declares, then what most banks write."""
    names = ["utf-8"]
    for name in _DECLARED.findall(head):
        name = f"cp{name}" if name.isdecimal() else name
        try:
            b"a".decode(name, "replace")  # hex and the like are codecs too, but not of text
            names.append(codecs.lookup(name).name)
        except (LookupError, ValueError):
            continue  # NONE, CSUNICODE: nothing more is known
    return [*dict.fromkeys(n for n in names if n not in ("ascii", "utf-16")), "cp1252", "latin-1"]


def by_letters(data: bytes, candidates: Sequence[str]) -> list[str]:
    """Those of the encodings that fit best, in their order; all decode ``data``."""
    marks = {name: _marks(data.decode(name, errors="replace")) for name in candidates}
    best = max(marks.values(), default=(0, 0))
    return [name for name in candidates if marks[name] == best]


def has_latin_9_euro(chunks: Iterable[bytes]) -> bool:
    """Whether a file has the euro sign of ISO 8859-15, which is ¤ in cp1252, and no sign that is
    of cp1252 alone.
    """
    has_euro = False
    for chunk in chunks:
        if _of_cp1252(chunk):
            return False
        has_euro = has_euro or b"\xa4" in chunk
    return has_euro


def _marks(text: str) -> tuple[int, int]:
    """Minus what speaks against a text's letters beyond ASCII, and what speaks for them."""
    against = fore = 0
    for before, sign, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if sign.isascii():
            continue
        within = before.isalpha() and after.isalpha()
        if sign.isalpha():
            against += _breaks(before, sign, after)
            fore += (before.isalpha() or after.isalpha()) and (sign < "\u0100" or sign in _LETTERS)
        elif not (sign.isprintable() or sign.isspace()) or (within and sign not in _JOINING):
            against += 1
        else:
            fore += sign in _SIGNS
    return -against, fore


def _breaks(before: str, sign: str, after: str) -> bool:
    """Whether a letter's case is not that of the word around it."""
    if sign.isupper():
        return before.islower() or (before.isupper() and after.islower())
    return before.isupper() and after.isupper()
