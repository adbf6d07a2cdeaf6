"""Looking transactions up: by id, by their source's id, by day."""

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter

from folio.db.arrangements.sources import find_source
from folio.db.transactions.postings import Posting, postings_of_each
from folio.db.values import array_of, listed, upto
from folio.model.named import NamedTuple

Known = tuple[int, int, bytes, bool]  # id, revision, content, whether it is reversed


def find_transaction(
    db: sqlite3.Connection, account_id: int | None, source_id: int, external_id: str
) -> Known | None:
    """The newest revision of a row."""
    return find_transactions(db, account_id, source_id, [external_id]).get(external_id)


def find_transactions(
    db: sqlite3.Connection, account_id: int | None, source_id: int, external_ids: Iterable[str]
) -> dict[str, Known]:
    """The newest revisions of those of these rows that are there, by external id."""
    query = (
        "SELECT t.external_id, t.id, t.revision, t.content, EXISTS (SELECT 1 FROM transactions r "
        "WHERE r.reverses = t.id) FROM json_each(?) CROSS JOIN transactions t "
        "WHERE ifnull(t.account_id, 0) = ? AND t.source_id = ? AND t.external_id = value "
        "ORDER BY t.revision"
    )
    ids = json.dumps(list(external_ids))
    rows = db.execute(query, [ids, account_id or 0, source_id])
    return {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in rows}


def superseded_by(db: sqlite3.Connection, numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Those of some transactions in whose commit their former revision was reversed, each with the
    reversal.
    """
    query = (
        "SELECT t.id, r.id FROM json_each(?) CROSS JOIN transactions t ON t.id = value "
        "CROSS JOIN transactions o ON ifnull(o.account_id, 0) = ifnull(t.account_id, 0) "
        "AND o.source_id = t.source_id AND o.external_id = t.external_id "
        "AND o.revision = t.revision - 1 "
        "CROSS JOIN transactions r ON r.reverses = o.id AND r.commit_id = t.commit_id "
        "WHERE t.revision > 1 ORDER BY t.id"
    )
    return list(db.execute(query, [array_of(numbers)]))


def revisions_of(db: sqlite3.Connection, number: int) -> list[int]:
    """The ids of all the revisions of a transaction, itself among them, oldest first."""
    query = (
        "SELECT t.id FROM transactions o JOIN transactions t "
        "ON ifnull(t.account_id, 0) = ifnull(o.account_id, 0) AND t.source_id = o.source_id "
        "AND t.external_id = o.external_id WHERE o.id = ? ORDER BY t.revision"
    )
    return [row[0] for row in db.execute(query, [number])]


def last_transaction(db: sqlite3.Connection) -> int:
    """The id of the newest transaction; 0 where there is none."""
    return int(db.execute("SELECT ifnull(max(id), 0) FROM transactions").fetchone()[0])


def has_transactions(db: sqlite3.Connection, account_id: int) -> bool:
    """Whether anything happened in an account."""
    query = "SELECT EXISTS (SELECT 1 FROM transactions WHERE ifnull(account_id, 0) = ?)"
    return bool(db.execute(query, [account_id]).fetchone()[0])


def paid_from_outside(
    db: sqlite3.Connection, account_id: int, since: dt.date | None
) -> tuple[int, str] | None:
    """How many transactions in force, from a day on, had their money come from or go outside.

    And the first one's day; None where there are none.
    """
    count, first = db.execute(
        "SELECT count(DISTINCT t.id), min(p.occurred_on) FROM holdings h "
        "JOIN postings p ON p.holding_id = h.id JOIN transactions t ON t.id = p.transaction_id "
        "WHERE h.account_id = ? AND p.role = 'external' AND p.occurred_on >= ? "
        "AND t.reverses IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = t.id)",
        [account_id, "" if since is None else since.isoformat()],
    ).fetchone()
    return (int(count), str(first)) if count else None


def account_of_ids(
    db: sqlite3.Connection, accounts: Sequence[int], source_id: int, prefix: str
) -> int | None:
    """The one of these accounts with the newest row of a source whose id starts so."""
    query = (
        "SELECT max(id) FROM transactions WHERE ifnull(account_id, 0) = ? AND source_id = ? "
        "AND external_id >= ? AND external_id < ?"
    )
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    newest = {
        one: db.execute(query, [one, source_id, prefix, after]).fetchone()[0] for one in accounts
    }
    found = [one for one in accounts if newest[one] is not None]
    return max(found, key=lambda one: newest[one], default=None)


class SaidRow(NamedTuple):
    """What a source's row said, as far as another statement would say it again."""

    number: int  # its transaction
    external_id: str
    day: str
    kind: str
    quantity: str  # of its first posting; "" where it has none
    note: str


def rows_between(
    db: sqlite3.Connection, account_id: int, source_id: int, first: dt.date, last: dt.date
) -> list[SaidRow]:
    """The rows in force of a source in an account, from ``first`` to ``last``, both included."""
    query = (
        "SELECT t.id, t.external_id, t.occurred_on, t.kind, ifnull((SELECT p.quantity "
        "FROM postings p WHERE p.transaction_id = t.id AND p.line = 1), ''), ifnull(t.note, '') "
        "FROM transactions t WHERE t.occurred_on BETWEEN ? AND ? AND t.account_id = ? "
        "AND t.source_id = ? AND t.kind <> 'reversal' "
        "AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = t.id) ORDER BY t.id"
    )
    values = [first.isoformat(), last.isoformat(), account_id, source_id]
    return [SaidRow(*row) for row in db.execute(query, values)]


def moved_by(
    db: sqlite3.Connection, numbers: Iterable[int]
) -> dict[int, list[tuple[int, str, str]]]:
    """What transactions moved: holding, role and quantity of each posting."""
    query = (
        "SELECT p.transaction_id, p.holding_id, p.role, p.quantity FROM json_each(?) "
        "CROSS JOIN postings p WHERE p.transaction_id = value"
    )
    moved: dict[int, list[tuple[int, str, str]]] = {}
    for number, *posting in db.execute(query, [json.dumps(list(numbers))]):
        moved.setdefault(number, []).append(tuple(posting))
    return moved


def has_rows(db: sqlite3.Connection, account_id: int, source_id: int, newest: int) -> bool:
    """Whether a transaction up to the ``newest`` is of a source in an account."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM transactions WHERE ifnull(account_id, 0) = ? "
        "AND source_id = ? AND id <= ?)"
    )
    return bool(db.execute(query, [account_id, source_id, newest]).fetchone()[0])


def has_other_sources(db: sqlite3.Connection, account_id: int, source_id: int) -> bool:
    """Whether an account has transactions from another source than this one."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM transactions WHERE ifnull(account_id, 0) = ? "
        "AND source_id <> ? AND kind <> 'reversal')"
    )
    return bool(db.execute(query, [account_id, source_id]).fetchone()[0])


def probable_twins(
    db: sqlite3.Connection,
    holding_ids: Iterable[int],
    quantity: str,
    kinds: Sequence[str],
    day: dt.date,
    identity: tuple[int, str],
) -> list[int]:
    """Transactions of another source, of one of these kinds and with this quantity, within 3 days,
    nearest first.

    ``holding_ids`` are all those that are read as one holding.
    ``identity`` is the source and external id of the row that is compared; what the user said
    to be the same as another row is left out.  So are accruals, whose place a row takes.
    """
    query = (
        "SELECT t.id FROM postings p JOIN transactions t ON t.id = p.transaction_id "
        f"WHERE p.holding_id IN ({', '.join(str(int(h)) for h in holding_ids)}) "
        "AND p.occurred_on BETWEEN ? AND ? AND p.quantity = ? "
        f"AND t.kind IN ({', '.join('?' * len(kinds))}) AND t.source_id <> ? AND t.source_id <> ? "
        "AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = t.id) "
        "AND NOT EXISTS (SELECT 1 FROM row_answers a WHERE a.transaction_id = t.id "
        "AND a.answer = 'same' AND NOT (a.source_id = ? AND a.external_id = ?)) "
        "ORDER BY abs(julianday(t.occurred_on) - julianday(?)), t.id"
    )
    near = dt.timedelta(days=3)
    values = [(day - near).isoformat(), (day + near).isoformat(), quantity]
    from folio.model.yields import ACCRUAL

    accrual = find_source(db, ACCRUAL) or 0
    rows = db.execute(query, [*values, *kinds, identity[0], accrual, *identity, day.isoformat()])
    return [row[0] for row in rows]


class Recorded(NamedTuple):
    """A transaction as it stands in the book."""

    id: int
    commit_id: int
    kind: str
    occurred_on: dt.date
    occurred_at: dt.datetime | None
    account_id: int | None
    source_id: int
    external_id: str
    revision: int
    content: bytes
    related_asset_id: int | None
    reverses: int | None
    note: str
    reversed_by: int | None


_RECORDED = (
    "SELECT t.id, t.commit_id, t.kind, t.occurred_on, t.occurred_at, t.account_id, t.source_id, "
    "t.external_id, t.revision, t.content, t.related_asset_id, t.reverses, ifnull(t.note, ''), "
    "(SELECT r.id FROM transactions r WHERE r.reverses = t.id AND r.commit_id <= :known_at) "
    "FROM transactions t "
)


def same_minute(
    db: sqlite3.Connection,
    holding_ids: Iterable[int],
    kind: str,
    instant: dt.datetime,
    source_id: int,
) -> int | None:
    """A transaction of another source and of this kind, in the minute of an instant, that moves
    one of these holdings in the first place.
    """
    near = dt.timedelta(days=1)  # the day is of the book's zone, or of the source's
    query = (
        "SELECT t.id FROM postings p JOIN transactions t ON t.id = p.transaction_id "
        f"WHERE p.holding_id IN ({', '.join(str(int(h)) for h in holding_ids)}) AND p.line = 1 "
        "AND p.occurred_on BETWEEN ? AND ? AND t.kind = ? AND t.source_id <> ? "
        "AND substr(t.occurred_at, 1, 16) = ? "
        "AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = t.id) ORDER BY t.id"
    )
    days = [(instant + way * near).date().isoformat() for way in (-1, 1)]
    minute = instant.isoformat(timespec="minutes")[:16]
    row = db.execute(query, [*days, kind, source_id, minute]).fetchone()
    return None if row is None else int(row[0])


def _recorded(row: tuple) -> Recorded:  # type: ignore[type-arg]
    values = list(row)
    values[3] = dt.date.fromisoformat(values[3])
    if values[4] is not None:
        values[4] = dt.datetime.fromisoformat(values[4])
    return Recorded(*values)


def get_transaction(
    db: sqlite3.Connection, number: int, known_at: int | None = None
) -> Recorded | None:
    """The transaction with this id."""
    query = _RECORDED + "WHERE t.id = :id AND t.commit_id <= :known_at"
    row = db.execute(query, {"id": number, "known_at": upto(known_at)}).fetchone()
    return None if row is None else _recorded(row)


def get_transactions(
    db: sqlite3.Connection, numbers: Collection[int], known_at: int | None = None
) -> list[Recorded]:
    """The transactions with these ids, by id."""
    if not numbers:
        return []
    query = (
        f"{_RECORDED} WHERE t.id IN (SELECT value FROM json_each(:ids)) "
        "AND t.commit_id <= :known_at ORDER BY t.id"
    )
    values = {"ids": array_of(numbers), "known_at": upto(known_at)}
    return [_recorded(row) for row in db.execute(query, values)]


class Choice(NamedTuple):
    """Which transactions: bounds are inclusive, and None is any."""

    known_at: int | None
    since: dt.date | None = None
    until: dt.date | None = None
    kinds: Collection[str] | None = None
    text: str | None = None  # in the note, letters folded
    newest_first: bool = False


def walk_transactions(
    db: sqlite3.Connection, choice: Choice, *, among: Iterable[int] | None = None
) -> Iterator[Recorded]:
    """Transactions by day and sequence, reversed ones among them.

    ``among`` are those that may be meant, where they are few.  A text leaves out most of those
    whose note does not contain it; whether one does is still to be seen.
    """
    known_at, since, until, kinds, text, newest_first = choice
    conditions = ["t.commit_id <= :known_at"]
    values: dict[str, str | int | None] = {"known_at": upto(known_at)}
    if since is not None:
        conditions.append("t.occurred_on >= :since")
        values["since"] = since.isoformat()
    if until is not None:
        conditions.append("t.occurred_on <= :until")
        values["until"] = until.isoformat()
    if among is not None:
        conditions = [f"+{condition}" for condition in conditions]  # no index but theirs
        conditions.append("t.id IN (SELECT value FROM json_each(:among))")
        values["among"] = array_of(among)
    if kinds is not None:
        condition, names = _of_kinds("t.kind", kinds)
        conditions.append(condition)
        values |= names
    if text:
        conditions.append(f"({_MAY_SAY})")
        values["text"] = text.casefold()
    way = "DESC" if newest_first else "ASC"
    query = f"{_RECORDED} WHERE {' AND '.join(conditions)} ORDER BY t.occurred_on {way}, t.id {way}"
    for row in db.execute(query, values):
        yield _recorded(row)


# SQLite folds the letters of ASCII alone: a note with any other is looked at in Python.
_MAY_SAY = "instr(lower(t.note), :text) OR length(t.note) <> length(CAST(t.note AS BLOB))"


def _of_kinds(column: str, kinds: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The condition that a row is of one of these kinds, and what its words stand for."""
    names = {f"kind{i}": name for i, name in enumerate(sorted(kinds))}
    return f"{column} IN ({', '.join(f':{name}' for name in names)})", names


def walk_about(
    db: sqlite3.Connection, holding_ids: Iterable[int], asset_ids: Collection[int], choice: Choice
) -> Iterator[tuple[Recorded, bool]]:
    """Transactions as of ``walk_transactions``, but of those alone that moved some holdings, or
    name some assets, or undo what names them; each with whether it moved one of the holdings.

    A holding's postings lie by day: those of several are merged, and read as far as is asked.
    """
    since, until = choice.since or dt.date.min, choice.until or dt.date.max
    days = {"since": since.isoformat(), "until": until.isoformat()}
    condition, names = ("1", {}) if choice.kinds is None else _of_kinds("kind", choice.kinds)
    way = "DESC" if choice.newest_first else "ASC"
    within = f"occurred_on BETWEEN :since AND :until AND {condition}"
    of_holding = (
        f"SELECT occurred_on, transaction_id, 1 FROM postings WHERE holding_id = :holding "
        f"AND {within} ORDER BY occurred_on {way}, transaction_id {way}"
    )
    of_assets = (
        "WITH naming (id) AS (SELECT id FROM transactions "
        f"WHERE related_asset_id IN ({listed(asset_ids)}) UNION SELECT transaction_id "
        f"FROM corporate_actions WHERE asset_id IN ({listed(asset_ids)})) "
        "SELECT occurred_on, id, 0 FROM transactions WHERE id IN (SELECT id FROM naming "
        "UNION SELECT t.id FROM naming CROSS JOIN transactions t ON t.reverses = naming.id) "
        f"AND {within} ORDER BY occurred_on {way}, id {way}"
    )
    asked = days | names
    found = [db.execute(of_holding, {**asked, "holding": one}) for one in holding_ids]
    if asset_ids:
        found.append(db.execute(of_assets, asked))
    walked = groupby(merge(*found, reverse=choice.newest_first), key=itemgetter(0, 1))
    left = ((number, any(row[2] for row in rows)) for (_, number), rows in walked)
    most, read = _FIRST, choice._replace(since=None, until=None, kinds=None)
    while some := dict(islice(left, most)):
        chosen = walk_transactions(db, read, among=some)
        yield from ((one, some[one.id]) for one in chosen)
        most = min(2 * most, _AT_ONCE)


def with_postings(
    db: sqlite3.Connection, found: Iterable[Recorded]
) -> Iterator[tuple[Recorded, list[Posting]]]:
    """Transactions with their postings, read for many at a time."""
    left = iter(found)
    while some := list(islice(left, _AT_ONCE)):
        postings = postings_of_each(db, [one.id for one in some])
        yield from ((one, postings.get(one.id, [])) for one in some)


_AT_ONCE = 1_000  # transactions that are read together
_FIRST = 64  # of them, for who wants no more
