"""The atlas in memory: the catalog with every layer that could be loaded, and every problem on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd

from geodata.catalog import DEFAULT_CATALOG, read_catalog
from geodata.errors import Problem, UnknownLayerError
from geodata.schema import Catalog, Layer
from geodata.translation import FOLDER, Translation, read_translations
from geodata.validation import JsonObject, check_features, read_features, to_geometry


@dataclass(frozen=True)
class LayerData:
    """A layer with its data."""

    layer: Layer
    content: bytes
    """The file as it is on disk: what is served, and what the map draws."""
    sha256: str
    """Of `content`, in hexadecimal."""
    gdf: gpd.GeoDataFrame
    """One row per usable feature, indexed by feature id, WGS 84 (lon/lat)."""


@dataclass(frozen=True)
class Feature:
    """One feature, with the layer that it belongs to."""

    layer: Layer
    id: str
    properties: dict[str, Any]
    geometry: Any
    """Shapely geometry, WGS 84 (lon/lat)."""

    @property
    def reference(self) -> str:
        """Address of the feature: `<layer>.<feature id>`."""
        return f"{self.layer.id}.{self.id}"


@dataclass(frozen=True, eq=False)
class Atlas:
    """A catalog and its layers; as a key of a cache, an atlas is one state of its files."""

    catalog: Catalog
    folder: Path
    layers: dict[str, LayerData]
    """In the order of the catalog; layers that could not be loaded are not in it."""
    problems: tuple[Problem, ...]
    translations: dict[str, Translation] = field(default_factory=dict)
    """Languages beside English, by their tag (BCP 47)."""
    language: str = "en"
    """Language of the texts in `catalog` and in the features' properties."""
    english: Atlas | None = None
    """The atlas that this one is a translation of."""

    def layer(self, layer_id: str) -> LayerData:
        """Return a layer by its id; raises `UnknownLayerError`."""
        try:
            return self.layers[layer_id]
        except KeyError:
            raise UnknownLayerError(layer_id, list(self.layers)) from None

    def feature(self, reference: str) -> Feature | None:
        """Return the feature at `<layer>.<feature id>`, or `None` where there is none."""
        layer_id, _, feature_id = reference.partition(".")
        data = self.layers.get(layer_id)
        if data is None or feature_id not in data.gdf.index:
            return None
        row = data.gdf.loc[feature_id]
        return Feature(data.layer, feature_id, row["properties"], row.geometry)


def load_atlas(path: Path = DEFAULT_CATALOG) -> Atlas:
    """Read a catalog and load its layers, whatever is wrong with single ones.

    Raises
    ------
    CatalogError
        If the catalog itself can't be read.
    """
    read = read_catalog(path)
    problems = list(read.problems)
    layers: dict[str, LayerData] = {}
    for layer in read.catalog.layers.values():
        data, found = load_layer(layer, read.folder)
        problems.extend(found)
        if data is not None:
            layers[layer.id] = data
    problems.extend(_check_references(layers))
    problems.extend(_check_basemap(read.catalog, read.folder))
    translations, found = read_translations(read.folder / FOLDER)
    problems.extend(found)
    return Atlas(read.catalog, read.folder, layers, tuple(problems), translations)


def load_layer(layer: Layer, folder: Path) -> tuple[LayerData | None, list[Problem]]:
    """Load one layer; `None` where its file gives no FeatureCollection."""
    path = folder / layer.path
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        mend = f"Put the file there, or remove [layers.{layer.id}] from the catalog."
        return None, [Problem(layer.id, None, f"has no file {layer.path}", mend)]
    except OSError as error:
        return None, [
            Problem(layer.id, None, f"can't be read: {error.strerror}", "Check the file and its permissions.")
        ]
    features, problems = read_features(layer.id, content)
    if not features and problems:
        return None, problems
    problems.extend(check_features(layer, features))
    return LayerData(layer, content, hashlib.sha256(content).hexdigest(), to_gdf(features)), problems


def to_gdf(features: list[JsonObject]) -> gpd.GeoDataFrame:
    """Return GeoJSON features as a frame of `properties` and `geometry`, EPSG:4326.

    Properties stay one object per feature: a column each would turn integers with gaps into floats.
    Features without a text id or a readable geometry, and all but the first of an id, are left out;
    `check_features` names them.
    """
    usable: dict[str, tuple[JsonObject, Any]] = {}
    for feature in features:
        feature_id = feature.get("id")
        geometry = to_geometry(feature.get("geometry"))
        if isinstance(feature_id, str) and feature_id not in usable and geometry is not None:
            properties = feature.get("properties")
            usable[feature_id] = (properties if isinstance(properties, dict) else {}, geometry)
    return gpd.GeoDataFrame(
        {"properties": [properties for properties, _ in usable.values()]},
        geometry=[geometry for _, geometry in usable.values()],
        index=list(usable),
        crs="EPSG:4326",
    )


def _check_references(layers: dict[str, LayerData]) -> Iterator[Problem]:
    """Find ids in properties that no feature has."""
    for data in layers.values():
        for name, data_field in data.layer.fields.items():
            target = layers.get(data_field.refers_to or "")
            if target is None:
                continue
            known = set(target.gdf.index)
            for feature_id, properties in data.gdf["properties"].items():
                value = properties.get(name, [])
                for item in value if isinstance(value, list) else [value]:
                    if not isinstance(item, str) or item not in known:
                        yield Problem(
                            data.layer.id,
                            str(feature_id),
                            f"names `{item}` in `{name}`",
                            f"Use the id of a feature of layer `{target.layer.id}`.",
                        )


def _check_basemap(catalog: Catalog, folder: Path) -> Iterator[Problem]:
    """Find out whether the embedded base map is there."""
    if catalog.basemap is not None:
        for name in ("index.json", "overview.geojson"):
            if not (folder / catalog.basemap.folder / name).is_file():
                yield Problem(
                    None,
                    None,
                    f"the base map has no {catalog.basemap.folder}/{name}",
                    "Make it with `python -m geodata.basemap_build`, or remove [basemap].",
                )
