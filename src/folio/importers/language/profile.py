"""A profile: how one institution writes its statements, as data in TOML.

A profile names columns once, as *texts* and *amounts*, and then speaks of those names::

    [texts]                                   # a column, or the names it has had
    action = "Action"
    currency = ["Currency (Total)", "Total ({currency})"]     # or a part of a header
    [amounts]
    total = ["Total", "Total ({currency})"]
    fee = "Conversion fee"

    [assets]                                  # of a symbol alone: security = "ticker"
    security = { symbol = "ticker", isin = "isin" }

    [[rules]]                                 # the first rule that fits a row
    when = { action = ["Market buy", "Limit buy"] }
    kind = "buy"
    legs = [
        { role = "asset", asset = "security", quantity = "shares", price = "price" },
        { role = "cash", currency = "currency", quantity = "-(total - fee?)" },
        { role = "fee", currency = "currency", quantity = "-fee?" },
    ]

A *text* in a leg, a rule or an asset is a name, a constant in single quotes
(``"'GBP'"``), or a list of those, the first that is not blank.  An amount is an
expression (:mod:`folio.importers.language.expressions`).  A condition is one value, a list of
values, or a table of tests; letter case and repeated blanks never matter.  Patterns
are bounded (:mod:`folio.importers.language.patterns`), and their named groups are names too.

A text that says of each row whether it was booked is named in ``[booked]``.  A rule that names no
legs has those of ``[legs] moved``.  What is said of a purchase holds of a sale,
too, where a rule is ``turned`` (:mod:`folio.importers.language.turned`).  A purchase or sale whose
cash is a coin is a swap of the two.  Lists of words and parts of patterns may have names
(:mod:`folio.importers.language.shorthand`).

A profile is data: it runs no code and names no other file.
"""

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from folio.importers.language.profile_types import (
    Decimals,
    Delimiters,
    Encodings,
    Expression,
    Format,
    Kind,
    Name,
    Pattern,
    ProfileName,
    Several,
    Signs,
    TextOf,
    ValuePattern,
    Zone,
    table_of,
)
from folio.model.accounts import AccountType, InstitutionType

STATE = "state"  # what a column of states is called that no text of a profile reads


class Form(BaseModel):
    """A part of a profile: exact types, no unknown keys, never changed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FileForm(Form):
    # xml: elements are rows, attributes their cells; with [tables] it may be text all the same.
    format: Literal["text", "xml"] = "text"
    # Tried in turn.
    encodings: Encodings = ("utf-8", "cp1252")
    # The institution's own; the header may stand between others, once a spreadsheet saved it.
    delimiters: Delimiters = (",",)
    quote: Literal['"', "'", ""] = '"'
    order: Literal["auto", "ascending", "descending"] = "auto"
    ignore: Several = ()  # globs on a row's first cell that is not blank: footers
    short: dict[str, int] = {}  # by first cell, rows that end before the header does: their cells
    continued: bool = False  # a row without a date goes on with the cells of the row above


class HeaderForm(Form):
    """Which header is this profile's: each entry of ``require`` is a name or its variants."""

    require: tuple[Several, ...] = ()  # (): that of a table of [tables]
    # Columns of a file that has no header: they are called 1, 2, 3 …  Nothing tells such a file
    # from another one, so it is read where the profile is named.
    numbered: int = 0
    forbid: Several = ()  # columns of a sister layout


def numbers_to(count: int) -> tuple[str, ...]:
    """What the columns of a file without a header are called.

    >>> numbers_to(3)
    ('1', '2', '3')
    """
    return tuple(map(str, range(1, count + 1)))


class SectionsForm(Form):
    """A file of several tables: each row says in its first cell which it is in, and in its second
    whether it is ``Header`` or ``Data`` (of XML, the first is its element's name).
    """

    read: Several  # the sections that state bookings
    lists: Several = ()  # globs: those that state none; the rows of others are skipped and said
    inherit: Several = ()  # XML: attributes that an element has of those around it


class TablesForm(Form):
    """Tables one below the other, each with a header of its own; a row's is its ``section``."""

    header: Several  # a row with one of these cells is a header
    # By table, the columns that tell it, each a name or its variants; the first that fits.
    # The rows of other tables are skipped.
    read: Annotated[dict[str, tuple[Several, ...]], Field(min_length=1)]


class LevelsForm(Form):
    """Rows of ``tables`` that say the same at several levels: the first that there is is read."""

    tables: Several
    column: Several
    of: tuple[Several, ...]  # the words of each level, the best first


class DateForm(Form):
    # Cells joined with one blank: a date and a time; of several names the first with a cell.
    column: tuple[Several, ...]
    formats: tuple[Format, ...]  # as of strftime; the first that fits
    by_column: bool = False  # exactly one format must fit every row of the file
    pattern: ValuePattern | None = None  # its group ``value`` is the date
    zone: Zone | None = None  # of the printed time; None: not known, no instant is kept
    zone_text: Name | None = None  # a text with the row's own zone
    instant: Name | None = None  # a text with an ISO 8601 instant, where the date is a day
    months: dict[str, int] = {}  # month names beside the English ones
    otherwise: Name | None = None  # a text with the day, of a table without such a column
    rewritten: bool = False  # a spreadsheet wrote the dates in its own way; then
    since: dt.date | None = None  # no row is older: 24-10-05 is not the 24th of October 2005


class NumberForm(Form):
    decimal: Decimals = "point"  # auto: as the whole column proves; each: or cell by cell
    exponents: bool = False
    grouped: bool = True  # thousands separators are possible
    units: bool = False  # letters beside the digits are a unit
    blanks: Several = ()  # what stands for no number: "--"
    places: int | None = None  # decimal places; what a source has reckoned to more is rounded
    captures_like: Name | None = None  # the amount whose style captured groups share
    stated: bool = False  # by the user: the decimal sign is this one, whatever the delimiter
    captures_comma: bool = False  # a row's groups have a decimal comma where one proves it


class TextForm(Form):
    column: Several = ()
    nth: int = 1  # of several columns of that name
    offset: int = 0  # columns to the right of it, where that one has no name
    named: Several = ()  # or one of these
    optional: bool = False  # some files lack the column to the right, and have another one there
    pattern: ValuePattern | None = None  # its group ``value``; blank where it does not fit
    preamble: ValuePattern | None = None  # on the lines above the header; its group ``value``
    time: bool = False  # a day and time, written as the file's dates are
    unit_of: Name | None = None  # the currency beside the number of that amount
    map: dict[str, str] = {}  # the source's word: ours
    says: str = ""  # what it is wherever that cell is not blank: a column of one country alone
    default: str = ""  # of a currency: ¤ is the account's own, else the book's
    assumed: str = ""  # a default that the source leaves unsaid, and that is said


class AmountForm(Form):
    column: Several = ()
    nth: int = 1
    offset: int = 0
    value: Expression | None = None  # computed from others instead of read
    decimal: Decimals | None = None  # None: as [numbers] says
    scale: Literal["1", "0.01"] = "1"  # what it is multiplied by: 0.01 of cents
    when: "Conditions" = {}  # blank where these do not hold


class ConditionForm(Form):
    """Tests of one text or amount; all that are given must hold."""

    equals: Several = ()
    like: Several = ()  # globs with * and ?
    none_of: Several = ()  # globs, none of which fits
    pattern: Pattern | None = None  # of the whole cell; named groups become names
    blank: bool | None = None
    sign: Signs = ()  # any of these, of an amount; blank has none
    same_as: Name | None = None  # the same text as that one
    currency: bool | None = None  # a currency's ISO 4217 code, as [codes] translates it


Conditions = dict[str, Annotated[ConditionForm, table_of("equals")]]


class AssetForm(Form):
    symbol: TextOf
    isin: TextOf = ()
    name: TextOf = ()
    type: TextOf = ()
    market: TextOf = ()
    currencies: bool = False  # an ISO 4217 code is the currency
    spelled: bool = False  # SYMBOL:MARKET; a bare ISO 4217 code is the currency


class WideForm(Form):
    """Columns that are there once for each asset: ``{coin} Amount``, ``Fee ({coin})``."""

    name: Name  # the part of the columns' names that changes, and a text in such legs
    amounts: dict[Name, Several]


class LegForm(Form):
    role: Literal["auto", "asset", "cash", "fee", "tax", "external"]  # auto: cash or asset
    asset: Name | None = None  # of [assets]
    currency: TextOf = ()
    quantity: Expression  # a leg of 0 is left out; a blank one makes the row bad
    optional: bool = False  # a blank quantity leaves the leg out
    each: bool = False  # one such leg for each asset of [wide]; a blank quantity leaves it out
    price: Expression | None = None
    price_currency: TextOf = ()
    account: TextOf = ()  # blank: the event's own
    label: TextOf = ()
    cost: Expression | None = None
    cost_currency: TextOf = ()
    acquired_on: TextOf = ()  # YYYY-MM-DD
    when: Conditions = {}

    @model_validator(mode="after")
    def _one_asset(self) -> Self:
        if bool(self.asset) == bool(self.currency):
            raise ValueError("a leg has an asset or a currency")
        return self


class StatedForm(Form):
    """A balance that a row states for the end of its day."""

    balance: Expression
    currency: TextOf = ()


class RuleForm(Form):
    """What one sort of row means."""

    when: Conditions = {}
    kind: Kind | None = None  # "reward/fee": by the sign of the first leg
    skip: str | None = None  # why such a row moves nothing
    refuse: str | None = None  # why such a row cannot be read
    states: StatedForm | None = None  # what a row that moves nothing says is there
    # None: [legs] moved, where there are such; a split moves nothing.
    legs: Annotated[tuple[LegForm, ...] | Name, "a list, or a name of [legs]"] | None = None
    related: Name | None = None  # of [assets]
    note: TextOf | None = None  # None: the profile's
    ratio: TextOf = ()  # new:old
    ratio_of: tuple[Name, Name] | None = None  # amounts: new units for old units
    added: Expression | None = None  # units that a split added
    lot: TextOf = ()
    cost_share: TextOf = ()  # of a spin-off or merger: 0.125 or 12.5%
    join: Name | None = None  # of [joins]; ``kind`` is what the row is alone
    part: str = ""  # "new/old": by the sign of the first leg

    @model_validator(mode="after")
    def _kind_or_skip(self) -> Self:
        if [self.kind, self.skip, self.refuse].count(None) != 2:
            raise ValueError("a rule has a kind, or a reason to skip or to refuse a row")
        if self.states and self.skip is None:
            raise ValueError("a rule that states a balance says why the row moves nothing")
        return self


class BookedForm(Form):
    """What a text says of each row: that it was booked, or that it was not, so that it moved
    nothing.  A word that stands in neither list is what folio knows of it, and refused where that
    is nothing, as a blank cell is.
    """

    text: Name
    yes: Several = ()
    no: Several = ()
    skip: str = "it is not completed"  # why a row that was not booked moves nothing


class JoinForm(Form):
    """Rows that are one event: equal in every text or amount of ``by``."""

    by: tuple[str, ...]  # names; "day" and "time" are those of the row
    # Why they move nothing, where they add up to 0 of each asset but for their fees and taxes.
    cancel: str | None = None
    kind: Kind | None = None  # None: the lead's; "split/merger": by whether the asset stays
    lead: str = ""  # the part that gives kind, day, note; "": the first row
    need: tuple[str, ...] = ()  # parts, each exactly once in an event; (): any rows
    # Every lead is an event of its own (the fills of an order); a row of another part (its
    # fee) goes with the last lead before it, or else with the first after it.
    nearest: bool = False
    # The part whose rows state a fee that the others of their event print beside their amounts,
    # too: each row stays an event of its own, and the fee is in one of them.
    fees: str = ""


class IdentityForm(Form):
    """What makes a row the same row in another export.

    ``kind``, ``asset``, ``sign``, ``legs`` (what moved, of columns that [wide] names), ``day``
    and ``time`` may stand beside texts and amounts.
    """

    id: Name | None = None  # a text with the source's own id
    with_: tuple[str, ...] = ("kind", "asset", "sign")  # rows of one id that differ in these
    fields: tuple[str, ...]  # hashed where there is no id

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))


class BalanceForm(Form):
    """A running balance: checked against the movements, and the last one is an observation."""

    printed: Name  # an amount
    movement: Expression
    asset: Name | None = None
    currency: TextOf = ()
    per: Several = ()  # texts: one chain of balances for each combination
    when: Conditions = {}


class ClosingForm(Form):
    """What the lines above the header say is there at the end of a day: texts of them."""

    balance: Name
    day: Name
    currency: TextOf


class AccountForm(Form):
    name: TextOf
    institution: TextOf = ()
    type: TextOf = ()  # blank: the profile's


class Signature(Form):
    """What tells a profile's files from those of others."""

    file: FileForm = FileForm()
    header: HeaderForm = HeaderForm()
    sections: SectionsForm | None = None
    tables: TablesForm | None = None


class Profile(Signature):
    name: ProfileName
    title: str
    institution: str
    institution_type: InstitutionType
    account_type: AccountType
    tracks_cash: bool
    levels: tuple[LevelsForm, ...] = ()
    date: DateForm
    numbers: NumberForm = NumberForm()
    texts: dict[Name, Annotated[TextForm, table_of("column")]] = {}
    amounts: dict[Name, Annotated[AmountForm, table_of("column")]] = {}
    wide: WideForm | None = None
    assets: dict[Name, Annotated[AssetForm, table_of("symbol")]] = {}
    # Of a text, words of whole cells that are read as others, which the rules know; of ``state``,
    # where a profile does not say what its states are, those that are known to be states.
    alike: dict[Name, dict[str, str]] = {}
    codes: dict[str, str] = {}  # the source's codes of coins, currencies and quote units: ours
    account: AccountForm | None = None
    note: TextOf = ()
    legs: dict[Name, tuple[LegForm, ...]] = {}
    booked: BookedForm | None = None  # None: by a column of states that no text reads
    rules: tuple[RuleForm, ...]
    joins: dict[Name, JoinForm] = {}
    identity: IdentityForm
    balance: BalanceForm | None = None
    closing: ClosingForm | None = None

    @property
    def joins_rows(self) -> bool:
        """Whether several rows may be one event."""
        exercises = [self.legs_of(rule) for rule in self.rules if rule.kind == "exercise"]
        alone = any(sum(leg.role == "asset" for leg in legs) < 2 for legs in exercises)
        return bool(self.joins) or alone

    def legs_of(self, rule: RuleForm) -> tuple[LegForm, ...]:
        if rule.legs is None:
            moves = rule.kind not in (None, "split")
            return self.legs.get("moved", ()) if moves else ()
        return self.legs[rule.legs] if isinstance(rule.legs, str) else rule.legs
