"""Words as a shell reads them, so that a command that folio names can be pasted as it stands.

>>> print(shell_words("folio", "account", "set", "Bob's $"))
folio account set 'Bob'"'"'s $'

What a terminal does not show, and bytes of a file's name that are no UTF-8, are written as bash,
zsh and ksh read them:

>>> print(shell_word("caf\\udce9.csv"), shell_word("a\\u202eb"))
$'caf\\xe9.csv' $'a\\xe2\\x80\\xaeb'
"""

# A word of these alone needs no quotes in any shell; for others shlex makes its patterns.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-")


def shell_word(text: object) -> str:
    """``text`` as one word, in quotes where it needs them."""
    said = str(text)
    if said and _PLAIN.issuperset(said):
        return said
    if said.isprintable():
        import shlex

        return shlex.quote(said)
    return f"$'{''.join(map(_escaped, said))}'"


def shell_words(*texts: object) -> str:
    """Several words with a space between them."""
    return " ".join(map(shell_word, texts))


def _escaped(character: str) -> str:
    if character in "'\\":
        return f"\\{character}"
    if character.isprintable():
        return character
    is_byte = "\udc80" <= character <= "\udcff"  # as Python keeps one that is no UTF-8
    encoded = character.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in encoded)
