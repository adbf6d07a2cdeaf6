"""What one row means: the first rule that fits it, and the legs that rule describes."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from folio.importers.cells import rows
from folio.importers.cells.dates import When
from folio.importers.cells.rows import (
    MOVES_NOTHING,
    NO_UNITS,
    NOT_UNDERSTOOD,
    NOTHING,
    Known,
    Row,
    RowFault,
)
from folio.importers.cells.terms import parse_cost_share, parse_ratio
from folio.importers.interpreting.accounts import ReadAccount, compile_account
from folio.importers.interpreting.assets import (
    ReadAsset,
    ReadMoney,
    compile_asset,
    compile_money,
    compile_unit,
)
from folio.importers.interpreting.booked import States
from folio.importers.interpreting.conditions import (
    Condition,
    ReadAmount,
    ReadText,
    TestRow,
    all_hold,
    compile_conditions,
)
from folio.importers.interpreting.getters import blank
from folio.importers.interpreting.identity import RowIdentity, key_part
from folio.importers.interpreting.layout import Layout
from folio.importers.language import expressions
from folio.importers.language.profile import LegForm, RuleForm, StatedForm
from folio.importers.language.profile_types import TRADE
from folio.model.assets import AssetRef
from folio.model.named import from_tuple
from folio.model.statements import UNKNOWN_WORD
from folio.model.transactions import Draft, Leg, parse_account_ref

ReadLeg = Callable[[Row], Leg | None]
Quoted = tuple[Decimal, AssetRef] | tuple[None, None]  # a price and its currency
_NO_PRICE = (None, None)
# From tuples: in a third of the time that their fields by name or place take.
_LEG, _DRAFT = from_tuple(Leg), from_tuple(Draft)
FEE_ROLES = ("fee", "tax")
_TRADES = ("buy", "sell")


class Skip(NamedTuple):
    """A row that moves nothing."""

    reason: str
    states: StatedForm | None = None  # the balance that it states


class Part(NamedTuple):
    """What a row is of an event that several rows make."""

    join: str
    part: str
    key: tuple[str, ...]  # equal in all of them
    time: dt.datetime  # as printed


class Rule(NamedTuple):
    """A compiled rule."""

    conditions: list[Condition]
    build: Callable[[Row, When], Draft | Skip]
    part: Callable[[Row, When, Draft], Part | None] | None = None  # None: the row stands alone
    skip: Skip | None = None


Candidate = tuple[Rule, list[TestRow]]
Whose = tuple[RowIdentity, ReadAccount]  # what all rules share


class Rules:
    """All rules of a profile; the most used name picks the candidates with one look-up."""

    def __init__(self, layout: Layout) -> None:
        self.account = compile_account(layout)
        whose = RowIdentity(layout), self.account
        self.rules = [_rule(form, layout, whose) for form in layout.profile.rules]
        self.key = _most_used(self.rules, layout)
        self.read_key: ReadText = layout.text(self.key) if self.key else blank
        self.candidates = Known(self._candidates)
        self.states = States(layout)
        skip = Skip(self.states.form.skip)
        self.undone = Rule([], lambda row, when: skip, None, skip)

    def fitting(self, row: Row) -> Rule:
        """The first rule that fits the row, or that of what was not booked.

        Raises:
            RowFault: where none fits, or nobody knows whether it was booked.
        """
        if not self.states.is_said:
            return self._first(row)
        booked = self.states.booked(row)
        if booked is False:
            return self.undone
        rule = self._first(row)
        if booked is None and rule.skip is None:
            raise self.states.unknown(row)
        return rule

    def _first(self, row: Row) -> Rule:
        value = self.read_key(row)
        for rule, tests in self.candidates[value]:
            for test in tests:
                if not test(row):
                    break
            else:
                return rule
            row.captures = NOTHING
        raise RowFault(f"{UNKNOWN_WORD} {value[:60]!r} is" if value else "no rule")

    def _candidates(self, value: str) -> list[Candidate]:
        """The rules that may fit where the key is ``value``, with the tests that are left."""
        found: list[Candidate] = []
        for rule in self.rules:
            decided = [c.of_text for c in rule.conditions if c.of_text and c.name == self.key]
            if all(test(value) for test in decided):
                left = [c.of_row for c in rule.conditions if not c.of_text or c.name != self.key]
                found.append((rule, left))
        return found


def _most_used(rules: list[Rule], layout: Layout) -> str:
    names = [c.name for rule in rules for c in rule.conditions if c.of_text]
    read = [name for name in names if name in layout.columns]  # others are captured by a rule
    return max(dict.fromkeys(read), key=read.count, default="")


def _rule(form: RuleForm, layout: Layout, whose: Whose) -> Rule:
    conditions = compile_conditions(form.when, layout)
    if form.skip is not None:
        skip = Skip(form.skip, form.states)
        return Rule(conditions, lambda row, when: skip, None, skip)
    if form.refuse is not None:
        return Rule(conditions, rows.refusing(form.refuse))
    return Rule(conditions, _Builder(form, layout, whose), _part(form, layout))


class _Builder:
    """Makes the draft of a rule from a row."""

    def __init__(self, form: RuleForm, layout: Layout, whose: Whose) -> None:
        profile = layout.profile
        legs = [
            compile_leg(leg, part)
            for leg in profile.legs_of(form)
            for part in (layout.wide() if leg.each else [layout])
        ]
        self.kind = str(form.kind)
        self.undecided = self.kind == TRADE or "/" in self.kind
        self.moves = bool(legs)
        roles: set[str] = {leg.role for leg in profile.legs_of(form)}
        # One of rows that are joined may have the units, and another the money.
        self.has_units = form.join is None and "asset" in roles
        self.nothing = Skip(_why_nothing(form, roles))
        self.legs = [leg for leg in legs if leg is not moves_nothing]
        self.related = _related(form, layout)
        self.note = layout.first_text(profile.note if form.note is None else form.note)
        ratio = layout.first_text(form.ratio)
        self.ratio = None if ratio is blank else ratio
        self.ratio_of = [layout.amount(name) for name in form.ratio_of or ()]
        self.added = _amount(form.added, layout) if form.added else None
        self.lot = layout.first_text(form.lot) if form.lot else None
        self.cost_share = layout.first_text(form.cost_share) if form.cost_share else None
        identities, self.account = whose
        self.identity = identities.identity

    def __call__(self, row: Row, when: When) -> Draft | Skip:
        legs = tuple([leg for read in self.legs if (leg := read(row)) is not None])
        if self.moves and not legs and not self.ratio:  # a split moves nothing itself
            return self.nothing
        kind = decided_kind(self.kind, legs) if self.undecided else self.kind
        if self.has_units and kind in _TRADES:
            kind = _paid(kind, legs)
        related = self.related(row) if self.related else None
        ratio = self.ratio(row) if self.ratio else ""
        note = self.note(row)
        draft: Draft = _DRAFT(
            (
                kind,
                when.day,
                self.account(row),
                legs,
                self.identity(row, when, (kind, legs, related)),
                when.instant,
                related,
                parse_ratio(ratio) if ratio else self._ratio_of(row) if self.ratio_of else None,
                parse_cost_share(self.cost_share(row)) if self.cost_share else None,
                self.added(row) if self.added else None,
                " ".join(note.split()) if "\n" in note else note,
                (self.lot(row) or None) if self.lot else None,
                (row.line,),
                (),
                (),
                (),
            )
        )
        return draft

    def _ratio_of(self, row: Row) -> tuple[int, int] | None:
        terms = [read(row) for read in self.ratio_of]
        if not all(terms):
            return None
        new, old = (Fraction(term or 0) for term in terms)
        return parse_ratio(f"{(new / old).numerator}:{(new / old).denominator}")


def _why_nothing(form: RuleForm, roles: set[str]) -> str:
    """Why a row of this rule is skipped whose numbers are 0: of money, banks print many such."""
    if form.join is None and form.kind == "unknown":
        return NOT_UNDERSTOOD
    return MOVES_NOTHING if roles.isdisjoint(("asset", "auto")) else NO_UNITS


def _paid(kind: str, legs: tuple[Leg, ...]) -> str:
    """``kind``, or ``swap`` of what is traded for units: a coin that others are quoted in.

    Raises:
        RowFault: where money moves for no units.
    """
    came = [leg.quantity > 0 for leg in legs if leg.role == "asset"]
    if not came:
        raise RowFault(f"it is a {kind} of 0 units, and money moves")
    return "swap" if any(came) and not all(came) else kind


def decided_kind(kind: str, legs: tuple[Leg, ...]) -> str:
    """``kind``, or what the legs make of ``trade`` and of ``reward/fee``."""
    kind = by_sign(kind, legs)
    return _trade_kind(legs) if kind == TRADE else kind


def by_sign(words: str, legs: tuple[Leg, ...]) -> str:
    """Of ``reward/fee`` the second where the first leg goes out; else the first, or the only."""
    came, _, went = words.partition("/")
    return went if went and legs and legs[0].quantity < 0 else came


def _trade_kind(legs: tuple[Leg, ...]) -> str:
    traded = [leg for leg in legs if leg.role not in FEE_ROLES]
    outgoing = {leg.asset.type == "currency" for leg in traded if leg.quantity < 0}
    incoming = {leg.asset.type == "currency" for leg in traded if leg.quantity > 0}
    if not outgoing or not incoming:
        return "unknown"
    return {(True, False): "buy", (False, True): "sell"}.get(
        (outgoing == {True}, incoming == {True}), "swap"
    )


def moves_nothing(row: Row) -> Leg | None:
    """A leg of columns that this file does not have."""
    return None


def compile_leg(form: LegForm, layout: Layout) -> ReadLeg:
    """A function from a row to a posting, None where it would be zero or does not apply."""
    quantity = bind_amount(form.quantity, layout)
    if quantity is expressions.nothing:
        return moves_nothing
    missing = _blank_fault(form, layout)
    thing = _thing(form, layout)
    applies = all_hold(compile_conditions(form.when, layout)) if form.when else None
    price = _price(form, layout)
    extras = _extras(form, layout)
    role, by_asset = form.role, form.role in ("auto", "cash")

    def read(row: Row) -> Leg | None:
        if applies is not None and not applies(row):
            return None
        amount = quantity(row)
        if not amount:
            if amount is None and missing:
                raise RowFault(missing)
            return None
        asset, places = thing(row)
        if places:
            amount = amount.scaleb(-places)
        posted = ("cash" if asset.type == "currency" else "asset") if by_asset else role
        quoted = price(row) if price else _NO_PRICE
        leg: Leg = _LEG((posted, asset, amount, *quoted, None, "", None, None, None))
        return extras(leg, row) if extras else leg

    return read


def _blank_fault(form: LegForm, layout: Layout) -> str:
    """What is wrong with a row without the quantity; "" where it need not have one."""
    if form.optional or form.each:
        return ""
    name = form.quantity.lstrip("-")
    computed = layout.profile.amounts.get(name)
    if computed is not None and computed.value:
        return f"there is no {name}: {computed.value} is blank"
    return f"{form.quantity} is blank"


def _thing(form: LegForm, layout: Layout) -> ReadMoney:
    if form.asset:
        return compile_unit(layout.profile.assets[form.asset], layout)
    return compile_money(form.currency, layout)


def _price(form: LegForm, layout: Layout) -> Callable[[Row], Quoted] | None:
    """The price, in whole units of its currency, and the currency."""
    if not form.price:
        return None
    read, code = bind_amount(form.price, layout), layout.first_text(form.price_currency)
    currency = compile_money(form.price_currency, layout)

    def price(row: Row) -> Quoted:
        quoted = read(row)
        if quoted is None or not code(row):
            return _NO_PRICE
        asset, places = currency(row)
        return abs(quoted.scaleb(-places) if places else quoted), asset

    return None if read is expressions.missing or code is blank else price


def _extras(form: LegForm, layout: Layout) -> Callable[[Leg, Row], Leg] | None:
    """Adds what few formats have: another account, a pot, a stated cost and day."""
    if not (form.account or form.label or form.cost or form.acquired_on):
        return None
    account, label = layout.first_text(form.account), layout.first_text(form.label)
    cost, acquired = _amount(form.cost, layout), layout.first_text(form.acquired_on)
    currency = compile_money(form.cost_currency, layout)
    if cost is expressions.missing and {account, label, acquired} == {blank}:
        return None

    def extras(leg: Leg, row: Row) -> Leg:
        stated, other, day = cost(row), account(row), acquired(row)
        if stated is None and not (other or day or label(row)):
            return leg
        money = currency(row) if stated is not None else None
        return leg._replace(
            account=parse_account_ref(other) if other else None,
            label=label(row),
            cost=money.exact(stated) if money and stated is not None else None,
            cost_currency=money.asset if money else None,
            acquired_on=_iso_day(day) if day else None,
        )

    return extras


def _iso_day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise RowFault(f"{text[:40]!r} is no day: write it as 2024-03-29") from None


def bind_amount(expression: str, layout: Layout) -> ReadAmount:
    return expressions.bind(expressions.parse(expression), layout.amount, layout.text)


def _amount(expression: str | None, layout: Layout) -> ReadAmount:
    return bind_amount(expression, layout) if expression else expressions.missing


def _related(form: RuleForm, layout: Layout) -> Callable[[Row], AssetRef | None] | None:
    if form.related is None:
        return None
    asset_form = layout.profile.assets[form.related]
    read: ReadAsset = compile_asset(asset_form, layout)
    symbol = layout.first_text(asset_form.symbol)
    return None if symbol is blank else lambda row: read(row) if symbol(row) else None


def _part(form: RuleForm, layout: Layout) -> Callable[[Row, When, Draft], Part | None] | None:
    if form.join is None:
        return None
    join, part = form.join, form.part
    reads = [key_part(name, layout) for name in layout.profile.joins[join].by]

    def read(row: Row, when: When, draft: Draft) -> Part | None:
        key = tuple([read(row, when) for read in reads])
        return Part(join, by_sign(part, draft.legs), key, when.printed) if all(key) else None

    return read
