"""Runs replicas and nginx in front of them until a signal comes, and then ends them in order."""

import asyncio
import shutil
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard.fleet.configuration import Replica, Site, render_nginx, render_site
from dashboard.fleet.supervised_process import SupervisedProcess
from dashboard.web.listener import open_listeners
from geodata.errors import AtlasError

START_SECONDS = 120
"""Time within which a replica has to answer for the first time."""
ANSWER_SECONDS = 5
PAUSE_SECONDS = 0.2

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class FleetError(AtlasError):
    """A fleet can't be run; the message says why and what to do."""


@dataclass(frozen=True)
class Fleet:
    """What is to run."""

    replicas: int
    host: str
    port: int
    """Port of nginx; the replicas listen on the ones after it, for this machine only."""
    prefix: str = ""
    """Path of the dashboard: empty, or with a slash at its beginning and none at its end."""
    arguments: Sequence[str] = ()
    """Arguments of `twente-atlas serve`, beside its host and port."""


def run_fleet(fleet: Fleet, say: Callable[[str], None]) -> None:
    """Run replicas and nginx until a signal comes, and then end all of them.

    Raises `FleetError` or `PortError` if nginx is missing, a port is in use, or a replica does not start.
    """
    nginx = find_nginx()
    with open_listeners(fleet.host, fleet.port) as listeners:
        names = [listener.getsockname()[:2] for listener in listeners]
    listen = [f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for address, port in names]
    ports = range(fleet.port + 1, fleet.port + 1 + fleet.replicas)
    if ports[-1] > 65535:
        raise FleetError("the replicas listen on the ports after --port, and the last port is 65535")
    for port in ports:
        with open_listeners("127.0.0.1", port):
            pass
    replicas = [Replica(f"r{number}", f"127.0.0.1:{port}") for number, port in enumerate(ports, start=1)]
    with tempfile.TemporaryDirectory(prefix="twente-atlas-fleet-") as name:
        folder = Path(name)
        site = Site(replicas, listen, folder / "cache", fleet.prefix)
        (folder / "site.conf").write_text(render_site(site), encoding="utf-8")
        (folder / "nginx.conf").write_text(render_nginx(folder), encoding="utf-8")
        command = [nginx, "-e", "stderr", "-p", name, "-c", str(folder / "nginx.conf")]
        servers = [_server(fleet, replica) for replica in replicas]
        asyncio.run(_run_until_signal(fleet, servers, SupervisedProcess("nginx", command), say))


def find_nginx() -> str:
    """Return the path of nginx; raises `FleetError` where there is none."""
    # Debian puts it where only root's shell looks.
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise FleetError("there is no nginx on this machine; install it, such as Debian's `nginx-light`")
    return found


def _server(fleet: Fleet, replica: Replica) -> SupervisedProcess:
    host, _, port = replica.address.rpartition(":")
    where = ["--no-browser", "--host", host, "--port", port]
    command = [sys.executable, "-m", "dashboard", "serve", *where, *fleet.arguments]
    return SupervisedProcess(replica.name, command, {"TWENTE_ATLAS_REPLICA": replica.name})


async def _run_until_signal(
    fleet: Fleet, servers: Sequence[SupervisedProcess], nginx: SupervisedProcess, say: Callable[[str], None]
) -> None:
    running = asyncio.create_task(_keep_running(fleet, servers, nginx, say))
    for ending in ENDINGS:
        asyncio.get_running_loop().add_signal_handler(ending, running.cancel)
    programs = [nginx, *servers]
    try:
        with suppress(asyncio.CancelledError):
            await running
    finally:
        for program in programs:
            program.terminate()
        await asyncio.gather(*(program.wait_or_kill() for program in programs))


async def _keep_running(
    fleet: Fleet, servers: Sequence[SupervisedProcess], nginx: SupervisedProcess, say: Callable[[str], None]
) -> None:
    for port, server in enumerate(servers, start=fleet.port + 1):
        say(f"{server.name} begins on port {port} (process {await server.start()})")
    for port, server in enumerate(servers, start=fleet.port + 1):
        await _wait_for(server, f"http://127.0.0.1:{port}{fleet.prefix}/map")
    await nginx.start()
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(fleet.host, fleet.host)  # noqa: S104 -- asked for by name
    url = f"http://{host}:{fleet.port}{fleet.prefix}/"
    await _wait_for(nginx, f"{url}map")
    say(f"Twente Atlas is at {url}; Ctrl-C ends it")
    async with asyncio.TaskGroup() as group:
        for program in (*servers, nginx):
            group.create_task(program.keep_running(say))


async def _wait_for(program: SupervisedProcess, url: str) -> None:
    """Wait for the first answer, which a replica gives once it has loaded its atlas."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if program.status is not None:
            raise FleetError(f"{program.name} ended with status {program.status} before it answered")
        if await asyncio.to_thread(_answers, url):
            return
        await asyncio.sleep(PAUSE_SECONDS)
    raise FleetError(f"{program.name} does not answer within {START_SECONDS} s")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS):  # noqa: S310 -- an address of this fleet
            return True
    except OSError:
        return False
