"""Admits a file that somebody brings, or says why not."""
