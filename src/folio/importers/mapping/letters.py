"""In which encoding a file is that is neither UTF-8 nor western, by its header and its letters.

The names of columns speak first: what is ``日付`` in one encoding and ``ì˙ït`` in the others is in
that one.  Where no name is known, letters tell: those that no western language writes side by side
are of another script, and of that script's encodings the one counts in which most letters are
common ones.  What is level then is asked.
"""

import re
from collections.abc import Callable
from pathlib import Path

from folio.importers.files.encodings import SINGLE, by_letters
from folio.importers.files.text_file import (
    choose_encoding,
    decodes,
    first_bytes,
    possible_encodings,
)
from folio.importers.mapping.words import FIELDS, plain

HEAD = 20_000  # bytes that are looked at
_KNOWN = frozenset(name for names in FIELDS.values() for name in names)
# Words of names of columns, with letters that western encodings lack.
_TELLING = frozenset(
    "měna částka účtu účet protiúčet zaúčtování zůstatek příjemce zpráva připsáno odepsáno čiastka "
    "účtovania księgowania wartość wartości tytuł źródłowy obciążenia rozliczenia łączna sumă dată "
    "tranzacţie tranzacție uplaćeno račun računa značenje könyvelő időpont összegű időpontja "
    "kedvezményezettő açıklama işlem işlemi tutarı tarihı".split()
)
# The scripts that an encoding of one byte a character has beside the Latin one.
_LETTERS = {
    "cp1251": re.compile("[\u0400-\u045f]"),
    "cp1253": re.compile("[\u0384-\u03ce]"),
    "cp1255": re.compile("[\u05d0-\u05ea]"),
    "cp1256": re.compile("[\u0621-\u0652]"),
    "cp874": re.compile("[\u0e01-\u0e4d]"),
}
# First bytes of the common signs of those of two; of Chinese and Korean the second is high, too.
_COMMON = {"cp932": (0x81, 0x97, 0), "gb18030": (0xA1, 0xD7, 0xA1), "cp949": (0xA1, 0xC8, 0xA1),
           "big5": (0xA1, 0xC6, 0)}  # fmt: skip
_LATIN = ("cp1250", "cp1254")
OTHERS = (*_LATIN, *_LETTERS, *_COMMON)
_RUN = re.compile(r"[À-ÖØ-öø-ɏ]{4}")  # letters with marks, side by side
_WORD = re.compile(r"[^\W\d_]+")


def encodings_of(path: Path) -> list[str]:
    """The encodings that a file can be in, the likeliest first; several where nothing tells.

    Raises:
        FolioError: when it is no text.
    """
    western = possible_encodings(path, ("utf-8", *SINGLE))
    if choose_encoding(path, ("utf-8", *SINGLE)) not in SINGLE:
        return western
    data = first_bytes(path, HEAD)
    others = [name for name in OTHERS if decodes(path, name)]
    known = {name: _known(data, name) for name in (*SINGLE, *others)}
    most = max(known.values())
    best = [name for name in known if known[name] == most]
    if not most:
        strange = all(_RUN.search(data.decode(name, "replace")) for name in western)
        scores = {name: _common(data, name) for name in others} if strange else {}
        return [n for n in scores if scores[n] == max(scores.values())] or western
    singles = [name for name in best if name in SINGLE]
    return by_letters(data, singles) if singles else best


def _known(data: bytes, encoding: str) -> int:
    """How many cells with letters beyond ASCII are names of columns that are known, and words."""
    text = data.decode(encoding, "replace")
    cells = [cell for cell in re.split(r"[,;\t|\r\n]", text) if not cell.isascii()]
    named = sum(plain(cell) in _KNOWN for cell in cells)
    return named + sum(word.casefold() in _TELLING for word in _WORD.findall(text))


def _common(data: bytes, encoding: str) -> float:
    """Which part of the words beyond ASCII is of one script, and common in it."""
    if encoding in _LATIN:
        return 0
    words = [word for word in _WORD.findall(data.decode(encoding, "replace")) if not word.isascii()]
    good = _all_in(_LETTERS[encoding]) if encoding in _LETTERS else _all_common(encoding)
    return sum(map(good, words)) / max(len(words), 1)


def _all_in(letters: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda word: letters.sub("", word) == ""


def _all_common(encoding: str) -> Callable[[str], bool]:
    low, high, second = _COMMON[encoding]

    def common(word: str) -> bool:
        signs = [sign.encode(encoding, "replace") for sign in word]
        return all(
            len(s) < 2 or (low <= s[0] <= high and s[1] >= second and len(s) == 2) for s in signs
        )

    return common
