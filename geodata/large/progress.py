"""The steps of a build and the share of its time that each takes, to show its progress."""

from collections.abc import Callable

READING, INDEXING, CUTTING = "reading", "indexing", "cutting tiles"
"""Steps of a build."""

READ_SHARE = 0.4
"""Share of a build's time that reading takes, from 0 to 1."""

INDEX_SHARE = 0.1
"""Share of a build's time that the table's indexes take, from 0 to 1."""

Progress = Callable[[str, float], None]
"""Receives the current step and how much of the whole build is done, from 0 to 1."""
