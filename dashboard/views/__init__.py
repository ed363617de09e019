"""Prepares features, search results, table rows and link changes for the page, as values and HTML."""
