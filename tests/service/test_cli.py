"""The command `twente-atlas` as a process: its errors, and readers that stop reading."""

import subprocess
import sys


def test_an_error_is_one_line_and_no_traceback():
    command = [sys.executable, "-m", "dashboard", "check", "--catalog", "nowhere.toml"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert "no catalog at nowhere.toml" in line


def test_whoever_has_read_enough_ends_a_command_without_a_complaint():
    command = [sys.executable, "-m", "dashboard", "layers", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.stdout.close()
        complaint = process.stderr.read()
    assert complaint == ""
    assert process.returncode == 0
