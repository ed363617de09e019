"""Admits files that visitors upload, or reports why not."""
