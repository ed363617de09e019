"""A Dask scheduler and two workers on this machine, each a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from distributed import Client

from tests.support.waiting import wait_for

START_SECONDS = 120


class Cluster:
    """A scheduler, and the workers that `fill` starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", *options)
        wait_for(lambda: file.exists() and file.read_text())
        self.address = json.loads(file.read_text())["address"]

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", kind, *options]
        return subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def fill(self) -> Cluster:
        """See to it that two workers are there, and return the cluster."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < 2:
            options = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
            options += ["--local-directory", str(self.folder)]
            self.workers.append(self._start("worker", self.address, *options))
        with Client(self.address, set_as_default=False, timeout=START_SECONDS) as client:
            client.wait_for_workers(2, timeout=START_SECONDS)
            wait_for(lambda: len(client.nthreads()) == 2)  # one that was killed is missed a little later
        return self

    def stop(self) -> None:
        """End all of them."""
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()
