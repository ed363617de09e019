"""Checks an atlas by all rules together."""
