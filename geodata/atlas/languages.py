"""Translates an atlas: its catalog, its stories and the texts of its features."""

from collections.abc import Iterator
from dataclasses import replace

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.errors import Problem
from geodata.features.feature_layer import FeatureLayer
from geodata.features.layer_data import LayerData
from geodata.i18n.messages import (
    Message,
    catalog_messages,
    feature_messages,
    translate_model,
    translate_properties,
)
from geodata.i18n.po_file import FOLDER, Translation, check_apart, check_translation


@per_atlas(maxsize=32)
def in_language(atlas: Atlas, language: str) -> Atlas:
    """Return the atlas with its texts in a language (BCP 47); untranslated texts stay English.

    `content` of the layers stays the file in English.
    """
    if language == atlas.language:
        return atlas
    atlas = atlas.english or atlas
    translation = atlas.translations.get(language)
    if translation is None:
        return replace(atlas, language=language)
    catalog = translate_model(atlas.catalog, translation.texts.gettext)
    layers = {
        layer_id: replace(_translate_layer(data, translation), layer=catalog.layers[layer_id])
        for layer_id, data in atlas.layers.items()
    }
    return replace(atlas, catalog=catalog, layers=layers, language=language, english=atlas)


def atlas_messages(atlas: Atlas) -> Iterator[Message]:
    """Yield every text of an atlas: of its catalog, its stories and its features."""
    yield from catalog_messages(atlas.catalog)
    for data in atlas.in_memory.values():
        yield from feature_messages(data.layer, data.properties.items())


def feature_texts(atlas: Atlas) -> dict[str, str]:
    """Return English text → translation for the texts of features in the language of the atlas."""
    if atlas.english is None:
        return {}
    translate = atlas.translations[atlas.language].texts.gettext
    translated = {
        message.text: translate(message.text)
        for data in atlas.english.in_memory.values()
        for message in feature_messages(data.layer, data.properties.items())
    }
    return {text: other for text, other in translated.items() if text != other}


def check_languages(atlas: Atlas) -> Iterator[Problem]:
    """Find texts without a translation in the languages that the catalog claims."""
    messages = list(atlas_messages(atlas))
    for language in atlas.catalog.languages:
        translation = atlas.translations.get(language)
        if translation is None:
            what = f"claims the language `{language}`, but has no file {FOLDER}/{language}.po"
            yield Problem(None, None, what, f"Add the file, or remove `{language}` from `languages`.")
        else:
            yield from check_translation(translation, messages)
    yield from check_apart(atlas.translations.values())


def _translate_layer(data: FeatureLayer, translation: Translation) -> FeatureLayer:
    """Return a layer with the texts of its features translated; those of large layers stay as they are."""
    if not isinstance(data, LayerData):
        return data
    properties = {
        feature_id: translate_properties(data.layer, properties, translation.texts.gettext)
        for feature_id, properties in data.properties.items()
    }
    return replace(data, properties=properties)
