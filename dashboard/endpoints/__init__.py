"""Answers each address of the server."""
