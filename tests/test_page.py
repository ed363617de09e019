"""The Streamlit page, run by Streamlit's own AppTest: overview, lists, details, and what is wrong."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import store
from dashboard.server import PAGE


@pytest.fixture
def page():
    def run(**query):
        test = AppTest.from_file(str(PAGE), default_timeout=20)
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    return run


def texts(test):
    return " ".join(element.proto.body for element in test.get("html"))


def test_it_opens_with_the_overview_and_the_key_figures(page):
    test = page()
    assert not test.exception
    assert "Twente, a region on the border" in texts(test)
    assert "633,917" in texts(test)
    assert "1,504\u00a0km²" in texts(test)
    assert "<dd>1958</dd>" in texts(test), "a year has no thousands separator"


def test_an_address_with_a_feature_opens_its_details(page):
    test = page(feature="knowledge_institutes.university_of_twente")
    assert "University of Twente" in texts(test)
    assert "12,493" in texts(test)
    [location] = re.findall(r'<p class="atlas-location">(.*?)</p>', texts(test))
    assert re.sub("<[^>]+>", "", location) == "Enschede · Twente · EUREGIO", "where it lies"
    assert "within about 60" in texts(test), "how sure the position is"
    assert 'href="about?lang=en#knowledge_institutes"' in texts(test), "the layer's evidence card"
    assert 'href="https://www.utwente.nl"' in texts(test)
    assert 'data-feature="municipalities.enschede"' in texts(test), "the areas are links"
    assert test.selectbox(key="layer_choice").value == "", "the list has all layers until one is chosen"


def test_a_corridor_tells_length_and_minutes_between_its_main_stations(page):
    test = page(feature="rail_corridors.zwolle_twente_munster")
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", texts(test))
    plain = [[re.sub("<[^>]+>", "", cell) for cell in row] for row in rows]
    assert plain[0] == ["Zwolle – Almelo", "44.3\u00a0km", "27\u00a0min (IC23)"]
    assert plain[3] == ["Enschede – Gronau (Westf)", "9.2\u00a0km", "11\u00a0min (RB51)"]
    assert len(plain) == 6
    assert "not known" in texts(page(feature="rail_corridors.munster_osnabruck"))


def test_the_story_tells_each_theme_with_ways_to_its_places_and_its_sources(page, atlas):
    body = texts(page())
    assert body.count('<details class="atlas-chapter"') == len(atlas.catalog.chapters) == 9
    for chapter in atlas.catalog.chapters:
        for reference in chapter.features:
            assert f'data-feature="{reference}"' in body
    for figure in ("634,000", "More than 330,000 people", "315,271", "339,278", "42,710", "187,000"):
        assert figure in body


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            ["Twente, een regio aan de grens", "633.917", "<dt>gemeenten</dt>", "Het verhaal van de regio"],
        ),
        ("de", ["633.917", "Die Geschichte der Region"]),
        ("xx", ["Twente, a region on the border", "633,917"]),
    ],
)
def test_the_page_speaks_the_language_of_its_address(page, language, words):
    test = page(lang=language)
    assert not test.exception
    for word in words:
        assert word in texts(test)


def test_details_are_in_the_language_with_its_numbers_and_dates(page):
    body = texts(page(lang="nl", feature="cities.enschede"))
    assert "160.640" in body
    assert "1 januari 2022" in body
    assert "Inwoners van de gemeente" in body
    assert "315.271" in body, "the note is translated, numbers and all"


def test_in_another_language_a_wrong_address_is_said_in_it(page):
    assert "heeft deze atlas niet" in texts(page(lang="nl", layers="moon"))


def test_each_feature_of_each_layer_has_details(page, atlas):
    for layer_id, data in atlas.layers.items():
        feature_id = data.gdf.index[-1]
        test = page(feature=f"{layer_id}.{feature_id}")
        assert not test.exception, layer_id
        assert 'class="atlas-details"' in texts(test), layer_id


def test_choosing_in_the_list_shows_the_details_and_clearing_it_the_overview(page):
    test = page()
    test.selectbox(key="feature_choice").set_value("cities.almelo").run()
    assert '<h2 tabindex="-1">Almelo</h2>' in texts(test)
    assert test.session_state.choice.serial == 1, "the map is told"
    test.selectbox(key="feature_choice").set_value(None).run()
    assert "Twente, a region on the border" in texts(test)


def test_the_list_has_every_feature_of_every_layer_until_one_is_chosen(page, atlas):
    options = page().selectbox(key="feature_choice").options
    assert len(options) == sum(len(data.gdf) for data in atlas.layers.values())
    assert "Tubbergen · Municipalities" in options


def test_another_layer_brings_its_own_features_to_the_list(page, atlas):
    test = page(feature="cities.almelo")
    test.selectbox(key="layer_choice").set_value("stations").run()
    options = test.selectbox(key="feature_choice").options
    assert len(options) == len(atlas.layers["stations"].gdf)
    assert options == sorted(options, key=str.casefold)
    assert "Twente, a region on the border" in texts(test)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"feature": "cities.atlantis"}, "“cities.atlantis”, which this atlas does not have"),
        ({"feature": "<b>bold</b>"}, "&lt;b&gt;bold&lt;/b&gt;"),
        ({"layers": "cities,moon"}, "a layer “moon”, which this atlas does not have"),
        ({"view": "here"}, "The view “here” in the address can&#39;t be read"),
    ],
)
def test_an_address_that_means_nothing_is_said_and_the_page_stands(page, query, words):
    test = page(**query)
    assert not test.exception
    assert words in texts(test)
    assert "Twente, a region on the border" in texts(test)


@pytest.fixture
def small_page(small, monkeypatch, page):
    def run(**query):
        monkeypatch.setenv(store.CATALOG_VARIABLE, str(small.write()))
        return page(**query)

    return run


def test_a_broken_layer_is_named_on_the_page_and_the_others_are_there(small, small_page):
    small.layers["areas"] = "{"
    test = small_page()
    assert not test.exception
    assert "1 problem in the data; everything else is shown." in texts(test)
    assert "areas: is not JSON" in texts(test)
    assert test.selectbox(key="layer_choice").options == ["All layers", "Towns"]
    assert "1,000" in texts(test), "key figures of the other layer"


def test_without_any_layer_the_page_says_why(small, small_page):
    small.layers = {"areas": "{", "towns": "["}
    test = small_page()
    assert not test.exception
    assert "2 problems in the data" in texts(test)


def test_data_changed_on_disk_is_there_with_the_next_look(small, small_page):
    assert "1,000" in texts(small_page())
    small.feature("towns")["properties"]["population"] = 4321
    assert "4,321" in texts(small_page())


def test_a_catalog_that_breaks_while_it_is_served_leaves_the_last_good_state(small, small_page):
    small_page()
    small.toml = "title = "
    test = small_page()
    assert not test.exception
    assert "not valid TOML" in texts(test)
    assert test.selectbox(key="layer_choice").options == ["All layers", "Areas", "Towns"]


def test_a_catalog_that_was_never_readable_is_said_on_the_page(monkeypatch, page, tmp_path):
    monkeypatch.setenv(store.CATALOG_VARIABLE, str(tmp_path / "nowhere.toml"))
    test = page()
    assert not test.exception
    assert "no catalog at" in texts(test)


HOSTILE = "<script>alert(1)</script>**bold** $x$ :red[red] ${7*7}"


def test_what_data_says_is_text_and_nothing_else(small, small_page):
    small.feature("towns")["properties"].update(name=HOSTILE, description=HOSTILE, note=HOSTILE)
    test = small_page(feature="towns.one")
    assert not test.exception
    assert "<script>" not in texts(test)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;**bold** $x$ :red[red] ${7*7}" in texts(test)
