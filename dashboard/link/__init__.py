"""Reads and writes what a link to the atlas says."""
