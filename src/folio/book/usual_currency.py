"""In which currency a price or an amount is that says none.

It is the account's, where that was said, else the book's: but never against what is known.
Dollars would be taken for pounds where an account has had dollars alone so far, or what is
bought has been priced in dollars alone; a dividend of theirs may be in dollars too, where the
account has both; and nobody traded in marks in 2020.  There it is asked.  A price of a share that
is quoted in pence is in pence, unless the account is said to be in other money than pounds.
"""

import datetime as dt
from collections.abc import Sequence

from folio.book import Book
from folio.errors import CurrencyUnsaid, UsageError
from folio.model.accounts import Account
from folio.model.assets import BECAME_EURO, Asset
from folio.model.quote_units import QUOTE_UNITS
from folio.model.shell_words import shell_word


class UsualCurrency:
    """Answers for one command; of an account, as it was when first asked about."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.catalog = book.catalog
        self._before = set(book.catalog.accounts)  # a command may make more, and then be refused
        self._unsaid: dict[int, str | None] = {}  # by account: a batch has many rows of each

    def of(
        self, account: Account | None, asset: Asset | None, day: dt.date, *, traded: bool
    ) -> str:
        """The currency's code, in an account and for an asset: ``traded`` there, or that pays.

        Raises:
            UsageError: naming the choices, where what is known speaks against it.
        """
        base = self.catalog.base.symbol
        code = base if account is None else self._of_account(account, day)
        quotes = [] if asset is None else [q for q in self._quotes(asset) if not gone(q, day)]
        if asset is not None and quotes and (code or base) not in quotes:
            if traded:
                raise CurrencyUnsaid(
                    f"{asset.key} has prices in {' and '.join(quotes)} so far; "
                    f"say {_options(*quotes, code or base)}",
                    (code or base, *quotes),
                )
            if account is not None and not self.catalog.stated_currency(account, day):
                self._refuse_either(account, asset, quotes, code)
        if traded and quotes:
            code = code or base
        if account is not None and code is None:
            money = self.catalog.money_of(account)
            raise CurrencyUnsaid(
                f"{account.key} has had {' and '.join(money)} alone so far; "
                f"say {_options(*money, base)}, {self._for_all(account, money[0])}",
                (base, *money),
            )
        return self._in_use(code or base, account, day)

    def unit_of(
        self, account: Account | None, asset: Asset, day: dt.date, *, priced: bool
    ) -> str | None:
        """The quote unit that a price of an asset is in, in whose currency amounts are then, too;
        None where the asset has none, or where amounts without a price are in the account's money.

        Raises:
            UsageError: naming the choices, where the account is in other money.
        """
        unit = QUOTE_UNITS.get(asset.quote_unit or "")
        if unit is None or account is None:
            return asset.quote_unit
        stated = self.catalog.stated_currency(account, day)
        money = [stated] if stated else self.catalog.money_of(account)
        if not money or unit.currency in money or (priced and not stated):
            return unit.code
        if stated and not priced:
            return None
        always = "" if stated else f", {self._for_all(account, money[0])}"
        of_account = f"is in {stated}" if stated else f"has had {' and '.join(money)} alone so far"
        raise UsageError(
            f"{asset.key} is quoted in {unit.code}, and {account.key} {of_account}; "
            f"say {_options(unit.code if priced else unit.currency, *money)}{always}"
        )

    def _refuse_either(
        self, account: Account, asset: Asset, quotes: Sequence[str], code: str | None
    ) -> None:
        """What a share pays may be in its own money where the account has had that, too."""
        both = [money for money in self.catalog.money_of(account) if money in quotes]
        if code is not None and both:
            raise CurrencyUnsaid(
                f"{asset.key} has prices in {' and '.join(quotes)}, and {account.key} has had "
                f"{' and '.join(dict.fromkeys((*both, code)))}; say {_options(*both, code)}, "
                f"{self._for_all(account, code)}",
                (code, *both),
            )

    def _for_all(self, account: Account, code: str) -> str:
        """The command that says so of the account; one that is new yet may not be there after."""
        verb = "set" if account.id in self._before else "add"
        name = shell_word(account.key)
        return f"or once for all: folio account {verb} {name} --currency {code}"

    def _of_account(self, account: Account, day: dt.date) -> str | None:
        stated = self.catalog.stated_currency(account, day)
        if stated is None and account.id not in self._unsaid:
            self._unsaid[account.id] = self.catalog.currency_of(account, day)
        return stated or self._unsaid[account.id]

    def _in_use(self, code: str, account: Account | None, day: dt.date) -> str:
        """The currency, unless it had become the euro by that day."""
        since = gone(code, day)
        if since is None or code == self.catalog.base.symbol:
            return code
        always = "" if account is None else f", {self._for_all(account, 'EUR')} --from {since}"
        raise UsageError(
            f"{code} became EUR, and was gone by {since}; say {_options('EUR', code)}{always}"
        )

    def _quotes(self, asset: Asset) -> Sequence[str]:
        known = self.catalog.assets
        return [known[q].key for q in self.book.prices.quotes(asset.id) if known[q].is_currency]


def gone(code: str, day: dt.date) -> dt.date | None:
    """Since when there was no money any more in a currency that had become the euro by ``day``;
    None where there was.
    """
    if code not in BECAME_EURO:
        return None
    from folio.model.euro import REPLACED_BY_EURO

    was = REPLACED_BY_EURO.get(code)
    return None if was is None or day <= was.last_day else was.last_day + dt.timedelta(days=1)


def _options(*codes: str) -> str:
    return " or ".join(f"--currency {code}" for code in dict.fromkeys(codes))
