"""The atlas in memory: the catalog with every layer that could be loaded, and every problem on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from geodata.catalog.reading import read_catalog
from geodata.catalog.schema import Catalog, Layer
from geodata.catalog.toml_file import DEFAULT_CATALOG
from geodata.errors import Problem, RefusedError, UnknownLayerError
from geodata.features.cleaning import Mended, mend, to_content, to_feature
from geodata.features.feature import Feature
from geodata.i18n.po_file import FOLDER, Translation, read_translations
from geodata.json_object import JsonObject
from geodata.large.layer import LargeLayer, find_build
from geodata.reading.formats import MAX_COUNT, Format, file_format, is_large
from geodata.reading.geojson import parse, stated_crs
from geodata.reading.limits import UNLIMITED
from geodata.reading.zip_guard import check_archive
from geodata.validation.layer_file import check_features, read_features
from geodata.validation.source import check_repaired

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class LayerData:
    """A layer with its data."""

    layer: Layer
    content: bytes
    """What is served, and what the map draws: the file as it is on disk, or what could be mended of it."""
    sha256: str
    """Of `content`, in hexadecimal."""
    properties: dict[str, JsonObject]
    """Of each usable feature, by its id, in the order of the file."""
    geometries: dict[str, BaseGeometry]
    """Of the same features, WGS 84 (lon/lat)."""

    @property
    def count(self) -> int:
        """Number of usable features."""
        return len(self.properties)

    @cached_property
    def gdf(self) -> gpd.GeoDataFrame:
        """The features as a frame of `properties` and `geometry`, indexed by feature id, EPSG:4326.

        Properties stay one object per feature: a column each would turn integers with gaps into floats.
        """
        import geopandas as gpd  # takes a second, and what the page shows needs no frame

        columns = {"properties": list(self.properties.values())}
        geometry = list(self.geometries.values())
        return gpd.GeoDataFrame(columns, geometry=geometry, index=list(self.properties), crs="EPSG:4326")


__all__ = ["Atlas", "Feature", "LayerData", "load_atlas", "load_layer", "to_layer_data"]


class Waiting(Enum):
    """What there is of a large layer that is to be built."""

    WAITING = "waiting"


WAITING = Waiting.WAITING


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
    large: dict[str, LargeLayer] = field(default_factory=dict)
    """Layers too large for memory whose build is ready; none of them is in `layers`."""
    waiting: tuple[str, ...] = ()
    """Ids of large layers that are to be built."""

    def layer(self, layer_id: str) -> LayerData:
        """Return a layer by its id; raises `UnknownLayerError`."""
        try:
            return self.layers[layer_id]
        except KeyError:
            raise UnknownLayerError(layer_id, list(self.layers)) from None

    def feature(self, reference: str) -> Feature | None:
        """Return the feature at `<layer>.<feature id>`, or `None` where there is none."""
        layer_id, _, feature_id = reference.partition(".")
        if layer_id in self.large:
            return self.large[layer_id].feature(feature_id)
        data = self.layers.get(layer_id)
        if data is None or feature_id not in data.properties:
            return None
        return Feature(data.layer, feature_id, data.properties[feature_id], data.geometries[feature_id])


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
    large: dict[str, LargeLayer] = {}
    waiting: list[str] = []
    for layer in read.catalog.layers.values():
        data, found = load_layer(layer, read.folder)
        problems.extend(found)
        if isinstance(data, LayerData):
            layers[layer.id] = data
        elif isinstance(data, LargeLayer):
            large[layer.id] = data
        elif data is WAITING:
            waiting.append(layer.id)
    problems.extend(_check_references(layers))
    problems.extend(_check_basemap(read.catalog, read.folder))
    translations, found = read_translations(read.folder / FOLDER)
    problems.extend(found)
    return Atlas(
        read.catalog,
        read.folder,
        layers,
        tuple(problems),
        translations,
        large=large,
        waiting=tuple(waiting),
    )


def load_layer(layer: Layer, folder: Path) -> tuple[LayerData | LargeLayer | Waiting | None, list[Problem]]:
    """Load one layer, or find its build; `None` where its file or database gives no features."""
    if layer.database is not None:
        return _look_at_database(layer)
    path = folder / layer.path
    if not path.exists():
        mend = f"Put the file there, or remove [layers.{layer.id}] from the catalog."
        return None, [Problem(layer.id, None, f"has no file {layer.path}", mend)]
    try:
        form = file_format(path)
        if form.is_archive:
            check_archive(path, UNLIMITED)
        if not is_large(path, form):
            small = _load_small(layer, folder, form)
            if small is not None:
                return small
        found = find_build(layer, folder)
    except RefusedError as error:
        what = f"has a file {layer.path} that {error.what}"
        return None, [Problem(layer.id, None, what, error.mend)]
    except OSError as error:
        return None, [
            Problem(layer.id, None, f"can't be read: {error.strerror}", "Check the file and its permissions.")
        ]
    return (WAITING, []) if found is None else (found, list(found.problems()))


def _look_at_database(layer: Layer) -> tuple[LayerData | LargeLayer | None, list[Problem]]:
    """Return what is known of a layer of a database."""
    from geodata.database.status import look_at  # not loaded where every layer is a file

    look = look_at(layer)
    problems = [*look.problems]
    if look.trouble is not None:
        problems.append(Problem(layer.id, None, look.trouble.what, look.trouble.mend))
    return look.data, problems


def _load_small(layer: Layer, folder: Path, form: Format) -> tuple[LayerData | None, list[Problem]] | None:
    """Load a layer into memory: GeoJSON as it is, another format as GeoJSON made of it.

    `None` where it has so many features that it is a large one.
    """
    if form.driver == "GeoJSON":
        content = (folder / layer.path).read_bytes()
        features, problems = read_features(layer.id, content)
        if not features and problems:
            return None, problems
        if len(features) > MAX_COUNT:
            return None
        problems.extend(check_features(layer, features))
    else:
        from geodata.atlas.small_file import convert  # not loaded where every layer is GeoJSON

        return convert(layer, folder)
    crs = layer.crs or (stated_crs(parse(content, UNLIMITED)) if b'"crs"' in content else None)
    mended = mend(features, crs)
    problems += check_repaired(layer, mended.repaired)
    return _to_data(layer, content, mended), problems


def to_layer_data(layer: Layer, content: bytes, features: list[JsonObject]) -> LayerData:
    """Return a layer with those of the GeoJSON features that can be shown.

    What can be mended without guessing is; `content` is then what came of it. `check_features` names it all.
    """
    return _to_data(layer, content, mend(features))


def _to_data(layer: Layer, content: bytes, mended: Mended) -> LayerData:
    own = None if mended.is_changed else content
    return make_layer(layer, mended.ids, mended.properties, mended.geometries, own)


def make_layer(
    layer: Layer,
    ids: list[str],
    properties: list[JsonObject],
    geometries: list[BaseGeometry],
    content: bytes | None = None,
) -> LayerData:
    """Return a layer of its features; `content` is made of them unless there is a file that says the same."""
    if content is None:
        content = to_content(layer.id, map(to_feature, ids, properties, geometries))
    return LayerData(
        layer,
        content,
        hashlib.sha256(content).hexdigest(),
        dict(zip(ids, properties, strict=True)),
        dict(zip(ids, geometries, strict=True)),
    )


def _check_references(layers: dict[str, LayerData]) -> Iterator[Problem]:
    """Find ids in properties that no feature has."""
    for data in layers.values():
        for name, data_field in data.layer.fields.items():
            target = layers.get(data_field.refers_to or "")
            if target is None:
                continue
            known = set(target.properties)
            for feature_id, properties in data.properties.items():
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
