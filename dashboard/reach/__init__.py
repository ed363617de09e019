"""Prepares travel times by rail for the page and the map."""
