"""Translates the interface, formats numbers and dates, and fills templates."""
