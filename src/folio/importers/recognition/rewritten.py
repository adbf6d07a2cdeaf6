"""Statements that a spreadsheet opened and saved again.

It writes its own country's delimiter, decimal sign and order of day and month, whatever the
institution wrote: ``2025-03-04 09:30:00,-12.50`` comes back as ``04.03.2025 09:30;-12,5``.  So
where a delimiter is not one of the profile's own, or numbers and days of the file's head are not
written as the profile says, whole columns decide how they are written, and what they leave open
is asked about.

>>> compile_format("%d.%m.%Y %H:%M", {})("04.03.2025 09:30").time.isoformat()
'2025-03-04T09:30:00'
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from folio.importers.cells.amounts import Style, decide, read_amount
from folio.importers.cells.dates import Parse, compile_format
from folio.importers.cells.rows import Row, RowFault
from folio.importers.interpreting.layout import UNDECIDED, Header, Layout
from folio.importers.language.profile import Profile

_DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%Y/%m/%d",
         "%Y.%m.%d", "%Y%m%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y")  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", ", %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_OTHER = {"point": "comma", "comma": "point"}
_without_zeros = re.compile(r"\d/\d\d?/\d{4}|\d\d/\d/\d{4}", re.ASCII).match
_like_a_number = re.compile(r"[-+(]?\d[\d.,]*[.,]\d+\)?", re.ASCII).fullmatch


def as_written(profile: Profile, header: Header, rows: Sequence[Row]) -> Profile:
    """The profile for a file with these rows; itself where they are written as it says.

    Raises:
        UsageError: where the cells of a file of several tables contradict one another, or fit
            several decimal signs.
    """
    foreign = not header.is_own(profile)
    if profile.sections or profile.tables:
        return _in_tables(profile, rows)
    layout = Layout(profile, header)
    cells = [list(map(str.strip, row.cells)) for row in rows if not row.fault]
    return _dates_as_written(_numbers_as_written(profile, layout, cells, foreign), layout, cells)


# -- numbers -------------------------------------------------------------------------------


def _numbers_as_written(
    profile: Profile, layout: Layout, cells: Iterable[Sequence[str]], foreign: bool
) -> Profile:
    """Where one column is written in another way, each decides for itself."""
    styles = {name: one.decimal or profile.numbers.decimal for name, one in profile.amounts.items()}
    fixed = {
        place: str(styles[name])
        for name, place in layout.columns.items()
        if place is not None and styles.get(name) in _OTHER
    }
    rewritten = foreign and not profile.numbers.stated
    if not rewritten:
        # A cell that only one of the signs makes a number tells; one alone may be a slip.
        told = {
            only == decimal
            for row in cells
            for place, decimal in fixed.items()
            if place < len(row) and (only := _only(row[place], profile))
        }
        rewritten = told == {False}
    if not rewritten:
        return profile
    amounts = {
        name: one
        if one.value or styles[name] in UNDECIDED
        else one.model_copy(update={"decimal": "auto"})
        for name, one in profile.amounts.items()
    }
    return profile.model_copy(update={"amounts": amounts})


def _only(cell: str, profile: Profile) -> str:
    """The decimal sign with which alone a cell is a number; "" where there is none, or both."""
    fits = [decimal for decimal in _OTHER if _is_number(cell, decimal, profile)]
    return fits[0] if len(fits) == 1 else ""


def _is_number(cell: str, decimal: str, profile: Profile) -> bool:
    numbers = profile.numbers
    blanks = frozenset(numbers.blanks)
    style = Style(decimal, numbers.exponents, numbers.units, blanks)  # 1,234 proves nothing
    try:
        read_amount(cell, style)
    except RowFault:
        return False
    return True


# -- days ----------------------------------------------------------------------------------


def _dates_as_written(profile: Profile, layout: Layout, cells: Iterable[Sequence[str]]) -> Profile:
    """Where the profile's formats do not fit and others do, one of those.

    What the head leaves open, the whole column decides.
    """
    places = layout.date_columns()
    joined = (
        " ".join(next((r[p] for p in some if p < len(r) and r[p]), "") for some in places)
        for r in cells
    )
    values = {cell: layout.date_value(cell) for cell in (" ".join(text.split()) for text in joined)}
    days = _days_that_fit(profile, set(values.values()))
    if not days:
        # A spreadsheet leaves "01/05/2024 as of 12/31/2023" and "5 Dez 2023" as they were, and
        # makes 2024-01-05 of the others; a day without words that it left is one whose month it
        # took for the day.
        worded = [text for text in profile.date.formats if "%b" in text]
        parses = [compile_format(text, profile.date.months) for text in worded]
        plain = {cell for cell, value in values.items() if cell == value}
        alone = {cell for cell in plain if not _fits_one(parses, cell)}
        days = {day: f for day, f in _days_that_fit(profile, alone).items() if day[:2] == "%Y"}
        days = {day: [*profile.date.formats, *formats] for day, formats in days.items()}
    if len(days) == 1:
        return _with_formats(profile, *days.values(), by_column=False)
    every = [text for formats in days.values() for text in formats]
    return _with_formats(profile, every, by_column=True) if every else profile


def _days_that_fit(profile: Profile, cells: Collection[str]) -> dict[str, list[str]]:
    """The orders of day, month and year, each with its formats, in which every day among the
    cells is written; none where all are written as the profile says.
    """
    own = [compile_format(text, profile.date.months) for text in profile.date.formats]
    odd = [cell for cell in cells if cell[:1].isdigit() and not _fits_one(own, cell)]
    written = " ".join(profile.date.formats)
    if "%Y-%m-%d" in written and "%d/%m/%Y" in written and "%m/%d" not in written:
        odd += filter(_without_zeros, cells)  # 2024-11-04, as the United States write it
    if not odd:
        return {}
    times = dict.fromkeys((*_TIMES, *(_after_day(text) for text in profile.date.formats)))
    if all("%H" in text or "%I" in text for text in profile.date.formats):
        del times[""]  # rows that their times tell from one another are not told by the day
    others = {
        day: {day + time: compile_format(day + time, profile.date.months) for time in times}
        for day in _DAYS
    }
    parses = [parse for formats in others.values() for parse in formats.values()]
    if not any(_fits_one(parses, cell) for cell in odd):
        return {}
    dates = [cell for cell in cells if _fits_one((*own, *parses), cell)]
    return {
        day: list(formats)
        for day, formats in others.items()
        if all(_fits_one(formats.values(), cell) for cell in dates)
    }


def _after_day(text: str) -> str:
    """What stands after the day in a format: its time."""
    return re.split("%[Ymdby]", text)[-1]


def _fits_one(parses: Iterable[Parse], cell: str) -> bool:
    return any(parse(cell) is not None for parse in parses)


def _with_formats(profile: Profile, formats: Sequence[str], *, by_column: bool) -> Profile:
    update = {"formats": tuple(formats), "by_column": by_column, "rewritten": True}
    return profile.model_copy(update={"date": profile.date.model_copy(update=update)})


# -- files of several tables ---------------------------------------------------------------


def _in_tables(profile: Profile, rows: Iterable[Row]) -> Profile:
    """All tables of a file are written alike: every cell of it decides."""
    cells = {cell.strip() for row in rows if not row.fault for cell in row.cells}
    own = [compile_format(text, profile.date.months) for text in profile.date.formats]
    days = _days_that_fit(profile, {cell for cell in cells if not _fits_one(own, cell)})
    if len(days) == 1:  # a day with a comma before its time is left as it was
        every = [*profile.date.formats, *(text for some in days.values() for text in some)]
        profile = _with_formats(profile, every, by_column=False)
    numbers = list(_numbers_in(cells))
    if profile.numbers.stated or not numbers:
        return profile
    decimal = decide(numbers, "of amounts", mixed=True)
    amounts = {n: one.model_copy(update={"decimal": None}) for n, one in profile.amounts.items()}
    stated = profile.numbers.model_copy(update={"decimal": decimal})
    return profile.model_copy(update={"numbers": stated, "amounts": amounts})


def _numbers_in(cells: Iterable[str]) -> Iterator[str]:
    """The cells that are numbers with one decimal sign at least."""
    for cell in cells:
        if _like_a_number(cell):
            for decimal in _OTHER:
                try:
                    read_amount(cell, Style(decimal))
                except RowFault:
                    continue
                yield cell
                break
