"""How to ask for a figure that stands in another one: the command that tells it.

A return over years rests on the values of hundreds of days, each of which rests on holdings,
prices and lots.  Told in one tree they would be a book in itself; so each is named with the
command that tells it, which goes on from there.
"""

import datetime as dt
from decimal import Decimal

from folio.model.explanation import Node, Source, leaf
from folio.model.shell_words import shell_words
from folio.reports.explain.ground import Ground


def asked_for(
    ground: Ground, what: str, amount: Decimal, unit: str, *words: str,
    day: dt.date, as_of: dt.date | None = None,
) -> Node:  # fmt: skip
    """A figure that ``folio explain`` tells when it is asked with ``words``, of the same choice."""
    command = ["folio", "explain", *words]
    if as_of is not None:
        command += ["--as-of", as_of.isoformat()]
    command += chosen(ground)
    return leaf(what, amount, unit, Source("figure", None, day, by=shell_words(*command)))


def chosen(ground: Ground) -> list[str]:
    """The options that make a question be about what this one is about."""
    query = ground.query
    said = [
        word
        for option, names in query.filters._asdict().items()
        for name in names
        for word in (f"--{option}", name)
    ]
    if query.currency.id != ground.book.base.id:
        said += ["--currency", query.currency.key]
    if query.known_at is not None:
        said += ["--known-at", query.known_at.isoformat()]
    return said
