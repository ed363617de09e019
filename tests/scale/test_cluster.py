"""The build on a Dask cluster of two real workers: the same as the local one, whatever happens to them."""

import json
import signal
import sqlite3
import sys
from dataclasses import asdict
from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from distributed import Client, KilledWorker
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid

from dashboard.cli import main
from geodata.cluster import client as connecting
from geodata.cluster.build import build_layer_on_cluster
from geodata.cluster.partitions import choose_partitions, find_partitions
from geodata.errors import BuildError
from geodata.large import tippecanoe as tiling
from geodata.large.build import build_layer
from geodata.large.built_layer import find_build
from geodata.large.density_grid import WORLD_BITS, to_degrees, to_world
from geodata.large.progress import CUTTING, READING
from tests.support.dask_cluster import Cluster
from tests.support.large_catalog import layer_of, left_in, write_large_catalog
from tests.support.waiting import wait_for

SHAPES = ["Point", "LineString", "Polygon"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.stop()


@pytest.fixture
def cluster(running):
    return running.fill()


@pytest.fixture
def catalog(tmp_path, monkeypatch):
    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "catalog"
    folder.mkdir()
    return write_large_catalog(folder)


def mixed_shapes(count=2000):
    """Return points, lines and areas, many of them across the edges of tiles, and some that are wrong."""
    lot = np.random.default_rng(3)
    shapes = []
    for number, (x, y) in enumerate(lot.normal([6.5, 52.45], 0.05, (count, 2))):
        bow_tie = [(x, y), (x + 0.01, y + 0.01), (x + 0.01, y), (x, y + 0.01), (x, y)]
        line = lot.normal(0, 0.01, (20, 2)).cumsum(axis=0) + np.array([x, y])
        circle = shapely.Point(x, y).buffer(abs(lot.normal(0, 0.005)) + 1e-4)
        kinds = [shapely.Point(x, y), shapely.LineString(line), circle, shapely.Polygon(bow_tie)]
        shapes.append(kinds[number % 4])
    shapes[5:7] = [shapely.LineString([(3, 51), (9, 54)]), shapely.box(6.3, 52.3, 6.6, 52.5)]
    shapes[count - 1] = shapely.LineString([(6, 52), (6, 52)])
    numbers = np.arange(count)
    names = [None if number % 7 == 0 else f"Thing {number}" for number in numbers]
    use = np.where(numbers % 3 == 0, "home", "shop")
    return gpd.GeoDataFrame(
        {"name": names, "year": 1900 + numbers % 99, "use": use}, geometry=shapes, crs=4326
    )


def write_mixed(path):
    frame = mixed_shapes()
    if path.suffix == ".parquet":
        frame.to_parquet(path, row_group_size=700)
    elif path.suffix == ".gpkg":
        frame.to_crs(28992).to_file(path, geometry_type="Unknown")
        with sqlite3.connect(path) as database:  # numbers are counted, whatever the file's own are
            for name in ("IsEmpty", "MinX", "MaxX", "MinY", "MaxY"):
                database.create_function(f"ST_{name}", 1, lambda _: 0)
            database.execute("DELETE FROM mixed WHERE fid BETWEEN 100 AND 120")
    else:
        frame[frame.geom_type == "Polygon"].to_file(path)


def tiles_of(large, name):
    with (large.folder / f"{name}.pmtiles").open("rb") as file:
        return dict(all_tiles(MmapSource(file)))


def described(large):
    with (large.folder / "detail.pmtiles").open("rb") as file:
        return Reader(MmapSource(file)).metadata()["vector_layers"]


def rows_of(large):
    """Return all rows of all tables; the time of the build, which is one of them, is left out."""
    with sqlite3.connect(large.folder / "features.gpkg") as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        database.execute("UPDATE gpkg_contents SET last_change = ''")
        select = 'SELECT * FROM "{}"'
        rows = {name: database.execute(select.format(name)).fetchall() for name in tables if name != "search"}
        database.rollback()
    return rows


def assert_same(built, local):
    """Hold a build against the local one: report, every tile byte by byte, every row of the index."""
    reports = []
    for report in (built.report, local.report):
        # The metadata of an archive differ, and so does its size.
        of_its_own = {"built": "", "seconds": 0, "parts": sorted(report.parts)}
        reports.append(json.dumps(asdict(report) | of_its_own))
    assert reports[0] == reports[1]
    assert built.key == local.key
    for name in ("counts", "detail"):
        assert tiles_of(built, name) == tiles_of(local, name)
    assert described(built) == described(local)
    assert rows_of(built) == rows_of(local)
    assert left_in(built.folder) == left_in(local.folder)


@pytest.mark.parametrize("ending", ["gpkg", "parquet", "shp"])
def test_a_cluster_builds_what_one_machine_builds(catalog, cluster, tmp_path, monkeypatch, ending):
    monkeypatch.setattr(tiling, "MAX_PER_TILE", 100)  # so that few features make many parts of the map
    layer, folder = layer_of(catalog)
    write_mixed(folder / f"mixed.{ending}")
    layer = layer.model_copy(update={"file": f"mixed.{ending}", "geometry_types": SHAPES})
    steps = []
    local = build_layer(layer, folder, tmp_path / "local")
    built = build_layer_on_cluster(
        layer, folder, tmp_path / "built", lambda step, _: steps.append(step), address=cluster.address
    )
    assert_same(built, local)
    assert local.report.repaired["self-intersection"] > 400
    assert len(tiles_of(local, "detail")) > 50
    assert steps.count(CUTTING) == 4, "one for each part of the map"
    assert left_in(tmp_path / "built") == [built.folder.name]


@pytest.mark.parametrize("step", [READING, CUTTING])
def test_a_worker_that_is_killed_halfway_changes_nothing(catalog, cluster, tmp_path, step):
    layer, folder = layer_of(catalog)
    local = build_layer(layer, folder, tmp_path / "local")
    steps = []

    def kill(now, part):
        steps.append(now)
        if now == step and part > 0 and cluster.workers[0].poll() is None:
            cluster.workers[0].send_signal(signal.SIGKILL)
            cluster.workers[0].wait()

    built = build_layer_on_cluster(layer, folder, tmp_path / "built", kill, address=cluster.address)
    assert cluster.workers[0].returncode == -signal.SIGKILL
    assert steps.count(step) > 2, "it was killed before the step was done"
    assert_same(built, local)
    assert left_in(tmp_path / "built") == [built.folder.name]


def test_a_missing_worker_or_lost_scheduler_is_one_sentence_and_leaves_no_files(
    catalog, tmp_path, monkeypatch
):
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 2)
    layer, folder = layer_of(catalog)
    cluster = Cluster(tmp_path)

    def kill(step, part):
        if step == READING and part > 0 and cluster.scheduler.poll() is None:
            cluster.scheduler.kill()
            cluster.scheduler.wait()

    try:
        with pytest.raises(BuildError, match=r"has no worker. Start one with `dask worker tcp://"):
            build_layer_on_cluster(layer, folder, tmp_path / "built", address=cluster.address)
        cluster.fill()
        monkeypatch.setattr(connecting, "CONNECT_SECONDS", 5)
        with pytest.raises(
            BuildError, match=r"scheduler at tcp://\S+ went away; nothing of this build is kept"
        ):
            build_layer_on_cluster(layer, folder, tmp_path / "built", kill, address=cluster.address)
    finally:
        cluster.stop()
    assert left_in(tmp_path / "built") == []


@pytest.mark.parametrize("step", [READING, CUTTING])
def test_an_interrupted_build_leaves_nothing_and_the_cluster_as_it_was(catalog, cluster, tmp_path, step):
    def interrupt(now, part):
        if now == step:
            raise KeyboardInterrupt

    layer, folder = layer_of(catalog)
    with pytest.raises(KeyboardInterrupt):
        build_layer_on_cluster(layer, folder, tmp_path / "built", interrupt, address=cluster.address)
    assert left_in(tmp_path / "built") == []
    with Client(cluster.address, set_as_default=False) as client:
        assert len(client.nthreads()) == 2
        wait_for(lambda: not any(client.processing().values()))


def test_the_command_reports_a_build_on_a_cluster_like_a_local_one(catalog, cluster, capsys):
    command = ["build", "--catalog", str(catalog)]
    assert main([*command, "--dask", cluster.address]) == 0
    on_cluster = capsys.readouterr().out.splitlines()
    assert on_cluster[0].startswith("houses: 12,000 of 12,000 features of houses.fgb")
    assert main([*command, "--force"]) == 0
    assert capsys.readouterr().out.splitlines()[:-1] == on_cluster[:-1]


def test_a_worker_reports_a_truncated_file_like_a_local_build(catalog, cluster, tmp_path):
    layer, folder = layer_of(catalog)
    path = folder / layer.path
    path.write_bytes(path.read_bytes()[:1_000_000])
    said = []
    for build in (build_layer, partial(build_layer_on_cluster, address=cluster.address)):
        with pytest.raises(BuildError, match=r"houses.fgb ends after") as caught:
            build(layer, folder, tmp_path / "built")
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_a_missing_scheduler_or_dask_is_reported_in_one_line(catalog, monkeypatch, capsys):
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 1)

    def failure(address):
        assert main(["build", "--catalog", str(catalog), "--dask", address]) == 1
        [line] = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("houses")]
        return line

    assert "there is no Dask scheduler at tcp://127.0.0.1:9: " in failure("tcp://127.0.0.1:9")
    assert "127.0.0.1:9 is no address of a Dask scheduler. Give one such as" in failure("127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "needs Dask, and distributed is not installed" in failure("tcp://127.0.0.1:9")
    layer, folder = layer_of(catalog)
    assert find_build(layer, folder) is None


def test_a_format_that_can_not_be_read_in_parts_is_refused(catalog, tmp_path):
    layer, folder = layer_of(catalog)
    mixed_shapes(100).to_file(folder / "mixed.geojson")
    layer = layer.model_copy(update={"file": "mixed.geojson", "geometry_types": SHAPES})
    with pytest.raises(BuildError, match=r"is GeoJSON, which only one machine .* Convert it to GeoParquet"):
        build_layer_on_cluster(layer, folder, tmp_path / "built", address="tcp://127.0.0.1:9")


def what_no_worker_has(*_):
    """Stand for a module that is here alone, as the tests are."""
    return {}


def test_workers_with_other_versions_or_files_are_refused(catalog, cluster, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(connecting, "BUILD_VERSION", 99)
        with pytest.raises(BuildError, match=r"worker tcp://\S+ has builds of version \d+, where here is 99"):
            build_layer_on_cluster(*layer_of(catalog), tmp_path / "built", address=cluster.address)
    with monkeypatch.context() as patch:
        patch.setattr(connecting, "probe", what_no_worker_has)
        with pytest.raises(BuildError, match=r"can't be used: .*No module named .* Install on it what is"):
            build_layer_on_cluster(*layer_of(catalog), tmp_path / "built", address=cluster.address)
    monkeypatch.setattr(connecting, "stat_source", lambda path: [["houses.fgb", 1, 1]])
    with pytest.raises(BuildError, match=r"has another \S+houses.fgb. .* under the same paths"):
        build_layer_on_cluster(*layer_of(catalog), tmp_path / "built", address=cluster.address)


def test_a_part_that_crashes_every_worker_ends_the_build():
    def die():
        raise KilledWorker("read_part", SimpleNamespace(address="tcp://10.0.0.2:4000"), 3)

    with pytest.raises(BuildError, match=r"4 workers ended .* the last of them tcp://10.0.0.2:4000"):
        connecting.result_of(SimpleNamespace(result=die), "tcp://10.0.0.1:8786")


def test_partitions_cover_the_world_once_and_hold_about_as_many_features():
    lot = np.random.default_rng(1)
    world = to_world(*lot.normal([6.5, 52.45], 0.5, (20_000, 2)).T)
    partitions = choose_partitions(world, 10, 8)
    assert len(partitions) == 8
    assert partitions[0].start == 0
    assert partitions[-1].stop == 4**10
    assert all(one.stop == other.start for one, other in pairwise(partitions))
    lon, lat = to_degrees(*world.T)
    places, owners = find_partitions(np.column_stack([lon, lat, lon, lat]), partitions)
    assert set(places.tolist()) == set(range(len(world)))
    assert all(1500 < count < 4500 for count in np.bincount(owners, minlength=8).tolist())
    for x, y in (world[::500] >> WORLD_BITS - 12).tolist():
        assert sum(partition.has(zxy_to_tileid(12, x, y)) for partition in partitions) == 1


def test_a_shape_is_drawn_in_every_partition_that_it_reaches_into():
    world = to_world(*np.random.default_rng(1).normal([6.5, 52.45], 0.5, (20_000, 2)).T)
    partitions = choose_partitions(world, 10, 8)
    everywhere, across_180 = [-180, -85, 180, 85], [179.999, 10, 180, 10.001]
    places, owners = find_partitions(np.array([everywhere, across_180], float), partitions)
    assert owners[places == 0].tolist() == list(range(8))
    assert owners[places == 1].tolist() == [0, 7]
