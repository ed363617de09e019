"""Servers under test: started on free ports of this machine, warmed up, always ended, and their CPU time."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xstatic.pkg.leaflet

from geodata import DEFAULT_CATALOG

HERE = Path(__file__).parent
ATLAS = str(Path(sys.executable).with_name("twente-atlas"))
START_SECONDS = 40
STOP_SECONDS = 5
HEALTH_STEP_SECONDS = 0.02

STREAMLIT_OPTIONS = (
    "--server.headless=true",
    "--server.address=127.0.0.1",
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
    "--client.toolbarMode=minimal",
)
"""As the dashboard's own settings have it."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    pid: int
    url: str
    start_seconds: float
    """From the command to the first answer."""

    def cpu_seconds(self) -> float:
        """Return the CPU time, user and system, that the server's processes have taken since they began."""
        return cpu_seconds(self.pid)

    def memory_mb(self) -> float:
        """Return the memory that the server's processes hold now (resident, in MB of 10^6 bytes)."""
        return memory_mb(self.pid)


@contextmanager
def empty_page(folder: Path) -> Iterator[Server]:
    """Serve the empty Streamlit page."""
    with _streamlit(folder, "empty_app.py", {}) as server:
        yield server


@contextmanager
def baseline(folder: Path, catalog: Path) -> Iterator[Server]:
    """Serve the layers of a catalog with streamlit-folium."""
    with peer(folder, "baseline_app.py", {"BENCHMARK_CATALOG": str(catalog)}) as server:
        yield server


@contextmanager
def peer(folder: Path, script: str, environment: dict[str, str]) -> Iterator[Server]:
    """Serve one of the apps beside this module, with Leaflet at hand."""
    shutil.copytree(xstatic.pkg.leaflet.BASE_DIR, folder / "static" / "leaflet", dirs_exist_ok=True)
    with _streamlit(folder, script, environment, "--server.enableStaticServing=true") as server:
        yield server


@contextmanager
def dashboard(
    folder: Path, catalog: Path = DEFAULT_CATALOG, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """Serve the dashboard with its own command."""
    command = [ATLAS, "--no-browser", "--host", "127.0.0.1", "--catalog", str(catalog)]
    with _served(command, "--port", folder, environment or {}) as server:
        yield server


@contextmanager
def hello(folder: Path, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Serve what `streamlit hello` shows."""
    command = [sys.executable, "-m", "streamlit", "hello", *STREAMLIT_OPTIONS]
    with _served(command, "--server.port", folder, environment or {}) as server:
        yield server


@contextmanager
def _streamlit(folder: Path, script: str, environment: dict[str, str], *options: str) -> Iterator[Server]:
    """Run one of the apps beside this module, from a copy with a folder of its own for static files."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / script, folder / script)
    command = [sys.executable, "-m", "streamlit", "run", str(folder / script), *STREAMLIT_OPTIONS, *options]
    with _served(command, "--server.port", folder, environment) as server:
        yield server


@contextmanager
def _served(
    command: list[str], port_option: str, folder: Path, environment: dict[str, str]
) -> Iterator[Server]:
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    log = folder / "server.log"
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, port_option, str(port)],
            cwd=folder,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(process, url, log)
        yield Server(process.pid, url, time.monotonic() - began)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310 -- an address of our own
                return
        except OSError:
            time.sleep(HEALTH_STEP_SECONDS)
    raise RuntimeError(f"a server did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def cpu_seconds(root: int) -> float:
    """Return the CPU time, user and system, that a process and its descendants have taken so far."""
    return sum(_cpu_seconds(pid) for pid in _process_tree(root))


def memory_mb(root: int) -> float:
    """Return the memory that a process and its descendants hold now (resident, in MB of 10^6 bytes)."""
    return sum(_resident_bytes(pid) for pid in _process_tree(root)) / 1e6


def _process_tree(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(stat.parent.name)] = int(fields[1])
    tree = [root]
    for pid in tree:
        tree.extend(child for child, parent in parents.items() if parent == pid)
    return tree


def _cpu_seconds(pid: int) -> float:
    """Return a process's CPU time to the nanosecond; /proc/<pid>/stat counts in steps of 10 ms.

    The clock's number is that of `clock_getcpuclockid(3)`; threads that have ended are counted.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0  # it ended meanwhile


def _resident_bytes(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0  # it ended meanwhile
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
