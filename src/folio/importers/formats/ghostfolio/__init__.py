"""The JSON that Ghostfolio exports, of its old layouts and of the new."""
