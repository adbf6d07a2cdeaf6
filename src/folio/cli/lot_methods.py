"""What ``config set``, ``account set`` and ``holding set`` say of lot methods."""

from typing import TYPE_CHECKING

from folio.errors import UsageError

if TYPE_CHECKING:
    from folio.db.arrangements.settings import Settings

SETTABLE = "lot_method"


def stated(key: str | None, value: str | None, option: str | None = None) -> str | None:
    """The method that KEY VALUE states, or ``--lot-method``; None where neither does.

    Raises:
        UsageError: for another key, a key without a value, or both at once.
    """
    if key is None:
        return option
    if key != SETTABLE:
        raise UsageError(f"{key!r} is not set in this way; {SETTABLE} is, the rest by options")
    if value is None or option is not None:
        raise UsageError(f"say {SETTABLE} once, with its value, such as: {SETTABLE} average")
    return value


def in_force(settings: "Settings", scope: tuple[str, int]) -> str:
    """Every method of a scope in time: ``fifo, hifo from 2025-01-01 on``."""
    steps = settings.timeline(scope, SETTABLE)
    words = [
        f"{value or 'default'} from {day} on" if day else f"{value or 'default'}"
        for day, value in steps
    ]
    usual = "default" if scope[0] != "book" else "fifo, the default"
    return ", ".join(words) or usual
