"""What every journal says, whatever its grammar: keys and values beside names, and amounts."""

from decimal import Decimal

from folio.exporters.names import Names
from folio.model.assets import Asset
from folio.model.journal import Entry, Place, Seen
from folio.model.numbers import to_text


def padded(number: Decimal, places: int) -> str:
    """A number with at least so many decimal places, and no more than it needs.

    >>> padded(Decimal("1183"), 2), padded(Decimal("0.125"), 2), padded(Decimal("5"), 0)
    ('1183.00', '0.125', '5')
    """
    text = to_text(number)
    _, _, decimals = text.partition(".")
    missing = places - len(decimals)
    if missing <= 0:
        return text
    return f"{text}{'' if decimals else '.'}{'0' * missing}"


def of_place(place: Place) -> dict[str, str]:
    """What an account of the journal is in the book."""
    return {
        "institution": place.account.institution,
        "institution-type": place.institution_type,
        "account": place.account.name,
        "account-type": place.account.type,
        "cash": "yes" if place.tracks_cash else "no",
        "label": place.label,
    }


def of_asset(asset: Asset, name: str) -> dict[str, str]:
    """What a commodity is in the book; under ``name`` what it is called."""
    return {
        "symbol": asset.symbol,
        "asset-type": asset.type,
        "market": asset.market,
        "isin": asset.isin or "",
        name: asset.name,
        "precision": str(asset.precision),
    }


def of_entry(entry: Entry, names: Names) -> dict[str, str]:
    """What a transaction is in the book, beyond what it moves."""
    return {
        "kind": entry.kind,
        "id": entry.external_id,
        "source": entry.source,
        "payer": "" if entry.related is None else names.commodities[entry.related],
        "paid-by": "" if entry.paid_by is None else names.places.get(entry.paid_by, ""),
        "ratio": "" if entry.ratio is None else f"{entry.ratio[0]}:{entry.ratio[1]}",
        "worth": "" if entry.worth is None else to_text(entry.worth),
        "short": "yes" if entry.short else "",
        **{role: _amounts(entry, role, names) for role in ("fee", "tax")},
    }


def _amounts(entry: Entry, role: str, names: Names) -> str:
    """What a trade cost, such as ``1 EUR``; of several currencies with a plus between."""
    return " + ".join(
        f"{to_text(amount)} {names.commodities[asset]}"
        for of, amount, asset in entry.costs
        if of == role
    )


def apart(seen: Seen, name: str, commodity: str) -> str:
    """What is said of a balance that the entries do not lead to."""
    gap = to_text(seen.balance - seen.ledger)
    return (
        f"{seen.day} {name}: {to_text(seen.balance)} {commodity} was observed "
        f"({seen.source}), the entries come to {to_text(seen.ledger)}: a gap of {gap}"
    )
