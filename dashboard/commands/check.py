"""`twente-atlas check`: holds a catalog and its layers to every rule."""

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
    else:
        for problem in problems:
            click.echo(problem)
        found = {0: "no problem found", 1: "1 problem"}.get(len(problems), f"{len(problems)} problems")
        count = sum(data.count for data in atlas.layers.values())
        click.echo(f"{len(atlas.layers)} layers, {count} features: {found}.")
        report_unbuilt(atlas)
    return 1 if problems else 0
