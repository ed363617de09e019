"""Restricts GDAL to the drivers of the allow-list and to local files.

Every module that reads or writes through GDAL imports `pyogrio` from here.
"""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyogrio
from pyogrio.core import _register_drivers

DRIVERS = ("GeoJSON", "GeoJSONSeq", "GPKG", "FlatGeobuf", "ESRI Shapefile", "LIBKML", "GPX")
"""Allowed drivers: none of them asks another host, runs an algorithm, or opens a file that a file names."""


def _allow(drivers: Iterable[str]) -> None:
    """Remove all drivers of GDAL but some from the process."""
    skipped = EVERY_DRIVER - set(drivers)
    pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(skipped)})
    _register_drivers()  # adds all drivers, and removes those to skip


@contextmanager
def also_allowed(*drivers: str) -> Iterator[None]:
    """Allow more drivers for a while, for files that a person names on the command line."""
    _allow([*DRIVERS, *drivers])
    try:
        yield
    finally:
        _allow(DRIVERS)


EVERY_DRIVER = set(pyogrio.list_drivers())
pyogrio.set_gdal_config_options(
    {
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
        "CPL_ALLOW_VSISTDIN": "NO",
        # GDAL 3.12's own path from FlatGeobuf to Arrow crashes on a null geometry.
        "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",
    }
)
_allow(DRIVERS)

# A file in memory has no ending.
warnings.filterwarnings("ignore", "File /vsimem/.* has GPKG application_id", RuntimeWarning)

__all__ = ["DRIVERS", "also_allowed", "pyogrio"]
