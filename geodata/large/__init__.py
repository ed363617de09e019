"""Builds layers too large for memory once, and answers from the build."""
