"""Finds the texts of an atlas that are translated: those of its catalog, and those of its features.

Texts of the catalog are found by the types of the schema, texts of features by the fields of their layer.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from geodata.catalog.base import Translated
from geodata.catalog.schema import PROSE_FIELDS, Catalog, Layer
from geodata.json_object import JsonObject

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class Message:
    """One text, in English, and its place."""

    text: str
    place: str
    """Such as `layers.cities.title` or `cities.enschede.note`."""
    is_name: bool = False
    """Whether it is a name, whose translation is optional."""
    plural: str | None = None
    """Form for more than one, if it has one."""


def catalog_messages(catalog: Catalog) -> Iterator[Message]:
    """Yield the texts of a catalog, in its order."""
    found: list[Message] = []

    def collect(text: str, place: str) -> str:
        if has_words(text):
            found.append(Message(text, place))
        return text

    _map_model(catalog, "", collect)
    yield from found


def feature_messages(layer: Layer, features: Iterable[tuple[str, JsonObject]]) -> Iterator[Message]:
    """Yield the texts of features, given as id and properties."""
    for feature_id, properties in features:
        for name in text_properties(layer):
            value = properties.get(name)
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and has_words(text):
                    yield Message(text, f"{layer.id}.{feature_id}.{name}", is_name=name == "name")


def translate_model(model: ModelT, translate: Callable[[str], str]) -> ModelT:
    """Return a table of the catalog with each of its texts translated."""
    return _map_model(model, "", lambda text, _: translate(text) if text else text)


def translate_properties(layer: Layer, properties: JsonObject, translate: Callable[[str], str]) -> JsonObject:
    """Return a feature's properties with its name and its prose translated."""

    def in_language(value: object) -> object:
        if isinstance(value, list):
            return [in_language(item) for item in value]
        return translate(value) if isinstance(value, str) and value else value

    names = text_properties(layer)
    return {name: in_language(value) if name in names else value for name, value in properties.items()}


def text_properties(layer: Layer) -> list[str]:
    """Return the properties of a layer that are translated."""
    return ["name", *PROSE_FIELDS, *(name for name, field in layer.fields.items() if field.prose)]


def has_words(text: str) -> bool:
    """Tell whether a text has letters; digits and signs need no translation."""
    return any(character.isalpha() for character in text)


def _map_model(model: ModelT, place: str, function: Callable[[str, str], str]) -> ModelT:
    """Return a model with `function`, of text and place, applied to each text."""
    return model.model_copy(
        update={
            name: _map_value(getattr(model, name), annotation, f"{place}.{name}".lstrip("."), function)
            for name, annotation in _annotations(type(model)).items()
        }
    )


def _map_value(value: object, annotation: object, place: str, function: Callable[[str, str], str]) -> object:
    """Return a value with `function` applied to the texts that its annotation marks as translated."""
    if isinstance(value, BaseModel):
        return _map_model(value, place, function)
    if isinstance(value, str):
        return function(value, place) if _is_translated(annotation) else value
    inner = get_args(annotation)
    if isinstance(value, list) and inner:
        return [
            _map_value(item, inner[0], f"{place}.{number}", function) for number, item in enumerate(value, 1)
        ]
    if isinstance(value, dict) and inner:
        return {key: _map_value(item, inner[1], f"{place}.{key}", function) for key, item in value.items()}
    return value


def _is_translated(annotation: object) -> bool:
    """Tell whether an annotation is `Text`, or contains it."""
    if get_origin(annotation) is Annotated and Translated in get_args(annotation):
        return True
    return any(_is_translated(part) for part in get_args(annotation) if not isinstance(part, str))


@cache
def _annotations(model: type[BaseModel]) -> JsonObject:
    hints = get_type_hints(model, include_extras=True)
    return {name: hints[name] for name in model.model_fields}
