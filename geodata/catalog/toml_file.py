"""Reads TOML files of a catalog, without loading the schema, which takes time."""

import tomllib
from pathlib import Path

from geodata.errors import CatalogError
from geodata.json_object import JsonObject

DEFAULT_CATALOG = Path(__file__).parent.with_name("catalog.toml")

STORIES = "stories.toml"
"""Optional file beside the catalog: the region's story in chapters."""


def read_toml(path: Path) -> JsonObject:
    """Read a TOML file; raises `CatalogError` if it is missing or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogError(f"no catalog at {path}; give the path of a catalog.toml") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"catalog {path} can't be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"catalog {path} is not valid TOML: {error}; correct that line") from None
