"""The whole book as JSON: every fact, in the words of ``schema.sql``, one row a line.

    {"format": "folio-book", "version": 1, "schema": 1, "head": "12-3fa9…",
    "commits": [
    {"id": 1, "recorded_at": "2025-01-20T00:00:01.000000Z", "command": "folio init", …},
    …
    ],
    "settings": [
    …
    ]}

``version`` is this layout's, ``schema`` that of the tables; ``head`` names the last commit, as
``folio verify --head`` does.  After that every table of facts follows as an array of its rows:
decimals, days and instants are strings, ids are numbers, hashes are hexadecimal, and what is
missing is left out.  What folio can compute is not there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

FORMAT, VERSION = "folio-book", 1
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode


def write(
    head: str, schema: int, tables: Iterable[tuple[str, Iterable[Mapping[str, object]]]]
) -> Iterator[str]:
    """The file, piece by piece."""
    about = {"format": FORMAT, "version": VERSION, "schema": schema, "head": head}
    yield _encode(about)[:-1]
    for table, rows in tables:
        yield f",\n{_encode(table)}: ["
        separator = "\n"
        for row in rows:
            yield separator + _encode(row)
            separator = ",\n"
        yield "\n]"
    yield "}\n"
