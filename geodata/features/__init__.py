"""Features of a layer in memory: cleaning, repair, and the layer with its GeoDataFrame."""
