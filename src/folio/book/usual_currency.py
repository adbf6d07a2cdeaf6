"""In which currency a price or an amount is that says none.

It is the account's, where that was said, else the book's: but never against what is known.
Dollars would be taken for pounds where an account has had dollars alone so far, or what is
bought has been priced in dollars alone; and nobody traded in marks in 2020.  There it is asked.
"""

import datetime as dt
from collections.abc import Sequence

from folio.book import Book
from folio.errors import UsageError
from folio.model.accounts import Account
from folio.model.assets import BECAME_EURO, Asset
from folio.model.shell_words import shell_word


class UsualCurrency:
    """Answers for one command; of an account, as it was when first asked about."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.catalog = book.catalog
        self._unsaid: dict[int, str | None] = {}  # by account: a batch has many rows of each

    def of(self, account: Account | None, traded: Asset | None, day: dt.date) -> str:
        """The currency's code, in an account and for an asset that is traded there, if any.

        Raises:
            UsageError: naming the choices, where what is known speaks against it.
        """
        base = self.catalog.base.symbol
        code = base if account is None else self._of_account(account, day)
        if traded is not None:
            quotes = [q for q in self._quotes(traded) if not _gone(q, day)]
            if quotes and (code or base) not in quotes:
                raise UsageError(
                    f"{traded.key} has prices in {' and '.join(quotes)} so far; "
                    f"say {_options(*quotes, code or base)}"
                )
            if quotes:
                code = code or base
        if account is not None and code is None:
            money = self.catalog.money_of(account)
            raise UsageError(
                f"{account.key} has had {' and '.join(money)} alone so far; "
                f"say {_options(*money, base)}, or once for all: "
                f"folio account set {shell_word(account.key)} --currency {money[0]}"
            )
        return self._in_use(code or base, account, day)

    def _of_account(self, account: Account, day: dt.date) -> str | None:
        stated = self.catalog.stated_currency(account, day)
        if stated is None and account.id not in self._unsaid:
            self._unsaid[account.id] = self.catalog.currency_of(account, day)
        return stated or self._unsaid[account.id]

    def _in_use(self, code: str, account: Account | None, day: dt.date) -> str:
        """The currency, unless it had become the euro by that day."""
        since = _gone(code, day)
        if since is None or code == self.catalog.base.symbol:
            return code
        always = (
            f", or once for all: folio account set {shell_word(account.key)} "
            f"--currency EUR --from {since}"
            if account is not None
            else ""
        )
        raise UsageError(
            f"{code} became EUR, and was gone by {since}; say {_options('EUR', code)}{always}"
        )

    def _quotes(self, asset: Asset) -> Sequence[str]:
        known = self.catalog.assets
        return [known[q].key for q in self.book.prices.quotes(asset.id) if known[q].is_currency]


def _gone(code: str, day: dt.date) -> dt.date | None:
    """Since when there was no money any more in a currency that became the euro by that day."""
    if code not in BECAME_EURO:
        return None
    from folio.model.euro import REPLACED_BY_EURO

    was = REPLACED_BY_EURO.get(code)
    return None if was is None or day <= was.last_day else was.last_day + dt.timedelta(days=1)


def _options(*codes: str) -> str:
    return " or ".join(f"--currency {code}" for code in dict.fromkeys(codes))
