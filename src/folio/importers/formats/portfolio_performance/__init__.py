"""Files of Portfolio Performance: the XML that it saves, plain or zipped."""
