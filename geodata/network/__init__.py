"""Computes minutes by rail, what they reach, and what scenarios change."""
