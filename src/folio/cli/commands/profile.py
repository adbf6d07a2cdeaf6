"""``folio profile``: how statements are read."""

from typing import Annotated

from folio.cli import context, options
from folio.cli.lazy import new_app
from folio.cli.options import argument
from folio.cli.profiles import all_profiles
from folio.cli.text import for_programs
from folio.errors import FolioError

app = new_app("How to read each institution's files.")


@app.command("list")
def list_(output: options.Output = None, file: options.File = None) -> None:
    """List the profiles, and the formats that need none, that folio knows."""
    from folio.cli.asking import show
    from folio.importers.recognition.signatures import FORMATS
    from folio.model.table import Cell, Column, Table

    profiles = all_profiles()
    rows: list[dict[str, Cell]] = [
        {"profile": name, "institution": one.institution, "title": one.title}
        for name, one in profiles.items()
    ]
    rows += [
        {"profile": name, "institution": None, "title": one.title}
        for name, one in FORMATS.items()
        if name not in profiles
    ]
    rows.sort(key=lambda row: str(row["profile"]))
    columns = (
        Column("profile", "Profile"),
        Column("institution", "Institution"),
        Column("title", "Reads", optional=1),
    )
    show(Table("profiles", "Profiles", columns, rows), output, file, False)


@app.command("show")
def show_(name: Annotated[str, argument("PROFILE", "The profile's name.")]) -> None:
    """Print a profile, to be copied and changed: folio profile show wise > mine.toml."""
    from folio.importers.language.catalogue import profile_text
    from folio.importers.recognition.signatures import FORMATS
    from folio.operations.importing.read_files import no_profile

    known = all_profiles()
    if name in FORMATS and name not in known:
        raise FolioError(
            f"{name} is a format that folio reads by itself: it has no profile to show"
        )
    if name not in known:
        raise no_profile(name, known)
    for_programs()
    print(profile_text(name, context.book_path().parent / "profiles"), end="")
