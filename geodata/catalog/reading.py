"""Reads a catalog: its layers, its story and its rail network, and every problem found in them."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError

from geodata.catalog.network_schema import RailNetwork, Scenario
from geodata.catalog.page_schema import Chapter
from geodata.catalog.references import check_references
from geodata.catalog.schema import Catalog, Layer
from geodata.catalog.toml_file import DEFAULT_CATALOG, STORIES, read_toml
from geodata.errors import CatalogError, Problem

EntryT = TypeVar("EntryT", bound=BaseModel)


@dataclass(frozen=True)
class CatalogFile:
    """A catalog, and the problems of its file."""

    path: Path
    catalog: Catalog
    """The valid parts of the file."""
    problems: tuple[Problem, ...]

    @property
    def folder(self) -> Path:
        """Folder that paths in the catalog start from."""
        return self.path.parent


def read_catalog(path: Path = DEFAULT_CATALOG) -> CatalogFile:
    """Read a catalog; a layer with a wrong table is left out and reported in the problems.

    Raises `CatalogError` if the file is missing, is not TOML, or its top level is wrong.
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
            layers[layer_id] = Layer.model_validate({**table, "id": layer_id})
        except ValidationError as error:
            problems.extend(_to_problems(error, layer_id, Layer))
    catalog = catalog.model_copy(update={"layers": layers, "chapters": chapters, "network": network})
    problems.extend(check_references(catalog, tables))
    return CatalogFile(path=path, catalog=catalog, problems=tuple(problems))


def _read_chapters(path: Path, problems: list[Problem]) -> list[Chapter]:
    """Read the story; a wrong chapter is left out and reported."""
    if not path.exists():
        return []
    try:
        return _valid_entries(read_toml(path).get("chapters", []), Chapter, problems)
    except CatalogError as error:
        problems.append(Problem(None, None, str(error), "The story is left out until then."))
        return []


def _read_network(folder: Path, name: object, problems: list[Problem]) -> RailNetwork | None:
    """Read the rail network; a wrong scenario is left out and reported."""
    if name is None:
        return None
    try:
        if not isinstance(name, str):
            raise CatalogError(f"`network` is {name!r}: give the name of a file, such as network.toml")
        document = read_toml(folder / name)
        scenarios = _valid_entries(document.pop("scenarios", []), Scenario, problems, f"{name} scenarios.")
        network = RailNetwork.model_validate(document)
    except CatalogError as error:
        problems.append(Problem(None, None, str(error), "The rail network is left out until then."))
        return None
    except ValidationError as error:
        problems.extend(_to_problems(error, None, RailNetwork, f"{name} "))
        return None
    return network.model_copy(update={"scenarios": scenarios})


def _valid_entries(
    tables: object, model: type[EntryT], problems: list[Problem], place: str = ""
) -> list[EntryT]:
    """Return the valid ones of some tables, and report the others."""
    entries: list[EntryT] = []
    for table in tables if isinstance(tables, list) else [tables]:
        try:
            entries.append(model.model_validate(table))
        except ValidationError as error:
            problems.extend(_to_problems(error, None, model, place))
    return entries


def _to_problems(
    error: ValidationError, layer_id: str | None, model: type[BaseModel], place: str = ""
) -> Iterator[Problem]:
    """Yield the errors of pydantic as problems that name the key, which begins with `place`."""
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


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the table at a location may have."""
    for part in location[:-1]:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is not None:
            model = next(_models_in(field.annotation), model)
    return [key for key in model.model_fields if key != "id"]


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
