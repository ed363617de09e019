"""Generalizes a folder of `base_*.geojson` into the embedded base map, from the command line."""
