"""The type of JSON objects and TOML tables, whose values are checked where they are read."""

from typing import Any

JsonObject = dict[str, Any]
"""A name for each value; a feature's `properties` are one, too."""
