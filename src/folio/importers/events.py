"""What one row means: the first rule that fits it, and the legs that rule describes."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from folio.errors import UsageError
from folio.importers import expressions
from folio.importers.amounts import canonical_amount
from folio.importers.assets import ReadAsset, canonical_text, compile_asset, read_money
from folio.importers.conditions import (
    Condition,
    ReadAmount,
    ReadText,
    TestRow,
    all_hold,
    compile_conditions,
)
from folio.importers.dates import When
from folio.importers.layout import Layout
from folio.importers.profile import LegForm, RuleForm
from folio.importers.profile_types import TRADE
from folio.importers.rows import Row, RowFault
from folio.model.assets import AssetRef
from folio.model.numbers import parse_share
from folio.model.transactions import AccountRef, Leg, parse_account_ref

MAX_CACHED_VALUES = 2_000
MAX_TERM = 1_000_000  # of a ratio
ReadLeg = Callable[[Row], Leg | None]
FEE_ROLES = ("fee", "tax")


class Skip(NamedTuple):
    """A row that moves nothing."""

    reason: str


class Event(NamedTuple):
    """A row, interpreted; rows may still join into one event."""

    line: int
    when: When
    kind: str  # what the row is alone
    legs: tuple[Leg, ...]
    account: AccountRef | None
    related: AssetRef | None
    note: str
    ratio: tuple[int, int] | None
    added: Decimal | None
    lot: str | None
    join: str | None
    part: str
    key: tuple[str, ...]  # of the join; () where the row stands alone
    cost_share: Decimal | None = None
    identity: str = ""  # the external id, before repeated rows are counted


class Rule(NamedTuple):
    """A compiled rule."""

    conditions: list[Condition]
    applies: TestRow
    build: Callable[[Row, When], Event | Skip]
    skip: Skip | None = None


class Rules:
    """All rules of a profile; the most used name picks the candidates with one look-up."""

    def __init__(self, layout: Layout) -> None:
        self.rules = [_rule(form, layout) for form in layout.profile.rules]
        self.cache: dict[str, list[Rule]] = {}
        self.key = _most_used(self.rules)
        self.read_key: ReadText = layout.text(self.key) if self.key else lambda row: ""

    def event(self, row: Row, when: When) -> Event | Skip:
        """What the first rule that fits makes of the row.

        Raises:
            RowFault: where no rule fits, or the one that fits finds a cell wanting.
        """
        return self._fitting(row).build(row, when)

    def skip(self, row: Row) -> Skip | None:
        """The reason to skip a row that has no date, None where it must have one."""
        return self._fitting(row).skip

    def _fitting(self, row: Row) -> Rule:
        value = self.read_key(row)
        candidates = self.cache.get(value)
        if candidates is None:
            candidates = [rule for rule in self.rules if _may_apply(rule, self.key, value)]
            if len(self.cache) < MAX_CACHED_VALUES:
                self.cache[value] = candidates
        for rule in candidates:
            if rule.applies(row):
                return rule
            row.captures.clear()
        raise RowFault(f"the profile does not know what {value[:60]!r} is" if value else "no rule")


def _most_used(rules: list[Rule]) -> str:
    names = [c.name for rule in rules for c in rule.conditions if c.of_text]
    return max(dict.fromkeys(names), key=names.count, default="")


def _may_apply(rule: Rule, key: str, value: str) -> bool:
    return all(c.of_text(value) for c in rule.conditions if c.of_text and c.name == key)


def _rule(form: RuleForm, layout: Layout) -> Rule:
    conditions = compile_conditions(form.when, layout)
    if form.skip is not None:
        skip = Skip(form.skip)
        return Rule(conditions, all_hold(conditions), lambda row, when: skip, skip)
    return Rule(conditions, all_hold(conditions), _Builder(form, layout))


class _Builder:
    """Makes the event of a rule from a row."""

    def __init__(self, form: RuleForm, layout: Layout) -> None:
        profile = layout.profile
        self.form = form
        self.legs = [
            compile_leg(leg, part)
            for leg in profile.legs_of(form)
            for part in (layout.wide() if leg.each else [layout])
        ]
        self.related = _related(form, layout)
        self.note = layout.first_text(profile.note if form.note is None else form.note)
        self.ratio = layout.first_text(form.ratio)
        self.added = _amount(form.added, layout)
        self.lot = layout.first_text(form.lot)
        self.cost_share = layout.first_text(form.cost_share)
        self.account = _account(layout)
        self.key = _key(form, layout)

    def __call__(self, row: Row, when: When) -> Event | Skip:
        legs = tuple([leg for read in self.legs if (leg := read(row)) is not None])
        form = self.form
        if self.legs and not legs:
            return Skip("moves nothing")
        ratio = self.ratio(row)
        return Event(
            line=row.line,
            when=when,
            kind=decided_kind(str(form.kind), legs),
            legs=legs,
            account=self.account(row) if self.account else None,
            related=self.related(row) if self.related else None,
            note=self.note(row),
            ratio=parse_ratio(ratio) if ratio else None,
            added=self.added(row),
            lot=self.lot(row) or None,
            join=form.join,
            part=form.part,
            key=self.key(row, when) if self.key else (),
            cost_share=_share(self.cost_share(row)),
        )


def decided_kind(kind: str, legs: tuple[Leg, ...]) -> str:
    """``kind``, or what the legs make of ``trade`` and of ``reward/fee``."""
    if "/" in kind:
        positive, negative = kind.split("/", 1)
        kind = positive if not legs or legs[0].quantity > 0 else negative
    return _trade_kind(legs) if kind == TRADE else kind


def _trade_kind(legs: tuple[Leg, ...]) -> str:
    traded = [leg for leg in legs if leg.role not in FEE_ROLES]
    outgoing = {leg.asset.type == "currency" for leg in traded if leg.quantity < 0}
    incoming = {leg.asset.type == "currency" for leg in traded if leg.quantity > 0}
    if not outgoing or not incoming:
        return "unknown"
    return {(True, False): "buy", (False, True): "sell"}.get(
        (outgoing == {True}, incoming == {True}), "swap"
    )


def compile_leg(form: LegForm, layout: Layout) -> ReadLeg:
    """A function from a row to a posting, None where it would be zero or does not apply."""
    quantity = _required(form, layout)
    thing = _thing(form, layout)
    applies = all_hold(compile_conditions(form.when, layout)) if form.when else None
    extras = _extras(form, layout)
    dress = _dresser(form, layout)

    def read(row: Row) -> Leg | None:
        if applies is not None and not applies(row):
            return None
        amount = quantity(row)
        if not amount:
            return None
        asset, places = thing(row)
        amount = amount.scaleb(-places) if places else amount
        leg = dress(Leg(_role(form.role, asset), asset, amount), row)
        return extras(leg, row) if extras else leg

    return read


def _role(role: str, asset: AssetRef) -> str:
    if role != "auto":
        return role
    return "cash" if asset.type == "currency" else "asset"


def _required(form: LegForm, layout: Layout) -> ReadAmount:
    read = bind_amount(form.quantity, layout)
    if form.optional or form.each:
        return read

    missing = f"{form.quantity} is blank"
    computed = layout.profile.amounts.get(form.quantity.lstrip("-"))
    if computed is not None and computed.value:
        missing = f"there is no {form.quantity.lstrip('-')}: {computed.value} is blank"

    def required(row: Row) -> Decimal | None:
        amount = read(row)
        if amount is None:
            raise RowFault(missing)
        return amount

    return required


def _thing(form: LegForm, layout: Layout) -> Callable[[Row], tuple[AssetRef, int]]:
    if form.asset:
        asset = compile_asset(layout.profile.assets[form.asset], layout)
        return lambda row: (asset(row), 0)
    code = layout.first_text(form.currency)
    return lambda row: read_money(code(row), layout.profile)


def _dresser(form: LegForm, layout: Layout) -> Callable[[Leg, Row], Leg]:
    """Adds the price, in whole units of its currency."""
    price = _amount(form.price, layout)
    currency = layout.first_text(form.price_currency)

    def dress(leg: Leg, row: Row) -> Leg:
        quoted = price(row)
        code = currency(row) if quoted is not None else ""
        if quoted is None or not code:
            return leg
        money = read_money(code, layout.profile)
        return leg._replace(price=abs(money.exact(quoted)), price_currency=money.asset)

    return dress if form.price else lambda leg, row: leg


def _extras(form: LegForm, layout: Layout) -> Callable[[Leg, Row], Leg] | None:
    """Adds what few formats have: another account, a pot, a stated cost and day."""
    if not (form.account or form.label or form.cost or form.acquired_on):
        return None
    account, label = layout.first_text(form.account), layout.first_text(form.label)
    cost, acquired = _amount(form.cost, layout), layout.first_text(form.acquired_on)
    currency = layout.first_text(form.cost_currency)

    def extras(leg: Leg, row: Row) -> Leg:
        stated, other, day = cost(row), account(row), acquired(row)
        if stated is None and not (other or day or label(row)):
            return leg
        money = read_money(currency(row), layout.profile) if stated is not None else None
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
    return bind_amount(expression, layout) if expression else lambda row: None


def _related(form: RuleForm, layout: Layout) -> Callable[[Row], AssetRef | None] | None:
    if form.related is None:
        return None
    asset_form = layout.profile.assets[form.related]
    read: ReadAsset = compile_asset(asset_form, layout)
    symbol = layout.first_text(asset_form.symbol)
    return lambda row: read(row) if symbol(row) else None


def _account(layout: Layout) -> Callable[[Row], AccountRef | None] | None:
    form = layout.profile.account
    if form is None:
        return None
    name, institution = layout.first_text(form.name), layout.first_text(form.institution)
    known: dict[tuple[str, str], AccountRef] = {}

    def read(row: Row) -> AccountRef | None:
        words = text, where = name(row), institution(row)
        if not text:
            return None
        if words not in known:
            known[words] = AccountRef(text, where) if where else parse_account_ref(text)
        return known[words]

    return read


def _key(form: RuleForm, layout: Layout) -> Callable[[Row, When], tuple[str, ...]] | None:
    if form.join is None:
        return None
    reads = [key_part(name, layout) for name in layout.profile.joins[form.join].by]

    def key(row: Row, when: When) -> tuple[str, ...]:
        parts = tuple([read(row, when) for read in reads])
        return parts if all(parts) else ()

    return key


def key_part(name: str, layout: Layout) -> Callable[[Row, When], str]:
    """A function to the canonical text of a name, of the row's ``day`` or its ``time``."""
    if name == "day":
        return lambda row, when: when.printed.date().isoformat()
    if name == "time":
        return lambda row, when: when.printed.isoformat(timespec="seconds")
    if name in layout.profile.amounts:
        amount = layout.amount(name)
        return lambda row, when: canonical_amount(amount(row))
    text = layout.text(name)
    return lambda row, when: canonical_text(text(row))


def _share(text: str) -> Decimal | None:
    try:
        return parse_share(text, "cost share") if text else None
    except UsageError as fault:
        raise RowFault(str(fault)) from None


def parse_ratio(text: str) -> tuple[int, int]:
    """``10:1``, ``10/1`` or ``10 for 1``: new units for old units.

    Raises:
        RowFault: for anything else, and for a term of 0.
    """
    terms = text.replace("for", ":").replace("/", ":").split(":")
    if len(terms) != 2 or not all(term.strip().isdecimal() for term in terms):
        raise RowFault(f"{text[:40]!r} is no ratio: write new:old, such as 10:1")
    new, old = (int(term) if len(term) < 20 else 0 for term in terms)
    if not (0 < new <= MAX_TERM and 0 < old <= MAX_TERM):
        raise RowFault(f"{text[:40]!r} is no ratio: its terms are 1 to {MAX_TERM}")
    return new, old
