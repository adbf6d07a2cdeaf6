"""Which observations does the ledger not explain, and what settles each?"""

import datetime as dt
from typing import NamedTuple

from folio.book import Book
from folio.book.reconciliation import HeldGap, causes_of, held_gaps, takes_opening
from folio.db.derived.gaps import Answer, read_answers
from folio.engine.causes import Cause
from folio.engine.grades import Counts, grade, reasons
from folio.engine.valuation import counted
from folio.model.accounts import Holding
from folio.model.shell_words import shell_word
from folio.model.table import Amount, Cell, Column, Phrases, Table, optional_amount
from folio.reports.query import Query, account_title, grade_cells, names

COLUMNS = (
    Column("gap", "Gap", "number"),
    Column("institution", "Institution", machine_only=True),
    Column("heading", "Account", people_only=True),
    Column("account", "Account", machine_only=True),
    Column("asset", "Asset"),
    Column("label", "Label", optional=1),
    Column("from", "After", "day", optional=3),
    Column("to", "Until", "day"),
    Column("expected", "Expected", "quantity", optional=1),
    Column("observed", "Observed", "quantity", optional=1),
    Column("drift", "Drift", "quantity"),
    Column("value", "Value", "money", optional=2),
    Column("grade", "Grade", "grade", machine_only=True),
    Column("reasons", "Why", machine_only=True),
    Column("answer", "Answer", optional=2),
    Column("transaction", "Transaction", "number", optional=5),
    Column("causes", "Likely causes", machine_only=True),
    Column("proposal", "Proposal", machine_only=True),
    Column("command", "Settle it with", machine_only=True),
)


class Proposal(NamedTuple):
    """What to do about a gap."""

    causes: tuple[str, ...]  # phrases, the best first
    answer: str  # one of folio.model.gaps.ANSWERS, "undo" or "split"
    command: str  # to be pasted
    day: dt.date  # of a flow


def reconcile(book: Book, query: Query, *, everything: bool = False) -> Table:
    """The open gaps, each with what would settle it; with ``everything`` answered ones too."""
    chosen = query.holdings(book)
    rows: list[dict[str, Cell]] = []
    counts: list[Counts] = []
    notes: list[str] = []
    for held in held_gaps(book, chosen, query.as_of):
        if not (held.is_open or everything):
            continue
        counts.append(_counts(book, query, held))
        row = _row(book, query, held) | grade_cells(counts[-1])
        if held.is_open:
            found = proposal(book, held)
            notes += _note(held, found)
            row |= _proposed(found)
        rows.append(row)
    if everything:
        rows += _settled(book, query, chosen)
        rows.sort(key=lambda row: str(row["to"]))
    whole = Counts.of(counts)
    return Table(
        "reconcile",
        "Gaps" if rows else "Gaps: none is open",
        COLUMNS,
        rows,
        **query.told(
            grade(whole) if counts else "full", reasons(whole) if counts else (), money=bool(rows)
        ),
        footnotes=tuple(notes),
        empty="every observation is what the ledger leads to, or is answered",
    )


def open_rows(table: Table) -> bool:
    """Whether a listing of gaps has an open one."""
    return any(row.get("answer") is None for row in table.rows)


def proposal(book: Book, held: HeldGap) -> Proposal:
    """The likely causes of a gap, and the command that settles it."""
    found = causes_of(book, held)
    best = next((cause for cause in found if cause.remedy), Cause(""))
    answer = best.remedy or ("opening" if takes_opening(book, held) else "flow")
    day = best.day or held.gap.until
    phrases = [cause.phrase for cause in found]
    if answer == "opening":
        phrases.append("held before the ledger starts")
    return Proposal(tuple(phrases), answer, _command(book, held, answer, best, day), day)


def _command(book: Book, held: HeldGap, answer: str, cause: Cause, day: dt.date) -> str:
    if answer == "undo":
        return f"folio undo {cause.transaction_id}"
    if answer == "split" and cause.ratio is not None:
        symbol = shell_word(book.catalog.assets[held.holding.asset_id].key)
        new, old = cause.ratio
        return f"folio add-tx split {symbol} --ratio {new}:{old} --on {held.gap.until}"
    on = f" --on {day}" if answer == "flow" else ""
    return f"folio reconcile answer {held.gap.observation_id} {answer}{on}"


def _note(held: HeldGap, found: Proposal) -> list[str]:
    """Below the table: what it may be, and the command, which a terminal must not cut."""
    said = "; ".join(found.causes) or "nothing is known that would explain it"
    return [f"{held.gap.observation_id}: {said}", f"   {found.command}"]


def _row(book: Book, query: Query, held: HeldGap) -> dict[str, Cell]:
    gap = held.gap
    return {
        "gap": gap.observation_id,
        **_about(book, held.holding, gap.since, gap.until),
        **_amounts(book, query, held),
        "answer": None if held.answer is None else held.answer.answer,
    }


def _proposed(found: Proposal) -> dict[str, Cell]:
    return {
        "causes": "; ".join(found.causes) or None,
        "proposal": found.answer,
        "command": found.command,
    }


def _about(book: Book, holding: Holding, since: dt.date | None, until: dt.date) -> dict[str, Cell]:
    named = names(book, holding)
    kept = {key: named[key] for key in ("institution", "account", "asset", "label")}
    return {"heading": account_title(book, holding), **kept, "from": since, "to": until}


def _amounts(book: Book, query: Query, held: HeldGap) -> dict[str, Cell]:
    asset = book.catalog.assets[held.holding.asset_id]
    gap, places = held.gap, asset.precision
    value = query.teller(book).convert(gap.drift, asset.id, gap.until)
    return {
        "expected": Amount(gap.expected, places),
        "observed": Amount(gap.observed, places),
        "drift": Amount(gap.drift, places),
        "value": optional_amount(value, query.currency.precision),
    }


def _counts(book: Book, query: Query, held: HeldGap) -> Counts:
    """How well it is known what a drift is worth: it has no cost that could be missing."""
    gap = held.gap
    rate = query.teller(book).rate(held.holding.asset_id, gap.until)
    worth = None if rate is None else gap.drift * rate.rate
    return counted(gap.drift, rate, worth, False, False, False, gap.until)


def _settled(book: Book, query: Query, holdings: list[Holding]) -> list[dict[str, Cell]]:
    """What was answered with a transaction, which leaves no drift."""
    chosen = {holding.id for holding in holdings}
    rows = []
    for answer in read_answers(book.db, book.known_at):
        if answer.transaction_id is None or answer.until > query.as_of:
            continue
        holding = book.catalog.holdings[answer.holding_id]
        if holding.id in chosen:
            rows.append(_settled_row(book, holding, answer))
    return rows


def _settled_row(book: Book, holding: Holding, answer: Answer) -> dict[str, Cell]:
    asset = book.catalog.assets[holding.asset_id]
    seen = next((o for o in book.observations(holding.id) if o.day == answer.until), None)
    return {
        "gap": None if seen is None else seen.id,
        **_about(book, holding, answer.since, answer.until),
        "observed": None if seen is None else Amount(seen.balance, asset.precision),
        "answer": answer.answer,
        "transaction": answer.transaction_id,
        "reasons": Phrases(()),  # nothing is left to be valued
    }
