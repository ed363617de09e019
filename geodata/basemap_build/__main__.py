"""Run ``python -m geodata.basemap_build SOURCE_FOLDER [OUTPUT_FOLDER]`` to make the base map anew."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from geodata.basemap_build.building import build_basemap
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.writing import write_files

BASEMAP = Path(__file__).parents[1] / "basemap"


def main(arguments: Sequence[str] | None = None) -> str | None:
    """Make the base map; return what went wrong as one line, or None."""
    parser = argparse.ArgumentParser(
        prog="python -m geodata.basemap_build",
        description="Generalize a folder of base_*.geojson into the embedded base map.",
    )
    parser.add_argument("source", type=Path, help="folder of base_*.geojson")
    parser.add_argument("output", type=Path, nargs="?", default=BASEMAP)
    options = parser.parse_args(arguments)
    try:
        # Land beyond is an input that is kept with the result, wherever this one goes.
        files = build_basemap(options.source, BASEMAP / "land_beyond.geojson")
    except BasemapSourceError as error:
        return str(error)
    write_files(files, options.output)
    return None


if __name__ == "__main__":
    sys.exit(main())
