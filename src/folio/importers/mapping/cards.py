"""Whether a list of money may be a card's, whose amounts are often what it was charged."""

import re

from folio.importers.mapping.proposed import Proposal
from folio.importers.mapping.words import plain

_CARD = re.compile(r"\bcard\b|\bkarte|\bcarte\b|\btarjeta|\bcartao|\bcarta\b|\bkort")
# What a card's owner pays to it, or gets back.
_TO_CARD = re.compile(
    r"(?<!card )\bpayment|\bautopay|thank you|pagamento|(?<!karten)zahlung|"
    r"paiement|\bpago\b|betaling|inbetalning|\brefund|estorno|erstattung|remboursement|reembolso",
    re.IGNORECASE,
)


def may_be_of_card(bare: Proposal) -> bool:
    """Whether amounts may be what a card was charged: more came in than went out, and what went
    out was paid to the card, or a column says whose card it was.
    """
    told = "direction" in bare.columns or "balance" in bare.columns or bare.kinds
    if told or bare.has_units or "amount" not in bare.columns or "decimal" not in bare.settings:
        return False
    amounts = bare.numbers("amount")
    out = [place for place, amount in enumerate(amounts) if (amount or 0) < 0]
    came = sum((amount or 0) > 0 for amount in amounts)
    if not 0 < len(out) <= came:
        return False
    names_one = any(_CARD.search(plain(name)) for name in bare.found.names if name)
    texts = [bare.found.cells(name) for name in bare.notes]
    paid = all(any(_TO_CARD.search(cells[place]) for cells in texts) for place in out)
    return names_one or paid
