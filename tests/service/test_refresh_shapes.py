"""Refreshed outlines, corridors along tracks, and stations on them."""

from __future__ import annotations

import itertools
import json
import re
import statistics

import pytest
import shapely
import shapely.ops

from geodata import check_atlas, load_atlas
from geodata.errors import RefreshError
from geodata.spatial.measuring import area_km2, length_km
from tests.support.region import GEODATA


def test_an_outline_is_joined_of_both_countries_and_the_border_is_where_one_ends(region):
    here = region.publishers
    before = {
        name: load_atlas(region.folder / "catalog.toml").layers[name].geometries
        for name in ("euroregion", "border")
    }
    result = region.refresh("euroregion", "border")
    assert result.problems == []
    after = load_atlas(region.folder / "catalog.toml")
    outline, border = (
        after.layers["euroregion"].geometries["euregio"],
        after.layers["border"].geometries["nl_de"],
    )
    assert (outline.geom_type, len(outline.interiors), border.geom_type) == ("Polygon", 0, "LineString")
    members = shapely.union_all(
        [shape for code, shape in here.areas.items() if code != "GM0001"]
        + list(after.layers["municipalities"].geometries.values())
    )
    assert area_km2(outline.symmetric_difference(members)) < 0.005 * area_km2(members)
    assert length_km(border) == pytest.approx(length_km(before["border"]["nl_de"]), rel=0.005)
    assert border.coords[0] == pytest.approx(before["border"]["nl_de"].coords[0], abs=0.01), "the same way"
    properties = after.layers["border"].properties["nl_de"]
    assert properties["length_km"] == round(length_km(border), 1)
    assert properties["length_along_twente_km"] == 84
    layer = after.catalog.layers["euroregion"]
    assert layer.vintage == "2022-05-15 to 2026-01-01"
    assert "© GeoBasis-DE / BKG 2026 (data edited)" in layer.attribution
    assert layer.sources[1].vintage == "2026-01-01"
    assert after.catalog.layers["border"].method.startswith(
        "The outer edge of the Dutch municipalities of the"
    )
    untranslated = "\n".join(map(str, result.untranslated))
    assert "border.method" in untranslated, "a person has to translate it"
    assert "attribution" not in untranslated, "what is the same in Dutch stays the same"


def test_a_gap_between_countries_is_closed_and_one_into_the_area_is_not(region):
    """As the two countries' versions of their border differ by up to 216 m."""
    here = region.publishers
    for item in here.districts:
        shape = shapely.from_geojson(json.dumps(item["geometry"]))
        border = load_atlas(GEODATA / "catalog.toml").layers["border"].geometries["nl_de"]
        item["geometry"] = json.loads(shapely.to_geojson(shape.difference(border.buffer(0.001))))
    region.refresh("euroregion")
    outline = load_atlas(region.folder / "catalog.toml").layers["euroregion"].geometries["euregio"]
    assert len(outline.interiors) == 0
    assert outline.contains(shapely.Point(7.0, 52.23)), "on the German side of the border, within the gap"


ALMELO_HARDENBERG = "almelo_hardenberg"


def lay(region, change, corridor=ALMELO_HARDENBERG):
    """Have OpenStreetMap other tracks for a corridor: lines, or lines with tags."""
    tracks = region.publishers.tracks
    keys = list(load_atlas(region.folder / "catalog.toml").layers["rail_corridors"].geometries)
    laid = change(tracks[keys.index(corridor)][0])
    tracks[keys.index(corridor)], *others = [
        track if isinstance(track, tuple) else (track, {"usage": "branch"}) for track in laid
    ]
    tracks += others


def shifted(line, north=0.0, east=0.0):
    return [(lon + east, lat + north) for lon, lat in line]


def test_corridors_are_drawn_along_tracks_and_measured_anew_from_stop_to_stop(region):
    region.publishers.tracks[:] = [(shifted(line, 0.0003), tags) for line, tags in region.publishers.tracks]
    before = region.feature("rail_corridors", ALMELO_HARDENBERG)
    result = region.refresh("rail_corridors")
    assert result.problems == []
    assert set(result.replaced) >= {
        "catalog.toml",
        "layers/rail_corridors.geojson",
        "layers/stations.geojson",
    }
    assert len(result.differences["rail_corridors"].moved_m) == 7
    assert all(30 < moved_m < 70 for moved_m in result.differences["rail_corridors"].moved_m.values())

    after = region.feature("rail_corridors", ALMELO_HARDENBERG)
    assert after["properties"]["leg_km"] == pytest.approx(before["properties"]["leg_km"], abs=0.1)
    source = (
        "NDOV Loket / OVapi, July 2026 (times); RTV Oost, article 326525, and welingelichtekringen.nl, "
        "July 2025 (decision on the wire); treinenweb.nl, article 10490 (wire to Hardenberg); "
        "regional press, 2025 (operator); NS map, 2026; Railway Gazette, 2024; ANP, 2025"
    )
    assert after["properties"]["source"] == f"{source}; OpenStreetMap, 25 November 2026 (track)"
    atlas = load_atlas(region.folder / "catalog.toml")
    layer = atlas.layer("rail_corridors").layer
    assert layer.sources[0].vintage == "2026-11-25"
    assert layer.license.name == "ODbL 1.0"
    assert layer.vintage == "2019 to 2026"
    assert "follows the tracks of OpenStreetMap" in layer.method
    assert not [problem for problem in check_atlas(atlas) if "translat" not in str(problem)]

    # The first line was 30 m from its tracks, too far to tell where they pass a station.
    settled = region.refresh("rail_corridors").differences["rail_corridors"].moved_m
    assert all(moved_m < 30 for moved_m in settled.values())
    files = region.files()
    again = region.refresh("rail_corridors")
    assert (again.replaced, region.files()) == ([], files)
    region.publishers.osm_day = "2026-12-24"
    assert region.refresh("rail_corridors").differences["rail_corridors"].moved_m == {}
    renewed = region.feature("rail_corridors", ALMELO_HARDENBERG)["properties"]["source"]
    assert renewed == f"{source}; OpenStreetMap, 24 December 2026 (track)"


def test_stations_say_how_far_the_new_track_is_without_their_services_being_asked(region):
    region.publishers.tracks[:] = [(shifted(line, 0.0006), tags) for line, tags in region.publishers.tracks]
    result = region.refresh("rail_corridors")
    changed = result.differences["stations"].changed
    assert changed
    assert {name for values in changed.values() for name in values} == {"distance_to_track_m"}
    assert {path.split("/")[1] for _, path, _ in region.publishers.requests} == {"overpass"}


def test_a_track_that_is_cut_is_named_with_its_stations_and_nothing_is_replaced(region):
    before = region.files()
    lay(region, lambda line: [line[:12], line[14:]])
    result = region.refresh("rail_corridors")
    assert {problem.feature for problem in result.problems} == {ALMELO_HARDENBERG}
    said = r"has no track from \w+ to \w+ by osm_tracks, within 500 m of its line and 250 m of its stops"
    assert all(re.fullmatch(said, problem.what) for problem in result.problems)
    assert result.problems
    assert (result.replaced, region.files()) == ([], before)


def bowed(line):
    """A line that is 400 m aside for a few of its vertices."""
    return [point if at < 3 or at > 6 else (point[0] + 0.006, point[1]) for at, point in enumerate(line)]


def winding(line):
    """The same way, 150 m to and fro."""
    points = [
        [before + (after - before) * part / 40 for before, after in zip(start, end, strict=True)]
        for start, end in itertools.pairwise(line)
        for part in range(40)
    ]
    return [(lon + 0.001 * (at % 2), lat) for at, (lon, lat) in enumerate(points)] + line[-1:]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (bowed, r"would move by [34]\d\d m by osm_tracks"),
        (winding, r"would be [\d.]+ km from almelo to vriezenveen by osm_tracks, and is 6.18"),
    ],
)
def test_a_track_that_can_t_be_the_corridor_s_is_refused(region, change, said):
    before = region.files()
    lay(region, lambda line: [change(line)])
    result = region.refresh("rail_corridors")
    assert any(re.search(said, problem.what) for problem in result.problems), result.problems
    assert (result.replaced, region.files()) == ([], before)


def test_no_shortcut_is_taken_and_no_siding_and_two_tracks_make_one_line(region):
    """Shortcuts across bends, a siding where the line lay, a second track and a crossover to it."""
    east = 0.0002

    def junctions(line):
        middle = len(line) // 2
        main = [line[0], *shifted(line[1:-1], east=east), line[-1]]
        second = [line[0], *shifted(line[1:-1], east=1.5 * east), line[-1]]
        crossover = ([main[middle], second[middle]], {"service": "crossover"})
        siding = ([main[1], *line[2:-2], main[-2]], {"service": "siding"})
        shortcuts = [[main[at], main[at + 4]] for at in (9, 14, 20)]
        return [main, second, crossover, siding, *shortcuts]

    plan = (region.folder / "refresh.toml").read_text(encoding="utf-8")
    (region.folder / "refresh.toml").write_text(
        plan.replace("simplify_m = 10", "simplify_m = 0"), encoding="utf-8"
    )
    before = region.feature("rail_corridors", ALMELO_HARDENBERG)["geometry"]["coordinates"]
    lay(region, junctions)
    result = region.refresh("rail_corridors", dry_run=True)
    assert result.problems == []
    drawn = result.drafts["rail_corridors"].geometries()[ALMELO_HARDENBERG]
    main = shapely.LineString(shifted(before, east=east))
    aside = [shapely.Point(point).distance(main) for point in drawn.coords]
    assert statistics.mean(far < east / 10 for far in aside) > 0.9
    assert length_km(drawn) == pytest.approx(27.1, abs=0.1)


def test_a_corridor_goes_on_behind_the_buffer_stops_of_a_station(region):
    """As at Enschede, where no track joins the two networks."""

    def parted(line):
        track = shapely.LineString(line)
        at = track.project(enschede)
        west, east = (
            shapely.ops.substring(track, *ends) for ends in ((0, at - 0.0003), (at + 0.0003, track.length))
        )
        return [list(west.coords), list(east.coords)]

    enschede = load_atlas(region.folder / "catalog.toml").layers["stations"].geometries["enschede"]
    lay(region, parted, "zwolle_twente_munster")
    result = region.refresh("rail_corridors", dry_run=True)
    assert result.problems == []
    assert result.drafts["rail_corridors"].geometries()["zwolle_twente_munster"].geom_type == "LineString"


def test_tracks_that_stand_where_stations_should_are_refused(region):
    plan = (region.folder / "refresh.toml").read_text(encoding="utf-8")
    (region.folder / "refresh.toml").write_text(
        plan.replace('service = "osm_stations"', 'service = "osm_tracks"'), encoding="utf-8"
    )
    with pytest.raises(RefreshError, match="is asked along lines"):
        region.refresh("stations")


def test_overpass_is_asked_along_each_corridor_with_few_points(publishers, region):
    region.refresh("rail_corridors", dry_run=True)
    assert len(publishers.requests) == 7
