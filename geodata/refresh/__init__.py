"""Layers brought up to date from their publishers' services: only the command `refresh` imports this."""
