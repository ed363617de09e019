"""The search finds the features that people mean, whatever they type."""

import copy

import pytest
from hypothesis import given, settings, strategies as st
from rapidfuzz.distance import OSA

from dashboard.views.search_results import find
from geodata import in_language
from geodata.search.coordinates import read_coordinates
from geodata.search.index import build_index
from geodata.search.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def index(atlas):
    return build_index(atlas)


def found(index, query, language="en"):
    return [hit.reference for hit in index.search(query, language)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("munster", "cities.munster"),
        ("Muenster", "cities.munster"),
        ("MÜNSTER", "cities.munster"),
        ("Osnabruck", "cities.osnabruck"),
        ("kenispark", "innovation_districts.kennispark_twente"),
        ("Universitat Twente", "knowledge_institutes.university_of_twente"),
        ("twente university", "knowledge_institutes.university_of_twente"),
        ("universiteit twente", "knowledge_institutes.university_of_twente"),
        ("utwente", "knowledge_institutes.university_of_twente"),
        ("hengelo heat", "programmes.hengelo_heat_network"),
        ("hengeloheat", "programmes.hengelo_heat_network"),
        ("warmtenet hengelo", "programmes.hengelo_heat_network"),
        ("ensch", "cities.enschede"),
        ("twente", "region.twente"),
        ("oldnzal", "cities.oldenzaal"),
        ("Bahnhof Enschede", "stations.enschede"),
        ("h2 hub", "clusters.h2hub_twente"),
        ("t lansink", "clusters.lansink"),
        ("lok viertel", "station_areas.lok_viertel"),
        ("hof van twente", "municipalities.hof_van_twente"),
    ],
)
def test_a_query_finds_the_expected_feature_first(index, query, first):
    assert found(index, query)[0] == first


def test_every_feature_is_among_the_best_hits_for_its_name_in_every_language(atlas, index):
    for language in ("en", *atlas.translations):
        localized = in_language(atlas, language)
        for layer_id, data in localized.layers.items():
            for feature_id, properties in data.properties.items():
                for name in {properties["name"], properties.get("native_name", properties["name"])}:
                    hits = index.search(name, language)
                    best = {hit.reference for hit in hits if hit.score > 3 * 0.97}
                    assert f"{layer_id}.{feature_id}" in best, (language, name)


def test_equal_names_come_first_then_names_that_begin_with_the_query_then_others(index):
    hits = found(index, "hengelo")
    assert hits[:4] == [
        "cities.hengelo",
        "stations.hengelo",
        "municipalities.hengelo",
        "euregio_members.hengelo",
    ]
    assert hits[4].startswith("stations.hengelo_")
    assert found(index, "oldenzaal").index("stations.oldenzaal") < 3
    assert found(index, "oldenzaal")[4:7] == [
        "rail_sections.oldenzaal_bad_bentheim",
        "programmes.oldenzaalsestraat",
        "rail_corridors.zutphen_hengelo_oldenzaal",
    ]


def test_hits_match_all_words_if_any_feature_matches_them_all(index):
    assert found(index, "saxion deventer") == ["knowledge_institutes.saxion_deventer"]
    assert "knowledge_institutes.saxion_deventer" in found(index, "saxion deventer quux")


def test_a_word_for_a_kind_finds_features_of_that_kind(index):
    assert {reference.split(".")[0] for reference in found(index, "spoorcorridors")[:7]} == {"rail_corridors"}
    assert {reference.split(".")[0] for reference in found(index, "municipality", "nl")} == {"municipalities"}


def test_an_exact_name_comes_first_among_thousands_of_names_that_contain_it(small):
    feature = small.feature("towns")
    small.layers["towns"]["features"] = [
        {**copy.deepcopy(feature), "id": f"t{number}"} for number in range(3000)
    ]
    for number, copied in enumerate(small.layers["towns"]["features"]):
        copied["properties"]["name"] = "Twente" if number == 2718 else f"Twente halt {number}"
    assert found(build_index(small.load()), "twente")[0] == "towns.t2718"


def test_features_with_the_same_name_show_the_first_key_field_that_differs(small):
    small.toml = small.toml.replace('key_fields = ["population"]', 'key_fields = ["area", "population"]')
    for at, feature in enumerate(small.layers["towns"]["features"]):
        feature["properties"]["name"] = "Church Street 1"
        feature["geometry"]["coordinates"] = [6.5 + at / 10, 52.4]
    small.layers["towns"]["bbox"] = [6.5, 52.4, 6.6, 52.4]
    results = find(small.load(), "church street")["results"]
    assert [(found["name"], found["where"]) for found in results] == [
        ("Church Street 1", "1,000, Square"),
        ("Church Street 1", "2,000, Square"),
    ]


@given(
    st.lists(st.text("abcdé", min_size=1, max_size=14), min_size=1, max_size=20), st.text("abcdé", min_size=4)
)
def test_no_misspelt_word_is_missed(words, typed):
    edits = min(3, (len(typed) + 1) // 4)
    vocabulary = Vocabulary(set(words))
    for word, share in zip(vocabulary.words, vocabulary.shares(typed), strict=True):
        forms = {word, *(word[: len(typed) + more] for more in (-1, 0, 1))}
        is_near = any(OSA.distance(typed, form) <= edits for form in forms)
        assert (share > 0) == (is_near or typed in word)


def test_an_atlas_without_features_finds_nothing(small):
    small.layers["towns"]["features"] = []
    small.layers["areas"]["features"] = []
    assert found(build_index(small.load()), "one") == []


NASTY = [
    "",
    " ",
    "\0",
    "\x01\x7f",
    "שלום",
    "\u202etnec",
    "e" * 10_000,
    "e " * 5_000,
    "%s{}",
    "ß",
    "İ",
    "🚂",
    "\ud800",
]


@pytest.mark.parametrize("query", NASTY)
def test_a_strange_query_returns_few_hits(index, query):
    assert len(index.search(query, "en")) <= 12
    read_coordinates(query)


@settings(max_examples=150, deadline=None)
@given(query=st.text(max_size=400), limit=st.integers(min_value=-1, max_value=20))
def test_any_query_returns_at_most_limit_different_hits_in_order_of_score(index, query, limit):
    hits = index.search(query, "de", limit)
    assert len(hits) <= max(0, limit)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.reference for hit in hits}) == len(hits)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_name_without_one_of_its_letters_finds_its_feature(index, atlas, data):
    names = sorted(
        name for name in (p["name"] for p in atlas.layers["cities"].properties.values()) if len(name) > 5
    )
    name = data.draw(st.sampled_from(names))
    place = data.draw(st.integers(min_value=1, max_value=len(name) - 1))
    ids = {p["name"]: key for key, p in atlas.layers["cities"].properties.items()}
    assert f"cities.{ids[name]}" in found(index, name[:place] + name[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "52.24, 6.85",
        "52.24,6.85",
        "52.24 6.85",
        " 52.24 ;\t6.85 ",
        "52,24 6,85",
        "52,24, 6,85",
        "6.85 E 52.24 N",
        "6.85E, 52.24N",
        "N 52.24 E 6.85",
        "NB 52,24 OL 6,85",
        "52° 14.4′ N 6° 51′ E",
        "52°14′24″N 6°51′O",
        "52°14'24\" N, 6°51'00\" E",
        "geo:52.24,6.85",
    ],
)
def test_coordinates_are_read_as_people_write_them(text):
    assert read_coordinates(text) == pytest.approx((6.85, 52.24), abs=1e-9)


def test_south_and_west_are_negative():
    assert read_coordinates("33.9 S 18.4 W") == pytest.approx((-18.4, -33.9))
    assert read_coordinates("-33°30′, 18.4") == pytest.approx((18.4, -33.5))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "52.24",
        "95, 6",
        "52, 181",
        "52 N 6 N",
        "1 2 3",
        "RE2 66",
        "1921 2024",
        "9" * 200,
        "52.24, 6.85 " * 9,
    ],
)
def test_texts_that_are_no_coordinates_return_none(text):
    assert read_coordinates(text) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_coordinates_written_and_read_are_the_same_place(lat, lon):
    assert read_coordinates(f"{lat:.6f}, {lon:.6f}") == pytest.approx((lon, lat), abs=1e-6)
