"""Which lots a sale takes: the method of the book, an account or a holding, from a day on.

The narrowest that says anything on a day counts: the holding's, else its account's, else the
book's.  A change applies from its day on, so only what was disposed of since then is chosen
anew; the holdings that it is about are folded again and their days marked from there.
"""

import datetime as dt

from folio.db.arrangements.settings import BOOK, Scope, add_setting
from folio.engine.lots import METHODS
from folio.errors import UsageError
from folio.operations.recording import Recording
from folio.operations.transactions.named_lots import Promises


def set_lot_method(
    write: Recording, scope: Scope, method: str | None, from_day: dt.date | None = None
) -> None:
    """Set the method of a scope from a day on (None: always); None as the method says nothing
    there, so that the wider scope's counts.

    Raises:
        UsageError: when there is no such method.
        FolioError: when a sale would lose the lots that it names to one that it chooses anew.
    """
    if method is not None:
        check_method("lot_method", method)
    add_setting(write.commit, scope, "lot_method", method, from_day)
    since = from_day or dt.date.min
    promises = Promises(write)
    for holding in write.catalog.holdings.values():
        if scope in (BOOK, ("account", holding.account_id), ("holding", holding.id)):
            write.touched.lots(holding.id, since)
            promises.watch(holding.id)
    write.checks.append(promises.check)


def check_method(key: str, text: str) -> None:
    """Refuse what is no method.

    Raises:
        UsageError: listing the methods.
    """
    if text not in METHODS:
        raise UsageError(
            f"{text!r} is no lot method; say one of: {', '.join(METHODS)}, or default "
            "(single lots are named on the sale: --lot)"
        )
