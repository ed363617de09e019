"""Builds large layers on a Dask cluster; the result is the same as on one machine."""
