"""Makes the addresses of a map document's data: on a server, or within the document."""

import json
from dataclasses import dataclass

from dashboard.web import assets
from dashboard.web.document import Document
from geodata import Atlas
from geodata.atlas.languages import feature_texts
from geodata.atlas.per_atlas import per_atlas

GEOJSON = "application/geo+json"


@dataclass(frozen=True)
class Addresses:
    """Addresses of the data that a map document loads."""

    layers: dict[str, str]
    """Layer id → its GeoJSON."""
    texts: str | None
    """Translations of the features' texts; `None` in English."""
    basemap_overview: str | None
    are_served: bool
    """Whether a server can be asked for tiles; a single file has none."""

    @property
    def size(self) -> int:
        """Characters of all addresses: of a single file, nearly all that is in it."""
        return sum(map(len, filter(None, [*self.layers.values(), self.texts, self.basemap_overview])))


def map_addresses(atlas: Atlas, *, are_served: bool = True) -> Addresses:
    """Return the addresses of an atlas's parts: beside `/map`, or, for a single file, data URLs."""

    def to_address(path: str, document: Document) -> str:
        return document.to_served_address(path) if are_served else document.to_data_address()

    overview = basemap_document(atlas, "overview.geojson")
    texts = texts_document(atlas)
    return Addresses(
        layers={
            layer_id: to_address(f"layers/{layer_id}.geojson", layer_document(atlas, layer_id))
            for layer_id in atlas.in_memory
        },
        texts=to_address(f"texts/{atlas.language}.json", texts) if texts else None,
        basemap_overview=to_address("basemap/overview.geojson", overview) if overview else None,
        are_served=are_served,
    )


@per_atlas()
def layer_document(atlas: Atlas, layer_id: str) -> Document:
    """Return a layer as it is served: the bytes of its file."""
    return Document(atlas.layer(layer_id).content, GEOJSON, assets.SHARED)


@per_atlas()
def texts_document(atlas: Atlas) -> Document | None:
    """Return the translations of the features' texts; `None` in English."""
    texts = feature_texts(atlas)
    if not texts:
        return None
    content = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()
    return Document(content, "application/json", assets.SHARED)


@per_atlas(maxsize=512)
def basemap_document(atlas: Atlas, path: str) -> Document | None:
    """Return a part of the embedded base map, or `None`."""
    if atlas.catalog.basemap is None or not assets.FILE_NAME.fullmatch(path):
        return None
    folder = (atlas.folder / atlas.catalog.basemap.folder).resolve()
    file = (folder / path).resolve()
    if not file.is_relative_to(folder) or file.suffix != ".geojson" or not file.is_file():
        return None
    return Document(file.read_bytes(), GEOJSON, assets.SHARED)
