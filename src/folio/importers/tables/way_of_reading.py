"""How a file was read, as its statement keeps it: by that its rows are known again."""

import zoneinfo
from collections.abc import Collection

from folio import __version__
from folio.importers.interpreting.identity import digest
from folio.importers.interpreting.layout import Header
from folio.importers.language.profile import Profile

NOTED = 1000  # lines of which something was said; with more, no row is known again


def way_of_reading(profile: Profile, header: Header, zone: zoneinfo.ZoneInfo) -> str:
    """A digest of all that makes a row's meaning beside its own text; "" where it is not alone.

    So it is where other rows have a part in what a row says, or in what is said of it.
    """
    texts = profile.texts.values()
    if profile.joins_rows or profile.file.continued:
        return ""
    if profile.balance or profile.closing or any(rule.states for rule in profile.rules):
        return ""
    if any(text.assumed for text in texts):
        return ""
    above = header.preamble if any(text.preamble for text in texts) else ()
    said = [header.delimiter, *header.names, "", *above]
    return digest([__version__, profile.model_dump_json(), zone.key, *said])


def reading(way: str, noted: Collection[int]) -> str:
    """What a statement keeps of the way in which it was read, oldest rows first: the way, and
    the lines of which something was said.
    """
    if not way or len(noted) > NOTED:
        return ""
    return " ".join([way, *map(str, sorted(noted))])
