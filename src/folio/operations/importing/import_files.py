"""Importing statement files: all the files of one command are one database transaction.

A file is read before the transaction begins, so that the book is not locked meanwhile; but a long
one that comes oldest first is read while it is recorded, a piece at a time, so that never all
of it is in memory, and others who want to write wait for the end of it.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from folio.db.arrangements.settings import add_setting, load_settings
from folio.operations.collector import collector_at_rest
from folio.operations.importing.import_statement import Import, ReadAll, ReadWhole, Summary
from folio.operations.importing.read_files import Choices, read_files
from folio.operations.reconciling.compare_balances import compare_when_derived
from folio.operations.recording import Recording, Who, recording
from folio.operations.transfers.link_transfers import settle_new_legs
from folio.operations.watching import WORKING_OUT, Watch, unwatched

if TYPE_CHECKING:
    from folio.importers import Profile

TOLD = 50  # linked transfers that are put in words: 58,000 of a million rows took 12 MB


@collector_at_rest()
def import_files(
    db: sqlite3.Connection,
    who: Who,
    paths: Sequence[Path],
    profiles: "Mapping[str, Profile]",
    choices: Choices,
    preview: Callable[[sqlite3.Connection, list[int]], None] | None = None,
    watch: Watch = unwatched,
    pass_over: Callable[[Path, str], None] | None = None,
) -> list[Summary]:
    """Import statements; ``preview`` is shown the new transactions before they are kept.

    ``watch`` is told how far it is, and ``pass_over`` of each file that is no statement, and
    why; where it is None, such a file refuses all of them.

    Raises:
        BadRows: listing every line that cannot be read, unless ``skip_bad``.
        FolioError: when a file is of no profile, of several, or names something unknown.
    """
    whole: set[Path] = set()  # files that cannot be read in pieces
    anew: set[Path] = set()  # files of which all rows are to be read
    while True:
        try:
            return _import_files(
                db, who, paths, profiles, choices, preview, watch, pass_over, whole, anew
            )
        except ReadAll as found:
            anew.add(found.path)
        except ReadWhole as found:
            whole.add(found.path)


def _import_files(
    db: sqlite3.Connection,
    who: Who,
    paths: Sequence[Path],
    profiles: "Mapping[str, Profile]",
    choices: Choices,
    preview: Callable[[sqlite3.Connection, list[int]], None] | None,
    watch: Watch,
    pass_over: Callable[[Path, str], None] | None,
    whole: Collection[Path],
    anew: Collection[Path],
) -> list[Summary]:
    zone = ZoneInfo(load_settings(db).book("time_zone"))
    files = read_files(db, paths, profiles, choices, zone, watch, pass_over, whole)
    with recording(db, who, dry_run=choices.dry_run) as write:
        imports = [
            Import(write, file, choices, watch, all_rows=file.path in anew) for file in files
        ]
        known = set(write.catalog.accounts)
        summaries = [one.run() for one in imports]
        _say_currencies(write, known)
        linked, more = settle_new_legs(write, tell=TOLD)  # of all the files together
        for last in summaries[-1:]:
            summaries[-1] = last._replace(linked=linked, more_linked=more)
        compared = compare_when_derived(write, (one.balances.compared for one in imports))
        watch(WORKING_OUT, 0, 0)
        if preview is not None:
            preview(db, [n for summary in summaries for n in summary.transactions])
    pairs = zip(summaries, compared, strict=True)
    told = [summary._replace(balances=tuple(found)) for summary, found in pairs]
    places = {path: place for place, path in enumerate(paths)}
    return sorted(told, key=lambda summary: places[summary.path])


def _say_currencies(write: Recording, known: Collection[int]) -> None:
    """A new account whose statements have money in one currency alone is in that one."""
    catalog = write.catalog
    for account in [a for number, a in catalog.accounts.items() if number not in known]:
        money = catalog.money_of(account)
        if len(money) == 1 and money != [catalog.base.symbol]:
            add_setting(write.commit, ("account", account.id), "currency", money[0])
