"""Finds where roads and railways cross a border; only its own command imports it."""
