"""`twente-atlas layers`: lists the layers."""

import json
from pathlib import Path

import click

from dashboard.commands.atlas import report_unbuilt
from dashboard.commands.options import catalog_option, json_option


@click.command()
@catalog_option
@json_option
def command(catalog: Path, as_json: bool) -> None:
    """List the layers; as JSON with the evidence for each."""
    from geodata import load_atlas
    from geodata.atlas.evidence import evidence_card

    atlas = load_atlas(catalog)
    if as_json:
        click.echo(
            json.dumps([evidence_card(data) for data in atlas.layers.values()], indent=2, ensure_ascii=False)
        )
        return
    rows = [("LAYER", "FEATURES", "LICENCE", "VINTAGE")] + [
        (data.layer.id, str(data.count), data.layer.license.name, data.layer.vintage)
        for data in atlas.layers.values()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for layer_id, count, license_name, vintage in rows:
        click.echo(f"{layer_id:<{widths[0]}}  {count:>{widths[1]}}  {license_name:<{widths[2]}}  {vintage}")
    report_unbuilt(atlas)
