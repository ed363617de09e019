"""Sentences of the map, by the names under which its script knows them."""

from __future__ import annotations

from collections.abc import Callable


def map_texts(_: Callable[[str], str]) -> dict[str, str]:
    """Return the map's sentences, each put through `_`; the script fills in what is in braces."""
    return {
        "layers": _("Layers"),
        "basemap": _("Base map"),
        "online": _("online"),
        "more": _("More details"),
        "close": _("Close"),
        "source": _("Source"),
        "sources": _("Sources"),
        "unnamed": _("Without a name"),
        "home": _("Show the whole region"),
        "fullscreen": _("Full screen"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "retry": _("Try again"),
        "failed": _("Could not be loaded."),
        "skipped": _("Features that can't be drawn: {count}"),
        "approximate": _("approximate, within about {distance}"),
        "position": _("Position"),
        "soft": _("Soft edge: position approximate"),
        "evidence": _("Evidence card: {layer}"),
        "license": _("Licence"),
        "attribution": _("Credit"),
        "vintage": _("Data of"),
        "retrieved": _("Retrieved"),
        "method": _("How it was made"),
        "accuracy": _("Accuracy"),
        "about": _("about {distance}"),
        "features": _("Features"),
        "checksum": _("SHA-256 of the file"),
        "basemapFailed": _("{title} can't be reached. The built-in base map stays."),
        "basemapIncomplete": _("A part of the base map could not be loaded."),
        "translationFailed": _("The texts of the features could not be loaded in this language."),
        "unknownLayer": _("The address names a layer “{layer}”, which this atlas does not have."),
        "unknownFeature": _("There is no “{feature}” on this map."),
        "wrongView": _("The view “{view}” can't be read. It should look like 10/52.26/6.79."),
    }
