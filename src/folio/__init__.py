"""folio: a portfolio tracker to keep for thirty years."""

__version__ = "0.1.0"
