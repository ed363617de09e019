"""The Streamlit page, run by Streamlit's own AppTest: overview, lists, details, and what is wrong."""

import html
import re
import sys
from dataclasses import replace
from functools import cache

import pytest
import shapely
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard.app import PAGE
from dashboard.page.table import _printed
from dashboard.views.feature_details import measured_size
from dashboard.views.table_frame import is_match, table_frame
from dashboard.web import settings
from dashboard.web.settings import Settings
from geodata import in_language
from geodata.spatial.measuring import unproject


@pytest.fixture(scope="module")
def components():
    """Look for components once: AppTest reads the description of each installed package in each run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture
def page(components, monkeypatch):
    # Streamlit makes the page the main module, which each process that tests start later would run.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])

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
    assert "640,806" in texts(test)
    assert "1,504\u00a0km²" in texts(test)
    assert "<dd>1958</dd>" in texts(test), "a year has no thousands separator"


def test_an_address_with_a_feature_opens_its_details(page):
    test = page(feature="knowledge_institutes.university_of_twente")
    assert "University of Twente" in texts(test)
    assert "12,147" in texts(test)
    [location] = re.findall(r'<p class="atlas-location">(.*?)</p>', texts(test))
    assert re.sub("<[^>]+>", "", location) == "Enschede · Twente · EUREGIO", "where it lies"
    assert "within about 60" in texts(test), "how sure the position is"
    assert "<summary>Sources and method</summary>" in texts(test)
    assert 'href="about?lang=en#knowledge_institutes"' in texts(test), "the layer's evidence"
    assert 'href="https://www.utwente.nl"' in texts(test)
    assert "download/knowledge_institutes.gpkg?lang=en&amp;features=university_of_twente" in texts(test)
    assert 'data-feature="municipalities.enschede"' in texts(test), "the areas are links"


def test_a_corridor_is_drawn_as_a_line_with_its_stations_and_minutes(page):
    body = texts(page(feature="rail_corridors.zwolle_twente_munster"))
    stops = re.findall(r"<li( class=\"atlas-main\")?><span>(.*?)</span><span>([^<]*)</span>", body)
    plain = [(bool(main), re.sub("<[^>]+>", " ", name).split(), far) for main, name, far in stops]
    assert len(plain) == 24
    assert plain[0] == (True, ["Zwolle"], "0\u00a0km")
    assert plain[1] == (False, ["Heino"], "12.3\u00a0km")
    assert plain[5] == (True, ["Almelo", "27", "min", "(IC23)"], "44.3\u00a0km")
    assert "minutes not known" in texts(page(feature="rail_corridors.munster_osnabruck"))


def test_details_say_what_is_near_around_and_inside(page):
    body = texts(page(feature="municipalities.enschede"))
    assert "Neighbours" in body
    assert 'data-feature="municipalities.losser"' in body
    assert 'data-feature="knowledge_institutes.university_of_twente"' in body
    assert "Distance: State border" in texts(page(feature="cities.almelo"))
    assert "Nearest: Railway station" in texts(page(feature="innovation_districts.kennispark_twente"))
    munster = texts(page(feature="cities.munster"))
    assert 'data-feature="knowledge_institutes.university_of_munster"' in munster, (
        "by its municipality's name"
    )


@pytest.mark.parametrize("number", range(10))
def test_each_chapter_has_its_text_its_places_and_links_to_its_neighbors(page, atlas, number):
    chapter = atlas.catalog.chapters[number]
    test = page(story=chapter.id)
    body = texts(test)
    assert not test.exception
    assert f"Chapter {number + 1} of 10" in body
    for reference in chapter.features:
        assert f'data-feature="{reference}"' in body
    for step, rel in ((-1, "prev"), (1, "next")):
        if 0 <= number + step < 10:
            assert f'data-story="{atlas.catalog.chapters[number + step].id}" rel="{rel}"' in body
    command = test.session_state.page.command
    assert command["highlight"] == chapter.features
    assert command["annotation"]["text"] == chapter.annotation.text
    assert shapely.Point(command["annotation"]["lng"], command["annotation"]["lat"]).intersects(
        shapely.box(*command["bounds"])
    ), "what the words are about is in view"
    assert set(command["layers"]) >= {reference.partition(".")[0] for reference in chapter.features}
    west, south, east, north = command["bounds"]
    assert 4 < west < east < 14
    assert 51 < south < north < 54


def test_a_link_to_a_chapter_keeps_its_layers_and_its_view(page):
    command = page(story="corridors", layers="cities", view="10/52.2/6.9").session_state.page.command
    assert set(command) == {"feature", "highlight", "annotation"}


@pytest.mark.parametrize("language", ["en", "nl", "de"])
def test_a_chapter_has_one_large_figure_and_at_most_70_words_beside_it(atlas, language):
    for chapter in in_language(atlas, language).catalog.chapters:
        assert chapter.figure is not None, chapter.id
        assert len(" ".join(chapter.text).split()) <= 70, chapter.id


def test_a_figure_is_written_as_in_the_language_of_the_page(page):
    assert "<span>1.5\u00a0TWh</span>" in texts(page(story="energy"))
    assert "<span>1,5\u00a0TWh</span>" in texts(page(story="energy", lang="nl"))
    assert "<span>1958</span>" in texts(page(story="euroregion")), "a year has no thousands separator"


def test_the_story_has_the_region_s_figures_and_the_counted_ones(page):
    body = "".join(texts(page(story=story)) for story in ("region", "euroregion", "climate"))
    for figure in ("634,000", "more than 330,000", "319,113", "343,752", "42,710", "187,000"):
        assert figure in body


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "Twente, een regio aan de grens",
                "640.806",
                "<dt>gemeenten</dt>",
                "De rondleiding in hoofdstukken",
            ],
        ),
        ("de", ["640.806", "Der Rundgang in Kapiteln"]),
        ("xx", ["Twente, a region on the border", "640,806"]),
    ],
)
def test_the_page_speaks_the_language_of_its_address(page, language, words):
    test = page(lang=language)
    assert not test.exception
    for word in words:
        assert word in texts(test)


def test_details_are_in_the_language_with_its_numbers_and_dates(page):
    body = texts(page(lang="nl", feature="cities.enschede"))
    assert "161.738" in body
    assert "1 januari 2024" in body
    assert "Inwoners van de gemeente" in body
    assert "319.113" in body, "the note is translated, numbers and all"


def test_a_foreign_name_says_its_language(page):
    assert '<span lang="de">Universität Münster</span>' in texts(
        page(feature="knowledge_institutes.university_of_munster")
    )


def test_a_wrong_address_is_reported_in_the_page_s_language(page):
    assert "een onbekende laag “moon”" in texts(page(lang="nl", layers="moon"))


def test_each_feature_of_each_layer_has_details(page, atlas):
    for layer_id, data in atlas.layers.items():
        feature_id = data.gdf.index[-1]
        test = page(feature=f"{layer_id}.{feature_id}")
        assert not test.exception, layer_id
        assert 'class="atlas-details"' in texts(test), layer_id


def test_a_table_has_every_feature_of_its_layer_with_numbers_that_sort_as_numbers(page, atlas):
    test = page(panel="table", of="municipalities")
    frame = test.dataframe[0].value
    assert list(frame["Name"]) == sorted(frame["Name"])
    assert len(frame) == 14
    assert frame["Inhabitants"].sum() == atlas.feature("region.twente").properties["population"]
    assert "14 of 14." in test.caption[0].value
    for ending in ("geojson", "gpkg", "csv", "fgb"):
        assert f'href="download/municipalities.{ending}?lang=en"' in texts(test)


@pytest.mark.parametrize(
    "layer_id", ["cities", "rail_corridors", "programmes", "partners", "border", "stations"]
)
def test_each_layer_has_a_table_in_each_language(page, atlas, layer_id):
    for language in ("en", "nl", "de"):
        test = page(panel="table", of=layer_id, lang=language)
        assert not test.exception
        assert len(test.dataframe[0].value) == len(atlas.layers[layer_id].gdf)


def test_a_table_is_filtered_by_text_and_by_field_and_its_download_follows(page):
    test = page(panel="table", of="cities")
    test.multiselect(key="filter.cities.country").set_value(["DE"]).run()
    assert set(test.dataframe[0].value["Country"]) == {"Germany"}
    test.text_input(key="filter.cities.text").set_value("eastern end of the line from enschede").run()
    assert list(test.dataframe[0].value["Name"]) == ["Münster"]
    test.text_input(key="filter.cities.text").set_value("osnabruck").run()
    assert "Osnabrück" in set(test.dataframe[0].value["Name"]), "without the accent"
    test.text_input(key="filter.cities.text").set_value("eastern end of the line from enschede").run()
    assert 'href="download/cities.csv?lang=en&amp;features=munster"' in texts(test)
    test.text_input(key="filter.cities.text").set_value("xyzzy").run()
    assert len(test.dataframe) == 0
    assert "Nothing matches" in test.info[0].value


def test_a_table_folds_the_columns_that_are_the_same_in_every_row(page, atlas):
    test = page(panel="table", of="municipalities")
    columns = list(test.dataframe[0].value)
    assert columns[:4] == ["Name", "Inhabitants", "Area as published", "Main town"], "what counts comes first"
    assert not {"Country", "Inhabitants counted on"} & {*columns}
    assert "2 columns are the same in every row" in texts(test)
    assert "<dt>Country</dt><dd>Netherlands</dd>" in texts(test)
    assert "<dt>Inhabitants counted on</dt><dd>1 January 2024</dd>" in texts(test)
    assert "same in every row" not in texts(page(panel="table", of="cities"))


@pytest.mark.parametrize("language", ["en", "nl", "de"])
def test_no_cell_of_a_table_says_that_it_is_empty(atlas, language):
    other = in_language(atlas, language)
    for layer_id, data in other.layers.items():
        frame = table_frame(other, data, list(data.features(data.properties)))
        printed = {
            text
            for _label, column in _printed(frame, data.layer.fields.values(), language)
            for text in column
        }
        assert not printed & {"None", "nan", "<NA>", "NaT"}, layer_id
        texts_only = frame.select_dtypes(["object", "string"])
        assert not texts_only.isna().any(axis=None), layer_id


def test_a_filter_says_where_it_found_its_words_and_marks_the_cells(page, atlas):
    test = page(panel="table", of="programmes")
    assert "Found in" not in test.dataframe[0].value
    test.text_input(key="filter.programmes.text").set_value("interreg").run()
    frame = test.dataframe[0].value.set_index("Name")
    assert frame["Found in"]["Interreg VI A Germany-Netherlands"] == "", "its name says so"
    assert "Source" in frame["Found in"]["LIVING Vecht-Dinkel"]
    assert frame["Found in"]["DIWA, water in times of drought"] == "Figures"
    assert is_match("Interreg VI A", ["interreg"])
    assert not is_match(None, ["interreg"])


def test_rows_that_are_chosen_in_a_table_stand_side_by_side(page):
    test = page(panel="table", of="municipalities")
    state = test.session_state.page
    state.compare(["municipalities.borne"])
    assert state.feature == "municipalities.borne"
    state.compare(["municipalities.almelo", "municipalities.borne"])
    assert state.feature == "municipalities.almelo", "the map shows the row that came last"
    test.run()
    assert "Side by side" in texts(test)
    assert '<th scope="col">Almelo</th><th scope="col">Borne</th>' in texts(test)
    assert "<td>69.41\u00a0km²</td><td>26.17\u00a0km²</td>" in texts(test)
    state.compare(["municipalities.borne"])
    assert state.feature == "municipalities.borne"
    state.compare([])
    assert state.feature is None
    test.run()
    assert "Side by side" not in texts(test)


def test_a_table_is_sorted_without_a_mouse(page):
    test = page(panel="table", of="municipalities")
    test.selectbox(key="filter.municipalities.order").set_value("population").run()
    assert list(test.dataframe[0].value["Name"])[:2] == ["Enschede", "Hengelo"]
    test.selectbox(key="filter.municipalities.order").set_value("name").run()
    assert test.dataframe[0].value["Name"].iloc[0] == "Almelo"


def test_a_table_can_be_limited_to_what_the_map_shows(page):
    test = page(panel="table", of="cities")
    test.toggle(key="table_in_view").set_value(True).run()
    test.session_state.page.bounds = [6.8, 52.2, 6.95, 52.3]
    test.run()
    assert set(test.dataframe[0].value["Name"]) == {"Enschede"}


def test_a_feature_opens_the_table_of_its_layer_with_its_row_selected(page):
    test = page(panel="table", feature="stations.rheine")
    assert test.selectbox(key="table_layer").value == "stations"
    assert test.session_state.page.row == "stations.rheine"
    assert "table.stations.1.1.94" in test.session_state


def test_every_chart_is_drawn_in_each_language(page, atlas):
    for language in ("en", "nl", "de"):
        test = page(panel="charts", lang=language)
        assert not test.exception
        assert texts(test).count('<figure class="atlas-chart"') == len(atlas.catalog.charts) >= 10
        for chart in in_language(atlas, language).catalog.charts:
            assert html.escape(chart.title, quote=False) in texts(test)
            assert html.escape(chart.finding, quote=False) in texts(test)
            assert f'data-of="{chart.id}"' in texts(test), "in the list of charts"
        assert "No figures are available" not in texts(test)


def test_a_link_to_a_chart_names_it_in_the_address_of_the_page(page):
    test = page(panel="charts", of="homes")
    assert test.session_state.page.subjects == {"charts": "homes"}
    assert page(panel="charts").session_state.page.subjects == {}, (
        "without a chart the list begins at the top"
    )


def test_a_link_opens_the_table_of_a_chart_s_layer(page, atlas):
    state = page(panel="charts", feature="cities.rheine").session_state.page
    state.open_panel(atlas, "table", "municipalities")
    assert (state.panel, state.subjects, state.feature) == ("table", {"table": "municipalities"}, None)
    assert state.command["show"] == "municipalities"
    for panel, subject in (("charts", "moon"), ("table", "moon"), ("video", "homes")):
        state.open_panel(atlas, panel, subject)
        assert state.panel == "table"


def test_a_line_without_known_minutes_has_a_notice_instead_of_a_chart(page):
    test = page(panel="charts", of="minutes")
    test.selectbox(key="chart.minutes.line").set_value("munster_osnabruck").run()
    assert "No figures are available" in texts(test)


def test_the_panel_changes_with_the_switch_and_the_address_follows(page):
    test = page()
    assert test.session_state.page.panel == "explore"
    test.button_group(key="panel_choice").set_value("charts").run()
    assert test.session_state.page.panel == "charts"
    assert "Half of Twente lives in three cities" in texts(test)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"feature": "cities.atlantis"}, "unknown feature “cities.atlantis”"),
        ({"feature": "<b>bold</b>"}, "&lt;b&gt;bold&lt;/b&gt;"),
        ({"layers": "cities,moon"}, "unknown layer “moon”"),
        ({"lang": "fr"}, "not available in “fr”"),
        ({"view": "here"}, "The view “here” in the address can’t be read"),
        ({"story": "war"}, "unknown chapter “war”"),
        ({"panel": "video"}, "unknown panel “video”"),
    ],
)
def test_a_wrong_address_is_reported_and_the_page_is_complete(page, query, words):
    test = page(**query)
    assert not test.exception
    assert words in texts(test)
    assert "Twente, a region on the border" in texts(test)


@pytest.fixture
def small_page(small, monkeypatch, page):
    def run(**query):
        monkeypatch.setattr(settings, "_current", Settings(catalog=small.write()))
        return page(**query)

    return run


def test_a_broken_layer_is_reported_and_the_others_are_shown(small, small_page):
    small.layers["areas"] = "{"
    test = small_page()
    assert not test.exception
    assert "1 problem in the data; everything else is shown." in texts(test)
    assert "areas: is not JSON" in texts(test)
    assert "Somewhere" in texts(test)
    assert "1,000" in texts(test), "key figures of the other layer"


def test_without_any_layer_the_page_says_why(small, small_page):
    small.layers = {"areas": "{", "towns": "["}
    test = small_page()
    assert not test.exception
    assert "2 problems in the data" in texts(test)


def test_data_changed_on_disk_are_shown_with_the_next_page_view(small, small_page):
    assert "1,000" in texts(small_page())
    small.feature("towns")["properties"]["population"] = 4321
    assert "4,321" in texts(small_page())


def test_a_catalog_that_breaks_while_it_is_served_leaves_the_last_good_state(small, small_page):
    small_page()
    small.toml = "title = "
    test = small_page()
    assert not test.exception
    assert "not valid TOML" in texts(test)
    assert "1,000" in texts(test)


def test_an_unreadable_catalog_is_reported_on_the_page(monkeypatch, page, tmp_path):
    monkeypatch.setattr(settings, "_current", Settings(catalog=tmp_path / "nowhere.toml"))
    test = page()
    assert not test.exception
    assert "no catalog at" in texts(test)


HOSTILE = "<script>alert(1)</script>**bold** $x$ :red[red] ${7*7}"


def test_texts_of_the_data_are_escaped(small, small_page):
    small.feature("towns")["properties"].update(name=HOSTILE, description=HOSTILE, note=HOSTILE)
    test = small_page(feature="towns.one")
    assert not test.exception
    assert "<script>" not in texts(test)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;**bold** $x$ :red[red] ${7*7}" in texts(test)


def test_labels_show_markdown_as_text():
    from dashboard.i18n.templating import plain

    assert plain("Inhabitants (2022)") == "Inhabitants (2022)"
    assert plain(":red[$x$] **b**") == r"\:red\[\$x\$\] \*\*b\*\*"
    assert plain("# &lt; 1. a") == r"\# \&lt; 1. a"
    assert [plain("1. a"), plain("20) a"), plain("- a")] == [r"1\. a", r"20\) a", r"\- a"]
    assert plain("    code\n\n2. a") == "code 2. a"
    assert plain(":smile: https://a.example") == "\\:\u2060smile\\: https\\:\u2060//a.example"


@pytest.mark.parametrize(
    ("side_m", "area", "length"),
    [
        (8, "64\u00a0m²", "8\u00a0m"),
        (150, "2\u00a0ha", "150\u00a0m"),
        (1_000, "100\u00a0ha", "1\u00a0km"),
        (5_430, "29,5\u00a0km²", "5,4\u00a0km"),
    ],
)
def test_a_size_as_drawn_has_a_unit_that_fits_a_house_as_well_as_a_region(atlas, side_m, area, length):
    corner = shapely.Point(4_100_000, 3_240_000)  # in EPSG:3035, near Enschede
    line = shapely.LineString([corner, (corner.x, corner.y + side_m)])
    square = shapely.box(corner.x, corner.y, corner.x + side_m, corner.y + side_m)
    feature = atlas.feature("cities.enschede")
    sizes = [
        measured_size(replace(feature, geometry=unproject(shape)), "nl").value for shape in (square, line)
    ]
    assert sizes == [area, length]
