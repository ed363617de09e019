"""`twente-atlas fleet`: what was asked for on the command line, done."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from dashboard.fleet.configuration import Replica, Site, render_site
from dashboard.fleet.ports import FleetError
from dashboard.fleet.run import Fleet, run_fleet
from dashboard.uploads.model import REPLICA_VARIABLE
from dashboard.web.content_security_policy import FRAMED_BY_VARIABLE
from dashboard.web.host_check import HOSTS_VARIABLE, is_own_host, named_hosts

ADDRESS = re.compile(r"(\d+(\.\d+){3}|\[[0-9a-f:]+\]):\d{1,5}")
"""Numbers, not names: by them, nginx says who has answered."""
PREFIX = re.compile(r"(/[\w.-]+)*")


def fleet_command(options: argparse.Namespace) -> int:
    """Run a fleet, or write the configuration of one that runs elsewhere."""
    prefix = f"/{options.base_path.strip('/')}".rstrip("/")
    if not PREFIX.fullmatch(prefix):
        raise FleetError(f"`{options.base_path}` is no path; give one such as /atlas")
    if options.write_config is not None:
        return _write(options, prefix)
    if options.at:
        raise FleetError(
            "--at says where replicas run that are started elsewhere; it goes with --write-config"
        )
    names = options.allow_host or named_hosts()
    if not is_own_host(options.host):
        names = [*names, options.host]
    fleet = Fleet(
        options.replicas,
        options.host,
        options.port,
        prefix,
        ["--catalog", str(options.catalog.resolve()), *(["--base-path", prefix] if prefix else [])],
        {
            HOSTS_VARIABLE: ",".join(names),
            **({FRAMED_BY_VARIABLE: ",".join(options.framed_by)} if options.framed_by else {}),
        },
    )
    run_fleet(fleet, lambda text: print(text, file=sys.stderr, flush=True))
    return 0


def _write(options: argparse.Namespace, prefix: str) -> int:
    """Write what a deployment's nginx has to know, to be finished by whoever runs it."""
    addresses = options.at or [
        f"127.0.0.1:{options.port + number}" for number in range(1, options.replicas + 1)
    ]
    replicas = [Replica(f"r{number}", address) for number, address in enumerate(addresses, start=1)]
    site = Site(
        replicas,
        [str(options.port)],
        Path("/var/cache/nginx/twente-atlas"),
        prefix,
        options.allow_host or named_hosts(),
        access_log="/var/log/nginx/twente-atlas.log atlas",
        error_log="/var/log/nginx/error.log",
        is_example=True,
    )
    text = render_site(site)
    if str(options.write_config) == "-":
        sys.stdout.write(text)
        return 0
    part = options.write_config.with_name(f"{options.write_config.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(options.write_config)
    print(f"wrote {options.write_config}; the replicas behind it are to be started with:")
    for replica in replicas:
        print(f"  {replica.address}: {REPLICA_VARIABLE}={replica.name} {_serve(options, replica, prefix)}")
    return 0


def _serve(options: argparse.Namespace, replica: Replica, prefix: str) -> str:
    """Return the command that starts a replica of a deployment."""
    host, _, port = replica.address.rpartition(":")
    names = [part for name in options.allow_host or named_hosts() for part in ("--allow-host", name)]
    path = ["--base-path", prefix] if prefix else []
    return " ".join(["twente-atlas", "--no-browser", "--host", host, "--port", port, *path, *names])
