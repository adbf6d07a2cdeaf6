"""XML of strangers, as expat reads it: no document types, and no entities beyond XML's own five.

So a file can neither grow in memory nor name another file.
"""

import xml.parsers.expat
from pathlib import Path

from folio.errors import FolioError


class SafeXml:
    """An expat parser that refuses what no statement needs; who inherits it adds handlers.

    ``advice`` ends the sentence about what is no XML, ``needless`` that about what is refused.
    """

    fault: type[FolioError] = FolioError
    advice = ""
    needless = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        expat = self.expat = xml.parsers.expat.ParserCreate("utf-8")
        expat.buffer_text = True
        expat.StartDoctypeDeclHandler = self._refuse_doctype
        expat.EntityDeclHandler = self._refuse_doctype

    def feed(self, data: bytes, *, whole: bool) -> None:
        """Parse the bytes; of a head (not ``whole``) the end may be missing.

        Raises:
            FolioError: ``fault``, where they are not well-formed.
        """
        try:
            self.expat.Parse(data, whole)
        except xml.parsers.expat.ExpatError as error:
            raise self.fault(
                f"{self.path}: line {error.lineno} is no XML "
                f"({xml.parsers.expat.errors.messages[error.code]}); {self.advice}"
            ) from None

    def _refuse_doctype(self, *_: object) -> None:
        raise self.fault(
            f"{self.path}: line {self.line} declares a document type or an entity, which "
            f"{self.needless}"
        )

    @property
    def line(self) -> int:
        """Where the parser is, from 1."""
        return self.expat.CurrentLineNumber
