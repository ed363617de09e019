"""A fleet under load, with numbers; run on its own: `python -m tests.fleet`."""
