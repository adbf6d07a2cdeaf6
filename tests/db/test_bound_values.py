"""No value of a user or of a file is ever part of an SQL text, and no shell is run.

Every text of SQL in the source is looked at: what is put into it by an f-string, by ``format``,
``%`` or ``+`` is a constant of ours, numbers of our own through ``int``, question marks, or one
of the few names below, each of which holds only names that folio itself chose.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import folio

SRC = Path(folio.__file__).parent
SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|DROP|ALTER|ATTACH|VALUES|WHERE|ORDER BY|FROM)\b"
)
# Names that hold parts of SQL: tables, columns and conditions out of the same module's texts.
OURS = {
    "db/derived/altering.py": {"figures"},
    "db/arrangements/catalog.py": {"table", "column"},
    "db/recording/commits.py": {"table", "places", "', '.join(names)"},
    "db/file/connection.py": {
        "wanted",
        "patience",
        "cached",
        "SCHEMA_FILE.read_text('utf-8')",
    },
    "db/derived/positions.py": {"where", "places", "table"},
    "db/derived/disposals.py": {"places", "' AND '.join(conditions)"},
    "db/keeping/duck.py": {"_name(sheet.name)", "before", "typed", "rows", "after"},  # _name quotes
    "db/transactions/events.py": {
        "', '.join((f\"'{kind}'\" for kind in kinds))"
    },  # of the model's KINDS
    "db/recording/since.py": {"table"},
    "db/derived/gaps.py": {"query"},
    "db/prices/last_closes.py": {"which"},
    "db/transactions/ledger.py": {"way", "within", "' AND '.join(conditions)"},
    "db/transactions/legs.py": {"condition"},
    "db/transactions/links.py": {"name", "_listed('own')", "_listed('numbers')"},
    "db/file/migrations.py": {"version"},  # of STEPS
    "db/prices/price_source.py": {"table"},
    "db/keeping/proof.py": {
        "columns",
        "order",
        "table",
        "', '.join(sorted(names))",
        "', '.join(keys)",
        "', '.join(names)",
    },
    "db/keeping/repairs.py": {"one.kind", "quoted(one.name)"},
    "db/derived/rollup.py": {
        "columns",
        "scope",
        "values",
        "table",
        "column",
        "_measured(_flow_at(borders))",
    },
    "db/queries/select.py": {
        "text",
        "name",
    },  # folio sql: the user's own question, on a read-only connection
    "db/arrangements/sources.py": {"ids"},
    "db/keeping/whole.py": {"table", "names", "', '.join(names)"},
    "db/arrangements/yields.py": {"where"},
}
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_NUMBERS = re.compile(r"listed\(\w+\)|', '\.join\(\(str\(int\(\w+\)\) for \w+ in \w+\)\)")


def parts(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The texts that an expression makes, each with what is put into it."""
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield text, value.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value, other
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "format"
        and isinstance(node.func.value, ast.Constant)
    ):
        for value in (*node.args, *(word.value for word in node.keywords)):
            yield str(node.func.value.value), value


def is_ours(value: ast.expr, place: str) -> bool:
    if isinstance(value, ast.Constant | ast.JoinedStr):  # a part of SQL, looked at by itself
        return True
    text = ast.unparse(value)
    if _CONSTANT.fullmatch(re.split(r"[.\[(]", text)[0]) or _NUMBERS.fullmatch(text):
        return True
    if re.fullmatch(r"', '\.join\('\?' \* .+\)", text) or re.match(r"_(kept|measured)\('", text):
        return True
    return text in OURS.get(place, ())


def unbound(place: str, node: ast.AST) -> Iterator[str]:
    if place.startswith(("db/", "operations/", "book/", "reports/")):
        for text, value in parts(node):
            if SQL.search(text) and not is_ours(value, place):
                yield f"{place}: {ast.unparse(value)} in {text.strip()[:60]!r}"


def numbered(place: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
        if "?" in text and SQL.search(text) and re.search(r"\?[0-9]", text):
            yield f"{place}:{node.lineno}: {text.strip()[:60]!r}"


def of_others(place: str, node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
        return
    name = ast.unparse(node.func)
    if name in ("os.system", "os.popen", "eval", "exec", "pickle.load", "pickle.loads"):
        yield f"{place}:{node.lineno}: {name}"
    if name.startswith("subprocess.") and any(w.arg == "shell" for w in node.keywords):
        yield f"{place}:{node.lineno}: {name} with a shell"


@cache
def found() -> dict[str, list[str]]:
    """What is wrong, by which rule: every file is parsed and looked through once."""
    rules = (unbound, numbered, of_others)
    wrong: dict[str, list[str]] = {rule.__name__: [] for rule in rules}
    for file in sorted(SRC.rglob("*.py")):
        place = file.relative_to(SRC).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for rule in rules:
                wrong[rule.__name__] += rule(place, node)
    return wrong


def test_every_value_is_bound() -> None:
    assert not found()["unbound"], "\n".join(found()["unbound"])


def test_a_value_in_a_text_would_be_found() -> None:
    """The test itself: three ways to forget a question mark."""
    for line in (
        "db.execute(f'SELECT * FROM accounts WHERE name = {name}')",
        "db.execute('DELETE FROM lots WHERE id = %s' % number)",
        "db.execute('SELECT 1 FROM assets WHERE symbol = ' + symbol)",
        "db.execute('SELECT {} FROM assets'.format(name))",
    ):
        values = [v for n in ast.walk(ast.parse(line)) for t, v in parts(n) if SQL.search(t)]
        assert [v for v in values if not is_ours(v, "db/accounts.py")], line


def test_what_is_bound_has_a_name_or_none() -> None:
    """From Python 3.14 on values in order are for question marks without a number alone."""
    assert not found()["numbered"], "\n".join(found()["numbered"])


def test_no_shell_and_no_code_of_others() -> None:
    """Programs get their words as a list; nothing is evaluated or unpickled."""
    assert not found()["of_others"], found()["of_others"]


def test_what_is_looked_for_would_be_found() -> None:
    """The tests themselves: a numbered question mark, a shell, and code out of a text."""
    for rule, line in (
        (numbered, "db.execute('SELECT 1 FROM assets WHERE id = ?1')"),
        (of_others, "subprocess.run('ls', shell=True)"),
        (of_others, "os.system('ls')"),
        (of_others, "eval(text)"),
    ):
        assert any(list(rule("db/x.py", node)) for node in ast.walk(ast.parse(line))), line
