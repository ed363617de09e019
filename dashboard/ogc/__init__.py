"""OGC API – Features at `/ogc`: pygeoapi over the layers of the atlas, loaded when somebody first asks."""
