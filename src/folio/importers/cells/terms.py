"""Terms of a corporate action as a cell says them: its ratio, and its share of a cost."""

import re
from decimal import Decimal

from folio.errors import UsageError
from folio.importers.cells.rows import RowFault
from folio.model.numbers import parse_share

MAX_TERM = 1_000_000  # of a ratio
_between_terms = re.compile(r"[:/]|for|für|pour|por|para|per|voor")


def parse_cost_share(text: str) -> Decimal | None:
    """``0.125`` or ``12.5%``: the part of a cost; None of a blank text.

    Raises:
        RowFault: for anything else.
    """
    try:
        return parse_share(text) if text else None
    except UsageError as fault:
        raise RowFault(str(fault)) from None


def parse_ratio(text: str) -> tuple[int, int]:
    """``10:1``, ``10/1``, ``10 for 1`` or ``10 für 1``: new units for old units.

    Raises:
        RowFault: for anything else, and for a term of 0.
    """
    terms = _between_terms.split(text.lower())
    if len(terms) != 2 or not all(term.strip().isdecimal() for term in terms):
        raise RowFault(f"{text[:40]!r} is no ratio: write new:old, such as 10:1")
    new, old = (int(term) if len(term) < 20 else 0 for term in terms)
    if not (0 < new <= MAX_TERM and 0 < old <= MAX_TERM):
        raise RowFault(f"{text[:40]!r} is no ratio: its terms are 1 to {MAX_TERM}")
    return new, old
