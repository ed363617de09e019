"""Writes a layer as GeoJSON."""

import json
from typing import BinaryIO

from shapely.geometry import mapping

from geodata.atlas.evidence import Card
from geodata.features.layer_data import LayerData


def write_geojson(data: LayerData, card: Card, file: BinaryIO) -> None:
    """Write a layer as GeoJSON (RFC 7946), one feature per line, with the card as its member `evidence`."""
    lines = ",\n".join(
        _to_json({"type": "Feature", "id": key, "properties": row, "geometry": mapping(data.geometries[key])})
        for key, row in data.properties.items()
    )
    head: Card = {"type": "FeatureCollection", "name": data.layer.id, "evidence": card}
    if data.bounds is not None:
        head["bbox"] = list(data.bounds)
    file.write(f'{_to_json(head)[:-1]},"features":[\n{lines}\n]}}\n'.encode())


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
