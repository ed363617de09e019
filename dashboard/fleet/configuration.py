"""Renders nginx's configuration from the templates beside this module."""

import grp
import os
import pwd
import re
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.i18n.languages import interface_languages, interface_strings
from geodata.reading.limits import Limits

FRESH_SECONDS = 10
"""Time for which nginx repeats a document without asking a replica."""

MOST_FILES = 10_000
"""Number of files that a worker of nginx may have open; a session takes two."""


@dataclass(frozen=True)
class Replica:
    """A server behind nginx."""

    name: str
    """Its setting `TWENTE_ATLAS_REPLICA`."""
    address: str
    """Host and port, as nginx reaches it."""


@dataclass(frozen=True)
class Site:
    """The addresses and servers of a configuration."""

    replicas: Sequence[Replica]
    listen: Sequence[str]
    """Addresses as nginx's `listen` takes them."""
    cache: Path
    prefix: str = ""
    """Path of the atlas: empty, or with a slash at its beginning and none at its end."""
    names: Sequence[str] = ()
    """Host names of the atlas; if empty, any."""
    is_example: bool = False
    """Whether it is for a deployment: a person completes it, and nginx writes logs."""


def render_site(site: Site) -> str:
    """Return the part of the configuration that belongs into `http { … }`."""
    away = [
        interface_strings(tag).gettext("This atlas does not answer right now. Try again in a moment.")
        for tag in interface_languages()
    ]
    template = _environment().get_template("site.conf")
    return template.render(
        vars(site),
        fresh_seconds=FRESH_SECONDS,
        max_bytes=Limits().max_bytes,
        away="".join(f"{sentence}\n" for sentence in away),
    )


def render_nginx(folder: Path) -> str:
    """Return the configuration of an nginx that writes to one folder only, and includes its `site.conf`."""
    user = None
    if os.geteuid() == 0:
        # Otherwise the workers of root run as another user, who can't write there.
        user = f"{pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name}"
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_files = MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES)
    template = _environment().get_template("nginx.conf")
    return template.render(folder=str(folder), user=user, open_files=open_files)


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 -- not HTML; values are quoted for nginx
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = _quoted
    environment.filters["regex"] = re.escape
    return environment


def _quoted(value: object) -> str:
    """Return a value between quotes, for nginx."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
