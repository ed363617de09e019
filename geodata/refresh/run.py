"""The whole way: ask, compare, check, and only then replace."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from geodata.atlas.atlas import Atlas
from geodata.atlas.loading import load_atlas
from geodata.catalog.schema import Layer
from geodata.errors import Problem, RefreshError
from geodata.refresh.catalog_entry import rewrite_cards
from geodata.refresh.derived_fields import derive, join
from geodata.refresh.diff import Differences, compare, find_outdated
from geodata.refresh.draft import Draft, to_content, to_draft
from geodata.refresh.merge import feed
from geodata.refresh.new_features import add
from geodata.refresh.outlines import outline
from geodata.refresh.plan import Feed, LayerPlan, Plan, Track
from geodata.refresh.query import Asking
from geodata.refresh.replace_files import replace_files
from geodata.refresh.services.http import Fetcher
from geodata.refresh.staging import carry_translations, check_trial, make_trial
from geodata.refresh.tracks import follow
from geodata.validation.layer_file import read_features


@dataclass
class Refreshed:
    """What came of a refresh."""

    drafts: dict[str, Draft]
    differences: dict[str, Differences]
    problems: list[Problem]
    """Where there are any, nothing was replaced."""
    untranslated: list[Problem]
    outdated: dict[str, list[str]]
    """Places of texts, as language files name them → numbers in them that have changed."""
    not_asked: dict[str, str] = field(default_factory=dict)
    """Services that could not be asked → why."""
    replaced: list[str] = field(default_factory=list)
    """Files that were, from the catalog's folder."""


def refresh(
    catalog: Path,
    plan: Plan,
    layer_ids: Iterable[str],
    fetcher: Fetcher,
    today: datetime.date,
    *,
    year: int,
    accept_removals: bool = False,
    accept_additions: bool = False,
    dry_run: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Refreshed:
    """Bring layers, and those that are joined of them, up to date.

    Raises
    ------
    RefreshError
        If a service can't be asked, or answers what can't be used; nothing is changed then.
    CatalogError
        If the catalog can't be read.
    """
    atlas = load_atlas(catalog)
    wanted = _with_joined(plan, layer_ids)
    drafts = {layer_id: to_draft(atlas.layer(layer_id)) for layer_id in _with_distances(atlas, plan, wanted)}
    asked = Asking(atlas, plan, fetcher, year, say)
    for layer_id in wanted:
        _feed_layer(drafts[layer_id], plan.layers[layer_id], asked, accept_additions=accept_additions)
        if accept_removals:
            _remove_absent(drafts[layer_id], plan)
    for layer_id, draft in drafts.items():
        joined = plan.layers[layer_id].join
        if joined is not None:
            join(draft, joined, drafts[joined.layer])
    shapes = {data.layer.id: data.geometries for data in atlas.in_memory.values()}
    shapes |= {layer_id: draft.geometries() for layer_id, draft in drafts.items()}
    for layer_id in wanted:
        track = plan.layers[layer_id].track
        if track is not None:
            _follow_tracks(drafts[layer_id], track, asked, shapes)
            shapes[layer_id] = drafts[layer_id].geometries()
    for layer_id, draft in drafts.items():
        derive(draft, plan.layers[layer_id], shapes)
    differences = {
        layer_id: compare(read_features(layer_id, atlas.in_memory[layer_id].content)[0], draft)
        for layer_id, draft in drafts.items()
    }
    result = _take_over(atlas, catalog, drafts, differences, today, dry_run=dry_run)
    result.not_asked = asked.refused
    return result


def _feed_layer(draft: Draft, plan: LayerPlan, asked: Asking, *, accept_additions: bool) -> None:
    """Bring to a draft what services tell of it."""
    for part in plan.feeds:
        answer = asked.ask(part.service)
        if answer is not None:
            unknown = feed(draft, part, answer, _area_of(asked.atlas, part))
            add(draft, part, plan, answer, unknown, is_accepted=accept_additions)
    if plan.outline is not None:
        areas = {part.area: asked.plan.areas[part.area] for part in plan.outline.parts}
        answers = {area.service: asked.ask(area.service) for area in areas.values()}
        there = {name: answer for name, answer in answers.items() if answer is not None}
        if len(there) == len(answers):
            outline(draft, plan.outline, areas, there)


def _follow_tracks(
    draft: Draft, plan: Track, asked: Asking, shapes: Mapping[str, Mapping[str, BaseGeometry]]
) -> None:
    """Draw a draft's lines along the tracks of a service, if it can be asked."""
    answer = asked.ask(plan.service, along=draft)
    if answer is not None:
        stops = _refers_to(draft.layer, draft.layer.route.stops) if draft.layer.route else None
        follow(draft, plan, answer, shapes.get(stops or "", {}))


def _area_of(atlas: Atlas, part: Feed) -> BaseGeometry | None:
    """Return where records without a feature are told of."""
    if part.within is None:
        return None
    feature = atlas.feature(part.within)
    if feature is None:
        raise RefreshError(f"refresh.toml names {part.within}, which there is not")
    return feature.geometry


def _take_over(
    atlas: Atlas,
    catalog: Path,
    drafts: dict[str, Draft],
    differences: dict[str, Differences],
    today: datetime.date,
    *,
    dry_run: bool,
) -> Refreshed:
    contents = {
        draft.layer.path: to_content(draft)
        for layer_id, draft in drafts.items()
        if differences[layer_id].changed or differences[layer_id].moved_m or draft.removed or draft.added
    }
    text = catalog.read_text(encoding="utf-8")
    contents[catalog.name] = rewrite_cards(text, list(drafts.values()), today).encode()
    with tempfile.TemporaryDirectory() as temporary:
        trial = Path(temporary) / "trial"
        make_trial(atlas.folder, trial, contents)
        carry_translations(atlas, load_atlas(trial / catalog.name))
        problems = [problem for draft in drafts.values() for problem in draft.problems]
        broken, untranslated = check_trial(atlas, trial / catalog.name)
        outdated = find_outdated(atlas, differences.values())
        result = Refreshed(drafts, differences, [*problems, *broken], untranslated, outdated)
        if not result.problems and not dry_run:
            result.replaced = replace_files(trial, atlas.folder)
    return result


def _with_joined(plan: Plan, layer_ids: Iterable[str]) -> list[str]:
    """Return layers with those that they are joined of or make, as they agree only together; parts first."""
    wanted = set(layer_ids)
    for layer_id, layer in plan.layers.items():
        if layer.join is not None and wanted & {layer_id, layer.join.layer}:
            wanted |= {layer_id, layer.join.layer}
    ordered = [layer_id for layer_id in plan.layers if layer_id in wanted]
    return sorted(ordered, key=lambda layer_id: plan.layers[layer_id].join is not None)


def _with_distances(atlas: Atlas, plan: Plan, wanted: list[str]) -> list[str]:
    """Return layers with those that say how far it is to them: these are not asked for, and measured anew."""
    measured = [
        layer_id
        for layer_id, layer in plan.layers.items()
        for name in layer.distances.values()
        if layer_id in atlas.in_memory and _refers_to(atlas.in_memory[layer_id].layer, name) in wanted
    ]
    return list(dict.fromkeys([*wanted, *measured]))


def _refers_to(layer: Layer, name: str) -> str | None:
    """Return the layer whose features a field names."""
    return layer.fields[name].refers_to if name in layer.fields else None


def _remove_absent(draft: Draft, plan: Plan) -> None:
    """Take out the features that the service of their shapes does not have any more."""
    shaping = {part.service for part in plan.layers[draft.layer.id].feeds if part.geometry}
    draft.removed = [key for key, service in draft.absent.items() if service in shaping]
    draft.features = [item for item in draft.features if item["id"] not in draft.removed]
