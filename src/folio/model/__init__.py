"""What things are: plain immutable values that every floor of the house shares.

They are ``NamedTuple``s rather than dataclasses: a command reads one report and
ends, and importing ``dataclasses`` alone costs as much as opening the book.
"""
