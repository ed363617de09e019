"""One command for all of it: replicas, nginx in front of them, and an end in order."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from dashboard.fleet.configuration import Replica, Site, render_nginx, render_site
from dashboard.fleet.ports import FleetError, listening_addresses, require_free
from dashboard.fleet.supervised_process import Child
from dashboard.uploads.model import REPLICA_VARIABLE

START_SECONDS = 120
"""Within which a replica has to answer for the first time."""
ANSWER_SECONDS = 20
END_SECONDS = 10
"""What has not ended by itself by then is ended."""
LOOK_SECONDS = 0.2

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Fleet:
    """What is to run."""

    replicas: int
    host: str
    port: int
    """nginx's; the replicas listen on the ones after it, for this machine only."""
    prefix: str = ""
    arguments: Sequence[str] = ()
    """Of `twente-atlas serve`, beside those that say where."""
    environment: dict[str, str] = field(default_factory=dict)


class _End(BaseException):
    """Somebody asked for the end; no handler of errors is to stand in its way."""


def run_fleet(fleet: Fleet, say: Callable[[str], None]) -> None:
    """Run replicas and nginx until a signal comes; then nothing of them is left.

    Raises
    ------
    FleetError
        If there is no nginx, a port is taken, or a replica does not start.
    """
    nginx = find_nginx()
    listen = listening_addresses(fleet.host, fleet.port)
    ports = range(fleet.port + 1, fleet.port + 1 + fleet.replicas)
    for port in ports:
        require_free(port)
    with _ended_by_signals(), tempfile.TemporaryDirectory(prefix="twente-atlas-fleet-") as name:
        folder = Path(name)
        replicas = [Replica(f"r{number}", f"127.0.0.1:{port}") for number, port in enumerate(ports, start=1)]
        site = Site(replicas, listen, folder / "cache", fleet.prefix)
        (folder / "site.conf").write_text(render_site(site), encoding="utf-8")
        (folder / "nginx.conf").write_text(render_nginx(folder), encoding="utf-8")
        servers = [_replica(fleet, replica) for replica in replicas]
        command = [nginx, "-e", "stderr", "-p", name, "-c", str(folder / "nginx.conf")]
        _keep_running(fleet, servers, Child("nginx", command, {}), say)


def find_nginx() -> str:
    """Return the path of nginx; raises `FleetError` where there is none."""
    # Debian puts it where only root's shell looks.
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise FleetError("there is no nginx on this machine; install it, such as Debian's `nginx-light`")
    return found


def _replica(fleet: Fleet, replica: Replica) -> Child:
    host, _, port = replica.address.rpartition(":")
    where = ["--no-browser", "--host", host, "--port", port]
    command = [sys.executable, "-m", "dashboard", "serve", *where, *fleet.arguments]
    return Child(replica.name, command, {**fleet.environment, REPLICA_VARIABLE: replica.name})


def _keep_running(fleet: Fleet, servers: Sequence[Child], nginx: Child, say: Callable[[str], None]) -> None:
    children = [*servers, nginx]
    try:
        for number, server in enumerate(servers, start=1):
            say(f"{server.name} begins on port {fleet.port + number} (process {server.start()})")
        for number, server in enumerate(servers, start=1):
            _wait_for(server, f"http://127.0.0.1:{fleet.port + number}{fleet.prefix}/map")
        nginx.start()
        _wait_for(nginx, f"{_address(fleet)}{fleet.prefix}/map")
        say(f"Twente Atlas is at {_address(fleet)}{fleet.prefix}/; Ctrl-C ends it")
        while True:
            time.sleep(LOOK_SECONDS)
            for child in children:
                if said := child.restart_if_due():
                    say(said)
    except _End:
        pass
    finally:
        deadline = time.monotonic() + END_SECONDS
        for child in reversed(children):
            child.terminate()
        for child in children:
            child.wait_or_kill(deadline - time.monotonic())


def _address(fleet: Fleet) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(fleet.host, fleet.host)  # noqa: S104 -- asked for by name
    return f"http://{host}:{fleet.port}"


def _wait_for(child: Child, address: str) -> None:
    """Wait for the first answer, for which a replica has to have its atlas."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if child.status is not None:
            raise FleetError(f"{child.name} ended with status {child.status} before it answered")
        try:
            with urllib.request.urlopen(address, timeout=ANSWER_SECONDS):  # noqa: S310 -- our own
                return
        except OSError:
            time.sleep(LOOK_SECONDS)
    raise FleetError(f"{child.name} does not answer within {START_SECONDS} s")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn the signals that ask for an end into one, for as long as the fleet runs."""

    def end(number: int, frame: FrameType | None) -> None:
        for ending in ENDINGS:  # once is enough; a second one would break off what the first began
            signal.signal(ending, signal.SIG_IGN)
        raise _End

    before = {ending: signal.signal(ending, end) for ending in ENDINGS}
    try:
        yield
    except _End:
        pass
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)
