"""One file per command; each has ``app``, a Typer app, or ``command``, a function."""
