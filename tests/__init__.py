"""Tests of Twente Atlas; `tests/benchmarks` is run on its own."""
