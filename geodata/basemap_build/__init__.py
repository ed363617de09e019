"""Makes the embedded base map: its overview from `base_*.geojson`, its street tiles from OpenStreetMap."""
