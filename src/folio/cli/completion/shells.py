"""What the shells say of the line at the tab key, and how they want to be answered.

Each shell's script asks ``folio`` itself, with ``_FOLIO_COMPLETE`` set to the shell's name:
zsh and fish give the words before the cursor as arguments, unquoted; bash gives the line, for
its own words end at each colon and each equals sign.  The answer's first line is ``words`` or
``files`` (the shell completes names of files then); one offer a line follows.

A value is offered as the shell is to insert it: in bash quoted as the user began to quote, and
without what stands before the last of the characters at which bash ends words:

>>> said_by_bash("folio lots vwce:x", ":=")
(['lots'], Current(text='vwce:x', kept='vwce:', quote=''))
>>> in_bash("VWCE:XETR", Current("vwce:x", "vwce:", ""))
'XETR'
>>> in_bash("Main Broker", Current("Ma", "", "")), in_bash("Main Broker", Current("Ma", "", '"'))
('Main\\\\ Broker', 'Main Broker')
"""

import re
from typing import NamedTuple

BASH = r"""# bash completion for folio
_folio_completion() {
    local reply how=""
    COMPREPLY=()
    while IFS= read -r reply; do
        if [[ -z $how ]]; then how=$reply; else COMPREPLY+=("$reply"); fi
    done < <(_FOLIO_COMPLETE=bash _FOLIO_LINE="${COMP_LINE:0:COMP_POINT}" \
             _FOLIO_BREAKS="$COMP_WORDBREAKS" "${1/#\~/$HOME}" 2>/dev/null)
    if [[ $how == files ]]; then compopt -o filenames -o default 2>/dev/null; fi
}
complete -F _folio_completion folio
"""
ZSH = r"""#compdef folio
_folio() {
    local -a answer values shown
    local one folio=${~words[1]}
    answer=("${(@f)$(_FOLIO_COMPLETE=zsh "$folio" "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" \
        2>/dev/null)}")
    if [[ $answer[1] == files ]]; then _files; return; fi
    for one in "${(@)answer[2,-1]}"; do
        values+=("${one%%$'\t'*}")
        shown+=("${one/$'\t'/  -- }")
    done
    (( $#values )) || return 1
    compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -l -d shown -- "${values[@]}"
}
if [[ ${funcstack[1]} == _folio ]]; then _folio "$@"; else compdef _folio folio; fi
"""
FISH = r"""# fish completion for folio
function __folio_completion
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (env _FOLIO_COMPLETE=fish $words[1] $words[2..-1] "$current" 2>/dev/null)
    if test "$answer[1]" = files
        __fish_complete_path "$current"
    else
        string join \n -- $answer[2..-1]
    end
end
complete --command folio --no-files --arguments "(__folio_completion)"
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}

_PLAIN = re.compile(r"[\w./,+@%^:=-]")
_IN_DOUBLE = re.compile(r'([\\"$`])')


class Offer(NamedTuple):
    """A word that the shell may insert, and what it is."""

    value: str
    about: str = ""


class Current(NamedTuple):
    """The word at the cursor."""

    text: str  # without its quotes
    kept: str = ""  # how much of the text bash leaves as it is
    quote: str = ""  # the quote that is still open


def said_by_bash(line: str, breaks: str) -> tuple[list[str], Current]:
    """The words after the program's name, and the one at the end of the line."""
    words: list[str] = []
    text, kept, quote, begun = "", "", "", False
    characters = iter(line)
    for one in characters:
        if one == "\\" and quote != "'":
            text, begun = text + next(characters, ""), True
        elif quote:
            text, quote = (text, "") if one == quote else (text + one, quote)
        elif one in "'\"":
            quote, kept, begun = one, text, True
        elif one in " \t\n":
            words += [text] if begun else []
            text, kept, begun = "", "", False
        else:
            text, begun = text + one, True
            kept = text if one in breaks else kept
    return words[1:], Current(text, kept, quote)


def in_bash(value: str, current: Current) -> str:
    """A value as readline is to put it in place of the current word."""
    rest = value[len(current.kept) :]
    if current.quote == '"':
        return _IN_DOUBLE.sub(r"\\\1", rest)
    if current.quote == "'":
        return rest.replace("'", "'\\''")
    return "".join(c if _PLAIN.match(c) else f"\\{c}" for c in rest)


def unquoted(raw: str) -> str:
    """The last word of fish's line, of which some may be quoted."""
    return said_by_bash(f"folio {raw}", "")[1].text if raw else ""


def answer(shell: str, offers: list[Offer], current: Current) -> str:
    """The lines that the shell's script reads."""
    if shell == "bash":
        return "".join(f"{in_bash(offer.value, current)}\n" for offer in offers)
    return "".join(f"{o.value}\t{o.about}".rstrip("\t") + "\n" for o in offers)
