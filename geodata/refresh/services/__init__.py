"""Reads records from the services of publishers, one module per protocol."""
