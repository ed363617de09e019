"""`twente-atlas refresh`: brings layers up to date from the services of their publishers, and reports."""

from __future__ import annotations

import datetime
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.commands.options import catalog_option, layers_argument

if TYPE_CHECKING:
    from geodata.refresh.draft import Differences, Draft
    from geodata.refresh.run import Refreshed

VALUE_WIDTH = 110
OFTEN = 3
"""Number of features with the same change from which the report mentions the change once."""


@click.command()
@catalog_option
@click.option("--dry-run", is_flag=True, help="show what differs, and write nothing")
@click.option("--accept-removals", is_flag=True, help="remove features that a service no longer has")
@click.option(
    "--accept-additions",
    is_flag=True,
    help="add new features of a service, where refresh.toml says enough about them",
)
@click.option("--year", type=int, metavar="YEAR", help="year of the data (default: the newest)")
@layers_argument
def command(
    catalog: Path,
    dry_run: bool,
    accept_removals: bool,
    accept_additions: bool,
    year: int | None,
    layers: Sequence[str],
) -> int:
    """Bring layers up to date from their publishers.

    Without LAYER, all layers of refresh.toml. Exit status 1 if a rule speaks against the new data; then
    nothing is replaced.
    """
    from geodata.errors import UnknownLayerError
    from geodata.refresh.plan import read_plan
    from geodata.refresh.run import refresh
    from geodata.refresh.services.http import Fetcher

    catalog = catalog.resolve()
    plan = read_plan(catalog.parent)
    for layer_id in layers:
        if layer_id not in plan.layers:
            raise UnknownLayerError(layer_id, list(plan.layers))
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # the error reports all retries at once
    today = datetime.date.today()
    result = refresh(
        catalog,
        plan,
        layers or list(plan.layers),
        Fetcher(service.url for service in plan.services.values()),
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
    """Yield the lines of the report."""
    from geodata.refresh.staging import PREVIOUS

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
