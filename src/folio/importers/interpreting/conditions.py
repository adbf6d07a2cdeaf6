"""The conditions under which a rule, a leg or a balance applies."""

import fnmatch
import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol

from folio.importers.cells.rows import Known, Row, normalised
from folio.importers.language import patterns
from folio.importers.language.profile import ConditionForm, Profile
from folio.model.assets import ISO_4217, REPLACED

_BEYOND = re.compile(r"[^\x00-\x7f]")
COINS = REPLACED | {"MNT"}  # on exchanges, where MNT is not the tugrik
# Those that others are quoted in, and that nothing else is called in a column of currencies.
QUOTE_COINS = frozenset("BTC XBT ETH BNB USDT USDC BUSD FDUSD TUSD DAI EURC".split())
ReadText = Callable[[Row], str]
ReadAmount = Callable[[Row], Decimal | None]
TestRow = Callable[[Row], bool]
TestText = Callable[[str], bool]


class Names(Protocol):
    """Where names are looked up: the layout of a file."""

    profile: Profile

    def text(self, name: str) -> ReadText: ...

    def amount(self, name: str) -> ReadAmount: ...


class Condition(NamedTuple):
    """A test of one name."""

    name: str
    of_text: TestText | None  # where it depends on that text alone and captures nothing
    of_row: TestRow


def compile_conditions(when: Mapping[str, ConditionForm], layout: Names) -> list[Condition]:
    return [_condition(name, form, layout) for name, form in when.items()]


def all_hold(conditions: list[Condition]) -> TestRow:
    tests = [condition.of_row for condition in conditions]
    return lambda row: all(test(row) for test in tests)


def _condition(name: str, form: ConditionForm, layout: Names) -> Condition:
    read = layout.text(name)
    texts = text_tests(form)
    if form.currency is not None:
        texts.append(_is_currency(form.currency, layout.profile))
    tests: list[TestRow] = [_of_row(test, read) for test in texts]
    if form.same_as:
        tests.append(_same(read, layout.text(form.same_as)))
    if form.sign:
        tests.append(_has_sign(layout.amount(name), form.sign))
    if form.pattern:
        tests.append(_captures(patterns.compile_pattern(form.pattern), read))
    alone = len(tests) == len(texts)
    return Condition(name, _together(texts) if alone else None, _together_rows(tests))


def text_tests(form: ConditionForm) -> list[TestText]:
    """The tests that depend on a text alone; all of them must hold."""
    tests: list[TestText] = []
    if form.equals:
        values = frozenset(map(normalised, form.equals))
        tests.append(lambda text: normalised(text) in values)
    if form.like:
        like = _globs(form.like)
        tests.append(lambda text: like.fullmatch(normalised(text)) is not None)
    if form.none_of:
        unlike = _globs(form.none_of)
        tests.append(lambda text: unlike.fullmatch(normalised(text)) is None)
    if form.blank is not None:
        tests.append((lambda text: not text) if form.blank else bool)
    return tests


def _is_currency(wanted: bool, profile: Profile) -> TestText:
    coins = COINS if profile.institution_type.startswith("crypto") else frozenset()
    return lambda code: (profile.codes.get(code, code) in ISO_4217 - coins) is wanted


def _globs(globs: tuple[str, ...]) -> patterns.Pattern:
    """Whatever fits one of these; of a letter beyond ASCII a program may have left ``?``."""
    whole = "|".join(fnmatch.translate(normalised(glob)) for glob in globs)
    return re.compile(_BEYOND.sub("(?:\\g<0>|[?\ufffd]{1,2})", whole))


def like_any(globs: tuple[str, ...]) -> TestText | None:
    """Whether a text fits one of the globs; None where there is none to fit."""
    if not globs:
        return None
    pattern = _globs(globs)
    known = Known[str, bool](lambda text: pattern.fullmatch(normalised(text)) is not None)
    return known.__getitem__


def _of_row(test: TestText, read: ReadText) -> TestRow:
    return lambda row: test(read(row))


def _same(left: ReadText, right: ReadText) -> TestRow:
    return lambda row: left(row) == right(row)


def _has_sign(read: ReadAmount, signs: Collection[str]) -> TestRow:
    def test(row: Row) -> bool:
        number = read(row)
        if number is None:
            return False
        return ("0" if not number else "+" if number > 0 else "-") in signs

    return test


def _captures(pattern: patterns.Pattern, read: ReadText) -> TestRow:
    def groups(text: str) -> dict[str, str] | None:
        match = pattern.fullmatch(" ".join(text[: patterns.MAX_CELL].split()))
        if match is None:
            return None
        return {name: group.strip() for name, group in match.groupdict().items() if group}

    known = Known(groups)

    def test(row: Row) -> bool:
        found = known[read(row)]
        if found is None:
            return False
        row.captures = {**row.captures, **found}
        return True

    return test


def _together(tests: list[TestText]) -> TestText:
    return tests[0] if len(tests) == 1 else lambda text: all(test(text) for test in tests)


def _together_rows(tests: list[TestRow]) -> TestRow:
    return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)
