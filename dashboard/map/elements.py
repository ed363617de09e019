"""Folium elements of the map document, each rendered as one line of script or HTML."""

import folium
import xyzservices
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from dashboard.i18n.templating import TEMPLATES
from dashboard.web.assets import MapCode
from geodata.json_object import JsonObject

MIN_ZOOM, MAX_ZOOM = 5, 17


class _Rendered(Element):
    """Text that enters the document unchanged."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class _RenderedOnce(MacroElement):
    """Renders an element and its children exactly once.

    Folium treats its output as another template: it would run braces in texts as code, and scan data that
    the document holds letter by letter. `folium.Map` and its layers also add scripts of their own.
    """

    def render(self, **kwargs: object) -> None:  # type: ignore[override] # branca returns nothing either
        """Render the macros of the template into the document."""
        figure = self.get_root()
        for part in ("header", "html", "script"):
            macro = getattr(self._template.module, part, None)
            if macro is not None:
                getattr(figure, part).add_child(_Rendered(macro(self, kwargs)), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)


class MapDocument(Figure):
    """The page around the map: a Folium figure with a language that holds all its code.

    A frame without an origin has no cache in browsers; separate scripts would be fetched with each page view.
    """

    _template = Template((TEMPLATES / "map.html").read_text(encoding="utf-8"))

    def __init__(self, *, title: str, summary: str, language: str, code: MapCode) -> None:
        super().__init__(title=title)
        self.header._children.clear()  # the template already sets the charset
        self.summary = summary
        self.language = language
        self.code = code


class AtlasMap(_RenderedOnce, folium.Map):
    """A Folium map whose scripts and styles come from this server, and that visitors may zoom as a page."""

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

    def __init__(self, label: str, atlas_options: JsonObject) -> None:
        super().__init__(
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            min_zoom=MIN_ZOOM,
            max_zoom=MAX_ZOOM,
            zoom_snap=0.05,
            world_copy_jump=False,
        )
        self._name, self._id = "map", "atlas"  # a fixed name, so that the same atlas gives the same bytes
        self.label = label
        self.atlas_options = atlas_options


class EarlyData(_RenderedOnce):
    """The data that the map needs first: held in the document, or named in its head to be fetched early."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        {%- for address, text in this.held.items() %}
        <script type="application/json" id="{{ address }}">{{ text }}</script>
        {%- endfor %}
        {%- for address in this.fetched if not address.startswith("data:") %}
        <link rel="preload" as="fetch" crossorigin href="{{ address }}">
        {%- endfor %}
        {% endmacro %}
        """
    )

    def __init__(self, held: dict[str, bytes], fetched: list[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "early_data"
        # JSON has `<` in strings only; escaped, no string can end the element.
        self.held = {
            address: content.decode("utf-8-sig").replace("<", "\\u003c") for address, content in held.items()
        }
        self.fetched = fetched


class _AtlasLayer(_RenderedOnce, folium.map.Layer):
    """A layer that the script in the browser adds and switches; its options travel as JSON."""

    _template = Template(
        "{% macro script(this, kwargs) %}atlas.{{ this.method }}({{ this.options | tojson }});{% endmacro %}"
    )
    method: str
    """Method of the map's script that adds the layer."""

    def __init__(self, title: str, options: JsonObject, *, overlay: bool, show: bool) -> None:
        super().__init__(name=title, overlay=overlay, show=show)
        self._name = self.method
        self.options = {**options, "title": title}


class EmbeddedBasemap(_AtlasLayer):
    """The built-in base map, which needs no other host."""

    method = "basemaps.addEmbedded"

    def __init__(self, title: str, options: JsonObject) -> None:
        super().__init__(title, options, overlay=False, show=True)


class OnlineBasemap(_AtlasLayer):
    """A tile service, contacted only after a visitor has chosen it."""

    method = "basemaps.addOnline"

    def __init__(self, title: str, provider: xyzservices.TileProvider) -> None:
        tiles = folium.TileLayer(provider)  # knows a provider's limits and subdomains
        options = {
            "id": provider.name.replace(".", "_").lower(),
            "url": tiles.tiles.replace("http://", "https://", 1),
            "credit": provider.html_attribution,
            "options": {
                "maxNativeZoom": tiles.options.get("max_zoom", 18),
                "subdomains": provider.get("subdomains", "abc"),
            },
        }
        super().__init__(title, options, overlay=False, show=False)


class DataLayer(_AtlasLayer):
    """A layer of the atlas, fetched from its address."""

    method = "layers.add"

    def __init__(self, title: str, options: JsonObject, *, show: bool) -> None:
        super().__init__(title, {**options, "visible": show}, overlay=True, show=show)
