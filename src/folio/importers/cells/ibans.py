"""International numbers of bank accounts, and what they are made of (ISO 13616).

In some countries an IBAN is the code of the bank and the number of the account, one behind the
other, each of a fixed length with zeros before it: there one leads to the other, exactly.

>>> parts("DE89 3704 0044 0532 0130 00"), is_checked("DE88370400440532013000")
(('37040044', '532013000'), False)
"""

import re

is_iban = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII).fullmatch

# The digits of the bank's code, which follow the check digits; the rest is the number.
# SWIFT, IBAN registry: Germany, Austria, Switzerland, Liechtenstein.
_CODE = {"DE": (8, 22), "AT": (5, 20), "CH": (5, 21), "LI": (5, 21)}


def is_checked(iban: str) -> bool:
    """Whether it is an IBAN whose two digits fit the rest: NL20RABO0123456789EUR is none."""
    if not is_iban(iban):
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def parts(text: str) -> tuple[str, str] | None:
    """The code of the bank, and the number without zeros before it, of which an IBAN is made.

    None where it is no IBAN, or that of a country where its parts are others.
    """
    iban = text.replace(" ", "")
    digits, length = _CODE.get(iban[:2], (0, 0))
    if len(iban) != length or not iban[4:].isdecimal() or not is_checked(iban):
        return None
    return iban[4 : 4 + digits], iban[4 + digits :].lstrip("0")
