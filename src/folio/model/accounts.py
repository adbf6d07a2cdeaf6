"""Institutions, accounts and holdings, with what is in force for them now."""

from typing import Literal, get_args

from folio.model.named import NamedTuple

InstitutionType = Literal[
    "bank",
    "broker",
    "crypto-exchange",
    "crypto-wallet",
    "investment-fund",
    "private-equity",
    "real-estate",
    "other",
]
AccountType = Literal[
    "checking",
    "savings",
    "brokerage",
    "retirement",
    "wallet",
    "exchange",
    "credit-card",
    "loan",
    "property",
    "other",
]
INSTITUTION_TYPES: tuple[str, ...] = get_args(InstitutionType)
ACCOUNT_TYPES: tuple[str, ...] = get_args(AccountType)
LIABILITIES = frozenset({"credit-card", "loan"})


class Institution(NamedTuple):
    id: int
    name: str
    type: str


class Account(NamedTuple):
    id: int
    institution_id: int
    institution: str
    name: str
    type: str
    currency_id: int | None  # what a price without a currency means here
    note: str

    @property
    def key(self) -> str:
        """The name that is shown and can be typed: the institution's too, where they differ."""
        if self.institution.casefold() == self.name.casefold():
            return self.name
        return f"{self.institution}/{self.name}"

    @property
    def is_liability(self) -> bool:
        return self.type in LIABILITIES


class Holding(NamedTuple):
    id: int
    account_id: int
    asset_id: int
    label: str
    note: str
    hidden: bool  # not listed, and in no total
    inactive: bool  # listed, and in no total

    @property
    def included(self) -> bool:
        """Whether its figures are in totals: the one inclusion rule of every report."""
        return not (self.hidden or self.inactive)
