"""Finds names of the base map for the search box: places, streets, waters and more."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.i18n.languages import interface_strings
from dashboard.views.name_kinds import Kind, name_kinds
from geodata import Atlas, Feature, in_language
from geodata.atlas.per_atlas import per_atlas
from geodata.basemap_build.names_file import NamesFileError
from geodata.features.folding import fold
from geodata.json_object import JsonObject
from geodata.search.index import Hit, SearchIndex
from geodata.search.place_names import KindOfName, PlaceName, PlaceNames, distance_m

TOWNS = "places"
"""Group of towns, villages and parts of them."""

MAX_PER_GROUP, MAX_ALONE = 4, 8
"""Maximum number of names found in each group of kinds, and in one that is found alone."""

SEARCHED = 40
"""Number of names among which those of each group are."""

MIN_SCORE = 0.5
"""What only lies in the town that was typed scores less."""

SAME_TOWN_M, SAME_M = 5_000.0, 1_000.0
"""Distance up to which a town, or anything else, is the feature with its name."""

Positions = Mapping[str, Sequence[tuple[float, float]]]
"""Folded name → longitudes and latitudes."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class IndexedNames:
    """The names of the base map, and where to search them."""

    names: PlaceNames
    index: SearchIndex


@dataclass(frozen=True)
class FoundName:
    """A name of the base map that a query may mean."""

    place: PlaceName
    kind: Kind
    hit: Hit


def find_names(
    atlas: Atlas, indexed: IndexedNames, query: str, features: Iterable[Feature], written: int
) -> list[FoundName]:
    """Return the names of the base map that a query may mean, the likeliest of each group, group by group.

    Left out are towns that the atlas has among its own places, what `features` show already, and what has
    fewer than `written` words of the query.
    """
    kinds = name_kinds()
    towns, others = _own_places(atlas.shared), positions(features)
    by_group: dict[str, list[FoundName]] = {group: [] for group in kinds.groups}
    fuzzy = written < len(fold(query).split())
    for hit in indexed.index.search(query, atlas.language, SEARCHED, fuzzy=fuzzy):
        place = indexed.names.place(hit.reference, atlas.language)
        kind = kinds.kinds[place.kind]
        group = by_group[kind.group]
        if hit.written < written:
            continue
        is_known = (
            _is_near(place, towns, SAME_TOWN_M) if kind.group == TOWNS else _is_near(place, others, SAME_M)
        )
        if len(group) < MAX_ALONE and hit.score >= MIN_SCORE and not is_known:
            group.append(FoundName(place, kind, hit))
    best = max((found.hit.written for group in by_group.values() for found in group), default=0)
    groups = [[found for found in group if found.hit.written == best] for group in by_group.values()]
    # A group with a name that is the query, or begins with it, comes before groups that only contain it.
    ranked = sorted(filter(None, groups), key=_rank)
    limit = MAX_ALONE if len(ranked) == 1 else MAX_PER_GROUP
    return [found for group in ranked for found in group[:limit]]


def _rank(group: list[FoundName]) -> int:
    return -int(max(found.hit.score for found in group))


def to_json(found: FoundName, language: str) -> JsonObject:
    """Return a name as JSON-ready values, its texts in a language, `lat` and `lng` in degrees (WGS 84)."""
    place, kind = found.place, found.kind
    translate = interface_strings(language).gettext
    where = place.locality or place.country or ""
    if place.locality and place.kind == "village":
        where = translate("near {place}").replace("{place}", place.locality)
    lng, lat = place.lonlat
    return {
        "name": place.name,
        "kind": translate(kind.title),
        "group": translate(name_kinds().groups[kind.group].title),
        "icon": kind.icon,
        "where": where,
        "lat": lat,
        "lng": lng,
        "zoom": kind.zoom,
    }


def _is_near(place: PlaceName, known: Positions, distance: float) -> bool:
    return any(distance_m(*place.lonlat, *lonlat) < distance for lonlat in known.get(fold(place.name), ()))


def positions(features: Iterable[Feature]) -> Positions:
    """Return where the features that are points lie, by their names."""
    found: dict[str, list[tuple[float, float]]] = {}
    for feature in features:
        if feature.geometry.geom_type == "Point":
            for name in {feature.properties.get("name"), feature.properties.get("native_name")}:
                found.setdefault(fold(str(name)), []).append((feature.geometry.x, feature.geometry.y))
    return found


@per_atlas()
def _own_places(atlas: Atlas) -> Positions:
    """Return where the towns among the atlas's features lie, by their names in every language."""
    english = atlas.english or atlas
    versions = [in_language(english, tag) for tag in (english.language, *english.translations)]
    layers = [
        version.in_memory.get(layer_id)
        for version in versions
        for layer_id in english.catalog.relations.places
    ]
    return positions(feature for data in layers if data for feature in data.features(data.properties))


@per_atlas()
def indexed_names(english: Atlas) -> IndexedNames | None:
    """Return the names of the base map, indexed once for each version of the atlas."""
    return index_names(english)


def index_names(english: Atlas) -> IndexedNames | None:
    """Index the names of the base map; `None` without files of them that can be read, which the log says."""
    basemap = english.catalog.basemap
    if basemap is None or not basemap.names:
        return None
    west, south, east, north = english.catalog.home_bbox
    try:
        paths = [english.folder / basemap.folder / name for name in basemap.names]
        names = PlaceNames(paths, _kinds(english), ((west + east) / 2, (south + north) / 2))
    except NamesFileError as error:
        log.warning("The search works without the names of the base map: %s", error)
        return None
    return IndexedNames(names, SearchIndex(names, always_fuzzy=False))


def _kinds(english: Atlas) -> dict[str, KindOfName]:
    languages = [english.language, *english.translations]
    kinds = name_kinds()
    found = {}
    for name, kind in kinds.kinds.items():
        titles = [interface_strings(tag).gettext(kind.title) for tag in languages]
        words = {word for title in titles for word in fold(title).split()}
        is_searched = kinds.groups[kind.group].is_searched
        found[name] = KindOfName(kind.group, kind.priority, tuple(sorted(words)) if is_searched else ())
    return found
