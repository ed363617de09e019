"""Folium elements of the map document: each says in one line of script what the browser is to add."""

from __future__ import annotations

from typing import Any

import xyzservices
from branca.element import Element, Figure, MacroElement

from dashboard.map.folium_without_pandas import Template, folium
from dashboard.web.assets import MapCode
from geodata.json_object import JsonObject


class _Rendered(Element):
    """Something rendered, put into the document as it is."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def _render(element: MacroElement, **kwargs: Any) -> None:
    """Render an element and what is in it.

    Folium takes what it has rendered for a template once more: braces in a text would be run as code, and a
    document that holds its data be read through letter by letter.
    """
    figure = element.get_root()
    for part in ("header", "html", "script"):
        macro = getattr(element._template.module, part, None)
        if macro is not None:
            getattr(figure, part).add_child(_Rendered(macro(element, kwargs)), name=element.get_name())
    for child in element._children.values():
        child.render(**kwargs)


class MapDocument(Figure):
    """The page around the map: Folium's figure with a language, and all of its code inside.

    A frame without an origin has no cache in browsers, so separate scripts would be fetched at each visit.
    """

    _template = Template(
        """<!DOCTYPE html>
<html lang="{{ this.language }}">
<head>
<meta charset="utf-8">
<title>{{ this.title | e }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{{ this.summary | e }}">
<meta name="color-scheme" content="light dark">
{{ this.header.render(**kwargs) }}
<style>
{{ this.code.styles }}
</style>
</head>
<body>
{{ this.html.render(**kwargs) }}
<script>
{{ this.code.leaflet }}
</script>
<script type="module">
{{ this.code.script }}
await Atlas.whenSized(document.querySelector(".atlas-map"));
{{ this.script.render(**kwargs) }}
await atlas.start();
</script>
</body>
</html>
"""
    )

    def __init__(self, *, title: str, summary: str, language: str, code: MapCode) -> None:
        super().__init__(title=title)
        self.header._children.clear()  # the template has the charset already
        self.summary = summary
        self.language = language
        self.code = code


class AtlasMap(folium.Map):
    """A Folium map whose scripts and styles come from this server, and that people may enlarge."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as Folium declares them
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="atlas-map" id="{{ this.get_name() }}" role="application"
             aria-label="{{ this.label | e }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map("{{ this.get_name() }}", {{ this.options | tojavascript }});
        const atlas = new Atlas({{ this.get_name() }}, {{ this.atlas_options | tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, *, label: str, atlas_options: JsonObject, **options: Any) -> None:
        super().__init__(tiles=None, zoom_control=False, **options)
        self._name, self._id = "map", "atlas"  # a fixed name: the same atlas gives the same bytes
        self.label = label
        self.atlas_options = atlas_options

    def render(self, **kwargs: Any) -> None:  # type: ignore[override] # branca's own elements return nothing
        """Render without the style sheets and switches that `folium.Map` adds to every figure."""
        _render(self, **kwargs)


class Preloads(MacroElement):
    """What the map will fetch first, named in the document's head."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        {%- for address in this.addresses if not address.startswith("data:") %}
        <link rel="preload" as="fetch" crossorigin href="{{ address }}">
        {%- endfor %}
        {% endmacro %}
        """
    )

    def __init__(self, addresses: list[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "preloads"
        self.addresses = addresses

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Render the addresses as they are."""
        _render(self, **kwargs)


class HeldLayers(MacroElement):
    """Layers that travel in the document itself, by the address from which they would be fetched."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        {%- for address, text in this.texts.items() %}
        <script type="application/json" id="{{ address }}">{{ text }}</script>
        {%- endfor %}
        {% endmacro %}
        """
    )

    def __init__(self, contents: dict[str, bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "held_layers"
        # In JSON, `<` stands in texts only; written so, none can end the element.
        self.texts = {
            address: content.decode("utf-8-sig").replace("<", "\\u003c")
            for address, content in contents.items()
        }

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Render the layers as they are."""
        _render(self, **kwargs)


class _AtlasLayer(folium.map.Layer):
    """A layer that the script in the browser adds and switches; its options travel as JSON."""

    def __init__(self, name: str, options: JsonObject, *, overlay: bool, show: bool) -> None:
        super().__init__(name=name, overlay=overlay, show=show)
        self.options = options

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Render without adding the layer to the map: the address decides on that in the browser."""
        _render(self, **kwargs)


class EmbeddedBasemap(_AtlasLayer):
    """The base map that needs no other host."""

    _template = Template(
        "{% macro script(this, kwargs) %}atlas.addEmbeddedBasemap({{ this.options | tojson }});{% endmacro %}"
    )

    def __init__(self, name: str, options: JsonObject) -> None:
        super().__init__(name, {**options, "title": name}, overlay=False, show=True)
        self._name = "embedded_basemap"


class OnlineBasemap(_AtlasLayer):
    """A tile service that is contacted only once somebody chooses it."""

    _template = Template(
        "{% macro script(this, kwargs) %}atlas.addOnlineBasemap({{ this.options | tojson }});{% endmacro %}"
    )

    def __init__(self, name: str, provider: xyzservices.TileProvider) -> None:
        tiles = folium.TileLayer(provider)  # knows a provider's limits and subdomains
        options = {
            "id": provider.name.replace(".", "_").lower(),
            "title": name,
            "url": tiles.tiles.replace("http://", "https://", 1),
            "options": {
                "attribution": provider.html_attribution,
                "maxNativeZoom": tiles.options.get("max_zoom", 18),
                "subdomains": provider.get("subdomains", "abc"),
            },
        }
        super().__init__(name, options, overlay=False, show=False)
        self._name = "online_basemap"


class DataLayer(_AtlasLayer):
    """A layer of the atlas, fetched from its own address."""

    _template = Template(
        "{% macro script(this, kwargs) %}atlas.addLayer({{ this.options | tojson }});{% endmacro %}"
    )

    def __init__(self, name: str, options: JsonObject, *, show: bool) -> None:
        super().__init__(name, {**options, "title": name, "visible": show}, overlay=True, show=show)
        self._name = "data_layer"
