"""What is worth saying about a statement beside its bookings."""

from collections.abc import Iterable

from folio.importers.cells.rows import ASIDE, NO_UNITS, OPEN
from folio.importers.checking.repeats import Repeat
from folio.model.numbers import to_text
from folio.model.statements import RawRow
from folio.model.trade_amounts import two_sums
from folio.model.transactions import Draft

_SAID = OPEN | {ASIDE, NO_UNITS}  # why rows are skipped, which is said of each
LISTED = 5  # of each sort; the rest are counted


class _Notes:
    """Notes of one sort: the first are listed, the rest are counted."""

    def __init__(self) -> None:
        self.first: list[str] = []
        self.count = 0

    def add(self, note: str) -> None:
        self.count += 1
        if self.count <= LISTED:
            self.first.append(note)

    def listed(self) -> list[str]:
        more = self.count - len(self.first)
        return [*self.first, f"… and {more} more of this sort"] if more else self.first


class Findings:
    """What is found in a statement, draft by draft."""

    def __init__(self) -> None:
        self._repeats, self._unknown, self._prices = _Notes(), _Notes(), _Notes()
        self.lines: set[int] = set()  # of drafts that something was said of

    def repeat(self, found: Repeat) -> None:
        first, second = sorted(found)
        self.lines.update(found)
        self._repeats.add(f"line {second} repeats line {first}; both are booked")

    def draft(self, draft: Draft) -> None:
        if draft.kind == "unknown":
            self.lines.update(draft.lines)
            lines = ", ".join(map(str, draft.lines))
            self._unknown.add(
                f"line {lines} is not understood ({draft.note[:60]}); it is booked as unknown"
            )
        elif draft.kind in ("buy", "sell"):
            note = _price_note(draft)
            if note is not None:
                self.lines.update(draft.lines)
                self._prices.add(note)

    def row(self, row: RawRow) -> None:
        if row.reason in _SAID:
            said = " ".join(row.text.split())[:60]
            self._unknown.add(f"line {row.line} is left out ({said}): {row.reason}")

    def notes(self) -> list[str]:
        """Repeated rows, rows not understood, and prices that differ from amounts."""
        return [*self._repeats.listed(), *self._unknown.listed(), *self._prices.listed()]


def findings_on(
    drafts: Iterable[Draft], repeats: Iterable[Repeat], rows: Iterable[RawRow] = ()
) -> Findings:
    """Repeated rows, rows not understood, and prices that differ from amounts."""
    findings = Findings()
    for row in rows:
        findings.row(row)
    for repeat in repeats:
        findings.repeat(repeat)
    for draft in drafts:
        findings.draft(draft)
    return findings


def _price_note(draft: Draft) -> str | None:
    """Where quantity × price is not the amount of a trade in the price's own currency."""
    found = two_sums(draft)
    if found is None:
        return None
    worth, amount, own = found
    return (
        f"line {draft.lines[0]}: quantity × price is {to_text(worth)} {own}, "
        f"the amount {to_text(amount)}; the amount counts"
    )
