"""Run `python -m geodata.basemap_build SOURCE_FOLDER [OUTPUT_FOLDER]` to make the base map."""

from pathlib import Path

import click

from geodata.basemap_build.building import build_basemap
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.writing import write_files

BASEMAP = Path(__file__).parents[1] / "basemap"


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path), default=BASEMAP)
def main(source: Path, output: Path) -> None:
    """Generalize the base_*.geojson in the folder SOURCE into the embedded base map."""
    try:
        # The land beyond is a source that is kept beside the shipped base map.
        files = build_basemap(source, BASEMAP / "land_beyond.geojson")
    except BasemapSourceError as error:
        raise click.ClickException(str(error)) from None
    write_files(files, output)


if __name__ == "__main__":
    main()
