"""Writes border crossings as a layer of an atlas: names, kinds, and a text for each kind."""

import json
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import geopandas as gpd

from geodata.json_object import JsonObject

KINDS: dict[str, JsonObject] = tomllib.loads(
    Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8")
)
"""Kind of a crossing → `file` and `ways` of the source, and `description`."""

RAILWAYS = "railways"
"""File of the source with railways."""


def to_features(crossings: gpd.GeoDataFrame, source: str, accuracy_m: int) -> list[JsonObject]:
    """Return crossings (WGS 84; with `left`, `right`, `kind`, `ref`, `name`) as features with unique ids."""
    kinds = {way: kind for kind, entry in KINDS.items() for way in entry["ways"]}
    ids: Counter[str] = Counter()
    features: list[JsonObject] = []
    for row in crossings.itertuples():
        kind = kinds[row.kind]
        roads = [
            text for text in (row.ref, row.name) if isinstance(text, str) and KINDS[kind]["file"] != RAILWAYS
        ]
        name = ", ".join([f"{row.right}–{row.left}", *roads[:1]])
        feature_id = _to_id(name if roads else f"{name} {kind}")
        ids[feature_id] += 1
        properties = {
            "name": name,
            "crossing_kind": kind,
            "road_number": row.ref,
            "way_name": row.name,
            "way_class": row.kind,
            "places": [row.right, row.left],
            "description": KINDS[kind]["description"],
            "source": source,
            "accuracy_m": accuracy_m,
        }
        features.append(
            {
                "type": "Feature",
                "id": feature_id + (f"_{ids[feature_id]}" if ids[feature_id] > 1 else ""),
                "properties": {key: value for key, value in properties.items() if value == value},
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(row.geometry.x, 5), round(row.geometry.y, 5)],
                },
            }
        )
    return features


def to_text(layer: str, features: list[JsonObject]) -> str:
    """Return a GeoJSON file with one feature per line, as layers of an atlas are kept."""
    positions = [feature["geometry"]["coordinates"] for feature in features]
    bbox = [pick(values) for pick in (min, max) for values in zip(*positions, strict=True)]
    head = f'{{"type": "FeatureCollection", "name": "{layer}", "bbox": {json.dumps(bbox)}, "features": ['
    return (
        f"{head}\n" + ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features) + "\n]}\n"
    )


def _to_id(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("–", " ").replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode().lower()).strip("_")
