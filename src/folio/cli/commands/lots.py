"""``folio lots``: which lots are open."""

from folio.cli.commands.report import lots as command

__all__ = ["command"]
