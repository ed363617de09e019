"""Layers whose features are in a PostgreSQL/PostGIS database.

Nothing of it is loaded unless a catalog names a database: `looking` is the way in.
"""
