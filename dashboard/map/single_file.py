"""Writes the map as a single file that opens without a network."""

from collections.abc import Mapping
from pathlib import Path

from dashboard.map.builder import build_map
from dashboard.map.data_urls import map_addresses
from geodata import Atlas


def render_html(atlas: Atlas, initial: Mapping[str, object] | None = None) -> str:
    """Return the map document with its layers, texts, base map, scripts and styles; see `build_map`."""
    return build_map(atlas, map_addresses(atlas, are_served=False), initial).render()


def write_html(atlas: Atlas, path: Path) -> None:
    """Write the map document in its default state."""
    path.write_text(render_html(atlas), encoding="utf-8")
