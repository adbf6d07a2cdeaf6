"""In which units a column's numbers are, as its name says: shares, cents, money of abroad."""

import re

from folio.importers.mapping.words import plain

_UNITS = frozenset(
    "shares units share unit stuck stueck anteile aktien titres parts acciones participaciones "
    "azioni quote aandelen antal andelar aktier acoes qty quantity".split()
)
_MONEY = frozenset(
    "price value amount cost costs worth proceeds fmv per kurs preis wert betrag cours prix valeur "
    "montant precio importe prezzo importo controvalore prijs koers bedrag waarde belopp "
    "pris".split()
)
_CENTS = frozenset(
    "cent cents centimes centavos centesimi centimos pence pennies rappen groszy kopecks paise "
    "öre øre ore haléře fillér kuruş".split()
)
_ABROAD = re.compile(
    r"\b(orig|foreign|local|merchant|instructed|fremd|ursprung|oorspronkelijk|vreemde|oprindelig)"
)


_OWN = re.compile(r"\b(account|konto|compte|cuenta|conta|conto|rekening|konta|счета)\b")
_CURRENCY = re.compile("currency|wahrung|devise|moneda|valuta|waluta|валют")


def is_of_account(name: str) -> bool:
    """Whether a column is in the account's own currency, or names it.

    >>> is_of_account("Сумма в валюте счета"), is_of_account("Account currency")
    (True, True)
    """
    text = plain(name).replace("kontowahrung", "konto wahrung")
    return bool(_OWN.search(text) and _CURRENCY.search(text))


def counts_units(name: str) -> bool:
    """Whether a column has numbers of shares, whatever else its name says.

    >>> counts_units("Shares withheld for taxes"), counts_units("Value of shares")
    (True, False)
    """
    words = set(plain(name).split())
    return bool(words & _UNITS) and not words & _MONEY


def in_hundredths(name: str) -> bool | None:
    """Whether a column's name says that its amounts are cents; None where they may be.

    >>> in_hundredths("amount_cents"), in_hundredths("Amount (minor units)"), in_hundredths("Net")
    (True, None, False)
    """
    words = set(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold()))
    return True if words & _CENTS else None if "minor" in words else False


def is_abroad(name: str) -> bool:
    """Whether a column is of what something cost abroad, before it came to the account.

    >>> is_abroad("Originalbetrag"), is_abroad("Betrag Fremdwährung"), is_abroad("Amount")
    (True, True, False)
    """
    return _ABROAD.search(plain(name)) is not None
