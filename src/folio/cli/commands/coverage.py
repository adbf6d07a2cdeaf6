"""``folio coverage``: what is known of each holding, and how well."""

from folio.cli.commands.report import coverage as command

__all__ = ["command"]
