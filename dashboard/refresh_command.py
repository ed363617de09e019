"""`twente-atlas refresh`: what differs, what speaks against it, what was replaced, in lines for people."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from geodata.errors import UnknownLayerError
from geodata.refresh.differences import Differences
from geodata.refresh.draft import Draft
from geodata.refresh.fetching import Fetcher, Patience
from geodata.refresh.plan import read_plan
from geodata.refresh.refreshing import Refreshed, refresh
from geodata.refresh.replacing import PREVIOUS

VALUE_WIDTH = 70


def refresh_layers(
    catalog: Path,
    layer_ids: Sequence[str],
    *,
    year: int | None = None,
    dry_run: bool = False,
    accept_removals: bool = False,
    patience: Patience = Patience(),  # noqa: B008 (frozen)
) -> int:
    """Refresh layers and report; returns the exit status: 1 where something speaks against it."""
    plan = read_plan(catalog.parent)
    for layer_id in layer_ids:
        if layer_id not in plan.layers:
            raise UnknownLayerError(layer_id, list(plan.layers))
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # says of each retry what the error says once
    today = datetime.date.today()
    result = refresh(
        catalog,
        plan,
        layer_ids or list(plan.layers),
        Fetcher((service.url for service in plan.services.values()), patience),
        today,
        year=year or today.year,
        accept_removals=accept_removals,
        dry_run=dry_run,
        say=lambda line: click.echo(line, err=True),
    )
    for line in describe(result, dry_run=dry_run):
        click.echo(line)
    return 1 if result.problems else 0


def describe(result: Refreshed, *, dry_run: bool) -> Iterator[str]:
    """Yield the lines of the report."""
    for layer_id, draft in result.drafts.items():
        yield from _describe_layer(draft, result.differences[layer_id])
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
    for feature_id in [item["id"] for item in draft.features if item["id"] in touched]:
        values = differences.changed.get(feature_id, {})
        parts = [f"{name} {_short(old)} → {_short(new)}" for name, (old, new) in values.items()]
        if feature_id in differences.moved_m:
            parts.append(f"moved by {differences.moved_m[feature_id]:,.1f} m")
        yield f"  {feature_id}: {'; '.join(parts)}"
    for feature_id, service in draft.absent.items():
        what = "taken out" if feature_id in draft.removed else "kept as it was"
        yield f"  {feature_id}: not in {service}; {what}"
    for service, keys in draft.unknown.items():
        yield f"  new in {service}, to be added by hand, with a description: {', '.join(sorted(keys))}"
    for feature_id, (service, distance_m) in draft.disputed.items():
        yield f"  {feature_id}: {service} has it {distance_m:,.0f} m away; look which is right"
    for feature_id, names in differences.outdated.items():
        yield f"  {feature_id}: read {', '.join(names)} again, which names a number that has changed"


def _short(value: object) -> str:
    text = f"{value:,}" if isinstance(value, int | float) else str(value)
    return text if len(text) <= VALUE_WIDTH else f"{text[: VALUE_WIDTH - 1]}…"
