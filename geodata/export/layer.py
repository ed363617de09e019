"""One layer, or a part of it, as a file that other tools open; its evidence card goes with it."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import shapely
from shapely.geometry import mapping

from geodata.atlas.evidence import Card
from geodata.export.geopackage import add_file, property_names, to_cell, to_table, write_evidence
from geodata.features.layer_data import LayerData

BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know that a text is UTF-8."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet read a text as a formula, in full width too."""


def select(data: LayerData, feature_ids: Iterable[str]) -> LayerData:
    """Return a layer with these of its features, in this order; raises `KeyError` for an unknown id."""
    chosen = list(dict.fromkeys(feature_ids))
    return replace(
        data,
        properties={feature_id: data.properties[feature_id] for feature_id in chosen},
        geometries={feature_id: data.geometries[feature_id] for feature_id in chosen},
    )


def to_geojson(data: LayerData, card: Card) -> bytes:
    """Return a layer as GeoJSON (RFC 7946), one feature per line, with the card as its member `evidence`."""
    features = [
        {
            "type": "Feature",
            "id": feature_id,
            "properties": properties,
            "geometry": mapping(data.geometries[feature_id]),
        }
        for feature_id, properties in data.properties.items()
    ]
    head: Card = {"type": "FeatureCollection", "name": data.layer.id, "evidence": card}
    if features:
        head["bbox"] = [float(value) for value in shapely.total_bounds(list(data.geometries.values()))]
    lines = ",\n".join(_to_json(feature) for feature in features)
    return f'{_to_json(head)[:-1]},"features":[\n{lines}\n]}}\n'.encode()


def to_geopackage(data: LayerData, card: Card) -> bytes:
    """Return a layer as a table of a GeoPackage, with the card in the table `evidence`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{data.layer.id}.gpkg"
        to_table(data).to_file(path, layer=data.layer.id, driver="GPKG")
        write_evidence([card], path)
        return path.read_bytes()


def to_flatgeobuf(data: LayerData, card: Card) -> bytes:
    """Return a layer as FlatGeobuf, with title and description in its header, and the card as `evidence`.

    The features are in the order of its spatial index.
    """
    from geodata.reading.gdal import pyogrio

    types = {geometry.geom_type for geometry in data.geometries.values()}
    file = io.BytesIO()
    pyogrio.write_dataframe(
        to_table(data),
        file,
        layer=data.layer.id,
        driver="FlatGeobuf",
        geometry_type=types.pop() if len(types) == 1 else "Unknown",
        layer_options={"TITLE": data.layer.title, "DESCRIPTION": data.layer.description},
        layer_metadata={"evidence": _to_json(card)},
    )
    return file.getvalue()


def to_geoparquet(data: LayerData, card: Card) -> bytes:
    """Return a layer as GeoParquet, with the card as `evidence` in the file's metadata."""
    from geodata.export.geoparquet import to_parquet_table, write_geoparquet

    table, geometries = to_parquet_table(data), list(data.geometries.values())
    file = io.BytesIO()
    write_geoparquet(
        table.schema,
        table.to_batches(),
        file,
        card,
        geometry_types=list({geometry.geom_type for geometry in geometries}),
        bbox=shapely.total_bounds(geometries) if geometries else None,
    )
    return file.getvalue()


def to_pmtiles(data: LayerData, card: Card) -> bytes:
    """Return a layer as vector tiles in a PMTiles file, with the card as `evidence` in its metadata.

    Raises
    ------
    BuildError
        If there is no tippecanoe, or it fails.
    """
    from geodata.export.pmtiles import write_tileset

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{data.layer.id}.pmtiles"
        write_tileset({data.layer.id: data}, path, title=data.layer.title, evidence=card)
        return path.read_bytes()


def to_csv(data: LayerData) -> bytes:
    """Return a layer as CSV.

    Points have columns `lon` and `lat`, other shapes `wkt`, all in WGS 84. Texts that a spreadsheet would
    read as a formula begin with an apostrophe.
    """
    names = property_names(data)
    is_points = are_points(data)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", *map(_to_csv_cell, names), *(["lon", "lat"] if is_points else ["wkt"])])
    for feature_id, properties in data.properties.items():
        geometry = data.geometries[feature_id]
        cells = [_to_csv_cell(to_cell(properties.get(name))) for name in names]
        place = [geometry.x, geometry.y] if is_points else [geometry.wkt]
        writer.writerow([_to_csv_cell(feature_id), *cells, *place])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def are_points(data: LayerData) -> bool:
    """Tell whether every shape of a layer is a point, so that two numbers say where it is."""
    return all(geometry.geom_type == "Point" for geometry in data.geometries.values())


def to_csv_zip(data: LayerData, evidence: str) -> bytes:
    """Return a zip of a layer as CSV, as `to_csv` makes it, and the text EVIDENCE.txt."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        add_file(archive, f"{data.layer.id}.csv", to_csv(data))
        add_file(archive, "EVIDENCE.txt", (BYTE_ORDER_MARK + evidence).encode())
    return file.getvalue()


def _to_csv_cell(value: object) -> object:
    is_formula = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
    return f"'{value}" if is_formula else value


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
