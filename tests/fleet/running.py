"""A real fleet for tests and measurements: `twente-atlas fleet` on free ports, and what it says of itself."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

START_SECONDS = 150
NEED_VARIABLE = "TWENTE_ATLAS_NEED_NGINX"
"""Environment variable with which a missing nginx is a failure, as in `.ci/run`."""

REPLICA = re.compile(r"^(r\d+) begins (?:on port \d+|again) \(process (\d+)\)$")


def require_nginx() -> str:
    """Return the path of nginx; skip the test, or fail, where there is none."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        message = "no nginx on this machine: install Debian's `nginx-light` to run these tests"
        if os.environ.get(NEED_VARIABLE):
            pytest.fail(message)
        pytest.skip(message)
    return found


class RunningFleet:
    """A fleet that runs; what it prints is read as it comes."""

    def __init__(self, *arguments: str, replicas: int = 3) -> None:
        self.port = _free_ports(replicas + 1)
        self.url = f"http://localhost:{self.port}"
        self.lines: list[str] = []
        options = ["--port", str(self.port), "--replicas", str(replicas), *arguments]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "fleet", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self) -> RunningFleet:
        """Wait until the fleet says that it is there."""
        self.wait_for_line("Twente Atlas is at ", START_SECONDS)
        return self

    def wait_for_line(self, beginning: str, seconds: float = 60, after: int = 0) -> None:
        """Wait until the fleet has said something, after so many lines."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if any(line.startswith(beginning) for line in self.lines[after:]):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"the fleet did not say “{beginning}”: {self.lines}")

    @property
    def pids(self) -> dict[str, int]:
        """The latest process of each replica."""
        said = (REPLICA.match(line) for line in list(self.lines))
        return {match[1]: int(match[2]) for match in said if match}

    def kill(self, name: str) -> None:
        """End a replica without a word to anybody."""
        os.kill(self.pids[name], signal.SIGKILL)

    def nginx_pids(self) -> list[int]:
        """Return nginx's processes, the master first."""
        masters = [pid for pid in _children(self.process.pid) if _name(pid) == "nginx"]
        return [*masters, *(worker for master in masters for worker in _children(master))]

    def stop(self) -> str:
        """End the fleet in order, and return what it said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        self.process.wait(START_SECONDS)
        self._reader.join(START_SECONDS)
        return "\n".join(self.lines)

    def _read(self) -> None:
        if self.process.stderr is not None:
            for line in self.process.stderr:
                self.lines.append(line.rstrip("\n"))


def is_running(pid: int) -> bool:
    """Tell whether a process is there, and no mere entry in the system's table."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _free_ports(count: int) -> int:
    """Return the first of so many ports in a row that nobody listens on."""
    for first in range(20_000 + os.getpid() % 5000, 32_000, count):
        if all(_is_free(first + number) for number in range(count)):
            return first
    raise RuntimeError("there are no free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
