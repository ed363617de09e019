"""Languages: which one a visitor gets, that each says everything, and that nothing is merely copied."""

import json
import re

import pytest
from babel.messages.pofile import read_po

from dashboard.cli import main
from dashboard.i18n.extraction import interface_messages
from dashboard.i18n.languages import LOCALES, choose_language, interface_strings, languages
from dashboard.map.builder import build_map
from dashboard.map.data_urls import map_addresses, texts_document
from geodata import check_atlas, in_language
from geodata.atlas.languages import atlas_messages
from geodata.i18n.po_file import check_apart, check_translation, read_translations, update_translation
from geodata.search.index import build_index

LANGUAGES = ["de", "nl"]

INTERFACE, _ = read_translations(LOCALES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_interface_is_complete_and_nothing_in_it_is_left_over(language):
    assert [str(problem) for problem in check_translation(INTERFACE[language], interface_messages())] == []


def test_no_sentence_of_the_interface_stands_in_two_languages():
    assert [str(problem) for problem in check_apart(INTERFACE.values())] == []


def test_interface_and_content_speak_the_same_languages(atlas):
    assert sorted(INTERFACE) == sorted(atlas.catalog.languages) == sorted(atlas.translations) == LANGUAGES


def test_the_interface_s_sentences_are_found_in_code_and_templates():
    texts = {message.text for message in interface_messages()}
    assert {"Layers", "Found: {count}", "Take the tour of the region"} <= texts
    assert any(message.plural for message in interface_messages())


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("nl", "de", "nl"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, "fr;q=0.9, nl;q=0.5, de;q=0.7", "de"),
        (None, "fr, nl;q=0", "en"),
        (None, "NL-be", "nl"),
        (None, None, "en"),
        (None, "", "en"),
        (None, ";;;q=x,,de;q=y,*", "en"),
        ("xx", "nl", "nl"),
        ("../../etc", None, "en"),
        ("", "de", "de"),
    ],
)
def test_the_address_chooses_the_language_then_the_browser_then_english(atlas, asked, accepted, language):
    assert choose_language(atlas, asked, accepted) == language


def test_languages_are_called_by_their_own_names(atlas):
    assert languages(atlas) == {"en": "English", "de": "Deutsch", "nl": "Nederlands"}


def test_plural_forms_are_the_language_s():
    one, many = (
        "%(num)s problem in the data; everything else is shown.",
        ("%(num)s problems in the data; everything else is shown."),
    )
    assert interface_strings("nl").ngettext(one, many, 1) != interface_strings("nl").ngettext(one, many, 2)
    assert interface_strings("en").ngettext(one, many, 2) == many


FOUND_BY_NAME = {
    # Each theme of the region, by names under which a reader would look for it.
    "en": {
        "Twente": "region.twente",
        "Enschede": "cities.enschede",
        "Hengelo": "cities.hengelo",
        "Almelo": "cities.almelo",
        "Tubbergen": "municipalities.tubbergen",
        "EUREGIO": "euroregion.euregio",
        "State border": "border.nl_de",
        "Twente Board": "partners.twente_board",
        "MONT": "partners.mont",
        "Netwerkstad Twente": "partners.netwerkstad_twente",
        "TECH.LAND": "partners.dutch_german_tech_land",
        "Double Triple Helix": "partners.double_triple_helix",
        "Triple Helix": "partners.triple_helix",
        "battery cluster": "partners.battery_cluster",
        "LioniX": "clusters.lionix_international",
        "photonic": "clusters.phix",
        "Advanced Manufacturing Center": "clusters.advanced_manufacturing_center",
        "circular textiles": "clusters.texplus",
        "hydrogen hub": "clusters.h2hub_twente",
        "Stork": "clusters.stork_hengelo",
        "Zwolle–Twente–Münster": "rail_corridors.zwolle_twente_munster",
        "Amsterdam Berlin": "rail_corridors.amsterdam_hengelo_berlin",
        "Münster Osnabrück": "rail_corridors.munster_osnabruck",
        "Spoorzone Almelo": "station_areas.spoorzone_almelo",
        "Renovation Deal": "programmes.renovation_deal_twente",
        "Climate Active Cities": "programmes.climate_active_cities",
        "Enschede green ambition": "programmes.enschede_green_ambition",
        "Kristalbad": "programmes.kristalbad",
        "cross-border water": "programmes.gprw",
        "Münster Climate Adaptation": "programmes.munster_climate_adaptation",
        "University of Twente": "knowledge_institutes.university_of_twente",
        "Kennispark Twente": "innovation_districts.kennispark_twente",
        "Oldenzaal station": "stations.oldenzaal",
    },
    "nl": {
        "landsgrens": "border.nl_de",
        "Renovatiedeal": "programmes.renovation_deal_twente",
        "Amsterdam Berlijn": "rail_corridors.amsterdam_hengelo_berlin",
        "Universiteit Twente": "knowledge_institutes.university_of_twente",
        "Berlijn": "cities.berlin",
        "batterijcluster": "partners.battery_cluster",
        "Klimaatactieve": "programmes.climate_active_cities",
        "Netwerkstad Twente": "partners.netwerkstad_twente",
        "Spoorzone Almelo": "station_areas.spoorzone_almelo",
        "Warmtenet Enschede": "programmes.enschede_heat_network",
    },
    "de": {
        "Staatsgrenze": "border.nl_de",
        "Hannover": "cities.hanover",
        "Universität Twente": "knowledge_institutes.university_of_twente",
        "Double Triple Helix": "partners.double_triple_helix",
        "Batteriecluster": "partners.battery_cluster",
        "Wärmenetz Enschede": "programmes.enschede_heat_network",
        "Starkregen Münster": "programmes.munster_cloudburst",
        "Bahnhofsquartier Almelo": "station_areas.spoorzone_almelo",
        "Zwolle–Twente–Münster": "rail_corridors.zwolle_twente_munster",
    },
}


@pytest.fixture(scope="module")
def index(atlas):
    return build_index(atlas)


@pytest.mark.parametrize(
    ("language", "query", "reference"),
    [(language, *pair) for language, pairs in FOUND_BY_NAME.items() for pair in pairs.items()],
)
def test_the_region_s_themes_are_found_by_name(index, language, query, reference):
    assert reference in [hit.reference for hit in index.search(query, language, limit=5)]


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_each_feature_is_found_by_its_own_name_in_each_language(atlas, index, language):
    for layer_id, data in in_language(atlas, language).layers.items():
        for feature_id, properties in data.properties.items():
            hits = [hit.reference for hit in index.search(properties["name"], language)]
            assert f"{layer_id}.{feature_id}" in hits, properties["name"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_of_the_atlas_is_in_the_language_and_nothing_else_changes(atlas, language):
    other = in_language(atlas, language)
    assert other.catalog.layers["cities"].title != atlas.catalog.layers["cities"].title
    assert other.catalog.chapters[0].heading != atlas.catalog.chapters[0].heading
    for layer_id, data in atlas.layers.items():
        assert other.layers[layer_id].content is data.content
        assert other.layers[layer_id].gdf.geometry.equals(data.gdf.geometry)
        fields = data.layer.fields
        for mine, theirs in zip(
            data.properties.values(), other.layers[layer_id].properties.values(), strict=True
        ):
            assert mine.keys() == theirs.keys()
            for name in mine:
                if name in fields and not fields[name].prose:
                    assert mine[name] == theirs[name], name
            assert mine["description"] != theirs["description"]


def test_english_is_the_atlas_itself_and_the_way_back_leads_there(atlas):
    assert in_language(atlas, "en") is atlas
    assert in_language(in_language(atlas, "nl"), "de").catalog == in_language(atlas, "de").catalog


def test_a_language_that_has_no_file_is_english_with_its_own_numbers(atlas):
    assert in_language(atlas, "fr").catalog == atlas.catalog
    assert in_language(atlas, "fr").language == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_s_own_texts_are_in_its_document_and_those_of_features_beside_it(atlas, language):
    localized = in_language(atlas, language)
    html = build_map(localized, map_addresses(localized)).render()
    assert f'<html lang="{language}">' in html
    assert f'"translations": "./texts/{language}.json?v=' in html
    assert f'href="./texts/{language}.json?v=' in html, "preloaded"
    texts = json.loads(texts_document(localized).content)
    note = atlas.feature("cities.enschede").properties["note"]
    assert texts[note] == localized.feature("cities.enschede").properties["note"]
    offline = build_map(localized, map_addresses(localized, are_served=False)).render()
    assert '"translations": "data:application/json' in offline


def test_in_english_the_map_asks_for_no_texts(atlas):
    assert texts_document(atlas) is None
    assert '"translations": null' in build_map(atlas, map_addresses(atlas)).render()


# The rules, each with one broken example.

PO = """msgid ""
msgstr ""
"Language: nl\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


@pytest.fixture
def dutch(small):
    """The small catalog with a complete Dutch language file, as a dictionary to break."""
    small.toml = 'languages = ["nl"]\n' + small.toml
    path = small.write().parent / "locales" / "nl.po"
    update_translation(path, atlas_messages(small.load()))
    with path.open("rb") as file:
        entries = {entry.id: f"nl {entry.id}" for entry in read_po(file, locale="nl") if entry.id}

    def write(**flags):
        blocks = [
            f"{'#, ' + flags[key] + chr(10) if key in flags else ''}"
            f"msgid {json.dumps(key, ensure_ascii=False)}\nmsgstr {json.dumps(value, ensure_ascii=False)}\n"
            for key, value in entries.items()
        ]
        path.write_text(PO + "\n".join(blocks), encoding="utf-8")
        return [str(problem) for problem in check_atlas(small.load())]

    return small, path, entries, write


def test_a_complete_language_has_no_problem(dutch):
    _, _, _, write = dutch
    assert write() == []


def test_a_text_without_translation_is_named_with_its_place(dutch):
    _, _, entries, write = dutch
    entries["Squares."] = ""
    assert write() == [
        "catalog: locales/nl.po has no translation of “Squares.” (layers.areas.description). Add it."
    ]


def test_a_translation_in_doubt_counts_as_none(dutch):
    _, _, _, write = dutch
    assert "has no translation of “Areas”" in write(Areas="fuzzy")[0]


def test_a_name_needs_no_translation(dutch):
    _, _, entries, write = dutch
    del entries["Square"]
    assert write() == []


def test_an_obsolete_translation_is_reported(dutch):
    _, _, entries, write = dutch
    entries["Circles"] = "Cirkels"
    assert write() == ["catalog: locales/nl.po translates the obsolete text “Circles”. Remove that entry."]


def test_a_copy_of_the_english_is_named_unless_it_is_marked_as_the_same(dutch):
    _, _, entries, write = dutch
    entries["Areas"] = "Areas"
    assert "repeats the English “Areas” (layers.areas.title)" in write()[0]
    assert write(Areas="same") == []


def test_other_placeholders_than_the_english_ones_are_named(dutch):
    small, _, entries, write = dutch
    small.toml = small.toml.replace('description = "Squares."', 'description = "So many: {count}"')
    del entries["Squares."]
    entries["So many: {count}"] = "Zoveel: {aantal}"
    assert "has other placeholders than “So many: {count}”" in write()[0]


def test_equal_sentences_in_two_languages_are_reported(dutch):
    _, path, entries, write = dutch
    entries["A thing."] = "Ein Ding wie jedes andere."
    write()
    path.with_name("de.po").write_text(path.read_text().replace('"nl ', '"de '))
    problems = write()
    assert len(problems) == 1
    assert "has “Ein Ding wie jedes andere.”, as locales/de.po does" in problems[0]


def test_a_language_that_is_claimed_and_not_there_is_named(dutch):
    small, path, _, _ = dutch
    path.unlink()
    assert [str(problem) for problem in check_atlas(small.load())] == [
        "catalog: claims the language `nl`, but has no file locales/nl.po. "
        "Add the file, or remove `nl` from `languages`."
    ]


@pytest.mark.parametrize("content", ['msgid "a\n', "msgid", b"\xff\xfe", 'msgstr "x"\nnonsense'])
def test_a_language_file_that_cannot_be_read_is_named_and_the_rest_stands(dutch, content):
    small, path, _, _ = dutch
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    atlas = small.load()
    assert "the language file locales/nl.po can't be read" in str(atlas.problems[0])
    assert list(atlas.layers) == ["areas", "towns"]
    assert in_language(atlas, "nl").catalog.title == "Test Atlas"


def test_a_new_language_needs_no_code(dutch, capsys):
    small, path, _, _ = dutch
    update_translation(path.with_name("fy.po"), atlas_messages(small.load()))
    frisian = path.with_name("fy.po")
    text = frisian.read_text().replace('msgid "Towns"\nmsgstr ""', 'msgid "Towns"\nmsgstr "Stêden"')
    frisian.write_text(text)
    atlas = small.load()
    assert languages(atlas)["fy"] == "Frysk"
    assert choose_language(atlas, None, "fy-NL,nl;q=0.8") == "fy"
    assert in_language(atlas, "fy").catalog.layers["towns"].title == "Stêden"
    assert in_language(atlas, "fy").catalog.layers["areas"].title == "Areas", "gaps are English"


def test_the_command_keeps_what_is_translated_and_says_what_came_and_went(
    dutch, capsys, monkeypatch, tmp_path
):
    small, path, _, write = dutch
    monkeypatch.setattr("dashboard.i18n.languages.LOCALES", tmp_path / "interface")
    write()
    small.toml = small.toml.replace('title = "Areas"', 'title = "Fields"')
    assert main(["translate", "--catalog", str(small.write())]) == 0
    assert "nl.po: 1 texts new, 1 gone" in capsys.readouterr().out
    text = path.read_text()
    assert 'msgid "Fields"\nmsgstr ""' in text
    assert 'msgid "Areas"' not in text
    assert 'msgstr "nl Towns"' in text
    assert "#. layers.areas.title" in text


def test_language_files_are_in_the_form_that_the_command_writes(atlas, tmp_path):
    for path in [*(translation.path for translation in atlas.translations.values()), *LOCALES.glob("*.po")]:
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        update_translation(copy, interface_messages() if path.parent == LOCALES else atlas_messages(atlas))
        assert copy.read_text() == path.read_text(), path


def test_no_language_file_names_a_date_or_a_person():
    for path in LOCALES.glob("*.po"):
        assert not re.search(r"POT-Creation|Last-Translator", path.read_text())


def test_a_tag_that_is_none_is_refused_in_one_line(capsys):
    assert main(["translate", "no/such"]) == 1
    assert "`no/such` is no language tag" in capsys.readouterr().err
