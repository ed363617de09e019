"""The wheel that others install holds everything that the dashboard needs to run."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_holds_every_file_of_the_two_packages_and_nothing_else(installed):
    tracked = subprocess.run(
        ["git", "ls-files", "dashboard", "geodata"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    packed = {
        str(path.relative_to(installed))
        for path in installed.rglob("*")
        if path.is_file() and "dist-info" not in str(path)
    }
    assert set(tracked) <= packed
    assert {path.split("/")[0] for path in packed} == {"dashboard", "geodata"}


def test_it_runs_away_from_the_checkout(installed, tmp_path):
    command = [sys.executable, "-P", "-m", "dashboard", "export", "atlas.html"]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "atlas.html").stat().st_size > 5_000_000
