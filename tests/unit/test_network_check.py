"""Problems of a rail network are reported by `check`, each with its correction."""

import copy
import json
from dataclasses import replace

import pytest

from geodata import DEFAULT_CATALOG, load_atlas, load_network
from geodata.network.check import check_network

CORRIDOR = "zwolle_twente_munster"


def with_network(atlas, **changes):
    """Return the atlas with another network file."""
    network = type(atlas.catalog.network).model_validate({**atlas.catalog.network.model_dump(), **changes})
    return replace(atlas, catalog=atlas.catalog.model_copy(update={"network": network}))


def with_corridor(atlas, **changes):
    """Return the atlas with one corridor changed."""
    data = atlas.layers["rail_corridors"]
    properties = copy.deepcopy(data.properties)
    properties[CORRIDOR].update(changes)
    return replace(atlas, layers={**atlas.layers, "rail_corridors": replace(data, properties=properties)})


def with_scenarios(atlas, *changes):
    """Return the atlas with scenarios that are the first one, each with changes."""
    first = {**atlas.catalog.network.scenarios[0].model_dump(), "services": {}, "through": [], "includes": []}
    return with_network(atlas, scenarios=[{**first, **change} for change in changes])


def problems(atlas):
    return [str(problem) for problem in check_network(atlas)]


def services(atlas, **minutes):
    return [{"name": name, "minutes": times} for name, times in minutes.items()]


def test_the_shipped_network_has_no_problems(atlas):
    assert problems(atlas) == []


def test_a_leg_to_an_unknown_station_is_reported_and_left_out(atlas):
    stops = list(atlas.layers["rail_corridors"].properties[CORRIDOR]["stations"])
    stops[1] = "nowhere"
    broken = with_corridor(atlas, stations=stops)
    assert (
        f"rail_corridors.{CORRIDOR}: has a leg to the unknown station `nowhere`; that leg is left out."
        in (problem.partition(" Use")[0] for problem in problems(broken))
    )
    assert "nowhere" not in load_network(broken).services_at


def test_falling_minutes_are_reported_and_left_out(atlas):
    corridor = atlas.layers["rail_corridors"].properties[CORRIDOR]
    listed = copy.deepcopy(corridor["services"])
    listed[0]["minutes"][1] = 20
    [problem] = problems(with_corridor(atlas, services=listed))
    assert "has RS23 arrive at raalte 5 minutes before heino. Let minutes rise from the first stop" in problem


def test_trains_and_lines_without_a_service_are_reported(atlas):
    known = {
        key: value for key, value in atlas.catalog.network.model_dump()["services"].items() if key != "rs21"
    }
    found = problems(with_network(atlas, services=known))
    assert "rail_corridors.almelo_hardenberg: has the service 'RS21', unknown to the network." in " ".join(
        found
    )
    assert any(
        problem.startswith("stations.hardenberg: has the line 'RS21', unknown to the network")
        for problem in found
    )


def test_a_service_without_corridor_is_reported(atlas):
    known = atlas.catalog.network.model_dump()["services"]
    found = problems(with_network(atlas, services={**known, "ghost": {"line": "Ghost"}}))
    assert any("service `ghost` of the network runs on no corridor" in problem for problem in found)


def test_separate_parts_of_the_network_are_reported(atlas):
    data = atlas.layers["rail_corridors"]
    kept = {
        key: value
        for key, value in data.properties.items()
        if key in {"almelo_hardenberg", "munster_osnabruck"}
    }
    broken = replace(atlas, layers={**atlas.layers, "rail_corridors": replace(data, properties=kept)})
    assert any(
        "falls apart: no train connects almelo, daarlerveen, hardenberg and 3 more with the rest" in problem
        for problem in problems(broken)
    )


@pytest.mark.parametrize(
    ("scenarios", "says"),
    [
        ([{}], "scenario `half_hourly` changes nothing"),
        ([{"services": {"rb64": {"minutes_ratio": [1.0, 1.0]}}}], "scenario `half_hourly` changes nothing"),
        ([{"services": {"rb65": {"trains_per_hour": 2.0}}}], "refers to unknown service `rb65`"),
        ([{"includes": ["later"]}], "refers to unknown scenario `later`"),
        ([{"runs": ["govolta"]}, {"runs": ["govolta"]}], "scenario `half_hourly` is defined twice"),
        (
            [{"through": [{"services": ["ic23", "rb64"], "at": "hengelo", "minutes": 3.0}]}],
            "refers to `hengelo`, where `rb64` does not call",
        ),
        (
            [
                {"services": {"rb64": {"trains_per_hour": 2.0}}},
                {"id": "b", "services": {"rb64": {"trains_per_hour": 3.0}}},
                {"id": "both", "includes": ["half_hourly", "b"]},
            ],
            "scenario `both`: `b` contradicts `half_hourly` in `trains_per_hour` of service `rb64`",
        ),
    ],
)
def test_scenarios_without_effect_or_with_wrong_names_are_reported(atlas, scenarios, says):
    assert any(says in problem for problem in problems(with_scenarios(atlas, *scenarios)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"together": [["rb51", "rb6"]]}, "`together` refers to unknown service `rb6`"),
        ({"transfer_at": {"nowhere": 3.0}}, "`transfer_at` refers to unknown station `nowhere`"),
        ({"bands": [60, 30]}, "`bands` are [60, 30]"),
        ({"places": {"layers": ["towns"]}}, "`places` refers to unknown layer `towns`"),
        ({"corridors": "cities"}, "the network needs the layers `cities`, with a route"),
    ],
)
def test_unknown_names_are_reported(atlas, changes, says):
    assert any(says in problem for problem in problems(with_network(atlas, **changes)))


def test_an_unknown_station_at_which_fewer_trains_call_is_reported(atlas):
    tables = {key: service.model_dump() for key, service in atlas.catalog.network.services.items()}
    tables["re2"]["trains_per_hour_at"] = {"nowhere": 0.5}
    [problem] = problems(with_network(atlas, services=tables))
    assert "`trains_per_hour_at` of re2 refers to unknown station `nowhere`" in problem


def test_each_wrong_key_of_the_file_is_reported_and_the_rest_loads(small):
    small.toml = f'network = "network.toml"\n{small.toml}'
    path = small.path.with_name("network.toml")
    shipped = DEFAULT_CATALOG.with_name("network.toml").read_text(encoding="utf-8")
    path.write_text(shipped.replace("transfer_minutes = 5", "transfer_minutes = -5"), encoding="utf-8")
    atlas = small.load()
    assert any("`network.toml transfer_minutes` is -5" in str(problem) for problem in atlas.problems)
    assert atlas.catalog.network is None
    assert list(atlas.layers) == ["areas", "towns"]

    path.write_text(shipped.replace('status = "Wish, not decided"', ""), encoding="utf-8")
    atlas = load_atlas(small.path)
    assert any("key `network.toml scenarios.status` is missing" in str(problem) for problem in atlas.problems)
    assert "through_train" not in {scenario.id for scenario in atlas.catalog.network.scenarios}


def test_reach_fails_with_a_clear_error_without_a_network(small, capsys):
    from dashboard.cli import main

    assert main(["reach", "hengelo", "--catalog", str(small.write())]) == 1
    assert "this catalog has no rail network; name its file as `network`" in capsys.readouterr().err


def test_the_command_prints_minutes_transfers_and_sources(capsys):
    from dashboard.cli import main

    assert main(["reach", "zwolle", "--minutes", "130", "--scenario", "through_train"]) == 0
    printed = capsys.readouterr().out
    assert "if “Through train Zwolle–Twente–Münster”. Wish, not decided; no year named. Source:" in printed
    assert "  123.5?< 0 × change  Münster (Westf) Hbf  (IC23, RB64)" in printed
    assert "Münster (Westf) Hbf: 125.5 → 123.5 min" in printed
    assert "Minutes not known: Hilversum" in printed

    assert main(["reach", "hengelo", "--minutes", "30", "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert described["people"][0] == {
        "country": "NL", "date": "2024-01-01", "count": 544935,
        "municipalities": ["Enschede", "Hengelo", "Almelo", "Rijssen-Holten", "Hellendoorn", "Hof van Twente",
                           "Twenterand", "Oldenzaal", "Wierden", "Borne"],
    }  # fmt: skip
    assert main(["reach", "hengelp"]) == 1
    assert (
        capsys.readouterr().err
        == "twente-atlas: there is no station `hengelp`; did you mean hengelo or hengelo_oost or rheine?\n"
    )
