"""A soak: many sessions and every fault at once, for a bounded time; `python -m tests.soak --minutes 2`."""
