"""Which account a row speaks of."""

from collections.abc import Callable

from folio.importers.cells.ibans import is_iban
from folio.importers.cells.rows import Known, Row, as_it_came
from folio.importers.interpreting.getters import blank
from folio.importers.interpreting.layout import Layout
from folio.model.transactions import AccountRef, parse_account_ref

ReadAccount = Callable[[Row], AccountRef | None]


def compile_account(layout: Layout) -> ReadAccount:
    """Reads the account of a row, of which a profile may know none."""
    form = layout.profile.account
    if form is None:
        return lambda row: None
    name, institution = layout.first_text(form.name), layout.first_text(form.institution)
    if institution is blank:
        by_name = Known[str, AccountRef | None](lambda text: _named(text, ""))
        return lambda row: by_name[name(row)]
    sort = layout.first_text(form.type)

    def of_institution(words: tuple[str, str, str]) -> AccountRef | None:
        ref, profile = _named(*words[:2]), layout.profile
        if ref is None or ref.institution != profile.institution:
            return ref
        account_type = words[2] or profile.account_type
        return AccountRef(ref.name, ref.institution, account_type, profile.institution_type)

    known = Known[tuple[str, str, str], AccountRef | None](of_institution)
    return lambda row: known[name(row), institution(row), sort(row)]


def _named(name: str, institution: str) -> AccountRef | None:
    if not name:
        return None
    name = as_it_came(name)
    compact = name.replace(" ", "")
    if is_iban(compact):  # the same account, whether it is printed in groups or not
        name = compact
    return AccountRef(name, institution) if institution else parse_account_ref(name)
