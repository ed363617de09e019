"""Layers are refreshed from services as their publishers document them, which fail as services do."""

from __future__ import annotations

import ast
import datetime
import itertools
import json
import re
import shutil
import statistics
import time
from pathlib import Path

import pytest
import shapely
import shapely.ops

import geodata
from dashboard.commands.refresh import describe
from geodata import check_atlas, load_atlas
from geodata.errors import RefreshError
from geodata.refresh import replace_files as replacing
from geodata.refresh.dated_text import carry_over
from geodata.refresh.draft import to_content, to_draft
from geodata.refresh.plan import read_plan
from geodata.refresh.run import refresh
from geodata.refresh.services.http import Fetcher, Patience
from geodata.spatial.measuring import area_km2, length_km
from tests.support.publishers import ACCOUNT, YEAR, publishing

GEODATA = Path(geodata.__file__).parent
TODAY = datetime.date(2026, 11, 26)
QUICK = Patience(retries=2, connect=2, read=0.5, backoff=0.01, pause=0)
ADDRESSES = {
    "https://api.pdok.nl/cbs/gebiedsindelingen/ogc/v1": "pdok",
    "https://datasets.cbs.nl/odata/v1/CBS": "cbs",
    "https://opendata.rijdendetreinen.nl/public": "rdt",
    "https://download-data.deutschebahn.com": "db",
    "https://overpass-api.de/api": "overpass",
    "https://sgx.geodatenzentrum.de/wfs_vg250": "bkg",
    "https://www.regionalstatistik.de/genesisws/rest/2020": "genesis",
}


def local_plan(publishers) -> str:
    """The shipped plan, its services on this machine."""
    plan = (GEODATA / "refresh.toml").read_text(encoding="utf-8")
    for address, publisher in ADDRESSES.items():
        assert address in plan
        plan = plan.replace(address, f"{publishers.url}/{publisher}")
    return plan


class Region:
    """A copy of the shipped region whose services are local."""

    def __init__(self, folder: Path, publishers) -> None:
        self.folder, self.publishers = folder, publishers
        shutil.copytree(GEODATA, folder, ignore=shutil.ignore_patterns("*.py", "detail", "previous"))
        (folder / "refresh.toml").write_text(local_plan(publishers), encoding="utf-8")

    def refresh(self, *layers, **options):
        plan = read_plan(self.folder)
        fetcher = Fetcher((service.url for service in plan.services.values()), QUICK)
        options = {"year": TODAY.year, **options}
        return refresh(
            self.folder / "catalog.toml", plan, layers or list(plan.layers), fetcher, TODAY, **options
        )

    def files(self):
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }

    def feature(self, layer, feature_id):
        document = json.loads((self.folder / "layers" / f"{layer}.geojson").read_bytes())
        return next(item for item in document["features"] if item["id"] == feature_id)


@pytest.fixture
def publishers(atlas, monkeypatch):
    monkeypatch.setenv("REGIONALSTATISTIK_TOKEN", ACCOUNT)
    with publishing(atlas) as running:
        yield running


@pytest.fixture
def ask(publishers, tmp_path):
    """Ask a service of the shipped plan."""
    (tmp_path / "refresh.toml").write_text(local_plan(publishers), encoding="utf-8")
    plan = read_plan(tmp_path)
    fetcher = Fetcher((service.url for service in plan.services.values()), QUICK)
    return lambda name, year=YEAR: plan.services[name].ask(fetcher, year)


@pytest.fixture
def region(tmp_path, publishers):
    return Region(tmp_path / "region", publishers)


def comments(content):
    return [line for line in content.decode().splitlines() if line.startswith("#")]


def answer(content=b"", kind="text/html", status=200, **headers):
    """A publisher that answers something else."""

    def fault(handler):
        handler.send(content, kind, status, **headers)
        return True

    return fault


def hang(handler):
    time.sleep(1)
    handler.close_connection = True
    return True


def cut_off(handler):
    handler.send(b'{"type": "Fea', "application/json", Content_Length="5000")
    handler.close_connection = True
    return True


def test_a_layer_is_written_as_it_was(atlas):
    for data in atlas.layers.values():
        assert to_content(to_draft(data)) == data.content


def test_what_publishers_have_is_taken_over_and_every_rule_still_holds(region):
    here = region.publishers
    here.populations["GM0153"] = 162_345
    here.dutch[5][4] += 0.0003
    before = region.files()
    result = region.refresh()
    assert result.problems == []

    enschede = region.feature("municipalities", "enschede")["properties"]
    assert (enschede["population"], enschede["population_date"]) == (162_345, f"{YEAR}-01-01")
    assert enschede["density_per_km2"] == round(162_345 / enschede["area_km2"])
    assert enschede["source"] == f"CBS, 1 January {YEAR}; CBS / Kadaster via PDOK, boundaries of {YEAR}"
    assert enschede["description"].startswith("Most populous municipality")
    twente = region.feature("region", "twente")["properties"]
    assert twente["population"] == 633_917 + 162_345 - 160_640
    assert twente["source"] == enschede["source"]
    assert region.feature("cities", "enschede")["properties"]["population"] == 162_345
    [station] = result.differences["stations"].moved_m
    assert result.differences["stations"].moved_m[station] == pytest.approx(20.4, abs=0.5)
    assert result.differences["municipalities"].moved_m == {}
    assert result.differences["region"].moved_m == {}

    after = load_atlas(region.folder / "catalog.toml")
    card = after.catalog.layers["municipalities"]
    assert (card.vintage, card.retrieved) == (f"{YEAR}-01-01", TODAY)
    assert [source.vintage for source in card.sources] == [str(YEAR), f"{YEAR}-01-01"]
    assert after.catalog.layers["stations"].vintage == (
        "Positions of 2023 (Netherlands) and 2020 (Germany), lines of 2026"
    )
    assert comments(region.files()["catalog.toml"]) == comments(before["catalog.toml"])
    assert after.translations["nl"].translate(enschede["source"]) == (
        f"CBS, 1 januari {YEAR}; CBS / Kadaster via PDOK, grenzen van {YEAR}"
    )
    problems = check_atlas(after)
    assert problems == result.untranslated
    for name in result.replaced:
        assert region.files()[f"previous/{name}"] == before[name]
    assert set(region.files()) - set(before) == {f"previous/{name}" for name in result.replaced}
    text = "\n".join(describe(result, dry_run=False))
    assert "enschede: population 160,640 → 162,345" in text
    assert f"14 features: population_date 2022-01-01 → {YEAR}-01-01" in text
    assert "says 160,640, which has changed" in text or "says 633,917, which has changed" in text


def test_services_are_asked_by_name_each_page_once_and_for_the_newest_year_that_they_have(publishers, ask):
    answer = ask("pdok_boundaries", TODAY.year)
    count = len(publishers.boundaries)
    assert (len(answer.records), answer.as_of) == (count, datetime.date(YEAR, 1, 1))
    asked = [path for _, path, _ in publishers.requests]
    assert len(asked) == len(set(asked)) == 1 + 5  # nothing of 2026, five pages of 2025
    assert all(agent.startswith("twente-atlas/") for _, _, agent in publishers.requests)


def test_a_dry_run_shows_and_writes_nothing(region):
    region.publishers.populations["GM0153"] = 162_345
    before = region.files()
    result = region.refresh("municipalities", dry_run=True)
    assert result.differences["municipalities"].changed["enschede"]["population"] == (160_640, 162_345)
    assert (result.replaced, region.files()) == ([], before)


@pytest.mark.parametrize(
    ("faults", "wait_s"),
    [
        ([answer(status=429, Retry_After="1")], 1),
        ([answer(status=503), answer(status=504)], 0),
        ([hang], 0),
        ([cut_off], 0),
    ],
    ids=["too many requests", "overload", "silence", "cut off"],
)
def test_a_service_that_recovers_is_waited_for(publishers, ask, faults, wait_s):
    publishers.faults["cbs"] = list(faults)
    assert len(ask("cbs_population").records) == len(publishers.populations)
    times = [when for when, _, _ in publishers.requests]
    assert times[1] - times[0] >= wait_s


def other_crs(handler):
    for feature in handler.publishers.boundaries:
        feature["geometry"] = {"type": "Point", "coordinates": [257_000, 471_000]}
    return False


def latitude_first(handler):
    for feature in handler.publishers.boundaries:
        feature["geometry"] = {"type": "Point", "coordinates": [52.2, 6.9]}
    return False


def renamed(handler):
    for feature in handler.publishers.boundaries:
        feature["properties"]["code"] = feature["properties"].pop("statcode")
    return False


def in_a_circle(handler):
    link = {"rel": "next", "href": handler.path}
    page = {"type": "FeatureCollection", "features": handler.publishers.boundaries[:2], "links": [link]}
    handler.send(json.dumps(page).encode(), "application/json")
    return True


def too_few(handler):
    page = {"type": "FeatureCollection", "features": handler.publishers.boundaries[:2], "numberMatched": 14}
    handler.send(json.dumps(page).encode(), "application/json")
    return True


def elsewhere(handler):
    link = {"rel": "next", "href": "http://localhost:1/"}
    page = {"type": "FeatureCollection", "features": handler.publishers.boundaries[:2], "links": [link]}
    handler.send(json.dumps(page).encode(), "application/json")
    return True


def half_of_them(handler):
    page = {"type": "FeatureCollection", "features": handler.publishers.districts[:2], "numberMatched": 9}
    handler.publishers.faults["bkg"] = [half_of_them]
    handler.send(json.dumps(page).encode(), "application/json")
    return True


def newer(handler):
    for item in handler.publishers.districts:
        item["properties"]["beginn"] = "2027-04-11Z"
    return False


def without_account(handler):
    del handler.headers["username"]
    return False


TABLE = b"time;1_variable_code;1_variable_attribute_code;value;value_variable_code\n"
TWICE = TABLE + b"2025-12-31;GEMEIN;05515;1;BEVSTD\n2025-12-31;GEMEIN;05515;2;BEVSTD\n"
BUSY = answer(status=503)
REFUSED = {
    "silent": ("pdok", [hang, hang, hang], "failed 3 times"),
    "down": ("pdok", [BUSY, BUSY, BUSY], "failed 3 times: too many 503"),
    "cut off each time": ("pdok", [cut_off, cut_off, cut_off], "failed 3 times"),
    "away for an hour": ("pdok", [answer(status=429, Retry_After="3600")], "left alone for 3600 s"),
    "broken JSON": ("pdok", [answer(b'{"type": "Fea', "application/json")], "no complete JSON"),
    "a page in its place": ("pdok", [answer(b"<html>sorry</html>")], "no complete JSON"),
    "forbidden": ("pdok", [answer(b"no", status=403)], "answered 403: no"),
    "moved": ("pdok", [answer(status=301, Location="https://example.org/")], "moved to https://example.org/"),
    "other CRS": ("pdok", [other_crs], "in another CRS"),
    "latitude first": ("pdok", [latitude_first], "latitude first"),
    "CRS named": (
        "pdok",
        [answer(b"{}", Content_Crs="<http://www.opengis.net/def/crs/EPSG/0/28992>")],
        "28992",
    ),
    "pages in a circle": ("pdok", [in_a_circle], "twice"),
    "too few": ("pdok", [too_few], "2 different items, but counts 14"),
    "page on another host": ("pdok", [elsewhere], "was not asked"),
    "no observations": ("cbs", [answer(b'{"error": "?"}')], "no list of observations"),
    "other observations": ("cbs", [answer(b'{"value": [{"RegioS": "GM0153"}]}')], "without Measure, Value"),
    "other columns": ("rdt", [answer(b"id,lat,lng\n1,2,3\n")], "no column `geo_lng`"),
    "line cut off": ("db", [answer(b"EVA_NR;Laenge;Breite\r\n8000382;7,0")], "cut off"),
    "half of the features": ("bkg", [half_of_them], "gave 2 of 9 features, then nothing new"),
    "no number of features": ("bkg", [answer(b'{"type": "FeatureCollection", "features": []}')], "how many"),
    "a newer state": ("bkg", [newer], "since 2027-04-11, after 2026-01-01"),
    "not allowed": ("genesis", [without_account], "nicht berechtigt"),
    "HTML for a table": ("genesis", [answer(b"<html>sorry</html>\n")], "answered no table"),
    "a broken archive": ("genesis", [answer(b"PK\x03\x04nothing")], "not one table"),
    "table cut off": ("genesis", [answer(b"time;value;value_variable_code\n2025-12-31")], "cut off"),
    "two values": ("genesis", [answer(TWICE)], "two values of BEVSTD for 05515000: 1 and 2"),
    "no day": ("genesis", [answer(TABLE + b"2025;GEMEIN;05515;1;BEVSTD\n")], "no day: '2025'"),
    "not finished": ("overpass", [answer(b'{"elements": [], "remark": "timed out"}')], "did not finish"),
}


SERVICES = {
    "pdok": "pdok_boundaries",
    "cbs": "cbs_population",
    "rdt": "rijden_de_treinen",
    "db": "db_stations",
    "overpass": "osm_stations",
    "bkg": "bkg_districts",
    "genesis": "destatis_population",
}


@pytest.mark.parametrize(("publisher", "faults", "message"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_can_t_be_right_is_refused(publishers, ask, publisher, faults, message):
    publishers.faults[publisher] = list(faults)
    with pytest.raises(RefreshError, match=re.escape(message)):
        ask(SERVICES[publisher])


def test_a_page_that_comes_twice_is_counted_once(publishers, ask):
    count = len(publishers.boundaries)
    publishers.boundaries.insert(5, publishers.boundaries[4])
    assert len(ask("pdok_boundaries").records) == count


def test_a_service_of_another_schema_stops_the_refresh_and_nothing_is_changed(region):
    region.publishers.faults["pdok"] = [renamed]
    before = region.files()
    with pytest.raises(RefreshError, match="has no `statcode`"):
        region.refresh("municipalities", year=YEAR)
    assert region.files() == before


def test_figures_and_places_beyond_reason_are_refused(region):
    here = region.publishers
    here.populations["GM0153"] = 1_606_400
    here.dutch[0][3] += 0.1
    before = region.files()
    result = region.refresh()
    found = [str(problem) for problem in result.problems]
    assert any("municipalities.enschede: would have `population` 1,606,400" in line for line in found)
    assert any(line.startswith("stations.") and "would move by 11,1" in line for line in found)
    assert region.files() == before


def test_rules_that_would_break_are_named_and_nothing_is_replaced(region):
    shape = region.publishers.boundaries[0]["geometry"]
    ring = shape["coordinates"][0]
    ring[1:-1] = [[lon + 0.004, lat] for lon, lat in ring[1:-1]]
    before = region.files()
    result = region.refresh("municipalities")
    assert any("overlap" in problem.what for problem in result.problems)
    assert region.files() == before


def test_what_a_service_has_no_more_stays_and_is_told_and_what_is_new_too(region):
    here = region.publishers
    gone = next(row for row in here.german if row[1] == "EGRN")
    here.german.remove(gone)
    here.dutch.append(["Nw", "8409999", "Nieuw", 52.2225, 6.8925])
    here.elements[0]["lat"] += 0.02
    result = region.refresh("stations")
    assert result.problems == []
    assert result.drafts["stations"].absent == {"gronau": "db_stations"}
    assert region.feature("stations", "gronau")
    text = "\n".join(describe(result, dry_run=False))
    assert "gronau: not in db_stations; kept as it was" in text
    assert (
        "new in rijden_de_treinen: 8409999; to be added by hand, as refresh.toml does not supply its name"
        in text
    )
    assert "osm_stations has it 2,2" in text


def test_a_removal_that_others_rely_on_is_refused_even_if_accepted(region):
    region.publishers.german.remove(next(row for row in region.publishers.german if row[1] == "EGRN"))
    before = region.files()
    result = region.refresh("stations", accept_removals=True)
    assert any("gronau" in problem.what for problem in result.problems)
    assert region.files() == before


def test_another_region_brings_its_own_plan_and_removals_can_be_accepted(small, atlas):
    small.write()
    with publishing(atlas) as publishers:
        publishers.dutch = [["One", "1", "One", 52.41, 6.4]]
        small.path.with_name("refresh.toml").write_text(
            f"""
            [services.list]
            protocol = "csv"
            url = "{publishers.url}/rdt"
            longitude = "geo_lng"
            latitude = "geo_lat"
            bbox = [6, 52, 7, 53]
            as_of = "2026-01-01"
            [[layers.towns.feeds]]
            service = "list"
            key = "code"
            match = "name"
            geometry = true
            """
        )
        plan = read_plan(small.path.parent)
        fetcher = Fetcher([publishers.url], QUICK)
        options = {"year": 2026, "accept_removals": True}
        result = refresh(small.path, plan, ["towns"], fetcher, TODAY, **options)
    assert (result.problems, result.drafts["towns"].removed) == ([], ["two"])
    after = load_atlas(small.path)
    assert list(after.layers["towns"].geometries) == ["one"]
    assert after.layers["towns"].geometries["one"].y == 52.41
    assert after.catalog.layers["towns"].count == 1
    assert check_atlas(after) == []


def test_files_are_put_back_where_one_can_t_be_replaced(tmp_path, monkeypatch):
    trial, folder = tmp_path / "trial", tmp_path / "folder"
    for place, content in ((trial, "new"), (folder, "old")):
        place.mkdir()
        for name in ("a", "b"):
            (place / name).write_text(content)
    put = replacing._put

    def fail_on_b(source, target):
        if source == trial / "b":
            raise OSError("full")
        put(source, target)

    monkeypatch.setattr(replacing, "_put", fail_on_b)
    with pytest.raises(OSError, match="full"):
        replacing.replace_files(trial, folder)
    assert [(folder / name).read_text() for name in ("a", "b")] == ["old", "old"]


@pytest.mark.parametrize(
    ("old", "new", "translation", "carried"),
    [
        ("boundaries of 2022", "boundaries of 2025", "grenzen van 2022", "grenzen van 2025"),
        ("of 2022-01-01", "of 2025-01-01", "op 1 januari 2022", "op 1 januari 2025"),
        ("1 May 2022; 2022", "1 May 2025; 2026", "1 mei 2022; 2022", "1 mei 2025; 2026"),
        ("2022 and 2022", "2025 and 2026", "2022", None),
        ("in May 2022", "in June 2022", "in mei 2022", "in juni 2022"),
        ("31 December 2018", "1 March 2025", "31 december 2018", "1 maart 2025"),
        ("in May and May", "in May and June", "in mei", None),
    ],
)
def test_a_translation_is_carried_over_where_it_is_clear_which_numbers_are_meant(
    old, new, translation, carried
):
    assert carry_over(old, new, translation, "nl") == carried


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
    card = after.catalog.layers["euroregion"]
    assert card.vintage == (
        f"Dutch boundaries of {YEAR}, German boundaries of 1 January 2026, published figures of 2024"
    )
    assert "© GeoBasis-DE / BKG 2026 (Daten verändert)" in card.attribution
    assert card.sources[1].vintage == "2026-01-01"
    assert after.catalog.layers["border"].method.startswith(
        "The outer edge of the Dutch municipalities of the"
    )
    told = "\n".join(map(str, result.untranslated))
    assert "border.method" in told, "a person has to translate it"
    assert "attribution" not in told, "what is the same in Dutch stays the same"
    german = after.translations["de"].translate(card.vintage)
    assert "1. Januar 2026" in german, german


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


def test_a_member_that_merged_away_stops_the_refresh(region):
    merged = next(item for item in region.publishers.districts if item["properties"]["ags"] == "05558")
    region.publishers.districts.remove(merged)
    before = region.files()
    with pytest.raises(RefreshError, match="bkg_districts has no 05558 by `ags`"):
        region.refresh("euroregion")
    assert region.files() == before


def test_german_towns_take_their_figure_its_date_and_a_note_that_says_its_census(region):
    region.publishers.german_populations["05515000"] = 307_071
    result = region.refresh("cities")
    assert (result.problems, result.not_asked) == ([], {})
    munster = region.feature("cities", "munster")["properties"]
    assert (munster["population"], munster["population_date"]) == (307_071, f"{YEAR}-12-31")
    assert munster["source"] == f"Destatis, 31 December {YEAR} (population and position)"
    assert munster["note"] == region.feature("cities", "berlin")["properties"]["note"]
    assert f"at the end of {YEAR} and on the basis of the census of 2022" in munster["note"]
    after = load_atlas(region.folder / "catalog.toml")
    assert f"(Destatis), {TODAY.year}" in after.catalog.layers["cities"].attribution
    assert f"Ende {YEAR}" in after.translations["de"].translate(munster["note"])
    assert not [name for name, content in region.files().items() if ACCOUNT.encode() in content]
    assert not any(ACCOUNT in path for _, path, _ in region.publishers.requests)


def test_without_an_account_the_others_are_refreshed_and_it_is_said_how_to_give_one(region, monkeypatch):
    monkeypatch.delenv("REGIONALSTATISTIK_TOKEN")
    region.publishers.populations["GM0153"] = 162_345
    munster = region.feature("cities", "munster")
    result = region.refresh("cities")
    assert region.feature("cities", "enschede")["properties"]["population"] == 162_345
    assert region.feature("cities", "munster") == munster
    assert not any("genesis" in path for _, path, _ in region.publishers.requests)
    text = "\n".join(describe(result, dry_run=False))
    assert "not asked: destatis_population: " in text
    assert "REGIONALSTATISTIK_USER and REGIONALSTATISTIK_PASSWORD" in text


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
    source = "NDOV Loket / OVapi, July 2026 (times); NS map, 2026; Railway Gazette, 2024; ANP, 2025"
    assert after["properties"]["source"] == f"{source}; OpenStreetMap, 25 November 2026 (track)"
    atlas = load_atlas(region.folder / "catalog.toml")
    layer = atlas.layer("rail_corridors").layer
    assert layer.sources[0].vintage == "2026-11-25"
    assert layer.license.name == "ODbL 1.0"
    assert "Tracks of 25 November 2026" in layer.vintage
    assert "follows the tracks of OpenStreetMap" in layer.method
    assert not [problem for problem in check_atlas(atlas) if "translat" not in str(problem)]

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


def test_what_is_new_is_added_if_accepted_where_the_plan_says_enough_for_a_feature(small, atlas):
    small.write()
    plan_file = small.path.with_name("refresh.toml")
    text = """
        [services.list]
        protocol = "csv"
        url = "URL/rdt"
        longitude = "geo_lng"
        latitude = "geo_lat"
        bbox = [6, 52, 7, 53]
        as_of = "2026-01-01"
        [[layers.towns.feeds]]
        service = "list"
        key = "name_long"
        match = "name"
        geometry = true
        within = "areas.square"
        [layers.towns.feeds.addition]
        id_from = "name_long"
        fields = {}
        constants = { description = "A town.", source = "The list", population = 1 }
        """
    with publishing(atlas) as publishers:
        publishers.dutch = [["1", "1", "One", 52.4, 6.4], ["2", "2", "Two", 52.5, 6.9]]
        publishers.dutch += [["3", "3", "Nieuw Dorp", 52.45, 6.45], ["4", "4", "ONE", 52.46, 6.46]]
        publishers.dutch += [["5", "5", "Outside", 52.9, 6.95]]

        def run(text, **options):
            plan_file.write_text(text.replace("URL", publishers.url))
            fetcher = Fetcher([publishers.url], QUICK)
            plan = read_plan(small.path.parent)
            result = refresh(small.path, plan, ["towns"], fetcher, TODAY, year=2026, **options)
            return result, "\n".join(describe(result, dry_run=False))

        result, told = run(text.replace(", population = 1", ""), accept_additions=True)
        assert result.drafts["towns"].added == []
        assert (
            "Nieuw Dorp, ONE; to be added by hand, as refresh.toml does not supply its population"
            in told.replace("ONE, Nieuw Dorp", "Nieuw Dorp, ONE")
        )
        result, told = run(text)
        assert result.drafts["towns"].added == []
        assert "new in list: Nieuw Dorp; --accept-additions adds it" in told
        assert "new in list: ONE; to be added by hand, as another feature has the id `one`" in told
        result, told = run(text, accept_additions=True)
        assert "new in list: Nieuw Dorp; added" in told
    assert result.problems == []
    after = load_atlas(small.path)
    assert list(after.layers["towns"].geometries) == ["one", "two", "nieuw_dorp"]
    assert after.layers["towns"].properties["nieuw_dorp"]["population"] == 1
    assert after.catalog.layers["towns"].count == 3
    assert check_atlas(after) == []


def test_nothing_but_the_command_reaches_for_services():
    for package in ("geodata", "dashboard"):
        for path in (GEODATA.parent / package).rglob("*.py"):
            if "refresh" in path.relative_to(GEODATA.parent).as_posix():
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not any(name.startswith(("geodata.refresh", "urllib3")) for name in names), path
