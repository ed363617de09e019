"""Layers whose features are in a PostgreSQL/PostGIS database; loaded only if a catalog names one."""
