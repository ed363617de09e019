"""`twente-atlas refresh`: refreshes layers and reports differences, problems and replaced files."""

from __future__ import annotations

import datetime
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from geodata.errors import UnknownLayerError
from geodata.refresh.diff import Differences
from geodata.refresh.draft import Draft
from geodata.refresh.plan import read_plan
from geodata.refresh.replace_files import PREVIOUS
from geodata.refresh.run import Refreshed, refresh
from geodata.refresh.services.http import Fetcher, Patience

VALUE_WIDTH = 110
OFTEN = 3
"""Number of features from which an equal change is reported once."""


def refresh_layers(
    catalog: Path,
    layer_ids: Sequence[str],
    *,
    year: int | None = None,
    dry_run: bool = False,
    accept_removals: bool = False,
    accept_additions: bool = False,
    patience: Patience = Patience(),  # noqa: B008 (frozen)
) -> int:
    """Refresh layers and report; return the exit status, 1 if there are problems."""
    plan = read_plan(catalog.parent)
    for layer_id in layer_ids:
        if layer_id not in plan.layers:
            raise UnknownLayerError(layer_id, list(plan.layers))
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # warns of each retry
    today = datetime.date.today()
    result = refresh(
        catalog,
        plan,
        layer_ids or list(plan.layers),
        Fetcher((service.url for service in plan.services.values()), patience),
        today,
        year=year or today.year,
        accept_removals=accept_removals,
        accept_additions=accept_additions,
        dry_run=dry_run,
        report=lambda line: click.echo(line, err=True),
    )
    for line in describe(result, dry_run=dry_run):
        click.echo(line)
    return 1 if result.problems else 0


def describe(result: Refreshed, *, dry_run: bool) -> Iterator[str]:
    """Yield the lines of the report on a refresh."""
    for layer_id, draft in result.drafts.items():
        yield from _describe_layer(draft, result.differences[layer_id])
    for service, reason in result.not_asked.items():
        yield f"not asked: {service}: {reason}"
    for place, numbers in result.outdated.items():
        yield f"to read again: {place} says {', '.join(numbers)}, which has changed"
    for problem in result.untranslated:
        yield f"to translate: {problem}"
    for problem in result.problems:
        yield f"refused: {problem}"
    if result.problems:
        yield "Nothing was replaced."
    elif dry_run:
        yield "Every rule holds. Nothing was written, as --dry-run asks for."
    else:
        yield f"replaced: {', '.join(result.replaced) or 'nothing'}"
        if result.replaced:
            yield f"The files before are in {PREVIOUS}/, beside the catalog."


def _describe_layer(draft: Draft, differences: Differences) -> Iterator[str]:
    touched = differences.changed.keys() | differences.moved_m.keys()
    added = sum(map(len, draft.unknown.values()))
    yield (
        f"{draft.layer.id}: {len(touched)} of {len(draft.features)} features differ, "
        f"{len(differences.moved_m)} moved, {added} new at a service, {len(draft.absent)} gone from one"
    )
    alike = Counter(pair for values in differences.changed.values() for pair in _pairs(values))
    for feature_id in [item["id"] for item in draft.features if item["id"] in touched]:
        values = differences.changed.get(feature_id, {})
        parts = [_short_pair(pair) for pair in _pairs(values) if alike[pair] < OFTEN]
        if feature_id in differences.moved_m:
            parts.append(f"moved by {differences.moved_m[feature_id]:,.1f} m")
        if parts:
            yield f"  {feature_id}: {'; '.join(parts)}"
    for pair, count in alike.items():
        if count >= OFTEN:
            yield f"  {count} features: {_short_pair(pair)}"
    for feature_id, service in draft.absent.items():
        what = "taken out" if feature_id in draft.removed else "kept as it was"
        yield f"  {feature_id}: not in {service}; {what}"
    for service, keys in draft.unknown.items():
        for reason in dict.fromkeys(keys.values()):
            same = sorted(key for key, other in keys.items() if other == reason)
            yield f"  new in {service}: {', '.join(same)}; {reason or 'added'}"
    for feature_id, (service, distance_m) in draft.disputed.items():
        yield f"  {feature_id}: {service} has it {distance_m:,.0f} m away; look which is right"


def _pairs(values: Mapping[str, tuple[object, object]]) -> list[tuple[str, str, str]]:
    """Return fields with their values before and after, as texts."""
    return [(name, _to_text(old), _to_text(new)) for name, (old, new) in values.items()]


def _short_pair(pair: tuple[str, str, str]) -> str:
    name, *texts = pair
    old, new = (text if len(text) <= VALUE_WIDTH else f"{text[: VALUE_WIDTH - 1]}…" for text in texts)
    return f"{name} {old} → {new}"


def _to_text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
