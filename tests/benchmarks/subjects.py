"""What is compared, and where in each document the same thing is found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Locator

from geodata import read_catalog
from tests.benchmarks.browser import Expected, Visit


@dataclass(frozen=True)
class Data:
    """The layers that a server shows."""

    titles: dict[str, str]
    """Layer id → title."""
    counts: dict[str, int]
    """Layer id → number of features."""
    names: dict[str, str]
    """`<layer>.<feature id>` → the feature's name."""

    @property
    def total(self) -> int:
        """Number of features of all layers; each is one SVG path."""
        return sum(self.counts.values())


def read_data(catalog: Path) -> Data:
    """Read from a catalog what there is to see."""
    source = read_catalog(catalog)
    layers = source.catalog.layers
    collections: dict[str, Any] = {
        layer_id: json.loads((source.folder / layer.path).read_text(encoding="utf-8"))
        for layer_id, layer in layers.items()
    }
    return Data(
        {layer_id: layer.title for layer_id, layer in layers.items()},
        {layer_id: len(collection["features"]) for layer_id, collection in collections.items()},
        {
            f"{layer_id}.{feature['id']}": feature["properties"]["name"]
            for layer_id, collection in collections.items()
            for feature in collection["features"]
        },
    )


EMPTY_DRAWN = Expected('[data-testid="stMarkdownContainer"] p', text="empty")


class Surface:
    """A page with a map in a frame that can be clicked."""

    frame_selector: str
    popup_selector: str
    panel_selector: str
    targets_script: str
    """Returns `[{key, x, y}]`: features whose middle is not covered, in pixels of the frame."""

    def __init__(self, data: Data) -> None:
        self.data = data

    def drawn(self) -> Expected | None:
        """Return what the document of the map holds once it is drawn; `None` where it says so itself."""
        raise NotImplementedError

    def name(self, key: str) -> str:
        """Return the name of a target."""
        raise NotImplementedError

    def checkbox(self, frame: Frame, layer_id: str) -> Locator:
        """Return a layer's checkbox."""
        raise NotImplementedError

    def toggled(self, layer_id: str, *, is_on: bool) -> Expected:
        """Return what the map's document holds with a layer on or off, the others being as they were."""
        raise NotImplementedError

    def frame(self, visit: Visit) -> Frame:
        """Return the map's frame."""
        element = visit.page.wait_for_selector(self.frame_selector)
        frame = element.content_frame() if element else None
        if frame is None:
            raise RuntimeError(f"no frame {self.frame_selector}")
        return frame


MIDDLE = """
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return document.elementFromPoint(x, y) === element ? { x, y } : null;
  };
"""


class Baseline(Surface):
    """streamlit-folium."""

    frame_selector = 'iframe[title*="st_folium"]'
    popup_selector = ".leaflet-popup tr:first-child td"
    panel_selector = "h3"
    targets_script = f"""() => {{ {MIDDLE}
      return Object.values(window.map._layers)
        .filter((layer) => layer.feature && layer._path)
        .map((layer) => ({{ key: layer.feature.properties.name, ...middle(layer._path) }}))
        .filter(({{ x }}) => x !== undefined);
    }}"""

    def drawn(self) -> Expected:
        return Expected("path.leaflet-interactive", count=self.data.total, inFrame=True)

    def name(self, key: str) -> str:
        return key

    def checkbox(self, frame: Frame, layer_id: str) -> Locator:
        return frame.get_by_label(self.data.titles[layer_id], exact=True)

    def toggled(self, layer_id: str, *, is_on: bool) -> Expected:
        gone = 0 if is_on else self.data.counts[layer_id]
        return Expected("path.leaflet-interactive", count=self.data.total - gone)


class Dashboard(Surface):
    """The atlas."""

    frame_selector = "iframe.atlas-frame"
    popup_selector = ".atlas-popup h2"
    panel_selector = ".st-key-panel .atlas-details h2"
    targets_script = f"""() => {{ {MIDDLE}
      return [...document.querySelectorAll("path[data-feature]")]
        .map((element) => ({{ key: element.dataset.feature, ...middle(element) }}))
        .filter(({{ x }}) => x !== undefined);
    }}"""

    def drawn(self) -> None:
        return None

    def name(self, key: str) -> str:
        return self.data.names[key]

    def checkbox(self, frame: Frame, layer_id: str) -> Locator:
        return frame.locator(f'input[data-layer="{layer_id}"]')

    def toggled(self, layer_id: str, *, is_on: bool) -> Expected:
        return Expected(f'[data-feature^="{layer_id}."]', count=self.data.counts[layer_id] if is_on else 0)
