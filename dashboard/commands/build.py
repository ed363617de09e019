"""`twente-atlas build`: large layers made ready ahead of time, with how far it is and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

import click

from geodata import Atlas
from geodata.errors import BuildError
from geodata.large.build import build_layer
from geodata.large.layer import BuiltLayer
from geodata.large.progress import Progress

BAR_STEPS = 1000


def build_layers(atlas: Atlas, layer_ids: list[str], *, force: bool, cluster: str | None = None) -> int:
    """Build layers one after the other; returns how many could not be built.

    Progress and failures go to standard error, the report on each layer to standard output. `cluster` is the
    address of a Dask scheduler, where the work is not to be done here.
    """
    failed = 0
    for layer_id in layer_ids:
        try:
            large = _build(atlas, layer_id, force, cluster)
        except BuildError as error:
            click.echo(f"twente-atlas: {error}", err=True)
            failed += 1
        else:
            click.echo("\n".join(describe_build(large)))
    return failed


def _build(atlas: Atlas, layer_id: str, force: bool, cluster: str | None) -> BuiltLayer:
    layer = atlas.catalog.layers[layer_id]
    build = build_layer
    if cluster is not None:
        from geodata.cluster.build import build_layer_on_cluster  # Dask need not be installed

        build = partial(build_layer_on_cluster, address=cluster)
    if not sys.stderr.isatty():
        return build(layer, atlas.folder, on_progress=_print_steps(layer_id), force=force)
    with click.progressbar(length=BAR_STEPS, label=layer_id, file=sys.stderr) as bar:

        def move(step: str, part: float) -> None:
            bar.label = f"{layer_id}: {step}"
            bar.update(int(part * BAR_STEPS) - bar.pos)

        large = build(layer, atlas.folder, on_progress=move, force=force)
        move("ready", 1.0)
    return large


def _print_steps(layer_id: str) -> Progress:
    """Return what prints each step once, for logs."""
    seen: set[str] = set()

    def tell(step: str, _: float) -> None:
        if step not in seen:
            seen.add(step)
            click.echo(f"{layer_id}: {step}", err=True)

    return tell


def describe_build(large: BuiltLayer) -> Iterator[str]:
    """Yield the lines of the report on a build: what came in, what went out, and what became of the rest."""
    report = large.report
    size = sum(part.stat().st_size for part in large.folder.iterdir())
    yield (
        f"{large.layer.id}: {report.count:,} of {report.count_in:,} features of {large.layer.path}, "
        f"each in its own shape from zoom {report.detail_zoom} on"
    )
    for verb, counts in (("repaired", report.repaired), ("left out", report.left_out)):
        for reason, count in counts.items():
            yield f"  {verb}: {count:,} × {reason}"
    yield f"  built in {report.seconds:.0f} s: {size / 1e6:,.1f} MB in {large.folder}"
