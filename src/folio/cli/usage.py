"""What Typer finds wrong with the words of a command, said in folio's manner."""

import datetime as dt
from typing import Any

from folio.cli.text import warn
from folio.errors import FolioError, near, nearest

_NAMING = ("--account", "--asset", "--currency")  # options whose values are easily taken for words
# What many programs call so, and what it is here; by the command before it, "" for folio itself.
_CALLED_HERE = {
    "": {
        "list": "register",
        "transactions": "register",
        "accounts": "account list",
        "balance": "report",
        "balances": "report",
        "networth": "report",
        "delete": "undo",
        "remove": "undo",
        "edit": "amend",
        "fetch": "price fetch",
    },
    "account": {
        "close": "account set NAME --status closed",
        "freeze": "account set NAME --status frozen",
        "reopen": "account set NAME --status active",
        "rename": "account set NAME --rename NEW",
    },
    "asset": {
        "rename": "add-tx symbol_change",
        "split": "add-tx split",
    },
    "price": {"set": "price add", "edit": "price add"},
}


def say_usage(error: Any) -> int:
    """Say a wrong option, a missing argument, a misspelt command; return the exit code."""
    if error.__class__.__name__ == "NoArgsIsHelpError":
        print(error.format_message())
        return int(error.exit_code)
    ctx = getattr(error, "ctx", None)
    text = _worded(error, ctx)
    warn(text if ctx is None else f"{text}; see: {ctx.command_path} --help")
    return int(error.exit_code)


def _worded(error: Any, ctx: Any) -> str:
    name = error.__class__.__name__
    if name == "NoSuchOption" and ctx is not None:
        return no_such_option(error.option_name, _options(ctx))
    param = getattr(error, "param", None)
    if param is not None and name == "MissingParameter":
        return _missing(param)
    if param is not None and name == "BadParameter":
        return _bad(param, error.message.rstrip("."))
    text = str(error.format_message())
    text = text[:1].lower() + text[1:].rstrip(".")
    if ctx is not None and text.startswith("got unexpected extra"):
        return _too_many(text.partition("(s) (")[2].rstrip(")").split(), _options(ctx))
    if text.startswith("no such command "):
        word, _, close = text.removeprefix("no such command ").partition(". Did you mean ")
        close = _meant(word.strip("'"), ctx) or close.rstrip("?").replace("'", "").replace(
            ", ", " or "
        )
        return f"{word} is no command{f' (did you mean {close}?)' if close else ''}"
    return text


def _meant(word: str, ctx: Any) -> str:
    """What is meant by a kind of transaction, or a report, that was said as a command, and by what
    is called otherwise here."""
    from folio.model.transactions import KINDS  # only where something is wrong

    if ctx is None:
        return ""
    above = "" if ctx.parent is None else str(ctx.info_name)
    if here := _CALLED_HERE.get(above, {}).get(word.lower()):
        return f"{ctx.find_root().command_path} {here}"
    if ctx.parent is not None:
        return ""
    kind = word.replace("-", "_").lower()
    if kind in KINDS and kind != "reversal":
        return f"{ctx.command_path} add-tx {kind}"
    report = ctx.command.get_command(ctx, "report")
    found = report is not None and word in report.list_commands(ctx)
    return f"{ctx.command_path} report {word}" if found else ""


def _too_many(words: list[str], options: list[str]) -> str:
    """What to say of words that no argument is left for.

    >>> _too_many(["VWCE"], ["--asset", "--exact"])
    "'VWCE' is one word too many (or --asset is missing before it)"
    >>> _too_many(["2024-Q1"], ["--asset", "--period"])
    "'2024-Q1' is one word too many (or --period is missing before it)"
    >>> _too_many(["5", "6"], [])
    "'5 6' is 2 words too many"
    """
    if option := next((word for word in words if word.startswith("--")), None):
        return no_such_option(option, options)  # where a word may begin with - as -3
    count = "one word" if len(words) == 1 else f"{len(words)} words"
    able = ["--period"] if _is_period(words[0]) else _NAMING
    naming = " or ".join(name for name in able if name in options)
    hint = f" (or {naming} is missing before it)" if naming else ""
    return f"{' '.join(words)!r} is {count} too many{hint}"


def _is_period(word: str) -> bool:
    from folio.model.dates import parse_period

    try:
        parse_period(word, dt.date.max)
    except FolioError:
        return False
    return True


def _options(ctx: Any) -> list[str]:
    return [name for param in ctx.command.params for name in param.opts]


def no_such_option(word: str, options: list[str]) -> str:
    """What to say of a word that looks like an option and is none of these.

    >>> no_such_option("--prce", ["--price", "-O"])
    'no such option: --prce (did you mean --price?)'
    >>> no_such_option("-1", [])
    'no such option: -1; a number below 0 stands after --, as in: -- -1'
    """
    if word[1:2].isdigit():
        return f"no such option: {word}; a number below 0 stands after --, as in: -- {word}"
    long = [option[2:] for option in options if option.startswith("--")]
    close = " or ".join(f"--{option}" for option in nearest(word.strip("-"), long))
    return f"no such option: {word}{f' (did you mean {close}?)' if close else ''}"


def _missing(param: Any) -> str:
    if param.param_type_name == "option":
        return f"missing option '{_name(param)}'"
    return f"missing argument '{_name(param)}'{_choices(param)}"


def _bad(param: Any, message: str) -> str:
    """A value that its option or argument does not take."""
    value, _, _ = message.partition(" is not ")
    if choices := _choices(param):
        hint = near(value.strip("'"), map(str, param.type.choices))
        return f"{value} is no {_name(param)}{hint}{choices}"
    low, high = getattr(param.type, "min", None), getattr(param.type, "max", None)
    if " is not in the range " in message:
        ends = f"from {low} to {high}" if high is not None else f"{low} or more"
        return f"{_name(param)} {value} is not {ends}"
    if " is not a valid int" in message:
        return f"{_name(param)} {value} is no whole number"
    return f"{_name(param)}: {message}"


def _choices(param: Any) -> str:
    choices = getattr(param.type, "choices", None)
    return f"; say one of: {', '.join(map(str, choices))}" if choices else ""


def _name(param: Any) -> str:
    """An option's longest name, an argument's in capitals."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name.upper()).strip(".")
