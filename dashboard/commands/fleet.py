"""`twente-atlas fleet`: runs several servers behind nginx, or writes the configuration of such an nginx."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from dashboard.commands.options import Pattern, catalog_option, serving_options
from dashboard.web.settings import current_settings

ADDRESS = Pattern("an address with a port", r"(\d+(\.\d+){3}|\[[0-9a-f:]+\]):\d{1,5}", "10.0.0.5:8501")
"""A number, not a name: nginx reports by number which server has answered."""
PREFIX = re.compile(r"(/[\w.-]+)*")


@click.command()
@catalog_option
@serving_options(8080)
@click.option("--replicas", type=click.IntRange(1, 64), default=3, metavar="N", help="number of servers")
@click.option(
    "--write-config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="only write the part of nginx's configuration; - prints it",
)
@click.option(
    "--at",
    multiple=True,
    metavar="ADDRESS:PORT",
    type=ADDRESS,
    help="with --write-config: where a server is that you start yourself (repeatable)",
)
def command(
    catalog: Path,
    host: str,
    port: int,
    base_path: str,
    hosts: Sequence[str],
    framed_by: Sequence[str],
    replicas: int,
    write_config: Path | None,
    at: Sequence[str],
) -> None:
    """Show the dashboard with several servers behind nginx."""
    if sys.platform == "win32":
        raise click.ClickException("a fleet runs on Linux and macOS; on Windows, twente-atlas alone does")
    prefix = f"/{base_path.strip('/')}".rstrip("/")
    if not PREFIX.fullmatch(prefix):
        raise click.ClickException(f"`{base_path}` is no path; give one such as /atlas")
    hosts = hosts or current_settings().hosts
    if write_config is not None:
        addresses = at or [f"127.0.0.1:{port + number}" for number in range(1, replicas + 1)]
        _write(write_config, addresses, port, prefix, hosts)
        return
    if at:
        raise click.ClickException(
            "--at says where replicas run that are started elsewhere; it goes with --write-config"
        )
    from dashboard.fleet.run import Fleet, run_fleet
    from dashboard.web.host_check import is_own_host

    if not is_own_host(host):
        hosts = [*hosts, host]
    arguments = [
        *("--catalog", str(catalog.resolve())),
        *_serve_options(prefix, hosts),
        *(part for origin in framed_by for part in ("--framed-by", origin)),
    ]
    run_fleet(Fleet(replicas, host, port, prefix, arguments), lambda text: click.echo(text, err=True))


def _serve_options(prefix: str, hosts: Sequence[str]) -> list[str]:
    """Return the options of `twente-atlas serve` that all replicas share."""
    names = [part for name in hosts for part in ("--allow-host", name)]
    return [*(["--base-path", prefix] if prefix else []), *names]


def _write(path: Path, addresses: Sequence[str], port: int, prefix: str, hosts: Sequence[str]) -> None:
    """Write the configuration for the nginx of a deployment, to be completed by hand."""
    from dashboard.fleet.configuration import Replica, Site, render_site

    replicas = [Replica(f"r{number}", address) for number, address in enumerate(addresses, start=1)]
    cache = Path("/var/cache/nginx/twente-atlas")
    text = render_site(Site(replicas, [str(port)], cache, prefix, hosts, is_example=True))
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    path.write_text(text, encoding="utf-8")
    click.echo(f"wrote {path}; start the replicas behind it with:")
    options = " ".join(_serve_options(prefix, hosts))
    for replica in replicas:
        host, _, replica_port = replica.address.rpartition(":")
        where = f"--no-browser --host {host} --port {replica_port}"
        start = f"TWENTE_ATLAS_REPLICA={replica.name} twente-atlas {where} {options}"
        click.echo(f"  {replica.address}: {start.rstrip()}")
