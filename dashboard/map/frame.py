"""Attributes of the sandboxed frame that shows the map document on the page."""

from dashboard.i18n.languages import interface_strings

FRAME_ATTRIBUTES = {
    "class": "atlas-frame",
    "id": "atlas-map",
    "name": "atlas-dashboard",
    # Without `allow-same-origin`, whatever is in the data can't reach the page around the map.
    "sandbox": "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox",
    "allow": "fullscreen",
}


def frame_attributes(language: str) -> dict[str, str]:
    """Return the frame's attributes, with its title in a language."""
    return {**FRAME_ATTRIBUTES, "title": interface_strings(language).gettext("Map")}
