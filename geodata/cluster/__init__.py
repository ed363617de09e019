"""The build of a large layer by the workers of a Dask cluster; what comes of it is what one machine makes.

Whoever builds (the coordinator) and the workers share a folder and the source. Each worker reads some rows of
the source, checks and mends them, and leaves them in the shared folder as the table takes them; then the
features go to the workers by where they are, and each cuts the tiles of its part of the map. The coordinator
puts the parts together, in the order of the file and of the tiles.
"""
