"""Finds the results that the search box shows."""

import threading
from contextlib import suppress

from dashboard.i18n.formatting import format_value
from dashboard.views.features import kind_of, name_of
from dashboard.views.name_results import find_names, indexed_names, to_json
from dashboard.views.symbols import symbol_of
from geodata import Atlas, Feature
from geodata.atlas.per_atlas import per_atlas
from geodata.errors import DatabaseError
from geodata.json_object import JsonObject
from geodata.search.coordinates import read_coordinates
from geodata.search.index import SearchIndex, build_index
from geodata.spatial.location import areas_around

MAX_QUERY = 200

MAX_PER_LAYER = 8
"""Maximum number of features found of each large or uploaded layer."""

WARM_AFTER_S = 3
"""Delay after the first page view, when its map has been drawn."""

_building = threading.Lock()


def find(atlas: Atlas, query: str) -> JsonObject:
    """Return the place and the features that match a query, as JSON-ready values.

    `names` are those of the base map. Texts are in the language of the atlas, `lat` and `lng` in degrees
    (WGS 84).
    """
    query = query[:MAX_QUERY]
    place = read_coordinates(query)
    base = atlas.shared
    hits = search_index(base).search(query, atlas.language)
    uploads = [data for layer_id, data in atlas.in_memory.items() if layer_id not in base.layers]
    features = [feature for data in uploads for feature in data.search(query, MAX_PER_LAYER)]
    features += filter(None, (atlas.feature(hit.reference) for hit in hits))
    for large in atlas.large.values():
        with suppress(DatabaseError):  # the legend reports it; the other layers are searched
            features += large.search(query, MAX_PER_LAYER)
    results = [
        {
            "reference": feature.reference,
            "name": name_of(feature),
            "kind": kind_of(feature),
            "layer": feature.layer.title,
            "where": where(base, feature.reference),
        }
        for feature in features
    ]
    _distinguish(results, features, atlas.language)
    symbols = [{"symbol": symbol_of(feature)} for feature in features]
    written = max((hit.written for hit in hits), default=0)
    with _building:
        indexed = indexed_names(base.english or base)
    names = find_names(atlas, indexed, query, features, written) if indexed is not None else []
    return {
        "query": query,
        "place": {"lat": place[1], "lng": place[0]} if place else None,
        "results": [result | symbol for result, symbol in zip(results, symbols, strict=True)],
        "names": [to_json(found, atlas.language) for found in names],
        # What is called so comes before features that are only spelt alike, or match fewer words.
        "names_first": len(features) == len(hits) and any(found.hit.written > written for found in names),
    }


def _distinguish(results: list[dict[str, str]], features: list[Feature], language: str) -> None:
    """Add to results with the same text the first key field in which their features differ."""
    same: dict[tuple[str, ...], list[tuple[dict[str, str], Feature]]] = {}
    for result, feature in zip(results, features, strict=True):
        key = feature.layer.id, result["name"], result["kind"], result["where"]
        same.setdefault(key, []).append((result, feature))
    for group in same.values():
        layer = group[0][1].layer
        for name in layer.key_fields:
            values = [_formatted(feature, name, language) for _, feature in group]
            if len(set(values)) > 1:
                for (result, _), value in zip(group, values, strict=True):
                    result["where"] = ", ".join(filter(None, [value, result["where"]]))
                break


def _formatted(feature: Feature, name: str, language: str) -> str:
    """Return a formatted value; empty if it is missing, a list, or a reference."""
    value, field = feature.properties.get(name), feature.layer.fields[name]
    if field.refers_to is not None or not isinstance(value, str | int | float):
        return ""
    return format_value(value, field, language)


def search_index(atlas: Atlas) -> SearchIndex:
    """Return the index of an atlas, built once for each version of its files."""
    with _building:
        return _index(atlas.english or atlas)


@per_atlas()
def warm(atlas: Atlas) -> None:
    """Build index and projected layers in the background, once for each version of the files."""

    def build() -> None:
        search_index(atlas)
        with _building:
            indexed_names(atlas.english or atlas)
        for layer_id in atlas.in_memory:
            atlas.projected(layer_id)

    timer = threading.Timer(WARM_AFTER_S, build)
    timer.daemon = True
    timer.start()


@per_atlas(maxsize=4096)
def where(atlas: Atlas, reference: str) -> str:
    """Return the smallest area around a feature, and its countries, as in `Borne, NL`.

    An area with the name of the feature is left out.
    """
    feature = atlas.feature(reference)
    if feature is None:
        return ""
    fields, properties = feature.layer.fields, feature.properties
    stated = [
        properties[name] for name, field in fields.items() if field.names_area_in and name in properties
    ]
    areas = [str(name) for name in (*stated, *map(name_of, areas_around(atlas, feature)))]
    smallest = [name for name in areas if name != name_of(feature)][:1]
    country = properties.get("country") or properties.get("countries")
    return ", ".join([*smallest, *([str(country).replace(", ", "/")] if country else [])])


@per_atlas()
def _index(english: Atlas) -> SearchIndex:
    return build_index(english)
