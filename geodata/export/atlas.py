"""Every layer as one file that other tools open, by the ending of the file's name."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.atlas.atlas import Atlas
from geodata.atlas.evidence import Card, evidence_card
from geodata.export import large_layer as large_files
from geodata.export.data_package import to_data_package, to_name
from geodata.export.geopackage import add_file, add_path, write_geopackage, write_zip
from geodata.export.layer import to_flatgeobuf, to_geoparquet
from geodata.features.layer_data import LayerData


@dataclass(frozen=True)
class AtlasFormat:
    """How all layers can be taken along as one file."""

    name: str
    """What people call the format."""
    write: Callable[[Atlas, Path], None]
    has_large: bool = False
    """Whether large layers are in it."""
    is_english: bool = False
    """Whether it holds the layers' own files, whatever the language of the atlas."""


def write_data_package(atlas: Atlas, path: Path) -> None:
    """Write a Frictionless data package: a CSV per layer, and what is in them."""
    catalog = atlas.catalog
    cards = {layer_id: evidence_card(data) for layer_id, data in atlas.in_memory.items()}
    path.write_bytes(
        to_data_package(
            atlas.in_memory, cards, name=file_stem(atlas), title=catalog.title, description=catalog.summary
        )
    )


def write_pmtiles(atlas: Atlas, path: Path) -> None:
    """Write one set of vector tiles with every layer in it; raises `BuildError` without tippecanoe."""
    from geodata.export.pmtiles import write_tileset

    cards = [evidence_card(data) for data in atlas.in_memory.values()]
    write_tileset(atlas.in_memory, path, title=atlas.catalog.title, evidence=cards)


def _zip_of(ending: str, to_bytes: Callable[[LayerData, Card], bytes]) -> Callable[[Atlas, Path], None]:
    """Return what writes a zip of one file per layer, in a format that holds one layer only."""

    def write(atlas: Atlas, path: Path) -> None:
        cards = []
        with zipfile.ZipFile(path, "w") as archive:
            for data in atlas.in_memory.values():
                cards.append(evidence_card(data))
                add_file(archive, f"{data.layer.id}.{ending}", to_bytes(data, cards[-1]))
            for large in atlas.large.values():
                cards.append(evidence_card(large))
                part = path.with_name(f"{large.layer.id}.{ending}")
                large_files.WRITERS[ending](large, cards[-1], part)
                add_path(archive, part)
                part.unlink()
            add_file(archive, "evidence.json", json.dumps(cards, indent=2, ensure_ascii=False).encode())

    return write


FORMATS = {
    ".gpkg": AtlasFormat("GeoPackage", write_geopackage),
    ".zip": AtlasFormat("GeoJSON", write_zip, is_english=True),
    ".datapackage.zip": AtlasFormat("Data package", write_data_package),
    ".parquet.zip": AtlasFormat("GeoParquet", _zip_of("parquet", to_geoparquet), has_large=True),
    ".fgb.zip": AtlasFormat("FlatGeobuf", _zip_of("fgb", to_flatgeobuf), has_large=True),
    ".pmtiles": AtlasFormat("PMTiles", write_pmtiles),
}
"""By the ending of the file's name. GeoPackage and PMTiles hold many layers, the zips one file for each."""


def file_stem(atlas: Atlas) -> str:
    """Return what a file of all layers may be called, before its ending."""
    return to_name((atlas.english or atlas).catalog.title)


def ending_of(name: str, endings: Sequence[str]) -> str | None:
    """Return the longest of the endings that a file's name has, or `None`."""
    return max((ending for ending in endings if name.lower().endswith(ending)), key=len, default=None)


def write_atlas(atlas: Atlas, ending: str, path: Path) -> None:
    """Write every layer as one file; what was there is replaced once the new file is whole."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        target = Path(folder) / path.name
        FORMATS[ending].write(atlas, target)
        target.replace(path)
