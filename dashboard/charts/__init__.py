"""Prepares the charts of the catalog as values and HTML, drawn without a script."""
