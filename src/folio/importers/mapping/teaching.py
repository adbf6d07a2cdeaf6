"""What a profile that ``folio import --map`` made has yet to learn of a later file.

A profile knows the words of the file that it was made for: what sells is no row of a month without
sales.  Of another file with the same header it takes what is new: a rule for each kind of row that
it has no rule for, and whether a row was booked of which it says something new.  What it knew it
reads as before.
"""

import re
from collections.abc import Mapping

from folio.errors import FolioError
from folio.importers.cells.rows import NOTHING, normalised
from folio.importers.cells.states import is_booked
from folio.importers.interpreting.conditions import text_tests
from folio.importers.language.profile import AmountForm, Profile, RuleForm, TextForm, numbers_to
from folio.importers.language.profile_types import TRADE
from folio.importers.mapping.proposed import COSTS, WORDS, Given, Proposal
from folio.importers.mapping.rules import rules_of_words, text_of
from folio.importers.mapping.table import Found
from folio.importers.mapping.words import FIELDS


def told_before(profile: Profile, found: Found, given: Given) -> Given | None:
    """What a profile was told of a file's table, with what is given now.

    None where it is of another table, or has no words to learn: of money alone every row is read,
    but for states.
    """
    required = {name for names in profile.header.require for name in names[:1]}
    required |= {*numbers_to(profile.header.numbered)}
    columns = _columns(profile)
    of_units = bool(columns.get("action") and columns.get("quantity"))
    if not (required <= set(found.names) and (of_units or columns.get("status"))):
        return None
    settings = {"date": profile.date.formats[-1], "fee": _costs_are(profile)}
    settings["cash"] = "yes" if profile.tracks_cash else "no"
    if profile.numbers.decimal in ("point", "comma"):
        settings["decimal"] = profile.numbers.decimal
    if "currency" in profile.texts and profile.texts["currency"].default:
        settings["currency"] = profile.texts["currency"].default
    actions = found.values(columns["action"]) if of_units else []
    kinds = {word: known for word in actions if (known := _known(profile, word)) is not None}
    if columns.get("status"):
        states = _states(profile)
        words = {word: states.get(normalised(word)) for word in found.values(columns["status"])}
        kinds |= {word: said for word, said in words.items() if said}
    return Given({**columns, **given.columns}, {**settings, **given.settings},
                 {**given.kinds, **kinds})  # fmt: skip


def new_words(profile: Profile, proposal: Proposal) -> dict[str, str]:
    """The words of a file's rows that a profile does not know, and what they are."""
    kinds = proposal.kinds.items() if proposal.has_units else ()
    return {word: kind for word, kind in kinds if _known(profile, word) is None}


def new_states(profile: Profile, proposal: Proposal) -> dict[str, str]:
    """The words of a file's states that a profile does not know, and what they are."""
    known = _states(profile)
    return {
        word: said
        for word, said in proposal.states.items()
        if normalised(word) not in known and is_booked(word) is None
    }


def taught(
    text: str, words: dict[str, str], proposal: Proposal, states: Mapping[str, str] = NOTHING
) -> str:
    """The TOML of a profile, with rules for words that are new to it, and with new states.

    Raises:
        FolioError: when the lines that say the states are not as folio writes them.
    """
    for word, said in states.items():
        key = "yes" if said == "booked" else "no"
        line = re.search(rf"(?m)^\[booked\]\n(?:[^\[\n].*\n)*?{key} = \[", text)
        if line is None:
            raise FolioError(
                f"the profile has no lines [booked] that say what its states are; write there: "
                f'text = "status" and {key} = [{text_of(word)}]'
            )
        at = line.end()
        text = f"{text[:at]}{text_of(word)}{'' if text[at] == ']' else ', '}{text[at:]}"
    return "\n\n".join([text.rstrip("\n"), *rules_of_words(words, proposal)]) + "\n"


def _states(profile: Profile) -> dict[str, str]:
    """What the words of states are to a profile."""
    form = profile.booked
    words = [] if form is None else [(form.yes, "booked"), (form.no, "skip")]
    return {normalised(word): said for listed, said in words for word in listed}


def _columns(profile: Profile) -> dict[str, str]:
    """The column of each field; "" where the profile reads none, or it is no column as it is."""
    columns = dict.fromkeys((*FIELDS, *COSTS), "")
    forms: dict[str, TextForm | AmountForm] = {**profile.texts, **profile.amounts}
    for field, form in forms.items():
        plain = type(form)(column=form.column)
        if field in columns and form == plain and len(form.column) == 1:
            columns[field] = form.column[0]
        elif field in columns:
            del columns[field]  # to be found as it was for the first file
    columns["date"] = profile.date.column[0][0]
    return columns


def _costs_are(profile: Profile) -> str:
    """Whether fees and taxes are inside the amount, or beside it."""
    legs = [leg for rule in profile.rules for leg in profile.legs_of(rule) if leg.role == "cash"]
    inside = any(f"abs({cost}?)" in leg.quantity for leg in legs for cost in COSTS)
    return "inside" if inside else "beside"


def _known(profile: Profile, word: str) -> str | None:
    """What a row that says a word is to a profile; None: it has no rule for it."""
    rule = next((rule for rule in profile.rules if _is_for(rule, word)), None)
    if rule is None or rule.skip is not None:
        return None if rule is None else "skip"
    if rule.kind == TRADE:
        return "sell" if profile.legs_of(rule)[0].quantity.startswith("-") else "buy"
    return rule.kind if rule.kind in WORDS else "deposit"


def _is_for(rule: RuleForm, word: str) -> bool:
    form = rule.when.get("action")
    return form is not None and all(test(word) for test in text_tests(form))
