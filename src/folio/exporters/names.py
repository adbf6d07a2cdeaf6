"""Names that other programs take, each for one thing of the book and for no other.

The name is made for reading; what it stands for is stated beside it (metadata, tags), so that
nobody has to take it apart.

>>> legal_component("Trading 212"), legal_component("épargne №1"), legal_component("")
('Trading-212', 'Épargne-1', 'X')
>>> legal_commodity("brk.b"), legal_commodity("500.PA"), legal_commodity("$LUNA 2+")
('BRK.B', 'X500.PA', 'LUNA-2')
"""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable
from itertools import chain, count
from urllib.parse import quote

from folio.model.assets import Asset
from folio.model.journal import Journal, Place
from folio.model.once import Once

_WORDS = frozenset({"TRUE", "FALSE", "NULL"})  # of beancount's own language


class Unique:
    """Gives each thing a name of its own: the proposed one, else that with a number."""

    def __init__(self) -> None:
        self._of: dict[Hashable, str] = {}
        self._taken: set[Hashable] = set()

    def name(self, thing: Hashable, scope: Hashable, proposals: Iterable[str]) -> str:
        """The thing's name, unique in its scope whatever the case of its letters."""
        if thing not in self._of:
            wanted = list(proposals)
            numbered = (f"{wanted[-1]}-{n}" for n in count(2))
            free = next(
                w for w in chain(wanted, numbered) if (scope, w.casefold()) not in self._taken
            )
            self._taken.add((scope, free.casefold()))
            self._of[thing] = free
        return self._of[thing]


def legal_component(text: str) -> str:
    """A part of an account's name in beancount: a capital or a digit, letters, digits, dashes."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(c if c.isalpha() or unicodedata.category(c) == "Nd" else " " for c in text)
    name = "-".join(kept.split())
    name = name[:1].upper() + name[1:] if len(name[:1].upper()) == 1 else name
    capital = unicodedata.category(name[:1] or " ") in ("Lu", "Nd")
    return name if capital else f"X{name}"


def legal_commodity(text: str) -> str:
    """A commodity's name in beancount: capitals, digits and ``'._-``, the first a capital."""
    name = re.sub(r"[^A-Z0-9'._-]+", "-", text.upper()).strip("'._-")
    return name if name[:1].isalpha() else f"X{name}"


def plain_component(text: str) -> str:
    """A part of an account's name in hledger and ledger: without what ends or divides one."""
    text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.replace(":", "-").replace(";", ",").split()) or "X"


def plain_commodity(text: str) -> str:
    """A commodity's name in hledger and ledger, before quotes are put round it."""
    text = "".join(c if c.isprintable() and c not in '";' else "_" for c in text)
    return " ".join(text.split()) or "X"


def quoted(name: str) -> str:
    """A commodity as hledger and ledger read it back: quotes round all but plain capitals."""
    return name if re.fullmatch("[A-Z]+", name) else f'"{name}"'


def _encoded(number: int) -> str:
    """What stands for a letter in a tag."""
    letter = chr(number)
    safe = letter.isalnum() or letter in " !#$&'()*+-./<=>?@_^|~"
    return letter if safe else quote(letter, safe="")


_ENCODED = Once[int, str](_encoded)


def tag_value(text: str) -> str:
    """Text as the value of a tag in a comment: what could end it or be more is ``%``-encoded.

    >>> tag_value("a, date:2025 [x]")
    'a%2C date%3A2025 %5Bx%5D'
    """
    encoded = text.translate(_ENCODED)
    return encoded if encoded == encoded.strip() else encoded.replace(" ", "%20")


class Names:
    """The names of a journal's accounts and commodities in one program."""

    def __init__(
        self,
        journal: Journal,
        component: Callable[[str], str],
        commodity: Callable[[str], str],
    ) -> None:
        self._component, self._commodity = component, commodity
        self._unique = Unique()
        self.commodities: dict[int, str] = {}
        for asset in sorted(journal.assets.values(), key=lambda a: (not a.is_currency, a.id)):
            self.commodities[asset.id] = self._unique.name(
                ("asset", asset.id), "asset", self._proposals(asset)
            )
        accounts: dict[int, set[int]] = {}  # of each institution
        for place in journal.places.values():
            accounts.setdefault(place.account.institution_id, set()).add(place.account.id)
        self.places = {
            place.id: self._place(place, len(accounts[place.account.institution_id]) > 1)
            for place in journal.places.values()
        }

    def _proposals(self, asset: Asset) -> list[str]:
        symbol = self._commodity(asset.symbol)
        kind = self._commodity(f"{asset.symbol}-{asset.type}")
        market = self._commodity(f"{asset.symbol}.{asset.market}" if asset.market else asset.symbol)
        if symbol in _WORDS or len(symbol) == 1:
            return [kind]
        return [symbol, market, kind]

    def _place(self, place: Place, has_others: bool) -> str:
        account = place.account
        root = "Liabilities" if account.is_liability else "Assets"
        at = self._unique.name(
            ("institution", account.institution_id),
            "institution",
            [self._component(account.institution)],
        )
        parts = [root, at]
        if has_others or account.name.casefold() != account.institution.casefold():
            scope = ("of", account.institution_id)
            parts.append(
                self._unique.name(("account", account.id), scope, [self._component(account.name)])
            )
        label = f"-{place.label}" if place.label else ""
        leaf = self._component(f"{self.commodities[place.asset.id]}{label}")
        parts.append(self._unique.name(("place", place.id), ("in", account.id), [leaf]))
        return ":".join(parts)
