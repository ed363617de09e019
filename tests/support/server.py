"""A server of the dashboard in its own process, on a free port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

START_SECONDS = 120
"""Time for a server to answer on a machine that does other work too."""

STOP_SECONDS = 60


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A running `twente-atlas serve`."""

    before: tuple[str, ...] = ()
    """Program, with arguments, that starts the server."""

    def __init__(self, *arguments: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.arguments = arguments
        self.start()

    def start(self) -> None:
        """Start the server, for the first time or again."""
        command = ["-m", "dashboard", "serve", "--no-browser", "--port", str(self.port), *self.arguments]
        self.process = subprocess.Popen(
            [*self.before, sys.executable, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def wait(self, base_path: str = "") -> Server:
        """Wait until the server answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.is_running:
            try:
                with urllib.request.urlopen(f"{self.url}{base_path}/_stcore/health", timeout=5) as answer:  # noqa: S310
                    if answer.status == 200:
                        return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the server did not start: {self.stop()}")

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def kill(self) -> str:
        """End the process at once, without a shutdown, and return what it printed."""
        self.process.kill()
        return self.process.communicate(timeout=STOP_SECONDS)[0]

    def stop(self) -> str:
        """Ask the process to end, and return what it printed."""
        self.process.terminate()
        return self.process.communicate(timeout=STOP_SECONDS)[0]


class ReadOnlyServer(Server):
    """A server on a system where nothing can be written: installation, catalog, cache, temporary files."""

    before = (
        *(("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")),
        *("sh", "-c"),
        "mount -o remount,ro,bind / &&"
        " for place in $(cut -d ' ' -f 2 /proc/mounts | grep -v -e ^/proc -e ^/sys -e '^/dev$'); do"
        " mount -o remount,ro,bind $place 2>/dev/null; done;"
        ' exec "$@"',
        "sh",
    )

    @classmethod
    def is_possible(cls) -> bool:
        """Tell whether this system lets the tests mount in a namespace."""
        has_program = shutil.which("unshare") is not None
        return has_program and subprocess.run([*cls.before, "true"], check=False).returncode == 0
