"""The currencies that became the euro, and at what rate, for ever.

The rates are those of Council Regulations (EC) 2866/98 and 1478/2000 and of one for each
country since, units of the national currency for one euro; by Article 5 of Regulation
1103/97 they are neither rounded nor inverted, which is why the book states them of the
euro: ``folio price add EUR 1.95583 --currency DEM``.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from folio.model.named import NamedTuple

EURO = "EUR"


class Replaced(NamedTuple):
    """A currency that became the euro."""

    rate: Decimal  # of it for one euro
    euro_from: dt.date  # from this day on the rate is fixed
    last_day: dt.date  # on which accounts could still be in it


def _at(rate: str, euro_from: str, last_day: str = "") -> Replaced:
    day = dt.date.fromisoformat(euro_from)
    last = dt.date.fromisoformat(last_day) if last_day else day - dt.timedelta(days=1)
    return Replaced(Decimal(rate), day, last)


def _eleven(rate: str) -> Replaced:
    return _at(rate, "1999-01-01", "2001-12-31")


REPLACED_BY_EURO = {
    "ATS": _eleven("13.7603"),
    "BEF": _eleven("40.3399"),
    "DEM": _eleven("1.95583"),
    "ESP": _eleven("166.386"),
    "FIM": _eleven("5.94573"),
    "FRF": _eleven("6.55957"),
    "IEP": _eleven("0.787564"),
    "ITL": _eleven("1936.27"),
    "LUF": _eleven("40.3399"),
    "NLG": _eleven("2.20371"),
    "PTE": _eleven("200.482"),
    "GRD": _at("340.75", "2001-01-01", "2001-12-31"),
    "SIT": _at("239.64", "2007-01-01"),
    "CYP": _at("0.585274", "2008-01-01"),
    "MTL": _at("0.4293", "2008-01-01"),
    "SKK": _at("30.126", "2009-01-01"),
    "EEK": _at("15.6466", "2011-01-01"),
    "LVL": _at("0.702804", "2014-01-01"),
    "LTL": _at("3.4528", "2015-01-01"),
    "HRK": _at("7.5345", "2023-01-01"),
    "BGN": _at("1.95583", "2026-01-01"),
}


def fixed_rates(by_code: Mapping[str, int]) -> dict[tuple[int, int], Decimal]:
    """What one euro is for ever in those of these currencies that became it, by their numbers."""
    euro = by_code.get(EURO)
    if euro is None:
        return {}
    gone = REPLACED_BY_EURO.keys() & by_code.keys()
    return {(euro, by_code[code]): REPLACED_BY_EURO[code].rate for code in gone}
