"""Layers as files that other tools open: one GeoPackage, or a zip of the GeoJSON files."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.atlas.atlas import Atlas
from geodata.atlas.evidence import Card, evidence_card
from geodata.features.layer_data import LayerData

if TYPE_CHECKING:  # they take a second to load, and only who takes files along needs them
    import geopandas as gpd

EVIDENCE_TABLE = "evidence"
"""Table of a GeoPackage with the evidence card of each layer."""

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say: the same layers give the same bytes."""


def write_geopackage(atlas: Atlas, path: Path) -> None:
    """Write every layer as a table of one GeoPackage (WGS 84), and their evidence as one more.

    Lists become JSON text.
    """
    for data in atlas.in_memory.values():
        to_table(data).to_file(path, layer=data.layer.id, driver="GPKG")
    write_evidence([evidence_card(data) for data in atlas.in_memory.values()], path)


def write_zip(atlas: Atlas, path: Path) -> None:
    """Write every layer's GeoJSON, byte for byte, with a text on where each is from."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for data in atlas.in_memory.values():
            add_file(archive, f"{data.layer.id}.geojson", data.content)
        add_file(archive, "SOURCES.txt", describe_sources(atlas).encode())
        cards = [evidence_card(data) for data in atlas.in_memory.values()]
        add_file(archive, "evidence.json", json.dumps(cards, indent=2, ensure_ascii=False).encode())


def describe_sources(atlas: Atlas) -> str:
    """Return the licence, attribution and sources of each layer, as plain text."""
    parts = [f"{atlas.catalog.title}: layers, licences and sources\n"]
    for data in atlas.in_memory.values():
        layer = data.layer
        lines = [
            f"{layer.id}: {layer.title}",
            f"  Licence: {layer.license.name} <{layer.license.url}>",
            f"  Attribution: {layer.attribution}",
            f"  Vintage: {layer.vintage}; retrieved {layer.retrieved.isoformat()}",
            f"  Method: {layer.method}",
            f"  Features: {data.count}",
            *([f"  Accuracy: about {layer.accuracy_m:g} m"] if layer.accuracy_m is not None else []),
            *(f"  Source: {', '.join(_facts(source))}" for source in layer.sources),
            f"  SHA-256: {data.sha256}",
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def write_evidence(cards: list[Card], path: Path) -> None:
    """Add evidence cards to a GeoPackage, one row each; what is no plain value becomes JSON text."""
    import pandas as pd

    from geodata.reading.gdal import pyogrio

    table = pd.DataFrame([{name: to_cell(value) for name, value in card.items()} for card in cards])
    pyogrio.write_dataframe(table, path, layer=EVIDENCE_TABLE, driver="GPKG")


def _facts(source: Any) -> list[str]:
    return [str(fact) for fact in (source.name, source.url, source.vintage, source.license) if fact]


def add_file(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file to a zip, without the time of day."""
    info = zipfile.ZipInfo(name, ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def add_path(archive: zipfile.ZipFile, path: Path) -> None:
    """Add a file of any size to a zip, likewise."""
    info = zipfile.ZipInfo(path.name, ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target)


def to_table(data: LayerData) -> gpd.GeoDataFrame:
    """Return a layer with one column per property, in the order of first appearance.

    Lists become JSON text; whole numbers stay whole where some features have none.
    """
    import geopandas as gpd

    columns = {
        name: _to_column([properties.get(name) for properties in data.properties.values()])
        for name in property_names(data)
    }
    return gpd.GeoDataFrame(
        {"id": list(data.properties), **columns}, geometry=list(data.geometries.values()), crs="EPSG:4326"
    )


def property_names(data: LayerData) -> list[str]:
    """Return the properties of a layer that make columns of their own, in the order of first appearance."""
    names = dict.fromkeys(name for properties in data.properties.values() for name in properties)
    return [name for name in names if name not in ("id", "geometry")]


def to_cell(value: object) -> object:
    """Return a value as a cell of a table takes it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _to_column(values: list[object]) -> Any:
    import pandas as pd

    cells = [to_cell(value) for value in values]
    types = {type(cell) for cell in cells if cell is not None}
    if types == {bool}:
        return pd.array(cells, dtype="boolean")
    if types == {int}:
        return pd.array(cells, dtype="Int64")
    if types <= {int, float} or types == {str}:
        return cells
    return [None if cell is None else str(cell) for cell in cells]
