"""Builds the map document with Folium."""
