"""The map as one file: everything that it needs is in it, and it opens from a disk without a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.map.builder import build_map
from dashboard.map.data_urls import map_addresses, to_data_address
from geodata import Atlas


def render_html(atlas: Atlas, initial: Mapping[str, Any] | None = None) -> str:
    """Return the map document with its layers, texts, base map, scripts and styles inside.

    `initial` is what it opens with: `layers` (ids), `feature`, `view`, each left out where it is the usual.
    """
    return build_map(atlas, map_addresses(atlas, to_data_address), initial).render()


def write_html(atlas: Atlas, path: Path) -> None:
    """Write that document as it opens usually."""
    path.write_text(render_html(atlas), encoding="utf-8")
