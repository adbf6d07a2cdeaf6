"""Tables that --map does not read, and what was said of one that makes no sense."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from folio.errors import FolioError, UsageError
from folio.importers.mapping.proposed import COSTS, STATES, WORDS, Given, numbers_in
from folio.importers.mapping.table import Found
from folio.importers.mapping.values import Holds
from folio.importers.mapping.words import FIELDS, SETTINGS, TOTALS, plain

_SIDES = (("sent", "received"), ("sell", "buy"), ("sold", "bought"), ("from", "to"),
          ("out", "in"), ("outgoing", "incoming"), ("given", "taken"))  # fmt: skip
_HOW_MUCH = frozenset("amount quantity volume qty".split())
_OF_WHAT = frozenset("currency asset coin symbol unit token cur ccy".split())
_OF_ALL = frozenset({*TOTALS, "net worth", "vermogen", "gesamtvermogen", "patrimonio"})
# Names of parts of one booking, which sums have, too; brokerage is an account here, and no fee.
_PARTS = frozenset(
    name for field in ("amount", "price", "quantity", "fee", "tax") for name in FIELDS[field]
) - {*TOTALS, "brokerage", "value"}
FEWEST = 2  # rows whose sums say that a column has them


def check_given(found: Found, given: Given) -> None:
    """Refuse what was given where it names no column, no setting or no kind.

    Raises:
        UsageError: naming it, and what there is.
    """
    for field, name in given.columns.items():
        if field not in (*FIELDS, *COSTS):
            raise UsageError(f"{field!r} is nothing that a column can be: {', '.join(FIELDS)}")
        if name and name not in found.names:
            listed = ", ".join(repr(n) for n in found.names if n)
            raise UsageError(f"{found.path} has no column {name!r}; it has {listed}")
    for key in given.settings:
        if key not in SETTINGS:
            raise UsageError(f"--set knows no {key!r}; it knows {', '.join(SETTINGS)}")
    for word, kind in given.kinds.items():
        if kind not in (*WORDS, *STATES):
            raise UsageError(f"{word!r} cannot be {kind!r}; it can be {', '.join(WORDS)}")


def check_sides(found: Found) -> None:
    """Refuse a table of what went and what came for it, each with an amount and a currency.

    Raises:
        FolioError: naming the columns by which it is read.
    """
    names = [set(plain(name).split()) for name in found.names]
    for sides in _SIDES:
        words = [set().union(*(name for name in names if side in name)) for side in sides]
        if all(not said.isdisjoint(_HOW_MUCH) for said in words) and all(
            not said.isdisjoint(_OF_WHAT) for said in words
        ):
            raise FolioError(
                f"{found.path} has columns for what was {'sent' if sides[0] == 'sent' else 'given'}"
                " and others for what was received; call them Date, Sent Amount, Sent Currency, "
                "Received Amount, Received Currency, Fee Amount, Fee Currency and import it "
                "without --map"
            )


def check_balances(found: Found, inside: Mapping[str, Holds]) -> None:
    """Refuse a table of days and numbers alone, one of which is the sum of the others: they are
    what several holdings had.

    Raises:
        FolioError: naming the command that records balances.
    """
    columns = [name for name, what in inside.items() if what.kinds and not what.dates]
    if len(columns) < 3 or not all(inside[name].numbers for name in columns):
        return
    sizes = {name: _numbers(found.cells(name)) for name in columns}
    for total, sums in sizes.items():
        others = [name for name in columns if name != total]
        if plain(total) not in _OF_ALL or not _PARTS.isdisjoint(map(plain, others)):
            continue
        rows = zip(*(sizes[name] for name in others), strict=True)
        alike = [given == sum(row) for given, row in zip(sums, rows, strict=True) if given]
        if len(alike) >= FEWEST and all(alike):
            raise FolioError(
                f"{found.path} has what {', '.join(others)} had on each day, and {total} of all: "
                "those are balances; write them in columns named account, asset, balance, on and "
                "record them with: folio observe --batch FILE"
            )


def _numbers(cells: Sequence[str]) -> list[Decimal]:
    points, commas = (numbers_in(cells, decimal) for decimal in ("point", "comma"))
    fewer = min(points, commas, key=lambda found: found.count(None))
    return [number or Decimal(0) for number in fewer]
