"""Questions about travel times are read from addresses and answered on map and panel."""

from dataclasses import replace
from itertools import product

import pytest

from dashboard.i18n.formatting import format_minutes_difference
from dashboard.link.reach_choice import ReachChoice, read_choice, to_parameters
from dashboard.link.selection import REACH, read_selection
from dashboard.page.state import PageState
from dashboard.reach.border import border_view
from dashboard.reach.map_data import reach_document
from dashboard.reach.view import main_stations, reach_view
from geodata import in_language, reach_from

QUERY = {"reach": "hengelo", "minutes": "60", "scenario": "through_train", "against": "electrification",
         "waiting": "1", "to": "cities.munster", "border": "1"}  # fmt: skip


def test_a_question_survives_writing_and_reading_its_address(atlas):
    choice, problems = read_choice(QUERY, atlas)
    assert problems == []
    assert to_parameters(choice) == QUERY


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"reach": "nowhere"}, "unknown station “nowhere”"),
        ({"minutes": "-5"}, "has “-5” where a number of minutes belongs"),
        ({"minutes": "9" * 5000}, "where a number of minutes belongs"),
        ({"scenario": "wish"}, "unknown scenario “wish”"),
        ({"to": "cities.haaksbergen"}, "a trip to “cities.haaksbergen”, which has no station"),
    ],
)
def test_unknown_values_are_reported_and_the_others_hold(atlas, query, says):
    selection = read_selection({"reach": "hengelo", **query}, atlas)
    assert any(says in problem for problem in selection.problems)
    assert selection.panel == (REACH if "reach" not in query else "explore")


def test_an_atlas_without_a_network_reports_the_question(small):
    assert read_choice({"reach": "hengelo"}, small.load())[1] == ["This atlas has no rail network to ask."]


def test_the_map_gets_one_command_and_drops_its_bands_with_the_panel(atlas):
    state = PageState(panel=REACH, reach=ReachChoice("hengelo", 60))
    state.ask_reach(replace(state.reach, to="cities.munster"))
    assert state.command == {"reach": "reach=hengelo&minutes=60&to=cities.munster"}
    state.show_panel("explore")
    assert state.command == {"reach": ""}
    state.show_panel(REACH)
    state.show_story(atlas, "corridors")
    assert state.command["reach"] == ""


def test_the_map_gets_bands_certainty_and_texts_in_its_language(atlas):
    document = reach_document(in_language(atlas, "nl"), ReachChoice("hengelo", 60, to="cities.munster"))
    assert document["title"] == "Met de trein vanaf Hengelo"
    assert document["stations"]["rheine"] == {
        "band": 2, "certainty": "known", "isFar": False, "isDoubtful": True, "isMain": True, "figure": "37",
        "text": "37\u00a0min, rechtstreeks, misschien minder: van een trein zijn de minuten onbekend",
    }  # fmt: skip
    assert document["stations"]["minden"]["certainty"] == "unreachable"
    assert document["path"][0] == "hengelo"
    assert document["path"][-1] == "munster_hbf"
    assert reach_document(atlas, ReachChoice()) is None


def test_a_detour_gets_no_band_if_a_direct_train_has_unknown_minutes(atlas):
    reach = reach_from(atlas, "munster_hbf")
    assert reach.paths.minutes_to("osnabruck_hbf") == 163.5
    assert reach.band("osnabruck_hbf") is None
    assert "Osnabrück" in reach.perhaps_nearer()
    view = reach_view(atlas, ReachChoice("munster_hbf"))
    osnabruck = next(row for row in view.places if row.link.reference == "cities.osnabruck")
    assert osnabruck.minutes == "at most 165\u00a0min"
    assert view.figure("osnabruck_hbf") == "165", "an upper limit of 163.5 minutes, in steps of 5"


def test_places_beyond_the_limit_are_counted_and_those_without_a_station_named(atlas):
    view = reach_view(atlas, ReachChoice("hengelo", 30))
    assert len(view.places) + view.farther == len(reach_view(atlas, ReachChoice("hengelo")).places)
    assert "Haaksbergen" in {link.name for link in view.without_station}


def test_a_fact_has_both_sides_with_their_dates(atlas):
    view = border_view(atlas, ReachChoice(is_border=True))
    density = view.facts[0]
    assert [(side.country, side.middle) for side in density.sides] == [
        ("Netherlands", "300"),
        ("Germany", "245"),
    ]
    assert "1 January 2024" in density.sides[0].lines[0][1]
    assert "15 May 2022" in density.sides[1].lines[0][1]
    students = {side.country: side for side in view.facts[1].sides}
    assert students["Germany"].middle == "14,457"


def test_the_answers_stand_without_layers_that_the_network_uses(atlas):
    without = replace(
        atlas, layers={key: data for key, data in atlas.layers.items() if key != "rail_corridors"}
    )
    assert reach_view(without, ReachChoice("hengelo")).bands[0].stations == "0"
    no_towns = replace(atlas, layers={key: data for key, data in atlas.layers.items() if key != "cities"})
    assert border_view(no_towns, ReachChoice(is_border=True)) is None


@pytest.mark.parametrize("waiting", [False, True])
def test_the_last_stop_of_a_trip_has_the_minutes_of_the_whole_trip(atlas, waiting):
    view = reach_view(atlas, ReachChoice("zwolle", to="cities.munster", waiting=waiting))
    last, minutes = view.trip.legs[-1].stops[-1]
    assert last.reference == "stations.munster_hbf"
    assert view.trip.summary.startswith(minutes)
    assert minutes == ("186\u00a0min" if waiting else "126\u00a0min")


@pytest.mark.parametrize(
    ("minutes", "text"), [(8.0, "+8"), (0.5, "+1"), (-0.3, "±0"), (-9.5, "\u221210"), (0, "±0")]
)
def test_a_difference_is_told_in_whole_minutes(minutes, text):
    assert format_minutes_difference(minutes, "en") == f"{text}\u00a0min"


def test_the_border_is_told_in_a_sentence_in_each_language(atlas):
    headlines = [border_view(in_language(atlas, tag), ReachChoice()).headline for tag in ("en", "nl", "de")]
    assert headlines == [
        "Crossing the border adds 8 minutes",
        "De grens over duurt 8 minuten langer",
        "Über die Grenze dauert es 8 Minuten länger",
    ]


def test_a_scenario_says_in_one_sentence_what_is_compared_with_what(atlas):
    def sentence(**choice):
        return reach_view(atlas, ReachChoice("enschede", waiting=True, **choice)).comparison

    assert sentence(scenario="half_hourly") == (
        "From Enschede, “Every half hour Enschede–Münster” instead of today’s network "
        "brings 13 stations up to 15\u00a0min nearer."
    )
    against = sentence(scenario="half_hourly", against="electrification")
    assert "instead of “Electrification Enschede–Münster” brings" in against
    assert sentence() is None, "today is compared with nothing"


def test_no_comparison_says_that_a_station_is_0_minutes_nearer(atlas):
    scenarios = [None, *(scenario.id for scenario in atlas.catalog.network.scenarios)]
    stations = [link.reference.partition(".")[2] for link in main_stations(atlas)]
    for station, after, before in product(stations, scenarios, scenarios):
        choice = ReachChoice(station, scenario=after, against=before)
        sentence = reach_view(atlas, choice).comparison or ""
        assert "up to 0" not in sentence, (station, after, before)
