"""`twente-atlas basemap`: makes street tiles and names for the embedded base map, and reports on them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.commands.progress import progress_bar

if TYPE_CHECKING:
    from geodata.basemap_build.street_tiles import StreetTiles

Bbox = tuple[float, float, float, float]


class BboxType(click.ParamType[Bbox]):
    """West, south, east and north in degrees, with commas between them."""

    name = "bbox"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Bbox:
        """Return the four numbers, or fail with what is wrong and an example."""
        example = "give west, south, east and north in degrees, such as 6.0,51.7,8.4,52.8"
        try:
            west, south, east, north = map(float, value.split(","))
        except ValueError:
            self.fail(f"{value!r} is no box; {example}", param, ctx)
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            self.fail(f"{value!r} is no box from west to east and from south to north; {example}", param, ctx)
        return west, south, east, north


@click.command()
@click.option(
    "--bbox",
    type=BboxType(),
    metavar="W,S,E,N",
    show_default="all of the source",
    help="box in degrees: west, south, east, north",
)
@click.option("--vintage", required=True, metavar="TEXT", help="when the data was current, such as 2021-08")
@click.option("--attribution", metavar="TEXT", help="whom to credit for the data  [default: OpenStreetMap]")
@click.option("--license", "license_id", metavar="SPDX", help="licence of the data  [default: ODbL-1.0]")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default="streets.pmtiles",
    metavar="FILE",
    help="file to write",
)
@click.argument("source", type=click.Path(path_type=Path))
def command(
    source: Path,
    bbox: Bbox | None,
    output: Path,
    vintage: str,
    attribution: str | None,
    license_id: str | None,
) -> None:
    """Make street tiles (PMTiles) for the embedded base map out of SOURCE.

    SOURCE is a folder of layers, an OpenStreetMap extract (.osm.pbf), or vector tiles in the OpenMapTiles
    schema (.pmtiles, .mbtiles). Beside the tiles, a file of the same name that ends in .names.parquet gets
    the names of places, streets and waters for the search.
    """
    from geodata.basemap_build.opening import open_street_source
    from geodata.basemap_build.street_source import require_features_in
    from geodata.basemap_build.street_tiles import build_street_tiles

    opened = open_street_source(source)
    _require_writable(output)
    if bbox is not None:
        require_features_in(opened, bbox, str(source))
    metadata = {
        "attribution": attribution or opened.attribution,
        "license": license_id or opened.layers.license,
        "vintage": vintage,
    }
    with progress_bar(output.name) as move:
        built = build_street_tiles(opened, output.resolve(), bbox=bbox, metadata=metadata, on_progress=move)
        move("ready", 1.0)
    click.echo("\n".join(describe(built, output)))


def _require_writable(output: Path) -> None:
    """Fail before the work begins where its result can't be written."""
    folder = output.resolve().parent
    if output.suffix != ".pmtiles":
        raise click.ClickException(f"can't write {output.name}: give it the ending .pmtiles")
    if not folder.is_dir():
        raise click.ClickException(f"there is no folder {output.parent}; make it first")
    if not os.access(folder, os.W_OK):
        raise click.ClickException(f"can't write into {folder}; choose another --output")


def describe(built: StreetTiles, output: Path) -> Iterator[str]:
    """Yield the lines of the report: what went in and out of each layer, and the size of both files."""
    from geodata.basemap_build.names_file import names_path

    for name, count in built.counts.items():
        if count.read:
            reasons = (f"{number:,} {reason}" for reason, number in count.left_out.most_common())
            left_out = "; left out: " + ", ".join(reasons) if count.left_out else ""
            yield f"{name}: {count.read:,} in, {count.drawn:,} out{left_out}"
        else:
            yield f"{name}: the source has none"
    zooms = f"zooms {built.zooms[0]} to {built.zooms[1]}"
    yield (
        f"wrote {output} ({built.size / 1e6:.1f} MB): {built.tiles:,} tiles of {zooms}, "
        f"the largest of {built.largest_tile / 1e3:.0f} kB"
    )
    if built.names:
        path = names_path(output)
        yield f"wrote {path} ({path.stat().st_size / 1e3:,.0f} kB): {built.names:,} names"
    else:
        yield "wrote no names: the source has none"
