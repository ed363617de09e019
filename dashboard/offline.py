"""The map as one file: everything that it needs is in it, and it opens from a disk without a network."""

from __future__ import annotations

from pathlib import Path

from dashboard.addresses import map_addresses, to_data_address
from dashboard.map_builder import build_map
from geodata import Atlas


def write_html(atlas: Atlas, path: Path) -> None:
    """Write the map document with its layers, texts, base map, scripts and styles inside."""
    html = build_map(atlas, map_addresses(atlas, to_data_address)).render()
    path.write_text(html, encoding="utf-8")
