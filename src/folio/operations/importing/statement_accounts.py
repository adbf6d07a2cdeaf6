"""The accounts that a statement's rows go to."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from folio.db.transactions.ledger import has_transactions
from folio.errors import FolioError
from folio.model.shell_words import shell_word
from folio.model.transactions import AccountRef, Draft, parse_account_ref
from folio.operations.importing.read_files import Choices
from folio.operations.names import find_account, set_tracks_cash
from folio.operations.recording import Recording

if TYPE_CHECKING:
    from folio.importers.tables.stream import Stream
    from folio.model.statements import Statement


class Accounts:
    """Where the drafts of one statement go, as the book was before it."""

    def __init__(
        self, write: Recording, path: Path, statement: "Statement | Stream", choices: Choices
    ) -> None:
        self.write = write
        self.notes: list[str] = []
        self.path = path
        self.is_said = choices.account is not None
        self._named: AccountRef | None = None  # the account that the file says it is of
        self._tracks_cash = statement.tracks_cash
        self._met: set[AccountRef | None] = set()
        self._first: Draft | None = None
        types = AccountRef("", None, statement.account_type, statement.institution_type)
        # Of drafts that name no account; None: no draft was like that so far.
        self.default: AccountRef | None = None
        if choices.account is not None:
            ref = parse_account_ref(choices.account)
            if find_account(write.catalog, ref) is None and ref.institution is None:
                ref = ref._replace(institution=statement.institution)
            self.default = types._replace(name=ref.name, institution=ref.institution)
        own = types._replace(name=statement.institution, institution=statement.institution)
        self._found = self._guessed(path, own, create=choices.create)

    def _guessed(self, path: Path, own: AccountRef, *, create: bool) -> AccountRef | FolioError:
        """Where drafts go that name no account, or what is to be said where nothing says it."""
        if find_account(self.write.catalog, own) is not None:
            return own
        there = [
            account
            for account in self.write.catalog.accounts.values()
            if account.institution.casefold() == own.name.casefold()
        ]
        if len(there) == 1:
            return AccountRef(there[0].name, there[0].institution)
        if create and not there:
            return own
        names = " or ".join(f"--account '{account.key}'" for account in there)
        return FolioError(
            f"{path} does not say which account it is of; say {names or '--account NAME'}"
            + ("" if there else f", or --create to make one named {own.name!r}")
        )

    def need_default(self) -> AccountRef:
        """Where drafts go that name no account.

        Raises:
            FolioError: when nothing says it.
        """
        if self.default is None:
            if isinstance(self._found, FolioError):
                raise self._found
            self.default = self._found
        return self.default

    def as_said(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """The drafts; where the user said whose the statement is, they name no other account.

        Raises:
            FolioError: when they name several.
        """
        if not self.is_said:
            return drafts
        for ref in dict.fromkeys(draft.account for draft in drafts if draft.account):
            self._named = self._named or ref
            if ref != self._named:
                raise FolioError(
                    f"{self.path} is of several accounts, {self._named} and {ref}, and says "
                    "itself which row is whose; leave out --account"
                )
        return [draft._replace(account=None) for draft in drafts]

    def meet(self, drafts: Sequence[Draft]) -> None:
        """Look at the accounts of drafts before they are recorded; the oldest come first.

        Raises:
            FolioError: when one names no account and nothing else says it.
        """
        self._first = self._first or next(iter(drafts), None)
        for ref in dict.fromkeys([draft.account for draft in drafts]):
            if ref in self._met:
                continue
            self._met.add(ref)
            self._expect_cash(self.need_default() if ref is None else ref)

    def _expect_cash(self, ref: AccountRef) -> None:
        """An account without a word on cash and without a past tracks what its statement has."""
        catalog = self.write.catalog
        tracks = self._tracks_cash if ref.tracks_cash is None else ref.tracks_cash
        account = find_account(catalog, ref) if tracks else None
        if account is None or self._first is None:
            return
        if catalog.tracks_cash(account, self._first.occurred_on):
            return
        said = catalog.settings.get(("account", account.id), "tracks_cash")
        if said is None and not has_transactions(self.write.db, account.id):
            set_tracks_cash(self.write, account)
            return
        first = self._first.occurred_on.isoformat()
        steps = catalog.settings.timeline(("account", account.id), "tracks_cash")
        later = next((day for day, word in steps if word == "yes" and day > first), None)
        lacks = "does not track cash" if later is None else f"tracks cash from {later} on"
        when = "from now on" if later is None else "from the first row on"
        since = "" if later is None else f" --from {first}"
        self.notes.append(
            f"{account.key} {lacks}, and this statement has it{' before' if later else ''}; to "
            f"keep it {when}: folio account set {shell_word(account.key)} --cash{since}"
        )
