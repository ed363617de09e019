"""The files that visitors download."""
