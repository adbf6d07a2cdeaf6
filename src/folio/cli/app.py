"""The command line's door."""


def main() -> None:
    """Run folio."""
