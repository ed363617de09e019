"""Tests of processes, servers and their answers."""
