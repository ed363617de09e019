"""Runs a refresh: asks the services, compares, checks every rule, and only then replaces files."""

import datetime
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from geodata.atlas.atlas import Atlas
from geodata.atlas.loading import load_atlas
from geodata.errors import Problem, RefreshError
from geodata.refresh.catalog_entry import update_entries
from geodata.refresh.derived_fields import derive, join
from geodata.refresh.draft import Differences, Draft, compare, to_content, to_draft
from geodata.refresh.merge import add, merge
from geodata.refresh.outlines import outline
from geodata.refresh.plan import LayerPlan, Plan
from geodata.refresh.services.base import Answer, NotAskedError, Service
from geodata.refresh.services.http import Fetcher
from geodata.refresh.staging import carry_translations, check_staged, find_outdated, replace_files, stage
from geodata.refresh.tracks import follow
from geodata.validation.layer_file import read_features


@dataclass
class Services:
    """The services of a plan, and their answers."""

    plan: Plan
    fetcher: Fetcher
    year: int
    report: Callable[[str], None]
    """Receives a line before each request."""
    not_asked: dict[str, str] = field(default_factory=dict)
    """Service → why it can't be asked."""
    _answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def ask(self, name: str, along: Draft | None = None) -> Answer | None:
        """Return the answer of a service, `along` the lines of a layer; `None` if its account is missing."""
        key = name, along.layer.id if along else ""
        if key not in self._answers and name not in self.not_asked:
            service: Service = self.plan.services[name]
            if along is not None:
                service = service.along(along.geometries().values())
            self.report(f"asking {name}: {service.url}")
            try:
                self._answers[key] = service.ask(self.fetcher, self.year)
            except NotAskedError as error:
                self.not_asked[name] = str(error)
        return self._answers.get(key)


@dataclass
class Refreshed:
    """The result of a refresh."""

    drafts: dict[str, Draft]
    differences: dict[str, Differences]
    problems: list[Problem]
    """If there are any, nothing was replaced."""
    untranslated: list[Problem]
    outdated: dict[str, list[str]]
    """Place of a text, as language files name it → changed numbers in it."""
    not_asked: dict[str, str]
    """Service → why it could not be asked."""
    replaced: list[str]
    """Replaced files, by their path from the catalog's folder."""


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
    report: Callable[[str], None] = lambda _: None,
) -> Refreshed:
    """Refresh layers, and those that are joined with them.

    Raises `RefreshError` if a service can't be asked, or its answer can't be used; no file is changed then.
    Raises `CatalogError` if the catalog can't be read.
    """
    atlas = load_atlas(catalog)
    wanted = _with_joined(plan, layer_ids)
    drafts = {layer_id: to_draft(atlas.layer(layer_id)) for layer_id in _with_distances(atlas, plan, wanted)}
    services = Services(plan, fetcher, year, report)
    for layer_id in wanted:
        _merge_layer(atlas, drafts[layer_id], services, accept_additions=accept_additions)
        if accept_removals:
            _remove_absent(drafts[layer_id], plan.layers[layer_id])
    for layer_id, draft in drafts.items():
        joined = plan.layers[layer_id].join
        if joined is not None:
            join(draft, joined, drafts[joined.layer])
    shapes = {data.layer.id: data.geometries for data in atlas.in_memory.values()}
    shapes |= {layer_id: draft.geometries() for layer_id, draft in drafts.items()}
    for layer_id in wanted:
        draft, track = drafts[layer_id], plan.layers[layer_id].track
        answer = services.ask(track.service, along=draft) if track else None
        if track and answer:
            follow(draft, track, answer, shapes)
            shapes[layer_id] = draft.geometries()
    for layer_id, draft in drafts.items():
        derive(draft, plan.layers[layer_id], shapes)
    return _take_over(atlas, catalog, drafts, services.not_asked, today, dry_run=dry_run)


def _merge_layer(atlas: Atlas, draft: Draft, services: Services, *, accept_additions: bool) -> None:
    """Merge the answers of all services of a layer into its draft."""
    plan = services.plan.layers[draft.layer.id]
    for part in plan.feeds:
        answer = services.ask(part.service)
        if answer is not None:
            area = atlas.feature(part.within) if part.within else None
            if part.within and area is None:
                raise RefreshError(f"refresh.toml refers to unknown feature {part.within}")
            unknown = merge(draft, part, answer, area.geometry if area else None)
            add(draft, part, plan, answer, unknown, is_accepted=accept_additions)
    if plan.outline is not None:
        areas = {part.area: services.plan.areas[part.area] for part in plan.outline.parts}
        answers = {area.service: services.ask(area.service) for area in areas.values()}
        known = {name: answer for name, answer in answers.items() if answer is not None}
        if len(known) == len(answers):
            outline(draft, plan.outline, areas, known)


def _take_over(
    atlas: Atlas,
    catalog: Path,
    drafts: dict[str, Draft],
    not_asked: dict[str, str],
    today: datetime.date,
    *,
    dry_run: bool,
) -> Refreshed:
    """Stage the drafts, check every rule, and replace the files if there are no problems."""
    differences = {
        layer_id: compare(read_features(layer_id, atlas.layer(layer_id).content)[0], draft)
        for layer_id, draft in drafts.items()
    }
    contents = {
        draft.layer.path: to_content(draft)
        for layer_id, draft in drafts.items()
        if differences[layer_id].changed or differences[layer_id].moved_m or draft.removed or draft.added
    }
    text = catalog.read_text(encoding="utf-8")
    contents[catalog.name] = update_entries(text, list(drafts.values()), today).encode()
    with tempfile.TemporaryDirectory() as temporary:
        staged = Path(temporary) / "region"
        stage(atlas.folder, staged, contents)
        carry_translations(atlas, load_atlas(staged / catalog.name))
        broken, untranslated = check_staged(atlas, staged / catalog.name)
        problems = [problem for draft in drafts.values() for problem in draft.problems] + broken
        replaced = [] if problems or dry_run else replace_files(staged, atlas.folder)
    outdated = find_outdated(atlas, differences.values())
    return Refreshed(drafts, differences, problems, untranslated, outdated, not_asked, replaced)


def _with_joined(plan: Plan, layer_ids: Iterable[str]) -> list[str]:
    """Return layers with those that they are joined from or part of; parts come first."""
    wanted = set(layer_ids)
    for layer_id, layer in plan.layers.items():
        if layer.join is not None and wanted & {layer_id, layer.join.layer}:
            wanted |= {layer_id, layer.join.layer}
    ordered = [layer_id for layer_id in plan.layers if layer_id in wanted]
    return sorted(ordered, key=lambda layer_id: plan.layers[layer_id].join is not None)


def _with_distances(atlas: Atlas, plan: Plan, wanted: list[str]) -> list[str]:
    """Return layers with those that have distances to them, which are measured again without a request."""
    measured = []
    for layer_id, layer in plan.layers.items():
        fields = atlas.layers[layer_id].layer.fields if layer_id in atlas.layers else {}
        if any(fields[name].refers_to in wanted for name in layer.distances.values() if name in fields):
            measured.append(layer_id)
    return list(dict.fromkeys([*wanted, *measured]))


def _remove_absent(draft: Draft, plan: LayerPlan) -> None:
    """Remove the features that the service of their shapes lacks."""
    shaping = {part.service for part in plan.feeds if part.geometry}
    draft.removed = [key for key, service in draft.absent.items() if service in shaping]
    draft.features = [item for item in draft.features if item["id"] not in draft.removed]
