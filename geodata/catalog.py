"""The catalog: which layers exist, what they claim, how they look. This module only reads it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xyzservices.providers
from pydantic import BaseModel, ValidationError

from geodata.errors import CatalogError, Problem
from geodata.schema import Catalog, Layer

DEFAULT_CATALOG = Path(__file__).with_name("catalog.toml")


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
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogError(f"no catalog at {path}; give the path of a catalog.toml") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"catalog {path} can't be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"catalog {path} is not valid TOML: {error}; correct that line") from None

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
    catalog = catalog.model_copy(update={"layers": layers})
    problems.extend(_check_references(catalog, set(tables)))
    return CatalogFile(path=path, catalog=catalog, problems=tuple(problems))


def _to_problems(error: ValidationError, layer_id: str | None, model: type[BaseModel]) -> Iterator[Problem]:
    """Turn pydantic's findings into problems in the words of the catalog."""
    for finding in error.errors(include_url=False):
        key = ".".join(str(part) for part in finding["loc"] if part != "[key]")
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
        for key in layer.key_fields:
            if key not in layer.fields:
                yield Problem(
                    layer.id,
                    None,
                    f"key_fields names `{key}`, which is not declared",
                    f"Declare [layers.{layer.id}.fields.{key}], or remove it from key_fields.",
                )
        field = layer.style.category_field
        if field is not None and field not in layer.fields:
            yield Problem(
                layer.id,
                None,
                f"style.category_field is `{field}`, which is not declared",
                f"Declare [layers.{layer.id}.fields.{field}].",
            )
        for name, data_field in layer.fields.items():
            if data_field.refers_to is not None and data_field.refers_to not in named:
                yield Problem(
                    layer.id,
                    None,
                    f"field `{name}` refers to layer `{data_field.refers_to}`, which there is not",
                    f"Use one of {', '.join(sorted(named))}.",
                )
    for layer_id in catalog.located_in:
        if layer_id not in named:
            yield Problem(
                None, None, f"located_in names layer `{layer_id}`, which there is not", "Remove it."
            )
    known = xyzservices.providers.flatten()
    for basemap in catalog.online_basemaps:
        if basemap.provider not in known:
            near = difflib.get_close_matches(basemap.provider, known, n=1)
            mend = f"Did you mean `{near[0]}`?" if near else "Use a name of the package xyzservices."
            yield Problem(None, None, f"there is no tile service `{basemap.provider}`", mend)
    for figure in catalog.overview.figures:
        layer_id = figure.feature.partition(".")[0]
        if layer_id not in named:
            yield Problem(
                None,
                None,
                f"overview figure `{figure.label}` names layer `{layer_id}`",
                "Name one that exists.",
            )
