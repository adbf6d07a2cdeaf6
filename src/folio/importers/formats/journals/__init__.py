"""Double-entry journals of other programs: read, and taken to mean something for folio."""
