"""Layers are refreshed from services as their publishers document them, which fail as services do."""

from __future__ import annotations

import ast
import datetime

import pytest

from dashboard.commands.refresh import describe
from geodata import check_atlas, load_atlas
from geodata.errors import RefreshError
from geodata.refresh import staging
from geodata.refresh.dated_text import carry_over
from geodata.refresh.draft import to_content, to_draft
from geodata.refresh.plan import read_plan
from geodata.refresh.run import refresh
from geodata.refresh.services.http import Fetcher
from tests.support.publishers import ACCOUNT, YEAR, publishing
from tests.support.region import GEODATA, PATIENT, TODAY


def comments(content):
    return [line for line in content.decode().splitlines() if line.startswith("#")]


def test_a_layer_is_written_as_it_was(atlas):
    for data in atlas.layers.values():
        assert to_content(to_draft(data)) == data.content


def test_new_data_of_publishers_are_taken_over_and_every_rule_still_holds(region):
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
    assert twente["population"] == 640_806 + 162_345 - 161_738
    assert twente["source"] == enschede["source"]
    assert region.feature("cities", "enschede")["properties"]["population"] == 162_345
    assert region.feature("euregio_members", "enschede")["properties"]["population"] == 162_345
    [station] = result.differences["stations"].moved_m
    assert result.differences["stations"].moved_m[station] == pytest.approx(20.4, abs=0.5)
    assert result.differences["municipalities"].moved_m == {}
    assert result.differences["region"].moved_m == {}

    after = load_atlas(region.folder / "catalog.toml")
    layer = after.catalog.layers["municipalities"]
    assert (layer.vintage, layer.retrieved) == (str(YEAR), TODAY)
    assert [source.vintage for source in layer.sources] == [str(YEAR), f"{YEAR}-01-01"]
    assert after.catalog.layers["stations"].vintage == "2019 to 2026-07"
    assert comments(region.files()["catalog.toml"]) == comments(before["catalog.toml"])
    assert after.translations["nl"].texts.gettext(enschede["source"]) == (
        f"CBS, 1 januari {YEAR}; CBS / Kadaster via PDOK, grenzen van {YEAR}"
    )
    problems = check_atlas(after)
    assert problems == result.untranslated
    for name in result.replaced:
        assert region.files()[f"previous/{name}"] == before[name]
    assert set(region.files()) - set(before) == {f"previous/{name}" for name in result.replaced}
    text = "\n".join(describe(result, dry_run=False))
    assert "enschede: population 161,738 → 162,345" in text
    assert f"14 features: population_date 2024-01-01 → {YEAR}-01-01" in text
    assert "says 161,738, which has changed" in text or "says 640,806, which has changed" in text


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
    assert result.differences["municipalities"].changed["enschede"]["population"] == (161_738, 162_345)
    assert (result.replaced, region.files()) == ([], before)


def test_rules_that_would_break_are_named_and_nothing_is_replaced(region):
    shape = region.publishers.boundaries[0]["geometry"]
    ring = shape["coordinates"][0]
    ring[1:-1] = [[lon + 0.004, lat] for lon, lat in ring[1:-1]]
    before = region.files()
    result = region.refresh("municipalities")
    assert any("overlap" in problem.what for problem in result.problems)
    assert region.files() == before


def test_features_gone_from_a_service_stay_and_are_reported_as_are_new_ones(region):
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
        fetcher = Fetcher([publishers.url], PATIENT)
        options = {"year": 2026, "accept_removals": True}
        result = refresh(small.path, plan, ["towns"], fetcher, TODAY, **options)
    assert (result.problems, result.drafts["towns"].removed) == ([], ["two"])
    after = load_atlas(small.path)
    assert list(after.layers["towns"].geometries) == ["one"]
    assert after.layers["towns"].geometries["one"].y == 52.41
    assert after.catalog.layers["towns"].count == 1
    assert check_atlas(after) == []


def test_files_are_restored_if_one_can_t_be_replaced(tmp_path, monkeypatch):
    trial, folder = tmp_path / "trial", tmp_path / "folder"
    for place, content in ((trial, "new"), (folder, "old")):
        place.mkdir()
        for name in ("a", "b"):
            (place / name).write_text(content)
    put = staging._put

    def fail_on_b(source, target):
        if source == trial / "b":
            raise OSError("full")
        put(source, target)

    monkeypatch.setattr(staging, "_put", fail_on_b)
    with pytest.raises(OSError, match="full"):
        staging.replace_files(trial, folder)
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
    assert munster["source"].startswith(f"German statistical offices, 31 December {YEAR} (population); ")
    assert munster["note"] == region.feature("cities", "berlin")["properties"]["note"]
    assert f"on 31 December {YEAR}, on the basis of the census of 2022" in munster["note"]
    after = load_atlas(region.folder / "catalog.toml")
    assert (
        f"Statistische Ämter des Bundes und der Länder, {TODAY.year}"
        in after.catalog.layers["cities"].attribution
    )
    assert f"am 31. Dezember {YEAR}" in after.translations["de"].texts.gettext(munster["note"])
    assert not [name for name, content in region.files().items() if ACCOUNT.encode() in content]
    assert not any(ACCOUNT in path for _, path, _ in region.publishers.requests)


def test_without_an_account_the_other_services_are_asked_and_the_report_says_how_to_set_one(
    region, monkeypatch
):
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


def test_new_features_are_added_if_accepted_and_if_the_plan_supplies_all_their_fields(small, atlas):
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
            fetcher = Fetcher([publishers.url], PATIENT)
            plan = read_plan(small.path.parent)
            result = refresh(small.path, plan, ["towns"], fetcher, TODAY, year=2026, **options)
            return result, "\n".join(describe(result, dry_run=False))

        result, report = run(text.replace(", population = 1", ""), accept_additions=True)
        assert result.drafts["towns"].added == []
        assert (
            "Nieuw Dorp, ONE; to be added by hand, as refresh.toml does not supply its population"
            in report.replace("ONE, Nieuw Dorp", "Nieuw Dorp, ONE")
        )
        result, report = run(text)
        assert result.drafts["towns"].added == []
        assert "new in list: Nieuw Dorp; --accept-additions adds it" in report
        assert "new in list: ONE; to be added by hand, as another feature has the id `one`" in report
        result, report = run(text, accept_additions=True)
        assert "new in list: Nieuw Dorp; added" in report
    assert result.problems == []
    after = load_atlas(small.path)
    assert list(after.layers["towns"].geometries) == ["one", "two", "nieuw_dorp"]
    assert after.layers["towns"].properties["nieuw_dorp"]["population"] == 1
    assert after.catalog.layers["towns"].count == 3
    assert check_atlas(after) == []


def test_only_the_command_refresh_imports_code_that_asks_services():
    for package in ("geodata", "dashboard"):
        for path in (GEODATA.parent / package).rglob("*.py"):
            if "refresh" in path.relative_to(GEODATA.parent).as_posix():
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not any(name.startswith(("geodata.refresh", "urllib3")) for name in names), path
