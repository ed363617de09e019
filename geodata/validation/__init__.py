"""Checks the files of layers, and says why one is refused."""
