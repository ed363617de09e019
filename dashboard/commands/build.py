"""`twente-atlas build`: builds large layers ahead of time, and reports on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.commands.atlas import problem_of
from dashboard.commands.options import catalog_option, layers_argument
from dashboard.commands.progress import progress_bar
from geodata.errors import BuildError

if TYPE_CHECKING:
    from geodata import Atlas
    from geodata.large.built_layer import BuiltLayer


@click.command()
@catalog_option
@click.option("--force", is_flag=True, help="build again what is built already")
@click.option(
    "--dask", "cluster", metavar="ADDRESS", help="Dask scheduler whose workers build: tcp://HOST:PORT"
)
@layers_argument
def command(catalog: Path, force: bool, cluster: str | None, layers: Sequence[str]) -> int:
    """Build large layers ahead of time; without LAYER, all."""
    from geodata import load_atlas

    atlas = load_atlas(catalog)
    large = [
        layer_id
        for layer_id, layer in atlas.catalog.layers.items()
        if (layer_id in atlas.large or layer_id in atlas.waiting) and layer.database is None
    ]
    for layer_id in layers:
        if layer_id not in large:
            raise click.ClickException(_why_not_built(atlas, layer_id, large))
    if not large:
        click.echo("No layer is large: nothing to build.")
    failed = build_layers(atlas, layers or large, force=force, cluster=cluster)
    return 1 if failed else 0


def _why_not_built(atlas: Atlas, layer_id: str, large: Sequence[str]) -> str:
    if layer_id in atlas.large:
        return f"{layer_id} is in a database, which makes its tiles when they are asked for"
    if layer_id in atlas.in_memory:
        return f"{layer_id} is small: it is shown as it is, and needs no build"
    problem = problem_of(atlas, layer_id)
    return problem or f"there is no layer `{layer_id}`; large ones are: {', '.join(large) or 'none'}"


def build_layers(atlas: Atlas, layer_ids: Sequence[str], *, force: bool, cluster: str | None = None) -> int:
    """Build layers one after the other; returns how many could not be built.

    Progress and failures go to standard error, the report on each layer to standard output.
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
    from geodata.large.build import build_layer

    layer = atlas.catalog.layers[layer_id]
    build = build_layer
    if cluster is not None:
        from geodata.cluster.build import build_layer_on_cluster  # Dask need not be installed

        build = partial(build_layer_on_cluster, address=cluster)
    with progress_bar(layer_id) as move:
        large = build(layer, atlas.folder, on_progress=move, force=force)
        move("ready", 1.0)
    return large


def describe_build(large: BuiltLayer) -> Iterator[str]:
    """Yield the lines of the report on a build: features read, built, repaired and left out."""
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
