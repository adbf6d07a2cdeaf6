"""What a profile that ``folio import --map`` made has yet to learn of a later file.

A profile knows the words of the file that it was made for: what sells is no row of a month without
sales.  Of another file with the same header it takes what is new: a rule for each kind of row that
it has no rule for.  What it knew it reads as before.
"""

from folio.importers.interpreting.conditions import text_tests
from folio.importers.language.profile import AmountForm, Profile, RuleForm, TextForm, numbers_to
from folio.importers.language.profile_types import TRADE
from folio.importers.mapping.proposed import COSTS, WORDS, Given, Proposal
from folio.importers.mapping.rules import rules_of_words
from folio.importers.mapping.table import Found
from folio.importers.mapping.words import FIELDS


def told_before(profile: Profile, found: Found, given: Given) -> Given | None:
    """What a profile was told of a file's table, with what is given now.

    None where it is of another table, or has no words to learn: of money alone every row is read.
    """
    required = {name for names in profile.header.require for name in names[:1]}
    required |= {*numbers_to(profile.header.numbered)}
    columns = _columns(profile)
    if not (required <= set(found.names) and columns.get("action") and columns.get("quantity")):
        return None
    settings = {"date": profile.date.formats[-1], "fee": _costs_are(profile)}
    settings["cash"] = "yes" if profile.tracks_cash else "no"
    if profile.numbers.decimal in ("point", "comma"):
        settings["decimal"] = profile.numbers.decimal
    if "currency" in profile.texts and profile.texts["currency"].default:
        settings["currency"] = profile.texts["currency"].default
    kinds = {
        word: known
        for word in found.values(columns["action"])
        if (known := _known(profile, word)) is not None
    }
    return Given({**columns, **given.columns}, {**settings, **given.settings},
                 {**given.kinds, **kinds})  # fmt: skip


def new_words(profile: Profile, proposal: Proposal) -> dict[str, str]:
    """The words of a file's rows that a profile does not know, and what they are."""
    return {word: kind for word, kind in proposal.kinds.items() if _known(profile, word) is None}


def taught(text: str, words: dict[str, str], proposal: Proposal) -> str:
    """The TOML of a profile, with rules for words that are new to it."""
    return "\n\n".join([text.rstrip("\n"), *rules_of_words(words, proposal)]) + "\n"


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
