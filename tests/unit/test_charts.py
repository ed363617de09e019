"""The charts: what they say agrees with the data, and what they draw is in its place."""

import itertools
import re
import statistics

import pytest
from pydantic import ValidationError

from dashboard.charts.cards import chart_figure, charts_of
from dashboard.charts.figures import figures_of
from dashboard.charts.labels import HEIGHT_PX, WIDTH_PX, place_labels
from dashboard.charts.plane import route_plane, scatter_plane
from dashboard.charts.rows import bar_rows, stacked_rows, symbol_rows
from dashboard.charts.scale import linear_scale, log_scale
from dashboard.i18n.formatting import format_number
from geodata import in_language
from geodata.catalog.chart_schema import Chart

LANGUAGES = ("en", "nl", "de")


@pytest.fixture
def chart(atlas):
    return {chart.id: chart for chart in atlas.catalog.charts}.__getitem__


@pytest.fixture
def figures(atlas, chart):
    def of(chart_id):
        entry = chart(chart_id)
        found = figures_of(atlas, entry, atlas.in_memory[entry.layer])
        return {feature_id: figure.value for feature_id, figure in found.items()}

    return of


@pytest.fixture
def sums(atlas, chart):
    """Give the parts of each row of a stack or of symbols, by the label of their color."""

    def of(chart_id):
        entry = chart(chart_id)
        data = atlas.in_memory[entry.layer]
        if entry.kind == "stack":
            rows = stacked_rows(atlas, entry, data)
            return {row.link.name: {part.color.label: part.text for part in row.parts} for row in rows}
        rows = symbol_rows(atlas, entry, data)
        return {row.name: [color.label for _link, color in row.symbols] for row in rows}

    return of


def said_numbers(text, language):
    """Return the numbers in a sentence, without those in names of trains and without single words."""
    group, decimal = (",", ".") if language == "en" else (".", ",")
    plain = re.sub(r"\b(IC|RB|RS|RE)\d+", "", text)
    found = re.findall(rf"\d+(?:[{group}]\d{{3}})*(?:[{decimal}]\d+)?", plain)
    return sorted(float(number.replace(group, "").replace(decimal, ".")) for number in found)


def twente(figures, chart_id, *names):
    values = figures(chart_id)
    return sum(values[name] for name in names)


def the_largest(values):
    return max(values, key=values.__getitem__)


CITIES = ("enschede", "hengelo", "almelo")


def test_half_of_twente_lives_in_three_cities(figures, atlas):
    three, all_of_them = twente(figures, "population", *CITIES), sum(figures("population").values())
    assert list(figures("population"))[:3] == ["enschede", "hengelo", "almelo"]
    assert (three, all_of_them) == (319_113, 640_806)
    assert three / all_of_them == pytest.approx(0.5, abs=0.005)
    assert all_of_them == atlas.feature("region.twente").properties["population"]


def test_oldenzaal_is_ten_times_as_dense_as_tubbergen(figures):
    density = figures("density")
    assert (next(iter(density)), list(density)[-1]) == ("oldenzaal", "tubbergen")
    assert (density["oldenzaal"], density["tubbergen"]) == (1_448, 145)
    assert density["oldenzaal"] / density["tubbergen"] == pytest.approx(10, abs=0.1)


def test_the_largest_municipality_is_not_the_one_with_the_most_people(atlas, figures):
    rows = atlas.in_memory["municipalities"].properties
    areas = {key: row["area_km2"] for key, row in rows.items()}
    people = figures("population")
    assert (the_largest(areas), the_largest(people)) == ("hof_van_twente", "enschede")
    assert (round(areas["hof_van_twente"]), people["hof_van_twente"]) == (215, 35_446)
    assert round(areas["enschede"]) == 143
    assert 4 < people["enschede"] / people["hof_van_twente"] < 5


def test_munster_is_almost_as_large_as_three_dutch_cities(figures):
    cities = figures("core_cities")
    assert cities.keys() == {"munster", "osnabruck", *CITIES}
    assert (cities["munster"], twente(figures, "core_cities", *CITIES)) == (303_772, 319_113)


def test_two_of_three_people_of_the_euregio_live_in_germany(figures, atlas):
    people = figures("members")
    country = {key: atlas.feature(f"euregio_members.{key}").properties["country"] for key in people}
    dutch, german = (sum(people[key] for key in people if country[key] == code) for code in ("NL", "DE"))
    assert (german, dutch) == (2_319_969, 1_024_079)
    assert german / (german + dutch) == pytest.approx(2 / 3, abs=0.03)


def test_no_town_of_twente_is_far_from_the_border(figures):
    distances = figures("border_distance")
    assert (next(iter(distances)), list(distances)[-1]) == ("losser", "rijssen")
    assert round(distances["losser"], 1) == 2.2
    assert round(distances["rijssen"], 1) == 23.2
    assert len(distances) == 14


def test_most_crossings_are_local_roads(sums):
    counts = {name: len(labels) for name, labels in sums("crossings").items()}
    assert (sum(counts.values()), the_largest(counts)) == (53, "Local road")
    assert (counts["Local road"], counts["Motorway"]) == (31, 1)


def test_zwolle_is_nearer_by_train_than_munster(figures):
    minutes = figures("from_enschede")
    assert (minutes["zwolle"], minutes["munster_hbf"], minutes["berlin_hbf"]) == (46, 74.5, 251)


def test_no_train_runs_through_from_zwolle_to_munster(atlas):
    line = atlas.feature("rail_corridors.zwolle_twente_munster").properties
    trains = {train["name"]: train["minutes"] for train in line["services"]}
    for minutes in trains.values():
        assert minutes[0] is None or minutes[-1] is None
    enschede = line["stations"].index("enschede")
    assert trains["IC23"][0] == 0
    assert trains["IC23"][enschede] == 46
    assert (trains["RB64"][enschede], trains["RB64"][-1]) == (0, 74.5)


def test_most_trains_call_at_hengelo(figures):
    trains = figures("trains")
    assert next(iter(trains)) == "hengelo"
    assert (trains["hengelo"], trains["almelo"], trains["enschede"]) == (10.5, 9, 9)
    assert max(trains[station] for station in trains.keys() - {*CITIES}) < 9


def test_three_quarters_of_zwolle_munster_are_single_track(atlas, sums):
    parts = {label: float(text) for label, text in sums("tracks")["Zwolle–Twente–Münster"].items()}
    two, wired, bare = parts.values()
    assert (sum(parts.values()), wired + bare, bare) == (pytest.approx(133, abs=1), 98, 62)
    assert (wired + bare) / (two + wired + bare) == pytest.approx(0.75, abs=0.02)
    # Each corridor is there with its whole length, known or not.
    for line in atlas.in_memory["rail_corridors"].properties.values():
        total = sum(float(text.replace(",", "")) for text in sums("tracks")[line["name"]].values())
        assert total == pytest.approx(line["length_km"], abs=1.5), line["name"]


def test_the_university_of_munster_has_the_most_students(figures):
    students = figures("students")
    assert next(iter(students)) == "university_of_munster"
    assert (students["university_of_munster"], students["university_of_twente"]) == (41_967, 12_147)
    assert 3 < students["university_of_munster"] / students["university_of_twente"] < 3.5


def test_the_former_air_base_is_the_largest_district(figures):
    areas = figures("districts")
    assert next(iter(areas)) == "technology_base"
    named = (areas["technology_base"], areas["kennispark_twente"], areas["the_green_box"])
    assert named == (220, 180, 18.3)


def test_most_new_homes_would_rise_between_hengelo_and_enschede(atlas, chart):
    rows = bar_rows(atlas, chart("homes"), atlas.in_memory["station_areas"])
    assert [(row.link.name, row.text) for row in rows[:2]] == [
        ("Spoorzone Hengelo–Enschede", "8,000–12,000"),
        ("Spoorzone Zwolle (Hanzeland)", "3,200"),
    ]
    assert [part.is_range for part in rows[0].parts] == [False, True]


def test_photonics_leads_the_clusters_of_today(sums):
    counts = {name: len(labels) for name, labels in sums("clusters").items()}
    assert (sum(counts.values()), counts.pop("Textiles and machinery of the past")) == (21, 8)
    assert the_largest(counts) == "Photonics"
    assert counts["Photonics"] == 4
    assert sorted(counts.values())[-2] < 4


def test_two_of_three_programmes_are_running(sums):
    found = [label for labels in sums("programmes").values() for label in labels]
    assert (found.count("Running or in use"), len(found)) == (26, 39)
    assert statistics.fmean(label == "Running or in use" for label in found) == pytest.approx(2 / 3, abs=0.03)
    assert next(iter(sums("programmes"))) == "Water management"
    assert len(sums("programmes")["Water management"]) == 12


@pytest.mark.parametrize("language", ["nl", "de"])
def test_what_a_chart_says_has_the_same_numbers_in_each_language(atlas, language):
    for english, other in zip(atlas.catalog.charts, in_language(atlas, language).catalog.charts, strict=True):
        assert english.finding != other.finding
        assert said_numbers(english.finding, "en") == said_numbers(other.finding, language), other.finding


def test_each_chart_is_said_in_one_sentence(atlas):
    for chart in atlas.catalog.charts:
        assert re.search(r"[.!?] ", chart.finding) is None, chart.id
        assert chart.finding.endswith("."), chart.id
        assert not chart.title.endswith("."), chart.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_bar_and_point_is_a_link_to_a_feature_that_exists(atlas, language):
    other = in_language(atlas, language)
    for chart in charts_of(other):
        drawn = chart_figure(other, chart.id, "zwolle_twente_munster" if chart.kind == "route" else "")
        references = re.findall(r'data-feature="([^"]+)"', drawn)
        assert references, chart.id
        assert all(other.feature(reference) for reference in references), chart.id


def test_the_colors_of_a_status_are_the_same_in_each_chart(atlas, chart):
    numbers = {}
    for chart_id in ("clusters", "programmes"):
        for row in symbol_rows(atlas, chart(chart_id), atlas.in_memory[chart(chart_id).layer]):
            for _link, color in row.symbols:
                assert numbers.setdefault(color.label, color.number) == color.number


def test_a_point_stands_where_its_figures_are(atlas, chart):
    plane = scatter_plane(atlas, chart("area"), atlas.in_memory["municipalities"])
    points = {point.link.name: point for point in plane.points}
    assert len(points) == 14
    assert max(points.values(), key=lambda point: point.left).link.name == "Hof van Twente"
    assert min(points.values(), key=lambda point: point.top).link.name == "Enschede"
    named = [point for point in plane.points if point.side]
    assert {"Enschede", "Hof van Twente"} <= {point.link.name for point in named}
    assert len(named) >= 11, "most of them have room for their name"


def test_the_stations_of_a_route_are_named_where_there_is_room(atlas):
    route = route_plane(atlas, atlas.in_memory["rail_corridors"], "zwolle_twente_munster")
    named = [(link.name, top * route.height_px / 100) for link, top, is_named in route.stops if is_named]
    assert {"Zwolle", "Almelo", "Hengelo", "Enschede", "Münster (Westf) Hbf"} <= {name for name, _ in named}
    tops = [top for _, top in named]
    assert all(later - earlier >= 17 for earlier, later in itertools.pairwise(tops))
    assert route_plane(atlas, atlas.in_memory["rail_corridors"], "munster_osnabruck") is None


def test_an_axis_begins_at_0_and_goes_beyond_the_largest_number():
    scale = linear_scale([3, 160_640])
    assert (scale.low, scale.steps) == (0, (0, 50_000, 100_000, 150_000))
    assert scale.high > 160_640
    assert scale.at(0) == 0
    assert 90 < scale.at(160_640) < 100
    assert linear_scale([]).steps == (0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0)
    log = log_scale([21_364, 160_640])
    assert log.steps == (20_000, 50_000, 100_000, 200_000)
    assert log.at(40_000) - log.at(20_000) == pytest.approx(log.at(80_000) - log.at(40_000), abs=0.02)


def test_no_name_covers_another():
    crowd = [(50 + i % 3, 50 + i / 3, f"Place {i}") for i in range(12)]
    sides = place_labels(crowd)
    assert "" in sides, "there is no room for all"
    assert set(sides) - {""}
    assert place_labels([(99, 50, "At the right edge")]) == ["left"]
    assert place_labels([(50, 50, "x" * 200)]) == [""]
    assert (WIDTH_PX, HEIGHT_PX) == (285, 300)


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "bar"},
        {"kind": "stack", "value": "length_km"},
        {"kind": "scatter", "value": "population"},
        {"kind": "dots", "group": "theme"},
        {"measure": {"label": "Both", "distance_to": "border", "trains_per_hour": True}},
    ],
)
def test_a_chart_that_lacks_what_its_kind_draws_is_refused(entry):
    texts = dict.fromkeys(("subject", "title", "finding", "note"), "Text")
    with pytest.raises(ValidationError):
        Chart.model_validate({"id": "one", "layer": "cities", **texts, **entry})


CHARTS = """
[[charts]]
id = "people"
layer = "towns"
value = "population"

[[charts]]
id = "unknown_field"
layer = "towns"
value = "people"

[[charts]]
id = "unknown_layer"
layer = "towns"
measure = { label = "Far", distance_to = "moon" }

[[charts]]
id = "no_network"
layer = "towns"
measure = { label = "Minutes", minutes_from = "towns.one" }

[[charts]]
id = "near"
layer = "towns"
measure = { label = "Distance", unit = "km", distance_to = "areas" }
"""


def test_a_chart_of_what_there_is_not_is_a_problem_and_the_others_are_drawn(small):
    texts = "".join(f'{name} = "Text"\n' for name in ("subject", "title", "finding", "note"))
    charts = CHARTS.replace("layer =", f"{texts}layer =")
    small.toml = small.toml.replace("[layers.areas]", f"{charts}\n[layers.areas]", 1)
    atlas = small.load()
    problems = [str(problem) for problem in atlas.problems]
    assert any("chart `unknown_field` refers to unknown field `people` of towns" in text for text in problems)
    assert any("chart `unknown_layer` refers to unknown layer `moon`" in text for text in problems)
    drawn = {chart.id: chart_figure(atlas, chart.id) for chart in charts_of(atlas)}
    assert list(drawn) == ["people", "unknown_layer", "no_network", "near"]
    assert "1,000" in drawn["people"]
    assert "No figures are available" in drawn["unknown_layer"]
    assert "No figures are available" in drawn["no_network"]
    assert "Distance (km)" in drawn["near"]


def test_numbers_are_printed_as_in_the_language(atlas):
    dutch = in_language(atlas, "nl")
    assert format_number(161_738, "nl") in chart_figure(dutch, "population")
    assert "8.000–12.000" in chart_figure(dutch, "homes")
