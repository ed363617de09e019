"""Reads the catalog and checks what it says."""
