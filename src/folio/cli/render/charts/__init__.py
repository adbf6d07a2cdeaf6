"""Charts: on the terminal, in blocks and Braille (``blocks``), and as pictures (``vector``)."""
