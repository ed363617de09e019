"""The command for a fleet: nginx reads its configuration, and a taken port is named."""

import subprocess

import pytest

from dashboard.cli import main
from dashboard.fleet.configuration import render_nginx
from tests.fleet.running import require_nginx


def test_a_port_that_is_taken_is_said_in_one_line(server, capsys):
    require_nginx()
    for port in (server.port, server.port - 1):  # nginx's own, and one of a replica
        assert main(["fleet", "--port", str(port)]) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert f"port {server.port} on 127.0.0.1 is in use" in line.replace("localhost", "127.0.0.1")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--replicas", "1", "--base-path", "/maps/atlas"],
        ["--at", "10.0.0.5:8501", "--at", "[fd00::6]:8501", "--allow-host", "atlas.example.org"],
    ],
)
def test_nginx_understands_the_configuration_that_is_written(options, tmp_path, capsys):
    nginx = require_nginx()
    assert main(["fleet", "--write-config", str(tmp_path / "atlas.conf"), *options]) == 0
    said = capsys.readouterr().out
    assert "TWENTE_ATLAS_REPLICA=r1 twente-atlas --no-browser --host" in said
    written = (tmp_path / "atlas.conf").read_text(encoding="utf-8")
    for path in ("/var/cache/nginx/twente-atlas", "/var/log/nginx"):
        written = written.replace(path, str(tmp_path))
    (tmp_path / "site.conf").write_text(written, encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(render_nginx(tmp_path), encoding="utf-8")
    command = [nginx, "-e", "stderr", "-t", "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0, checked.stderr
