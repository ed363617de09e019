"""The atlas: its catalog with all layers, in each language, with versions and evidence."""
