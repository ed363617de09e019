"""Finds features by name, keyword or coordinates."""
