"""`twente-atlas serve`: shows the dashboard."""

import socket
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import click

from dashboard.commands.options import catalog_option, serving_options
from dashboard.web.listener import open_listeners
from dashboard.web.settings import current_settings, use_settings
from geodata.catalog.toml_file import read_toml

PING_SECONDS = 30
"""Time between two pings on a websocket; a proxy has to keep silent connections open for longer."""
MAX_MESSAGE_MB = 25
"""Size of the largest message on a websocket; the page needs a thousandth of it."""


@click.command()
@catalog_option
@serving_options(8501)
@click.option("--no-browser", is_flag=True, help="do not open a browser")
def command(
    catalog: Path,
    host: str,
    port: int,
    base_path: str,
    hosts: Sequence[str],
    framed_by: Sequence[str],
    no_browser: bool,
) -> int:
    """Show the dashboard (what happens without a command)."""
    settings = current_settings()
    use_settings(
        replace(
            settings,
            catalog=catalog.resolve(),
            hosts=tuple(hosts) or settings.hosts,
            framed_by=tuple(framed_by) or settings.framed_by,
        )
    )
    read_toml(catalog)  # reports a file that can't be read before anything else is loaded
    base_path = base_path.strip("/")
    with open_listeners(host, port) as listeners:
        from dashboard.app import configure_streamlit

        configure_streamlit(
            {
                "server.address": host,
                "server.port": port,
                "server.headless": no_browser,
                "server.baseUrlPath": base_path,
                "server.maxMessageSize": MAX_MESSAGE_MB,
            }
        )
        return _run(listeners, f"http://{host}:{port}/{base_path}", open_browser=not no_browser)


def _run(listeners: list[socket.socket], url: str, *, open_browser: bool) -> int:
    """Serve the dashboard on sockets; raises what kept the atlas from being loaded."""
    import uvicorn

    from dashboard.app import app
    from dashboard.endpoints.startup import PREPARATION
    from dashboard.web.http_limits import BoundedHttp

    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=BoundedHttp,
            ws="websockets-sansio",
            ws_ping_interval=PING_SECONDS,
            ws_ping_timeout=PING_SECONDS,
            ws_max_size=MAX_MESSAGE_MB * 1_000_000,
            ws_per_message_deflate=False,
            access_log=False,
            server_header=False,
            use_colors=False,
        )
    )

    def after_loading(done: Future[None]) -> None:
        if done.exception() is not None:
            server.should_exit = True
            return
        from dashboard.background.store import current_store

        for problem in current_store().atlas().problems:
            click.echo(f"twente-atlas: {problem}", err=True)
        if open_browser:
            import webbrowser

            webbrowser.open(url)

    PREPARATION.done.add_done_callback(after_loading)
    click.echo(f"The dashboard is at {url}; Ctrl-C ends it")
    server.run(sockets=listeners)
    if PREPARATION.done.done():
        PREPARATION.done.result()
    return 0 if server.started else 1
