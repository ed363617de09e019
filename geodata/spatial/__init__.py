"""Measures features and finds what is near, inside and beside them."""
