"""Options that several commands share."""

import re
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TypeVar

import click

from geodata.catalog.toml_file import DEFAULT_CATALOG

F = TypeVar("F", bound=Callable[..., object])


class Pattern(click.ParamType[str]):
    """Text of a given form."""

    def __init__(self, name: str, pattern: str, example: str) -> None:
        self.name = name
        self.pattern = re.compile(pattern, re.IGNORECASE)
        self.example = example

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, or fail with an example."""
        if not self.pattern.fullmatch(value):
            self.fail(f"{value!r} is not {self.name}; give one such as {self.example}", param, ctx)
        return value


HOST = Pattern("the name of a host", r"\*|(\*\.)?[\w-]+(\.[\w-]+)*", "atlas.example.org")
ORIGIN = Pattern("an origin", r"https?://[a-z0-9.-]+(:\d{1,5})?", "https://example.org")

catalog_option = click.option(
    "--catalog",
    type=click.Path(path_type=Path),
    envvar="TWENTE_ATLAS_CATALOG",
    default=DEFAULT_CATALOG,
    show_default="the atlas of Twente",
    metavar="PATH",
    help="another catalog.toml",
)
json_option = click.option("--json", "as_json", is_flag=True, help="print JSON")
layers_argument = click.argument("layers", nargs=-1, metavar="[LAYER]...")


def serving_options(port: int) -> Callable[[F], F]:
    """Return a decorator for the options that say where a dashboard is reached, with a default port."""
    options = (
        click.option("--framed-by", multiple=True, metavar="ORIGIN", type=ORIGIN,
                     help="origin whose pages may show the dashboard in a frame (repeatable)"),
        click.option("--allow-host", "hosts", multiple=True, metavar="NAME", type=HOST,
                     help="host name under which the server is reached (repeatable)"),
        click.option("--base-path", default="", show_default=False, metavar="PREFIX",
                     help="path under which a proxy serves it"),
        click.option("--port", type=click.IntRange(1, 65535), default=port, help="port to listen on"),
        click.option("--host", default="localhost", help="address to listen on"),
    )  # fmt: skip
    return lambda function: reduce(lambda decorated, option: option(decorated), options, function)
