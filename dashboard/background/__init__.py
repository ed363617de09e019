"""Keeps one atlas for all visitors and runs work in the background."""
