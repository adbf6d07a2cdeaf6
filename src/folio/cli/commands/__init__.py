"""One file per command.

A group has ``app``, made by :func:`folio.cli.lazy.new_app`, with its commands registered on
it; a single command is a function called ``command``.  Both are named in the table of
:mod:`folio.cli.app`.
"""
