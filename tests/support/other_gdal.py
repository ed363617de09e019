"""GDAL with every driver, in a process of its own: the atlas switches most of them off."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import Any

import geopandas as gpd
import pyogrio


@cache
def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def read_file(*arguments: Any, **options: Any) -> gpd.GeoDataFrame:
    """Do what `geopandas.read_file` does."""
    return _process().submit(gpd.read_file, *arguments, **options).result()


def list_layers(path: str) -> Any:
    """Do what `pyogrio.list_layers` does."""
    return _process().submit(pyogrio.list_layers, path).result()


def read_info(path: str) -> dict[str, Any]:
    """Do what `pyogrio.read_info` does."""
    return _process().submit(pyogrio.read_info, path).result()
