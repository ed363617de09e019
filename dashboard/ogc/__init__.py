"""Serves the layers as OGC API – Features at `/ogc`, with pygeoapi, which loads with the first request."""
