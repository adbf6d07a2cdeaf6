"""Asking any source: which program or address that is, and what was asked a moment ago."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from folio.model.price_sources import COMMAND, ECB, PRICEHIST
from folio.quotes import ecb, pricehist, programs
from folio.quotes.cache import Cache
from folio.quotes.rows import Answer, read_csv
from folio.quotes.trying import Asker, NoAnswer
from folio.quotes.web import get

_COLUMNS = ("date", "asset", "quote", "price")
OF_ONE = ("{symbol}", "{isin}", "{quote}")  # what makes a command one of a single asset


class Request(NamedTuple):
    """What is asked of a source."""

    source: str
    symbol: str
    type: str
    start: dt.date
    end: dt.date  # inclusive
    words: Mapping[str, str] = {}  # what a command's arguments may name: isin …


class Desk:
    """Asks sources; every answer is asked for once."""

    def __init__(
        self,
        asker: Asker,
        cache: Cache,
        *,
        commands: Mapping[str, Sequence[str]],
        ecb_url: str = ecb.BASE_URL,
    ) -> None:
        self.asker = asker
        self.cache = cache
        self.commands = commands
        self.ecb_url = ecb_url.rstrip("/")
        self._known: dict[tuple[str, ...], tuple[dt.date, str]] = {}

    def ask(self, request: Request) -> Answer:
        """What a source says of the days asked for.

        Raises:
            NoAnswer: when it says nothing.
        """
        kind, _, name = request.source.partition(":")
        if kind == ECB:
            answer = self._of_ecb(request)
        elif kind == PRICEHIST:
            answer = pricehist.read(self._of_pricehist(name, request), name)
        else:
            answer = read_csv(self._of_command(name, request), _COLUMNS, f"the command {name}")
        return answer.within(request.start, request.end)

    def is_of_many(self, source: str) -> bool:
        """Whether one answer of a source is about all its assets."""
        kind, _, name = source.partition(":")
        words = self.commands.get(name, ())
        of_one = any(place in word for word in words for place in OF_ONE)
        return kind == ECB or (kind == COMMAND and not of_one)

    def _of_ecb(self, request: Request) -> Answer:
        names = ecb.files(request.start, request.end)
        for name in names:
            url = f"{self.ecb_url}/{name}"
            found = self.cache.find((url,), dt.date.max)
            if found is not None:
                return ecb.read(found.data, (request.symbol,))
        for name in names:
            url = f"{self.ecb_url}/{name}"
            try:
                data = get(url, self.asker)
                answer = ecb.read(data, (request.symbol,))
            except NoAnswer as error:
                if error.passes or name == names[-1]:
                    raise
                continue  # a larger file has it, too
            self.cache.keep((url,), dt.date.min, data)
            return answer
        raise AssertionError("the file of all days is always there to be asked for")

    def _of_pricehist(self, source: str, request: Request) -> str:
        days = (request.start.isoformat(), request.end.isoformat())
        words = pricehist.arguments(source, request.symbol, request.type, *days)
        question = (PRICEHIST, source, request.symbol, request.type, days[1])
        return self._said(question, request, lambda: pricehist.ask(words, self.asker.policy))

    def _of_command(self, name: str, request: Request) -> str:
        words = self.commands.get(name)
        if not words:
            raise NoAnswer(
                f"your configuration has no command {name}; say it with: "
                f"folio config set price_commands.{name} 'PROGRAM ARGUMENT …'"
            )
        said = {
            **request.words,
            "symbol": request.symbol,
            "type": request.type,
            "end": request.end.isoformat(),
        }
        for word in words:
            if "{isin}" in word and not said.get("isin"):
                raise NoAnswer(
                    f"the command {name} asks for an ISIN, and nobody stated it; state it with: "
                    "folio asset set SYMBOL --isin ISIN"
                )
        start = request.start.isoformat()
        who = f"the command {name}"
        program = programs.resolve(words[0], who)
        filled = [program, *(_filled(word, {**said, "start": start}) for word in words[1:])]
        question = (COMMAND, name, *(_filled(word, said) for word in words))
        return self._said(question, request, lambda: programs.run(filled, self.asker.policy, who))

    def _said(self, question: tuple[str, ...], request: Request, run: Callable[[], str]) -> str:
        """What a program prints, or printed a moment ago."""
        known = self._known.get(question)
        if known is not None and known[0] <= request.start:
            return known[1]
        cached = self.cache.find(question, request.start)
        text = cached.data.decode() if cached else self.asker.ask(request.source, run)
        self._known[question] = (request.start, text)
        if cached is None:
            self.cache.keep(question, request.start, text.encode())
        return text


def _filled(word: str, said: Mapping[str, str]) -> str:
    """An argument with its places filled: one argument stays one, whatever is filled in."""
    for name, value in said.items():
        word = word.replace(f"{{{name}}}", value)
    return word
