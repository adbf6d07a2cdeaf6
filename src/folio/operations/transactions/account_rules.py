"""Whether an account is open on a day."""

import datetime as dt

from folio.db.arrangements.settings import DEFAULTS
from folio.errors import FolioError
from folio.model.accounts import Account
from folio.model.shell_words import shell_word
from folio.operations.recording import Recording


def check_open(write: Recording, account: Account, day: dt.date) -> bool:
    """Refuse a transaction in an account that takes none on that day; whether it does on any.

    Raises:
        FolioError: when the account is frozen, or closed before that day.
    """
    settings = write.catalog.settings
    status = settings.get(("account", account.id), "status") or DEFAULTS["status"]
    if status == "frozen":
        raise FolioError(
            f"account {account.key} is frozen; thaw it with: "
            f"folio account set {shell_word(account.key)} --status active"
        )
    closed = settings.get(("account", account.id), "closed_on")
    if status == "closed" and closed is not None and day.isoformat() > closed:
        raise FolioError(
            f"account {account.key} was closed on {closed}; date the transaction on or before "
            f"that day, or reopen it with: "
            f"folio account set {shell_word(account.key)} --status active"
        )
    return status != "closed"
