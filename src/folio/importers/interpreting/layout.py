"""A header, and how the names of a profile are read from the rows below it.

Columns are found by name: letter case, blanks around and between words and byte
order marks do not matter, nor does their order.  ``Total ({currency})`` in a profile
stands for a column whose name says the currency; the text of that name then has it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import NamedTuple

from folio.errors import FolioError
from folio.importers.cells.amounts import Style, decide, decimal_in_words, unit_of
from folio.importers.cells.rows import Row, normalised
from folio.importers.cells.states import COLUMNS, as_compared
from folio.importers.files.text_file import splitter_at
from folio.importers.interpreting.conditions import (
    ReadAmount,
    ReadText,
    all_hold,
    compile_conditions,
)
from folio.importers.interpreting.getters import (
    blank,
    capture,
    cell,
    constant,
    either,
    looked_up,
    number,
    number_of,
    number_of_either,
    scaled,
    value_in,
    value_of,
    with_default,
)
from folio.importers.language import expressions, patterns
from folio.importers.language.checks import is_constant
from folio.importers.language.profile import AmountForm, Profile, Signature, TextForm, WideForm
from folio.model.assets import AssetRef

UNDECIDED = ("auto", "each")  # styles that the whole column settles


class Header(NamedTuple):
    """Where the columns are."""

    line: int  # of the file
    names: tuple[str, ...]  # normalised
    delimiter: str  # or one within another
    preamble: tuple[str, ...]  # the lines above
    is_padded: bool = False  # whether blank cells at the end of a row are written

    def is_own(self, profile: Signature) -> bool:
        """Whether the institution itself writes this delimiter."""
        return self.delimiter[-1] in profile.file.delimiters


def has(name: str, names: Sequence[str], there: Collection[str]) -> bool:
    """Whether a column, maybe with ``{parts}``, is among ``names``; ``there`` is these at hand."""
    return bool(_find_all(name, names)) if "{" in name else normalised(name) in there


def lacking(
    columns: Iterable[Sequence[str]], names: Sequence[str], there: Collection[str]
) -> Iterator[str]:
    """The columns, each a name or its variants, not among ``names``; ``there`` is these at hand."""
    for variants in columns:
        if not any(has(name, names, there) for name in variants):
            yield variants[0]


class _Found(NamedTuple):
    place: int
    captures: Mapping[str, str]  # from {name} in the column's name


def _find(name: str, names: Sequence[str], nth: int = 1) -> _Found | None:
    if "{" not in name:
        plain = normalised(name)
        places = [index for index, found in enumerate(names) if found == plain]
        return _Found(places[nth - 1], {}) if len(places) >= nth else None
    found = _find_all(name, names)
    return found[nth - 1] if len(found) >= nth else None


def _find_all(name: str, names: Sequence[str]) -> list[_Found]:
    """Every column that fits a name with ``{parts}``; a part that stands twice is the same."""
    pattern = _with_parts(name)
    matches = [(place, pattern.fullmatch(found)) for place, found in enumerate(names)]
    return [_Found(place, match.groupdict()) for place, match in matches if match]


@cache
def _with_parts(name: str) -> patterns.Pattern:
    pattern, seen = "", set()
    for index, part in enumerate(re.split(r"\{([a-z_]+)\}", normalised(name))):
        if index % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>[a-z0-9]{{2,10}})"
            seen.add(part)
    return re.compile(pattern)


class Layout:
    """Getters for the texts and amounts of one file."""

    def __init__(self, profile: Profile, header: Header) -> None:
        self.profile = profile
        self.header = header
        self.constants: dict[str, str] = {}  # texts that the header's own words give
        self.assumptions: dict[str, str] = {}  # texts that the file does not state
        self.texts: dict[str, ReadText] = {}
        self.amounts: dict[str, ReadAmount] = {}
        self.styles: dict[str, Style] = {}
        self.in_words = ""  # the decimal sign of amounts within sentences, where that is told
        self.assets: dict[AssetRef, AssetRef] = {}  # so that equal ones are the same object
        self.columns = {name: self._column(form) for name, form in self._forms()}

    def _forms(self) -> list[tuple[str, TextForm | AmountForm]]:
        return [*self.profile.texts.items(), *self.profile.amounts.items()]

    def _column(self, form: TextForm | AmountForm) -> int | None:
        for name in form.column:
            found = _find(name, self.header.names, form.nth)
            if found is not None:
                for key, value in found.captures.items():
                    self.constants.setdefault(key, value.upper())
                return self._beside(name, found.place, form) if form.offset else found.place
        return None

    def _beside(self, name: str, place: int, form: TextForm | AmountForm) -> int | None:
        """Where the column is that stands beside another one, and has no name of its own.

        Raises:
            FolioError: when a column with another name stands there.
        """
        place += form.offset
        there = self.header.names[place : place + 1]
        named = form.named if isinstance(form, TextForm) else ()
        if {*there} <= {"", *map(normalised, named)}:
            return place if there else None
        if isinstance(form, TextForm) and form.optional:
            return None
        wanted = " or ".join(named) or "one without a name"
        raise FolioError(
            f"beside the column {name} stands {there[0]!r}, and not {wanted} as in a file of "
            f"{self.profile.title}; export it again, and leave its columns where they are"
        )

    def states(self) -> int | None:
        """Where a column of states is, by its name."""
        names = enumerate(self.header.names)
        return next((place for place, name in names if as_compared(name) in COLUMNS), None)

    def date_columns(self) -> list[list[int]]:
        """Where the date is; several cells are joined with a blank, and of each the first of
        several places that is not blank counts.

        Raises:
            FolioError: when the header has no such column.
        """
        places: list[list[int]] = []
        for variants in self.profile.date.column:
            found = [_find(name, self.header.names) for name in variants]
            there = [column.place for column in found if column]
            if not there and self.profile.date.otherwise:
                return []
            if not there:
                raise FolioError(
                    f"the header has no date column {variants[0]!r}; correct [date] in the "
                    f"profile {self.profile.name}"
                )
            places.append(there)
        return places

    def wide(self) -> list["Layout"]:
        """A layout for each asset that has columns of its own."""
        form = self.profile.wide
        if form is None:
            return []
        columns = [name for names in form.amounts.values() for name in names]
        found = (f for name in columns for f in _find_all(name, self.header.names))
        values = {f.captures[form.name] for f in found if form.name in f.captures}
        return [self._of_one(form, value) for value in sorted(values)]

    def _of_one(self, form: WideForm, value: str) -> "Layout":
        amounts = {
            name: AmountForm(
                column=tuple(column.replace(f"{{{form.name}}}", value) for column in columns)
            )
            for name, columns in form.amounts.items()
        }
        texts = {**self.profile.texts, form.name: TextForm(default=value.upper())}
        every = {**self.profile.amounts, **amounts}
        update = {"texts": texts, "amounts": every, "wide": None}
        layout = Layout(self.profile.model_copy(update=update), self.header)
        layout.bind([])
        return layout

    def date_text(self, read: ReadText) -> ReadText:
        """The part of a date cell that is the date."""
        if not self.profile.date.pattern:
            return read
        return looked_up(lambda row: " ".join(read(row).split()), self.date_value)

    def date_value(self, cell: str) -> str:
        """The part of a date cell, of one line and with single blanks, that is the date."""
        pattern = self.profile.date.pattern
        return value_in(cell, patterns.compile_pattern(pattern)) if pattern else cell

    def undecided(self) -> dict[str, int]:
        """The amounts whose decimal sign the whole column must decide."""
        return {
            name: place
            for name, form in self.profile.amounts.items()
            if (form.decimal or self.profile.numbers.decimal) in UNDECIDED
            and (place := self.columns[name]) is not None
        }

    def bind(self, rows: Iterable[Row]) -> None:
        """Makes the getters; ``rows`` are looked at only for columns that are ``auto``."""
        undecided = self.undecided()
        listed = list(rows) if undecided else []
        if self.profile.numbers.captures_like:
            self.in_words = decimal_in_words(cell for row in listed for cell in row.cells)
        for name, form in self.profile.amounts.items():
            decimal: str = form.decimal or self.profile.numbers.decimal
            if name in undecided:
                place = undecided[name]
                others = {other for other in undecided.values() if other != place}
                decimal = decide(
                    _cells(listed, {place}),
                    self.header.names[place],
                    mixed=decimal == "each",
                    beside=_cells(listed, others),
                )
            elif decimal in UNDECIDED:
                decimal = "point"
            self.styles[name] = self._style(decimal)
        for name, text in self.profile.texts.items():
            self.texts[name] = self._read_text(name, text)
        # Those that are computed come last: they read the others.
        amounts = sorted(self.profile.amounts.items(), key=lambda item: bool(item[1].value))
        for name, amount in amounts:
            self.amounts[name] = self._read_amount(name, amount)

    def _style(self, decimal: str) -> Style:
        numbers = self.profile.numbers
        blanks = frozenset(numbers.blanks)
        return Style(
            decimal, numbers.exponents, numbers.units, blanks, numbers.grouped, numbers.places
        )

    @property
    def capture_style(self) -> Style:
        numbers = self.profile.numbers
        if numbers.captures_like:
            like = self.styles[numbers.captures_like]
            return like._replace(decimal=self.in_words) if self.in_words else like
        return self._style("point" if numbers.decimal in UNDECIDED else numbers.decimal)

    def _read_text(self, name: str, form: TextForm) -> ReadText:
        words = {normalised(key): value for key, value in form.map.items()}
        if form.preamble:
            stated = self._from_preamble(form.preamble)
            stated = words.get(normalised(stated), stated)
            return constant(stated) if stated else self._fallback(name, form)
        if form.unit_of:
            return with_default(self._read_unit(form.unit_of), self._fallback(name, form))
        place = self.columns[name]
        if place is None:
            return self._fallback(name, form)
        read = self.alike(place)
        if form.pattern:
            read = value_of(read, patterns.compile_pattern(form.pattern))
        if form.map:
            read = looked_up(read, lambda text: words.get(normalised(text), text))
        if form.says:
            read = looked_up(read, lambda text: form.says if text else "")
        return with_default(read, self._fallback(name, form))

    def alike(self, place: int, of: str = "") -> ReadText:
        """A cell, or the word that it is read as; ``of`` names it where no text does."""
        words = {
            normalised(word): known
            for name, alike in self.profile.alike.items()
            if name == of or self.columns.get(name) == place
            for word, known in alike.items()
        }
        read = cell(place)
        return looked_up(read, lambda text: words.get(normalised(text), text)) if words else read

    def _fallback(self, name: str, form: TextForm) -> ReadText:
        """What stands where the file has nothing; what is only assumed is remembered."""
        known = form.default or self.constants.get(name, "")
        if known or not form.assumed:
            return constant(known)

        def assumed(row: Row) -> str:
            self.assumptions[name] = form.assumed
            return form.assumed

        return assumed

    def _from_preamble(self, pattern: str) -> str:
        compiled = patterns.compile_pattern(pattern)
        for line in chain(self.header.preamble, self._plain_preamble()):
            match = compiled.fullmatch(line[: patterns.MAX_CELL])
            if match:
                return match["value"].strip()
        return ""

    def _plain_preamble(self) -> Iterator[str]:
        """The lines above, their cells with commas between them, as a spreadsheet's are not."""
        splitter = splitter_at(self.header.delimiter, self.profile.file.quote)
        for line in self.header.preamble:
            cells = splitter.cells(line)
            if cells is not None:
                yield ",".join(map(str.strip, cells)).rstrip(",")

    def _read_unit(self, amount: str) -> ReadText:
        place = self.columns[amount]
        return blank if place is None else looked_up(cell(place), unit_of)

    def _read_amount(self, name: str, form: AmountForm) -> ReadAmount:
        if form.value:
            read = expressions.bind(expressions.parse(form.value), self.amount, self.text)
            return self._conditional(scaled(read, Decimal(form.scale)), form)
        place = self.columns[name]
        if place is None:
            return expressions.missing
        read = number(place, self.styles[name], self.header.names[place], self.undecided().values())
        return self._conditional(scaled(read, Decimal(form.scale)), form)

    def _conditional(self, read: ReadAmount, form: AmountForm) -> ReadAmount:
        if not form.when or read is expressions.missing:
            return read
        applies = all_hold(compile_conditions(form.when, self))
        return lambda row: read(row) if applies(row) else None

    def text(self, name: str) -> ReadText:
        """The getter of a text; an amount's, its cell; another name's, the captured group."""
        if name in self.texts:
            return self.texts[name]
        place = self.columns.get(name)
        if place is not None:
            return cell(place)
        return constant("") if name in self.columns else capture(name)

    def amount(self, name: str) -> ReadAmount:
        """The getter of an amount; of a text or a captured group, the number it has."""
        if name in self.amounts:
            return self.amounts[name]
        if name in self.profile.amounts:  # not made yet: a computed amount names a later one
            return lambda row: self.amounts[name](row)
        read = self.text(name)
        numbers = self.profile.numbers
        if numbers.captures_comma or numbers.decimal == "each":
            return number_of_either(read, self.capture_style)
        return number_of(read, self.capture_style)

    def first_text(self, texts: Sequence[str]) -> ReadText:
        """The first of several names or 'constants' that is not blank."""
        found = [constant(text[1:-1]) if is_constant(text) else self.text(text) for text in texts]
        reads = [read for read in found if read is not blank]
        first = reads.pop(0) if reads else blank
        for read in reads:
            first = either(first, read)
        return first


def _cells(rows: Iterable[Row], places: Iterable[int]) -> Iterator[str]:
    for row in rows:
        yield from (row.cells[place] for place in places if place < len(row.cells))
