"""The command line: serve the dashboard, list, check and build layers, export the atlas."""

from __future__ import annotations

import _thread
import argparse
import json
import os
import re
import socket
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.catalog.toml_file import DEFAULT_CATALOG, read_toml
from geodata.errors import AtlasError
from geodata.json_object import JsonObject

if TYPE_CHECKING:
    from geodata import Atlas, LayerData
    from geodata.large.layer import LargeLayer

SETTINGS = Path(__file__).with_name(".streamlit") / "config.toml"


class CommandError(Exception):
    """What a user asked for can't be done; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `twente-atlas`; returns the exit status."""
    options = _parser().parse_args(
        _with_default_command(sys.argv[1:] if arguments is None else list(arguments))
    )
    try:
        status = int(options.run(options))
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever reads what is printed, such as `head`, has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (AtlasError, CommandError, OSError) as error:
        print(f"twente-atlas: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _with_default_command(arguments: list[str]) -> list[str]:
    """`twente-atlas --port 8502` is `twente-atlas serve --port 8502`."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in {"-h", "--help", "--version"}):
        return ["serve", *arguments]
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="twente-atlas", description="An interactive map dashboard of Twente and its Euroregion."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    catalog = argparse.ArgumentParser(add_help=False)
    catalog.add_argument(
        "--catalog", type=Path, default=DEFAULT_CATALOG, metavar="PATH", help="another catalog.toml"
    )

    serve = commands.add_parser(
        "serve", parents=[catalog], help="show the dashboard (what happens without a command)"
    )
    _add_where(serve, 8501)
    serve.add_argument("--no-browser", action="store_true", help="do not open a browser")
    serve.set_defaults(run=_serve)

    fleet = commands.add_parser(
        "fleet", parents=[catalog], help="show the dashboard with several servers behind nginx"
    )
    _add_where(fleet, 8080)
    fleet.add_argument(
        "--replicas", type=_count, default=3, metavar="N", help="servers (default: %(default)s)"
    )
    fleet.add_argument(
        "--write-config", type=Path, metavar="FILE", help="only write nginx's part; - prints it"
    )
    fleet.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="ADDRESS:PORT",
        type=_address,
        help="in it: where a server is that you start yourself (may be given again)",
    )
    fleet.set_defaults(run=_fleet)

    layers = commands.add_parser("layers", parents=[catalog], help="list the layers")
    layers.add_argument("--json", action="store_true", help="as JSON, with the evidence for each layer")
    layers.set_defaults(run=_layers)

    check = commands.add_parser(
        "check", parents=[catalog], help="hold the catalog and its layers against every rule"
    )
    check.add_argument("--json", action="store_true", help="as JSON")
    check.set_defaults(run=_check)

    build = commands.add_parser("build", parents=[catalog], help="build large layers ahead of time")
    build.add_argument("--force", action="store_true", help="build again what is built")
    build.add_argument(
        "--dask", metavar="ADDRESS", help="of a Dask scheduler whose workers build: tcp://HOST:PORT"
    )
    build.add_argument("layers", nargs="*", metavar="LAYER", help="without any, all that are large")
    build.set_defaults(run=_build)

    load = commands.add_parser("load", help="put layers into a database")
    kinds = load.add_subparsers(required=True, metavar="KIND")
    postgres = kinds.add_parser("postgres", parents=[catalog], help="a PostgreSQL database with PostGIS")
    postgres.add_argument("--database", default="main", metavar="NAME", help="default: %(default)s")
    postgres.add_argument("--schema", default="public", metavar="NAME", help="default: %(default)s")
    postgres.add_argument("layers", nargs="*", metavar="LAYER", help="without any, all that are in files")
    postgres.set_defaults(run=_load)

    reach = commands.add_parser("reach", parents=[catalog], help="how far it is by rail from a station")
    reach.add_argument("station", metavar="STATION", help="id of a station, such as hengelo")
    reach.add_argument("--minutes", type=_minutes, default=60, help="at most so many (default: %(default)s)")
    reach.add_argument("--scenario", metavar="ID", help="another network than today’s, compared with it")
    reach.add_argument("--waiting", action="store_true", help="count half the time between two trains")
    reach.add_argument("--json", action="store_true", help="as JSON")
    reach.set_defaults(run=_reach)

    refresh = commands.add_parser(
        "refresh", parents=[catalog], help="bring layers up to date from the services of refresh.toml"
    )
    refresh.add_argument("--dry-run", action="store_true", help="show what differs, and write nothing")
    refresh.add_argument(
        "--accept-removals", action="store_true", help="take out features that a service has no more"
    )
    refresh.add_argument(
        "--accept-additions",
        action="store_true",
        help="add what a service has anew, where refresh.toml says enough for a feature",
    )
    refresh.add_argument("--year", type=int, metavar="YEAR", help="of the data (default: the newest)")
    refresh.add_argument("layers", nargs="*", metavar="LAYER", help="without any, all of refresh.toml")
    refresh.set_defaults(run=_refresh)

    export = commands.add_parser("export", parents=[catalog], help="write the atlas as one file")
    export.add_argument("file", type=Path, metavar="FILE", help="its ending says what is written")
    export.add_argument(
        "--lang", default="en", metavar="TAG", help="language of its texts (default: %(default)s)"
    )
    export.set_defaults(run=_export)

    translate = commands.add_parser(
        "translate", parents=[catalog], help="bring the language files up to date, or begin one"
    )
    translate.add_argument(
        "languages", nargs="*", metavar="TAG", help="such as nl; without any, all that there are"
    )
    translate.set_defaults(run=_translate)
    return parser


def _add_where(parser: argparse.ArgumentParser, port: int) -> None:
    """Add what says where the dashboard is reached."""
    parser.add_argument("--host", default="localhost", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=port, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--base-path", default="", metavar="PREFIX", help="path that a proxy puts the dashboard under"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        type=_host,
        help="a name under which the server is reached, such as atlas.example.org (may be given again)",
    )
    parser.add_argument(
        "--framed-by",
        action="append",
        default=[],
        metavar="ORIGIN",
        type=_origin,
        help="an origin whose pages may show the dashboard in a frame (may be given again)",
    )


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 1 to 65535")
    return int(text)


def _minutes(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1440:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes; give one from 1 to 1440")
    return int(text)


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of servers; give one from 1 to 64")
    return int(text)


def _address(text: str) -> str:
    from dashboard.fleet.command import ADDRESS

    if not ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address with a port; give one such as 10.0.0.5:8501"
        )
    return text


def _host(text: str) -> str:
    if not re.fullmatch(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not the name of a host; give one such as atlas.example.org"
        )
    return text


def _origin(text: str) -> str:
    from dashboard.web.content_security_policy import ORIGIN

    if not ORIGIN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an origin; give one such as https://example.org")
    return text


def _serve(options: argparse.Namespace) -> int:
    from dashboard.web.content_security_policy import FRAMED_BY_VARIABLE
    from dashboard.web.host_check import HOSTS_VARIABLE, named_hosts
    from dashboard.web.settings import CATALOG_VARIABLE

    catalog = options.catalog.resolve()
    os.environ[CATALOG_VARIABLE] = str(catalog)
    for variable, values in ((HOSTS_VARIABLE, options.allow_host), (FRAMED_BY_VARIABLE, options.framed_by)):
        if values:
            os.environ[variable] = ",".join(values)
    read_toml(catalog)  # all that there is time for; what it says is looked at once the server listens
    _require_free_port(options.host, options.port)

    from dashboard.endpoints.startup import PREPARATION
    from dashboard.server import app
    from dashboard.web.http_limits import bound_streamlit_server

    bound_streamlit_server()
    settings = {
        **read_settings(),
        "server.address": options.host,
        "server.port": options.port,
        "server.headless": options.no_browser,
        "server.baseUrlPath": options.base_path.strip("/"),
        # Streamlit asks once more, behind our doors.
        "server.corsAllowedOrigins": [f"https://{name}" for name in named_hosts()],
    }
    PREPARATION.on_done = _tell_of_atlas
    try:
        app.run(config=settings)
    except KeyboardInterrupt:
        if PREPARATION.error is None:
            raise
    if PREPARATION.error is not None:
        raise PREPARATION.error
    return 0


def _tell_of_atlas() -> None:
    """Name what is wrong with the atlas that was loaded; where there is none, end the server."""
    from dashboard.background.store import current_store
    from dashboard.endpoints.startup import PREPARATION

    if PREPARATION.error is not None:
        _thread.interrupt_main()
        return
    for problem in current_store().atlas().problems:
        print(f"twente-atlas: {problem}", file=sys.stderr)


def _fleet(options: argparse.Namespace) -> int:
    if sys.platform == "win32":
        raise CommandError("a fleet runs on Linux and macOS; on Windows, twente-atlas alone does")
    from dashboard.fleet.command import fleet_command

    return fleet_command(options)


def read_settings() -> JsonObject:
    """Return Streamlit's settings by dotted name, as `App.run` takes them."""

    def flatten(table: JsonObject, prefix: str = "") -> JsonObject:
        flat: JsonObject = {}
        for key, value in table.items():
            flat |= (
                flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
            )
        return flat

    return flatten(tomllib.loads(SETTINGS.read_text(encoding="utf-8")))


def _require_free_port(host: str, port: int) -> None:
    """Say it in one line before Streamlit does it in many."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise CommandError(f"there is no address `{host}` to listen on; try --host localhost") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise CommandError(f"port {port} needs more rights than you have; try --port 8501") from None
        except OSError:
            raise CommandError(
                f"port {port} on {host} is in use; stop what runs there, or try --port {port % 65535 + 1}"
            ) from None


def _layers(options: argparse.Namespace) -> int:
    from geodata import load_atlas
    from geodata.atlas.evidence import evidence_card

    atlas = load_atlas(options.catalog)
    if options.json:
        print(
            json.dumps([evidence_card(data) for data in atlas.layers.values()], indent=2, ensure_ascii=False)
        )
        return 0
    rows = [("LAYER", "FEATURES", "LICENCE", "VINTAGE")] + [
        (data.layer.id, str(data.count), data.layer.license.name, data.layer.vintage)
        for data in atlas.layers.values()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for layer_id, count, license_name, vintage in rows:
        print(f"{layer_id:<{widths[0]}}  {count:>{widths[1]}}  {license_name:<{widths[2]}}  {vintage}")
    _say_waiting(atlas)
    return 0


def _say_waiting(atlas: Atlas) -> None:
    if atlas.waiting:
        names = ", ".join(atlas.waiting)
        print(f"Large, and not built yet: {names}. `twente-atlas build` builds them.", file=sys.stderr)


def _check(options: argparse.Namespace) -> int:
    from geodata import check_atlas, load_atlas

    atlas = load_atlas(options.catalog)
    problems = check_atlas(atlas)
    if options.json:
        print(json.dumps([problem.to_dict() for problem in problems], indent=2, ensure_ascii=False))
    else:
        for problem in problems:
            print(problem)
        count = len(problems)
        loaded = atlas.layers.values()
        print(
            f"{len(loaded)} layers, {sum(data.count for data in loaded)} features: "
            + ("no problem found." if count == 0 else f"{count} problem{'s' if count > 1 else ''}.")
        )
        _say_waiting(atlas)
    return 1 if problems else 0


def _build(options: argparse.Namespace) -> int:
    from dashboard.commands.build import build_layers
    from geodata import load_atlas

    atlas = load_atlas(options.catalog)
    large = [
        layer_id
        for layer_id, layer in atlas.catalog.layers.items()
        if layer_id in atlas.large | dict.fromkeys(atlas.waiting) and layer.database is None
    ]
    for layer_id in options.layers:
        if layer_id in large:
            continue
        broken = next((problem for problem in atlas.problems if problem.layer == layer_id), None)
        if layer_id in atlas.large:
            raise CommandError(f"{layer_id} is in a database, which makes its tiles when they are asked for")
        if layer_id in atlas.in_memory:
            raise CommandError(f"{layer_id} is small: it is shown as it is, and needs no build")
        raise CommandError(
            str(broken)
            if layer_id in atlas.catalog.layers and broken
            else f"there is no layer `{layer_id}`; large ones are: {', '.join(large) or 'none'}"
        )
    if not large:
        print("No layer is large: nothing to build.")
    chosen = options.layers or large
    return 1 if build_layers(atlas, chosen, force=options.force, cluster=options.dask) else 0


def _load(options: argparse.Namespace) -> int:
    from dashboard.commands.load import load_layers
    from geodata import load_atlas

    atlas = load_atlas(options.catalog)
    for problem in atlas.problems:
        print(f"twente-atlas: {problem}", file=sys.stderr)
    loaded: dict[str, LayerData | LargeLayer] = {**atlas.in_memory, **atlas.large}
    there_are = {layer_id: data for layer_id, data in loaded.items() if data.layer.database is None}
    for layer_id in options.layers:
        if layer_id not in there_are:
            raise CommandError(_why_not_loaded(atlas, layer_id, list(there_are)))
    _say_waiting(atlas)
    chosen = [there_are[layer_id] for layer_id in options.layers or there_are]
    return 1 if load_layers(chosen, options.database, options.schema) else 0


def _why_not_loaded(atlas: Atlas, layer_id: str, there_are: list[str]) -> str:
    """Return why a layer can't be put into a database."""
    if layer_id in atlas.waiting:
        return f"{layer_id} is large, and not built yet: `twente-atlas build {layer_id}` builds it"
    layer = atlas.catalog.layers.get(layer_id)
    if layer is not None and layer.database is not None:
        return f"{layer_id} is in a database already"
    broken = next((problem for problem in atlas.problems if problem.layer == layer_id), None)
    return str(broken) if broken else f"there is no layer `{layer_id}`; there are {', '.join(there_are)}"


def _reach(options: argparse.Namespace) -> int:
    from dashboard.commands.reach import describe_reach, print_reach
    from geodata import load_atlas

    atlas = load_atlas(options.catalog)
    found = describe_reach(atlas, options.station, options.minutes, options.scenario, waiting=options.waiting)
    print_reach(atlas, found, as_json=options.json)
    return 0


def _refresh(options: argparse.Namespace) -> int:
    from dashboard.commands.refresh import refresh_layers

    return refresh_layers(
        options.catalog.resolve(),
        options.layers,
        year=options.year,
        dry_run=options.dry_run,
        accept_removals=options.accept_removals,
        accept_additions=options.accept_additions,
    )


def _export(options: argparse.Namespace) -> int:
    from geodata import load_atlas
    from geodata.export.atlas import FORMATS, ending_of, write_atlas

    endings = [".html", *FORMATS]
    ending = ending_of(options.file.name, endings)
    if ending is None:
        hint = ""
        if options.file.suffix.lower() in (".fgb", ".parquet"):
            hint = f" A {options.file.suffix.lower()} holds one layer only: a zip has one for each."
        raise CommandError(
            f"can't write {options.file.name}: give it one of the endings {', '.join(endings)}.{hint}"
        )
    if not options.file.resolve().parent.is_dir():
        raise CommandError(f"there is no folder {options.file.parent}; make it first")
    atlas = load_atlas(options.catalog)
    for problem in atlas.problems:
        print(f"twente-atlas: {problem}", file=sys.stderr)
    form = FORMATS.get(ending)
    atlas = _in_language(atlas, options.lang, ending, is_english=form is not None and form.is_english)
    if atlas.large and not (form and form.has_large):
        names = ", ".join(atlas.large)
        print(f"Large, and not in a {ending}: {names}. A .parquet.zip or .fgb.zip has them.", file=sys.stderr)
    _say_waiting(atlas)
    path = options.file.resolve()
    if form is None:
        from dashboard.map.single_file import write_html

        write_html(atlas, path)
    else:
        write_atlas(atlas, ending, path)
    print(f"wrote {options.file} ({path.stat().st_size / 1e6:.1f} MB)")
    return 0


def _in_language(atlas: Atlas, language: str, ending: str, *, is_english: bool) -> Atlas:
    from dashboard.i18n.languages import languages
    from geodata import in_language

    known = languages(atlas)
    if language not in known:
        raise CommandError(f"there is no language `{language}`; there are {', '.join(known)}")
    if is_english and language != atlas.language:
        raise CommandError(f"a {ending} holds the layers' own files, which are English; leave out --lang")
    return in_language(atlas, language)


def _translate(options: argparse.Namespace) -> int:
    from dashboard.i18n.extraction import interface_messages
    from dashboard.i18n.languages import LOCALES
    from geodata import load_atlas
    from geodata.atlas.languages import atlas_messages
    from geodata.i18n.po_file import FOLDER, update_translation

    atlas = load_atlas(options.catalog)
    folder = atlas.folder / FOLDER
    files = {folder: list(atlas_messages(atlas)), LOCALES: list(interface_messages())}
    for place, messages in files.items():
        for language in options.languages or sorted(path.stem for path in place.glob("*.po")):
            _require_language(language)
            added, removed = update_translation(place / f"{language}.po", messages)
            print(f"{place / language}.po: {added} texts new, {removed} gone")
    return 0


def _require_language(tag: str) -> None:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise CommandError(f"`{tag}` is no language tag; give one such as nl or pt-BR") from None


if __name__ == "__main__":
    sys.exit(main())
