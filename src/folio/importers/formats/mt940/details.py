"""What is said of an entry (``:86:``): who, what for, and the German code of what it is.

Three ways are known.  Subfields after a sign, as German, Austrian and Polish banks write them:
``166?00GUTSCHRIFT?20SVWZ+Rent?32Jane Doe``.  Words between strokes, as Dutch banks do:
``/TRTP/SEPA/NAME/Jane Doe/REMI/Rent``.  And plain text.

Lines of 65 characters and subfields of 27 are cut wherever they are full, so a full one goes
on in the next without a blank.

>>> read_details(["166?00GUTSCHRIFT?20EREF+7?21SVWZ+Rent of 1 March, flat n?22o. 4?32Jane Doe"])
Details(name='Jane Doe', purpose='Rent of 1 March, flat no. 4', booked='GUTSCHRIFT', code='166')
>>> read_details(["/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/NAME/J DOE/REMI/Huur"])
Details(name='J DOE', purpose='Huur', booked='SEPA OVERBOEKING', code='')
>>> read_details(["GIRO 428428 KPN", "INCL. 1,44 BTW"])
Details(name='', purpose='GIRO 428428 KPN INCL. 1,44 BTW', booked='', code='')
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from folio.importers.formats.bank_codes import said_once

_LINE, _SUBFIELD = 65, 27  # characters, at which one is full
_STRUCTURED = re.compile(r"\s*(\d{3})?\s*([?<>~^!|@#])(?=\d\d)")
_KEYS = r"(00|10|2\d|3[0-8]|6[0-3]|7\d)"
_PURPOSE = [f"{key}" for key in (*range(20, 30), *range(60, 64))]
_TAGGED = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|PURP|RREF|SQTP|IBAN|BIC)\+", re.IGNORECASE
)
_WORD = re.compile(
    r"/(TRTP|TRCD|IBAN|BIC|NAME|ADDR|REMI|EREF|KREF|CREF|PREF|MARF|CSID|BENM|ORDP|CNTP|RTRN|"
    r"PURP|ISDT|INIT|OCMT|CHGS|EXCH|ULTD|ULTB|ULTC|ULCR|SVCL|ID)/"
)


class Details(NamedTuple):
    """What is said of an entry; "" where it is not."""

    name: str  # who paid or was paid
    purpose: str
    booked: str  # the bank's word for what it is
    code: str  # of three digits, at the head of the field


def read_details(lines: Sequence[str]) -> Details:
    """The parts of the lines of a field."""
    whole = "".join(lines)
    structured = _STRUCTURED.match(whole)
    if structured:
        return _subfields(whole[structured.start(2) :], structured[2], structured[1] or "")
    text = _plain(_joined(lines, _LINE))
    return _words(text) if _WORD.match(text) else Details("", text, "", "")


def in_words(text: str) -> str:
    """A bank's text for people: blanks single, and of words between strokes what they say.

    >>> in_words("/TRTP/iDEAL/IBAN/NL2/BIC/RABONL2U/NAME/Shop/REMI/Order 7/EREF/1")
    'Shop · Order 7 · iDEAL'
    >>> in_words("SEPA Overboeking      Naam: J DOE")
    'SEPA Overboeking Naam: J DOE'
    """
    name, purpose, booked, _ = _words(text) if _WORD.match(text) else Details("", text, "", "")
    return said_once(name, _plain(purpose), booked)


def _joined(pieces: Iterable[str], full: int) -> str:
    whole, before = "", full
    for piece in filter(str.strip, pieces):
        whole += piece if before >= full else f" {piece}"
        before = len(piece)
    return whole


def _plain(text: str) -> str:
    return " ".join(text.split())


def _subfields(text: str, sign: str, code: str) -> Details:
    _, *cut = re.split(re.escape(sign) + _KEYS, text)
    found = dict(zip(cut[-2::-2], cut[-1::-2], strict=True))  # of two, the first
    name = _joined((found.get("32", ""), found.get("33", "")), _SUBFIELD)
    purpose = _purpose([found[key] for key in _PURPOSE if key in found])
    return Details(_plain(name), purpose, _plain(found.get("00", "")), code)


def _purpose(pieces: Sequence[str]) -> str:
    """What it was for, of pieces some of which begin with what they are."""
    tagged: dict[str, list[str]] = {"": []}
    tag = ""
    for piece in pieces:
        match = _TAGGED.match(piece)
        tag = match[1].upper() if match else tag
        tagged.setdefault(tag, []).append(piece)
    text = _joined(tagged.get("SVWZ") or tagged[""], _SUBFIELD)
    return _plain(_TAGGED.sub("", text, count=1) if "SVWZ" in tagged else text)


def _words(text: str) -> Details:
    _, *cut = _WORD.split(text)
    found = dict(zip(cut[-2::-2], cut[-1::-2], strict=True))
    name, party = found.get("NAME", ""), found.get("CNTP", "").split("/")
    if not name and len(party) > 2:
        name = party[2]  # after IBAN and BIC
    purpose = found.get("REMI", "").removeprefix("USTD//").removeprefix("STRD/")
    return Details(name.strip("/ "), purpose.strip("/ "), found.get("TRTP", "").strip("/ "), "")
