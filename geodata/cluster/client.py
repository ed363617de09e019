"""Connects to a Dask cluster and checks that its workers build the same as this process."""

from __future__ import annotations

import contextlib
import importlib.metadata
import logging
import platform
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from geodata.errors import BuildError
from geodata.large.cache import stat_source
from geodata.large.report import BUILD_VERSION
from geodata.large.tippecanoe import find_tippecanoe

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 10
"""Time to wait for the scheduler, for its first worker, and for a lost connection to come back."""

PACKAGES = ("twente-atlas", "dask", "distributed", "shapely", "pyogrio", "pyproj", "pyarrow", "numpy")
"""Packages whose version must be the same everywhere, or the result may differ."""

SHARED = (
    "Whoever builds and all workers need the folders of the catalog and of TWENTE_ATLAS_CACHE in common, "
    "under the same paths."
)

QUIET_LOGGERS = ("distributed", "distributed.client", "distributed.core", "tornado.application")
"""Loggers whose messages repeat what our errors say."""

ResultT = TypeVar("ResultT")


@contextlib.contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler; leaving the context cancels what was submitted.

    Raises `BuildError` if Dask is not installed, or there is no scheduler or worker.
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise BuildError(
            f"a build on a cluster needs Dask, and {error.name} is not installed. Install it with "
            "`pip install distributed`, in the version that the workers have."
        ) from None
    if not address.startswith(("tcp://", "tls://")):
        raise BuildError(
            f"{address} is no address of a Dask scheduler. Give one such as tcp://10.0.0.1:8786."
        )
    with _quiet(), dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s"}):
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
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
            with contextlib.suppress(Exception):  # the build is over
                client.close(timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]


def check_workers(client: Client, source: Path, folder: Path) -> int:
    """Return the number of workers; raises `BuildError` if one would build something else, or nothing.

    Each must see the same version of `source` as this process, and be able to write into `folder`.
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


def probe(source: Path, folder: Path) -> dict[str, object]:
    """Return the versions that a build depends on, and whether source and folder can be used."""
    import pyogrio
    import shapely

    found: dict[str, object] = {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "GEOS": shapely.geos_version_string,
        "GDAL": pyogrio.__gdal_version_string__,
        "tippecanoe": _tippecanoe_version(),
        "builds of version": BUILD_VERSION,
        str(source): None,
        str(folder): None,
    }
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    with contextlib.suppress(OSError):
        found[str(source)] = stat_source(source)
    with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=folder):
        found[str(folder)] = "there"
    return found


def as_done(client: Client, futures: list[Future[ResultT]]) -> Iterator[Future[ResultT]]:
    """Yield futures in the order in which they are done or failed."""
    from distributed import as_completed

    yield from as_completed(futures, loop=client.loop)  # type: ignore[no-untyped-call]


def result_of(future: Future[ResultT], address: str) -> ResultT:
    """Wait for a worker's result; raises `BuildError` if the cluster fails."""
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


def _tippecanoe_version() -> str | None:
    """Return tippecanoe's version; `None` if it is not installed."""
    with contextlib.suppress(BuildError, OSError):
        done = subprocess.run([find_tippecanoe(), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        return (done.stdout + done.stderr).strip()
    return None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    levels = {logger: logger.level for logger in map(logging.getLogger, QUIET_LOGGERS)}
    for logger in levels:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()).removesuffix(".") or type(error).__name__
