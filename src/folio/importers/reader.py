"""The rows below a header, interpreted, ordered and joined into a statement."""

import zoneinfo
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from folio.errors import UsageError
from folio.importers import balances, joining, signs
from folio.importers.conditions import like_any
from folio.importers.dates import Calendar, Parse, When, compile_format, fitting, read_instant
from folio.importers.events import Event, Rules, Skip
from folio.importers.findings import notes_on
from folio.importers.identity import Identities
from folio.importers.layout import Header, Layout
from folio.importers.profile import Profile
from folio.importers.rows import Row, RowFault, normalised
from folio.importers.text_file import Record
from folio.model.statements import BAD, BOOKED, SKIPPED, RawRow, Statement


class ReadRow(NamedTuple):
    """A row with all that was learnt from it."""

    raw: RawRow
    when: When | None = None
    event: Event | None = None
    printed: balances.Printed | None = None


class Reader:
    """Reads the rows below one header."""

    def __init__(self, profile: Profile, header: Header, zone: zoneinfo.ZoneInfo) -> None:
        self.profile = profile
        self.zone = zone
        self.names = header.names
        self.width = len(header.names)
        self.layout = Layout(profile, header)
        self.dates = self.layout.date_columns()
        self.ignored = like_any(profile.file.ignore)

    def read(self, found: Iterable[Record]) -> list[ReadRow]:
        """Every row, in the file's order.

        Raises:
            UsageError: when a column that must decide for itself is ambiguous.
        """
        rows: Iterable[Row | RawRow] = map(self._row, found)
        known: list[Row] = []
        if self.layout.undecided() or self.profile.date.by_column:
            rows = list(rows)
            known = [row for row in rows if isinstance(row, Row)]
        self.bind(known)
        return [self._read(row) for row in rows]

    def read_one(self, record: Record) -> ReadRow:
        """One row, once :meth:`bind` has been called."""
        return self._read(self._row(record))

    def _row(self, record: Record) -> Row | RawRow:
        if record.fault:
            return RawRow(record.line, record.text, BAD, record.fault)
        cells = [cell.strip() for cell in record.cells]
        filled = next(filter(None, cells), "")
        if not filled:
            return RawRow(record.line, record.text, SKIPPED, "every cell is blank")
        if self.ignored(filled):
            return RawRow(record.line, record.text, SKIPPED, "a line of the file, not a booking")
        if len(cells) < self.width and self.profile.file.short_rows:
            cells += [""] * (self.width - len(cells))
        if len(cells) < self.width or any(cells[self.width :]):
            reason = f"it has {len(cells)} cells where the header has {self.width}"
            return RawRow(record.line, record.text, BAD, reason)
        return Row(record.line, record.text, cells)

    def bind(self, rows: Sequence[Row]) -> None:
        """Compiles the profile; ``rows`` decide for columns that must."""
        layout, form = self.layout, self.profile.date
        layout.bind(rows)
        self.rules = Rules(layout)
        self.identities = Identities(layout)
        self.balance = balances.compile_balance(layout)
        self.zone_name = layout.text(form.zone_text) if form.zone_text else None
        self.instant = layout.text(form.instant) if form.instant else None
        parses = [compile_format(text, form.months) for text in form.formats]
        if form.by_column:
            parses = self._decided(parses, [self._date_cell(row) for row in rows])
        zone = zoneinfo.ZoneInfo(form.zone) if form.zone else None
        self.calendar = Calendar(parses, zone, self.zone)
        self.date_of = self.layout.date_text(self._date_cell)

    def _date_cell(self, row: Row) -> str:
        return " ".join(" ".join(row.cells[place] for place in self.dates).split())

    def _decided(self, parses: list[Parse], cells: list[str]) -> list[Parse]:
        dates = [cell for cell in dict.fromkeys(cells) if any(parse(cell) for parse in parses)]
        fit = fitting(parses, dates)
        column = " ".join(variants[0] for variants in self.profile.date.column)
        if not fit:
            raise UsageError(f"column {column}: its dates fit no single format; correct the file")
        other = next((c for c in dates if len({str(parse(c)) for parse in fit}) > 1), None)
        if other:
            raise UsageError(
                f"column {column}: {other!r} could be several days; name one format in [date] "
                f"of the profile {self.profile.name}"
            )
        return fit[:1]

    def _read(self, row: Row | RawRow) -> ReadRow:
        if isinstance(row, RawRow):
            return ReadRow(row)
        try:
            return self._interpreted(row)
        except RowFault as fault:
            if tuple(map(normalised, row.cells)) == self.names:
                return ReadRow(RawRow(row.line, row.text, SKIPPED, "the header again"))
            return ReadRow(RawRow(row.line, row.text, BAD, str(fault)))

    def _interpreted(self, row: Row) -> ReadRow:
        try:
            when = self._when(row)
        except RowFault:
            skip = self.rules.skip(row)
            if skip is None:
                raise
            return ReadRow(RawRow(row.line, row.text, SKIPPED, skip.reason))
        event = self.rules.event(row, when)
        printed = self.balance(row, when, event.account if isinstance(event, Event) else None)
        if isinstance(event, Skip):
            raw = RawRow(row.line, row.text, SKIPPED, event.reason)
            return ReadRow(raw, when, None, printed)
        event = event._replace(identity=self.identities.identity(row, event))
        return ReadRow(RawRow(row.line, row.text, BOOKED), when, event, printed)

    def _when(self, row: Row) -> When:
        zone = self.zone_name(row) if self.zone_name else ""
        when = self.calendar.read(self.date_of(row), zone)
        instant = self.instant(row) if self.instant else ""
        return when._replace(instant=read_instant(instant)) if instant else when


class Readable(Protocol):
    """What reads the rows of one file."""

    profile: Profile

    def read(self, found: Iterable[Record]) -> list[ReadRow]: ...


def statement(reader: Readable, found: Iterable[Record]) -> Statement:
    """The statement that the records below the header make."""
    profile = reader.profile
    reads = reader.read(found)
    ordered = _oldest_first(reads, profile.file.order)
    events, repeats = joining.number_repeats([read.event for read in ordered if read.event])
    drafts, faults = signs.checked(joining.drafts(events, profile))
    checked = balances.check([read.printed for read in ordered if read.printed])
    return Statement(
        profile=profile.name,
        institution=profile.institution,
        institution_type=profile.institution_type,
        account_type=profile.account_type,
        tracks_cash=profile.tracks_cash,
        rows=tuple(_faulted(read.raw, faults) for read in reads),
        drafts=tuple(drafts),
        balances=checked.balances,
        notes=(*notes_on(drafts, repeats), *checked.notes),
        source=profile.source_id,
    )


def _faulted(raw: RawRow, faults: dict[int, str]) -> RawRow:
    reason = faults.get(raw.line)
    return raw if reason is None else raw._replace(status=BAD, reason=reason)


def _oldest_first(reads: list[ReadRow], order: str) -> list[ReadRow]:
    """The dated rows by day and time; rows of one time keep the file's order, turned round
    where the file runs backwards.
    """
    dated = [read for read in reads if read.when]
    times = [read.when.printed for read in dated if read.when]
    falling = sum(later < earlier for earlier, later in pairwise(times))
    rising = sum(later > earlier for earlier, later in pairwise(times))
    if order == "descending" or (order == "auto" and falling > rising):
        dated.reverse()
    return sorted(dated, key=lambda read: (read.when.day, read.when.printed) if read.when else ())
