"""That a profile names only what it defines: asked once, when it is loaded."""

from collections.abc import Iterable, Mapping

from folio.importers.language import expressions, patterns
from folio.importers.language.profile import (
    STATE,
    AssetForm,
    ConditionForm,
    LegForm,
    Profile,
    RuleForm,
)

ROW_NAMES = frozenset({"day", "time"})
EVENT_NAMES = ROW_NAMES | {"kind", "asset", "sign", "legs"}


def check_names(profile: Profile) -> None:
    """Raises ValueError, naming the place, for a name that is not defined."""
    columns = set(profile.texts) | set(profile.amounts)
    if twice := set(profile.texts) & set(profile.amounts):
        raise ValueError(f"{min(twice)} is both a text and an amount")
    if profile.file.format == "xml" and profile.sections is None:
        raise ValueError("file.format: xml needs [sections] that name the elements to read")
    if (profile.sections or profile.tables) and (profile.date.by_column or _has_auto(profile)):
        raise ValueError("sections: state the number and date formats; no column can decide")
    if not (profile.header.require or profile.header.numbered or profile.tables):
        raise ValueError("header.require: name the columns that tell the file")
    _check_columns(profile, columns)
    for number, rule in enumerate(profile.rules):
        _check_rule(profile, rule, columns, f"rules.{number}")
    for name, join in profile.joins.items():
        _known(join.by, columns | ROW_NAMES, f"joins.{name}.by")
    _known(profile.identity.fields, columns | EVENT_NAMES, "identity.fields")
    _known(profile.identity.with_, columns | EVENT_NAMES, "identity.with")
    _known(_some(profile.identity.id), columns, "identity.id")
    _check_rest(profile, columns)


def _has_auto(profile: Profile) -> bool:
    styles = [amount.decimal for amount in profile.amounts.values()]
    return bool({"auto", "each"} & {profile.numbers.decimal, *styles})


def _check_columns(profile: Profile, columns: set[str]) -> None:
    for name, text in profile.texts.items():
        _known(_some(text.unit_of), set(profile.amounts), f"texts.{name}.unit_of")
    for name, amount in profile.amounts.items():
        _known(_names(amount.value), columns - {name}, f"amounts.{name}.value")
        _check_conditions(amount.when, columns, f"amounts.{name}")
    _known(_some(profile.numbers.captures_like), set(profile.amounts), "numbers.captures_like")
    _known(_some(profile.date.instant), set(profile.texts), "date.instant")
    _known(_some(profile.date.zone_text), set(profile.texts), "date.zone_text")
    _known(_some(profile.date.otherwise), set(profile.texts), "date.otherwise")


def _check_rest(profile: Profile, columns: set[str]) -> None:
    _known(_texts(profile.note), columns, "note")
    _known(profile.alike, {*profile.texts, STATE}, "alike")
    if profile.booked:
        _known((profile.booked.text,), set(profile.texts), "booked.text")
    if account := profile.account:
        _known(_texts(account.name + account.institution), columns, "account")
    if closing := profile.closing:
        _known((closing.balance, closing.day), set(profile.texts), "closing")
        _known(_texts(closing.currency), columns, "closing.currency")
    if balance := profile.balance:
        _known((balance.printed,), set(profile.amounts), "balance.printed")
        _known(_names(balance.movement), columns, "balance.movement")
        _known(balance.per, columns, "balance.per")
        _known(_texts(balance.currency), columns, "balance.currency")
        _check_asset(profile, balance.asset, columns, "balance")
        _check_conditions(balance.when, columns, "balance")


def _check_rule(profile: Profile, rule: RuleForm, columns: set[str], where: str) -> None:
    scope = columns | captured(rule.when)
    _check_conditions(rule.when, scope, where)
    if isinstance(rule.legs, str) and rule.legs not in profile.legs:
        raise ValueError(f"{where}.legs: there is no [legs] {rule.legs}")
    for number, leg in enumerate(profile.legs_of(rule)):
        names = scope | _wide(profile) if leg.each else scope
        _check_leg(profile, leg, names, f"{where}.legs.{number}")
    _check_asset(profile, rule.related, scope, where)
    if stated := rule.states:
        _known(_names(stated.balance), scope, f"{where}.states")
        _known(_texts(stated.currency), scope, f"{where}.states")
    _known(_texts((rule.note or ()) + rule.ratio + rule.lot + rule.cost_share), scope, where)
    _known(rule.ratio_of or (), columns, f"{where}.ratio_of")
    _known(_names(rule.added), scope, f"{where}.added")
    if rule.join and rule.join not in profile.joins:
        raise ValueError(f"{where}.join: there is no [joins.{rule.join}]")


def _wide(profile: Profile) -> set[str]:
    if profile.wide is None:
        raise ValueError("a leg says each, but there is no [wide]")
    return {profile.wide.name, *profile.wide.amounts}


def _check_leg(profile: Profile, leg: LegForm, scope: set[str], where: str) -> None:
    for expression in (leg.quantity, leg.price, leg.cost):
        _known(_names(expression), scope, where)
    texts = leg.currency + leg.price_currency + leg.account + leg.label
    _known(_texts(texts + leg.cost_currency + leg.acquired_on), scope, where)
    _check_asset(profile, leg.asset, scope, where)
    _check_conditions(leg.when, scope, where)


def _check_asset(profile: Profile, name: str | None, scope: set[str], where: str) -> None:
    if name is None:
        return
    form: AssetForm | None = profile.assets.get(name)
    if form is None:
        raise ValueError(f"{where}: there is no [assets.{name}]")
    texts = form.symbol + form.isin + form.name + form.type + form.market
    _known(_texts(texts), scope, f"assets.{name}, in {where}")


def _check_conditions(when: Mapping[str, ConditionForm], scope: set[str], where: str) -> None:
    _known(when, scope, f"{where}.when")
    for condition in when.values():
        _known(_some(condition.same_as), scope, f"{where}.when")


def captured(when: Mapping[str, ConditionForm]) -> set[str]:
    """The named groups of the conditions' patterns."""
    found = (
        patterns.compile_pattern(condition.pattern).groupindex
        for condition in when.values()
        if condition.pattern
    )
    return set().union(*found)


def _some(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _names(expression: str | None) -> set[str]:
    return expressions.names(expressions.parse(expression)) if expression else set()


def _texts(texts: tuple[str, ...]) -> list[str]:
    return [text for text in texts if not is_constant(text)]


def is_constant(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == "'"


def _known(names: Iterable[str], scope: Iterable[str], where: str) -> None:
    missing = set(names) - set(scope)
    if missing:
        raise ValueError(
            f"{where}: {min(missing)!r} is not defined; define it in [texts] or [amounts], "
            "or put a constant in single quotes"
        )
