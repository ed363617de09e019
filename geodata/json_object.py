"""The type of JSON objects and TOML tables, whose values are checked where they are read."""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]
"""A name for each value; a feature's `properties` are one, too."""
