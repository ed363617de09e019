"""Every rule that an atlas is held to, among them what layers claim about each other."""

import datetime
from collections.abc import Iterator

import numpy as np
import shapely

from geodata.atlas.atlas import Atlas
from geodata.atlas.languages import check_languages
from geodata.catalog.schema import DataField
from geodata.check.corridor_tracks import check_tracks
from geodata.check.currency import check_span, check_vintage, warn_of_age, warn_of_plans
from geodata.check.figures import check_dates, check_ratios, check_sums
from geodata.check.stated_figures import check_stated
from geodata.check.wording import check_wording
from geodata.errors import Problem
from geodata.features.frame import to_numbers
from geodata.features.layer_data import LayerData
from geodata.network.check import check_network
from geodata.network.corridor import faults


def check_atlas(atlas: Atlas) -> list[Problem]:
    """Return all that is wrong: with files, between layers, in the rail network, and what languages lack."""
    return [*atlas.problems, *check_consistency(atlas), *check_network(atlas), *check_texts(atlas)]


def check_texts(atlas: Atlas) -> Iterator[Problem]:
    """Find what is wrong with texts only, which a person has to write."""
    yield from check_wording(atlas)
    yield from check_stated(atlas)
    yield from check_languages(atlas)


def find_warnings(atlas: Atlas, today: datetime.date | None = None) -> list[Problem]:
    """Return what time has overtaken, which a person has to look at: old counts, and plans of past years."""
    today = today or datetime.datetime.now(tz=datetime.UTC).date()
    return [*warn_of_age(atlas, today), *warn_of_plans(atlas, today)]


def check_consistency(atlas: Atlas) -> Iterator[Problem]:
    """Yield what contradicts the claims of the layers in memory and of the texts of an atlas."""
    layers = atlas.in_memory
    for data in layers.values():
        for name, field in data.layer.fields.items():
            if name not in data.gdf:
                continue
            yield from _check_measure(data, name, field)
            if target := layers.get(field.refers_to or ""):
                yield from _check_inverse(data, name, field, target)
                yield from _check_distance(data, name, field, target)
            if target := layers.get(field.names_area_in or ""):
                yield from _check_area_named(data, name, target)
        if whole := layers.get(data.layer.tiles or ""):
            yield from _check_tiling(data, whole)
        if data.layer.route is not None:
            for feature_id, properties in data.properties.items():
                for what, mend in faults(data.layer.route, properties):
                    yield Problem(data.layer.id, feature_id, what, mend)
        yield from check_dates(data)
        yield from check_sums(data, atlas)
        yield from check_ratios(data)
        yield from check_span(data)
        yield from check_tracks(data, atlas)
        yield from _check_areas(data, atlas)
    for layer in atlas.catalog.layers.values():
        yield from check_vintage(layer)
    yield from _check_references(atlas)


def _check_areas(data: LayerData, atlas: Atlas) -> Iterator[Problem]:
    """Find features in `style.areas` that do not exist."""
    for feature_id, references in data.layer.style.areas.items():
        for reference in (f"{data.layer.id}.{feature_id}", *references):
            if atlas.feature(reference) is None:
                mend = f"Correct it in [layers.{data.layer.id}.style.areas], or take it out."
                yield Problem(data.layer.id, None, f"style.areas names unknown feature `{reference}`", mend)


def _check_measure(data: LayerData, name: str, field: DataField) -> Iterator[Problem]:
    """Compare a published figure with the shape."""
    if field.measures is None:
        return
    shapes = data.projected.geometry
    measured = {
        "length_km": shapes.length / 1e3,
        "area_km2": shapes.area / 1e6,
        "area_ha": shapes.area / 1e4,
    }[field.measures]
    stated = to_numbers(data.gdf[name]).astype("float64")
    is_wrong = (stated - measured).abs() > field.tolerance * np.maximum(stated.abs(), measured)
    for feature_id in stated.index[is_wrong]:
        what = f"has `{name}` {stated[feature_id]:g} where {measured[feature_id]:.1f} is drawn"
        mend = f"Correct the figure or the shape; they may differ by {field.tolerance:.1%}."
        yield Problem(data.layer.id, feature_id, what, mend)


def _check_inverse(data: LayerData, name: str, field: DataField, target: LayerData) -> Iterator[Problem]:
    """Find features that refer to one that does not refer back to them."""
    if field.inverse is None:
        return
    back = {(item, feature_id) for feature_id, item in _references(target, field.inverse)}
    for feature_id, item in _references(data, name):
        if item in target.properties and (feature_id, item) not in back:
            what = f"refers to `{item}` in `{name}`, which does not refer back"
            mend = f"Add it to `{field.inverse}` of {target.layer.id}.{item}, or remove that one here."
            yield Problem(data.layer.id, feature_id, what, mend)


def _check_distance(data: LayerData, name: str, field: DataField, target: LayerData) -> Iterator[Problem]:
    """Find features that lie too far from one that they refer to."""
    pairs = [pair for pair in _references(data, name) if pair[1] in target.properties]
    if field.within_m is None or not pairs:
        return
    starts = data.projected.geometry.loc[[feature_id for feature_id, _ in pairs]]
    ends = target.projected.geometry.loc[[item for _, item in pairs]]
    for (feature_id, item), distance_m in zip(pairs, starts.distance(ends, align=False), strict=True):
        if distance_m > field.within_m:
            what = f"lies {distance_m:.0f} m from {target.layer.id}.{item}, to which it refers in `{name}`"
            mend = f"Correct the position or `{name}`; at most {field.within_m:.0f} m are allowed."
            yield Problem(data.layer.id, feature_id, what, mend)


def _check_area_named(data: LayerData, name: str, target: LayerData) -> Iterator[Problem]:
    """Find features that do not lie in the area that they name, as far as their accuracy can tell."""
    areas = {
        str(target.properties[key].get("name")): shape for key, shape in target.projected.geometry.items()
    }
    names = np.array(list(areas), dtype=object)
    tree = shapely.STRtree(list(areas.values()))
    slack_m = to_numbers(data.gdf["accuracy_m"]).fillna(0) if "accuracy_m" in data.gdf else None
    for feature_id, shape in data.projected.geometry.items():
        stated = data.properties[feature_id].get(name)
        if not isinstance(stated, str):
            continue
        actual = names[np.sort(tree.query(shape, predicate="intersects"))].tolist()
        if stated in areas:
            is_wrong = areas[stated].distance(shape) > (0 if slack_m is None else slack_m[feature_id])
        else:
            is_wrong = bool(actual)
        if is_wrong:
            what = f"names {stated} in `{name}`, but lies in {', '.join(actual) or 'none of these areas'}"
            yield Problem(data.layer.id, feature_id, what, f"Correct the position or `{name}`.")


def _check_tiling(data: LayerData, whole: LayerData) -> Iterator[Problem]:
    """Find gaps and overlaps between areas that fill another, and what extends beyond it."""
    parts, frame = data.projected.geometry, whole.projected.geometry.union_all()
    union = parts.union_all()
    for fault, area_m2 in {
        "leave gaps of": frame.difference(union).area,
        "extend beyond it by": union.difference(frame).area,
        "overlap by": parts.area.sum() - union.area,
    }.items():
        if area_m2 > data.layer.tiles_tolerance_m2:
            what = f"should fill {whole.layer.id}, but its areas {fault} {area_m2:.0f} m²"
            mend = f"Draw common boundaries alike; {data.layer.tiles_tolerance_m2:.0f} m² are allowed."
            yield Problem(data.layer.id, None, what, mend)


def _check_references(atlas: Atlas) -> Iterator[Problem]:
    """Find unknown features and fields in the overview, the first view, the chapters and the contacts."""
    catalog = atlas.catalog
    named = [(f"figure “{figure.label}”", figure.feature) for figure in catalog.overview.figures]
    named += [(f"chapter `{part.id}`", item) for part in catalog.chapters for item in part.features]
    named += [
        (f"annotation of chapter `{part.id}`", part.annotation.feature)
        for part in catalog.chapters
        if part.annotation is not None
    ]
    named += [("home_features", item) for item in catalog.home_features]
    named += [(f"contact “{part.role}”", item) for part in catalog.about.contacts for item in part.features]
    for where, reference in named:
        if atlas.feature(reference) is None:
            mend = "Refer to a feature of the atlas, as `<layer>.<feature id>`."
            yield Problem(None, None, f"{where} refers to unknown feature {reference}", mend)
    for figure in catalog.overview.figures:
        feature = atlas.feature(figure.feature)
        if feature is not None and figure.field not in feature.properties:
            what = f"figure “{figure.label}” refers to `{figure.field}`, which {figure.feature} does not have"
            yield Problem(None, None, what, "Refer to one of its properties.")


def _references(data: LayerData, name: str) -> list[tuple[str, str]]:
    """Return each feature's id with each of the ids that it names in a property."""
    pairs = []
    for feature_id, properties in data.properties.items():
        value = properties.get(name)
        items = value if isinstance(value, list) else [value]
        pairs += [(feature_id, item) for item in sorted({item for item in items if isinstance(item, str)})]
    return pairs
