"""Run `python -m geodata.crossings SOURCE BORDER OUTPUT` to make the layer of border crossings."""

from pathlib import Path

import click
import geopandas as gpd
import pandas as pd

from geodata.crossings.finding import AROUND_M, find_crossings, nearest_names
from geodata.crossings.layer import KINDS, RAILWAYS, to_features, to_text
from geodata.features.layer_data import MEASURING_CRS

PLACES_WITHIN_M = 30_000


@click.command()
@click.argument("folder", metavar="SOURCE", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("border", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--source", default="OpenStreetMap, August 2021 (way); computed with the border of this atlas")
@click.option("--accuracy", default=250, show_default=True, help="Accuracy of the points, in m.")
def main(folder: Path, border: Path, output: Path, source: str, accuracy: int) -> None:
    """Find where the roads and railways in the folder SOURCE cross the first line of the file BORDER.

    SOURCE has GeoJSON lines in gzip, as for the street tiles, and `places.csv`.
    """
    lines = gpd.read_file(border).to_crs(MEASURING_CRS)
    line = lines.geometry.iloc[0]
    box = tuple(lines.iloc[:1].buffer(AROUND_M).to_crs(4326).total_bounds)
    table = pd.read_csv(folder / "places.csv")
    places = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table.lon, table.lat), crs=4326).to_crs(
        MEASURING_CRS
    )
    places = places[places.distance(line) < PLACES_WITHIN_M]
    files = {entry["file"] for entry in KINDS.values()}
    found = []
    for group in (sorted(files - {RAILWAYS}), [RAILWAYS]):
        ways = pd.concat([_read(folder / f"{name}.geojsonl.gz", box) for name in group], ignore_index=True)
        ranks = [way for entry in KINDS.values() if entry["file"] in group for way in entry["ways"]]
        crossings = find_crossings(ways.reindex(columns=["kind", "ref", "name", "geometry"]), line, ranks)
        crossings["left"], crossings["right"] = nearest_names(crossings, line, places)
        found += to_features(crossings.to_crs(4326), source, accuracy)
    output.write_text(to_text(output.stem, found), encoding="utf-8", newline="\n")
    click.echo(f"{output}: {len(found)} crossings")


def _read(path: Path, box: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    ways = gpd.read_file(f"/vsigzip/{path.resolve()}", driver="GeoJSONSeq", bbox=box)
    return ways.to_crs(MEASURING_CRS)


if __name__ == "__main__":
    main()
