"""Capital is returned on what is in no pot of a holding: who means the pots, too, has to say it."""

from collections.abc import Iterator

from folio.db.derived.positions import read_positions
from folio.model.accounts import Account
from folio.model.assets import Asset
from folio.model.numbers import ZERO, to_text
from folio.operations.recording import Recording


def pots_left_out(write: Recording, account: Account, payer: Asset) -> Iterator[str]:
    """What is worth saying of the pots of an asset that returns capital to its account."""
    own, holdings = (account.id, payer.id), write.catalog.holdings
    pots = {h.id for h in holdings.values() if h.label and (h.account_id, h.asset_id) == own}
    for number, position in read_positions(write.db, pots).items():
        if position.quantity > ZERO:
            yield (
                f"{write.catalog.describe(holdings[number])} has {to_text(position.quantity)}, and "
                "capital is returned on what is in no pot; where they have a part in it, move them "
                "out on the day before"
            )
