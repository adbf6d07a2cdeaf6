"""The concepts of folio in words, one Markdown file each, for ``folio help``."""

from pathlib import Path
from typing import NamedTuple

# Other words under which somebody may look for a topic.
ALSO = {
    "account": "accounts", "asset": "accounts", "assets": "accounts", "holdings": "accounts",
    "institutions": "accounts", "kinds": "transactions", "ledger": "transactions",
    "lot": "lots", "fifo": "lots", "cost": "cost-basis", "gains": "cost-basis",
    "gaps": "reconciliation", "observations": "reconciliation", "balances": "reconciliation",
    "staleness": "prices", "coverage": "grades", "xirr": "returns", "benchmark": "returns",
    "known-at": "time-travel", "locks": "time-travel", "statements": "import",
    "yields": "interest", "goals": "vaults", "groups": "vaults", "exit-codes": "scripting",
    "json": "scripting", "scripts": "scripting", "plugins": "scripting", "views": "sql",
    "settings": "configuration", "pager": "configuration", "private": "privacy",
    "encryption": "privacy", "proof": "backup", "cron": "scheduling", "systemd": "scheduling",
    "shell": "completion", "tab": "completion", "html": "charts", "svg": "charts", "web": "charts",
    "datasette": "charts", "browser": "charts", "figures": "explain", "why": "explain",
}  # fmt: skip


class Topic(NamedTuple):
    """One concept."""

    name: str
    title: str
    summary: str  # one sentence
    text: str  # Markdown, with the title


def topics() -> dict[str, Topic]:
    """Every topic by name, in the order in which they are best read."""
    found = {path.stem: _read(path) for path in Path(__file__).parent.glob("*.md")}
    return {name: found[name] for name in ORDER if name in found}


def _read(path: Path) -> Topic:
    text = path.read_text("utf-8")
    title, summary, _ = text.split("\n\n", 2)
    return Topic(path.stem, title.removeprefix("# "), " ".join(summary.split()), text)


ORDER = (
    "accounts transactions lots cost-basis transfers prices reconciliation grades interest vaults "
    "returns explain charts rollup time-travel import profiles sql scripting scheduling "
    "configuration completion privacy backup"
).split()
