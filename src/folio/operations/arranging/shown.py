"""What reports show together and what they leave out: groups, and flags of holdings.

Neither changes what is computed; totals change by them from the first day on which a holding has
figures, and so does what is printed of locked days.
"""

from collections.abc import Iterable

from folio.db.arrangements.groups import memberships, tag
from folio.db.arrangements.settings import add_setting
from folio.db.derived.positions import read_positions
from folio.errors import FolioError, UnknownName, UsageError, near
from folio.model.accounts import Holding
from folio.model.shell_words import shell_word
from folio.model.transactions import parse_account_ref
from folio.operations.arranging.arrange import get_holding
from folio.operations.names import clean_name, get_account
from folio.operations.recording import Recording


def set_flag(write: Recording, holding: Holding, flag: str, on: bool) -> None:
    """Hide or show a holding, or count it or not; figures are computed all the same."""
    scope, value = ("holding", holding.id), "yes" if on else "no"
    before = write.catalog.settings.get(scope, flag) or "no"
    add_setting(write.commit, scope, flag, value)
    if value != before:
        _told_since(write, [holding])


def _told_since(write: Recording, holdings: Iterable[Holding]) -> None:
    """Sums are told otherwise from the first day on which one of the holdings has figures."""
    found = read_positions(write.db, [holding.id for holding in holdings]).values()
    days = [position.first_evidence for position in found if position.first_evidence is not None]
    if days:
        write.touched.told(min(days))


def add_group(write: Recording, name: str) -> int:
    """Record a group.

    Raises:
        FolioError: when the name is taken.
    """
    name = clean_name(name, "group")
    if any(known.casefold() == name.casefold() for known in write.catalog.groups.values()):
        raise FolioError(f"there is a group {name!r} already")
    return write.commit.add("groups", name=name)


def get_group(write: Recording, name: str) -> int:
    """The id of a group.

    Raises:
        UnknownName: when there is none of that name.
    """
    for number, known in write.catalog.groups.items():
        if known.casefold() == name.casefold():
            return number
    hint = near(name, write.catalog.groups.values())
    raise UnknownName(
        f"there is no group {name!r}{hint}; add it with: folio group add {shell_word(name)}"
    )


def tag_group(
    write: Recording,
    group_id: int,
    membership: str | None,
    *,
    account: str,
    asset: str | None = None,
    label: str = "",
) -> str:
    """Tag an account, or one of its holdings, as member, excluded, or neither (None).

    The group's figures change from the first day on which that has figures.  Returns what was
    tagged, in words.

    Raises:
        UsageError: where a pot is named, and not of which asset.
        FolioError: where a tag is to go that is not there.
    """
    if asset is None:
        if label:
            raise UsageError(f"of which asset is the pot {label!r}? say its --asset too")
        where = get_account(write.catalog, parse_account_ref(account))
        tagged = [h for h in write.catalog.holdings.values() if h.account_id == where.id]
        account_id, holding_id, what, itself = where.id, None, f"all of {where.key}", ""
    else:
        tagged = [get_holding(write, account, asset, label)]
        account_id, holding_id, what = None, tagged[0].id, write.catalog.describe(tagged[0])
        itself = " by itself"
    said = {(one, other) for one, other, _ in memberships(write.db, group_id, None)}
    if membership is None and (account_id, holding_id) not in said:
        raise FolioError(
            f"{what}{itself} is neither tagged for {write.catalog.groups[group_id]} nor left out "
            "of it; see: folio group list, and to leave one holding out: folio group exclude"
        )
    tag(write.commit, group_id, membership, account_id=account_id, holding_id=holding_id)
    _told_since(write, tagged)
    return what
