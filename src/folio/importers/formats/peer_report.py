"""What of another program's file was kept, changed and left out.

Every element of the file is counted once, so the three sums make the whole of it; a reader
says of each what became of it, and the notes of an import's summary are the report.
"""

from collections import Counter
from collections.abc import Iterator

from folio.model.numbers import how_many


class Tally:
    """Counts a file's elements by what became of them."""

    def __init__(self) -> None:
        self.kept: Counter[str] = Counter()
        self.changed: Counter[tuple[str, str]] = Counter()
        self.left_out: Counter[tuple[str, str]] = Counter()

    def keep(self, what: str, number: int = 1) -> None:
        """``what`` is a noun in the singular."""
        self.kept[what] += number

    def change(self, what: str, into: str, number: int = 1) -> None:
        """Kept in another form; ``into`` says in which."""
        self.changed[what, into] += number

    def leave(self, what: str, why: str, number: int = 1) -> None:
        self.left_out[what, why] += number

    def sums(self) -> tuple[int, int, int]:
        """How many elements were kept, changed and left out."""
        return self.kept.total(), self.changed.total(), self.left_out.total()

    def notes(self) -> Iterator[str]:
        """The report, in words."""
        kept, changed, left_out = self.sums()
        yield (
            f"the file has {how_many(kept + changed + left_out, 'element')}: {kept} kept, "
            f"{changed} changed, {left_out} left out"
        )
        told = [how_many(number, what) for what, number in sorted(self.kept.items()) if number]
        if told:
            yield f"kept: {', '.join(told)}"
        for (what, into), number in sorted(self.changed.items()):
            if number:
                yield f"changed: {how_many(number, what)}: {into}"
        for (what, why), number in sorted(self.left_out.items()):
            if number:
                yield f"left out: {how_many(number, what)}: {why}"
