"""Reads official services: one module for each protocol."""
