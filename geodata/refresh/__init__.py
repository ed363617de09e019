"""Refreshes layers from the services of their publishers; only the command `refresh` imports it."""
