"""Finds texts to translate, and reads and writes their .po files."""
