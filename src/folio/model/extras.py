"""Packages that only some commands need, and how one gets into the place that folio runs from.

They are extras of the distribution, but are asked for by their own names: on PyPI another
program is called folio, and an upgrade to ``folio[…]`` would fetch that one.
"""

import sys
from pathlib import Path

from folio.model.shell_words import shell_word

PIPX_MARK = "pipx_metadata.json"  # pipx puts it into each environment it makes


def install_with(requirement: str) -> str:
    """The command that installs a package beside this folio; ``requirement`` as in pyproject.toml.

    ``pipx inject`` where pipx made the environment, so that pipx knows of it; else the pip of the
    Python that is running, which is there: sqlite-utils needs it, even where uv did the work.
    """
    quoted = shell_word(requirement)
    if (Path(sys.prefix) / PIPX_MARK).exists():
        return f"pipx inject {Path(sys.prefix).name} {quoted}"
    return f"{shell_word(sys.executable)} -m pip install {quoted}"
