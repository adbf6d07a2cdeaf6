"""QIF, the format of Quicken that many banks and programs still write."""
