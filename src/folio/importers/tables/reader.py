"""The rows below a header, interpreted, ordered and joined into a statement."""

import operator
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Protocol

from folio.errors import UsageError
from folio.importers.cells.dates import Calendar, Parse, When, compile_format, fitting, read_instant
from folio.importers.cells.rows import ASIDE, Known, Row, RowFault, normalised
from folio.importers.checking import balances, signs
from folio.importers.checking.ends import is_balance, is_beside
from folio.importers.checking.findings import findings_on
from folio.importers.checking.repeats import Repeat, SeenIdentities
from folio.importers.checking.row_ends import TORN, RowEnds
from folio.importers.checking.unread import UnreadColumns
from folio.importers.interpreting import exercises, joining
from folio.importers.interpreting.conditions import ReadText, like_any
from folio.importers.interpreting.events import Part, Rules, Skip
from folio.importers.interpreting.getters import blank
from folio.importers.interpreting.layout import Header, Layout
from folio.importers.language.profile import Profile, StatedForm
from folio.importers.tables.continued_rows import whole_rows
from folio.importers.tables.way_of_reading import reading, way_of_reading
from folio.model.named import from_tuple
from folio.model.shell_words import shell_word
from folio.model.statements import BAD, BOOKED, SKIPPED, RawRow, Statement
from folio.model.transactions import Draft

# A row with all that was learnt from it; the draft is what it is alone.  (A plain tuple: one
# with names takes five times as long to make.)
ReadRow = tuple[RawRow, When | None, Draft | None, Part | None, balances.RunningBalance | None]
_RAW = from_tuple(RawRow)


def unread(row: Row, status: str, reason: str) -> ReadRow:
    """A row that states nothing, or cannot be read."""
    return RawRow(row.line, row.text, status, reason), None, None, None, None


class Reader:
    """Reads the rows below one header."""

    def __init__(self, profile: Profile, header: Header, zone: zoneinfo.ZoneInfo) -> None:
        self.profile = profile
        self.zone = zone
        self.names = header.names
        self.width = len(header.names)
        self.header = header
        self.first = 0  # the line of the first booking
        self.ended = 0  # the first line that stands below the bookings
        self.layout = Layout(profile, header)
        self.dates = self.layout.date_columns()
        self.ends = RowEnds(self.layout, list(chain(*self.dates)))
        self.unread = UnreadColumns(self.layout)
        self.ignored = like_any(profile.file.ignore)
        self.is_bound = False

    def read(self, found: Iterable[Row]) -> Iterator[ReadRow]:
        """Every row, in the file's order.

        Raises:
            UsageError: when a column that must decide for itself is ambiguous.
        """
        known: list[Row] = []
        if self.profile.file.continued:
            found = whole_rows(found, [place for places in self.dates for place in places])
        if self.decides_by_column():
            found = list(found)
            known = [row for row in found if self._aside(row) is None]
        if known or not self.is_bound:
            self.bind(known)
        return map(self.read_one, found)

    def decides_by_column(self) -> bool:
        """Whether a whole column decides how its cells are read."""
        return bool(self.layout.undecided() or self.profile.date.by_column)

    def way(self) -> str:
        """The way in which a row is read; "" where other rows have a part in it."""
        if self.decides_by_column():
            return ""
        return way_of_reading(self.profile, self.header, self.zone)

    def _aside(self, row: Row) -> ReadRow | None:
        """The row where it cannot be a booking; the cells of others lose their blanks."""
        if row.fault:
            return unread(row, BAD, row.fault)
        cells = row.cells = list(map(str.strip, row.cells))
        filled = cells[0] or next(filter(None, cells), "")
        if not filled:
            if self.ends.is_torn(row):
                return unread(row, BAD, TORN)
            return unread(row, SKIPPED, "every cell is blank")
        if self.ignored and self.ignored(filled):
            return unread(row, SKIPPED, "a line of the file, not a booking")
        if len(cells) == self.width:
            return None
        if self.profile.file.short.get(filled) == len(cells):
            row.cells += [""] * (self.width - len(cells))
            row.count = self.width
            return None
        if len(cells) < self.width:
            return self._short(row)
        if any(cells[self.width :]):
            return unread(row, BAD, self._not_as_wide(len(cells)))
        return None

    def _short(self, row: Row) -> ReadRow | None:
        """The row where the file ends in its middle; the cells of others are made whole, for
        blank ones at the end of a row are not always written.
        """
        count = row.count
        if self.ends.is_torn(row):
            return unread(row, BAD, TORN)
        self.ends.shortest = min(self.ends.shortest, count)
        row.cells += [""] * (self.width - count)
        day = self._date_cell(row)
        if day and not any(map(str.isdigit, day)) and count < self.ends.named:
            if is_beside(row.cells, self.header.delimiter[-1]):
                return self._beside(row)
            return unread(row, BAD, self._not_as_wide(count))
        return None

    def _beside(self, row: Row) -> ReadRow:
        """A line that is no booking; below the first booking it ends them."""
        if self.first and not self.ended and row.line > self.first:
            self.ended = row.line
        return unread(row, SKIPPED, ASIDE)

    def _is_balance(self, row: Row) -> bool:
        """Whether a row with a day says how much there was, and nothing else."""
        form = self.profile.balance
        printed = self.layout.columns.get(form.printed) if form else None
        if printed is None or not self._has_day(row):
            return False
        days = {place for places in self.dates for place in places}
        cells = ["" if place in days else cell for place, cell in enumerate(row.cells)]
        return is_balance(cells, printed)

    def _has_day(self, row: Row) -> bool:
        try:
            self.when(row)
        except RowFault:
            return False
        return True

    def _not_as_wide(self, count: int) -> str:
        return f"it has {count} cells where the header has {self.width}"

    def assumed(self) -> list[str]:
        """What the file does not say and was taken for granted, and what of it is not read; once
        the file is read.
        """
        notes = self.unread.notes()
        notes += [
            f"the file does not say its {name.replace('_', ' ')}: {text} is assumed; if it is "
            f"another one, undo the import and say it in a copy of the profile {self.profile.name}"
            for name, text in self.layout.assumptions.items()
        ]
        return notes + self.ends.notes()

    def bind(self, rows: Sequence[Row]) -> None:
        """Compiles the profile; ``rows`` decide for columns that must."""
        layout, form = self.layout, self.profile.date
        layout.bind(rows)
        self.rules = Rules(layout)
        self.balance = balances.compile_balance(layout)
        forms = [rule.states for rule in self.profile.rules if rule.states]
        self.stated = {form: balances.compile_stated(form, layout) for form in forms}
        parses = [compile_format(text, form.months) for text in form.formats]
        if form.by_column:
            date = layout.date_value
            cells = [date(" ".join(self._date_cell(row).split())) for row in rows]
            parses = self._decided(parses, cells)
        zone = zoneinfo.ZoneInfo(form.zone) if form.zone else None
        since = form.since if form.rewritten else None
        self.calendar = Calendar(parses, zone, self.zone, since)
        self.when = self._compile_when(self.calendar)
        self.is_bound = True

    def _date_cell(self, row: Row) -> str:
        cells = row.cells
        found = [next(filter(None, map(cells.__getitem__, places)), "") for places in self.dates]
        return " ".join(found)

    def _read_date(self) -> ReadText:
        if not self.dates:
            return self.layout.text(str(self.profile.date.otherwise))
        place = self.dates[0][0]
        several = len(self.dates) > 1 or len(self.dates[0]) > 1
        return self._date_cell if several else lambda row: row.cells[place]

    def _compile_when(self, calendar: Calendar) -> Callable[[Row], When]:
        """A function from a row to its day and time."""
        layout, form = self.layout, self.profile.date
        date = layout.date_text(self._read_date())
        zone_name = layout.text(form.zone_text) if form.zone_text else blank
        stated = layout.text(form.instant) if form.instant else blank
        if zone_name is stated is blank:
            days = Known(calendar.read)
            return lambda row: days[date(row)]
        times = Known[tuple[str, str], When](lambda words: calendar.read(*words))

        def read(row: Row) -> When:
            when = times[date(row), zone_name(row)]
            instant = stated(row)
            return when._replace(instant=read_instant(instant)) if instant else when

        return read

    def _decided(self, parses: list[Parse], cells: list[str]) -> list[Parse]:
        dates = [cell for cell in dict.fromkeys(cells) if any(parse(cell) for parse in parses)]
        fit = fitting(parses, dates)
        column = " ".join(variants[0] for variants in self.profile.date.column)
        if not fit:
            raise UsageError(f"column {column}: its dates fit no single format; correct the file")
        for cell in dates:
            texts = zip(self.profile.date.formats, parses, strict=True)
            several = {str(parse(cell)): text for text, parse in texts if parse in fit}
            if len(several) > 1:
                options = [f"--set {shell_word(f'date={text}')}" for text in several.values()]
                raise UsageError(
                    f"column {column}: {cell!r} could be several days; say which: "
                    + " or ".join(options)
                )
        return fit[:1]

    def closing(self) -> balances.RunningBalance | None:
        """The balance that the lines above the header state, and of which day."""
        form, above = self.profile.closing, Row(self.header.line, "", [""] * self.width)
        if form is None:
            return None
        held, day = self.layout.text(form.balance)(above), self.layout.text(form.day)(above)
        lines = enumerate(self.header.preamble, 1)
        above.line = next((n for n, text in lines if day in text and held in text), above.line)
        stated = StatedForm(balance=form.balance, currency=form.currency)
        try:
            when, account = self.calendar.read(day), self.rules.account(above)
            return balances.compile_stated(stated, self.layout)(above, when, account)
        except RowFault:
            return None  # the file does not say it, or not of a day

    def read_one(self, row: Row) -> ReadRow:
        """One row, once :meth:`bind` has been called."""
        aside = self._aside(row)
        if aside is not None:
            return aside
        try:
            return self._interpreted(row)
        except RowFault as fault:
            if tuple(map(normalised, row.cells)) == self.names:
                return unread(row, SKIPPED, "the header again")
            if self._is_balance(row):
                return unread(row, SKIPPED, ASIDE)
            if not self._has_day(row) and is_beside(row.cells, self.header.delimiter[-1]):
                return self._beside(row)
            wide = f"{self._not_as_wide(row.count)}: " if row.count < self.width else ""
            return unread(row, BAD, f"{wide}{fault}")

    def _interpreted(self, row: Row) -> ReadRow:
        try:
            when = self.when(row)
        except RowFault:
            skip = self.rules.fitting(row).skip
            if skip is None or self.ends.fault(row, skip.reason):
                raise
            return unread(row, SKIPPED, skip.reason)
        rule = self.rules.fitting(row)
        draft = rule.build(row, when)
        if fault := self.ends.fault(row, draft.reason if isinstance(draft, Skip) else ""):
            raise RowFault(fault)
        self.ends.see_open(row)
        if rule is self.rules.undone:
            return unread(row, SKIPPED, self.rules.states.form.skip)
        if isinstance(draft, Skip):
            says = self.stated[draft.states] if draft.states else self.balance
            printed = says(row, when, self.rules.account(row)) if says else None
            return RawRow(row.line, row.text, SKIPPED, draft.reason), when, None, None, printed
        self.first = self.first or row.line
        self.ends.see(row)
        if self.ended and row.line > self.ended:
            raise RowFault(
                f"it stands below line {self.ended}, with which the bookings of an account seem to "
                "end; import what stands below that line as a file of its own"
            )
        printed = self.balance(row, when, draft.account) if self.balance else None
        self.unread.see(row, draft)
        part = rule.part(row, when, draft) if rule.part else None
        raw: RawRow = _RAW((row.line, row.text, BOOKED, ""))
        return raw, when, draft, part, printed


class Readable(Protocol):
    """What reads the rows of one file."""

    profile: Profile

    def read(self, found: Iterable[Row]) -> Iterator[ReadRow]: ...

    def assumed(self) -> list[str]: ...


def statement(reader: Readable, found: Iterable[Row]) -> Statement:
    """The statement that the records below the header make."""
    profile = reader.profile
    reads = list(reader.read(found))
    ordered = _oldest_first(reads, profile.file.order)
    repeats: list[Repeat] = []
    numbered = SeenIdentities().numbered
    alone = [numbered(draft, repeats.append) for _, _, draft, _, _ in ordered if draft]
    parts = {raw.line: part for raw, _, _, part, _ in ordered if part}
    events = joining.joined(alone, parts, profile)
    whole, unlinked = exercises.delivered(events.drafts)
    drafts, faults = signs.checked(whole)
    above, way = None, ""
    if isinstance(reader, Reader):
        above = reader.closing()
        way = reader.way() if ordered == [read for read in reads if read[1]] else ""
    findings = findings_on(drafts, repeats, [raw for raw, *_ in reads])
    checked = balances.check([*(p for *_, p in ordered if p), *([above] if above else [])])
    return Statement(
        profile=profile.name,
        institution=profile.institution,
        institution_type=profile.institution_type,
        account_type=profile.account_type,
        tracks_cash=profile.tracks_cash,
        rows=tuple([_settled(raw, faults, events.cancelled) for raw, *_ in reads]),
        drafts=tuple(drafts),
        balances=checked.balances,
        notes=(
            *reader.assumed(),
            *findings.notes(),
            *unlinked,
            *checked.notes,
        ),
        source=profile.name,
        cancelled=events.rows,
        reading=reading(way, findings.lines),
    )


def _settled(raw: RawRow, faults: dict[int, str], cancelled: dict[int, str]) -> RawRow:
    """The row as it came out once all rows were seen."""
    if raw.line in cancelled:
        return raw._replace(status=SKIPPED, reason=cancelled[raw.line])
    reason = faults.get(raw.line) if faults else None
    return raw if reason is None else raw._replace(status=BAD, reason=reason)


def _oldest_first(reads: list[ReadRow], order: str) -> list[ReadRow]:
    """The dated rows by day and time; rows of one time keep the file's order, turned round
    where the file runs backwards.
    """
    dated = [(when[:2], read) for read in reads if (when := read[1])]
    times = [printed for (_, printed), _ in dated]
    falling = sum(map(operator.lt, times[1:], times))
    rising = sum(map(operator.gt, times[1:], times))
    if order == "descending" or (order == "auto" and falling > rising):
        dated.reverse()
    dated.sort(key=operator.itemgetter(0))
    return [read for _, read in dated]
