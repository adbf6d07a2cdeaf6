"""Which lines of a statement state which transactions: while they are recorded, and in queries."""

from array import array
from collections.abc import Iterator
from itertools import chain

RUN = 64  # lines in a row of ``provenance``, at most: the schema says so, too
# Of provenance as p, a row of which is a run: what tells a transaction t of the run, the runs that
# have a transaction t, and those that have the line of a row.  None begins more than 63 before.
IN_RUN = "t.id BETWEEN p.transaction_id AND p.transaction_id + p.lines - 1"
RUN_OF = "p.transaction_id BETWEEN t.id - 63 AND t.id AND p.transaction_id + p.lines > t.id"
RUN_WITH = (
    "p.statement_id = {0}.statement_id AND p.line BETWEEN {0}.line - 63 AND {0}.line "
    "AND p.line + p.lines > {0}.line"
)


class StatedLines:
    """Pairs of a transaction and a line, in the order in which they came.

    Mostly a line after another states a transaction after another: of a million rows some runs
    are kept, where a pair each would take 150 MB.

    >>> stated = StatedLines()
    >>> for pair in ((7, 2), (8, 3), (9, 5)):
    ...     stated.add(*pair)
    >>> list(stated), list(stated.runs())
    ([(7, 2), (8, 3), (9, 5)], [(7, 2, 2), (9, 5, 1)])
    """

    def __init__(self) -> None:
        # Of each run: its first transaction, the first line, and how many follow, it included.
        self._transactions, self._lines, self._counts = array("I"), array("I"), array("I")
        self._after = (0, 0)  # the pair that the last run would go on with

    def __bool__(self) -> bool:
        return bool(self._counts)

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """The first pair of each run, and how many it has."""
        return zip(self._transactions, self._lines, self._counts, strict=True)

    def add(self, transaction: int, line: int) -> None:
        if self._after == (transaction, line):
            self._counts[-1] += 1
        else:
            self._transactions.append(transaction)
            self._lines.append(line)
            self._counts.append(1)
        self._after = (transaction + 1, line + 1)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return chain.from_iterable(
            zip(range(transaction, transaction + count), range(line, line + count), strict=True)
            for transaction, line, count in self.runs()
        )
