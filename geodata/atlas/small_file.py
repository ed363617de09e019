"""Loads a small layer from a file of another format than GeoJSON."""

from dataclasses import replace
from pathlib import Path

from geodata.catalog.schema import Layer
from geodata.errors import Problem
from geodata.features.cleaning import clean_features
from geodata.features.feature import name_of
from geodata.features.layer_data import LayerData, make_layer
from geodata.features.properties import clean_row
from geodata.reading.formats import MAX_SMALL_COUNT
from geodata.reading.limits import UNLIMITED
from geodata.reading.source import open_source
from geodata.reading.vector_file import read_columns, read_features
from geodata.validation.source import check_repaired, check_source


def convert(layer: Layer, folder: Path) -> tuple[LayerData, list[Problem]] | None:
    """Return a layer with the features of its file, and its problems; `None` if it is a large layer.

    The id of a feature is its number in the file, counted from 1, as in large layers.
    Raises `SourceError` if the file can't be read.
    """
    source = open_source(layer, folder)
    if source.count > MAX_SMALL_COUNT:
        return None
    cleaned = clean_features(read_features(source), layer.geometry_types, UNLIMITED, MAX_SMALL_COUNT)
    if cleaned is None:
        return None
    rows = []
    for number, row in zip(cleaned.numbers, cleaned.properties, strict=True):
        cleaned_row = clean_row(row, UNLIMITED, set()).items()
        properties = {name: value for name, value in cleaned_row if value is not None}
        properties["name"] = name_of(layer, number, properties.get(layer.name_field))
        rows.append(properties)
    problems = list(check_source(layer, cleaned.count_in, cleaned.tally.left_out, read_columns(source)))
    problems += check_repaired(layer, cleaned.tally.repaired)
    problems += [replace(problem, layer=layer.id) for problem in source.problems]
    return make_layer(layer, list(map(str, cleaned.numbers)), rows, cleaned.geometries), problems
