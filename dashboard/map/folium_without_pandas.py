"""Folium without pandas, which takes a second to load and which only maps made of data frames need."""

from __future__ import annotations

import sys

_loaded = sys.modules.get("pandas")
if _loaded is None:
    # Folium tries to import it, and does without where it can't.
    sys.modules["pandas"] = None  # type: ignore[assignment]
try:
    import folium
    from folium.template import Template
finally:
    if _loaded is None:
        del sys.modules["pandas"]

__all__ = ["Template", "folium"]
