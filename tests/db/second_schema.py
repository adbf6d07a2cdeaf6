"""An invented second schema, a column more and a view that shows it, and the step to it."""

from sqlite_utils import Database

from folio.db.file.migrations import SCHEMA_FILE, things, wanted_things

NEXT = (
    SCHEMA_FILE.read_text("utf-8")
    .replace(
        "CREATE TABLE vaults (",
        "CREATE TABLE vaults (\n    colour     TEXT CHECK (colour <> ''),",
    )
    .replace("CREATE VIEW coverage AS", "CREATE VIEW colours AS SELECT colour FROM vaults;\n"
             "CREATE VIEW coverage AS")
)  # fmt: skip


def add_colours(db: Database) -> None:
    """A column in front of the others: the table is made anew, as SQLite's manual has it."""
    vaults = wanted_things(NEXT)["table", "vaults"][3]
    guards = [row[3] for key, row in things(db.conn).items() if row[2] == "vaults"]
    views = [key[1] for key in things(db.conn) if key[0] == "view"]
    kept = [things(db.conn)["view", name][3] for name in views]
    for name in views:
        db.conn.execute(f"DROP VIEW {name}")
    db.conn.execute(vaults.replace("TABLE vaults", "TABLE vaults_anew"))
    db.conn.execute("INSERT INTO vaults_anew SELECT NULL, * FROM vaults")
    db.conn.execute("DROP TABLE vaults")
    db.conn.execute("ALTER TABLE vaults_anew RENAME TO vaults")
    for sql in [*guards[1:], "CREATE VIEW colours AS SELECT colour FROM vaults", *kept]:
        db.conn.execute(sql)
