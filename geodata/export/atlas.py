"""Writes every layer of an atlas as one file."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from geodata.atlas.atlas import Atlas
from geodata.atlas.evidence import Card, evidence_card
from geodata.export.data_package import to_name, write_package
from geodata.export.formats import FORMATS, ExportFormat
from geodata.export.gdal_files import write_tables
from geodata.export.pmtiles import write_tileset
from geodata.export.zip_file import add_file, add_path


@dataclass(frozen=True)
class AtlasFormat:
    """A format in which all layers can be downloaded as one file."""

    name: str
    media_type: str
    write: Callable[[Atlas, Path], None]
    has_large: bool = False
    """Whether the file holds large layers."""
    is_english: bool = False
    """Whether it holds the layers' own files, whatever the language of the atlas."""


def write_geopackage(atlas: Atlas, path: Path) -> None:
    """Write every layer as a table of one GeoPackage, and their evidence as one more."""
    write_tables(atlas.in_memory.values(), _cards(atlas), path)


def write_geojson_zip(atlas: Atlas, path: Path) -> None:
    """Write a zip of every layer's GeoJSON, byte for byte, with a text on their sources."""
    with zipfile.ZipFile(path, "w") as archive:
        for data in atlas.in_memory.values():
            add_file(archive, f"{data.layer.id}.geojson", data.content)
        add_file(archive, "SOURCES.txt", describe_sources(atlas).encode())
        _add_evidence(archive, _cards(atlas))


def write_data_package(atlas: Atlas, path: Path) -> None:
    """Write a Frictionless data package: a CSV for each layer, and their description."""
    catalog, layers = atlas.catalog, list(atlas.in_memory.values())
    name, title, description = file_stem(atlas), catalog.title, catalog.summary
    with path.open("wb") as file:
        write_package(layers, _cards(atlas), file, name=name, title=title, description=description)


def write_pmtiles(atlas: Atlas, path: Path) -> None:
    """Write one set of vector tiles with every layer in it; raises `BuildError` without tippecanoe."""
    write_tileset(atlas.in_memory, path, title=atlas.catalog.title, evidence=_cards(atlas))


def write_zip(form: ExportFormat, atlas: Atlas, path: Path) -> None:
    """Write a zip of one file for each layer; large layers are in it if the format can hold them."""
    cards = _cards(atlas)
    with zipfile.ZipFile(path, "w") as archive:
        for data, card in zip(atlas.in_memory.values(), cards, strict=True):
            add_file(archive, f"{data.layer.id}.{form.ending}", form.to_bytes(data, card))
        if form.write_large is not None:
            for large in atlas.large.values():
                cards.append(evidence_card(large))
                part = path.with_name(f"{large.layer.id}.{form.ending}")
                form.write_large(large, cards[-1], part)
                add_path(archive, part)
                part.unlink()
        _add_evidence(archive, cards)


ZIP = "application/zip"
GPKG, GEOJSON, PACKAGE, PARQUET, FGB, PMTILES = (
    FORMATS[name] for name in ("gpkg", "geojson", "datapackage", "parquet", "fgb", "pmtiles")
)
ATLAS_FORMATS = {
    ".gpkg": AtlasFormat(GPKG.name, GPKG.media_type, write_geopackage),
    ".zip": AtlasFormat(GEOJSON.name, ZIP, write_geojson_zip, is_english=True),
    ".datapackage.zip": AtlasFormat(PACKAGE.name, ZIP, write_data_package),
    ".parquet.zip": AtlasFormat(PARQUET.name, ZIP, partial(write_zip, PARQUET), has_large=True),
    ".fgb.zip": AtlasFormat(FGB.name, ZIP, partial(write_zip, FGB), has_large=True),
    ".pmtiles": AtlasFormat(PMTILES.name, PMTILES.media_type, write_pmtiles),
}
"""By the ending of the file's name. GeoPackage and PMTiles hold many layers, a zip one file for each."""


def file_stem(atlas: Atlas) -> str:
    """Return the name of a file of all layers, before its ending."""
    return to_name((atlas.english or atlas).catalog.title)


def ending_of(name: str, endings: Sequence[str]) -> str | None:
    """Return the longest of the endings that a file's name has, or `None`."""
    return max((ending for ending in endings if name.lower().endswith(ending)), key=len, default=None)


def write_atlas(atlas: Atlas, ending: str, path: Path) -> None:
    """Write every layer as one file; it replaces an older one once it is complete."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        target = Path(folder) / path.name
        ATLAS_FORMATS[ending].write(atlas, target)
        target.replace(path)


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
            *(
                f"  Source: {', '.join(filter(None, (each.name, each.url, each.vintage, each.license)))}"
                for each in layer.sources
            ),
            f"  SHA-256: {data.sha256}",
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _cards(atlas: Atlas) -> list[Card]:
    return [evidence_card(data) for data in atlas.in_memory.values()]


def _add_evidence(archive: zipfile.ZipFile, cards: Sequence[Card]) -> None:
    add_file(archive, "evidence.json", json.dumps(cards, indent=2, ensure_ascii=False).encode())
