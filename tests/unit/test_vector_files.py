"""Any vector file in any CRS: what may be read, what becomes of it, and what is said where it can't."""

import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata import load_atlas, read_catalog
from geodata.errors import SourceError
from geodata.features.layer_data import LayerData
from geodata.reading.source import open_source
from geodata.reading.vector_file import read_batches
from tests.support.large_catalog import HOUSES

PLACES = {"Enschede": (6.8958, 52.2215), "Münster": (7.6261, 51.9625), "Zwolle": (6.0918, 52.5055)}

WRITERS = {
    "places.geojson": lambda frame, path: frame.to_file(path, driver="GeoJSON"),
    "places.geojsonl": lambda frame, path: frame.to_file(path, driver="GeoJSONSeq"),
    "places.gpkg": lambda frame, path: frame.to_file(path, driver="GPKG", layer="places"),
    "places.fgb": lambda frame, path: frame.to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="NO"),
    "places.shp": lambda frame, path: frame.to_file(path, driver="ESRI Shapefile", encoding="utf-8"),
    "places.parquet": lambda frame, path: frame.to_parquet(path),
}


def places(crs=4326, shapes=None):
    geometry = [shapely.Point(place) for place in PLACES.values()]
    frame = gpd.GeoDataFrame(
        {"name": list(PLACES), "year": [1325, 793, 1230], "use": ["home", "shop", "home"]},
        geometry=geometry,
        crs=4326,
    ).to_crs(crs)
    return frame if shapes is None else frame.set_geometry(shapes, crs=crs)


@pytest.fixture
def layer_of(small):
    """Return the layer of houses and its folder, for a file."""

    def read(file, **changes):
        toml = HOUSES.replace("houses.fgb", file)
        for name, value in changes.items():
            toml = toml.replace('title = "Houses"', f'title = "Houses"\n{name} = {json.dumps(value)}')
        small.toml += toml
        catalog = read_catalog(small.write())
        return catalog.catalog.layers["houses"], catalog.folder

    return read


def read_all(layer, folder):
    batches = list(read_batches(open_source(layer, folder)))
    return np.concatenate([batch.geometries for batch in batches]), [
        row for batch in batches for row in batch.table.to_pylist()
    ]


@pytest.mark.parametrize("file", WRITERS)
@pytest.mark.parametrize("crs", [4326, 28992, 25832], ids=lambda crs: f"EPSG:{crs}")
def test_every_format_in_every_crs_gives_the_same_places(layer_of, tmp_path, file, crs):
    if file.endswith((".geojson", ".geojsonl")) and crs != 4326:
        pytest.skip("GDAL writes GeoJSON in WGS 84 only")
    layer, folder = layer_of(file)
    WRITERS[file](places(crs), folder / file)
    geometries, rows = read_all(layer, folder)
    assert [row["name"] for row in rows] == list(PLACES)
    assert [row["year"] for row in rows] == [1325, 793, 1230]
    # Between national grids and WGS 84 the best transformation without grid files is off by decimetres.
    assert shapely.get_coordinates(geometries) == pytest.approx(np.array(list(PLACES.values())), abs=2e-5)


def test_a_shapefile_in_a_zip_is_read_as_it_is(layer_of, tmp_path):
    layer, folder = layer_of("places.shp.zip")
    WRITERS["places.shp"](places(28992), tmp_path / "places.shp")
    with zipfile.ZipFile(folder / "places.shp.zip", "w") as archive:
        for ending in ("shp", "shx", "dbf", "prj", "cpg"):
            archive.write(tmp_path / f"places.{ending}", f"places.{ending}")
    assert [row["name"] for row in read_all(layer, folder)[1]] == list(PLACES)


@pytest.mark.parametrize("file", [name for name in WRITERS if not name.endswith(".geojson")])
def test_a_small_file_of_another_format_is_a_layer_like_any_other(layer_of, small, file):
    _, folder = layer_of(file)
    WRITERS[file](places(), folder / file)
    atlas = load_atlas(folder / "catalog.toml")
    assert isinstance(atlas.layers["houses"], LayerData)
    assert [problem for problem in atlas.problems if problem.layer == "houses"] == []
    feature = atlas.feature("houses.2")
    assert feature.properties["name"] == "Münster"
    assert json.loads(atlas.layers["houses"].content)["features"][1]["id"] == "2"


def said_of(layer, folder):
    with pytest.raises(SourceError) as caught:
        list(read_batches(open_source(layer, folder)))
    return str(caught.value)


def test_a_file_without_a_crs_says_what_to_add_and_the_catalog_can(layer_of, tmp_path):
    layer, folder = layer_of("places.shp")
    WRITERS["places.shp"](places(28992), folder / "places.shp")
    (folder / "places.prj").unlink()
    said = said_of(layer, folder)
    assert "places.shp" in said
    assert "states no CRS" in said
    assert 'crs = "EPSG:28992"' in said
    stated = layer.model_copy(update={"crs": "EPSG:28992"})
    lonlat = shapely.get_coordinates(read_all(stated, folder)[0])
    assert lonlat == pytest.approx(np.array(list(PLACES.values())), abs=2e-5)


def test_an_unknown_crs_is_reported(layer_of):
    layer, folder = layer_of("places.fgb", crs="EPSG:1")
    WRITERS["places.fgb"](places(), folder / "places.fgb")
    assert "refers to unknown CRS 'EPSG:1'" in said_of(layer, folder)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("places.gpkg", b"", "is empty"),
        ("places.gpkg", b"SQLite format 3\0 and no more", "is a damaged GeoPackage"),
        ("places.fgb", b"fgb\x03fgb\x00" + b"\xff" * 100, "holds no features with a geometry"),
        ("places.parquet", b"PAR1 and no more", "can't be read as GeoParquet"),
        ("places.geojson", b'{"type": "FeatureCollection", "features": [', "can't be read as GeoJSON"),
        ("places.fgb", b'{"type": "FeatureCollection", "features": []}', "is not FlatGeobuf"),
        ("places.gpkg", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "is not GeoPackage"),
        ("places.vrt", b"<OGRVRTDataSource/>", "has an unknown file extension"),
    ],
)
def test_a_file_that_can_not_be_read_says_why(layer_of, file, content, words):
    layer, folder = layer_of(file)
    (folder / file).write_bytes(content)
    said = said_of(layer, folder)
    assert file in said
    assert words in said


@pytest.mark.parametrize("file", [name for name in WRITERS if name != "places.shp"])
def test_a_truncated_file_is_an_error(layer_of, file):
    layer, folder = layer_of(file)
    frame = places().loc[np.repeat([0, 1, 2], 2000)]
    WRITERS[file](frame, folder / file)
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[: len(content) * 2 // 3])
    assert file in said_of(layer, folder)


def test_rows_without_a_shape_in_a_truncated_shapefile_are_counted(layer_of):
    _, folder = layer_of("places.shp")
    WRITERS["places.shp"](places(), folder / "places.shp")
    content = (folder / "places.shp").read_bytes()
    (folder / "places.shp").write_bytes(content[:-28])
    said = [str(problem) for problem in load_atlas(folder / "catalog.toml").problems]
    assert any("leaves out 1 feature of 3 in places.shp: it has no geometry" in line for line in said), said


def test_one_of_several_tables_must_be_named(layer_of):
    layer, folder = layer_of("places.gpkg")
    for table in ("old", "new"):
        places().to_file(folder / "places.gpkg", driver="GPKG", layer=table)
    assert "has the tables `old`, `new`. Name one of them with `table`." in said_of(layer, folder)
    assert read_all(layer.model_copy(update={"table": "new"}), folder)[1]


def test_features_that_can_not_be_drawn_are_left_out_with_the_reason(layer_of):
    _, folder = layer_of("places.gpkg")
    shapes = [None, shapely.Point(400, 52), shapely.LineString([(6, 52), (7, 52)])]
    places(shapes=shapes).to_file(
        folder / "places.gpkg", driver="GPKG", layer="places", geometry_type="Unknown"
    )
    atlas = load_atlas(folder / "catalog.toml")
    said = [str(problem) for problem in atlas.problems if problem.layer == "houses"]
    assert len(said) == 3, said
    assert any("it has no geometry" in line for line in said)
    assert any("outside ±180" in line for line in said)
    assert any("it is a LineString, where the catalog claims Point" in line for line in said)
    assert atlas.layers["towns"].count == 2, "the others stand"


@pytest.mark.parametrize("file", WRITERS)
def test_features_without_a_shape_are_read_from_every_format(layer_of, file):
    layer, folder = layer_of(file)
    WRITERS[file](places(shapes=[None, shapely.Point(6.9, 52.2), None]), folder / file)
    geometries, rows = read_all(layer, folder)
    assert list(shapely.is_missing(geometries)) == [True, False, True]
    assert [row["name"] for row in rows] == list(PLACES)
