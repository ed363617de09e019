"""`twente-atlas load postgres`: layers put into a database, one by one, with what came of each."""

from __future__ import annotations

import click

from geodata import LayerData
from geodata.database.loader import Loaded, Writer
from geodata.errors import DatabaseError
from geodata.large.layer import LargeLayer


def load_layers(layers: list[LayerData | LargeLayer], database: str, schema: str) -> int:
    """Put layers into a database; returns how many could not be.

    Raises
    ------
    DatabaseError
        If the database can't be had at all.
    """
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
