"""The catalog: which layers exist, what they claim, how they look. This module only reads it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import xyzservices.providers
from pydantic import BaseModel, ValidationError

from geodata.catalog.network_schema import RailNetwork, Scenario
from geodata.catalog.page_schema import Chapter
from geodata.catalog.schema import Catalog, Layer
from geodata.catalog.toml_file import DEFAULT_CATALOG, STORIES, read_toml
from geodata.errors import CatalogError, Problem

EntryT = TypeVar("EntryT", bound=BaseModel)


@dataclass(frozen=True)
class CatalogFile:
    """A catalog as read: what is usable of it, and what is not."""

    path: Path
    catalog: Catalog
    problems: tuple[Problem, ...]

    @property
    def folder(self) -> Path:
        """Folder that paths in the catalog start from."""
        return self.path.parent


def read_catalog(path: Path = DEFAULT_CATALOG) -> CatalogFile:
    """Read a catalog; a layer whose table is wrong is left out and named in the problems.

    Raises
    ------
    CatalogError
        If the file is missing, is not TOML, or its top level is wrong.
    """
    document = read_toml(path)
    network_file = document.pop("network", None)
    tables = document.pop("layers", {})
    if not isinstance(tables, dict):
        raise CatalogError(f"catalog {path}: `layers` must be tables, such as [layers.cities]")
    try:
        catalog = Catalog.model_validate(document)
    except ValidationError as error:
        lines = "; ".join(str(problem) for problem in _to_problems(error, None, Catalog))
        raise CatalogError(f"catalog {path}: {lines}") from None

    layers: dict[str, Layer] = {}
    problems: list[Problem] = []
    chapters = _read_chapters(path.with_name(STORIES), problems)
    network = _read_network(path.parent, network_file, problems)
    for layer_id, table in tables.items():
        if not isinstance(table, dict):
            problems.append(Problem(layer_id, None, "is not a table", f"Write [layers.{layer_id}]."))
            continue
        try:
            layer = Layer.model_validate({**table, "id": layer_id})
        except ValidationError as error:
            problems.extend(_to_problems(error, layer_id, Layer))
            continue
        layers[layer_id] = layer
    catalog = catalog.model_copy(update={"layers": layers, "chapters": chapters, "network": network})
    problems.extend(_check_references(catalog, set(tables)))
    return CatalogFile(path=path, catalog=catalog, problems=tuple(problems))


def _read_chapters(path: Path, problems: list[Problem]) -> list[Chapter]:
    """Read the story; a chapter that is wrong is left out and named."""
    if not path.exists():
        return []
    try:
        return _usable(read_toml(path).get("chapters", []), Chapter, problems)
    except CatalogError as error:
        problems.append(Problem(None, None, str(error), "The story is left out until then."))
        return []


def _read_network(folder: Path, name: object, problems: list[Problem]) -> RailNetwork | None:
    """Read the rail network; a scenario that is wrong is left out and named."""
    if name is None:
        return None
    try:
        if not isinstance(name, str):
            raise CatalogError(f"`network` is {name!r}: give the name of a file, such as network.toml")
        document = read_toml(folder / name)
        scenarios = _usable(document.pop("scenarios", []), Scenario, problems, f"{name} scenarios.")
        network = RailNetwork.model_validate(document)
    except CatalogError as error:
        problems.append(Problem(None, None, str(error), "The rail network is left out until then."))
        return None
    except ValidationError as error:
        problems.extend(_to_problems(error, None, RailNetwork, f"{name} "))
        return None
    return network.model_copy(update={"scenarios": scenarios})


def _usable(tables: Any, model: type[EntryT], problems: list[Problem], place: str = "") -> list[EntryT]:
    """Return those of some tables that are right."""
    usable: list[EntryT] = []
    for table in tables if isinstance(tables, list) else [tables]:
        try:
            usable.append(model.model_validate(table))
        except ValidationError as error:
            problems.extend(_to_problems(error, None, model, place))
    return usable


def _to_problems(
    error: ValidationError, layer_id: str | None, model: type[BaseModel], place: str = ""
) -> Iterator[Problem]:
    """Turn pydantic's findings into problems in the words of the catalog; `place` begins each key."""
    for finding in error.errors(include_url=False):
        key = place + ".".join(str(part) for part in finding["loc"] if part != "[key]")
        if finding["type"] == "extra_forbidden":
            known = _keys_at(model, finding["loc"])
            near = difflib.get_close_matches(str(finding["loc"][-1]), known, n=1)
            mend = f"Did you mean `{near[0]}`?" if near else f"Remove it, or use one of {', '.join(known)}."
            yield Problem(layer_id, None, f"unknown key `{key}`", mend)
        elif finding["type"] == "missing":
            yield Problem(layer_id, None, f"key `{key}` is missing", f"Add `{finding['loc'][-1]} = …`.")
        else:
            given = re.sub(r"\s+", " ", repr(finding["input"]))[:80]
            message = finding["msg"][0].lower() + finding["msg"][1:]
            yield Problem(layer_id, None, f"`{key}` is {given}", f"Correct it: {message}.")


def _keys_at(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """Return the keys that the table at this place may have."""
    for part in location[:-1]:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is None:
            continue
        for candidate in _models_in(field.annotation):
            model = candidate
            break
    return [key for key in model.model_fields if key != "id"]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Find the models that a type annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


def _check_references(catalog: Catalog, named: set[str]) -> Iterator[Problem]:
    """Find names in the catalog that point at nothing."""
    for layer in catalog.layers.values():
        for where, name in _fields_named(layer):
            if name not in layer.fields:
                mend = f"Declare [layers.{layer.id}.fields.{name}], or correct {where}."
                yield Problem(layer.id, None, f"{where} names `{name}`, which is not declared", mend)
        for where, name in _layers_named(layer):
            if name not in named:
                mend = f"Use one of {', '.join(sorted(named))}."
                yield Problem(layer.id, None, f"{where} `{name}`, which there is not", mend)
        for name, field in layer.fields.items():
            target = catalog.layers.get(field.refers_to or "")
            if field.inverse is not None and target is not None and field.inverse not in target.fields:
                what = f"field `{name}` has the inverse `{field.inverse}`, which {target.id} does not declare"
                yield Problem(layer.id, None, what, f"Name one of the fields of {target.id}.")
    for key, layer_ids in {"located_in": catalog.located_in, **dict(catalog.relations)}.items():
        for layer_id in layer_ids:
            if layer_id not in named:
                what = f"{key} names layer `{layer_id}`, which there is not"
                yield Problem(None, None, what, "Remove it.")
    for chart in catalog.charts:
        layer_of_chart = catalog.layers.get(chart.layer)
        if chart.layer not in named:
            mend = f"Use one of {', '.join(sorted(named))}."
            what = f"chart `{chart.id}` is of layer `{chart.layer}`, which there is not"
            yield Problem(None, None, what, mend)
        elif layer_of_chart is not None:
            for name in filter(None, (chart.value, chart.upper)):
                if name not in layer_of_chart.fields:
                    what = f"chart `{chart.id}` names `{name}`, which {chart.layer} does not declare"
                    yield Problem(None, None, what, "Name one of its fields.")
            if chart.kind == "route" and layer_of_chart.route is None:
                what = f"chart `{chart.id}` is of kind route, and {chart.layer} has no route"
                yield Problem(None, None, what, f"Add [layers.{chart.layer}.route].")
    known = xyzservices.providers.flatten()
    for basemap in catalog.online_basemaps:
        if basemap.provider not in known:
            near = difflib.get_close_matches(basemap.provider, known, n=1)
            mend = f"Did you mean `{near[0]}`?" if near else "Use a name of the package xyzservices."
            yield Problem(None, None, f"there is no tile service `{basemap.provider}`", mend)


def _fields_named(layer: Layer) -> Iterator[tuple[str, str]]:
    """Walk the places in a layer's table that name one of its fields."""
    for key in layer.key_fields:
        yield "key_fields", key
    if layer.style.category_field is not None:
        yield "style.category_field", layer.style.category_field
    if layer.route is not None:
        for key, name in layer.route.model_dump().items():
            yield f"route.{key}", name


def _layers_named(layer: Layer) -> Iterator[tuple[str, str]]:
    """Walk the places in a layer's table that name another layer."""
    for name, field in layer.fields.items():
        if field.refers_to is not None:
            yield f"field `{name}` refers to layer", field.refers_to
        if field.names_area_in is not None:
            yield f"field `{name}` names areas in layer", field.names_area_in
    if layer.tiles is not None:
        yield "it tiles layer", layer.tiles
