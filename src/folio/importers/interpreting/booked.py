"""Whether a row was booked: what a column of states says of it.

A profile names such a column in ``[booked]``.  A file may have one of which its profile says
nothing: what it says counts, too, for what is called pending was not booked.
"""

from folio.importers.cells.rows import Known, Row, RowFault, normalised
from folio.importers.cells.states import is_booked, may_be_place
from folio.importers.interpreting.getters import blank
from folio.importers.interpreting.layout import Layout
from folio.importers.language.profile import STATE, BookedForm
from folio.model.statements import UNKNOWN_WORD

_UNSAID = BookedForm(text=STATE, yes=("",))  # of a column of which a profile says nothing


class States:
    """What a file says of its rows: whether they were booked."""

    def __init__(self, layout: Layout) -> None:
        form, place = layout.profile.booked, layout.states()
        self.form = form or _UNSAID
        stated = blank if place is None else layout.alike(place, STATE)
        self.read = layout.text(form.text) if form else stated
        self.is_said = self.read is not blank
        self.column = "" if form or place is None else layout.header.names[place]
        self.words = dict.fromkeys(map(normalised, self.form.no), False)
        self.words |= dict.fromkeys(map(normalised, self.form.yes), True)
        self.known = Known(self._of)

    def booked(self, row: Row) -> bool | None:
        """Whether a row was booked; None: nobody knows."""
        return self.known[self.read(row)]

    def _of(self, word: str) -> bool | None:
        if may_be_place(self.column, word):
            return True
        said = self.words.get(normalised(word))
        return is_booked(word) if said is None else said

    def unknown(self, row: Row) -> RowFault:
        """The fault of a row whose state nobody knows."""
        word = self.read(row)[:60]
        said = f"{UNKNOWN_WORD} the state {word!r} says" if word else "its state is blank"
        return RowFault(f"{said}: whether the row was booked")
