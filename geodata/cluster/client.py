"""The way to a Dask cluster, and what its workers have to be before anything is built with them."""

from __future__ import annotations

import contextlib
import importlib.metadata
import logging
import platform
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geodata.errors import BuildError
from geodata.json_object import JsonObject
from geodata.large.cache import stat_source
from geodata.large.report import BUILD_VERSION

CONNECT_SECONDS = 10
"""So long is waited for the scheduler, for its first worker, and for a lost connection to come back."""

PACKAGES = (
    "twente-atlas", "dask", "distributed", "dask-geopandas", "geopandas", "shapely", "pyogrio", "pyproj",
    "pyarrow", "pandas", "numpy",
)  # fmt: skip
"""Those whose version decides over the result, or over being understood."""

SHARED = (
    "Whoever builds and all workers need the folders of the catalog and of TWENTE_ATLAS_CACHE in common, "
    "under the same paths."
)

QUIET = ("distributed", "distributed.client", "distributed.core", "tornado.application")
"""Loggers that tell in their own words what a sentence of ours is about."""


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """Give a `distributed.Client` with a worker at least; what it asked for is dropped with the context.

    Raises
    ------
    BuildError
        Where Dask is not installed, or there is no scheduler or worker.
    """
    try:
        import dask
        import dask_geopandas  # noqa: F401
        import distributed
    except ImportError as error:
        raise BuildError(
            f"a build on a cluster needs Dask, and {error.name} is not installed. Install it with "
            "`pip install dask-geopandas distributed`, in the versions that the workers have."
        ) from None
    if not address.startswith(("tcp://", "tls://")):
        raise BuildError(
            f"{address} is no address of a Dask scheduler. Give one such as tcp://10.0.0.1:8786."
        )
    with _quiet(), dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s"}):
        try:
            open_client: Any = distributed.Client  # it has no types
            client = open_client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:  # a timeout is an OSError
            raise BuildError(
                f"there is no Dask scheduler at {address}: {_line(error)}. "
                "Start one with `dask scheduler`, or correct the address."
            ) from None
        try:
            try:
                client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            except TimeoutError:
                mend = f"Start one with `dask worker {address}`."
                raise BuildError(f"the Dask scheduler at {address} has no worker. {mend}") from None
            yield client
        finally:
            with contextlib.suppress(Exception):  # its end is not worth another word
                client.close(timeout=CONNECT_SECONDS)


def check_workers(client: Any, source: Path, folder: Path) -> int:
    """Return how many workers there are; raises `BuildError` where one would make something else, or nothing.

    Parameters
    ----------
    source
        The file that each has to see as it is here.
    folder
        The folder that each has to write to.
    """
    here = probe(source, folder)
    workers = client.run(probe, source, folder, on_error="return")
    for address, there in workers.items():
        if isinstance(there, BaseException):
            mend = "Install on it what is installed here, or end it."
            raise BuildError(f"the worker {address} can't be used: {_line(there)}. {mend}")
        for name, mine in here.items():
            theirs = there.get(name)
            if theirs == mine:
                continue
            if name in (str(source), str(folder)):
                what = "can't use" if theirs is None else "has another"
                raise BuildError(f"the worker {address} {what} {name}. {SHARED}")
            what = f"has {name} {theirs or 'not at all'}, where here is {mine}"
            raise BuildError(f"the worker {address} {what}. Install the same on both.")
    return len(workers)


def probe(source: Path, folder: Path) -> JsonObject:
    """Return what is here: versions, the source, and whether the folder can be written to."""
    import pyogrio
    import shapely

    found: JsonObject = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    found |= {"GEOS": shapely.geos_version_string, "GDAL": pyogrio.__gdal_version_string__}
    found |= {"tippecanoe": _tippecanoe(), "builds of version": BUILD_VERSION}
    found |= {str(source): None, str(folder): None}
    with contextlib.suppress(OSError):
        found[str(source)] = stat_source(source)
    with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=folder):
        found[str(folder)] = "there"
    return found


def as_done(client: Any, futures: list[Any]) -> Iterator[Any]:
    """Yield what workers make as soon as it is made, or failed."""
    import distributed

    as_completed: Any = distributed.as_completed  # it has no types
    yield from as_completed(futures, loop=client.loop)


def result_of(future: Any, address: str) -> Any:
    """Wait for what a worker makes; raises `BuildError` where the cluster does not get it done."""
    from distributed import CancelledError, KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        return future.result()
    except KilledWorker as error:
        raise BuildError(
            f"{error.allowed_failures + 1} workers ended over the same part of it, the last of them "
            f"{error.last_worker.address}. Give them more memory; their own logs may say more."
        ) from None
    except (CancelledError, CommClosedError):
        raise BuildError(
            f"the Dask scheduler at {address} went away; nothing of this build is kept. "
            "Start it, and build again."
        ) from None


def _tippecanoe() -> str | None:
    """Return what tippecanoe says of its version; `None` where there is none."""
    from geodata.large.tippecanoe import find_tippecanoe

    with contextlib.suppress(BuildError, OSError):
        said = subprocess.run([find_tippecanoe(), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        return (said.stdout + said.stderr).strip()
    return None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in QUIET]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()).removesuffix(".") or type(error).__name__
