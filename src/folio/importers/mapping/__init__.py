"""A profile made from a file that no profile knows: what its columns are, and how it writes."""
