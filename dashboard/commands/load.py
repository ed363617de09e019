"""`twente-atlas load postgres`: puts layers into a database, and reports on each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.commands.atlas import load_and_report, problem_of, report_unbuilt
from dashboard.commands.options import catalog_option, layers_argument
from geodata.errors import DatabaseError

if TYPE_CHECKING:
    from geodata import Atlas, LayerData
    from geodata.database.loader import Loaded
    from geodata.large.layer import LargeLayer


@click.group(no_args_is_help=False)
def command() -> None:
    """Put layers into a database."""


@command.command()
@catalog_option
@click.option("--database", default="main", metavar="NAME", help="name of the connection")
@click.option("--schema", default="public", metavar="NAME", help="schema of the tables")
@layers_argument
def postgres(catalog: Path, database: str, schema: str, layers: Sequence[str]) -> int:
    """Put layers into PostGIS; without LAYER, all layers that are in files."""
    atlas = load_and_report(catalog)
    available: dict[str, LayerData | LargeLayer] = {**atlas.in_memory, **atlas.large}
    in_files = {layer_id: data for layer_id, data in available.items() if data.layer.database is None}
    for layer_id in layers:
        if layer_id not in in_files:
            raise click.ClickException(_why_not_loaded(atlas, layer_id, in_files))
    report_unbuilt(atlas)
    failed = load_layers([in_files[layer_id] for layer_id in layers or in_files], database, schema)
    return 1 if failed else 0


def _why_not_loaded(atlas: Atlas, layer_id: str, in_files: Iterable[str]) -> str:
    if layer_id in atlas.waiting:
        return f"{layer_id} is large, and not built yet: `twente-atlas build {layer_id}` builds it"
    layer = atlas.catalog.layers.get(layer_id)
    if layer is not None and layer.database is not None:
        return f"{layer_id} is in a database already"
    problem = problem_of(atlas, layer_id)
    return problem or f"there is no layer `{layer_id}`; there are {', '.join(in_files)}"


def load_layers(layers: Sequence[LayerData | LargeLayer], database: str, schema: str) -> int:
    """Put layers into a database; returns how many could not be loaded.

    Raises `DatabaseError` if the database does not answer.
    """
    from geodata.database.loader import Writer

    failed = 0
    with Writer(database, schema) as writer:
        for data in layers:
            try:
                click.echo(_describe(data, writer.load(data)))
            except DatabaseError as error:
                click.echo(f"twente-atlas: {data.layer.id} {error}", err=True)
                failed += 1
                if error.is_passing:
                    raise
    return failed


def _describe(data: LayerData | LargeLayer, loaded: Loaded) -> str:
    slow = "" if loaded.has_word_index else " (names without an index: the database has no pg_trgm)"
    return f"{data.layer.id}: {loaded.count:,} features in {loaded.table}{slow}"
