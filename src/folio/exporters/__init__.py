"""The book in other programs' formats: values of the model → text."""
