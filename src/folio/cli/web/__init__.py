"""The book in a browser: read-only, in Datasette, with names for what there is to ask."""
