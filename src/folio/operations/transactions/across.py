"""What a transaction of several accounts is about, and which of its parts are in others.

See :mod:`folio.engine.cash_flows`, which says what that is for.
"""

from folio.model.ledger import ABOUT, APART, FAR
from folio.model.numbers import ZERO
from folio.model.transactions import Draft
from folio.operations.transactions.shape import Shape


def marked(draft: Draft, shape: Shape) -> list[int | None]:
    """How each leg of a draft stands to what that is about; of a payment it is about the payer.

    Costs alone that several accounts paid, of no holding, are about none.
    """
    about = None if shape.payer is not None else _about(draft, shape)
    home = shape.payer or (None if about is None else shape.places[about])
    if home is None:
        return [None] * len(draft.legs)
    marks: list[int | None] = []
    for place, where in enumerate(shape.places):
        if where.id == home.id:
            marks.append(ABOUT if place == about else None)
        else:
            marks.append(APART if where.institution_id == home.institution_id else FAR)
    return marks


def _about(draft: Draft, shape: Shape) -> int | None:
    """The leg that a draft is about: units rather than money, and what came in rather than what
    went."""
    told = [
        (part.is_money, leg.role == "cash", leg.quantity < ZERO, place)
        for place, (leg, part) in enumerate(zip(draft.legs, shape.parts, strict=True))
        if leg.role in ("asset", "cash")
    ]
    return min(told)[-1] if told else None
