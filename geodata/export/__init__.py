"""Writes layers and atlases as files for other tools."""
