"""Sentences of the interface, in English."""

from __future__ import annotations

MAP_TEXTS = {
    "layers": "Layers",
    "basemap": "Base map",
    "online": "online",
    "more": "More details",
    "source": "Source",
    "unnamed": "Without a name",
    "home": "Show the whole region",
    "fullscreen": "Full screen",
    "zoomIn": "Zoom in",
    "zoomOut": "Zoom out",
    "retry": "Try again",
    "failed": "Could not be loaded.",
    "skipped": "{count} features can't be drawn.",
    "basemapFailed": "{title} can't be reached. The built-in base map stays.",
    "basemapIncomplete": "A part of the base map could not be loaded.",
    "unknownLayer": "There is no layer “{layer}”. The address names layers that this atlas does not have.",
    "unknownFeature": "There is no “{feature}” on this map.",
    "wrongView": "The view “{view}” can't be read. It should look like 10/52.26/6.79.",
}
