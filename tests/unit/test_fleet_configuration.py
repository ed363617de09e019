"""The command for a fleet without nginx, and the configuration that it writes."""

import re
from pathlib import Path

from dashboard.cli import main
from dashboard.fleet.configuration import Replica, Site, render_site
from dashboard.uploads.model import new_token
from dashboard.uploads.registry import TOKEN
from dashboard.web import settings
from dashboard.web.settings import Settings

# What is said without a fleet


def test_without_nginx_the_command_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert main(["fleet"]) == 1
    assert "install it, such as Debian's `nginx-light`" in capsys.readouterr().err


def test_a_server_without_a_name_gives_tokens_without_one(monkeypatch):
    monkeypatch.setattr(settings, "_current", Settings())
    assert len(new_token()) == 43
    monkeypatch.setattr(settings, "_current", Settings(replica="r2"))
    assert re.fullmatch(r"r2-[\w-]{43}", new_token())
    assert TOKEN.fullmatch(new_token())


def test_the_configuration_is_printed_for_a_dash(capsys):
    assert main(["fleet", "--write-config", "-", "--replicas", "2"]) == 0
    site = Site(
        [Replica("r1", "127.0.0.1:8081"), Replica("r2", "127.0.0.1:8082")],
        ["8080"],
        Path("/var/cache/nginx/twente-atlas"),
        is_example=True,
    )
    assert capsys.readouterr().out == render_site(site)
