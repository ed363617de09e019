"""Run `python -m geodata.basemap_build SOURCE_FOLDER [OUTPUT_FILE]` to make the overview of the base map."""

from pathlib import Path

import click

from geodata.basemap_build.building import build_overview_file
from geodata.basemap_build.sources import BasemapSourceError

BASEMAP = Path(__file__).parents[1] / "basemap"


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path), default=BASEMAP / "overview.geojson")
def main(source: Path, output: Path) -> None:
    """Generalize the base_*.geojson in the folder SOURCE into the overview of the base map."""
    try:
        # The land beyond is a source that is kept beside the shipped base map.
        text = build_overview_file(source, BASEMAP / "land_beyond.geojson")
    except BasemapSourceError as error:
        raise click.ClickException(str(error)) from None
    output.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
