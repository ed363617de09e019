"""`twente-atlas check`: holds a catalog and its layers to every rule."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dashboard.commands.atlas import report_unbuilt
from dashboard.commands.options import catalog_option, json_option


@click.command()
@catalog_option
@json_option
def command(catalog: Path, as_json: bool) -> int:
    """Hold the catalog and its layers to every rule.

    Exit status 1 if one is broken.
    """
    from geodata import check_atlas, load_atlas

    atlas = load_atlas(catalog)
    problems = check_atlas(atlas)
    if as_json:
        click.echo(json.dumps([problem.to_dict() for problem in problems], indent=2, ensure_ascii=False))
        return 1 if problems else 0
    for problem in problems:
        click.echo(problem)
    count = len(problems)
    click.echo(
        f"{len(atlas.layers)} layers, {sum(data.count for data in atlas.layers.values())} features: "
        + ("no problem found." if count == 0 else f"{count} problem{'s' if count > 1 else ''}.")
    )
    report_unbuilt(atlas)
    return 1 if problems else 0
