"""Loads an atlas: its catalog, the layers that can be read, and the problems found."""

from collections.abc import Iterator
from pathlib import Path

from geodata.atlas.atlas import Atlas
from geodata.atlas.basemap_check import check_basemap
from geodata.catalog.reading import read_catalog
from geodata.catalog.schema import Layer
from geodata.catalog.toml_file import DEFAULT_CATALOG
from geodata.errors import Problem, RefusedError
from geodata.features.cleaning import repair_features
from geodata.features.feature_layer import FeatureLayer
from geodata.features.layer_data import LayerData, make_layer
from geodata.i18n.po_file import FOLDER, read_translations
from geodata.large.built_layer import find_build
from geodata.reading.formats import MAX_SMALL_COUNT, VectorFormat, file_format, is_large
from geodata.reading.geojson import parse, stated_crs
from geodata.reading.limits import UNLIMITED
from geodata.reading.zip_guard import check_archive
from geodata.validation.layer_file import check_features, read_features
from geodata.validation.source import check_repaired


def load_atlas(path: Path = DEFAULT_CATALOG) -> Atlas:
    """Read a catalog and load its layers; what is wrong with a layer is in `Atlas.problems`.

    Raises `CatalogError` if the catalog itself can't be read.
    """
    read = read_catalog(path)
    problems = list(read.problems)
    layers: dict[str, FeatureLayer] = {}
    waiting: list[str] = []
    for layer in read.catalog.layers.values():
        data, found = load_layer(layer, read.folder)
        problems.extend(found)
        if data is not None:
            layers[layer.id] = data
        elif not found:
            waiting.append(layer.id)
    problems.extend(_check_references(layers))
    problems.extend(check_basemap(read.catalog, read.folder))
    translations, found = read_translations(read.folder / FOLDER)
    problems.extend(found)
    return Atlas(read.catalog, read.folder, layers, tuple(problems), translations, waiting=tuple(waiting))


def load_layer(layer: Layer, folder: Path) -> tuple[FeatureLayer | None, list[Problem]]:
    """Load one layer, or find its build.

    Returns `None` and the problems if its file or database gives no features, and `None` without a problem
    for a large layer that has no build yet.
    """
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
        what = f"can't be read: {error.strerror}"
        return None, [Problem(layer.id, None, what, "Check the file and its permissions.")]
    return found, [] if found is None else list(found.problems())


def _look_at_database(layer: Layer) -> tuple[FeatureLayer | None, list[Problem]]:
    """Return the known state of a layer of a database."""
    from geodata.database.status import status_of  # loads psycopg

    status = status_of(layer)
    problems = [*status.problems]
    if status.trouble is not None:
        problems.append(Problem(layer.id, None, status.trouble.what, status.trouble.mend))
    return status.data, problems


def _load_small(
    layer: Layer, folder: Path, form: VectorFormat
) -> tuple[LayerData | None, list[Problem]] | None:
    """Load a layer into memory; `None` if it has more features than a small layer."""
    if form.driver != "GeoJSON":
        from geodata.atlas.small_file import convert  # loads GDAL

        return convert(layer, folder)
    content = (folder / layer.path).read_bytes()
    features, problems = read_features(layer.id, content)
    if not features and problems:
        return None, problems
    if len(features) > MAX_SMALL_COUNT:
        return None
    problems.extend(check_features(layer, features))
    crs = layer.crs or (stated_crs(parse(content, UNLIMITED)) if b'"crs"' in content else None)
    repaired = repair_features(features, crs)
    problems += check_repaired(layer, repaired.repaired)
    unchanged = None if repaired.is_changed else content
    data = make_layer(layer, repaired.ids, repaired.properties, repaired.geometries, unchanged)
    return data, problems


def _check_references(layers: dict[str, FeatureLayer]) -> Iterator[Problem]:
    """Find references to unknown features."""
    in_memory = {key: data for key, data in layers.items() if isinstance(data, LayerData)}
    for layer_id, data in in_memory.items():
        for name, field in data.layer.fields.items():
            target = in_memory.get(field.refers_to or "")
            if target is None:
                continue
            for feature_id, properties in data.properties.items():
                value = properties.get(name, [])
                for item in value if isinstance(value, list) else [value]:
                    if not isinstance(item, str) or item not in target.properties:
                        what = f"refers to unknown feature `{item}` in `{name}`"
                        mend = f"Use the id of a feature of layer `{target.layer.id}`."
                        yield Problem(layer_id, feature_id, what, mend)
