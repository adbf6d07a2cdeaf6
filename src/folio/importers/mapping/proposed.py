"""What is proposed for a table: how it is read, and what stays to be asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from folio.importers.cells.amounts import Style, proven_decimal, read_amount, unit_of
from folio.importers.cells.rows import RowFault
from folio.importers.interpreting.conditions import QUOTE_COINS
from folio.importers.interpreting.getters import value_in
from folio.importers.mapping.pairs import part_of
from folio.importers.mapping.table import Found
from folio.importers.mapping.units import in_hundredths
from folio.importers.mapping.words import KINDS

COSTS = ("fee", "fee_2", "fee_3", "fee_4", "tax", "tax_2", "tax_3", "tax_4")
NUMBERS = ("amount", "money_in", "money_out", "balance", "quantity", "price", *COSTS)
OF_MONEY = ("amount", "money_in", "money_out", "balance", *COSTS)  # prices have units of their own
_PARTS = {"symbol": "base", "currency": "quote"}  # of a pair
# What a row can be.
WORDS = (*KINDS, *"transfer transfer_in transfer_out reinvest opening unknown skip".split())
STATED = ("filled", "filled_too")  # texts that are blank in a row of a balance, and in no other
STATES = ("booked", "skip")  # what a row can be, of which one word says whether it was booked


class Given(NamedTuple):
    """What the user said."""

    columns: Mapping[str, str]  # field: the column's name; "" for none
    settings: Mapping[str, str]  # one of SETTINGS: its value
    kinds: Mapping[str, str]  # the word of a column of actions or of states: what its row is


class Question(NamedTuple):
    """What cannot be told from the file."""

    part: str  # column, set or kind: the option that answers it
    key: str
    text: str
    choices: tuple[str, ...] = ()  # (): anything

    @property
    def option(self) -> str:
        """The option that answers it in a script."""
        most = len(WORDS) if self.part == "set" else 4  # columns and kinds are shown above
        value = "|".join(self.choices) if 0 < len(self.choices) < most else "…"
        return f"--{self.part} '{self.key}={value}'"


class Proposal(NamedTuple):
    """How a file is read."""

    found: Found
    columns: dict[str, str]  # field: the column's name
    notes: tuple[str, ...]  # columns that describe
    settings: dict[str, str]
    kinds: dict[str, str]  # of the column of actions, by its words
    states: dict[str, str]  # of the column of states, by its words: one of STATES
    questions: tuple[Question, ...]

    @property
    def has_units(self) -> bool:
        """Whether the rows are about units of something, not money alone."""
        return "quantity" in self.columns

    @property
    def has_money(self) -> bool:
        """Whether a column says, or several make, what was paid."""
        columns = self.columns.keys()
        return (
            bool({"amount", "money_in", "money_out"} & columns) or {"quantity", "price"} <= columns
        )

    @property
    def makes_amounts(self) -> bool:
        """Whether what was paid is price × quantity, for no column says it."""
        return self.has_money and not {"amount", "money_in", "money_out"} & self.columns.keys()

    @property
    def of_coins(self) -> bool:
        """Whether some of what was paid, or its fee, was paid in coins."""
        paid = {*self.cells("currency"), *self.cells("fee_currency")}
        paid |= {unit_of(value) for field in OF_MONEY for value in self.values(field)}
        return bool((paid | {self.settings.get("currency", "")}) & QUOTE_COINS)

    @property
    def costs(self) -> list[str]:
        """The fields of costs that the file has."""
        return [field for field in COSTS if field in self.columns]

    def values(self, field: str) -> list[str]:
        return self.found.values(self.columns[field]) if field in self.columns else []

    def cells(self, field: str) -> list[str]:
        """The cells of a column, row by row; "" where a row has none.

        Of a pair the symbol is what was traded, the currency what it was paid in.
        """
        if field in _PARTS and "pairs" in self.settings:
            part = re.compile(part_of(self.settings["pairs"], _PARTS[field]))
            pairs = self.found.cells(self.columns["symbol"])
            return [value_in(pair, part) for pair in pairs]
        return self.found.cells(self.columns[field]) if field in self.columns else []

    def numbers(self, field: str) -> list[Decimal | None]:
        """The numbers of a column, row by row; None where it has none."""
        decimal = "comma" if self.settings.get("decimal") == "comma" else "point"
        numbers, scale = numbers_in(self.cells(field), decimal), self.scale(field)
        return [None if n is None else n * scale for n in numbers] if scale != 1 else numbers

    def scale(self, field: str) -> Decimal:
        """What the numbers of a column are multiplied by to be whole units: 0.01 of cents."""
        cents = field in OF_MONEY and in_hundredths(self.columns.get(field, "")) is not False
        return Decimal(self.settings.get("scale", "1")) if cents else Decimal(1)


def numbers_in(cells: Sequence[str], decimal: str) -> list[Decimal | None]:
    """The numbers of cells; None for a cell that is none."""
    style = Style(decimal, exponents=True, units=True)
    return [_number(cell, style) for cell in cells]


def sizes(cells: Sequence[str], beside: Iterable[str] = ()) -> list[Decimal]:
    """How much each cell has, whatever the sign; 0 where it has nothing.

    Where a comma is the decimal sign of some, or of those ``beside`` them, it is that of all.
    """
    proven = {proven_decimal(cell) for cell in (*cells, *beside)}
    decimal = "comma" if "comma" in proven else "point"
    return [abs(number or Decimal(0)) for number in numbers_in(cells, decimal)]


def are_product(found: Found, units: str, prices: str, amounts: str) -> bool:
    """Whether two columns make a third: of each row that has all three within 1 %."""
    columns = [found.cells(name) for name in (units, prices, amounts)]
    rows = zip(*(sizes(cells, chain(*columns)) for cells in columns), strict=True)
    near = [abs(u * p - total) * 100 <= total for u, p, total in rows if u and p and total]
    return bool(near) and all(near)


def _number(cell: str, style: Style) -> Decimal | None:
    try:
        return read_amount(cell, style)
    except RowFault:
        return None
